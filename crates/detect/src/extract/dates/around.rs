//! What the words around a number or a date make of it: a day of a month ("on the 24th"), or one that has been ("last September").

use chrono::{Datelike, Months, NaiveDate};
use tge_model::Precision;

use super::{relative, year};

/// What may stand behind a day that is told by its number alone.
const BEHIND_ORDINAL: [&str; 9] = [".", "!", "?", ")", "at", "and", ":", "from", "|"];

/// "On the 24th": the day that comes, of this month or the next. Not "on the 2nd try", nor where it has happened.
pub(super) fn ordinal(told: &[&str], words: &[&str], published: NaiveDate) -> Option<NaiveDate> {
    let number = ["st", "nd", "rd", "th"].iter().find_map(|end| words.first()?.strip_suffix(end))?;
    let number = number.parse().ok().filter(|_| told.ends_with(&["on", "the"]))?;
    let ends = words.get(1).is_none_or(|next| BEHIND_ORDINAL.contains(next));
    if !ends || relative::is_told_past(&told[..told.len() - 1]) {
        return None;
    }
    let this = published.with_day(number).filter(|day| *day >= published);
    this.or_else(|| published.with_day(1)?.checked_add_months(Months::new(1))?.with_day(number))
}

/// Before a month, beside what stands before a day of the week: it has been. `지난 9월`, "в прошлом сентябре".
const GONE: [&str; 9] = ["지난", "지난해", "letztem", "vorig", "прошлого", "прошлом", "zeszłego", "ubiegłego", "hồi"];

/// Before any date: what has been so since then.
const SINCE: [&str; 7] = ["since", "seit", "depuis", "sinds", "sejak", "منذ", "自从"];

/// Days ahead from which what has happened "on August 4" happened a year before: what comes sooner may be told so in haste.
const HAPPENED_AHEAD_DAYS: i64 = 60;

/// Years that have been, in one word or two.
const LAST_YEAR: [&str; 3] = ["去年", "昨年", "작년"];

/// The day that `date` is, told behind `told`: a year before `day`, which is ahead of `today`, where that says it has been.
pub(super) fn gone(told: &[&str], date: &[&str], precision: Precision, day: NaiveDate, today: NaiveDate) -> NaiveDate {
    if day <= today || date.iter().any(|word| year(word).is_some()) {
        return day;
    }
    let years = |word: &str| LAST_YEAR.iter().any(|year| word.ends_with(year));
    let two = || told.len() > 1 && years(&told[told.len() - 2..].concat());
    let last_year = told.last().is_some_and(|word| years(word)) || two();
    let before = |word: &&str| GONE.contains(word) || relative::LAST.contains(word);
    let month = precision == Precision::Month && told.last().is_some_and(before);
    let since = told.last().is_some_and(|word| SINCE.contains(word));
    let happened = (day - today).num_days() > HAPPENED_AHEAD_DAYS && relative::is_told_past(told);
    if last_year || month || since || happened { day.with_year(day.year() - 1).unwrap_or(day) } else { day }
}
