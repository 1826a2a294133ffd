//! Nouns as the JSON records that are stored, and back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tge_model::{Event, Verdict};
use tge_proto::record::{EventRecord, VerdictRecord};

use crate::row::BadRow;

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
    serde_json::to_string(record).expect("records hold nothing that JSON cannot carry")
}

fn parse<T: DeserializeOwned>(collection: &str, id: &str, body: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(body).map_err(|e| BadRow::error(format!("{collection}/{id}"), e))
}
