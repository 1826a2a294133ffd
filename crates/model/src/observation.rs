//! One thing seen once, immutable.

use sha2::{Digest, Sha256};

use crate::names::names;
use crate::{ObservationId, SourceName, Timestamp};

names! {
    /// Why we see a document now; only what is live may alert anybody.
    pub enum Arrival {
        /// It appeared while we were watching.
        Live = "live",
        /// It was already there at the first poll of its source, or after a long absence.
        CatchUp = "catch_up",
        /// Somebody imported it.
        Backfill = "backfill",
    }
}

/// One thing seen once. Text only: markup is stripped before it gets here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Derived from source, key and content.
    pub id: ObservationId,
    /// Where it was seen.
    pub source: SourceName,
    /// Its name at the source: a feed's guid, an API's id, or its canonical link.
    pub key: String,
    /// Where a person can read it.
    pub url: String,
    /// Headline; may be empty.
    pub title: String,
    /// Body as plain text; may be empty when there is a headline.
    pub text: String,
    /// Language as the source declares it (BCP 47), if it does.
    pub lang: Option<String>,
    /// When the source says it was published.
    pub published: Option<Timestamp>,
    /// When we first saw it.
    pub first_seen_at: Timestamp,
    /// The poll before the one that found it: between the two it appeared.
    pub previous_poll_at: Option<Timestamp>,
    /// SHA-256 of title and text: tells an edit from a repeat.
    pub sha256: [u8; 32],
    /// Why we see it now.
    pub arrival: Arrival,
    /// Made by the demo world.
    pub demo: bool,
    /// W3C `traceparent` of the fetch that found it, so that one trace runs from source to event.
    pub traceparent: Option<String>,
}

impl Observation {
    /// The hash that tells an edit from a repeat.
    pub fn hash_content(title: &str, text: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(title.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.finalize().into()
    }
}

/// How much waits at each stage of the pipeline and since when; what queue metrics and the console show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StageCounts {
    /// Observations not judged yet.
    pub observations: u64,
    /// Oldest of them.
    pub observations_oldest: Option<Timestamp>,
    /// Candidates not decided yet.
    pub candidates: u64,
    /// Oldest of them.
    pub candidates_oldest: Option<Timestamp>,
    /// Outbox rows not turned into deliveries yet.
    pub outbox: u64,
    /// Oldest of them.
    pub outbox_oldest: Option<Timestamp>,
    /// Deliveries not made yet.
    pub deliveries: u64,
    /// Oldest of them.
    pub deliveries_oldest: Option<Timestamp>,
    /// Tasks not finished yet.
    pub tasks: u64,
    /// Oldest of them.
    pub tasks_oldest: Option<Timestamp>,
}
