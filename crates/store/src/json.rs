//! Nouns as the JSON records that are stored, and back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tge_model::{Event, Verdict};
use tge_proto::record::{EventRecord, VerdictRecord};

use crate::row::BadRow;
use crate::text::clean;

/// An event as it is stored.
pub(crate) fn event(event: &Event) -> String {
    print(&EventRecord::from(event))
}

/// An event as it was stored.
pub(crate) fn read_event(id: &str, body: &str) -> Result<Event, sqlx::Error> {
    let record: EventRecord = parse("events", id, body)?;
    Event::try_from(record).map_err(|e| BadRow::error(format!("events/{id}"), e))
}

/// A verdict as it is stored.
pub(crate) fn verdict(verdict: &Verdict) -> String {
    print(&VerdictRecord::from(verdict))
}

/// A verdict as it was stored.
pub(crate) fn read_verdict(id: &str, body: &str) -> Result<Verdict, sqlx::Error> {
    let record: VerdictRecord = parse("observations", id, body)?;
    Verdict::try_from(record).map_err(|e| BadRow::error(format!("observations/{id}"), e))
}

/// A list of words as it is stored.
pub(crate) fn words(words: &[String]) -> String {
    print(&words)
}

/// A list of words as it was stored.
pub(crate) fn read_words(collection: &str, id: &str, body: &str) -> Result<Vec<String>, sqlx::Error> {
    parse(collection, id, body)
}

fn print<T: Serialize>(record: &T) -> String {
    let text = serde_json::to_string(record).expect("records hold nothing that JSON cannot carry");
    // Rare, so only then is it worth a second look: the six characters may also be an escaped backslash and a word.
    if text.contains("\\u0000") { without_nul(&text) } else { text }
}

/// The same JSON with the replacement character for U+0000, which JSONB does not take.
fn without_nul(text: &str) -> String {
    fn walk(value: &mut Value) {
        match value {
            Value::String(text) => *text = clean(text).into_owned(),
            Value::Array(items) => items.iter_mut().for_each(walk),
            Value::Object(fields) => fields.values_mut().for_each(walk),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut value: Value = serde_json::from_str(text).expect("it was printed just now");
    walk(&mut value);
    value.to_string()
}

fn parse<T: DeserializeOwned>(collection: &str, id: &str, body: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(body).map_err(|e| BadRow::error(format!("{collection}/{id}"), e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_replaced_and_nothing_else() {
        for (given, expected) in [("a\0b", "a\u{fffd}b"), ("a\\u0000b", "a\\u0000b"), ("\0\\u0000", "\u{fffd}\\u0000")]
        {
            let printed = words(&[given.to_owned()]);
            assert_eq!(read_words("t", "1", &printed).expect("valid"), [expected], "{given:?}");
        }
    }
}
