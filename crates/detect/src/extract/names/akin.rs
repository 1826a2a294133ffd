//! Names found by the ticker, in any script: the word it shortens, and what is written before it in letters without capitals.

use tge_text::{TokenKind, latin};

use super::{in_name, joined, named};
use crate::lexicon::{LabelId, Lexicon, is_arabic, slot};
use crate::reading::{HEAD_CHARS, Item, Reading, is_upper};

/// Letters of a ticker that one word must have in their order before it is no accident.
pub(super) const LETTERS_MIN: usize = 3;
/// The same for words without a capital.
const LETTERS_MIN_LOWER: usize = 4;

/// Parts of addresses that are nobody's name.
const ANYBODYS: [&str; 12] = [
    "twitter", "medium", "claim", "claims", "telegram", "discord", "github", "youtube", "airdrop", "portal", "docs",
    "mirror",
];

/// The name that `symbol` shortens: what [`kin`] finds, else such a word in small letters, or in the name of a site.
pub(crate) fn akin(reading: &Reading<'_>, lexicon: &Lexicon, symbol: &str) -> Option<String> {
    let letters = symbol.to_lowercase();
    if let Some(name) = kin(reading, lexicon, &letters) {
        return named(name, lexicon);
    }
    if letters.len() < LETTERS_MIN_LOWER || !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let head = || reading.items.iter().take_while(|item| item.at < HEAD_CHARS);
    let lower = || head().find(|item| is_name(reading, lexicon, item) && shortens(&letters, reading.word(item)));
    let host = |item: &Item| {
        let link = reading.word(item);
        let host = link.split_once("://").map_or(link, |(_, rest)| rest).split('/').next().unwrap_or_default();
        host.split('.').find(|label| shortens(&letters, label) && !ANYBODYS.contains(label)).map(str::to_owned)
    };
    // "claim.example.com" without its scheme is a word with dots.
    let site = |item: &&Item| item.is(slot::URL) || (item.kind == TokenKind::Word && reading.word(item).contains('.'));
    lower().map(|item| reading.written(item).to_owned()).or_else(|| head().filter(site).find_map(host))
}

/// The name in the head that `letters` (a ticker in small letters) shorten, as written: a word, in Latin letters, that begins
/// like them and has them in their order ("Lanternbay" of LTBY, "Карпатія" of KRPT, "ترنج" of TRNJ), the same word but for its
/// small letters ("Turna" of TURNA), words whose letters do ("Mekong Chain" of MKC), or a word that the ticker ends ("LunarSea"
/// of SEA). A word with capitals is told with those beside it.
pub(crate) fn kin<'a>(reading: &'a Reading<'_>, lexicon: &Lexicon, letters: &str) -> Option<&'a str> {
    if letters.len() < LETTERS_MIN || !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let Seen { capitals, tail, arabic, native } = seen(reading, lexicon, letters);
    let shown = |(first, last): (usize, usize)| reading.written_between(&reading.items[first], &reading.items[last]);
    // The ticker is no name of itself: "COWs", "the SKR Token".
    let itself = |item: &Item| {
        let written = reading.written(item);
        let begins = written.get(..letters.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(letters));
        begins && is_upper(&written[..letters.len()]) && written.len() <= letters.len() + 1
    };
    let word = |item: &Item| {
        if itself(item) {
            return false;
        }
        let word = latin(reading.word(item));
        shortens(letters, &word) || (word == letters && !is_upper(reading.written(item)))
    };
    // What a project calls itself ("Turna Protokol", "Example DAO") is a word of the trade, and belongs to the name.
    let whole = |at: usize| {
        let (first, last) = reading.whole(at, lexicon);
        let calls = |next: &Item| next.phrase && next.capital && in_name(reading, lexicon, next);
        let next = reading.items.get(last + 1).filter(|next| calls(next) && joined(reading, last, last + 1, false));
        (first, last + usize::from(next.is_some()))
    };
    if let Some((at, _)) = capitals.iter().find(|(_, item)| word(item)) {
        return Some(shown(whole(*at)));
    }
    let several = || {
        let wholes = capitals.iter().map(|(at, _)| whole(*at));
        let several = wholes.filter(|(first, last)| first < last && !reading.items[*first..=*last].iter().any(itself));
        let mut several = several.map(shown);
        several.find(|name| {
            let name = latin(name);
            let joined: String = name.chars().filter(char::is_ascii_alphabetic).collect();
            name.split(' ').filter_map(|word| word.chars().next()).eq(letters.chars()) || shortens(letters, &joined)
        })
    };
    // Scripts without capitals: words of Arabic letters, and runs of Hangul or kana without their particles.
    let caseless = || {
        let mut words = arabic.iter().filter(|item| shortens_without_vowels(letters, &latin(reading.word(item))));
        words.next().map(|item| reading.written(item))
    };
    let run = || native_words(reading, lexicon).find(|name| sounds(letters, &latin(name)));
    several().or_else(caseless).or_else(|| native.then(run)?).or_else(|| Some(reading.written(tail?)))
}

/// The words of the head that may be names which a ticker shortens, by how they may.
#[derive(Default)]
struct Seen<'a> {
    /// They have a capital, and begin with its first letter or with one that is not Latin.
    capitals: Vec<(usize, &'a Item)>,
    /// The first that it ends.
    tail: Option<&'a Item>,
    /// They are of Arabic letters.
    arabic: Vec<&'a Item>,
    /// There are characters of a script without blanks, as Hangul and Katakana are.
    native: bool,
}

/// The words of the head that `letters` may shorten. Most begin with another letter, and need not be looked up.
fn seen<'a>(reading: &'a Reading<'_>, lexicon: &Lexicon, letters: &str) -> Seen<'a> {
    let mut seen = Seen::default();
    let initial = letters.as_bytes().first();
    for (at, item) in reading.items.iter().enumerate().take_while(|(_, item)| item.at < HEAD_CHARS) {
        seen.native |= item.kind == TokenKind::Ideograph;
        if item.kind != TokenKind::Word || item.phrase {
            continue;
        }
        let Some(first) = reading.normal(item.zone).as_bytes().get(item.range.start) else { continue };
        let name = || is_name(reading, lexicon, item);
        if item.capital && (!first.is_ascii() || Some(first) == initial) && name() {
            seen.capitals.push((at, item));
        }
        if item.capital && seen.tail.is_none() && ends(letters, reading, item) && name() {
            seen.tail = Some(item);
        }
        if !first.is_ascii() && reading.word(item).starts_with(is_arabic) && name() {
            seen.arabic.push(item);
        }
    }
    seen
}

/// Whether an item may be a name: a word of no meaning here.
fn is_name(reading: &Reading<'_>, lexicon: &Lexicon, item: &Item) -> bool {
    item.kind == TokenKind::Word && !item.phrase && !lexicon.is_common(reading.word(item))
}

/// Whether `word` begins like `letters`, has them all in their order, and more besides.
pub(super) fn shortens(letters: &str, word: &str) -> bool {
    let ascii = word.bytes().all(|b| b.is_ascii_alphabetic());
    let mut rest = word.bytes();
    ascii
        && word.len() > letters.len()
        && word.len() <= 4 * letters.len()
        && word.as_bytes().first() == letters.as_bytes().first()
        && letters.bytes().all(|letter| rest.any(|b| b == letter))
}

/// Whether the last of the words written onto each other in `item` is the ticker: "Sea" of LunarSea.
fn ends(letters: &str, reading: &Reading<'_>, item: &Item) -> bool {
    if !reading.word(item).ends_with(letters) {
        return false;
    }
    let written = reading.written(item);
    let Some(at) = written.len().checked_sub(letters.len()).filter(|at| *at > 0 && written.is_char_boundary(*at))
    else {
        return false;
    };
    let (first, last) = written.split_at(at);
    last.eq_ignore_ascii_case(letters)
        && last.starts_with(|c: char| c.is_ascii_uppercase())
        && last.ends_with(|c: char| c.is_ascii_lowercase())
        && first.ends_with(|c: char| c.is_ascii_lowercase())
}

/// The same for a word of a script that leaves vowels out, which tickers may have: SRAB of "srb".
fn shortens_without_vowels(letters: &str, word: &str) -> bool {
    let vowel = |c: &char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u');
    let (letters, word): (String, String) =
        (letters.chars().filter(|c| !vowel(c)).collect(), word.chars().filter(|c| !vowel(c)).collect());
    letters.len() >= 2 && word.len() <= 4 * letters.len() && (letters == word || shortens(&letters, &word))
}

/// The same for a word of a script in which R and L are one.
fn sounds(letters: &str, word: &str) -> bool {
    shortens(&letters.replace('l', "r"), &word.replace('l', "r"))
}

/// What Korean writes onto the end of a name.
const PARTICLES: [&str; 22] = [
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "에서",
    "도",
    "와",
    "과",
    "로",
    "으로",
    "측은",
    "측이",
    "이다",
    "입니다",
    "부터",
    "까지",
    "라는",
    "이라는",
];

/// The words of Hangul and Katakana of the head that may be names, as written and without particles.
fn native_words<'a>(reading: &'a Reading<'_>, lexicon: &Lexicon) -> impl Iterator<Item = &'a str> {
    let mut words: Vec<&str> = Vec::new();
    let mut i = 0;
    while let Some(item) = reading.items.get(i).filter(|item| item.at < HEAD_CHARS) {
        // Most words are of other scripts.
        if item.kind != TokenKind::Ideograph {
            i += 1;
            continue;
        }
        let first = reading.written(item).chars().next().unwrap_or(' ');
        let script = [is_hangul as fn(char) -> bool, is_katakana].into_iter().find(|is| is(first));
        let Some(script) = script else {
            i += 1;
            continue;
        };
        let joined = |a: usize, b: usize| reading.items[a].range.end == reading.items[b].range.start;
        let within = |j: usize| {
            let next = reading.items.get(j)?;
            (next.zone == item.zone && joined(j - 1, j) && reading.written(next).starts_with(script)).then_some(next)
        };
        let mut last = i;
        while within(last + 1).is_some_and(|next| !next.is_of(&lexicon.not_in_names)) {
            last += 1;
        }
        let written = reading.written_between(item, &reading.items[last]);
        let bare = PARTICLES.iter().filter_map(|particle| written.strip_suffix(particle)).min_by_key(|bare| bare.len());
        let bare = bare.filter(|bare| bare.chars().count() >= 2);
        words.extend(bare);
        if written.chars().count() >= 2 {
            words.push(written);
        }
        i = last + 1;
    }
    words.into_iter()
}

/// The name in Hangul or Katakana right before `(TICKER)`, which no capital marks.
pub(crate) fn native(reading: &Reading<'_>, lexicon: &Lexicon, ticker: usize) -> Option<String> {
    let item = reading.items.get(ticker)?;
    let before = reading.normal(item.zone).get(..item.range.start)?;
    let before = before.trim_end_matches([' ', '$']).strip_suffix('(')?.trim_end();
    let script = [is_hangul as fn(char) -> bool, is_katakana].into_iter().find(|is| before.ends_with(*is))?;
    let start = before.trim_end_matches(script).len();
    let range = start..before.len();
    let told = |item: &&Item| {
        item.zone == reading.items[ticker].zone && item.range.start < range.end && item.range.end > range.start
    };
    let none = |label: &LabelId| {
        lexicon.not_in_names.contains(*label) || lexicon.tokens.contains(*label) || *label == slot::VENUE
    };
    let says = |item: &Item| item.labels().iter().any(none);
    let word = reading.items[..ticker].iter().filter(told).any(says);
    let long = before[start..].chars().count() >= 2;
    (long && !word).then(|| reading.written_range(item.zone, range).to_owned())
}

fn is_hangul(c: char) -> bool {
    ('\u{ac00}'..='\u{d7a3}').contains(&c)
}

fn is_katakana(c: char) -> bool {
    ('\u{30a1}'..='\u{30ff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::Known;
    use crate::{Document, Ruleset};

    #[test]
    fn a_ticker_shortens_its_name() {
        for (symbol, word, expected) in [
            ("ltby", "lanternbay", true),
            ("brsh", "brineshift", true),
            ("oxbw", "oxbow", true),
            ("oxbow", "oxbow", false),
            ("halc", "zhalcyrn", false),
            ("vrsk", "versace", false),
            ("abc", "antiballisticmissile", false),
        ] {
            assert_eq!(shortens(symbol, word), expected, "{symbol} of {word}");
        }
    }

    #[test]
    fn names_of_any_script_are_told_by_their_ticker() {
        let ruleset = Ruleset::embedded().expect("the embedded ruleset");
        let lexicon = ruleset.watching(&[]).expect("its words");
        for (text, symbol, expected) in [
            ("Vesuvia parte con VSV", "vsv", Some("Vesuvia")),
            ("le claim de Pétale est ouvert, PTL", "ptl", Some("Pétale")),
            ("про лістинг Карпатія, KRPT", "krpt", Some("Карпатія")),
            ("ایردراپ ترنج TRNJ", "trnj", Some("ترنج")),
            ("셀라도라 토크노믹스, SLDR", "sldr", Some("셀라도라")),
            ("Turna Protokol'ün TURNA tokenı", "turna", Some("Turna Protokol")),
            ("IDO Thuyền Thúng DAO 0,012$/TTD", "ttd", Some("Thuyền Thúng DAO")),
            ("nothing of the kind, VSV", "vsv", None),
        ] {
            let document = Document { title: "", text, lang: None, published: None };
            let reading = Reading::of(&document, &lexicon, &Known::default(), None);
            assert_eq!(kin(&reading, &lexicon, symbol), expected, "{text}");
        }
    }
}
