//! Days as they are written and told, and what only looks like one.

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
