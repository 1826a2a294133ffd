//! Tokens the swarm itself saw launch: learned from the events, so that a later listing of one is no launch.
//!
//! What is learned is derived, never stored: an event that is retracted, merged or put off takes its token with it, and
//! every process learns the same. A reason that stands on it is of the stage `memory`; the event is found by the ticker.

use std::collections::BTreeMap;
use std::time::Duration;

use tge_detect::SeenToken;
use tge_model::{Event, EventId, EventKind, EventStatus, Precision, Timestamp};
use tge_ports::store::{EventFilter, Events};
use tge_ports::{Page, StoreError};

/// Owners that must say so independently: what one voice tells, and what one wrong verdict says, must not silence a
/// launch to come.
const OWNERS_MIN: u32 = 2;
/// How much later a token is taken to trade where nobody said that it does, or since which day.
const UNSURE: Duration = Duration::from_secs(30 * 86_400);
/// Changes or events read at once.
const PAGE: u32 = 500;

/// What was learned so far.
#[derive(Default)]
pub(crate) struct Seen {
    /// The last change that is known; `None` before all events were read.
    after: Option<u64>,
    tokens: BTreeMap<EventId, Vec<SeenToken>>,
}

// === impl Seen ===

impl Seen {
    /// Learns what the events say since it last did.
    pub(crate) async fn learn(&mut self, events: &dyn Events) -> Result<(), StoreError> {
        let (first, last) = events.extent().await?;
        match self.after {
            // What was changed while the events are read is read once more.
            Some(after) if after + 1 >= first && after <= last => self.follow(events, after).await?,
            // The beginning, a gap, or a database put back to an earlier state.
            _ => {
                self.after = None;
                self.tokens.clear();
                for status in [EventStatus::Confirmed, EventStatus::Live, EventStatus::Completed] {
                    self.read(events, status).await?;
                }
                self.after = Some(last);
            }
        }
        Ok(())
    }

    /// What is known, each token once.
    pub(crate) fn tokens(&self) -> Vec<SeenToken> {
        let mut tokens: Vec<SeenToken> = self.tokens.values().flatten().cloned().collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    async fn read(&mut self, events: &dyn Events, status: EventStatus) -> Result<(), StoreError> {
        let filter = EventFilter { status: Some(status), ..EventFilter::default() };
        let mut page = Page::first(PAGE);
        loop {
            let read = events.list(&filter, &page).await?;
            read.items.iter().for_each(|event| self.note(event));
            let Some(next) = read.next else { return Ok(()) };
            page = Page { size: PAGE, after: Some(next) };
        }
    }

    async fn follow(&mut self, events: &dyn Events, mut after: u64) -> Result<(), StoreError> {
        loop {
            let changes = events.changes(after, PAGE).await?;
            let Some(last) = changes.last() else { return Ok(()) };
            after = last.seq;
            changes.iter().for_each(|change| self.note(&change.event));
            self.after = Some(after);
        }
    }

    fn note(&mut self, event: &Event) {
        let tokens = tokens(event);
        if tokens.is_empty() {
            self.tokens.remove(&event.id);
        } else {
            self.tokens.insert(event.id, tokens);
        }
    }
}

/// The tokens that trade since this event, as far as it may be relied on.
fn tokens(event: &Event) -> Vec<SeenToken> {
    use EventKind::{CexListing, ClaimOpen, DexLiquidity, TokenGeneration};
    let begins = matches!(event.kind, TokenGeneration | ClaimOpen | CexListing | DexLiquidity);
    if event.demo || !begins || event.confidence.independent_sources < OWNERS_MIN {
        return Vec::new();
    }
    let said = event.evidence.iter().map(|e| e.published.map_or(e.first_seen_at, |p| p.min(e.first_seen_at)));
    let (Some(told), Some(last)) = (said.clone().min(), said.max()) else { return Vec::new() };
    // A day before anybody told of it is another's day, read wrongly: the launch itself must not be old at once.
    let start = event.schedule.as_ref().filter(|s| s.precision <= Precision::Day).map(|s| s.start.max(told));
    let since: Timestamp = match (event.status, start) {
        (EventStatus::Live | EventStatus::Completed, Some(start)) => start,
        (EventStatus::Live | EventStatus::Completed, None) => last.plus(UNSURE),
        // The clock alone makes nothing live: somebody must have spoken of it on its day or after, and not put it off.
        (EventStatus::Confirmed, Some(start)) if last >= start => last.plus(UNSURE),
        _ => return Vec::new(),
    };
    let name = event.project.as_ref().map(|project| project.name.clone());
    let token = |ticker: &str| SeenToken {
        ticker: ticker.to_owned(),
        name: name.clone(),
        since: since.to_chrono().date_naive(),
    };
    event.assets.iter().map(|asset| token(&asset.ticker)).collect()
}
