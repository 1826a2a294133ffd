//! The parts of a sentence that terms are told by: amounts with what they count, and the words that say what they are.

use std::ops::Range;

use tge_model::{Decimal, Zone};
use tge_text::{Token, TokenKind, tokens};

use super::Terms;
use crate::amounts::{Cues, Number, Phrases, number};
use crate::reading::is_upper;

/// Tokens of a sentence looked at.
const TOKENS_MAX: usize = 400;
/// How far what stands in parentheses is, in words, seen from outside.
const ASIDE: f64 = 0.15;

/// Numbers of four digits that are years.
const YEARS: (Decimal, Decimal) =
    (Decimal::from_parts(2_009, 0, 0, false, 0), Decimal::from_parts(2_099, 0, 0, false, 0));
/// Money that is a word of another language, and no money where it stands before a number.
const NO_MONEY_BEFORE: [&str; 5] = ["dai", "won", "sol", "dot", "near"];

/// What an amount counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unit {
    Percent,
    Money(String),
    /// Tokens: of this launch by their ticker, or without one.
    Tokens,
    /// A number and no more.
    Bare,
    /// Tokens of another ticker.
    Foreign,
}

/// An amount in a sentence.
pub(super) struct Amount {
    pub(super) value: Decimal,
    pub(super) unit: Unit,
    /// Bytes of the normal form.
    pub(super) range: Range<usize>,
    /// Where it begins and ends, in words from the beginning of the sentence.
    pub(super) from: f64,
    pub(super) until: f64,
    /// In parentheses behind another.
    pub(super) aside: bool,
    /// What its words of size multiply it by.
    pub(super) times: Option<Decimal>,
}

/// A cue in a sentence.
pub(super) struct Cue {
    pub(super) says: Cues,
    pub(super) range: Range<usize>,
    pub(super) from: f64,
    pub(super) until: f64,
    /// In parentheses.
    pub(super) aside: bool,
}

impl Terms<'_> {
    /// Whether a sentence has an amount.
    pub(super) fn has_amount(&self, zone: Zone, sentence: Range<usize>) -> bool {
        let text = &self.reading.normal(zone)[..sentence.end];
        let mut before = sentence.start;
        tokens(&text[sentence.start..]).take(TOKENS_MAX).any(|Token { kind, range }| {
            let range = range.start + sentence.start..range.end + sentence.start;
            let numeric = matches!(kind, TokenKind::Number | TokenKind::Money | TokenKind::Percent);
            let previous = std::mem::replace(&mut before, range.start);
            numeric && self.amount(zone, text, range, self.amounts.money.longest(text, previous)).is_some()
        })
    }

    /// The amounts and cues of a sentence, in order.
    pub(super) fn read(&self, zone: Zone, sentence: Range<usize>) -> (Vec<Amount>, Vec<Cue>) {
        let whole = self.reading.normal(zone);
        let text = &whole[..sentence.end];
        let (mut found, mut cues): (Vec<Amount>, Vec<Cue>) = (Vec::new(), Vec::new());
        let mut at = 0.0;
        let mut free_from = sentence.start;
        let mut depth = 0u32;
        // The word that stands directly before: a currency may.
        let mut money_before: Option<(usize, u16)> = None;
        for Token { kind, range } in tokens(&text[sentence.start..]).take(TOKENS_MAX) {
            let range = range.start + sentence.start..range.end + sentence.start;
            if range.start < free_from {
                continue;
            }
            let word = &text[range.clone()];
            match word {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            let weight = if depth > 0 { ASIDE } else { 1.0 };
            let step = weight
                * match (kind, word) {
                    (TokenKind::Ideograph, _) => 0.5,
                    (_, "," | "、" | "،") => 4.0,
                    (TokenKind::Sign, _) => 0.1,
                    _ => 1.0,
                };
            let numeric = matches!(kind, TokenKind::Number | TokenKind::Money | TokenKind::Percent);
            let amount = if numeric { self.amount(zone, text, range.clone(), money_before) } else { None };
            if let Some((Number { value, times, .. }, unit, end)) = amount {
                let aside = depth > 0;
                let until = at + weight;
                found.push(Amount { value, unit, range: range.start..end, from: at, until, aside, times });
                (at, free_from, money_before) = (until, end, None);
                continue;
            }
            if let Some((end, says)) = self.amounts.cues.longest(text, range.start) {
                let long = weight * text[range.start..end].chars().filter(|c| c.is_whitespace()).count() as f64;
                cues.push(Cue { says, range: range.start..end, from: at, until: at + step + long, aside: depth > 0 });
                (at, free_from, money_before) = (at + step + long, end, None);
                continue;
            }
            let no_money = NO_MONEY_BEFORE.contains(&word) || is_others(text, range.start);
            money_before = if no_money { None } else { self.amounts.money.longest(text, range.start) };
            at += step;
        }
        (found, cues)
    }

    /// The amount that begins with the token at `range`: what it counts, and the byte behind it.
    fn amount(
        &self,
        zone: Zone,
        text: &str,
        range: Range<usize>,
        before: Option<(usize, u16)>,
    ) -> Option<(Number, Unit, usize)> {
        let digits = text[range.clone()].find(|c: char| c.is_ascii_digit())?;
        let sign = self.amounts.money.longest_within(text, range.start).filter(|(end, _)| *end == range.start + digits);
        let mut found = number(text, range.start + digits, self.amounts)?;
        let begins = range.start + digits;
        // A year counts nothing.
        let four = text[begins..found.end].len() == 4 && !found.sized;
        if four && sign.is_none() && (YEARS.0..=YEARS.1).contains(&found.value) {
            return None;
        }
        let money = |code: u16| {
            let code = self.amounts.code(code);
            if self.symbol == Some(code) { Unit::Tokens } else { Unit::Money(code.to_owned()) }
        };
        if let Some((_, code)) = sign {
            let unit = if is_others(text, range.start) { Unit::Foreign } else { money(code) };
            return Some((found, unit, found.end));
        }
        let next = found.end + text[found.end..].len() - text[found.end..].trim_start_matches(' ').len();
        let joined = next == found.end;
        if let Some((end, ())) = longest(&self.amounts.percent, text, next, joined) {
            return Some((found, Unit::Percent, end));
        }
        if text[..begins].ends_with('%') || text[..begins].trim_end().ends_with("yüzde") {
            return Some((found, Unit::Percent, found.end));
        }
        // "5 millones de dólares", "millions d'euros".
        let of = ["de ", "di ", "d'", "d’"].iter().find(|of| found.times.is_some() && text[next..].starts_with(**of));
        let money_at = next + of.map_or(0, |of| of.len());
        // "30,000 $exm" are tokens, no dollars.
        let lettered =
            |end: &usize| text[*end..].starts_with(|c: char| c.is_alphabetic()) && text[..*end].ends_with('$');
        if let Some((end, code)) =
            longest(&self.amounts.money, text, money_at, joined).filter(|(end, _)| !lettered(end))
        {
            return Some((found, money(code), end));
        }
        let pieces = longest(&self.amounts.pieces, text, next, joined);
        let ticker = self.ticker(zone, text, found.end);
        // Nobody hands out thousandths: "37.600 Token".
        if found.stopped && (pieces.is_some() || ticker.is_some_and(|(_, ours)| ours)) {
            found.value = (found.value * Decimal::ONE_THOUSAND).normalize();
        }
        if let Some((end, ())) = pieces {
            // "枚 EXM": whose pieces they are stands behind.
            let ticker = self.ticker(zone, text, end);
            return Some(match ticker {
                Some((_, false)) => (found, Unit::Foreign, end),
                Some((end, true)) => (found, Unit::Tokens, end),
                None => (found, Unit::Tokens, end),
            });
        }
        if let Some((end, ours)) = ticker {
            return Some((found, if ours { Unit::Tokens } else { Unit::Foreign }, end));
        }
        // "7 million Example tokens": a name may stand between.
        let word = text[next..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        let named = next + word + usize::from(text[next + word..].starts_with(' '));
        let pieces = if word > 0 && !joined { self.amounts.pieces.longest(text, named) } else { None };
        if let Some((end, ())) = pieces.filter(|_| self.amounts.cues.longest(text, next).is_none()) {
            return Some((found, Unit::Tokens, end));
        }
        let touches = |end: usize| text.get(end..range.start).is_some_and(|between| between.trim().is_empty());
        if let Some((_, code)) = before.filter(|(end, _)| touches(*end)) {
            return Some((found, money(code), found.end));
        }
        // Days and times count nothing.
        let dated =
            ["年", "月", "日", "点", "時", "时", "년", "월", "일", "시", "th", "st", "nd", "rd", "am", "pm", "x"];
        // Letters say so only where they touch the number: "1 billion that".
        let is_dated = dated.iter().any(|unit| (joined || !unit.is_ascii()) && text[next..].starts_with(unit));
        let counts = found.sized && !is_dated;
        counts.then_some((found, Unit::Bare, found.end))
    }

    /// The ticker that begins at or behind byte `at`, blanks and a `$` aside: the byte behind it, and whether it is that of
    /// the launch, or may be for want of one.
    fn ticker(&self, zone: Zone, text: &str, at: usize) -> Option<(usize, bool)> {
        let rest = &text[at..];
        let bare = rest.trim_start_matches([' ', '$', '个', '個']);
        let start = at + rest.len() - bare.len();
        let length = bare.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let written = self.reading.written_range(zone, start..start + length);
        let is = |symbol: &str, written: &str| written.eq_ignore_ascii_case(symbol);
        let ours = self
            .symbol
            .is_some_and(|symbol| is(symbol, written) || written.strip_suffix('s').is_some_and(|one| is(symbol, one)));
        let fits = ours || (is_upper(written) && !written.bytes().any(|b| b.is_ascii_digit()));
        fits.then_some((start + length, ours || self.symbol.is_none()))
    }
}

/// Whether the `$` at byte `at` is somebody else's dollar: "R$", "HK$".
fn is_others(text: &str, at: usize) -> bool {
    let before = &text[..at];
    text[at..].starts_with('$') && before.ends_with(|c: char| c.is_ascii_alphabetic()) && !before.ends_with("us")
}

fn longest<T: Copy>(phrases: &Phrases<T>, text: &str, at: usize, joined: bool) -> Option<(usize, T)> {
    if joined { phrases.longest_within(text, at) } else { phrases.longest(text, at) }
}
