//! What SAFLA knows of the sources' rhythms, followed as the agents learn it; the plan reads it each second.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tge_proto::pb::memory::v1 as pb;
use tge_proto::record::{RHYTHM, RhythmRecord};
use tge_service::{Context, OnError};
use tonic::{Request, Status};

use crate::Queen;

/// Pause before a stream that ended is opened again.
const AGAIN: Duration = Duration::from_secs(5);

/// Rhythms by source; empty until memory was read. A plan without them asks every source alike.
#[derive(Clone, Default)]
pub(crate) struct Rhythms(Arc<Mutex<HashMap<String, RhythmRecord>>>);

// === impl Rhythms ===

impl Rhythms {
    /// The rhythm of a source, once an agent learned it.
    pub(crate) fn of(&self, source: &str) -> Option<RhythmRecord> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(source).copied()
    }

    fn learn(&self, item: &pb::Item) {
        if item.kind != RHYTHM {
            return;
        }
        let Some(source) = RhythmRecord::source(&item.key) else { return };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match serde_json::from_str(&item.content) {
            _ if item.tombstone => drop(known.remove(source)),
            Ok(rhythm) => drop(known.insert(source.to_owned(), rhythm)),
            Err(error) => tracing::warn!(key = item.key, %error, "a rhythm cannot be read; planning without it"),
        }
    }
}

/// Follows memory until the process stops.
pub(crate) fn follow(context: &Context, queen: &Queen) {
    let (task, queen) = (context.clone(), queen.clone());
    context.spawn("rhythms", OnError::Log, async move {
        let mut since = 0;
        loop {
            if let Err(status) = watch(&queen, &mut since).await {
                tracing::debug!(%status, "memory's writes cannot be followed; trying again");
            }
            if !task.sleep(AGAIN).await {
                return;
            }
        }
    });
}

async fn watch(queen: &Queen, since: &mut u64) -> Result<(), Status> {
    let request = pb::WatchRequest { since: *since, tier: pb::Tier::Semantic.into() };
    let mut writes = match queen.memory.clone().watch(Request::new(request)).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => {
            // A place that the order has not reached: memory was emptied, so everything is read anew.
            if status.code() == tonic::Code::OutOfRange {
                *since = 0;
            }
            return Err(status);
        }
    };
    loop {
        let next = tokio::select! {
            next = writes.message() => next?,
            () = queen.stop.cancelled() => None,
        };
        let Some(write) = next else { return Ok(()) };
        if let Some(item) = write.item {
            *since = item.seq;
            queen.rhythms.learn(&item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_on_a_source_counts() {
        let item = |key: &str, kind: &str, content: &str, tombstone| pb::Item {
            key: key.to_owned(),
            kind: kind.to_owned(),
            content: content.to_owned(),
            tombstone,
            ..Default::default()
        };
        let known = r#"{"polls":4,"not_modified":3,"arrivals":2,"since_ms":1000}"#;
        let cases = [
            (item("source/a/rhythm", "host_limits", known, false), None),
            (item("host/a/limits", RHYTHM, known, false), None),
            (item("source/a/rhythm", RHYTHM, "no json", false), None),
            (item("source/a/rhythm", RHYTHM, known, false), Some(2)),
            (item("source/a/rhythm", RHYTHM, "no json", false), Some(2)),
            (item("source/a/rhythm", RHYTHM, "", true), None),
        ];
        let rhythms = Rhythms::default();
        for (item, arrivals) in cases {
            rhythms.learn(&item);
            assert_eq!(rhythms.of("a").map(|rhythm| rhythm.arrivals), arrivals, "after {item:?}");
        }
    }
}
