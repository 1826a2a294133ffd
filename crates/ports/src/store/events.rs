//! Beliefs, and the one order in which they change.

use async_trait::async_trait;
use tge_model::{
    Change, ChangeKind, Event, EventId, EventKey, EventKind, EventStatus, Lease, ObservationId, Probability,
};

use crate::{Page, Paged, StoreError};

/// One write of one event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventWrite {
    /// The event as it is to be, its `revision` one above what was read.
    pub event: Event,
    /// Keys that from now on lead to it (its old ones stay).
    pub keys: Vec<EventKey>,
    /// What the change does.
    pub kind: ChangeKind,
    /// Subscribers are told: an outbox row is written.
    pub alert: bool,
    /// The status before, where it moved.
    pub status_from: Option<EventStatus>,
}

/// What a candidate does to the events: often nothing, usually one write, several for a digest.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The candidate.
    pub candidate: ObservationId,
    /// The right to decide it.
    pub lease: Lease,
    /// The writes, in order.
    pub writes: Vec<EventWrite>,
}

/// What became of a batch of decisions.
#[derive(Debug, Clone, PartialEq)]
pub enum CommitOutcome {
    /// All stored, in one transaction; the changes in their order.
    Committed(Vec<Change>),
    /// An event was revised by somebody else, a key belongs to another event, or a lease was lost: nothing was
    /// stored, read again and decide again. Names the candidate that stumbled.
    Conflict(ObservationId),
}

/// Which events are wanted; an empty filter wants all but the demo world's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventFilter {
    /// Folded project name.
    pub project: Option<String>,
    /// Kind.
    pub kind: Option<EventKind>,
    /// Status.
    pub status: Option<EventStatus>,
    /// Ticker, whatever its case.
    pub ticker: Option<String>,
    /// Venue name, whatever its case.
    pub venue: Option<String>,
    /// At least this probable.
    pub min_probability: Option<Probability>,
    /// Holding this text in project, ticker, venue or a headline of its evidence, whatever the case.
    pub text: Option<String>,
    /// The demo world's events, too.
    pub with_demo: bool,
}

/// Beliefs and their changes.
#[async_trait]
pub trait Events: Send + Sync + 'static {
    /// The events these keys lead to; a merged event's survivor in its place. Keys that lead nowhere are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&self, keys: &[EventKey]) -> Result<Vec<(EventKey, Event)>, StoreError>;

    /// Stores decisions, their changes numbered last in the transaction from one counter row, their keys and outbox
    /// rows, and finishes their candidates. All or nothing. A later write of a batch sees the earlier ones. A write that
    /// merges an event makes all its keys lead to the survivor.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was stored.
    async fn commit(&self, decisions: &[Decision]) -> Result<CommitOutcome, StoreError>;

    /// One event.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn get(&self, id: EventId) -> Result<Option<Event>, StoreError>;

    /// Events, newest first by creation.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&self, filter: &EventFilter, page: &Page) -> Result<Paged<Event>, StoreError>;

    /// Changes after `seq`, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn changes(&self, after: u64, max: u32) -> Result<Vec<Change>, StoreError>;

    /// The changes of one event, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn history(&self, id: EventId) -> Result<Vec<Change>, StoreError>;

    /// First and last change still kept; `(0, 0)` when there is none. A reader that asks for less than the first has
    /// a gap.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn extent(&self) -> Result<(u64, u64), StoreError>;
}
