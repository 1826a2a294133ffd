//! The words of amounts: what multiplies a number, what money and pieces are called, and what kind of term an amount is by
//! the words beside it (`amounts.yaml`).

mod number;
mod phrases;

use std::collections::BTreeMap;

use serde::Deserialize;
use tge_model::{Decimal, TermKind, UnknownName};
use tge_text::Normal;
use thiserror::Error;

pub(crate) use number::{Number, number};
pub(crate) use phrases::Phrases;

/// An amounts file that cannot be used.
#[derive(Debug, Error)]
pub enum AmountsError {
    /// It is not YAML of the shape wanted.
    #[error(
        "failed to read the amounts: expected `version`, `magnitudes`, `money`, `pieces`, `same`, `range`, `percent`, `cues`"
    )]
    Shape(#[source] serde_yaml_ng::Error),
    /// It is of another version.
    #[error("failed to read the amounts: version {found}, this program reads version 1")]
    Version {
        /// What it says.
        found: u32,
    },
    /// A cue is for a term nobody knows.
    #[error("failed to read the amounts: a cue is neither for OTHER nor for a term")]
    UnknownTerm(#[source] UnknownName),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    magnitudes: BTreeMap<u64, Vec<String>>,
    money: BTreeMap<String, Vec<String>>,
    pieces: Vec<String>,
    percent: Vec<String>,
    same: Vec<String>,
    range: Vec<String>,
    cues: BTreeMap<String, Vec<String>>,
}

/// The terms a cue speaks for, one bit each; [`Cues::OTHER`] takes an amount away from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cues(u16);

/// What the words beside an amount may say, ready to match.
#[derive(Default)]
pub(crate) struct Amounts {
    pub(crate) magnitudes: Phrases<Decimal>,
    pub(crate) money: Phrases<u16>,
    pub(crate) pieces: Phrases<()>,
    pub(crate) percent: Phrases<()>,
    /// Before the same amount in another unit.
    pub(crate) same: Phrases<()>,
    /// Between the ends of a range.
    pub(crate) range: Phrases<()>,
    pub(crate) cues: Phrases<Cues>,
    codes: Vec<String>,
}

// === impl Cues ===

impl Cues {
    pub(crate) const OTHER: Self = Self(1 << 15);

    pub(crate) fn of(kind: TermKind) -> Self {
        Self(1 << kind as u16)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn speaks_for(self, kind: TermKind) -> bool {
        self.0 & Self::of(kind).0 != 0
    }

    pub(crate) fn is_other(self) -> bool {
        self.0 & Self::OTHER.0 != 0
    }
}

// === impl Amounts ===

impl Amounts {
    /// Reads the file; an empty one knows no amounts, as rulesets of before there were any.
    pub(crate) fn parse(yaml: &str) -> Result<Self, AmountsError> {
        if yaml.trim().is_empty() {
            return Ok(Self::default());
        }
        let file: File = serde_yaml_ng::from_str(yaml).map_err(AmountsError::Shape)?;
        if file.version != 1 {
            return Err(AmountsError::Version { found: file.version });
        }
        let mut amounts = Self::default();
        let each = |phrases: Vec<String>| phrases.into_iter().map(|phrase| normal(&phrase));
        for (times, words) in file.magnitudes {
            each(words).for_each(|word| amounts.magnitudes.add(&word, Decimal::from(times)));
        }
        for (code, words) in file.money {
            let number = amounts.codes.len() as u16;
            each(words).for_each(|word| amounts.money.add(&word, number));
            amounts.codes.push(code);
        }
        each(file.pieces).for_each(|word| amounts.pieces.add(&word, ()));
        each(file.percent).for_each(|word| amounts.percent.add(&word, ()));
        each(file.same).for_each(|word| amounts.same.add(&word, ()));
        each(file.range).for_each(|word| amounts.range.add(&word, ()));
        let mut cues: BTreeMap<String, Cues> = BTreeMap::new();
        for (kind, words) in file.cues {
            let speaks_for = match kind.parse::<TermKind>() {
                Ok(kind) => Cues::of(kind),
                Err(_) if kind == "OTHER" => Cues::OTHER,
                Err(unknown) => return Err(AmountsError::UnknownTerm(unknown)),
            };
            for word in each(words) {
                let all = cues.entry(word).or_default();
                *all = all.and(speaks_for);
            }
        }
        cues.iter().for_each(|(word, cue)| amounts.cues.add(word, *cue));
        Ok(amounts)
    }

    /// The code of money number `money`: `USD`, `ETH`.
    pub(crate) fn code(&self, money: u16) -> &str {
        self.codes.get(usize::from(money)).map_or("", String::as_str)
    }
}

/// A phrase as texts are matched, its star kept.
fn normal(phrase: &str) -> String {
    let bare = phrase.trim_end_matches('*');
    format!("{}{}", Normal::text_of(bare.trim()), &phrase[bare.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "{version: 1, magnitudes: {1000: [k]}, money: {USD: [dollar*]}, pieces: [枚], same: [or], range: [to], percent: ['%'], cues: {PRICE: [price], OTHER: [team]}}";

    #[test]
    fn bad_files_say_what_is_wrong() {
        let error = |yaml: &str| Amounts::parse(yaml).err().map(|e| e.to_string()).unwrap_or_default();
        assert_eq!(error(SMALL), "");
        assert_eq!(error(" \n"), "");
        assert!(error(&SMALL.replace("version: 1", "version: 2")).contains("version 2"));
        assert!(error(&SMALL.replace("PRICE", "PRIZE")).contains("neither for OTHER nor for a term"));
        assert!(error(&SMALL.replace("pieces", "peaces")).contains("expected `version`"));
    }

    #[test]
    fn a_word_may_speak_for_several_terms() {
        let amounts = Amounts::parse(include_str!("../../../config/rulesets/amounts.yaml")).expect("the shipped file");
        let (_, cue) = amounts.cues.longest("airdrop of 5", 0).expect("a cue");
        assert!(cue.speaks_for(TermKind::Share) && cue.speaks_for(TermKind::Tokens) && !cue.is_other());
        assert_eq!(amounts.money.longest("dollars", 0).map(|(_, money)| amounts.code(money)), Some("USD"));
    }
}
