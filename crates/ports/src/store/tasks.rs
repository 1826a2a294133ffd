//! Planned work: planned once, held by one, finished once.

use std::time::Duration;

use async_trait::async_trait;
use tge_model::{Lease, Priority, Task, TaskId, TaskKind, TaskState, Timestamp};

use super::Claimed;
use crate::{Page, Paged, StoreError};

/// A task to be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// Its name, if it is stored.
    pub id: TaskId,
    /// A second task with this key is not stored while the first is pending, leased or dead, nor once it is done.
    pub idem_key: String,
    /// What is to be done.
    pub kind: TaskKind,
    /// On what.
    pub subject: String,
    /// Which goes first.
    pub priority: Priority,
    /// Not before this moment.
    pub not_before: Timestamp,
    /// W3C `traceparent` of the plan.
    pub traceparent: Option<String>,
}

/// Which tasks are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Kind.
    pub kind: Option<TaskKind>,
    /// State.
    pub state: Option<TaskState>,
}

/// Planned work.
#[async_trait]
pub trait Tasks: Send + Sync + 'static {
    /// Stores tasks whose key is new, in one transaction. Where `leader` is given, the row of that lease is read in
    /// the same transaction and nothing is stored unless it still holds. Answers how many were stored.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was stored.
    async fn plan(&self, tasks: &[NewTask], leader: Option<(&str, Lease)>) -> Result<u64, StoreError>;

    /// Takes up to `max` due tasks of these kinds: by priority, raised one step for each minute of waiting, then by
    /// age; those whose lease ran out, too (after [`MAX_ATTEMPTS`](super::MAX_ATTEMPTS) they become dead instead).
    ///
    /// # Errors
    /// [`StoreError`].
    async fn claim(
        &self,
        worker: &str,
        kinds: &[TaskKind],
        max: u32,
        lease: Duration,
    ) -> Result<Vec<Claimed<Task>>, StoreError>;

    /// Makes held leases last `lease` from now. Answers for each whether it still held.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn renew(&self, held: &[(TaskId, Lease)], lease: Duration) -> Result<Vec<bool>, StoreError>;

    /// Stores a result. `false` when the lease was lost: the result is not stored.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn finish(&self, id: TaskId, lease: Lease, result: &str) -> Result<bool, StoreError>;

    /// Gives a task back to be tried at `retry_at`, or sets it aside as dead after the last attempt. Answers where it
    /// stands; `None` when the lease was lost.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn fail(
        &self,
        id: TaskId,
        lease: Lease,
        error: &str,
        retry_at: Timestamp,
    ) -> Result<Option<TaskState>, StoreError>;

    /// Makes a dead task pending again with its attempts forgotten. `false` when it is not dead or not there.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn revive(&self, id: TaskId) -> Result<bool, StoreError>;

    /// Tasks, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&self, filter: &TaskFilter, page: &Page) -> Result<Paged<Task>, StoreError>;

    /// Forgets tasks done before this moment, at most `max`, and with them their keys. Answers how many.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn prune(&self, done_before: Timestamp, max: u32) -> Result<u64, StoreError>;
}
