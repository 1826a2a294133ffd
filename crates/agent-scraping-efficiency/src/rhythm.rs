//! How often each source has something new, kept across restarts.

use serde::{Deserialize, Serialize};
use tge_agent::Counts;
use tge_agent::poll::Polled;

/// The kind under which rhythms are remembered, as `source/<name>/rhythm`.
pub(crate) const KIND: &str = "rhythm";

/// What is remembered of a source.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Rhythm {
    /// Polls that were answered.
    polls: u64,
    /// Of these, answered 304.
    not_modified: u64,
    /// Documents that were new.
    new: u64,
}

impl Rhythm {
    /// What one poll says of the rhythm; nothing, when it failed.
    pub(crate) fn of(polled: &Polled) -> Option<Self> {
        matches!(polled.outcome, "ok" | "not_modified").then(|| Self {
            polls: 1,
            not_modified: u64::from(polled.outcome == "not_modified"),
            new: u64::from(polled.new),
        })
    }
}

impl Counts for Rhythm {
    fn add(&mut self, other: &Self) {
        self.polls += other.polls;
        self.not_modified += other.not_modified;
        self.new += other.new;
    }

    fn describe(&self, key: &str) -> (Vec<String>, f64) {
        (key.split('/').nth(1).map(|name| format!("source:{name}")).into_iter().collect(), 0.3)
    }
}
