//! Work that is planned: polls, deliveries, upkeep. Documents are no tasks; they carry their stage themselves.

use crate::names::names;
use crate::{TaskId, Timestamp};

names! {
    /// What is to be done.
    pub enum TaskKind {
        /// Fetch a feed.
        PollFeed = "poll_feed",
        /// Fetch a JSON API.
        PollJson = "poll_json",
        /// Sample the system and write findings.
        Sample = "sample",
    }
}

names! {
    /// Which goes first; aging raises what waits.
    pub enum Priority {
        /// Before everything.
        Critical = "critical",
        /// Before ordinary work.
        High = "high",
        /// Ordinary.
        Normal = "normal",
        /// When there is nothing else.
        Low = "low",
    }
}

names! {
    /// Where a task stands.
    pub enum TaskState {
        /// Waits for a worker.
        Pending = "pending",
        /// A worker holds its lease.
        Leased = "leased",
        /// Done.
        Done = "done",
        /// Given up after the last attempt; a person may retry it.
        Dead = "dead",
    }
}

/// A piece of planned work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its name.
    pub id: TaskId,
    /// Two tasks with one key are one task; planning twice doubles nothing.
    pub idem_key: String,
    /// What is to be done.
    pub kind: TaskKind,
    /// On what: a source's name for polls.
    pub subject: String,
    /// Which goes first.
    pub priority: Priority,
    /// Where it stands.
    pub state: TaskState,
    /// Attempts begun.
    pub attempt: u32,
    /// Not before this moment.
    pub not_before: Timestamp,
    /// When it was planned.
    pub created_at: Timestamp,
    /// When it was done or given up.
    pub finished_at: Option<Timestamp>,
    /// Who holds it.
    pub worker: Option<String>,
    /// What went wrong last.
    pub error: Option<String>,
    /// What came out, in words with numbers.
    pub result: Option<String>,
    /// W3C `traceparent` of the plan.
    pub traceparent: Option<String>,
}

/// The right to finish something, until a moment that only the store's clock decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Grows with each holder; a commit with an older one is refused.
    pub token: i64,
}
