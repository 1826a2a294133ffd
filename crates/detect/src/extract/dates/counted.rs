//! Days that are counted, in words or figures: `через три дня`, `in zwei Wochen`, `üç gün sonra`, `hace dos días`, `三天后`, `사흘 뒤`.
//! English has its own ([`super::relative`]).

use std::sync::LazyLock;

use crate::words::Words;

/// One to ten; of two languages that write a number alike it stands once.
const NUMBERS: [&[&str]; 10] = [
    &[
        "una", "une", "un", "uno", "eine", "einer", "einem", "einen", "um", "uma", "een", "один", "одну", "одна",
        "bir", "một", "satu", "jeden", "jedną", "يك", "一",
    ],
    &[
        "dos", "dois", "duas", "deux", "zwei", "due", "twee", "два", "две", "дві", "iki", "hai", "dua", "dwa", "dwie",
        "دو", "两", "兩", "二",
    ],
    &["tres", "três", "trois", "drei", "tre", "drie", "три", "üç", "ba", "tiga", "trzy", "ثلاثه", "سه", "三"],
    &[
        "cuatro",
        "quatro",
        "quatre",
        "vier",
        "quattro",
        "четыре",
        "чотири",
        "dört",
        "bốn",
        "empat",
        "cztery",
        "اربعه",
        "چهار",
        "四",
    ],
    &["cinco", "cinq", "fünf", "cinque", "vijf", "пять", "п'ять", "beş", "năm", "lima", "pięć", "خمسه", "پنج", "五"],
    &["seis", "six", "sechs", "sei", "zes", "шесть", "шість", "alti", "sáu", "enam", "sześć", "سته", "شش", "六"],
    &[
        "siete", "sete", "sept", "sieben", "sette", "zeven", "семь", "сім", "yedi", "bảy", "tujuh", "siedem", "سبعه",
        "هفت", "七",
    ],
    &[
        "ocho",
        "oito",
        "huit",
        "acht",
        "otto",
        "восемь",
        "вісім",
        "sekiz",
        "tám",
        "delapan",
        "osiem",
        "ثمانيه",
        "هشت",
        "八",
    ],
    &[
        "nueve",
        "nove",
        "neuf",
        "neun",
        "negen",
        "девять",
        "дев'ять",
        "dokuz",
        "chín",
        "sembilan",
        "dziewięć",
        "تسعه",
        "九",
    ],
    &["diez", "dez", "dix", "zehn", "dieci", "tien", "десять", "mười", "sepuluh", "dziesięć", "عشره", "ده", "十"],
];

/// What is counted, in days; hours in parts of one.
const UNITS: [(f64, &[&str]); 5] = [
    (
        1.0,
        &[
            "día", "días", "dia", "dias", "jour", "jours", "tag", "tage", "tagen", "giorno", "giorni", "dag", "dagen",
            "день", "дня", "дней", "дні", "днів", "gün", "ngày", "hari", "dzień", "dni", "يوم", "ايام", "روز",
        ],
    ),
    (2.0, &["يومين"]),
    (
        7.0,
        &[
            "semana",
            "semanas",
            "semaine",
            "semaines",
            "woche",
            "wochen",
            "settimana",
            "settimane",
            "week",
            "weken",
            "неделю",
            "недели",
            "недель",
            "тиждень",
            "тижні",
            "тижнів",
            "hafta",
            "tuần",
            "minggu",
            "pekan",
            "tydzień",
            "tygodnie",
            "tygodni",
            "اسبوع",
            "اسابيع",
            "هفته",
        ],
    ),
    (14.0, &["اسبوعين"]),
    (
        1.0 / 24.0,
        &[
            "hora",
            "horas",
            "heure",
            "heures",
            "stunde",
            "stunden",
            "ora",
            "ore",
            "uur",
            "час",
            "часа",
            "часов",
            "годину",
            "години",
            "годин",
            "saat",
            "giờ",
            "jam",
            "godzinę",
            "godziny",
            "godzin",
            "ساعه",
            "ساعات",
            "ساعت",
        ],
    ),
];

/// Before a count: so long from now. Of some only with the units beside them: "in tre giorni" is how long it took.
const FROM_NOW: [(&str, &[&str]); 13] = [
    ("en", &[]),
    ("em", &[]),
    ("daqui a", &[]),
    ("dentro de", &[]),
    ("через", &[]),
    ("за", &["дні", "днів", "тиждень", "тижні", "тижнів", "годину", "години", "годин"]),
    ("dans", &[]),
    ("in", &["tagen", "wochen", "woche", "stunden"]),
    ("tra", &[]),
    ("fra", &[]),
    ("over", &["dag", "dagen", "week", "weken", "uur"]),
    ("za", &[]),
    ("بعد", &[]),
];
/// Behind one.
const FROM_NOW_BEHIND: [&str; 4] = ["sonra", "nữa", "lagi", "ديگر"];
/// Before one: so long ago.
const AGO: [&str; 5] = ["hace", "há", "vor", "قبل", "منذ"];
/// Behind one.
const AGO_BEHIND: [&str; 11] =
    ["назад", "тому", "önce", "trước", "lalu", "yang lalu", "fa", "atrás", "temu", "geleden", "پيش"];
/// What counts from something else: "a week after the launch".
const FROM_ELSE: [&str; 10] = ["после", "після", "من", "از", "après", "después", "depois", "nach", "dopo", "po"];

/// Korean has words for a few days.
const KOREAN: [(&str, i64); 6] = [("하루", 1), ("이틀", 2), ("사흘", 3), ("나흘", 4), ("열흘", 10), ("일주일", 7)];
const KOREAN_BEHIND: [(&str, i64); 4] = [("후", 1), ("뒤", 1), ("후에", 1), ("전", -1)];
/// Behind a number in Chinese and Japanese.
const EAST_ASIAN: [(&str, i64); 10] = [
    ("天后", 1),
    ("天後", 1),
    ("日后", 1),
    ("日後", 1),
    ("周后", 7),
    ("周後", 7),
    ("週後", 7),
    ("週間後", 7),
    ("天前", -1),
    ("周前", -7),
];

/// People count by no more.
const DAYS_MAX: f64 = 400.0;

/// Words such a count begins with, beside figures.
pub(super) fn beginnings() -> impl Iterator<Item = String> {
    let first = |phrase: &'static str| phrase.split(' ').next().unwrap_or(phrase);
    let before = FROM_NOW.into_iter().map(move |(word, _)| first(word)).chain(AGO);
    let numbers = NUMBERS.into_iter().flatten().copied();
    before.chain(numbers).chain(KOREAN.into_iter().map(|(word, _)| word)).map(str::to_owned)
}

/// The days from publication on (before it, below zero) that `words` begin by counting, and how many words do.
pub(super) fn counted(words: &[&str]) -> Option<(i64, usize)> {
    let first = *words.first()?;
    let figures = first.starts_with(|c: char| c.is_ascii_digit());
    let before = || {
        let from_now = || {
            let (before, units) = FROM_NOW.iter().find_map(|(phrase, units)| Some((starts(words, phrase)?, *units)))?;
            let (days, length) = count(&words[before..], first)?;
            let unit = words[before + length - 1];
            (units.is_empty() || units.contains(&unit)).then_some((days, before + length))
        };
        let ago = || {
            let (days, length) = AGO.contains(&first).then(|| count(&words[1..], first)).flatten()?;
            Some((-days, 1 + length))
        };
        east_asian(words).or_else(|| korean(words)).or_else(from_now).or_else(ago)
    };
    let behind = || {
        let (days, length) = count(words, "")?;
        let behind = |list: &[&str]| list.iter().find_map(|phrase| starts(&words[length..], phrase));
        let ahead = behind(&FROM_NOW_BEHIND).map(|more| (days, length + more));
        ahead.or_else(|| Some((-days, length + behind(&AGO_BEHIND)?)))
    };
    // A figure begins no count but one that is told behind it.
    let (days, length) = if figures { behind()? } else { before().or_else(behind)? };
    let from_else = words.get(length).is_some_and(|next| FROM_ELSE.contains(next));
    (days.abs() <= DAYS_MAX && !from_else).then_some((days.trunc() as i64, length))
}

/// A number and its unit in days, and their words; a unit alone is one, where one may leave it out behind `before`.
fn count(words: &[&str], before: &str) -> Option<(f64, usize)> {
    if let Some(days) = words.first().and_then(|word| unit(word)) {
        let alone = matches!(before, "через" | "за" | "za" | "بعد" | "منذ" | "قبل");
        return alone.then_some((days, 1));
    }
    let days = number(words.first()?)? * unit(words.get(1)?)?;
    Some((days, 2))
}

fn number(word: &str) -> Option<f64> {
    static SPELT: LazyLock<Words<u8>> = LazyLock::new(|| {
        let all = (1u8..).zip(NUMBERS);
        all.flat_map(|(number, words)| words.iter().map(move |word| ((*word).to_owned(), number))).collect()
    });
    SPELT.get(word).map(|number| f64::from(*number)).or_else(|| word.parse::<u16>().ok().map(f64::from))
}

fn unit(word: &str) -> Option<f64> {
    static DAYS: LazyLock<Words<f64>> = LazyLock::new(|| {
        let all = UNITS.into_iter();
        all.flat_map(|(days, words)| words.iter().map(move |word| ((*word).to_owned(), days))).collect()
    });
    DAYS.get(word).copied()
}

/// How many of `words` the phrase has that they begin with.
fn starts(words: &[&str], phrase: &str) -> Option<usize> {
    let length = phrase.split(' ').count();
    let begins = words.len() >= length && phrase.split(' ').zip(words).all(|(part, word)| part == *word);
    begins.then_some(length)
}

/// `三天后`, `两周后`, `三日後`: one item for each character, or what stands behind the number in one.
fn east_asian(words: &[&str]) -> Option<(f64, usize)> {
    let counted = number(words.first().filter(|word| word.starts_with(tge_text::is_unspaced))?)?;
    (1..=3).find_map(|length| {
        let behind = words.get(1..=length)?.concat();
        let (_, days) = EAST_ASIAN.iter().find(|(phrase, _)| *phrase == behind)?;
        let goes_on = words.get(1 + length).is_some_and(|next| next.starts_with(['续', '續', '期']));
        (!goes_on).then_some((counted * *days as f64, 1 + length))
    })
}

fn korean(words: &[&str]) -> Option<(f64, usize)> {
    let (_, days) = KOREAN.iter().find(|(word, _)| Some(word) == words.first())?;
    let (_, side) = KOREAN_BEHIND.iter().find(|(word, _)| Some(word) == words.get(1))?;
    Some(((days * side) as f64, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_in_words_and_figures() {
        for (text, days) in [
            ("en tres días", Some(3)),
            ("dentro de dos semanas", Some(14)),
            ("em três dias", Some(3)),
            ("daqui a 5 dias", Some(5)),
            ("dans une semaine", Some(7)),
            ("in drei tagen", Some(3)),
            ("in 2 wochen", Some(14)),
            ("in einer woche", Some(7)),
            ("tra tre giorni", Some(3)),
            ("over drie dagen", Some(3)),
            ("через три дня", Some(3)),
            ("через неделю", Some(7)),
            ("через 48 часов", Some(2)),
            ("за три дні", Some(3)),
            ("за тиждень", Some(7)),
            ("za trzy dni", Some(3)),
            ("za tydzień", Some(7)),
            ("üç gün sonra", Some(3)),
            ("ba ngày nữa", Some(3)),
            ("tiga hari lagi", Some(3)),
            ("بعد ثلاثه ايام", Some(3)),
            ("بعد اسبوعين", Some(14)),
            ("سه روز ديگر", Some(3)),
            ("三 天 后", Some(3)),
            ("两 周 后", Some(14)),
            ("三 日 後", Some(3)),
            ("사흘 뒤", Some(3)),
            ("hace dos días", Some(-2)),
            ("vor drei tagen", Some(-3)),
            ("tre giorni fa", Some(-3)),
            ("3 дня назад", Some(-3)),
            ("3 gün önce", Some(-3)),
            ("dua hari yang lalu", Some(-2)),
            // How long it took, what it counts from, what is no count.
            ("in tre giorni", None),
            ("за 3 дня", None),
            ("over three days", None),
            ("через неделю после", None),
            ("بعد اسبوع من", None),
            ("三 天 后 续", None),
            ("en tres rondas", None),
            ("3 días", None),
            ("через 900 дней", None),
            ("", None),
        ] {
            let words: Vec<&str> = text.split(' ').collect();
            assert_eq!(counted(&words).map(|(days, _)| days), days, "{text}");
            assert!(counted(&words).is_none_or(|(_, length)| length == words.len()), "{text}");
        }
    }

    #[test]
    fn the_words_are_in_normal_form() {
        let units = UNITS.iter().flat_map(|(_, words)| words.iter().copied());
        let behind = FROM_NOW_BEHIND.into_iter().chain(AGO_BEHIND).chain(FROM_ELSE).chain(EAST_ASIAN.map(|e| e.0));
        for word in beginnings().chain(units.chain(behind).map(str::to_owned)) {
            assert_eq!(tge_text::Normal::text_of(&word), word);
        }
    }
}
