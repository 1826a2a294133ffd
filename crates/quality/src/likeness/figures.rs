//! Figures a text gives: amounts, days, and which round or season it speaks of.

use std::collections::BTreeSet;

use tge_text::{Token, TokenKind};

/// Figures kept: a table of prices says nothing by its hundredth row.
const FIGURES_MAX: usize = 60;

/// Month names, the first three letters or more as they are written; the number is the place in the year.
const MONTHS: [(&str, u32); 40] = [
    ("january", 1),
    ("jan", 1),
    ("february", 2),
    ("feb", 2),
    ("march", 3),
    ("mar", 3),
    ("april", 4),
    ("apr", 4),
    ("may", 5),
    ("june", 6),
    ("jun", 6),
    ("july", 7),
    ("jul", 7),
    ("august", 8),
    ("aug", 8),
    ("september", 9),
    ("sept", 9),
    ("sep", 9),
    ("october", 10),
    ("oct", 10),
    ("november", 11),
    ("nov", 11),
    ("december", 12),
    ("dec", 12),
    ("ocak", 1),
    ("şubat", 2),
    ("mart", 3),
    ("nisan", 4),
    ("mayis", 5),
    ("haziran", 6),
    ("temmuz", 7),
    ("ağustos", 8),
    ("eylül", 9),
    ("ekim", 10),
    ("kasim", 11),
    ("aralik", 12),
    ("января", 1),
    ("июля", 7),
    ("julio", 7),
    ("juli", 7),
];

/// Ordinal words up to ten.
const ORDINALS: [(&str, u32); 20] = [
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("1st", 1),
    ("2nd", 2),
    ("3rd", 3),
    ("4th", 4),
    ("5th", 5),
    ("6th", 6),
    ("7th", 7),
    ("8th", 8),
    ("9th", 9),
    ("10th", 10),
];
/// What is counted by ordinals.
const COUNTED: [&str; 8] = ["round", "season", "phase", "batch", "epoch", "wave", "airdrop", "stage"];
/// The same in Chinese: 第 n 期.
const COUNTED_HAN: [char; 7] = ['期', '季', '轮', '輪', '阶', '次', '波'];

/// Amounts, rounded so that `$850M` and `850 million` are one.
pub(crate) fn amounts(normal: &str, tokens: &[Token]) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    for (i, token) in tokens.iter().enumerate() {
        if !matches!(token.kind, TokenKind::Number | TokenKind::Money | TokenKind::Percent)
            || found.len() >= FIGURES_MAX
        {
            continue;
        }
        let written = &normal[token.range.clone()];
        let Some((value, scaled)) = amount(written, tokens.get(i + 1).map(|t| &normal[t.range.clone()])) else {
            continue;
        };
        let year = (1990.0..2100.0).contains(&value) && value.fract() == 0.0;
        let marked = scaled || token.kind != TokenKind::Number || value.fract() != 0.0;
        if value > 0.0 && !year && (marked || value >= 100.0) {
            // Three digits are kept: 38.4 million and 38 million stay two figures, $373.2M and $373M become one.
            let digits = value.log10().floor();
            let rounded = (value / 10_f64.powf(digits - 2.0)).round() as u64;
            let size = (digits as i64 + 40).max(0) as u64;
            found.insert(size * 10_000 + rounded);
        }
    }
    found
}

/// The value of a written number with what scales it, and whether something did.
fn amount(written: &str, next: Option<&str>) -> Option<(f64, bool)> {
    let bare = written.trim_start_matches(|c: char| !c.is_ascii_digit());
    let bare = bare.trim_end_matches(|c: char| !c.is_alphanumeric());
    if bare.contains([':', '/']) || bare.matches('-').count() > 0 {
        return None;
    }
    let digits = bare.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &bare[digits.len()..];
    let value: f64 = digits.replace(',', "").parse().ok()?;
    let scale = |unit: &str| match unit {
        "k" | "thousand" => Some(1e3),
        "m" | "mn" | "million" | "milyon" | "millones" | "млн" => Some(1e6),
        "b" | "bn" | "billion" | "milyar" | "млрд" => Some(1e9),
        "t" | "trillion" => Some(1e12),
        "万" | "萬" | "만" => Some(1e4),
        "亿" | "億" | "억" => Some(1e8),
        _ => None,
    };
    if unit.is_empty() {
        return Some(next.and_then(scale).map_or((value, false), |s| (value * s, true)));
    }
    scale(unit).map(|s| (value * s, true))
}

/// Days named, as month and day.
pub(crate) fn days(normal: &str, tokens: &[Token]) -> BTreeSet<(u32, u32)> {
    let word = |i: usize| tokens.get(i).map_or("", |t| &normal[t.range.clone()]);
    let month = |i: usize| MONTHS.iter().find(|(name, _)| *name == word(i)).map(|(_, n)| *n);
    let day = |i: usize| {
        let bare = word(i).trim_end_matches(|c: char| c.is_ascii_alphabetic());
        bare.parse::<u32>().ok().filter(|d| (1..=31).contains(d))
    };
    let mut found = BTreeSet::new();
    for i in 0..tokens.len() {
        if let Some(m) = month(i) {
            let before = i.checked_sub(1).and_then(day);
            let after = day(i + 1).or_else(|| if word(i + 1) == "." { day(i + 2) } else { None });
            found.extend(before.or(after).map(|d| (m, d)));
        }
        // 7 月 16 日, 7월 12일.
        if matches!(word(i), "月" | "월")
            && let (Some(m), Some(d)) = (i.checked_sub(1).and_then(day).filter(|m| *m <= 12), day(i + 1))
        {
            found.insert((m, d));
        }
        let parts: Vec<Option<u32>> = word(i).split(['-', '/']).map(|p| p.parse().ok()).collect();
        if let [Some(year), Some(m), Some(d)] = parts[..]
            && (2009..2100).contains(&year)
            && (1..=12).contains(&m)
            && (1..=31).contains(&d)
        {
            found.insert((m, d));
        }
    }
    found
}

/// Which round, season or phase a text speaks of; several for a text that speaks of several.
pub(crate) fn rounds(normal: &str, tokens: &[Token]) -> BTreeSet<u32> {
    let word = |i: usize| tokens.get(i).map_or("", |t| &normal[t.range.clone()]);
    let small = |w: &str| w.parse::<u32>().ok().filter(|n| (1..=40).contains(n));
    let counted = |w: &str| COUNTED.iter().any(|c| w == *c || w.strip_suffix('s') == Some(c));
    let mut found = BTreeSet::new();
    for i in 0..tokens.len() {
        let ordinal = ORDINALS.iter().find(|(name, _)| *name == word(i)).map(|(_, n)| *n);
        if let Some(n) = ordinal
            && (1..=3).any(|ahead| counted(word(i + ahead)))
        {
            found.insert(n);
        }
        if counted(word(i)) && word(i) != "airdrop" {
            found.extend(small(word(i + 1)));
        }
        if word(i) == "第" {
            let han = word(i + 1).chars().next().and_then(|c| "一二三四五六七八九十".chars().position(|x| x == c));
            let n = han.and_then(|at| u32::try_from(at + 1).ok()).or_else(|| small(word(i + 1)));
            if word(i + 2).starts_with(COUNTED_HAN) {
                found.extend(n);
            }
        }
        // S2, where it stands alone.
        found.extend(word(i).strip_prefix('s').and_then(small).filter(|n| *n < 10));
        if word(i) == "新" && word(i + 1) == "一" && word(i + 2).starts_with(COUNTED_HAN) {
            found.insert(NEW_ROUND);
        }
    }
    found
}

/// A new round whose number is not told.
const NEW_ROUND: u32 = 99;

#[cfg(test)]
mod tests {
    use tge_text::{Normal, tokens};

    use super::*;

    fn read<T>(text: &str, reader: impl Fn(&str, &[Token]) -> T) -> T {
        let normal = Normal::of(text);
        reader(normal.as_str(), &tokens(normal.as_str()).collect::<Vec<_>>())
    }

    #[test]
    fn one_amount_is_one_however_it_is_written() {
        let of = |text| read(text, amounts);
        for (a, b) in [
            ("an $850M offering", "850 million in notes"),
            ("5,800 BTC", "5800 coins"),
            ("up by 303%", "303 % more... a 303% jump"),
            ("up by 303%", "303 % de plus"),
            ("raised 25M$", "$25 million"),
            ("500 €", "€500"),
            ("共 6 亿枚", "600 million tokens"),
        ] {
            assert!(of(a).intersection(&of(b)).count() == 1, "{a} {b}: {:?} {:?}", of(a), of(b));
        }
        assert!(of("on 2025-07-28 at 16:30 in 2026, 7 of 12").is_empty());
        assert!(of("38.4 million").is_disjoint(&of("38 million")));
    }

    #[test]
    fn days_in_many_words() {
        for text in ["on 12 July 2023", "July 12th", "2023-07-12", "2023년 7월 12일", "7 月 12 日", "12 Temmuz 2023'te"]
        {
            assert_eq!(read(text, days).into_iter().collect::<Vec<_>>(), [(7, 12)], "{text}");
        }
    }

    #[test]
    fn rounds_are_counted() {
        for (text, expected) in [
            ("the Third Round of BEL Airdrop Distributions", 3),
            ("ICO STARTS (ROUND 5 )", 5),
            ("发放第二期的空投币", 2),
            ("ether.fi S3 空投", 3),
            ("Renzo Season 2", 2),
            ("新一轮空投", NEW_ROUND),
        ] {
            assert_eq!(read(text, rounds).into_iter().collect::<Vec<_>>(), [expected], "{text}");
        }
    }
}
