//! The headers that tell us when to come again, and addresses without their secrets.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime};
use reqwest::header::{CACHE_CONTROL, HeaderMap, HeaderName, RETRY_AFTER};
use tge_model::Timestamp;
use url::Url;

/// The longest a server may send us away; more is taken for a slip.
const AWAY_MAX: Duration = Duration::from_secs(24 * 3600);

/// A header as text, if it is one.
pub(crate) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// `Retry-After`: seconds, or a date that is compared with `now`.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER)?;
    let wait = match value.parse::<u64>() {
        Ok(secs) => Duration::from_secs(secs),
        Err(_) => http_date(&value)?.since(now),
    };
    Some(wait.min(AWAY_MAX))
}

/// `Cache-Control: max-age`; nothing where the answer must not be kept at all.
pub(crate) fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let mut found = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for directive in value.to_str().ok()?.split(',') {
            let directive = directive.trim().to_ascii_lowercase();
            if directive == "no-store" || directive == "no-cache" {
                return None;
            }
            if let Some(secs) = directive.strip_prefix("max-age=") {
                found = secs.trim_matches('"').parse().ok().map(Duration::from_secs);
            }
        }
    }
    found.map(|age: Duration| age.min(AWAY_MAX))
}

/// The three dates of HTTP.
fn http_date(value: &str) -> Option<Timestamp> {
    if let Ok(moment) = DateTime::parse_from_rfc2822(value) {
        return Some(moment.to_utc().into());
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(value, format).ok())
        .map(|moment| moment.and_utc().into())
}

/// Bytes of the header lines, as sent in HTTP/1.
pub(crate) fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// An address for messages: without user, password, query values that look like keys, and fragment.
pub(crate) fn scrubbed(url: &Url) -> String {
    const SECRET: [&str; 11] =
        ["key", "token", "secret", "password", "passwd", "pwd", "auth", "signature", "sig", "credential", "session"];
    let mut url = url.clone();
    // Both fail only for addresses without a host, which hold neither.
    if url.set_username("").is_err() || url.set_password(None).is_err() {
        return format!("{}:…", url.scheme());
    }
    url.set_fragment(None);
    if let Some(query) = url.query() {
        let clean: Vec<String> = query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, _)) if SECRET.iter().any(|word| name.to_ascii_lowercase().contains(word)) => {
                    format!("{name}=***")
                }
                _ => pair.to_owned(),
            })
            .collect();
        url.set_query(Some(&clean.join("&")));
    }
    url.into()
}

/// As [`scrubbed`], of what may not be an address at all.
pub(crate) fn scrubbed_text(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) => scrubbed(&url),
        Err(_) => match text.rsplit_once('@') {
            Some((_, host)) => format!("…@{}", host.chars().take(200).collect::<String>()),
            None => text.chars().take(200).collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = Timestamp::parse("2026-04-30T12:00:00Z").expect("now");
        let cases = [
            ("120", Some(120)),
            ("Thu, 30 Apr 2026 12:01:00 GMT", Some(60)),
            ("Thursday, 30-Apr-26 12:01:00 GMT", Some(60)),
            ("Thu Apr 30 12:01:00 2026", Some(60)),
            ("Thu, 30 Apr 2026 11:00:00 GMT", Some(0)),
            ("99999999999", Some(86_400)),
            ("soon", None),
            ("-1", None),
        ];
        for (value, secs) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
            assert_eq!(retry_after(&headers, now), secs.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn max_age_is_read() {
        for (value, secs) in [
            ("public, max-age=300", Some(300)),
            ("max-age=\"60\"", Some(60)),
            ("no-store, max-age=300", None),
            ("private", None),
            ("max-age=x", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static(value));
            assert_eq!(max_age(&headers), secs.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn secrets_do_not_reach_messages() {
        let cases = [
            ("https://u:p@example.org/a?id=7#x", "https://example.org/a?id=7"),
            (
                "https://example.org/?api_key=abc&q=1&access_token=z",
                "https://example.org/?api_key=***&q=1&access_token=***",
            ),
            ("not a url u:p@host", "…@host"),
        ];
        for (given, expected) in cases {
            assert_eq!(scrubbed_text(given), expected);
        }
    }
}
