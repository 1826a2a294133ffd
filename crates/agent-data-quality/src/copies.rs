//! Which source repeats which, and how late: evidence that two voices are one.

use serde::{Deserialize, Serialize};
use tge_agent::Counts;
use tge_model::{Event, Observation};
use tge_quality::repeats;

/// The kind under which copies are remembered, as `copies/<source>/<of>`.
pub(crate) const KIND: &str = "copies";

/// What is remembered of a pair of sources.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Copies {
    /// Events that the first told after the second.
    after: u64,
    /// Seconds between the two, added up.
    lag_secs: u64,
    /// How many of these repeat the second's words: it copies, and is no voice of its own.
    #[serde(default)]
    verbatim: u64,
}

impl Copies {
    /// What it says that `observation` told of `event`: nothing when its source was the first to tell.
    pub(crate) fn of(event: &Event, observation: &Observation) -> Option<(String, Self)> {
        let first = event.evidence.first().filter(|e| e.source != observation.source)?;
        let told = observation.published.unwrap_or(observation.first_seen_at);
        let lag = told.since(first.published.unwrap_or(first.first_seen_at));
        let own = event.evidence.iter().find(|e| e.observation == observation.id);
        let verbatim = u64::from(own.is_some_and(|own| repeats(first, own)));
        let key = format!("copies/{}/{}", observation.source, first.source);
        Some((key, Self { after: 1, lag_secs: lag.as_secs(), verbatim }))
    }
}

impl Counts for Copies {
    fn add(&mut self, other: &Self) {
        self.after += other.after;
        self.lag_secs += other.lag_secs;
        self.verbatim += other.verbatim;
    }

    fn describe(&self, key: &str) -> (Vec<String>, f64) {
        (key.split('/').skip(1).map(|name| format!("source:{name}")).collect(), 0.4)
    }
}
