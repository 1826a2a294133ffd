//! Items as they are cut from a text: what lies between phrases, what is in parentheses, and what says nothing.

use std::ops::Range;

use tge_model::Zone;
use tge_text::{TokenKind, tokens};

use super::slots::{beside_number, is_upper, slot_of};
use super::{Item, NEVER_NAMED, Words};
use crate::extract::dates;
use crate::lexicon::{LabelId, Sense, slot};

pub(super) fn has_capital(written: &str) -> bool {
    match written.is_ascii() {
        true => written.bytes().any(|byte| byte.is_ascii_uppercase()),
        false => written.contains(is_capital),
    }
}

/// Whether `c` is a capital letter; letters in circles and squares are pictures.
pub(crate) fn is_capital(c: char) -> bool {
    c.is_uppercase() && !matches!(c, '\u{24b6}'..='\u{24cf}' | '\u{1f130}'..='\u{1f189}')
}

/// Addresses, names of accounts and tickers with a sign. Most texts have none, and are not cut into tokens for them.
pub(super) fn shadows(text: &str) -> Vec<Range<usize>> {
    let marked = |b: u8| matches!(b, b'@' | b'$' | b'/');
    if !text.bytes().any(marked) && !text.contains("www.") {
        return Vec::new();
    }
    let shadow = |kind| matches!(kind, TokenKind::Url | TokenKind::Handle | TokenKind::Cashtag);
    tokens(text).filter(|t| shadow(t.kind)).map(|t| t.range).collect()
}

/// Whether the phrase at `range` is only a part of a name with a dot in it: `rollup.finance`.
pub(super) fn is_dotted(text: &str, range: Range<usize>) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let mut after = text[range.end..].chars();
    let mut before = text[..range.start].chars().rev();
    (after.next() == Some('.') && letter(after.next())) || (before.next() == Some('.') && letter(before.next()))
}

pub(super) fn item(kind: TokenKind, zone: Zone, range: Range<usize>, labels: &[LabelId]) -> Item {
    let mut kept = [0; 2];
    let count = labels.len().min(2);
    kept[..count].copy_from_slice(&labels[..count]);
    let label_count = count as u8;
    Item {
        labels: kept,
        label_count,
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

pub(super) fn plain<'a>(
    text: &str,
    range: Range<usize>,
    zone: Zone,
    words: &Words<'_>,
    original: &impl Fn(Range<usize>) -> &'a str,
    items: &mut Vec<Item>,
) {
    for token in tokens(&text[range.clone()]) {
        let place = token.range.start + range.start..token.range.end + range.start;
        let word = &text[place.clone()];
        if token.kind == TokenKind::Sign && !matches!(word, "(" | ")" | "[" | "]" | ":" | "," | "、" | "/") {
            continue;
        }
        let month = token.kind == TokenKind::Word && dates::names_month(word);
        let label = match month && beside_number(text, place.clone()) {
            true => Some(slot::MONTH),
            false => slot_of(token.kind, word, original(place.clone()), words),
        };
        items.push(item(token.kind, zone, place, label.as_slice()));
    }
}

/// Makes one item of `(`, `ABC`, `)`: a name's apposition, the surest mark of a ticker.
pub(super) fn tickers_in_parentheses<'a>(
    items: Vec<Item>,
    text: &str,
    words: &Words<'_>,
    original: &impl Fn(Range<usize>) -> &'a str,
) -> Vec<Item> {
    if !text.contains(')') {
        return items;
    }
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    for next in items {
        let closes = &text[next.range.clone()] == ")";
        if closes && kept.len() >= 2 && &text[kept[kept.len() - 2].range.clone()] == "(" {
            let inner = &kept[kept.len() - 1];
            let written = original(inner.range.clone()).trim_start_matches('$');
            let one = written.len() == 1 && written.bytes().all(|b| b.is_ascii_uppercase());
            let never = NEVER_NAMED.contains(&written);
            if (is_upper(written) || one) && !never {
                let major = words.is_old(&written.to_lowercase());
                let label = if major { slot::PAREN_MAJOR } else { slot::PAREN_TICKER };
                let found = item(TokenKind::Word, inner.zone, inner.range.clone(), &[label]);
                kept.truncate(kept.len() - 2);
                kept.push(found);
                continue;
            }
        }
        kept.push(next);
    }
    kept
}
