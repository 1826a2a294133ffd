//! Days of the Persian calendar.

use chrono::{Datelike, Days, NaiveDate};
use tge_model::Precision;

use super::{Read, is_near, small};

/// The months of the Persian calendar.
pub(super) const MONTHS: [&str; 12] =
    ["فروردين", "ارديبهشت", "خرداد", "تير", "مرداد", "شهريور", "مهر", "ابان", "اذر", "دي", "بهمن", "اسفند"];

/// The first ten days of a month, as Persian writes them out.
pub(super) const DAYS: [&str; 10] = ["يكم", "دوم", "سوم", "چهارم", "پنجم", "ششم", "هفتم", "هشتم", "نهم", "دهم"];

/// A day of the Persian calendar, `15 شهریور`; of its years the one that puts it nearest to the day of publication.
pub(super) fn persian(words: &[&str], published: Option<NaiveDate>) -> Option<Read> {
    let day =
        words.first().and_then(|w| small(w, 31).or_else(|| DAYS.iter().position(|d| d == w).map(|i| i as u32 + 1)))?;
    let month = MONTHS.iter().position(|month| words.get(1) == Some(month))? as u32;
    if month >= 6 && day > 30 {
        return None;
    }
    let published = published?;
    let stated =
        words.get(2).filter(|w| w.len() == 4).and_then(|w| w.parse::<i32>().ok()).filter(|y| (1388..1480).contains(y));
    // Six months of 31 days, then of 30.
    let days = month * 31 - month.saturating_sub(6) + day - 1;
    let of = |year: i32| new_year(year)?.checked_add_days(Days::new(u64::from(days)));
    let found = match stated {
        Some(year) => of(year)?,
        None => {
            let near = published.year() - 622..=published.year() - 620;
            near.filter_map(of)
                .filter(|date| is_near(*date, published))
                .min_by_key(|date| (*date - published).num_days().abs())?
        }
    };
    Some((found, Precision::Day, 2 + usize::from(stated.is_some()), false))
}

/// The first day of a Persian year, by the cycle of 33 years that holds in this century and the last.
fn new_year(year: i32) -> Option<NaiveDate> {
    const KNOWN: (i32, NaiveDate) = (1388, NaiveDate::from_ymd_opt(2009, 3, 21).expect("a day"));
    let leap = |year: &i32| matches!(year % 33, 1 | 5 | 9 | 13 | 17 | 22 | 26 | 30);
    let (since, sign) = if year >= KNOWN.0 { (KNOWN.0..year, 1) } else { (year..KNOWN.0, -1) };
    let days = 365 * i64::from(since.end - since.start) + since.filter(leap).count() as i64;
    KNOWN.1.checked_add_signed(chrono::Duration::days(sign * days))
}
