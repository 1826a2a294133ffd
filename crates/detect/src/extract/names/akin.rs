//! Names found by the ticker: the word it shortens, and what is written before it in letters without capitals.

use tge_text::TokenKind;

use super::named;
use crate::lexicon::{LabelId, Lexicon, slot};
use crate::reading::{HEAD_CHARS, Item, Reading};

/// Letters of a ticker that one word must have in their order before it is no accident.
const LETTERS_MIN: usize = 3;
/// The same for words without a capital.
const LETTERS_MIN_LOWER: usize = 4;

/// Parts of addresses that are nobody's name.
const ANYBODYS: [&str; 12] = [
    "twitter", "medium", "claim", "claims", "telegram", "discord", "github", "youtube", "airdrop", "portal", "docs",
    "mirror",
];

/// The name that `symbol` shortens: a word of the head that begins like it and has its letters in their order ("Lanternbay"
/// of LTBY), with the capitalised words beside it; else such a word in small letters, or in the name of a site.
pub(crate) fn akin(reading: &Reading<'_>, lexicon: &Lexicon, symbol: &str) -> Option<String> {
    let letters = symbol.to_lowercase();
    if letters.len() < LETTERS_MIN || !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let head = || reading.items.iter().enumerate().take_while(|(_, item)| item.at < HEAD_CHARS);
    let word = |item: &Item| {
        item.kind == TokenKind::Word
            && !item.phrase
            && !lexicon.is_common(reading.word(item))
            && shortens(&letters, reading.word(item))
    };
    let capital = |item: &Item| item.is(slot::CAPITAL);
    if let Some((at, _)) = head().find(|(_, item)| capital(item) && word(item)) {
        let (first, last) = reading.whole(at, lexicon);
        return named(reading.written_between(&reading.items[first], &reading.items[last]));
    }
    if letters.len() < LETTERS_MIN_LOWER {
        return None;
    }
    let lower = || head().find(|(_, item)| word(item)).map(|(_, item)| reading.written(item).to_owned());
    let host = |item: &Item| {
        let link = reading.word(item);
        let host = link.split_once("://").map_or(link, |(_, rest)| rest).split('/').next().unwrap_or_default();
        host.split('.').find(|label| shortens(&letters, label) && !ANYBODYS.contains(label)).map(str::to_owned)
    };
    // "claim.example.com" without its scheme is a word with dots.
    let site = |item: &&Item| item.is(slot::URL) || (item.kind == TokenKind::Word && reading.word(item).contains('.'));
    lower().or_else(|| head().map(|(_, item)| item).filter(site).find_map(host))
}

/// Whether `word` begins like `letters`, has them all in their order, and more besides.
fn shortens(letters: &str, word: &str) -> bool {
    let ascii = word.bytes().all(|b| b.is_ascii_alphabetic());
    let mut rest = word.bytes();
    ascii
        && word.len() > letters.len()
        && word.len() <= 4 * letters.len()
        && word.as_bytes().first() == letters.as_bytes().first()
        && letters.bytes().all(|letter| rest.any(|b| b == letter))
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
    use super::shortens;

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
}
