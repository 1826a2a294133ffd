//! Days told by numbers and the words for day, month and year: Chinese, Japanese, Korean, Vietnamese.

use chrono::{Datelike, NaiveDate};
use tge_model::Precision;

use super::{Read, month_of, small, with_year, year};

/// 年月日, 년 월 일, and the same without a year or a month.
pub(super) fn east_asian(words: &[&str], published: Option<NaiveDate>) -> Option<Read> {
    let unit = |at: usize, units: [&str; 2]| words.get(at).is_some_and(|w| units.contains(w));
    let (mut at, mut stated) = (0, None);
    if let Some(y) = words.first().and_then(|w| year(w)).filter(|_| unit(1, ["年", "년"])) {
        (at, stated) = (2, Some(y));
    }
    let month = words.get(at).and_then(|w| small(w, 12)).filter(|_| unit(at + 1, ["月", "월"]));
    let Some(month) = month else {
        if let Some(y) = stated {
            return Some((NaiveDate::from_ymd_opt(y, 1, 1)?, Precision::Year, 2, false));
        }
        // A day alone counts in the month of publication, or the next when it is long past.
        let day = words.first().and_then(|w| small(w, 31)).filter(|_| unit(1, ["日", "일"]))?;
        let published = published?;
        let this = published.with_day(day);
        let chosen = this
            .filter(|d| (published - *d).num_days() <= 20)
            .or_else(|| published.checked_add_months(chrono::Months::new(1)).and_then(|m| m.with_day(day)));
        return Some((chosen?, Precision::Day, 2, false));
    };
    at += 2;
    if let Some(day) = words.get(at).and_then(|w| small(w, 31)).filter(|_| unit(at + 1, ["日", "일"])) {
        return Some((with_year(stated, month, day, published)?, Precision::Day, at + 2, false));
    }
    Some((month_of(stated, month, published)?, Precision::Month, at, false))
}

/// `ngày 9 tháng 3 năm 2026`, `ngày 9/3`, `tháng 3/2026`.
pub(super) fn vietnamese(words: &[&str], published: Option<NaiveDate>) -> Option<Read> {
    let is = |at: usize, word: &str| words.get(at) == Some(&word);
    let number =
        |at: usize, max: u32| words.get(at).and_then(|w| w.parse().ok()).filter(|n: &u32| (1..=max).contains(n));
    // Two numbers of one word: the day and month, the month and year.
    let pair = |at: usize| -> Option<(u32, i32)> {
        let (a, b) = words.get(at)?.split_once('/')?;
        Some((a.parse().ok()?, b.parse().ok()?))
    };
    let with = |day: Option<u32>, month: u32, at: usize| {
        let stated = words.get(at + 1).filter(|_| is(at, "năm")).and_then(|w| year(w));
        let (length, precision) =
            (at + 2 * usize::from(stated.is_some()), day.map_or(Precision::Month, |_| Precision::Day));
        let first = match day {
            Some(day) => with_year(stated, month, day, published)?,
            None => month_of(stated, month, published)?,
        };
        Some((first, precision, length, false))
    };
    if is(0, "tháng") {
        if let Some((month, stated)) = pair(1) {
            return Some((NaiveDate::from_ymd_opt(year(&stated.to_string())?, month, 1)?, Precision::Month, 2, false));
        }
        return with(None, number(1, 12)?, 2);
    }
    let at = usize::from(is(0, "ngày"));
    let parts = words.get(at).filter(|_| at == 1).map(|word| word.split('/').collect::<Vec<_>>());
    if let Some(&[day, month, stated]) = parts.as_deref() {
        let day = NaiveDate::from_ymd_opt(year(stated)?, month.parse().ok()?, day.parse().ok()?)?;
        return Some((day, Precision::Day, 2, false));
    }
    if let Some((day, month)) = pair(at).filter(|_| at == 1) {
        return Some((with_year(None, u32::try_from(month).ok()?, day, published)?, Precision::Day, 2, false));
    }
    let day = number(at, 31).filter(|_| is(at + 1, "tháng"))?;
    with(Some(day), number(at + 2, 12)?, at + 3)
}
