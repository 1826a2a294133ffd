//! Names and tickers of texts without any capital, as some archives and posters write.

use tge_text::TokenKind;

use super::akin::{LETTERS_MIN, shortens};
use super::{OWNED, named};
use crate::extract::tickers::{Mark, Ticker};
use crate::lexicon::{Lexicon, Sense};
use crate::reading::{HEAD_CHARS, NEVER_NAMED, Reading};

/// Bytes a ticker may have.
const TICKER_BYTES: std::ops::RangeInclusive<usize> = LETTERS_MIN..=6;

/// Whether the head has no capital, in a script with blanks.
fn is_lower(reading: &Reading<'_>) -> bool {
    !reading.unspaced && !reading.items.iter().take_while(|item| item.at < HEAD_CHARS).any(|item| item.capital)
}

/// Whether item `i` is a word of no meaning here, and long enough for a name.
fn is_name(reading: &Reading<'_>, lexicon: &Lexicon, i: usize) -> bool {
    reading.items.get(i).is_some_and(|item| {
        let word = reading.word(item);
        item.kind == TokenKind::Word && !item.phrase && word.len() > 2 && !lexicon.is_common(word)
    })
}

/// Whether item `i` stands for one of `concepts`.
fn is_of(reading: &Reading<'_>, lexicon: &Lexicon, i: usize, concepts: &[&str]) -> bool {
    let item = reading.items.get(i);
    item.is_some_and(|item| item.labels().iter().any(|label| concepts.contains(&lexicon.name(*label))))
}

/// The ticker of a text without any capital: in parentheses or before the word for tokens, where it shortens a name of the
/// head ("petrolo (ptl)", "hartven ... its hrt tokens"), and is none of the old and large.
pub(crate) fn lowered_ticker(reading: &Reading<'_>, lexicon: &Lexicon) -> Option<Ticker> {
    if !is_lower(reading) {
        return None;
    }
    let head = reading.items.iter().take_while(|item| item.at < HEAD_CHARS).count();
    let word = |i: usize| reading.word_at(i);
    let token = |i: usize| is_of(reading, lexicon, i, &["TOKEN"]);
    let may_be = |i: usize| {
        let word = word(i);
        let letters = word.bytes().all(|b| b.is_ascii_alphabetic()) && TICKER_BYTES.contains(&word.len());
        let never = NEVER_NAMED.iter().any(|never| never.eq_ignore_ascii_case(word));
        let known = never || lexicon.is_no_ticker(word) || lexicon.is_common(word) || lexicon.is_major(word);
        letters && !known && !reading.items[i].phrase
    };
    let inside = |i: usize| word(i + 1) == ")" && i > 0 && word(i - 1) == "(";
    let shortens = |i: usize| (0..head).any(|j| is_name(reading, lexicon, j) && shortens(word(i), word(j)));
    let found = (0..head).filter(|i| may_be(*i)).find(|&i| (inside(i) || token(i + 1)) && shortens(i))?;
    Some(Ticker { symbol: word(found).to_uppercase(), mark: Mark::Bare, item: found })
}

/// The name in a text without any capital: what is "called" so, else the first word when it is explained or does
/// something ("example, a payment network", "example has launched").
pub(crate) fn lowered(reading: &Reading<'_>, lexicon: &Lexicon) -> Option<String> {
    let head = || reading.items.iter().enumerate().take_while(|(_, item)| item.at < HEAD_CHARS);
    if !is_lower(reading) {
        return None;
    }
    let plain =
        |i: usize| if is_name(reading, lexicon, i) { named(reading.written(&reading.items[i]), lexicon) } else { None };
    let is = |i: usize, concepts: &[&str]| is_of(reading, lexicon, i, concepts);
    let word = |i: usize| reading.word_at(i);
    // "Its own cryptocurrency called the example" is one phrase up to the name.
    let calls = |i: usize| is(i, &["CALLED"]) || word(i).ends_with(" called");
    let called = head().filter(|&(i, _)| calls(i)).find_map(|(i, _)| plain(i + 1).or_else(|| plain(i + 2)));
    let token = |i: usize| is(i, &["TOKEN", "ICO", "PRESALE", "SALE"]);
    let own = || {
        // "petro (ptr)", "example coin (exm)", "the mobi token", "blockchain project example", "the ico for example".
        let marks = |i: usize| word(i) == "(" && short(reading, i + 1);
        let beside = head().find_map(|(i, _)| plain(i).filter(|_| marks(i + 1) || (token(i + 1) && marks(i + 2))));
        // "A new cryptocurrency, the example", "the airdrop of example".
        let told = |i: usize| match word(i) {
            "," if i > 0 && (token(i - 1) || is(i - 1, &["NATIVE"])) && (word(i + 1) == "the" || token(i + 2)) => {
                plain(i + 1 + usize::from(word(i + 1) == "the"))
            }
            "of" if i > 0 && is(i - 1, &OWNED) => plain(i + 1),
            _ => None,
        };
        let behind = || head().find_map(|(i, _)| told(i));
        let before = || head().find_map(|(i, _)| plain(i).filter(|_| i > 0 && token(i + 1) && !token(i - 1)));
        beside.or_else(behind).or_else(before)
    };
    let first = || {
        // "Example network, a platform".
        let acts = matches!(word(1), "," | "has" | "is")
            || (is(1, &["DOMAIN", "FOUNDATION"]) && word(2) == ",")
            || is(1, &["WILL", "ANNOUNCE", "LAUNCH", "LIVE", "COMPLETE", "DENY", "SALE"]);
        // An exchange or a chain that launches a coin of its own.
        let venue = reading.items.first().filter(|item| !matches!(item.sense, Sense::Concept));
        let venue = || venue.and_then(|item| named(reading.written(item), lexicon));
        plain(0).or_else(venue).filter(|_| acts)
    };
    called.or_else(first).or_else(own)
}

/// Whether item `i` stands alone in parentheses and is as short as a ticker.
fn short(reading: &Reading<'_>, i: usize) -> bool {
    let closes = reading.items.get(i + 1).is_some_and(|item| reading.word(item) == ")");
    closes && reading.items.get(i).is_some_and(|item| (2..=6).contains(&reading.word(item).len()))
}
