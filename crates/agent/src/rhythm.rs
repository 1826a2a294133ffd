//! How often each source has something new: noted by whoever polls, read by the queen when she plans.

use std::sync::Arc;

use tge_proto::record::{RHYTHM, RhythmRecord};
use tge_service::Context;

use crate::poll::Polled;
use crate::{Counts, Memory, Tally};

/// The rhythms of the sources an agent polls, kept in SAFLA as `source/<name>/rhythm`.
pub struct Rhythms(Arc<Tally<RhythmRecord>>);

// === impl Rhythms ===

impl Rhythms {
    /// Rhythms kept up to date until the process stops.
    pub fn start(context: &Context, memory: Memory) -> Self {
        Self(Tally::start(context, memory, RHYTHM))
    }

    /// Learns from one poll; a failed one says nothing of the rhythm.
    pub fn note(&self, source: &str, polled: &Polled) {
        if let Some(rhythm) = of(polled) {
            self.0.note(RhythmRecord::key(source), &rhythm);
        }
    }
}

fn of(polled: &Polled) -> Option<RhythmRecord> {
    matches!(polled.outcome, "ok" | "not_modified").then(|| RhythmRecord {
        polls: 1,
        not_modified: u64::from(polled.outcome == "not_modified"),
        arrivals: if polled.live { u64::from(polled.new) } else { 0 },
        since_ms: polled.at.as_millis(),
    })
}

impl Counts for RhythmRecord {
    fn add(&mut self, other: &Self) {
        self.polls += other.polls;
        self.not_modified += other.not_modified;
        self.arrivals += other.arrivals;
        self.since_ms = match (self.since_ms, other.since_ms) {
            (0, since) | (since, 0) => since,
            (one, another) => one.min(another),
        };
    }

    fn describe(&self, key: &str) -> (Vec<String>, f64) {
        (RhythmRecord::source(key).map(|name| format!("source:{name}")).into_iter().collect(), 0.3)
    }
}

#[cfg(test)]
mod tests {
    use tge_model::Timestamp;

    use super::*;

    #[test]
    fn what_was_there_before_is_no_arrival() {
        let polled = |outcome, new, live, at| Polled {
            summary: String::new(),
            outcome,
            new,
            live,
            at: Timestamp::from_secs(at),
            retry_after: None,
        };
        let mut sum = RhythmRecord::default();
        for poll in [polled("ok", 30, false, 100), polled("not_modified", 0, true, 130), polled("ok", 2, true, 160)] {
            sum.add(&of(&poll).expect("answered"));
        }
        assert_eq!(sum, RhythmRecord { polls: 3, not_modified: 1, arrivals: 2, since_ms: 100_000 });
        assert_eq!(of(&polled("error", 0, true, 190)), None);
    }
}
