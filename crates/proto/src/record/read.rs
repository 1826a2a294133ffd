//! Reading fields back: every refusal names the field.

use std::str::FromStr;

use tge_model::{SKETCH_MAX, Timestamp};
use thiserror::Error;

/// A record that is no value of the model.
#[derive(Debug, Error)]
pub enum RecordError {
    /// A newer program wrote it.
    #[error("record version {found} is newer than this program's {known}")]
    Version {
        /// The version found.
        found: u32,
        /// The newest version this program reads.
        known: u32,
    },
    /// A field's text breaks its type's rules.
    #[error("field {field} is not valid")]
    Field {
        /// The field.
        field: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A field that another one requires is absent.
    #[error("field {field} is missing")]
    Missing {
        /// The field.
        field: &'static str,
    },
}

/// Refuses what a newer program wrote.
pub(super) fn check_version(found: u32) -> Result<(), RecordError> {
    if found > super::VERSION { Err(RecordError::Version { found, known: super::VERSION }) } else { Ok(()) }
}

/// Wraps a cause with its field's name.
pub(super) fn bad<E: std::error::Error + Send + Sync + 'static>(field: &'static str) -> impl FnOnce(E) -> RecordError {
    move |source| RecordError::Field { field, source: Box::new(source) }
}

/// Reads one text field.
pub(super) fn read<T>(field: &'static str, text: &str) -> Result<T, RecordError>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(bad(field))
}

/// Reads a moment.
pub(super) fn read_moment(field: &'static str, text: &str) -> Result<Timestamp, RecordError> {
    Timestamp::parse(text).map_err(bad(field))
}

/// Reads a moment that may be absent.
pub(super) fn read_moment_opt(field: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, RecordError> {
    text.map(|text| read_moment(field, text)).transpose()
}

/// Prints a moment. RFC 3339 ends with the year 9999 and so do we: a date beyond it is a misprint of the source, and a
/// record that cannot be read back would be worse than the nearest one that can.
pub(super) fn moment(at: Timestamp) -> String {
    const FIRST: Timestamp = Timestamp::from_secs(-62_135_596_800);
    const LAST: Timestamp = Timestamp::from_secs(253_402_300_799);
    at.clamp(FIRST, LAST).to_string()
}

/// A number JSON can carry; what is no number becomes 0, which as a weight says nothing.
pub(super) fn finite(number: f64) -> f64 {
    if number.is_finite() { number } else { 0.0 }
}

/// Prints hashes of 32 bits as eight digits each; none as nothing.
pub(super) fn sketch(hashes: &[u32]) -> Option<String> {
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.to_be_bytes()).collect();
    (!bytes.is_empty()).then(|| hex(&bytes))
}

/// Other hashes than a sketch has were given.
#[derive(Debug, Error)]
#[error("{given:?} is not up to {SKETCH_MAX} groups of 8 hexadecimal digits, each greater than the one before")]
struct NotASketch {
    given: String,
}

/// Reads hashes of 32 bits written as eight digits each.
pub(super) fn read_sketch(field: &'static str, text: Option<&str>) -> Result<Vec<u32>, RecordError> {
    let text = text.unwrap_or_default();
    let refuse = || bad(field)(NotASketch { given: text.chars().take(8 * SKETCH_MAX + 1).collect() });
    if text.len() > 8 * SKETCH_MAX || !text.len().is_multiple_of(8) || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(refuse());
    }
    let hashes = (0..text.len() / 8).map(|i| u32::from_str_radix(&text[8 * i..8 * i + 8], 16));
    let hashes: Vec<u32> = hashes.collect::<Result<_, _>>().map_err(bad(field))?;
    if hashes.is_sorted_by(|a, b| a < b) { Ok(hashes) } else { Err(refuse()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sketch_is_read_as_it_is_printed_and_nothing_else_is() {
        for hashes in [vec![], vec![1], vec![0x00f0_0ff0, 0x1234_5678, u32::MAX], (0..SKETCH_MAX as u32).collect()] {
            let read = read_sketch("sketch", sketch(&hashes).as_deref()).expect("what was printed");
            assert_eq!(read, hashes);
        }
        let long: Vec<u32> = (0..=SKETCH_MAX as u32).collect();
        let unsorted = ["0000000200000001".to_owned(), "0000000100000001".to_owned()];
        let broken = ["1".to_owned(), "0000000g".to_owned(), "+0000001".to_owned(), "é000000".to_owned()];
        for wrong in unsorted.into_iter().chain(broken).chain(sketch(&long)) {
            let error = read_sketch("sketch", Some(&wrong)).expect_err(&wrong);
            assert!(
                std::error::Error::source(&error).is_some_and(|why| why.to_string().contains("groups of 8")),
                "{error}"
            );
        }
    }
}

/// Prints a hash.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        write!(text, "{byte:02x}").expect("a String takes every write");
        text
    })
}

/// 64 hexadecimal digits were expected.
#[derive(Debug, Error)]
#[error("{given:?} is not 64 hexadecimal digits")]
struct NotAHash {
    given: String,
}

/// Reads a SHA-256.
pub(super) fn read_hash(field: &'static str, text: &str) -> Result<[u8; 32], RecordError> {
    let refuse = || bad(field)(NotAHash { given: text.to_owned() });
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(refuse());
    }
    let mut hash = [0; 32];
    for (i, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|_| refuse())?;
    }
    Ok(hash)
}
