//! Numbers as people write them: with thousands apart, with a comma or a stop before the fraction, with a word of size.

use tge_model::Decimal;

use super::Amounts;

/// Digits a number may have: what has more counts no tokens.
const DIGITS_MAX: usize = 24;

/// A number read from a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) value: Decimal,
    /// Byte behind it and its words of size.
    pub(crate) end: usize,
    /// It has words of size, or thousands apart.
    pub(crate) sized: bool,
}

/// The number that begins at byte `start` of `text` (normal form): `1,000,000`, `1.000.000`, `37 600`, `0,05`, `1.5m`,
/// `10 亿`. None for times, dates, ordinals and what is too large to be an amount.
pub(crate) fn number(text: &str, start: usize, amounts: &Amounts) -> Option<Number> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = start;
    while digit(end) || (matches!(bytes.get(end), Some(b'.' | b',')) && digit(end + 1) && end > start) {
        end += 1;
    }
    let mut written = text.get(start..end)?.to_owned();
    // Thousands apart by blanks: "37 600", each group of three digits and no more.
    let mut apart = false;
    if (1..=3).contains(&written.len()) && written.bytes().all(|b| b.is_ascii_digit()) {
        while bytes.get(end) == Some(&b' ') && (1..=3).all(|i| digit(end + i)) && !digit(end + 4) {
            written.push_str(&text[end + 1..end + 4]);
            (end, apart) = (end + 4, true);
        }
    }
    if written.is_empty() || written.len() > DIGITS_MAX {
        return None;
    }
    // Times, dates, ratios, ranges by hyphen that end in none: only what is a number by itself.
    if matches!(bytes.get(end), Some(b':' | b'/')) && digit(end + 1) {
        return None;
    }
    let (plain, grouped) = plain(&written)?;
    let value: Decimal = plain.parse().ok()?;
    let blank = usize::from(bytes.get(end) == Some(&b' '));
    let behind = match amounts.magnitudes.longest_within(text, end) {
        Some(found) => Some(found),
        None => amounts.magnitudes.longest(text, end + blank).filter(|_| blank == 1),
    };
    let sized = apart || grouped || behind.is_some();
    match behind {
        Some((end, times)) => Some(Number { value: value.checked_mul(times)?.normalize(), end, sized }),
        None => Some(Number { value: value.normalize(), end, sized }),
    }
}

/// The digits with a stop before the fraction and nothing else, and whether thousands were apart. One sign is a fraction's
/// unless three digits follow a comma, or three noughts a stop.
fn plain(written: &str) -> Option<(String, bool)> {
    let count = |sign: char| written.matches(sign).count();
    let (stops, commas) = (count('.'), count(','));
    let behind = |sign: char| written.rsplit(sign).next().unwrap_or_default();
    let decimal = match (stops, commas) {
        (0, 0) => None,
        (1, 0) if behind('.') == "000" => None,
        (1, 0) => Some('.'),
        (0, 1) if behind(',').len() == 3 => None,
        (0, 1) => Some(','),
        (_, 0) | (0, _) => None,
        _ if written.rfind('.') > written.rfind(',') => (stops == 1).then_some('.'),
        _ => (commas == 1).then_some(','),
    };
    let digits: String = written
        .chars()
        .filter_map(|c| match c {
            '.' | ',' if Some(c) == decimal => Some('.'),
            '.' | ',' => None,
            c => Some(c),
        })
        .collect();
    let grouped = stops + commas > usize::from(decimal.is_some());
    (digits.matches('.').count() <= 1).then_some((digits, grouped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        let amounts =
            Amounts::parse(include_str!("../../../../config/rulesets/amounts.yaml")).expect("the shipped file");
        for (text, expected) in [
            ("1,000,000 exm", Some("1000000")),
            ("100.000.000 token", Some("100000000")),
            ("20.000 token", Some("20000")),
            ("37 600 eth", Some("37600")),
            ("37 6000", Some("37")),
            ("0.05 usd", Some("0.05")),
            ("0,05 usd", Some("0.05")),
            ("1.234,56 eur", Some("1234.56")),
            ("1,234.56 usd", Some("1234.56")),
            ("1.5m", Some("1500000")),
            ("1.5 million", Some("1500000")),
            ("10 亿枚", Some("1000000000")),
            ("10亿枚", Some("1000000000")),
            ("9 万亿枚", Some("9000000000000")),
            ("3,5 млн", Some("3500000")),
            ("5 mil millones", Some("5000000000")),
            ("12:30", None),
            ("3/4", None),
            ("5 men", Some("5")),
            ("5th", Some("5")),
            ("9999999999999999999999999999999", None),
            ("999999999999999999999999 trillion", None),
        ] {
            let found = number(text, 0, &amounts).map(|n| n.value.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
