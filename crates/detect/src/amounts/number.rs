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
    /// What its words of size multiply it by.
    pub(crate) times: Option<Decimal>,
    /// It has words of size, or thousands apart.
    pub(crate) sized: bool,
    /// One stop and three digits behind it: thousands where tokens are counted, `37.600`.
    pub(crate) stopped: bool,
}

/// Words of size of languages that write thousands with a stop: `2.500 millones`.
const STOPPED_BEFORE: [&str; 16] = [
    "mil",
    "millón",
    "millones",
    "milhão",
    "milhões",
    "milioni",
    "miliardi",
    "millionen",
    "milliarden",
    "milyon",
    "milyar",
    "triệu",
    "tỷ",
    "juta",
    "miliar",
    "miljoen",
];

/// The number that begins at byte `start` of `text` (normal form): `1,000,000`, `1.000.000`, `37 600`, `0,05`, `1.5m`,
/// `10 亿`, `1 亿 5000 万`; of `10-15 million` the lower end. None for times, dates and what is too large to be an amount.
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
        let goes_on = |at: usize| digit(at) || (matches!(bytes.get(at), Some(b'.' | b',')) && digit(at + 1));
        while bytes.get(end) == Some(&b' ') && (1..=3).all(|i| digit(end + i)) && !goes_on(end + 4) {
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
    let mut value: Decimal = plain.parse().ok()?;
    let stopped = is_stopped(&written);
    // The other end of a range has the word of size of both.
    let mut upper = end;
    if bytes.get(end) == Some(&b'-') && digit(end + 1) {
        upper = end + 1;
        while digit(upper) || (matches!(bytes.get(upper), Some(b'.' | b',')) && digit(upper + 1)) {
            upper += 1;
        }
    }
    let behind = magnitude(text, upper, amounts);
    let Some((behind, times)) = behind else {
        return Some(Number { value: value.normalize(), end, times: None, sized: apart || grouped, stopped });
    };
    if stopped && STOPPED_BEFORE.contains(&text[upper..behind].trim_start()) {
        value = value.checked_mul(Decimal::ONE_THOUSAND)?;
    }
    value = value.checked_mul(times)?;
    let mut end = behind;
    // "1 亿 5000 万": the smaller unit is added.
    let next = end + usize::from(bytes.get(end) == Some(&b' '));
    let digits = text[next..].bytes().take_while(u8::is_ascii_digit).count();
    if !text[..behind].ends_with(|c: char| c.is_ascii())
        && (1..=4).contains(&digits)
        && let Some((until, smaller)) = magnitude(text, next + digits, amounts).filter(|(_, smaller)| *smaller < times)
        && let Ok(more) = text[next..next + digits].parse::<Decimal>()
    {
        value = value.checked_add(more.checked_mul(smaller)?)?;
        end = until;
    }
    Some(Number { value: value.normalize(), end, times: Some(times), sized: true, stopped: false })
}

/// The words of size that begin at byte `at`, or behind a blank there: the byte behind them and by what they multiply.
fn magnitude(text: &str, at: usize, amounts: &Amounts) -> Option<(usize, Decimal)> {
    let blank = text.as_bytes().get(at) == Some(&b' ');
    let spaced = || amounts.magnitudes.longest(text, at + 1).filter(|_| blank);
    amounts.magnitudes.longest_within(text, at).or_else(spaced)
}

/// Whether `written` is one to three digits, not all noughts, a stop, and three digits.
fn is_stopped(written: &str) -> bool {
    written.split_once('.').is_some_and(|(whole, rest)| {
        (1..=3).contains(&whole.len())
            && !whole.starts_with('0')
            && rest.len() == 3
            && rest.bytes().all(|b| b.is_ascii_digit())
    })
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
        (0, 1) if behind(',').len() == 3 && !written.starts_with("0,") => None,
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
    // Thousands stand in threes: "15.03.2026" is a day.
    let whole = decimal.map_or(written, |sign| written.rsplit_once(sign).map_or(written, |(whole, _)| whole));
    if whole.split(['.', ',']).skip(1).any(|group| group.len() != 3) {
        return None;
    }
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
            ("0,025 usdt", Some("0.025")),
            ("2.500 millones", Some("2500000000")),
            ("2.500 million", Some("2500000")),
            ("10-15 million", Some("10000000")),
            ("1 亿 5000 万枚", Some("150000000")),
            ("1억5000만개", Some("150000000")),
            ("2 500,000 qls", Some("2")),
            ("15.03.2026", None),
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
