//! Documents that come by themselves: `POST /api/v1/observations`, and files of one JSON document a line.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tge_model::{Arrival, Observation, SourceName, Timestamp};
use thiserror::Error;

use crate::date;
use crate::item::{Item, Parts, Seen};
use crate::plain::{Markup, line, strip};

/// The most bytes of one document.
const BYTES_MAX: usize = 1024 * 1024;

/// A pushed document: `{source, text, id?, url?, title?, published?, lang?}`. Other members are passed over, so that
/// lines made for something else can be imported as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushDocument {
    /// Who sends it.
    pub source: SourceName,
    /// The document.
    pub item: Item,
    /// The date that was given and cannot be read, or names no day; the document is taken without it.
    pub date_unread: Option<String>,
}

/// A pushed document that cannot be taken.
#[derive(Debug, Error)]
pub enum PushError {
    /// It is no JSON.
    #[error("the document is no JSON; send one object such as {{\"source\": \"me\", \"text\": \"...\"}}")]
    NotJson(#[source] serde_json::Error),
    /// It is JSON, but no object.
    #[error("the document is {found}, expected an object such as {{\"source\": \"me\", \"text\": \"...\"}}")]
    NotAnObject {
        /// What it is.
        found: &'static str,
    },
    /// A member has another type.
    #[error("{member} is {found}, expected a text; write \"{member}\": \"...\"")]
    WrongType {
        /// Which.
        member: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// Nobody is named as its source.
    #[error("source is missing; write \"source\": \"a-name-of-yours\"")]
    NoSource,
    /// It says nothing.
    #[error("the document has neither a title nor a text; write \"text\": \"...\"")]
    Empty,
    /// It is larger than is taken.
    #[error("the document has {bytes} bytes, the most is {BYTES_MAX}; shorten its text")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

impl PushDocument {
    /// Reads one line of JSON.
    ///
    /// # Errors
    /// [`PushError`] with what is wrong and how to write it.
    pub fn parse_line(json: &str) -> Result<Self, PushError> {
        if json.len() > BYTES_MAX {
            return Err(PushError::TooLarge { bytes: json.len() });
        }
        Self::from_value(&serde_json::from_str(json.trim_start_matches('\u{feff}')).map_err(PushError::NotJson)?)
    }

    /// Takes a JSON value.
    ///
    /// # Errors
    /// [`PushError`] with what is wrong and how to write it.
    pub fn from_value(value: &Value) -> Result<Self, PushError> {
        let Value::Object(map) = value else { return Err(PushError::NotAnObject { found: kind(value) }) };
        let source = member(map, "source")?.and_then(|given| source_name(&given)).ok_or(PushError::NoSource)?;
        let given = member(map, "published")?;
        let published = given.as_deref().and_then(date::parse_exact);
        let item = Item::new(Parts {
            id: member(map, "id")?,
            link: member(map, "url")?.map(|url| line(&url, Markup::Text)),
            title: line(&member(map, "title")?.unwrap_or_default(), Markup::Guess),
            body: strip(&member(map, "text")?.unwrap_or_default(), Markup::Guess, None),
            lang: member(map, "lang")?,
            published,
        })
        .ok_or(PushError::Empty)?;
        Ok(Self { source, item, date_unread: given.filter(|_| published.is_none()) })
    }

    /// Makes the observation of it. There is no poll, so nothing says when it appeared but its own date.
    pub fn observe(&self, now: Timestamp, arrival: Arrival, demo: bool, traceparent: Option<String>) -> Observation {
        self.item.seen(&self.source, Seen { now, previous_poll_at: None, arrival, demo, traceparent })
    }
}

/// The name of a source that calls itself something: lower-cased, other characters made hyphens. Where that would lose
/// what tells it from others (another script, a long name), a hash of the whole is put behind it. `None` when blank.
pub fn source_name(given: &str) -> Option<SourceName> {
    let given = given.trim();
    if given.is_empty() {
        return None;
    }
    if let Ok(name) = SourceName::new(given) {
        return Some(name);
    }
    let mut slug = String::with_capacity(given.len());
    for c in given.chars() {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => slug.push(c),
            _ if !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    let slug = slug.trim_matches('-');
    let lost = slug.is_empty() || slug.len() > 64 || given.chars().any(|c| !c.is_ascii() && c.is_alphanumeric());
    if !lost {
        return SourceName::new(slug).ok();
    }
    let hash = hex::encode(&Sha256::digest(given.as_bytes())[..6]);
    let short = slug.get(..slug.len().min(50)).unwrap_or_default().trim_matches('-');
    SourceName::new(format!("{short}-{hash}").trim_start_matches('-')).ok()
}

/// A member's text; `None` when it is missing, null or blank. A number passes for a text: ids often are numbers.
fn member(map: &Map<String, Value>, name: &'static str) -> Result<Option<String>, PushError> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.trim().is_empty())),
        Some(Value::Number(number)) if name == "id" => Ok(Some(number.to_string())),
        Some(other) => Err(PushError::WrongType { member: name, found: kind(other) }),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_taken() {
        let line = r#"{"id": 7, "source": "Telegram:Some_Channel", "url": "https://x.test/a?utm_source=b", "published": "2026-04-30 10:11",
                       "title": null, "text": "Token &amp; more", "lang": "en", "label": {"is_tge": true}}"#;
        let document = PushDocument::parse_line(line).expect("good");
        assert_eq!(document.source.as_str(), "telegram-some-channel");
        assert_eq!((document.item.key.as_str(), document.item.url.as_str()), ("7", "https://x.test/a"));
        assert_eq!(document.item.text, "Token & more");
        assert_eq!(document.item.published, Timestamp::parse("2026-04-30T10:11:00Z").ok());
        let seen = document.observe(Timestamp::from_secs(9), Arrival::Backfill, false, None);
        assert_eq!(
            (seen.first_seen_at, seen.arrival, seen.sha256),
            (Timestamp::from_secs(9), Arrival::Backfill, document.item.fingerprint())
        );
    }

    #[test]
    fn dates_that_name_no_day_are_left_out_and_told() {
        for given in ["2026-04", "None", "Apr"] {
            let document = PushDocument::parse_line(&format!(r#"{{"source":"a","text":"b","published":"{given}"}}"#))
                .expect(given);
            assert_eq!((document.item.published, document.date_unread.as_deref()), (None, Some(given)));
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        let long = format!(r#"{{"source":"a","text":"{}"}}"#, "x".repeat(BYTES_MAX));
        let cases = [
            ("", "no JSON"),
            ("{\"source\": \"a\", ", "no JSON"),
            ("[1]", "a list, expected an object"),
            (r#"{"text": "b"}"#, "source is missing"),
            (r#"{"source": "  ", "text": "b"}"#, "source is missing"),
            (r#"{"source": "a"}"#, "neither a title nor a text"),
            (r#"{"source": "a", "text": "<script>x</script>"}"#, "neither a title nor a text"),
            (r#"{"source": "a", "text": ["b"]}"#, "text is a list, expected a text"),
            (&long, "the most is 1048576"),
        ];
        for (line, expected) in cases {
            let error = PushDocument::parse_line(line).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn sources_get_names() {
        let cases =
            [("example-news", "example-news"), ("exchange:OKX", "exchange-okx"), ("t.me/Some_One", "t-me-some-one")];
        for (given, expected) in cases {
            assert_eq!(source_name(given).expect(given).as_str(), expected);
        }
        let (a, b) = (source_name("毎日新聞").expect("a"), source_name("朝日新聞").expect("b"));
        assert_ne!(a, b);
        assert!(source_name(&"x".repeat(99)).expect("long").as_str().starts_with("xxx"));
        assert_eq!(source_name(" "), None);
    }
}
