//! Whose token: the name beside a ticker, a watched name, or the subject of the sentence.

mod akin;
mod common;
mod lower;
mod marked;

use tge_text::{Normal, TokenKind};

use crate::lexicon::{Hit, Lexicon, Sense, slot};
use crate::reading::{HEAD_CHARS, Item, Reading, is_upper, stem};

pub(crate) use akin::{akin, kin, native};
pub(crate) use common::COMMON;
pub(crate) use lower::{lowered, lowered_ticker};
pub(crate) use marked::{owner, quoted};

/// Items a name may have.
const NAME_ITEMS: usize = 5;

/// Concepts whose words end a name: what is done to the token, and by whom.
pub(crate) const NOT_IN_NAMES: [&str; 49] = [
    "RUMOUR",
    "DENIES",
    "WARNS",
    "CANCEL",
    "SPONSORED",
    "LIST",
    "WILL",
    "LAUNCH",
    "ANNOUNCE",
    "SUPPORT",
    "COMPLETE",
    "START",
    "TODAY",
    "LIVE",
    "INITIAL",
    "OPENTRADE",
    "DISTRIBUTE",
    "AIRDROP",
    "CLAIM",
    "SALE",
    "ICO",
    "LAUNCHPOOL",
    "LAUNCHPAD",
    "DELIST",
    "PAIR",
    "PRODUCT",
    "PERP",
    "PREMARKET",
    "DEPOSIT",
    "SNAPSHOT",
    "HOLDERS",
    "PRIVATE",
    "HEDGE",
    "DENY",
    "GLOSSARY",
    "MIGRATE",
    "SPOT",
    "TGE",
    "VENUEWORD",
    "ROUND2",
    "POSTPONE",
    "RECEIVE",
    "ALPHA",
    "SAYS",
    "NATIVE",
    "POINTS",
    "REGISTER",
    "ELIGIBLE",
    "WITHDRAW",
];

/// What a project is said to have.
pub(crate) const OWNED: [&str; 11] =
    ["TOKEN", "NATIVE", "CLAIM", "AIRDROP", "SALE", "PRESALE", "ICO", "TGE", "SNAPSHOT", "MAINNET", "TOKENOMICS"];

/// What stands before the name of a place.
const PLACES: [&str; 6] = ["on", "at", "via", "в", "на", "en"];

/// Whether a place stands behind `words`: "on", or a phrase that ends so, "launches on".
pub(crate) fn is_before_place(words: &str) -> bool {
    words.rsplit(' ').next().is_some_and(|last| PLACES.contains(&last))
}

/// Small words inside names (`League of Kingdoms`, `Portal to Bitcoin`).
const SMALL: [&str; 8] = ["of", "the", "and", "de", "by", "to", "in", "for"];

/// The name written before `Name (TICK)`, or inside `TICK (Name)`. A name is as long as its words are joined by blanks.
/// `marked`: the ticker at item `ticker` has a sign or parentheses, so that a dash or colon joins it to its name.
pub(crate) fn beside(reading: &Reading<'_>, lexicon: &Lexicon, ticker: usize, marked: bool) -> Option<String> {
    let (first, mut last) = beside_items(reading, lexicon, ticker, marked)?;
    // "Example EXMPL (EXMPL)" is Example.
    let symbol = reading.ticker(&reading.items[ticker]);
    last -= usize::from(first < last && last < ticker && reading.written(&reading.items[last]) == symbol);
    named(reading.written_between(&reading.items[first], &reading.items[last]), lexicon)
}

/// First and last item of the name [`beside`] a ticker.
pub(crate) fn beside_items(
    reading: &Reading<'_>,
    lexicon: &Lexicon,
    ticker: usize,
    marked: bool,
) -> Option<(usize, usize)> {
    if let Some(inside) = inside_parentheses(reading, ticker) {
        return Some(inside);
    }
    let mut before = ticker;
    if !marked {
        return None;
    }
    let mut first = None;
    while before > 0 && ticker - before < NAME_ITEMS {
        let item = &reading.items[before - 1];
        if !in_name(reading, lexicon, item) || !joined(reading, before - 1, before, before == ticker) {
            break;
        }
        before -= 1;
        if starts_name(reading, lexicon, item) && !lexicon.is_common(reading.word(item)) {
            first = Some(before);
        }
    }
    let first = first.unwrap_or(ticker);
    let spelt = spelt(reading, lexicon, first, ticker);
    (spelt < ticker).then(|| (spelt, ticker - 1))
}

/// Where the name before `ticker` begins that spells it, `first` where none does: words of the lexicon in a name
/// ("Open Trading Network (OTN)", "Lista DAO (LISTA)") belong to it when their initials or letters make the ticker.
fn spelt(reading: &Reading<'_>, lexicon: &Lexicon, first: usize, ticker: usize) -> usize {
    let symbol = stem(reading.word(&reading.items[ticker])).trim_start_matches(['$', '#']);
    let mut from = first;
    while from > 0 && ticker - from < NAME_ITEMS && joined(reading, from - 1, from, from == ticker) {
        let before = &reading.items[from - 1];
        if before.kind == TokenKind::Stop || !reading.written(before).starts_with(|c: char| c.is_uppercase()) {
            break;
        }
        from -= 1;
        let name = reading.word(before).chars().chain(
            reading.items[from + 1..ticker].iter().flat_map(|item| " ".chars().chain(reading.word(item).chars())),
        );
        let name: String = name.collect();
        let initials: String = name.split(' ').filter_map(|word| word.chars().next()).collect();
        let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
        let beginning = symbol.len() > 3 && letters.starts_with(symbol);
        if spells(reading.written_between(before, &reading.items[ticker - 1]), symbol) {
            return from;
        }
        // "Aligned Launches $ALIGN": the first word alone says it, and the rest is what it does.
        let does = |item: &Item| item.is_of(&lexicon.not_in_names);
        let alone = reading.word(before).starts_with(symbol) && reading.items[from + 1..ticker].iter().any(does);
        let goes_on = letters.len() > 3 && symbol.starts_with(&letters);
        if initials == symbol || (beginning && !alone) || goes_on {
            return from;
        }
    }
    first
}

/// Whether the capitals of `written` are those of the ticker `symbol` (lower case).
pub(crate) fn spells(written: &str, symbol: &str) -> bool {
    written.chars().filter(|c| c.is_uppercase()).flat_map(char::to_lowercase).eq(symbol.chars())
}

/// `TICK (Name)`, as some exchanges write it.
fn inside_parentheses(reading: &Reading<'_>, item: usize) -> Option<(usize, usize)> {
    let is_open = |i: usize| reading.items.get(i).is_some_and(|item| reading.word(item) == "(");
    if !is_open(item + 1) {
        return None;
    }
    let end = (item + 3..item + 4 + NAME_ITEMS)
        .find(|&i| reading.items.get(i).is_some_and(|item| reading.word(item) == ")"))?;
    let inner = reading.written_between(&reading.items[item + 2], &reading.items[end - 1]);
    inner.starts_with(|c: char| c.is_ascii_uppercase()).then_some((item + 2, end - 1))
}

/// The words in Latin letters that go on with `name` where the head of a text without blanks writes it: "Zeta" of "Zeta Markets".
pub(crate) fn extended(reading: &Reading<'_>, lexicon: &Lexicon, name: &str) -> Option<String> {
    if !reading.unspaced {
        return None;
    }
    let head = reading.items.iter().take_while(|item| item.at < HEAD_CHARS).count();
    let (first, mut last) = (0..head).find_map(|first| {
        let last =
            (first..head).take(NAME_ITEMS).find(|last| reading.quoted(first, *last).is_some_and(|q| q.2 == name))?;
        Some((first, last))
    })?;
    let goes_on = |last: usize| {
        let next = &reading.items[last + 1];
        reading.written(next).is_ascii()
            && may_follow(reading, lexicon, first, last)
            && !crate::reading::is_ticker(next)
    };
    while last + 1 < head && goes_on(last) {
        last += 1;
    }
    named(reading.written_between(&reading.items[first], &reading.items[last]), lexicon)
}

/// A watched project named in the head.
pub(crate) fn watched(reading: &Reading<'_>, names: &[String]) -> Option<String> {
    reading.items.iter().find_map(|item| match item.sense {
        Sense::Project(i) => names.get(usize::from(i)).cloned(),
        _ => None,
    })
}

/// The subject: the first name in the sentence of `act`, before it where there is one, else after it.
pub(crate) fn subject(reading: &Reading<'_>, lexicon: &Lexicon, act: usize) -> Option<String> {
    let sentence = reading.sentences.iter().find(|s| s.contains(&act))?.clone();
    let mut runs = runs(reading, lexicon, sentence);
    // "The sale on Example": behind the act stands where it happens.
    let place = |first: usize| {
        let before = |back: usize| first.checked_sub(back).map_or("", |at| reading.word_at(at));
        is_before_place(before(1)) || (before(1) == "the" && is_before_place(before(2)))
    };
    runs.retain(|(first, _)| *first < act || !place(*first));
    let before = runs.iter().find(|(first, _)| *first < act);
    let (first, last) = *before.or_else(|| runs.first())?;
    named(reading.written_between(&reading.items[first], &reading.items[last]), lexicon)
}

/// Whether the item behind `last` goes on with the name that begins at item `first`.
fn may_follow(reading: &Reading<'_>, lexicon: &Lexicon, first: usize, last: usize) -> bool {
    let next = &reading.items[last + 1];
    last + 1 - first < NAME_ITEMS
        && joined(reading, last, last + 1, false)
        && starts_name(reading, lexicon, next)
        && in_name(reading, lexicon, next)
        && !lexicon.is_common(reading.word(next))
}

/// Runs of capitalised items that may be names.
fn runs(reading: &Reading<'_>, lexicon: &Lexicon, sentence: std::ops::Range<usize>) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut at = sentence.start;
    while at < sentence.end {
        let item = &reading.items[at];
        if item.is(slot::HANDLE) {
            runs.push((at, at));
            at += 1;
            continue;
        }
        // A name without capitals ("ether.fi") is known only by the ticker behind it.
        // In a script without blanks every foreign word stands out.
        let capital = item.capital || (reading.unspaced && !item.phrase);
        if !capital || !starts_name(reading, lexicon, item) || lexicon.is_common(reading.word(item)) {
            at += 1;
            continue;
        }
        let mut last = at;
        while last + 1 < sentence.end && may_follow(reading, lexicon, at, last) {
            last += 1;
        }
        // A word of the lexicon begins a name only when a word of no meaning follows: "DeFi Wizard".
        let named = (at..=last).any(|i| !reading.items[i].phrase);
        if !in_name(reading, lexicon, item) {
            // "Airdrop Example": what is done with it is no part of its name.
            at += 1;
            continue;
        }
        if named {
            runs.push((at, last));
        }
        at = last + 1;
    }
    runs
}

/// Whether an item may be a part of a name.
fn in_name(reading: &Reading<'_>, lexicon: &Lexicon, item: &Item) -> bool {
    if SMALL.contains(&reading.word(item)) {
        return true;
    }
    if item.phrase {
        let ends = |label: &_| lexicon.not_in_names.contains(*label) || *label == slot::VENUE;
        return !item.labels().iter().any(ends) && reading.written(item).starts_with(|c: char| c.is_uppercase());
    }
    match item.kind {
        TokenKind::Word => starts_name(reading, lexicon, item),
        TokenKind::Number => reading.word(item).len() <= 4 && !item.is(slot::YEAR),
        _ => false,
    }
}

fn starts_name(reading: &Reading<'_>, lexicon: &Lexicon, item: &Item) -> bool {
    let word = reading.word(item);
    item.kind == TokenKind::Word
        && (item.capital || word.contains('.') || (reading.unspaced && word.chars().all(|c| c.is_ascii_alphanumeric())))
        && !SMALL.contains(&word)
        && !item.is(slot::MONTH)
        && !item.is(slot::VENUE)
        && !lexicon.is_major(word)
}

/// Whether nothing but blanks stands between two neighbours; before a ticker also its bracket.
pub(crate) fn joined(reading: &Reading<'_>, first: usize, second: usize, before_ticker: bool) -> bool {
    let (Some(a), Some(b)) = (reading.items.get(first), reading.items.get(second)) else { return false };
    let gap = reading.normal(a.zone).get(a.range.end..b.range.start).unwrap_or("x");
    let mark = |c: char| before_ticker && matches!(c, '(' | '$' | '-' | ':' | '|');
    a.zone == b.zone && gap.chars().all(|c| c.is_whitespace() || mark(c))
}

/// What is written onto the end of a name behind an apostrophe: the genitive of English, the cases of Turkish.
const ENDINGS: [&str; 33] = [
    "s", "in", "ın", "un", "ün", "nin", "nın", "nun", "nün", "i", "ı", "u", "ü", "yi", "yı", "yu", "yü", "e", "a",
    "ye", "ya", "de", "da", "te", "ta", "den", "dan", "ten", "tan", "la", "le", "yla", "yle",
];

/// Articles.
const ARTICLES: [&str; 20] = [
    "the", "a", "o", "os", "um", "el", "la", "los", "un", "le", "les", "il", "lo", "der", "die", "das", "den", "ein",
    "het", "een",
];

/// A name without the words for what is named before it: "O token ABC", "Токен ABC". `None` where nothing else is left.
/// "Token Example" is a name.
fn bare<'a>(name: &'a str, lexicon: &Lexicon) -> Option<&'a str> {
    let is_article = |word: &str| ARTICLES.contains(&word.to_lowercase().as_str());
    let is_thing = |word: &str| {
        let word = Normal::text_of(word);
        let whole = |hit: &Hit| hit.start == 0 && hit.end == word.len();
        lexicon
            .hits(&word)
            .iter()
            .any(|hit| whole(hit) && hit.labels().iter().any(|label| lexicon.coins.contains(*label)))
    };
    let (first, rest) = name.split_once(' ').unwrap_or((name, ""));
    if is_article(first) {
        let (second, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        return match is_thing(second) {
            true => Some(rest.trim()).filter(|rest| !rest.is_empty()),
            false => Some(name).filter(|_| !second.is_empty()),
        };
    }
    if !is_thing(first) {
        return Some(name);
    }
    match rest.trim() {
        "" => None,
        rest if is_upper(rest) => Some(rest),
        _ => Some(name),
    }
}

/// A name as shown: no account sign, no ending behind an apostrophe, no blanks around.
fn named(written: &str, lexicon: &Lexicon) -> Option<String> {
    let name = written.trim().trim_start_matches('@');
    let name = match name.rsplit_once(['\'', '’']) {
        Some((bare, ending)) if !bare.is_empty() && ENDINGS.contains(&ending) => bare,
        _ => name,
    };
    let name = name.strip_prefix("the ").unwrap_or(name).trim();
    let name = bare(name, lexicon)?;
    (!name.is_empty() && name.chars().count() <= 60).then(|| tge_text::sanitise(name))
}
