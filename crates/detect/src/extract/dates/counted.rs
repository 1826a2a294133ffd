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
const FROM_NOW: [(&str, &[&str]); 14] = [
    ("en", &["día", "días", "semana", "semanas"]),
    ("em", &["dia", "dias", "semana", "semanas"]),
    ("daqui a", &[]),
    ("dentro de", &[]),
    ("через", &[]),
    ("за", &["дні", "днів", "тижні", "тижнів"]),
    ("dans", &[]),
    ("in", &["tagen", "wochen", "woche", "stunden"]),
    ("tra", &[]),
    ("fra", &[]),
    ("over", &["dagen", "weken", "uur"]),
    ("over een", &["dag", "week", "uur"]),
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
const FROM_ELSE: [&str; 11] = ["khi", "после", "після", "من", "از", "après", "después", "depois", "nach", "dopo", "po"];

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

/// Units that are one without a number: "через неделю".
const ALONE: [&str; 15] = [
    "день",
    "неделю",
    "час",
    "годину",
    "dzień",
    "tydzień",
    "godzinę",
    "dag",
    "week",
    "uur",
    "يومين",
    "اسبوع",
    "اسبوعين",
    "ساعه",
    "тиждень",
];
/// What stands before the last part of a larger number: of `十五天后` five are no count.
const TENS: [&str; 16] = [
    "on",
    "yirmi",
    "otuz",
    "mươi",
    "puluh",
    "belas",
    "двадцать",
    "тридцать",
    "двадцять",
    "тридцять",
    "dwadzieścia",
    "und",
    "y",
    "e",
    "百",
    "廿",
];
/// How Turkish ends a word that something is counted from: "TGE'den 3 gün sonra".
const TURKISH_FROM: [&str; 4] = ["den", "dan", "ten", "tan"];

/// People count by no more.
const DAYS_MAX: f64 = 400.0;

/// Words such a count begins with, beside figures.
pub(super) fn beginnings() -> impl Iterator<Item = String> {
    let first = |phrase: &'static str| phrase.split(' ').next().unwrap_or(phrase);
    let before = FROM_NOW.into_iter().map(move |(word, _)| first(word)).chain(AGO);
    let numbers = NUMBERS.into_iter().flatten().copied();
    before.chain(numbers).chain(KOREAN.into_iter().map(|(word, _)| word)).map(str::to_owned)
}

/// The days from publication on (before it, below zero) that `words` count from word `at` on, and how many words do.
pub(super) fn counted(words: &[&str], at: usize) -> Option<(i64, usize)> {
    let (told, words) = words.split_at_checked(at)?;
    let first = *words.first()?;
    let figures = first.starts_with(|c: char| c.is_ascii_digit());
    let before = || {
        let from_now = || {
            FROM_NOW.iter().find_map(|(phrase, units)| {
                let before = starts(words, phrase)?;
                let (days, length) = count(&words[before..], first)?;
                let fits = units.is_empty() || units.contains(&words[before + length - 1]);
                fits.then_some((days, before + length))
            })
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
    if told.last().is_some_and(|before| number(before).is_some() || TENS.contains(before)) {
        return None;
    }
    let turkish = matches!(words[length - 1], "sonra" | "önce");
    let from_else = words.get(length).is_some_and(|next| FROM_ELSE.contains(next))
        || turkish && told.last().is_some_and(|before| TURKISH_FROM.iter().any(|end| before.ends_with(end)));
    // "Recaudó 2 millones en dos semanas" is how long it took.
    let took = matches!(first, "en" | "em" | "за")
        && told.iter().rev().take(4).any(|word| word.contains(|c: char| c.is_ascii_digit()));
    (days.abs() <= DAYS_MAX && !from_else && !took).then_some((days.trunc() as i64, length))
}

/// A number and its unit in days, and their words; a unit alone is one, where one may leave it out behind `before`.
fn count(words: &[&str], before: &str) -> Option<(f64, usize)> {
    if let Some(days) = words.first().and_then(|word| unit(word)) {
        let alone = matches!(before, "через" | "za" | "بعد" | "منذ" | "قبل" | "over") && ALONE.contains(&words[0]);
        return alone.then_some((days, 1));
    }
    // Most numbers count something else.
    let one = unit(words.get(1)?)?;
    Some((number(words.first()?)? * one, 2))
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
    // Most differ in their first word.
    if !phrase.starts_with(words.first()?) {
        return None;
    }
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
            ("за тиждень", None),
            ("over een week", Some(7)),
            ("over 2 week", None),
            ("en 24 horas", None),
            ("en deux semaines", None),
            ("بعد ايام", None),
            ("بعد يوم الجمعه", None),
            ("3 ngày trước khi", None),
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
            assert_eq!(counted(&words, 0).map(|(days, _)| days), days, "{text}");
            assert!(counted(&words, 0).is_none_or(|(_, length)| length == words.len()), "{text}");
        }
    }

    /// What stands before says that it is a part of a number, how long something took, or counted from something else.
    #[test]
    fn what_stands_before_a_count_may_undo_it() {
        for (before, text) in [
            ("十", "五 天 后"),
            ("on", "beş gün sonra"),
            ("puluh", "lima hari lagi"),
            ("двадцать", "три дня назад"),
            ("tge'den", "3 gün sonra"),
            ("2 millones", "en dos semanas"),
        ] {
            let told: Vec<&str> = before.split(' ').collect();
            let words: Vec<&str> = told.iter().copied().chain(text.split(' ')).collect();
            assert_eq!(counted(&words, told.len()), None, "{before} {text}");
            assert!(counted(&words[told.len()..], 0).is_some(), "{text}");
        }
        assert_eq!(counted(&["x"], 3), None);
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
