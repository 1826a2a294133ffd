//! Model to wire and back; what is missing or unknown on the way in is an error that names the field.

mod event;
mod memory;
mod swarm;

use prost_types::Timestamp as Wire;
use tge_model::Timestamp;
use thiserror::Error;
use tonic::Status;
use tonic::metadata::MetadataMap;

/// A message that cannot be what it should be.
#[derive(Debug, Error)]
#[error("field {field} is not valid: {reason}")]
pub struct FieldError {
    /// The field.
    pub field: &'static str,
    /// What is wrong, and what was expected.
    pub reason: String,
}

impl From<FieldError> for Status {
    fn from(error: FieldError) -> Self {
        Status::invalid_argument(error.to_string())
    }
}

/// A moment on the wire.
pub fn time(at: Timestamp) -> Wire {
    let micros = at.as_micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1_000).expect("below a second in nanoseconds");
    Wire { seconds: micros.div_euclid(1_000_000), nanos }
}

/// A moment from the wire; saturates at the ends of the range.
pub fn from_time(wire: &Wire) -> Timestamp {
    Timestamp::from_micros(wire.seconds.saturating_mul(1_000_000).saturating_add(i64::from(wire.nanos) / 1_000))
}

/// Reads a resource name or an enumeration's spelling.
///
/// # Errors
/// [`FieldError`] that names the field.
pub fn parse<T>(field: &'static str, text: &str) -> Result<T, FieldError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| FieldError { field, reason: error.to_string() })
}

/// An empty text is an absent value on the wire.
pub fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// The caller's `authorization: Bearer` token, if it sent one.
pub fn bearer(metadata: &MetadataMap) -> Option<&str> {
    metadata.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")
}
