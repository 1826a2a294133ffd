//! Stored columns as nouns: a row that is none says which one it is.

use std::str::FromStr;

use tge_model::{Probability, SourceHealth, SourceName, Timestamp};
use thiserror::Error;

/// A row that cannot be read back. It travels as a decoding error of the driver, so that `?` carries it, and becomes
/// [`StoreError::Corrupt`](tge_ports::StoreError::Corrupt) at the port.
#[derive(Debug, Error)]
#[error("{record} cannot be read")]
pub(crate) struct BadRow {
    pub(crate) record: String,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl BadRow {
    pub(crate) fn error(record: String, source: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
        sqlx::Error::Decode(Box::new(Self { record, source: Box::new(source) }))
    }
}

/// A name or identifier.
pub(crate) fn read<T>(record: &str, text: &str) -> Result<T, sqlx::Error>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(|e| BadRow::error(record.to_owned(), e))
}

/// A source's name.
pub(crate) fn source_name(record: &str, text: &str) -> Result<SourceName, sqlx::Error> {
    SourceName::new(text).map_err(|e| BadRow::error(record.to_owned(), e))
}

/// A probability.
pub(crate) fn probability(record: &str, value: f64) -> Result<Probability, sqlx::Error> {
    Probability::new(value).map_err(|e| BadRow::error(record.to_owned(), e))
}

/// A SHA-256.
pub(crate) fn hash(record: &str, bytes: &[u8]) -> Result<[u8; 32], sqlx::Error> {
    bytes.try_into().map_err(|e| BadRow::error(record.to_owned(), e))
}

/// A count: databases have no unsigned numbers.
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A small count.
pub(crate) fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(if number < 0 { 0 } else { u32::MAX })
}

/// A count for a database.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A share from 0 to 1; what is no number becomes 0, which SQLite would not store.
pub(crate) fn share(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }
}

/// A moment that may be absent.
pub(crate) fn moment(micros: Option<i64>) -> Option<Timestamp> {
    micros.map(Timestamp::from_micros)
}

/// A moment that may be absent, for a database.
pub(crate) fn micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_micros)
}

/// A poll's state as it is stored with the documents it brought: the count of new ones grows by them.
pub(crate) fn counted(poll: &SourceHealth, new: usize) -> SourceHealth {
    let new = u64::try_from(new).unwrap_or(u64::MAX);
    SourceHealth { observations: poll.observations.saturating_add(new), ..poll.clone() }
}
