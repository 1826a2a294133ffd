//! Tokens that already trade, and since when: what a text does not say of itself.
//!
//! A line is `TICKER<tab>YYYY-MM-DD<tab>mentions`: the day from which the ticker was spoken of (its third mention, or the
//! last of fewer), in posts and articles nobody labelled. A ticker is no identity: two projects may share one, and then
//! the younger looks old; the model weighs that.

use std::collections::HashMap;

use chrono::NaiveDate;
use thiserror::Error;

/// A line of the file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("failed to read known tokens: line {line} is {text:?}, expected TICKER<tab>YYYY-MM-DD<tab>MENTIONS")]
pub struct KnownError {
    /// Its number, from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
}

/// How old a ticker was on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Age {
    Never,
    Rare,
    Days10,
    Days30,
    Days90,
    Year,
    Old,
}

impl Age {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Age::Never => "never",
            Age::Rare => "rare",
            Age::Days10 => "d10",
            Age::Days30 => "d30",
            Age::Days90 => "d90",
            Age::Year => "y1",
            Age::Old => "old",
        }
    }
}

/// Since when tickers are spoken of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known(HashMap<String, (NaiveDate, u32)>);

impl Known {
    pub(crate) fn parse(tsv: &str) -> Result<Self, KnownError> {
        let mut known = HashMap::new();
        for (i, line) in tsv.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
            let wrong = || KnownError { line: i + 1, text: line.to_owned() };
            let mut fields = line.split('\t');
            let (Some(ticker), Some(day), Some(mentions)) = (fields.next(), fields.next(), fields.next()) else {
                return Err(wrong());
            };
            let day = day.parse().map_err(|_| wrong())?;
            let mentions = mentions.parse().map_err(|_| wrong())?;
            known.insert(ticker.to_uppercase(), (day, mentions));
        }
        Ok(Self(known))
    }

    /// How long `ticker` (upper case) had been spoken of on `day`.
    pub(crate) fn age(&self, ticker: &str, day: NaiveDate) -> Age {
        let Some(&(since, mentions)) = self.0.get(ticker) else { return Age::Never };
        let days = (day - since).num_days();
        match days {
            _ if mentions < 2 && days < 30 => Age::Rare,
            ..0 => Age::Never,
            0..=10 => Age::Days10,
            11..=30 => Age::Days30,
            31..=90 => Age::Days90,
            91..=365 => Age::Year,
            _ => Age::Old,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_is_counted_to_the_day_of_the_document() {
        let known = Known::parse("# a comment\nABC\t2024-01-10\t5\nX1\t2024-01-10\t1\n").expect("good lines");
        let on = |ticker, day: &str| known.age(ticker, day.parse().expect("a day"));
        for (ticker, day, age) in [
            ("ABC", "2024-01-09", Age::Never),
            ("ABC", "2024-01-12", Age::Days10),
            ("ABC", "2026-01-12", Age::Old),
            ("X1", "2024-01-12", Age::Rare),
            ("NEW", "2024-01-12", Age::Never),
        ] {
            assert_eq!(on(ticker, day), age, "{ticker} on {day}");
        }
        assert_eq!(Known::parse("ABC 2024").err().map(|e| e.line), Some(1));
    }
}
