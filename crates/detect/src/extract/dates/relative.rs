//! Days that count from the day of publication: "tomorrow", "last Friday", "in two weeks", "three days ago", `下周二`, `3天后`.

use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use tge_model::Precision;

use crate::words::Words;

use super::Read;
use super::counted::counted as counted_days;
use super::words::{DAY_AFTER, NEXT_MONTH, THIS_MONTH, TODAY, TOMORROW, WEEKDAYS, YESTERDAY};

/// The numbers in words that people write out.
const NUMBERS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// Before the name of a day: of the week that comes.
const NEXT: [&str; 13] = [
    "next",
    "volgende",
    "следующий",
    "следующую",
    "следующее",
    "наступний",
    "наступного",
    "наступну",
    "gelecek",
    "przyszły",
    "przyszłą",
    "przyszłe",
    "przyszłego",
];

/// Behind it.
const NEXT_WEEK: [&str; 4] = ["next week", "minggu depan", "tuần tới", "tuần sau"];

/// Before it: of those that were, the last.
pub(super) const LAST: [&str; 13] = [
    "last",
    "letzten",
    "vergangenen",
    "vorige",
    "afgelopen",
    "прошлый",
    "прошлую",
    "прошлое",
    "минулий",
    "минулого",
    "минулу",
    "geçen",
    "zeszły",
];

/// Behind it.
const LAST_BEHIND: [&str; 10] =
    ["pasado", "pasada", "passado", "passada", "dernier", "scorso", "scorsa", "lalu", "الماضي", "گذشته"];

/// Before it: of those that come, the first; today where that is one.
const THIS: [&str; 6] = ["this", "este", "esta", "diesen", "questo", "deze"];

/// Before it: of those that come, the first behind today.
const COMING: [&str; 10] = [
    "coming",
    "próximo",
    "próxima",
    "kommenden",
    "nächsten",
    "nächster",
    "prossimo",
    "prossima",
    "komende",
    "önümüzdeki",
];

/// Behind the name of a day: of those that come, the first; today where that is one.
const THIS_BEHIND: [&str; 1] = ["tuần này"];

/// Behind it: the first behind today.
const COMING_BEHIND: [&str; 11] = [
    "próximo",
    "próxima",
    "prochain",
    "prossimo",
    "prossima",
    "que viene",
    "que vem",
    "depan",
    "القادم",
    "المقبل",
    "اينده",
];

/// Before it, two words: of the week that comes.
const OF_NEXT_WEEK: [(&str, &str); 8] = [
    ("next", "week"),
    ("volgende", "week"),
    ("nächste", "woche"),
    ("kommende", "woche"),
    ("przyszłym", "tygodniu"),
    ("gelecek", "hafta"),
    ("önümüzdeki", "hafta"),
    ("próxima", "semana"),
];

/// The weeks of East Asia, and how many there are between theirs and this one; none said is the next such day.
const WEEKS: [(&str, Option<i64>); 22] = [
    ("上星期", Some(-1)),
    ("这星期", Some(0)),
    ("지난주", Some(-1)),
    ("지난", Some(-1)),
    ("下周", Some(1)),
    ("下週", Some(1)),
    ("下星期", Some(1)),
    ("来週", Some(1)),
    ("來週", Some(1)),
    ("本周", Some(0)),
    ("本週", Some(0)),
    ("本星期", Some(0)),
    ("这周", Some(0)),
    ("今週", Some(0)),
    ("上周", Some(-1)),
    ("上週", Some(-1)),
    ("先週", Some(-1)),
    ("다음주", Some(1)),
    ("이번주", Some(0)),
    ("周", None),
    ("週", None),
    ("星期", None),
];

/// The numbers of the days in Vietnamese, Monday first.
const VIETNAMESE: [&str; 6] = ["hai", "ba", "tư", "năm", "sáu", "bảy"];

/// Names of days that are other words, too, Monday first.
const SHORT: [&[&str]; 5] = [&["segunda", "senin"], &["terça"], &["quarta"], &["quinta"], &["sexta"]];

/// Words that these days begin with, beside those of the lists.
pub(super) fn beginnings() -> impl Iterator<Item = String> {
    let chars = WEEKS.iter().flat_map(|(week, _)| [week.chars().take(1).collect::<String>(), (*week).to_owned()]);
    let days = "月火水木金土日월화수목금토일".chars().map(String::from);
    let more = ["다음 주", "이번 주", "지난 주", "thứ", "vào"]
        .into_iter()
        .chain(NUMBERS)
        .chain(SHORT.into_iter().flatten().copied())
        .map(str::to_owned);
    let weeks = OF_NEXT_WEEK.into_iter().flat_map(|(first, second)| [first.to_owned(), format!("{first} {second}")]);
    let beside = NEXT.into_iter().chain(LAST).chain(THIS).chain(COMING).map(str::to_owned).chain(weeks);
    chars.chain(days).chain(more).chain(beside)
}

/// A number in figures or words.
fn counted(word: &str) -> Option<u64> {
    let spelt = || NUMBERS.iter().position(|number| *number == word).map(|at| at as u64 + 1);
    word.parse().ok().or_else(spelt)
}

/// So many of a unit in days; `None` for other units and for more than people count by them.
fn days_of(number: u64, unit: &str) -> Option<u64> {
    let days = match unit {
        "day" | "days" => number.min(401),
        "week" | "weeks" => number.min(401) * 7,
        "hour" | "hours" | "hrs" | "hr" | "h" if number <= 400 => number / 24,
        "minute" | "minutes" | "mins" | "min" if number <= 240 => 0,
        _ => return None,
    };
    (days <= 400).then_some(days)
}

/// Whether `words` with `between` between them are `phrase`.
fn is_joined(words: &[&str], between: &str, phrase: &str) -> bool {
    let mut rest = Some(phrase);
    for (i, word) in words.iter().enumerate() {
        rest = rest.and_then(|rest| rest.strip_prefix(if i == 0 { "" } else { between })?.strip_prefix(word));
    }
    rest == Some("")
}

/// "Two days ago", "3 weeks ago", "one week from today".
fn ago(words: &[&str]) -> Option<(i64, usize)> {
    let side = match (words.get(2), words.get(3)) {
        (Some(&"ago"), _) => -1,
        (Some(&"from"), Some(&("today" | "now"))) => 1,
        _ => return None,
    };
    let days = i64::try_from(days_of(counted(words.first()?)?, words.get(1)?)?).ok()?;
    Some((side * days, if side > 0 { 4 } else { 3 }))
}

/// `3天后`, `3日後`, `3일 후`: no days of a month, though they are written so.
pub(super) fn ahead(words: &[&str], published: Option<NaiveDate>) -> Option<Read> {
    let number: i64 = words.first()?.parse().ok().filter(|number| (1..=400).contains(number))?;
    let days = ["天后", "天後", "日後", "日后", "일후", "일뒤"];
    // One item or two, and no part of a longer word: `7日后续`.
    let length =
        (1..=2).find(|n| words.get(1..=*n).is_some_and(|behind| days.iter().any(|day| is_joined(behind, "", day))))?;
    let goes_on = words.get(1 + length).is_some_and(|next| next.starts_with(['续', '續', '期']));
    let day = published?.checked_add_signed(TimeDelta::days(number)).filter(|_| !goes_on)?;
    Some((day, Precision::Day, 1 + length, true))
}

/// Verbs of launches that have happened, in English: behind them a day of the week is one that was.
const HAPPENED: [&str; 11] = [
    "launched",
    "debuted",
    "airdropped",
    "opened",
    "listed",
    "distributed",
    "minted",
    "deployed",
    "began",
    "started",
    "went",
];

/// Words of what is to come, behind which such a verb tells no past: "will be launched", "gets listed".
const TO_COME: [&str; 13] =
    ["will", "to", "be", "being", "is", "are", "get", "gets", "set", "scheduled", "planned", "expected", "next"];

/// What ends that of which a day is said: "sold out, claims open on Monday", "opened ahead of the sale on Monday".
const ENDS: [&str; 12] = [".", "!", "?", ";", ",", ":", "and", "but", "ahead", "before", "until", "for"];

/// Words between the verb and the day.
const TOLD_WORDS: usize = 7;

/// Whether what `words` say up to a day or month has happened: "launched its token on".
pub(super) fn is_told_past(words: &[&str]) -> bool {
    if !matches!(words.last(), Some(&("on" | "in"))) {
        return false;
    }
    // A phrase of the lexicon is one of the words.
    let says = |word: &str, list: &[&str]| word.split(' ').any(|part| list.contains(&part));
    let told = || words.iter().rev().take(TOLD_WORDS).take_while(|word| !says(word, &ENDS));
    told().any(|word| says(word, &HAPPENED)) && !told().any(|word| says(word, &TO_COME))
}

/// The same day of the week, not ahead of `today`.
pub(super) fn week_before(day: NaiveDate, today: NaiveDate) -> NaiveDate {
    if day > today { day.checked_sub_days(Days::new(7)).unwrap_or(day) } else { day }
}

/// Whether `word` is the name of a day of the week.
pub(super) fn is_weekday(word: &str) -> bool {
    weekday(word).is_some()
}

/// The day of the week that `word` is the name of, from Monday on.
fn weekday(word: &str) -> Option<i64> {
    named_day(word).filter(|(_, short)| !short).map(|(day, _)| day)
}

/// The same, with those names that are other words, too, and whether it is one of these.
fn named_day(word: &str) -> Option<(i64, bool)> {
    static DAYS: LazyLock<Words<(i64, bool)>> = LazyLock::new(|| {
        let days = (0i64..).zip(WEEKDAYS).map(|(day, names)| (day, false, names));
        let all = days.chain((0i64..).zip(SHORT).map(|(day, names)| (day, true, names)));
        all.flat_map(|(day, short, names)| names.iter().map(move |name| ((*name).to_owned(), (day, short)))).collect()
    });
    DAYS.get(word).copied()
}

/// A day of a week that is named: "next Friday", "lunes pasado", "Friday next week", `下周二`, `来週火曜日`.
fn of_week(words: &[&str], published: NaiveDate) -> Option<(i64, usize)> {
    let today = i64::from(published.weekday().num_days_from_monday());
    // Its number from Monday on, and its words: Vietnamese counts them, "thứ hai" is Monday.
    let named = |at: usize| {
        let word = words.get(at)?;
        // "Segunda" is the second, and "senin" is "your" in Turkish: days only beside a week.
        let own = named_day(word).map(|(day, _)| (day, 1));
        let numbered =
            || (0i64..).zip(VIETNAMESE).find(|(_, day)| words.get(at + 1) == Some(day)).map(|(day, _)| (day, 2));
        own.or_else(|| (*word == "thứ").then(numbered)?)
    };
    let next = |day: i64| 7 - today + day;
    let last = |day: i64| -((6 + today - day) % 7 + 1);
    let this = |day: i64| (7 + day - today) % 7;
    let coming = |day: i64| (6 + day - today) % 7 + 1;
    let by = |word: &str, lists: [&[&str]; 4]| -> Option<&dyn Fn(i64) -> i64> {
        let counts: [&dyn Fn(i64) -> i64; 4] = [&next, &last, &this, &coming];
        lists.iter().zip(counts).find(|(list, _)| list.contains(&word)).map(|(_, count)| count)
    };
    // "On Wednesday": Vietnamese days need it, or a week.
    if words.first() == Some(&"vào")
        && words.get(1) == Some(&"thứ")
        && let Some((day, length)) = named(1)
    {
        let week = words.get(1 + length..3 + length).map(|words| words.join(" "));
        let (days, more) = match week.as_deref() {
            Some(week) if NEXT_WEEK.contains(&week) => (next(day), 2),
            Some("tuần trước" | "tuần qua") => (last(day), 2),
            _ => (this(day), 0),
        };
        return Some((days, 1 + length + more));
    }
    // "Next week Thursday", "volgende week op donderdag".
    let two = words.first().zip(words.get(1)).is_some_and(|(first, second)| OF_NEXT_WEEK.contains(&(*first, *second)));
    // The lexicon has most of them as one phrase.
    let one = words.first().and_then(|word| word.split_once(' ')).is_some_and(|pair| OF_NEXT_WEEK.contains(&pair));
    if two || one {
        let mut at = 1 + usize::from(two);
        at += usize::from(words.get(at).is_some_and(|word| matches!(*word, "on" | "op" | "am" | "w" | "we" | ",")));
        if let Some((day, length)) = named(at) {
            return Some((next(day), at + length));
        }
    }
    if let Some((day, length)) = named(1)
        && let Some(count) = by(words.first()?, [&NEXT, &LAST, &THIS, &COMING])
    {
        return Some((count(day), 1 + length));
    }
    if let Some((day, own)) = named(0) {
        let behind = |length: usize| words.get(own..own + length).map(|words| words.join(" "));
        let count = |length: usize| by(&behind(length)?, [&NEXT_WEEK, &LAST_BEHIND, &THIS_BEHIND, &COMING_BEHIND]);
        // Vietnamese numbers days as it numbers all else, "the third round": a day of that sort has its week beside it.
        return [2, 1].into_iter().find_map(|length| Some((count(length)?(day), own + length)));
    }
    if words.first()?.is_ascii() { None } else { east_asian_week(words, &next, &this, today) }
}

fn east_asian_week(
    words: &[&str],
    next: &dyn Fn(i64) -> i64,
    this: &dyn Fn(i64) -> i64,
    today: i64,
) -> Option<(i64, usize)> {
    // `下个周五`, `来週の火曜日`.
    let bare = |c: &char| !matches!(c, ' ' | '个' | '個' | 'の');
    let joined: String = words.iter().take(8).flat_map(|word| word.chars()).filter(bare).collect();
    let (week, behind) = WEEKS
        .iter()
        .find_map(|(name, week)| Some((*week, joined.strip_prefix(name)?)))
        .unwrap_or((None, joined.as_str()));
    let first = behind.chars().next()?;
    let rest = &behind[first.len_utf8()..];
    let at = |days: &str| days.chars().position(|day| day == first);
    let said = joined.len() > behind.len();
    // `本周五大看点` counts five, `下周日本` is Japan.
    let counts = |rest: &str| {
        rest.starts_with(|c: char| "年月名位大家项項款次种種场場级級本均常前报報只支件条條天周人".contains(c))
    };
    let (day, tail) = if let Some(day) = at("月火水木金土日").filter(|_| rest.starts_with('曜')) {
        (day, if rest.starts_with("曜日") { 2 } else { 1 })
    } else if let Some(day) = at("월화수목금토일").filter(|_| rest.starts_with("요일")) {
        (day, 2)
    } else if let Some(day) = at("一二三四五六日").or(at("天").map(|_| 6)).filter(|_| said && !counts(rest)) {
        (day, 0)
    } else {
        return None;
    };
    let (day, chars) = (day as i64, joined.chars().count() - behind.chars().count() + 1 + tail);
    let days = match week {
        None => this(day),
        Some(1) => next(day),
        Some(weeks) => 7 * weeks + day - today,
    };
    // So many items hold those characters.
    let mut held = 0;
    let length = words.iter().position(|word| {
        held += word.chars().filter(bare).count();
        held >= chars
    })?;
    (held == chars).then_some((days, length + 1))
}

/// "In 2h", "in about 30 minutes", "in an hour": the days until then, and the words.
fn within(words: &[&str]) -> Option<(u64, usize)> {
    // "In 3d" is about pictures.
    let joined = words.get(1).and_then(|w| w.find(|c: char| !c.is_ascii_digit()).map(|end| w.split_at(end)));
    if let Some((number, unit)) = joined.and_then(|(number, unit)| Some((number.parse().ok()?, unit))) {
        return Some((days_of(number, unit)?, 2));
    }
    let at = 1 + usize::from(words.get(1).is_some_and(|w| matches!(*w, "about" | "around" | "approximately")));
    let unit = *words.get(at + 1)?;
    // "Sold out in a week" is how long it took.
    let one = |word: &str| matches!(word, "a" | "an") && matches!(unit, "hour" | "minute");
    let number = words.get(at).and_then(|w| counted(w).or_else(|| one(w).then_some(1)))?;
    Some((days_of(number, unit)?, at + 2))
}

/// A day that is counted from the day of publication, from word `at` on.
pub(super) fn counted_from(words: &[&str], at: usize, published: Option<NaiveDate>) -> Option<Read> {
    let (days, length) = counted_days(words, at)?;
    Some((published?.checked_add_signed(TimeDelta::days(days))?, Precision::Day, length, true))
}

/// Words that count from the day of publication.
pub(super) fn relative(words: &[&str], published: Option<NaiveDate>) -> Option<Read> {
    let published = published?;
    if words.first() == Some(&"in") {
        let (days, length) = within(words)?;
        return Some((published.checked_add_days(Days::new(days))?, Precision::Day, length, true));
    }
    if let Some((days, length)) = ago(words).or_else(|| of_week(words, published)) {
        return Some((published.checked_add_signed(TimeDelta::days(days))?, Precision::Day, length, true));
    }
    // None of the others begins with a digit, and most that may be dates do.
    let word = *words.first().filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()))?;
    // A phrase is one item where the lexicon has it, else several; the characters of a script without blanks one each.
    let said = |list: &[&str]| {
        // Most differ in their first byte.
        let begun = list.iter().filter(|p| p.as_bytes().first() == word.as_bytes().first() && p.starts_with(word));
        let mut lengths = begun.filter_map(|phrase| {
            let mut counts = 1..=words.len().min(4);
            counts.find(|&n| is_joined(&words[..n], "", phrase) || (n > 1 && is_joined(&words[..n], " ", phrase)))
        });
        lengths.next()
    };
    for (list, days) in [(&DAY_AFTER[..], 2), (&TODAY[..], 0), (&TOMORROW[..], 1), (&YESTERDAY[..], -1)] {
        if let Some(length) = said(list) {
            return Some((published.checked_add_signed(TimeDelta::days(days))?, Precision::Day, length, true));
        }
    }
    for (list, months) in [(&THIS_MONTH[..], 0), (&NEXT_MONTH[..], 1)] {
        if let Some(length) = said(list) {
            let month = published.with_day(1)?.checked_add_months(chrono::Months::new(months))?;
            return Some((month, Precision::Month, length, true));
        }
    }
    if word.starts_with('即') && words.iter().take(3).copied().collect::<String>().starts_with("即日起") {
        let length = if word == "即日起" { 1 } else { 3.min(words.len()) };
        return Some((published, Precision::Day, length, true));
    }
    let ahead = (7 + weekday(word)? - i64::from(published.weekday().num_days_from_monday())) % 7;
    Some((published.checked_add_signed(TimeDelta::days(ahead))?, Precision::Day, 1, true))
}
