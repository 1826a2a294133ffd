//! Terms: which of a text's amounts are what was raised, the price, the supply, the share and number of tokens handed out.
//!
//! An amount is what the words nearest to it say (`amounts.yaml`): before it rather than behind it, of its own part of the
//! sentence rather than of another. What is nearer to words of something else (a team's share, the price of today, what one
//! wallet gets) is no term. Of each kind the clearest is kept, of equals the first.

mod parts;

use std::ops::Range;

use tge_model::{Decimal, EventKind, Term, TermKind, Zone};
use tge_text::sentences;

use crate::amounts::{Amounts, Cues, Phrases};
use crate::reading::Reading;

use parts::{Amount, Cue, Unit};

/// Sentences looked at.
const SENTENCES_MAX: usize = 60;
/// A word says nothing of an amount further away, in words.
const REACH: f64 = 10.0;
/// How much less a word that says little says.
const VAGUE: f64 = 4.0;
/// How much less an amount of the next sentence counts, and how many sentences on it makes no difference: what is told
/// first is what the text is about.
const LATER: f64 = 4.0;
const LATER_MAX: f64 = 10.0;
/// Bytes of a quote.
const QUOTE_MAX: usize = 160;

/// What an amount is taken for.
#[derive(Debug, Clone)]
struct Taken {
    /// None: for something that is no term.
    kind: Option<TermKind>,
    clear: f64,
    quote: Range<usize>,
    /// By a word that says little of it.
    vague: bool,
}

/// What terms are looked for in.
pub(crate) struct Terms<'a> {
    pub(crate) reading: &'a Reading<'a>,
    pub(crate) amounts: &'a Amounts,
    /// The ticker of the launch, in capitals.
    pub(crate) symbol: Option<&'a str>,
    pub(crate) kind: EventKind,
}

// === impl Terms ===

impl Terms<'_> {
    /// The terms of the launch, at most one of a kind.
    pub(crate) fn find(&self) -> Vec<Term> {
        let mut best: Vec<(f64, Term)> = Vec::new();
        let mut order = 0.0;
        for zone in [Zone::Title, Zone::Text] {
            let text = self.reading.normal(zone);
            for sentence in sentences(text).into_iter().take(SENTENCES_MAX) {
                order += 1.0;
                if !text[sentence.clone()].bytes().any(|b| b.is_ascii_digit()) {
                    continue;
                }
                for (clear, term) in self.sentence(zone, sentence) {
                    let clear = clear - LATER * f64::min(order, LATER_MAX);
                    match best.iter_mut().find(|(_, other)| other.kind == term.kind) {
                        Some(found) if found.0 >= clear => {}
                        Some(found) => *found = (clear, term),
                        None => best.push((clear, term)),
                    }
                }
            }
        }
        best.sort_by_key(|(_, term)| term.kind);
        best.into_iter().map(|(_, term)| term).collect()
    }

    fn sentence(&self, zone: Zone, sentence: Range<usize>) -> Vec<(f64, Term)> {
        let text = self.reading.normal(zone);
        // Most sentences with a figure in them tell a day and no amount.
        if !self.has_amount(zone, sentence.clone()) {
            return Vec::new();
        }
        let (mut amounts, cues) = self.read(zone, sentence);
        self.widen(text, &mut amounts);
        let mut taken: Vec<Option<Taken>> = (0..amounts.len()).map(|i| self.nearest(&amounts, i, &cues)).collect();
        self.relate(text, &amounts, &mut taken);
        // "6 % of the supply" is a share of a hand-out where one is spoken of.
        let hands_out =
            cues.iter().any(|cue| cue.says.speaks_for(TermKind::Share) && cue.says.speaks_for(TermKind::Tokens));
        let told = amounts.iter().zip(taken).filter_map(|(amount, taken)| Some((amount, taken?)));
        told.filter_map(|(amount, taken)| {
            let kind = taken.kind.filter(|kind| (!taken.vague || hands_out) && self.may_be(*kind, amount))?;
            let unit = match &amount.unit {
                Unit::Percent => "%".to_owned(),
                Unit::Money(code) => code.clone(),
                _ => self.symbol.unwrap_or_default().to_owned(),
            };
            let quote = self.reading.written_range(zone, taken.quote);
            Some((taken.clear, Term { kind, value: amount.value, unit, as_published: tge_text::sanitise(quote) }))
        })
        .collect()
    }

    /// Whether an amount of this size and unit may be a term of this kind.
    fn may_be(&self, kind: TermKind, amount: &Amount) -> bool {
        let value = amount.value;
        let large = value >= Decimal::from(1_000);
        match kind {
            TermKind::Supply | TermKind::Tokens => large,
            TermKind::Share => value > Decimal::ZERO && value < Decimal::ONE_HUNDRED,
            TermKind::Price => value > Decimal::ZERO && value < Decimal::from(100_000),
            TermKind::Raised | TermKind::Target => self.kind == EventKind::PublicSale && value >= Decimal::TEN,
            TermKind::Valuation => large,
        }
    }

    /// What the nearest cue takes amount `i` for.
    fn nearest(&self, amounts: &[Amount], i: usize, cues: &[Cue]) -> Option<Taken> {
        let amount = &amounts[i];
        let mut best: Option<Taken> = None;
        for cue in cues.iter().filter(|cue| amount.aside || !cue.aside) {
            let (distance, quote) = if cue.until <= amount.from {
                (amount.from - cue.until, cue.range.start..amount.range.end)
            } else {
                // What stands directly before the next amount is of that one.
                let of_next = |next: &Amount| {
                    next.from >= cue.until && next.from - cue.until < 1.2 && of(cue.says, &next.unit).is_some()
                };
                if amounts.get(i + 1).is_some_and(of_next) {
                    continue;
                }
                (cue.from - amount.until + 1.0, amount.range.start..cue.range.end)
            };
            let Some((kind, less)) = of(cue.says, &amount.unit).filter(|_| distance <= REACH) else { continue };
            let clear = REACH - distance - less;
            if best.as_ref().is_none_or(|best| clear > best.clear) {
                let quote = if quote.len() <= QUOTE_MAX { quote } else { amount.range.clone() };
                best = Some(Taken { kind, clear, quote, vague: less >= VAGUE });
            }
        }
        // A number without a unit counts only what it stands beside.
        let beside = |best: &Taken| best.kind == Some(TermKind::Supply) && best.clear >= REACH - 2.5;
        best.filter(|best| amount.unit != Unit::Bare || beside(best))
    }

    /// Gives the lower end of a range the words of size of the upper one: "$10 to $15 million".
    fn widen(&self, text: &str, amounts: &mut [Amount]) {
        for i in 1..amounts.len() {
            let (lower, upper) = (&amounts[i - 1], &amounts[i]);
            if let (None, Some(times)) = (lower.times, upper.times)
                && lower.unit == upper.unit
                && self.is_range(text, lower, upper)
                && let Some(value) = lower.value.checked_mul(times)
            {
                amounts[i - 1].value = value.normalize();
            }
        }
    }

    /// Whether nothing but a word for a range stands between two amounts.
    fn is_range(&self, text: &str, lower: &Amount, upper: &Amount) -> bool {
        let between = text.get(lower.range.end..upper.range.start).unwrap_or_default();
        let start = between.len() - between.trim_start().len();
        let word = self.amounts.range.longest(between, start);
        word.is_some_and(|(end, ())| between[end..].trim().is_empty())
    }

    /// What stands in parentheses behind an amount, or behind "or", is the same in another unit: "5 % (50m tokens) go to the
    /// community". Of a range the lower end counts.
    fn relate(&self, text: &str, amounts: &[Amount], taken: &mut [Option<Taken>]) {
        let counted = |amount: &Amount| matches!(amount.unit, Unit::Tokens | Unit::Bare);
        for i in 1..amounts.len() {
            let (one, other) = (&amounts[i - 1], &amounts[i]);
            let between = text.get(one.range.end..other.range.start).unwrap_or_default();
            let start = between.len() - between.trim_start_matches([' ', ',', '(', '-']).len();
            let says = |phrases: &Phrases<()>, from: usize| phrases.longest(between, from).map(|(end, ())| end);
            if one.unit == other.unit && self.is_range(text, one, other) {
                taken[i] = None;
                continue;
            }
            let aside = other.aside && !one.aside && other.from - one.until <= 3.0;
            let same = says(&self.amounts.same, start).is_some() && other.from - one.until <= REACH;
            let kinds = match (one, other) {
                _ if !(aside || same) => continue,
                (Amount { unit: Unit::Percent, .. }, _) if counted(other) => (TermKind::Share, TermKind::Tokens),
                (_, Amount { unit: Unit::Percent, .. }) if counted(one) => (TermKind::Tokens, TermKind::Share),
                _ => continue,
            };
            let quote = one.range.start..other.range.end;
            let sure = |taken: &Option<Taken>| taken.as_ref().filter(|taken| !taken.vague).cloned();
            match (sure(&taken[i - 1]), sure(&taken[i])) {
                (Some(first), _) if first.kind == Some(kinds.0) || first.kind.is_none() => {
                    taken[i] = Some(Taken { kind: first.kind.map(|_| kinds.1), quote, ..first });
                }
                (None, Some(second)) if second.kind == Some(kinds.1) => {
                    taken[i - 1] = Some(Taken { kind: Some(kinds.0), quote, ..second });
                }
                _ => {}
            }
        }
    }
}

/// What a cue makes of an amount in this unit, and how much less clear that is; `None` where it says nothing of it.
fn of(cue: Cues, unit: &Unit) -> Option<(Option<TermKind>, f64)> {
    let first = |kinds: &[TermKind]| kinds.iter().copied().find(|kind| cue.speaks_for(*kind));
    let kind = match unit {
        Unit::Percent => first(&[TermKind::Share]),
        Unit::Money(_) => first(&[TermKind::Target, TermKind::Price, TermKind::Valuation, TermKind::Raised]),
        Unit::Tokens | Unit::Bare => first(&[TermKind::Supply, TermKind::Tokens]),
        Unit::Foreign => return None,
    };
    match (kind, unit) {
        // "To users" says less of a share than "airdrop", which says of tokens that they are handed out, too.
        (Some(TermKind::Share), _) if !cue.speaks_for(TermKind::Tokens) => Some((Some(TermKind::Share), 1.0)),
        (Some(kind), _) => Some((Some(kind), 0.0)),
        (None, _) if cue.is_other() => Some((None, 0.0)),
        // "6 % of the supply": of what, the words further away say.
        (None, Unit::Percent) if cue.speaks_for(TermKind::Supply) => Some((Some(TermKind::Share), VAGUE)),
        _ => None,
    }
}
