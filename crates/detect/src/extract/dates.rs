//! When: a date grammar of our own over the items of a reading. Months, weekdays and words that count from the day of
//! publication in eighteen languages, ISO and slashed dates, Chinese, Japanese, Korean and Vietnamese days, quarters.

mod around;
mod asian;
mod counted;
mod figures;
mod months;
mod persian;
mod quarters;
mod relative;
mod words;

use std::cell::LazyCell;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, TimeDelta};
use tge_model::Precision;

use crate::lexicon::Lexicon;
use crate::reading::{Reading, stem};
use crate::words::Words;

use around::{gone, ordinal};
use asian::{east_asian, vietnamese};
use figures::{Pair, numeric};
use months::MONTHS;
use persian::persian;
use quarters::{quarter, quarter_or_year};
use relative::relative;
use words::{DAY_AFTER, NEXT_MONTH, THIS_MONTH, TODAY, TOMORROW, WEEKDAYS, YESTERDAY};

/// Concepts whose phrases may hold a day: "starting today". "Black Friday" and "this day in history" name none.
pub(crate) const DATED: [&str; 6] = ["TODAY", "START", "LIVE", "LAUNCH", "OPENTRADE", "WILL"];

/// A date read from a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// First day of the period.
    pub(crate) day: NaiveDate,
    pub(crate) precision: Precision,
    /// First and last item it stands on.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// It was counted from the day of publication.
    pub(crate) relative: bool,
}

// === impl Found ===

impl Found {
    /// How many days the period has at most.
    pub(crate) fn days(&self) -> u64 {
        match self.precision {
            Precision::Year => 366,
            Precision::Quarter => 92,
            Precision::Month => 31,
            _ => 1,
        }
    }
}

/// Dates looked at; a calendar page has more, and tells of no one launch.
const FOUND_MAX: usize = 40;

/// Every date in the reading, in order. Words that count from publication need `published`; a day without a year takes
/// the year that puts it nearest to `published`, rather after than before.
pub(crate) fn find(reading: &Reading<'_>, lexicon: &Lexicon, published: Option<NaiveDate>) -> Vec<Found> {
    let words: Vec<&str> = reading.items.iter().map(|item| reading.word(item)).collect();
    let telling = |at: usize| reading.items[at].is_of(&lexicon.dated);
    let language = LazyCell::new(|| reading.head_written().iter().find_map(|text| tge_text::guess_language(text)));
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() && found.len() < FOUND_MAX {
        // Most words begin no date; a date read is dear.
        let digit = words[at].as_bytes().first().is_some_and(u8::is_ascii_digit);
        let begins = if digit { Some(Begins::Date) } else { begins(words[at]) };
        let count = || relative::counted_from(&words, at, published);
        let read = match begins {
            Some(Begins::Date) => count().or_else(|| date_at(&words[at..], published)),
            Some(Begins::Relative) => count().or_else(|| relative(&words[at..], published)),
            Some(Begins::Count) => count(),
            None if telling(at) => within(words[at], published),
            None => None,
        };
        let read = read.or_else(|| {
            let pair = digit.then(|| Pair::of(words[at])).flatten()?;
            // Of a phrase, the last word: "startet am".
            let before = at.checked_sub(1).map(|before| words[before].rsplit(' ').next().unwrap_or_default());
            let around = [before, words.get(at + 1).copied()];
            Some((pair.day(&language, around, published?)?, Precision::Day, 1, false))
        });
        let ordinal = || Some((ordinal(&words[..at], &words[at..], published?)?, Precision::Day, 1, false));
        let read = read.or_else(|| digit.then(ordinal)?);
        if let Some((day, precision, length, relative)) = read {
            let date = &words[at..at + length];
            let day = published.map_or(day, |today| gone(&words[..at], date, precision, day, today));
            // "Viernes 11 de diciembre", "next Friday, December 11": the day of the week only repeats the date behind it.
            let behind = at + length + usize::from(words.get(at + length) == Some(&","));
            let weekday = words[at..at + length].iter().any(|word| relative::is_weekday(word));
            if relative && behind < words.len() && weekday {
                let named = date_at(&words[behind..], published)
                    .filter(|(_, exact, _, relative)| !relative && *exact == Precision::Day);
                if let Some((day, precision, length, relative)) = named {
                    found.push(Found { day, precision, first: at, last: behind + length - 1, relative });
                    at = behind + length;
                    continue;
                }
            }
            // "Launched on Sunday" was last Sunday.
            let past = relative && weekday && length == 1 && relative::is_told_past(&words[..at]);
            let day = if past { published.map_or(day, |today| relative::week_before(day, today)) } else { day };
            found.push(Found { day, precision, first: at, last: at + length - 1, relative });
            at += length;
        } else {
            at += 1;
        }
    }
    found
}

type Read = (NaiveDate, Precision, usize, bool);

/// A day told by a phrase of the lexicon or by a word in it: "in 24 hours", "starting today", "este viernes".
fn within(phrase: &str, published: Option<NaiveDate>) -> Option<Read> {
    let (first, rest) = phrase.split_once(' ')?;
    let all = || {
        let words: Vec<&str> = phrase.split(' ').collect();
        relative::counted_from(&words, 0, published).or_else(|| relative(&words, published))
    };
    let dated = |word: &&str| matches!(begins(word), Some(Begins::Date | Begins::Relative));
    let mut words = rest.split(' ').filter(dated);
    let read = begins(first).and_then(|_| all());
    let read = read.or_else(|| words.find_map(|word| relative(&[word], published)));
    read.map(|(day, precision, ..)| (day, precision, 1, true))
}

fn date_at(words: &[&str], published: Option<NaiveDate>) -> Option<Read> {
    let word = *words.first()?;
    let numbers = || numeric(word, published).or_else(|| Pair::of(word)?.sure_day(published));
    let several = word.bytes().any(|byte| matches!(byte, b'-' | b'/' | b'.'));
    let quarter_or_year = quarter_or_year(words, published);
    // Behind the number of a day, the word for days or months has letters beyond ASCII in all of these.
    let foreign = !word.is_ascii() || words.get(1).is_some_and(|next| !next.is_ascii());
    let abroad = || {
        let ahead = relative::ahead(words, published).or_else(|| east_asian(words, published));
        ahead.or_else(|| vietnamese(words, published))
    };
    several
        .then(numbers)
        .flatten()
        .map(|day| (day, Precision::Day, 1, false))
        .or_else(|| quarter_or_year.filter(|q| q.1 == Precision::Quarter))
        .or_else(|| foreign.then(abroad)?)
        .or_else(|| quarter(words, published))
        .or_else(|| foreign.then(|| persian(words, published))?)
        .or_else(|| english(words, published))
        .or(quarter_or_year)
        .or_else(|| relative(words, published))
}

fn small(word: &str, max: u32) -> Option<u32> {
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = &word[digits..];
    let suffix = matches!(rest, "" | "st" | "nd" | "rd" | "th" | "er" | "o") || rest.starts_with(['-', '/']);
    word[..digits].parse().ok().filter(|n| suffix && (1..=max).contains(n))
}

fn year(word: &str) -> Option<i32> {
    (word.len() == 4).then(|| word.parse().ok()).flatten().filter(|y| (2009..2100).contains(y))
}

fn month(word: &str) -> Option<u32> {
    // "Kasım'da": Turkish writes the case behind an apostrophe.
    months::number(stem(word.trim_end_matches('.')))
}

/// `March 11th, 2021`, `11 March 2021`, `the 11th of March`, `March 2021`.
fn english(words: &[&str], published: Option<NaiveDate>) -> Option<Read> {
    let skip = |at: usize, what: &[&str]| at + usize::from(words.get(at).is_some_and(|w| what.contains(w)));
    // What is a month only behind a day stands before one as another word: a mark, a name, a fog.
    let alone = words.first().is_some_and(|word| matches!(*word, "marca" | "maja" | "مه"));
    if let Some(month) = words.first().filter(|_| !alone).and_then(|w| month(w)) {
        // "Nov. 24": the full stop of an abbreviation is an item of its own.
        let at = skip(1, &["."]);
        if let Some(day) = words.get(at).and_then(|w| small(w, 31)) {
            let after = skip(at + 1, &[","]);
            let stated = words.get(after).and_then(|w| year(w));
            let length = if stated.is_some() { after + 1 } else { at + 1 };
            return Some((with_year(stated, month, day, published)?, Precision::Day, length, false));
        }
        let after = skip(1, &[",", "of", "de"]);
        let stated = words.get(after).and_then(|w| year(w));
        // "may" and "march" alone are verbs more often than months.
        if stated.is_none() && (words[0].len() < 4 || matches!(words[0], "march" | "mars" | "mart")) {
            return None;
        }
        let length = if stated.is_some() { after + 1 } else { 1 };
        return Some((month_of(stated, month, published)?, Precision::Month, length, false));
    }
    let day = words.first().and_then(|w| small(w, 31))?;
    let at = skip(1, &["of", "de", "."]);
    let month = words.get(at).and_then(|w| month(w))?;
    let after = skip(at + 1, &[",", "of", "de"]);
    let stated = words.get(after).and_then(|w| year(w));
    let length = if stated.is_some() { after + 1 } else { at + 1 };
    Some((with_year(stated, month, day, published)?, Precision::Day, length, false))
}

/// Whether `word` is the name of a month in any language, or a word that is written like one.
pub(crate) fn names_month(word: &str) -> bool {
    month_number(word).is_some()
}

/// The number of the month that `word` is the name of, or is written like.
pub(crate) fn month_number(word: &str) -> Option<u32> {
    months::number(word.trim_end_matches('.'))
}

/// What may begin with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    /// Any date.
    Date,
    /// Only a day that is counted from the day of publication: "this", "tomorrow".
    Relative,
    /// Only a count of days: most of these words are everywhere, and a date read is dear.
    Count,
}

/// What may begin with `word`, beside what begins with a digit.
fn begins(word: &str) -> Option<Begins> {
    static BEGINNINGS: LazyLock<Words<Begins>> = LazyLock::new(|| {
        let day = named().map(|word| (word, Begins::Date)).chain(from_today().map(|word| (word, Begins::Relative)));
        // Of a word that is several, the first counts.
        day.chain(counted::beginnings().map(|word| (word, Begins::Count))).collect()
    });
    BEGINNINGS.get(word).copied()
}

/// The words that a date may begin with which says by itself when it is.
fn named() -> impl Iterator<Item = String> {
    let months = MONTHS.into_iter().flatten().copied();
    let dotted = months.clone().map(|m| format!("{m}."));
    let more = ["q1", "q2", "q3", "q4", "第", "ngày", "tháng", "quý", "الربع", "kuartal", "四"];
    let more = more.into_iter().chain(quarters::ORDINALS.into_iter().flatten().copied()).chain(persian::DAYS);
    let years = quarters::YEARS.into_iter().flat_map(|(year, _)| [year.to_owned(), format!("{year}年")]);
    months.chain(more).map(str::to_owned).chain(dotted).chain(years)
}

/// The words that one may begin with which counts from the day of publication.
fn from_today() -> impl Iterator<Item = String> {
    let days = TODAY.into_iter().chain(DAY_AFTER).chain(TOMORROW).chain(YESTERDAY).chain(THIS_MONTH).chain(NEXT_MONTH);
    // A word of two characters that the lexicon does not hold is two items.
    let firsts = days.clone().filter_map(|w| {
        let first = w.chars().next().filter(|c| tge_text::is_unspaced(*c)).map(String::from);
        first.or_else(|| w.split_once(' ').map(|(first, _)| first.to_owned()))
    });
    let weekdays = WEEKDAYS.into_iter().flatten().copied();
    let plain = days.chain(weekdays).chain(["in", "即", "即日起"]).map(str::to_owned);
    plain.chain(firsts).chain(relative::beginnings())
}

/// Whether a day without its year may be meant: announced by more than it is told of afterwards.
fn is_near(day: NaiveDate, published: NaiveDate) -> bool {
    (-75..=290).contains(&(day - published).num_days())
}

/// A day whose year may not be stated.
fn with_year(stated: Option<i32>, month: u32, day: u32, published: Option<NaiveDate>) -> Option<NaiveDate> {
    if let Some(year) = stated {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    near(month, day, published?, 0)
}

/// The first day of a month whose year may not be stated: a month is near as long as its end is.
fn month_of(stated: Option<i32>, month: u32, published: Option<NaiveDate>) -> Option<NaiveDate> {
    match stated {
        Some(year) => NaiveDate::from_ymd_opt(year, month, 1),
        None => near(month, 1, published?, 30),
    }
}

/// The day of a year that is near to `published`, where what is told of goes on for so many `days` more.
fn near(month: u32, day: u32, published: NaiveDate, days: i64) -> Option<NaiveDate> {
    let ends = |date: &NaiveDate| date.checked_add_signed(TimeDelta::days(days)).unwrap_or(*date);
    (published.year() - 1..=published.year() + 1)
        .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
        .filter(|date| is_near(*date, published) || is_near(ends(date), published))
        .min_by_key(|date| (ends(date) - published).num_days().abs())
}

#[cfg(test)]
mod tests;
