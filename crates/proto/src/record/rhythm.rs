//! A source's rhythm, as the agents that poll remember it and the queen reads it when she plans.

use serde::{Deserialize, Serialize};

/// The kind under which rhythms are remembered.
pub const RHYTHM: &str = "rhythm";

/// How often a source has something new; the content of memory item `source/<name>/rhythm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RhythmRecord {
    /// Polls that were answered.
    pub polls: u64,
    /// Of these, answered 304.
    pub not_modified: u64,
    /// Documents that came while the source was watched; what the first poll found is not counted.
    #[serde(default)]
    pub arrivals: u64,
    /// Since when it is watched, in milliseconds of Unix time; 0 before the first answer.
    #[serde(default)]
    pub since_ms: i64,
}

// === impl RhythmRecord ===

impl RhythmRecord {
    /// The memory key of a source's rhythm.
    pub fn key(source: &str) -> String {
        format!("source/{source}/rhythm")
    }

    /// The source whose rhythm stands under a memory key.
    pub fn source(key: &str) -> Option<&str> {
        key.strip_prefix("source/")?.strip_suffix("/rhythm")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_source() {
        assert_eq!(RhythmRecord::source(&RhythmRecord::key("the-block")), Some("the-block"));
        assert_eq!(RhythmRecord::source("host/a/limits"), None);
    }

    #[test]
    fn a_record_of_before_is_read() {
        let old = serde_json::from_str::<RhythmRecord>(r#"{"polls":3,"not_modified":2,"new":40}"#).unwrap();
        assert_eq!(old, RhythmRecord { polls: 3, not_modified: 2, ..RhythmRecord::default() });
    }
}
