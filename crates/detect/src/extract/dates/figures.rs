//! Days in figures: `2025-10-01`, `01.10.2025`, and without a year `19/11`, `05.12`.

use std::ops::Deref;

use chrono::NaiveDate;

use super::{is_near, with_year};

/// What stands before a day in figures, and before no hour and no amount.
const BEFORE_DAYS: [&str; 4] = ["dia", "día", "tgl", "tanggal"];

/// What stands before an hour.
const BEFORE_TIMES: [&str; 14] =
    ["в", "о", "um", "o", "at", "saat", "à", "às", "om", "pukul", "jam", "alle", "ore", "lúc"];
/// What stands behind one.
const BEHIND_TIMES: [&str; 11] = ["utc", "gmt", "wib", "wita", "uhr", "мск", "cet", "cest", "est", "am", "pm"];

/// `2025-10-01`, `2025/10/01`, `2025.10.01`, `01.10.2025`; `10/01/2025` is read the American way unless it cannot be, or is long
/// past or far ahead so and near the other way.
pub(super) fn numeric(word: &str, published: Option<NaiveDate>) -> Option<NaiveDate> {
    let head = word.split(['t', ' ']).next()?;
    let mut parts = head.split(['-', '/', '.']).map(str::parse::<u32>);
    let (a, b, c) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if parts.next().is_some() {
        return None;
    }
    if (2009..2100).contains(&a) {
        return NaiveDate::from_ymd_opt(a as i32, b, c);
    }
    let year = if c < 100 { c + 2000 } else { c };
    if !(2009..2100).contains(&year) {
        return None;
    }
    let day_first = NaiveDate::from_ymd_opt(year as i32, b, a);
    let month_first = NaiveDate::from_ymd_opt(year as i32, a, b);
    if head.contains('.') {
        return day_first.or(month_first);
    }
    let near = |day: &Option<NaiveDate>| day.zip(published).is_some_and(|(day, published)| is_near(day, published));
    if near(&day_first) && !near(&month_first) { day_first } else { month_first.or(day_first) }
}

/// A day and a month in figures without a year, in either order: `05/12`, `05.12`, `12/5`.
pub(super) struct Pair {
    first: u32,
    second: u32,
    dotted: bool,
    /// Both have two figures, and one begins with a zero: no share, no amount.
    padded: bool,
    /// The first begins with it.
    zero: bool,
}

// === impl Pair ===

impl Pair {
    pub(super) fn of(word: &str) -> Option<Self> {
        let (a, b) = word.split_once(['/', '.']).filter(|(a, b)| a.len() <= 2 && (1..=2).contains(&b.len()))?;
        let padded = a.len() == 2 && b.len() == 2 && (a.starts_with('0') || b.starts_with('0'));
        let (first, second) = (a.parse().ok()?, b.parse().ok()?);
        Some(Self { first, second, dotted: word.contains('.'), padded, zero: a.starts_with('0') })
    }

    /// `24/7` is always.
    fn is_always(&self) -> bool {
        matches!((self.first, self.second), (24, 7) | (7, 24))
    }

    /// `19/11`, where only the second can be a month; `1/20` is a share.
    pub(super) fn sure_day(&self, published: Option<NaiveDate>) -> Option<NaiveDate> {
        let sure = !self.dotted && (13..=31).contains(&self.first) && (1..=12).contains(&self.second);
        if sure && !self.is_always() { with_year(None, self.second, self.first, published) } else { None }
    }

    /// The day, as the language of the text has it; where that is not clear, the nearer one: a launch is soon. `around`: the
    /// words before and behind.
    pub(super) fn day(
        &self,
        language: &impl Deref<Target = Option<&'static str>>,
        around: [Option<&str>; 2],
        published: NaiveDate,
    ) -> Option<NaiveDate> {
        let day_first = || with_year(None, self.second, self.first, Some(published));
        let month_first = || with_year(None, self.first, self.second, Some(published));
        let [before, next] = around.map(Option::unwrap_or_default);
        // "Dia 12/11", "am 3.12.": whatever else such figures may be.
        let german = self.dotted && matches!(before, "am" | "vom");
        if (german || BEFORE_DAYS.contains(&before)) && !self.is_always() {
            return day_first();
        }
        // Many write an hour so, and most such figures are amounts.
        let hour = BEFORE_TIMES.contains(&before) || BEHIND_TIMES.contains(&next);
        if self.dotted && (!self.padded || hour) || self.is_always() {
            return None;
        }
        if matches!(**language, Some("zh" | "ja" | "ko")) {
            // Of "1/3" nobody knows whether it is a share.
            let share = !self.padded && self.first <= self.second && self.second <= 12;
            return month_first().filter(|_| !self.dotted && !share);
        }
        if !self.padded {
            return None;
        }
        let unit = next.starts_with(char::is_alphabetic) && !BEFORE_TIMES.contains(&next);
        match (**language, self.dotted) {
            // Behind "05.12" a unit makes it an amount, unless no amount begins so.
            (_, true) if unit && !self.zero => None,
            // English is also what a language is taken for that has no little word in the text.
            (Some("en") | None, true) => day_first().filter(|_| self.zero),
            (Some("en") | None, false) => {
                let both = [month_first(), day_first()].into_iter().flatten();
                both.min_by_key(|day| (*day - published).num_days().abs())
            }
            (Some(_), _) => day_first().or_else(month_first),
        }
    }
}
