//! The stage `candidates -> events`: read what is believed, decide, commit; again when somebody was faster.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tge_agent::{Stage, StageError, Tally, Worker};
use tge_model::{Arrival, Change, Source, SourceName};
use tge_ports::store::{Candidate, Claimed, CommitOutcome, Decision, EventWrite, Stores};
use tge_ports::{Bus, Clock, Entropy, channels};
use tge_quality::{Beliefs, Context, Known, Proposed, decide, lookup_keys};
use tge_service::{follow, metric};

use crate::copies::Copies;
use crate::sights::FirstSights;

/// Candidates taken at once: one commit each batch.
const BATCH: u32 = 100;
/// How long a batch may take before another worker may have it.
const LEASE: Duration = Duration::from_secs(30);
/// How often a batch is decided anew after a conflict before its rows are left to the next turn.
const TRIES: u32 = 4;

pub(crate) struct Deciding {
    pub(crate) stores: Stores,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) sources: HashMap<SourceName, Source>,
    pub(crate) known: Arc<Known>,
    pub(crate) sights: FirstSights,
    pub(crate) copies: Arc<Tally<Copies>>,
    pub(crate) worker: Arc<Worker>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

#[async_trait]
impl Stage for Deciding {
    fn batch(&self) -> u32 {
        BATCH
    }

    async fn turn(&self) -> Result<usize, StageError> {
        let holder = self.worker.holder();
        let claimed = self
            .stores
            .observations
            .claim_candidates(&holder, BATCH, LEASE)
            .await
            .map_err(StageError::of("claim candidates"))?;
        if claimed.is_empty() {
            return Ok(0);
        }
        self.worker.begins(format!("deciding {} candidates", claimed.len()));
        for _ in 0..TRIES {
            if self.decide_and_commit(&claimed).await? {
                return Ok(claimed.len());
            }
        }
        // One of them stumbles each time: one by one, so that it does not hold up the others.
        for one in claimed.chunks(1) {
            if !self.decide_and_commit(one).await? {
                let (candidate, why) = (&one[0], "another worker changed the event at each of several tries");
                let (id, lease) = (candidate.item.observation.id, candidate.lease);
                self.stores
                    .observations
                    .fail_candidate(id, lease, why)
                    .await
                    .map_err(StageError::of("give a candidate back"))?;
                self.worker.failed();
            }
        }
        Ok(claimed.len())
    }
}

impl Deciding {
    /// Answers whether the batch was committed; not, when somebody else was faster.
    async fn decide_and_commit(&self, claimed: &[Claimed<Candidate>]) -> Result<bool, StageError> {
        let now = self.clock.now();
        let sights = self.sights.of(claimed, now).await.map_err(StageError::of("note the sites of links"))?;
        let context = Context { now, sources: &self.sources, known: &self.known, sights: &sights };
        let mut keys: Vec<_> =
            claimed.iter().flat_map(|c| lookup_keys(&c.item.observation, &c.item.verdict, &context)).collect();
        keys.sort_unstable();
        keys.dedup();
        let found = self.stores.events.find(&keys).await.map_err(StageError::of("read events"))?;
        let mut beliefs = Beliefs::new(found);
        let mut random = || self.entropy.bits();
        let decisions: Vec<Decision> = claimed
            .iter()
            .map(|claimed| {
                let Candidate { observation, verdict } = &claimed.item;
                let span = tracing::info_span!(parent: None, "decide", observation = %observation.id);
                if let Some(parent) = &observation.traceparent {
                    follow(&span, parent);
                }
                let _entered = span.enter();
                let proposed = decide(observation, verdict, &mut beliefs, &context, &mut random);
                let writes = proposed.into_iter().map(write).collect();
                Decision { candidate: observation.id, lease: claimed.lease, writes }
            })
            .collect();
        match self.stores.events.commit(&decisions).await.map_err(StageError::of("commit events"))? {
            CommitOutcome::Committed(changes) => {
                self.tell(claimed, &changes).await;
                Ok(true)
            }
            CommitOutcome::Conflict(candidate) => {
                tracing::debug!(%candidate, "somebody was faster; deciding again");
                Ok(false)
            }
        }
    }

    async fn tell(&self, claimed: &[Claimed<Candidate>], changes: &[Change]) {
        self.worker.did(u64::try_from(claimed.len()).unwrap_or(u64::MAX));
        for change in changes {
            let event = &change.event;
            metric::EVENTS.add(1, &[("kind", event.kind.as_str()), ("status", event.status.as_str())]);
            let cause = claimed.iter().find(|c| Some(c.item.observation.id) == change.cause);
            if let Some(cause) = cause {
                let observation = &cause.item.observation;
                if observation.arrival == Arrival::Live {
                    let took = change.at.since(observation.first_seen_at);
                    metric::DETECTION_LATENCY.record(took, &[("segment", "pipeline")]);
                }
                if let Some((key, counted)) = Copies::of(event, observation) {
                    self.copies.note(key, &counted);
                }
            }
        }
        let Some(last) = changes.last() else { return };
        let hints = async {
            self.bus.publish(channels::CHANGES, &last.seq.to_string()).await?;
            let alerts: Vec<String> = changes.iter().filter(|c| c.alert).map(|c| c.seq.to_string()).collect();
            if alerts.is_empty() { Ok(()) } else { self.bus.push(channels::OUTBOX, &alerts).await }
        };
        if let Err(error) = hints.await {
            tracing::debug!(%error, "hints not sent; readers look by time");
        }
    }
}

fn write(proposed: Proposed) -> EventWrite {
    let Proposed { event, keys, kind, alert, status_from } = proposed;
    EventWrite { event, keys, kind, alert, status_from }
}
