//! Slots: what a token is by its shape alone.

use std::ops::Range;

use tge_text::{TokenKind, is_capital};

use super::{Item, Words};
use crate::lexicon::{LabelId, LabelSet, slot};

/// The slot a token's shape puts it in.
pub(super) fn slot_of(kind: TokenKind, word: &str, written: &str, words: &Words<'_>) -> Option<LabelId> {
    let slot = match kind {
        TokenKind::Url => slot::URL,
        TokenKind::Handle => slot::HANDLE,
        TokenKind::Money => slot::MONEY,
        TokenKind::Percent => slot::PERCENT,
        TokenKind::Cashtag if words.is_old(&word[1..]) => slot::MAJOR,
        TokenKind::Cashtag => slot::CASHTAG,
        TokenKind::Hashtag if words.is_old(&word[1..]) => slot::MAJOR,
        TokenKind::Hashtag => slot::HASHTAG,
        TokenKind::Number => number_slot(word),
        TokenKind::Word => return word_slot(word, written, words),
        TokenKind::Ideograph | TokenKind::Stop | TokenKind::Sign => return None,
    };
    Some(slot)
}

fn number_slot(word: &str) -> LabelId {
    let digits = word.bytes().all(|b| b.is_ascii_digit());
    if digits && word.len() == 4 && (word.starts_with("201") || word.starts_with("202")) {
        slot::YEAR
    } else if word.contains(':') {
        slot::TIME
    } else if word.bytes().filter(|b| matches!(b, b'-' | b'/')).count() == 2 {
        slot::DATE
    } else {
        slot::NUMBER
    }
}

/// Whether `word` is an English month, which are capitalised and need no number beside them.
fn is_english_month(word: &str) -> bool {
    matches!(
        word,
        "jan"
            | "feb"
            | "mar"
            | "apr"
            | "may"
            | "jun"
            | "jul"
            | "aug"
            | "sep"
            | "sept"
            | "oct"
            | "nov"
            | "dec"
            | "january"
            | "february"
            | "march"
            | "april"
            | "june"
            | "july"
            | "august"
            | "september"
            | "october"
            | "november"
            | "december"
    )
}

/// Whether a day stands before `text[range]`, or a day or year behind it: `3 juin`, `4. März`, `3 de junio`, `junio de 2026`.
pub(super) fn beside_number(text: &str, range: Range<usize>) -> bool {
    let before = text[..range.start].trim_end_matches([' ', '.']);
    let before = before.strip_suffix(" de").unwrap_or(before);
    let bare = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let apart = !bare.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '.' | '$' | '€' | '/' | '-'));
    let behind = text[range.end..].trim_start_matches([' ', '.', ',']);
    let behind = ["de ", "del "].iter().find_map(|of| behind.strip_prefix(of)).unwrap_or(behind);
    let digits = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let year = digits == 4 && behind.starts_with("20");
    let more = behind[digits..].starts_with(['%', '.', '/']) && !behind[digits..].starts_with(". ");
    (apart && is_day(&before[bare.len()..])) || year || (is_day(&behind[..digits]) && !more)
}

/// Words before a month that is no "may be".
const BEFORE_MONTH: [&str; 17] = [
    "in", "by", "this", "next", "last", "until", "till", "since", "late", "early", "mid", "of", "during", "for",
    "before", "after", "a",
];

/// Whether the word at `range` is "may" beside a number, behind a word for a time, or written with a `capital` within a sentence:
/// then it is a month and no "may be".
pub(super) fn is_month(text: &str, range: Range<usize>, capital: bool) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let suffixed = ["st ", "nd ", "rd ", "th "].iter().any(|s| text[..range.start].ends_with(s));
    let before = || text[..range.start].trim_end();
    let behind_time = || BEFORE_MONTH.contains(&before().rsplit([' ', '-']).next().unwrap_or_default());
    let within = || capital && !before().is_empty() && !before().ends_with(['.', '!', '?', ':', '\n', '"', '“']);
    let owns = || text[range.end..].starts_with(['\'', '’']);
    &text[range.clone()] == "may"
        && (digit(text[..range.start].trim_end().chars().next_back())
            || suffixed
            || digit(text[range.end..].trim_start().chars().next())
            || behind_time()
            || within()
            || owns())
}

fn is_day(digits: &str) -> bool {
    digits.len() <= 2 && digits.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day))
}

fn word_slot(word: &str, written: &str, words: &Words<'_>) -> Option<LabelId> {
    let capital = written.starts_with(is_capital);
    // "may" comes here only beside a number, see `is_month`.
    if is_english_month(word.trim_end_matches('.')) && (capital || !matches!(word, "mar" | "march")) {
        return Some(slot::MONTH);
    }
    let (written, word) = (stem(written), stem(word));
    if is_upper(written) {
        return Some(if words.is_old(word) { slot::MAJOR } else { slot::UPPER });
    }
    capital.then_some(slot::CAPITAL)
}

/// A word without what is written onto it behind an apostrophe: the case in Turkish ("EXMPL'nin"), the genitive in English.
pub(crate) fn stem(word: &str) -> &str {
    // Most have none, and are looked at byte by byte.
    match word.bytes().any(|byte| byte == b'\'' || !byte.is_ascii()) {
        true => word.split(['\'', '’']).next().unwrap_or(word),
        false => word,
    }
}

/// What has the shape of a ticker.
pub(super) const TICKERS: LabelSet = LabelSet::of_slots(&[
    slot::CASHTAG,
    slot::PAREN_TICKER,
    slot::UPPER,
    slot::HASHTAG,
    slot::MAJOR,
    slot::PAREN_MAJOR,
]);

/// Whether an item has the shape of a ticker.
pub(crate) fn is_ticker(item: &Item) -> bool {
    item.is_of(&TICKERS)
}

/// Whether an item is the ticker of what trades since long.
pub(crate) fn is_old_ticker(item: &Item) -> bool {
    item.is(slot::MAJOR) | item.is(slot::PAREN_MAJOR)
}

/// Whether `written` has the shape of a ticker without a sign: two to ten capitals and digits.
pub(crate) fn is_upper(written: &str) -> bool {
    (2..=10).contains(&written.len())
        && written.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && written.bytes().any(|b| b.is_ascii_uppercase())
}
