//! The dates feeds and APIs print: RFC 3339 and its shortened forms, RFC 822 with every liberty taken, asctime.
//!
//! A text is cut into tokens and each token says what it is (a month's name, a time, a zone, a number), because the
//! order and the punctuation are what writers get wrong most. A zone that is missing is UTC, as feed readers assume.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveTime};
use tge_model::Timestamp;

/// Reads a moment; a date without a time is its midnight, a month or a year its first day, as feeds mean them.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 80 {
        return None;
    }
    iso(text, Shortest::Year).or_else(|| words(text))
}

/// Reads a moment of which at least the day is given; what is less precise would be a false moment.
pub fn parse_exact(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 80 {
        return None;
    }
    iso(text, Shortest::Day).or_else(|| words(text))
}

/// Reads a moment in a strftime format; without a zone of its own it is at `offset_secs` from UTC.
pub(crate) fn by_format(text: &str, format: &str, offset_secs: i32) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_str(text, format) {
        return Some(moment.to_utc().into());
    }
    let naive = chrono::NaiveDateTime::parse_from_str(text, format)
        .ok()
        .or_else(|| NaiveDate::parse_from_str(text, format).ok().map(|day| day.and_time(NaiveTime::MIN)))?;
    let zone = FixedOffset::east_opt(offset_secs)?;
    Some(naive.and_local_timezone(zone).single()?.to_utc().into())
}

/// The least a date must say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shortest {
    Year,
    Day,
}

/// `2026`, `2026-04`, `20260430`, `2026-04-30`, `2026/04/30`, with `T12:00`, `12:00:00.5`, and a zone.
fn iso(text: &str, shortest: Shortest) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    if bytes.len() < 4 || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let year = text[..4].parse().ok()?;
    let rest = &text[4..];
    let split = rest.find(['T', 't', ' ', '_']).unwrap_or(rest.len());
    let (days, time) = rest.split_at(split);
    let digits: String = days.chars().filter(char::is_ascii_digit).collect();
    if !days.chars().all(|c| c.is_ascii_digit() || c == '-' || c == '/') {
        return None;
    }
    let days = days.trim_matches(['-', '/']);
    let (month, day) = match (days.split_once(['-', '/']), digits.len()) {
        (Some((month, day)), _) => (month.parse().ok()?, day.parse().ok()?),
        (None, 4) => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        (None, 1 | 2) if shortest == Shortest::Year => (digits.parse().ok()?, 1),
        (None, 0) if shortest == Shortest::Year => (1, 1),
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    let time = time.trim_start_matches(['T', 't', ' ', '_']).trim();
    if time.is_empty() {
        return assemble(date, Clock::default(), 0);
    }
    let zone_at = time.find(['Z', 'z', '+', '-', ' ', 'U', 'G']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone_at);
    assemble(date, clock_of(clock.trim())?, if zone.trim().is_empty() { 0 } else { offset(zone.trim())? })
}

/// `Thu, 30 Apr 2026 12:00:00 GMT`, `Apr 30, 2026`, `Thu Apr 30 12:00:00 UTC 2026`, `30-Apr-26 12:00 PM EST`.
fn words(text: &str) -> Option<Timestamp> {
    let (mut day, mut month, mut year, mut clock, mut zone) = (None, None, None, None, 0);
    let mut afternoon = None;
    let spaced = text.replace([',', '(', ')'], " ");
    for token in spaced.split_whitespace().flat_map(split_dashes) {
        if let Some(found) = month_of(token)
            && month.is_none()
        {
            month = Some(found);
        } else if token.contains(':') {
            let zone_at = token.find(['+', '-', 'Z', 'z']).unwrap_or(token.len());
            let (time, rest) = token.split_at(zone_at);
            let (time, noon) = split_noon(time);
            afternoon = afternoon.or(noon);
            // A colon behind a sign is a zone of its own: `12:00:00 +02:00`.
            if time.is_empty() {
                zone = offset(rest)?;
                continue;
            }
            clock = Some(clock_of(time)?);
            if !rest.is_empty() {
                zone = offset(rest)?;
            }
        } else if let Ok(number) = token.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']).parse::<i32>()
            && !token.starts_with(['+', '-'])
        {
            match (day, year) {
                _ if number > 31 || token.len() == 4 => year = Some(number),
                (None, _) => day = Some(number),
                (_, None) => year = Some(number),
                _ => return None,
            }
        } else if let (_, Some(noon)) = split_noon(token) {
            afternoon = Some(noon);
        } else if let Some(found) = offset(token) {
            zone = found;
        } else if !is_weekday(token) && clock.is_none() {
            return None;
        }
    }
    let year = match year? {
        short @ 0..=68 => short + 2000,
        short @ 69..=99 => short + 1900,
        long => long,
    };
    let date = NaiveDate::from_ymd_opt(year, month?, u32::try_from(day?).ok()?)?;
    let mut clock = clock.unwrap_or_default();
    if let Some(afternoon) = afternoon {
        clock.hour = clock.hour % 12 + if afternoon { 12 } else { 0 };
    }
    assemble(date, clock, zone)
}

/// `30-Apr-2026` is three tokens; `-0500` and `Coordinated-Time` are one.
fn split_dashes(token: &str) -> std::str::Split<'_, fn(char) -> bool> {
    let dated =
        token.starts_with(|c: char| c.is_ascii_digit()) && token.split('-').count() == 3 && !token.contains(':');
    let dash: fn(char) -> bool = |c| c == '-';
    let none: fn(char) -> bool = |_| false;
    token.split(if dated { dash } else { none })
}

/// A time of day; leap seconds are the second before.
#[derive(Clone, Copy, Default)]
struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    micros: u32,
}

fn clock_of(text: &str) -> Option<Clock> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let mut parts = whole.split(':');
    let mut next = || parts.next().map(|part| if part.is_empty() { Some(0) } else { part.trim().parse::<u32>().ok() });
    let hour = next()??;
    let minute = next().unwrap_or(Some(0))?;
    let second = next().unwrap_or(Some(0))?.min(59);
    let micros = match fraction.get(..fraction.len().min(6)) {
        None | Some("") => 0,
        Some(digits) => digits.parse::<u32>().ok()? * 10_u32.pow(6 - u32::try_from(digits.len()).ok()?),
    };
    (hour <= 24 && minute < 60).then_some(Clock { hour, minute, second, micros })
}

fn assemble(date: NaiveDate, clock: Clock, offset_secs: i64) -> Option<Timestamp> {
    let midnight = date.and_time(NaiveTime::MIN).and_utc();
    let since = Duration::hours(i64::from(clock.hour))
        + Duration::minutes(i64::from(clock.minute))
        + Duration::seconds(i64::from(clock.second) - offset_secs)
        + Duration::microseconds(i64::from(clock.micros));
    Some(midnight.checked_add_signed(since)?.into())
}

/// `10:00AM` and `10:00pm`: the time and whether it is after noon.
fn split_noon(token: &str) -> (&str, Option<bool>) {
    let lower = token.to_ascii_lowercase();
    for (suffix, afternoon) in [("am", false), ("pm", true)] {
        if lower.ends_with(suffix) && lower[..lower.len() - 2].chars().all(|c| c.is_ascii_digit() || c == ':') {
            return (&token[..token.len() - 2], Some(afternoon));
        }
    }
    (token, None)
}

fn month_of(token: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = token.trim_end_matches('.').to_ascii_lowercase();
    if !lower.is_ascii() || lower.len() < 3 || !lower.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let at = MONTHS.iter().position(|month| lower.starts_with(month))?;
    u32::try_from(at + 1).ok()
}

fn is_weekday(token: &str) -> bool {
    let lower = token.trim_end_matches('.').to_ascii_lowercase();
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| lower.starts_with(day))
}

/// Seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    const NAMED: [(&str, i64); 30] = [
        ("Z", 0),
        ("UT", 0),
        ("UTC", 0),
        ("GMT", 0),
        ("WET", 0),
        ("BST", 100),
        ("WEST", 100),
        ("CET", 100),
        ("MET", 100),
        ("CEST", 200),
        ("MEST", 200),
        ("EET", 200),
        ("EEST", 300),
        ("MSK", 300),
        ("IST", 530),
        ("SGT", 800),
        ("HKT", 800),
        ("AWST", 800),
        ("JST", 900),
        ("KST", 900),
        ("AEST", 1000),
        ("AEDT", 1100),
        ("EST", -500),
        ("EDT", -400),
        ("CST", -600),
        ("CDT", -500),
        ("MST", -700),
        ("MDT", -600),
        ("PST", -800),
        ("PDT", -700),
    ];
    let upper = zone.trim().to_ascii_uppercase();
    let seconds = |hhmm: i64| (hhmm / 100) * 3600 + (hhmm % 100) * 60;
    if let Some((_, hhmm)) = NAMED.iter().find(|(name, _)| *name == upper) {
        return Some(seconds(*hhmm));
    }
    let signed = ["GMT", "UTC"].iter().find_map(|prefix| upper.strip_prefix(prefix)).unwrap_or(&upper);
    let (sign, digits) = match signed.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    let hhmm: i64 = match digits.len() {
        1 | 2 => digits.parse::<i64>().ok()? * 100,
        // `+00:0`, seen in the wild.
        3 if signed.contains(':') => digits[..2].parse::<i64>().ok()? * 100 + digits[2..].parse::<i64>().ok()?,
        4 => digits.parse().ok()?,
        _ => return None,
    };
    (hhmm <= 1500).then(|| sign * seconds(hhmm))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_they_are_printed() {
        let cases = [
            ("2026-04-30T12:00:00Z", "2026-04-30T12:00:00Z"),
            ("2026-04-30T12:00:00.25+02:00", "2026-04-30T10:00:00.250Z"),
            ("2026-04-30T12:00", "2026-04-30T12:00:00Z"),
            ("2026-04-30 12:00:05+00:00", "2026-04-30T12:00:05Z"),
            ("2026-04-30T12:00:00-0500", "2026-04-30T17:00:00Z"),
            ("2026-04-30t12:00z", "2026-04-30T12:00:00Z"),
            ("2026-04-30 12:00:00 UTC", "2026-04-30T12:00:00Z"),
            ("20260430", "2026-04-30T00:00:00Z"),
            ("2026/04/30", "2026-04-30T00:00:00Z"),
            ("2026-04", "2026-04-01T00:00:00Z"),
            ("2026", "2026-01-01T00:00:00Z"),
            ("Thu, 30 Apr 2026 12:00:00 GMT", "2026-04-30T12:00:00Z"),
            ("Thu, 30 Apr 2026 12:00:00 +0800", "2026-04-30T04:00:00Z"),
            ("30 Apr 26 12:00 EST", "2026-04-30T17:00:00Z"),
            ("Thu, 30 April 2026 12:00:00 -0400", "2026-04-30T16:00:00Z"),
            ("Thu Apr 30 12:00:00 2026", "2026-04-30T12:00:00Z"),
            ("Thu Apr 30 12:00:00 +0000 2026", "2026-04-30T12:00:00Z"),
            ("Thu Apr 30 12:00:00 PDT 2026", "2026-04-30T19:00:00Z"),
            ("Apr 30, 2026", "2026-04-30T00:00:00Z"),
            ("April 30, 2026 3:05 PM", "2026-04-30T15:05:00Z"),
            ("30-Apr-2026 12:00:00", "2026-04-30T12:00:00Z"),
            ("Thu, 30 Apr 2026 24:00:00 GMT", "2026-05-01T00:00:00Z"),
            ("Thu, 31 Dec 2026 23:59:60 GMT", "2026-12-31T23:59:59Z"),
            ("Thu, 30 Apr 2026 12:00:00 +02:00", "2026-04-30T10:00:00Z"),
            ("2026-04-30T12:00:00+00:0", "2026-04-30T12:00:00Z"),
            ("Thu, Apr 30 2026 02:02:33 PM", "2026-04-30T14:02:33Z"),
        ];
        for (given, expected) in cases {
            assert_eq!(parse(given).map(|t| t.to_string()).as_deref(), Some(expected), "{given}");
        }
        for bad in ["", "None", "soon", "2026-13-01", "31 Feb 2026", "30-Apr", "2026-04-30T99:00", "12:00", "12"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_not_a_day_is_not_exact() {
        assert_eq!(parse_exact("2026-04"), None);
        assert_eq!(parse_exact("2026"), None);
        assert!(parse_exact("2026-04-30").is_some());
    }

    #[test]
    fn formats_take_a_zone() {
        let read = |text, format, offset| by_format(text, format, offset).map(|t| t.to_string());
        assert_eq!(read("2026-04-30 12:00:00", "%Y-%m-%d %H:%M:%S", 8 * 3600).as_deref(), Some("2026-04-30T04:00:00Z"));
        assert_eq!(read("30.04.2026", "%d.%m.%Y", 0).as_deref(), Some("2026-04-30T00:00:00Z"));
        assert_eq!(read("x", "%d.%m.%Y", 0), None);
    }
}
