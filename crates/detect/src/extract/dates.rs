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
        let read = read.or_else(|| Some((ordinal(&words[..at], &words[at..], published?)?, Precision::Day, 1, false)));
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
    months::number(word.trim_end_matches('.')).is_some()
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
        let all = [(named().collect(), Begins::Date), (from_today().collect(), Begins::Relative)];
        let all = all.into_iter().chain([(counted::beginnings().collect::<Vec<_>>(), Begins::Count)]);
        // Of a word that is several, the first counts.
        all.flat_map(|(words, begins)| words.into_iter().map(move |word| (word, begins))).collect()
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
mod tests {
    use super::*;

    fn check(words: &str, expected: Option<(&str, Precision)>) {
        let published = "2025-02-10".parse().ok();
        let words: Vec<&str> = words.split(' ').collect();
        let found = date_at(&words, published).map(|(day, precision, ..)| (day.to_string(), precision));
        assert_eq!(found, expected.map(|(day, precision)| (day.to_owned(), precision)), "{words:?}");
    }

    #[test]
    fn what_only_looks_like_a_day_is_none() {
        for words in [
            "本 周 五 大 看 点",
            "下 周 日 本 开 售",
            "一 周 三 次",
            "每 周 三",
            "7 日 后 续 公 告",
            "thứ hai mở",
            "99999999999999999999 weeks ago",
            "9999999999999999999 weeks ago",
        ] {
            let words: Vec<&str> = words.split(' ').collect();
            let published = "2025-02-10".parse().ok();
            let found = relative(&words, published).or_else(|| relative::ahead(&words, published));
            assert_eq!(found, None, "{words:?}");
        }
        let friday = relative(&["friday", "last", "chance"], "2025-02-10".parse().ok());
        assert_eq!(friday.map(|(day, ..)| day.to_string()).as_deref(), Some("2025-02-14"));
    }

    #[test]
    fn no_day_of_publication_is_too_far() {
        for published in [NaiveDate::MIN, NaiveDate::MAX] {
            for words in [["1", "مهر"], ["15", "شهريور"], ["next", "month"], ["4", "분기"]] {
                assert!(date_at(&words, Some(published)).is_none_or(|read| read.2 <= 2), "{words:?} {published}");
            }
        }
    }

    #[test]
    fn a_quarter_without_a_year_is_the_next_when_it_is_long_past() {
        for (published, words, day) in [
            ("2025-11-10", &["q1"][..], "2026-01-01"),
            ("2025-11-10", &["first", "quarter"], "2026-01-01"),
            ("2025-11-10", &["第", "一", "季", "度"], "2026-01-01"),
            ("2025-11-10", &["q1", "2025"], "2025-01-01"),
            ("2025-11-10", &["q2"], "2025-04-01"),
            ("2025-07-10", &["q1"], "2025-01-01"),
        ] {
            let found = date_at(words, published.parse().ok()).map(|(day, ..)| day.to_string());
            assert_eq!(found.as_deref(), Some(day), "{words:?} on {published}");
        }
    }

    #[test]
    fn the_words_are_in_normal_form() {
        let more = quarters::words().chain(persian::MONTHS).chain(TODAY).chain(TOMORROW);
        let words = named().chain(from_today()).chain(more.map(str::to_owned));
        for word in words {
            assert_eq!(tge_text::Normal::text_of(&word), word);
        }
    }

    #[test]
    fn the_grammar() {
        use Precision::*;
        for (words, day, precision) in [
            ("2025-10-01", "2025-10-01", Day),
            ("2025/10/1", "2025-10-01", Day),
            ("04.06.2018", "2018-06-04", Day),
            ("10/31/2025", "2025-10-31", Day),
            ("31/10/2025", "2025-10-31", Day),
            ("19/3 w", "2025-03-19", Day),
            ("1er avril", "2025-04-01", Day),
            ("march 11th , 2021", "2021-03-11", Day),
            ("march 11", "2025-03-11", Day),
            ("dec 28", "2024-12-28", Day),
            ("11 november", "2025-11-11", Day),
            ("1st of march", "2025-03-01", Day),
            ("april 2026", "2026-04-01", Month),
            ("q3 2025", "2025-07-01", Quarter),
            ("2026", "2026-01-01", Year),
            ("nov . 24", "2025-11-24", Day),
            ("2025 年 第 三 季 度", "2025-07-01", Quarter),
            ("第 二 季 度", "2025-04-01", Quarter),
            ("今 年 第 四 季 度", "2025-10-01", Quarter),
            ("明年 第 一 季 度", "2026-01-01", Quarter),
            ("12 temmuz 2025", "2025-07-12", Day),
            ("11 de marzo de 2025", "2025-03-11", Day),
            ("juni 2025", "2025-06-01", Month),
            ("in 2hrs", "2025-02-10", Day),
            ("in 1h on Example", "2025-02-10", Day),
            ("in 24 hours", "2025-02-11", Day),
            ("in 48h", "2025-02-12", Day),
            ("in 72 hours", "2025-02-13", Day),
            ("in two weeks", "2025-02-24", Day),
            ("in three days", "2025-02-13", Day),
            ("yesterday", "2025-02-09", Day),
            ("three days ago", "2025-02-07", Day),
            ("2 weeks ago", "2025-01-27", Day),
            ("next friday", "2025-02-21", Day),
            ("friday next week", "2025-02-21", Day),
            ("last friday", "2025-02-07", Day),
            ("last monday", "2025-02-03", Day),
            ("this friday", "2025-02-14", Day),
            ("viernes pasado", "2025-02-07", Day),
            ("próximo viernes", "2025-02-14", Day),
            ("viernes que viene", "2025-02-14", Day),
            ("الجمعه المقبل", "2025-02-14", Day),
            ("следующий вторник", "2025-02-18", Day),
            ("selasa minggu depan", "2025-02-18", Day),
            ("下 周 二", "2025-02-18", Day),
            ("下周 二", "2025-02-18", Day),
            ("本 周 五", "2025-02-14", Day),
            ("周 五", "2025-02-14", Day),
            ("上 周 五", "2025-02-07", Day),
            ("上 个 周 五", "2025-02-07", Day),
            ("下 个 星 期 天", "2025-02-23", Day),
            ("来 週 の 火 曜 日", "2025-02-18", Day),
            ("先 週 の 金 曜 日", "2025-02-07", Day),
            ("지 난 주 금 요 일", "2025-02-07", Day),
            ("3 日後 に", "2025-02-13", Day),
            ("来 週 火 曜 日", "2025-02-18", Day),
            ("金 曜 日", "2025-02-14", Day),
            ("다 음 주 화 요 일", "2025-02-18", Day),
            ("금 요 일", "2025-02-14", Day),
            ("3 天 后", "2025-02-13", Day),
            ("3 日 後", "2025-02-13", Day),
            ("3 일 후", "2025-02-13", Day),
            ("2025 年 8 月 3 日", "2025-08-03", Day),
            ("4 月 2 日", "2025-04-02", Day),
            ("27 日", "2025-02-27", Day),
            ("3 월 5 일", "2025-03-05", Day),
            ("6 月", "2025-06-01", Month),
            ("today", "2025-02-10", Day),
            ("明 天 开", "2025-02-11", Day),
            ("завтра", "2025-02-11", Day),
            ("9 березня 2025", "2025-03-09", Day),
            ("9 marca", "2025-03-09", Day),
            ("ngày 9 tháng 3 năm 2026", "2026-03-09", Day),
            ("9 tháng 3", "2025-03-09", Day),
            ("ngày 9/3", "2025-03-09", Day),
            ("ngày 9/3/2026", "2026-03-09", Day),
            ("11 . märz 2026", "2026-03-11", Day),
            ("tháng 3/2026", "2026-03-01", Month),
            ("quý 2 2026", "2026-04-01", Quarter),
            ("quý 2", "2025-04-01", Quarter),
            ("9 مارس 2025", "2025-03-09", Day),
            ("يونيو 2025", "2025-06-01", Month),
            ("9 اوريل", "2025-04-09", Day),
            ("3 kasim'da", "2025-11-03", Day),
            ("1o de outubro", "2025-10-01", Day),
            ("4 . quartal 2025", "2025-10-01", Quarter),
            ("quarto trimestre de 2025", "2025-10-01", Quarter),
            ("iv квартале", "2025-10-01", Quarter),
            ("4 분 기", "2025-10-01", Quarter),
            ("第 4 四 半 期", "2025-10-01", Quarter),
            ("quý iv/2025", "2025-10-01", Quarter),
            ("الربع الرابع من", "2025-10-01", Quarter),
            ("15 شهريور", "2025-09-06", Day),
            ("پنجم ابان 1405", "2026-10-27", Day),
            ("1 فروردين", "2025-03-21", Day),
            ("next month", "2025-03-01", Month),
            ("this month", "2025-02-01", Month),
            ("hari ini", "2025-02-10", Day),
            ("hôm nay", "2025-02-10", Day),
            ("jutro", "2025-02-11", Day),
            ("فردا", "2025-02-11", Day),
            ("четверг", "2025-02-13", Day),
            ("montag", "2025-02-10", Day),
            ("in 3 days", "2025-02-13", Day),
            ("in around 30 minutes", "2025-02-10", Day),
            ("in an hour", "2025-02-10", Day),
            ("q1", "2025-01-01", Quarter),
            ("friday", "2025-02-14", Day),
        ] {
            check(words, Some((day, precision)));
        }
        for words in [
            "24/7 trading",
            "1/20 of it",
            "10/12 tge",
            "may",
            "march on",
            "12 tokens",
            "3.5",
            "in 5 years",
            "in a way",
            "in a week",
            "40 日",
            "ngày 9",
            "9/3",
            "tháng 13",
            "hari",
            "marca 12",
            "maja",
            "senin",
            "in 9999999999999999999 weeks",
            "31 مهر",
            "4 quarters",
            "4 trimestres",
            "4 quartale",
        ] {
            check(words, None);
        }
    }
}
