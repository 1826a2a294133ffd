//! Items as they are cut from a text: what lies between phrases, what is in parentheses, and what says nothing.

use std::ops::Range;

use tge_model::Zone;
use tge_text::{TokenKind, tokens};

use super::slots::{beside_number, is_upper, slot_of};
use super::{Item, NEVER_NAMED, Part, Words};
use crate::extract::dates;
use crate::lexicon::{LabelId, NONE, Sense, slot};

/// Addresses, names of accounts and tickers with a sign. Most texts have none, and are not cut into tokens for them.
pub(super) fn shadows(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let marked = |b: u8| matches!(b, b'@' | b'$' | b'/');
    // Asked of all bytes at once, not of one after the other.
    let mark = bytes.iter().fold(false, |any, byte| any | marked(*byte));
    let double = bytes.iter().zip(bytes.iter().skip(1)).fold(false, |any, (a, b)| any | (*a == b'w' && *b == b'w'));
    if !(mark | double) {
        return Vec::new();
    }
    let shadow = |kind| matches!(kind, TokenKind::Url | TokenKind::Handle | TokenKind::Cashtag);
    let mut found = Vec::new();
    let mut from = 0;
    let next = |from: usize| {
        bytes[from..]
            .iter()
            .enumerate()
            .position(|(i, &b)| marked(b) || (b == b'w' && bytes.get(from + i + 1) == Some(&b'w')))
    };
    while let Some(mark) = next(from).map(|at| from + at) {
        // None of them goes on behind a blank.
        let start = bytes[from..mark].iter().rposition(|b| *b == b' ').map_or(from, |blank| from + blank + 1);
        let end = bytes[mark..].iter().position(|b| *b == b' ').map_or(bytes.len(), |blank| mark + blank);
        let here = tokens(&text[start..end]).filter(|t| shadow(t.kind));
        found.extend(here.map(|t| t.range.start + start..t.range.end + start));
        from = end;
    }
    found
}

/// Whether the phrase at `range` is only a part of a name with a dot in it: `rollup.finance`.
pub(super) fn is_dotted(text: &str, range: Range<usize>) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let mut after = text[range.end..].chars();
    let mut before = text[..range.start].chars().rev();
    (after.next() == Some('.') && letter(after.next())) || (before.next() == Some('.') && letter(before.next()))
}

pub(super) fn item(kind: TokenKind, zone: Zone, range: Range<usize>, labels: &[LabelId]) -> Item {
    let label = |at| labels.get(at).copied().unwrap_or(NONE);
    Item {
        labels: [label(0), label(1)],
        sense: Sense::Concept,
        kind,
        phrase: false,
        zone,
        range,
        at: 0,
        capital: false,
        known: None,
    }
}

/// Puts the tokens of bytes `range` of a zone behind `items`.
pub(super) fn plain(part: &Part<'_>, range: Range<usize>, zone: Zone, words: &Words<'_>, items: &mut Vec<Item>) {
    let text = part.normal.as_str();
    for token in tokens(&text[range.clone()]) {
        let place = token.range.start + range.start..token.range.end + range.start;
        let word = &text[place.clone()];
        if token.kind == TokenKind::Sign && !matches!(word, "(" | ")" | "[" | "]" | ":" | "," | "、" | "/") {
            continue;
        }
        let capital = part.normal.has_capital(place.clone());
        let month = token.kind == TokenKind::Word && dates::names_month(word);
        let label = if month && beside_number(text, place.clone()) {
            Some(slot::MONTH)
        } else if token.kind == TokenKind::Word && !capital && !month {
            // As most are: no shape says what it is.
            None
        } else {
            slot_of(token.kind, word, part.original(place.clone()), words)
        };
        let mut found = item(token.kind, zone, place, label.as_slice());
        found.capital = capital;
        items.push(found);
    }
}

/// Makes one item of `(`, `ABC`, `)` among those from `begin` on: a name's apposition, the surest mark of a ticker.
pub(super) fn tickers_in_parentheses(items: &mut Vec<Item>, begin: usize, part: &Part<'_>, words: &Words<'_>) {
    let text = part.normal.as_str();
    if !text.contains(')') {
        return;
    }
    let mut kept = begin;
    for at in begin..items.len() {
        let closes = &text[items[at].range.clone()] == ")";
        if closes && kept >= begin + 2 && &text[items[kept - 2].range.clone()] == "(" {
            let inner = &items[kept - 1];
            let written = part.original(inner.range.clone()).trim_start_matches('$');
            let one = written.len() == 1 && written.bytes().all(|b| b.is_ascii_uppercase());
            let never = NEVER_NAMED.contains(&written);
            if (is_upper(written) || one) && !never {
                let major = words.is_old(&written.to_lowercase());
                let label = if major { slot::PAREN_MAJOR } else { slot::PAREN_TICKER };
                let mut found = item(TokenKind::Word, inner.zone, inner.range.clone(), &[label]);
                found.capital = inner.capital;
                kept -= 1;
                items[kept - 1] = found;
                continue;
            }
        }
        items.swap(kept, at);
        kept += 1;
    }
    items.truncate(kept);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shadows_are_those_of_the_whole_text(text in "([a-z]{1,4}|[0-9]|[$@/.%€ ]|www\\.|https://|上){0,24}") {
            let shadow = |kind| matches!(kind, TokenKind::Url | TokenKind::Handle | TokenKind::Cashtag);
            let whole: Vec<_> = tokens(&text).filter(|t| shadow(t.kind)).map(|t| t.range).collect();
            prop_assert_eq!(shadows(&text), whole);
        }
    }
}
