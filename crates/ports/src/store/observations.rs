//! Documents on their way: stored once, judged once, decided once.

use std::time::Duration;

use async_trait::async_trait;
use tge_model::{Lease, Observation, ObservationId, SourceHealth, StageCounts, Verdict};

use crate::{Page, Paged, StoreError};

/// What became of one document handed to [`Observations::ingest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ingested {
    /// Stored; it waits to be judged.
    New,
    /// Stored; its source and key were known with other content: an edit.
    Edited,
    /// Known already, byte for byte.
    Known,
}

/// A row that only the holder of the lease may finish.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed<T> {
    /// The row.
    pub item: T,
    /// The right to finish it.
    pub lease: Lease,
    /// How often it was claimed, this time included.
    pub attempt: u32,
}

/// A judged document that may move an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The document.
    pub observation: Observation,
    /// What it says.
    pub verdict: Verdict,
}

/// The outcome of judging one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The document.
    pub observation: ObservationId,
    /// The right to say so.
    pub lease: Lease,
    /// What it says.
    pub verdict: Verdict,
    /// It goes on to be decided.
    pub candidate: bool,
}

/// A document with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredObservation {
    /// The document.
    pub observation: Observation,
    /// What it says; `None` while it waits.
    pub verdict: Option<Verdict>,
    /// `new`, `judged`, `decided` (its candidate, too, was dealt with) or `dead`.
    pub stage: String,
    /// What went wrong, for `dead`.
    pub error: Option<String>,
}

/// Documents and their stages.
#[async_trait]
pub trait Observations: Send + Sync + 'static {
    /// Stores a batch and, in the same transaction, the poll state of their source: the mark "seen" never moves
    /// before the documents are safe. The state's count of documents grows by the new ones. Answers one word per
    /// document, in order.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was stored.
    async fn ingest(&self, batch: &[Observation], poll: Option<&SourceHealth>) -> Result<Vec<Ingested>, StoreError>;

    /// Takes up to `max` documents to judge, oldest first; those whose lease ran out, too. One that was taken
    /// [`MAX_ATTEMPTS`](super::MAX_ATTEMPTS) times and never finished becomes `dead` instead.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn claim(&self, worker: &str, max: u32, lease: Duration) -> Result<Vec<Claimed<Observation>>, StoreError>;

    /// Stores verdicts and makes candidates of those marked so, in one transaction. Answers for each whether the
    /// lease still held; the others were finished by somebody else and are left alone.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was stored.
    async fn commit(&self, judged: &[Judged]) -> Result<Vec<bool>, StoreError>;

    /// Gives a document back after a failure, or sets it aside as dead after the last attempt.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn fail(&self, id: ObservationId, lease: Lease, error: &str) -> Result<(), StoreError>;

    /// Takes up to `max` candidates to decide, in the order of `first_seen_at`; like [`Observations::claim`].
    /// They are finished by [`Events::commit`](super::Events::commit).
    ///
    /// # Errors
    /// [`StoreError`].
    async fn claim_candidates(
        &self,
        worker: &str,
        max: u32,
        lease: Duration,
    ) -> Result<Vec<Claimed<Candidate>>, StoreError>;

    /// Gives a candidate back after a failure, or sets it aside as dead after the last attempt.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn fail_candidate(&self, id: ObservationId, lease: Lease, error: &str) -> Result<(), StoreError>;

    /// One document.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn get(&self, id: ObservationId) -> Result<Option<StoredObservation>, StoreError>;

    /// Documents, newest first; of one source where it is named.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&self, source: Option<&str>, page: &Page) -> Result<Paged<StoredObservation>, StoreError>;

    /// How much waits at each stage of the pipeline, deliveries and tasks included, and the count of dead rows per
    /// stage (`observations`, `candidates`, `deliveries`, `tasks`).
    ///
    /// # Errors
    /// [`StoreError`].
    async fn counts(&self) -> Result<(StageCounts, Vec<(String, u64)>), StoreError>;
}
