//! Quarters and years: `Q3 2025`, `4. Quartal`, `第三季度`, `الربع الرابع`.

use chrono::{Datelike, NaiveDate};
use tge_model::Precision;

use super::{Read, year};

/// Words for a quarter of a year, or how they begin.
const QUARTERS: [&str; 14] = [
    "quarter",
    "trimestr",
    "quartal",
    "kwartaal",
    "kwarta",
    "квартал",
    "çeyre",
    "kuartal",
    "quý",
    "الربع",
    "ربع",
    "سهماهه",
    "分期",
    "四半期",
];

/// How words for several quarters end.
const PLURALS: [&str; 9] =
    ["quarters", "trimestres", "trimestri", "quartale", "quartalen", "kwartalen", "kwartały", "квартала", "кварталов"];

/// What Chinese and Japanese call a year by, and how many it is from that of publication.
pub(super) const YEARS: [(&str, i32); 6] = [("今", 0), ("本", 0), ("明", 1), ("来", 1), ("來", 1), ("去", -1)];

/// The numbers of a quarter, in figures and as words of an order.
pub(super) const ORDINALS: [&[&str]; 4] = [
    &[
        "1",
        "i",
        "first",
        "1st",
        "primer",
        "primeiro",
        "premier",
        "erstes",
        "ersten",
        "primo",
        "eerste",
        "pierwszy",
        "pierwszym",
        "первый",
        "первом",
        "перший",
        "першому",
        "ilk",
        "birinci",
        "pertama",
        "الاول",
        "اول",
    ],
    &[
        "2",
        "ii",
        "second",
        "2nd",
        "segundo",
        "deuxième",
        "zweites",
        "zweiten",
        "secondo",
        "tweede",
        "drugi",
        "drugim",
        "второй",
        "втором",
        "другий",
        "другому",
        "ikinci",
        "kedua",
        "الثاني",
        "دوم",
    ],
    &[
        "3",
        "iii",
        "third",
        "3rd",
        "tercer",
        "terceiro",
        "troisième",
        "drittes",
        "dritten",
        "terzo",
        "derde",
        "trzeci",
        "trzecim",
        "третий",
        "третьем",
        "третій",
        "третьому",
        "üçüncü",
        "ketiga",
        "الثالث",
        "سوم",
    ],
    &[
        "4",
        "iv",
        "fourth",
        "4th",
        "cuarto",
        "quarto",
        "quatrième",
        "viertes",
        "vierten",
        "vierde",
        "czwarty",
        "czwartym",
        "четвертый",
        "четвертом",
        "четвертий",
        "четвертому",
        "dördüncü",
        "keempat",
        "الرابع",
        "چهارم",
    ],
];

/// A quarter by its number, in figures or words, before or behind the word for it: `4. Quartal 2026`, `quarto trimestre`,
/// `IV квартале`, `4 분 기`, `第 4 四 半 期`, `quý IV/2026`, `الربع الرابع`.
pub(super) fn quarter(words: &[&str], published: Option<NaiveDate>) -> Option<Read> {
    let mut at = usize::from(words.first() == Some(&"第"));
    let is_quarter = |at: usize| {
        let word = *words.get(at)?;
        let east_asian = || {
            word.starts_with(['四', '分', '분']).then_some(())?;
            let joined: String = words[at..].iter().take(3).copied().collect();
            let length = ["四半期", "分期", "분기"].iter().find(|w| joined.starts_with(**w))?.chars().count();
            Some(if word.chars().count() > 1 { 1 } else { length.min(words.len() - at) })
        };
        // Most differ in their first byte.
        let first = |stem: &&&str| stem.as_bytes().first() == word.as_bytes().first();
        let begins = QUARTERS.iter().filter(first).any(|stem| word.starts_with(stem));
        begins.then_some(1).or_else(east_asian)
    };
    // "IV/2026": the year may be written onto the number.
    let number = |at: usize| {
        let (word, stated) = match words.get(at)?.split_once('/') {
            Some((word, stated)) => (word, Some(year(stated)?)),
            None => (*words.get(at)?, None),
        };
        let word = word.trim_end_matches('.');
        let said = (1u32..).zip(ORDINALS).find(|(_, names)| names.contains(&word)).map(|(number, _)| number);
        said.map(|number| (number, stated))
    };
    let ((quarter, stated), length) = match is_quarter(at) {
        Some(length) => (number(at + length)?, length + 1),
        None => {
            let figure = words.get(at)?.starts_with(|c: char| c.is_ascii_digit());
            // "4. Quartal", "4-й квартал": the sign of an ordinal is an item of its own.
            let sign = usize::from(matches!(words.get(at + 1), Some(&("." | "-" | "й" | "м"))));
            let behind = at + 1 + sign;
            // "Over 4 quarters" is how long.
            let counted = || {
                figure
                    && sign == 0
                    && words.get(behind).is_some_and(|word| PLURALS.iter().any(|end| word.ends_with(end)))
            };
            let length = is_quarter(behind).filter(|_| !counted())?;
            let said = number(at)?;
            at = behind;
            (said, length)
        }
    };
    at += length;
    let behind = at + usize::from(words.get(at).is_some_and(|w| matches!(*w, "of" | "de" | "del" | "do" | "," | "年")));
    let told = stated.or_else(|| words.get(behind).and_then(|w| year(w)));
    if stated.is_none() && told.is_some() {
        at = behind + 1;
    }
    let month = quarter * 3 - 2;
    let start = NaiveDate::from_ymd_opt(told.or_else(|| published.map(|p| year_of(month, p)))?, month, 1)?;
    Some((start, Precision::Quarter, at, false))
}

/// The year of a quarter that begins in `month` and is told without one: that of publication, or the next where the quarter
/// began nine months before or more (the first of a year, said from October on).
fn year_of(month: u32, published: NaiveDate) -> i32 {
    published.year() + i32::from(published.month() >= month + 9)
}

/// `Q3 2025`, `2025 Q3`, `2025年第三季度`, a year alone.
pub(super) fn quarter_or_year(words: &[&str], published: Option<NaiveDate>) -> Option<Read> {
    let named = |word: &str| match word {
        "q1" => Some(1),
        "q2" => Some(4),
        "q3" => Some(7),
        "q4" => Some(10),
        _ => None,
    };
    if let Some(month) = words.first().and_then(|w| named(w)) {
        let at = 1 + usize::from(words.get(1).is_some_and(|w| matches!(*w, "of" | "," | "in")));
        let stated = words.get(at).and_then(|w| year(w));
        let length = if stated.is_some() { at + 1 } else { 1 };
        let y = stated.or_else(|| published.map(|p| year_of(month, p)))?;
        return Some((NaiveDate::from_ymd_opt(y, month, 1)?, Precision::Quarter, length, false));
    }
    // `第三季度`, `2025年第三季度`, `明年第一季度`; the year and its word are one item or two.
    let split = usize::from(words.get(1) == Some(&"年"));
    let whole = words.first().and_then(|word| word.strip_suffix('年')).filter(|_| split == 0);
    let lead = if whole.is_some() { 1 } else { 2 * split };
    if words.get(lead) == Some(&"第") && words.get(lead + 2) == Some(&"季") {
        const NUMERALS: [(&str, &str); 4] = [("一", "1"), ("二", "2"), ("三", "3"), ("四", "4")];
        let number = words.get(lead + 1)?;
        let quarter = (0u32..).zip(NUMERALS).find(|(_, (a, b))| a == number || b == number)?.0;
        let month = quarter * 3 + 1;
        let named = whole.or(words.first().copied().filter(|_| split == 1));
        let counted = |word| YEARS.iter().find(|(name, _)| *name == word).zip(published);
        let counted = |word| counted(word).map(|((_, years), today)| today.year() + years);
        let told = named.and_then(|word| year(word).or_else(|| counted(word)));
        let y = told.or_else(|| published.map(|p| year_of(month, p)))?;
        let length = lead + 3 + usize::from(words.get(lead + 3) == Some(&"度"));
        return Some((NaiveDate::from_ymd_opt(y, month, 1)?, Precision::Quarter, length, false));
    }
    let y = words.first().and_then(|w| year(w))?;
    if let Some(month) = words.get(1).and_then(|w| named(w)) {
        return Some((NaiveDate::from_ymd_opt(y, month, 1)?, Precision::Quarter, 2, false));
    }
    Some((NaiveDate::from_ymd_opt(y, 1, 1)?, Precision::Year, 1, false))
}

/// Every word a quarter may be told by, as they must stand in normal form.
#[cfg(test)]
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    QUARTERS.into_iter().chain(PLURALS)
}
