//! What was broken, what was done about it, and what came of it.

use crate::names::names;
use crate::{RecoveryId, Timestamp};

names! {
    /// A rung of the recovery ladder.
    pub enum RecoveryAction {
        /// Stop (or kill, when hung) and start the same container.
        Restart = "RESTART",
        /// Touch nothing, tell a person.
        AlertOnly = "ALERT_ONLY",
    }
}

names! {
    /// What came of a recovery.
    pub enum RecoveryOutcome {
        /// Begun, not verified yet.
        Running = "running",
        /// A later check saw it healthy.
        Recovered = "recovered",
        /// The action itself failed.
        Failed = "failed",
        /// The action was carried out and the component is still not healthy.
        StillDown = "still_down",
        /// A person was told.
        Alerted = "alerted",
    }
}

names! {
    /// What a check says of a component or a service.
    pub enum ServiceStatus {
        /// Answers and is ready.
        Passing = "passing",
        /// Answers and is not ready, or one of its dependencies is down.
        Warning = "warning",
        /// Does not answer.
        Critical = "critical",
        /// Nobody has looked yet, or it is gone.
        Unknown = "unknown",
    }
}

/// One recovery of one component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Its name.
    pub id: RecoveryId,
    /// The component, by its service name.
    pub component: String,
    /// The container acted on; empty for an alert without one.
    pub container: String,
    /// Why, in a word: `died`, `unhealthy`, `hung`, `paused`.
    pub cause: String,
    /// The signals that agreed, in words with numbers.
    pub evidence: Vec<String>,
    /// What was done.
    pub action: RecoveryAction,
    /// Which attempt in the window, from 1.
    pub attempt: u32,
    /// What came of it.
    pub outcome: RecoveryOutcome,
    /// More about the outcome, in words.
    pub detail: String,
    /// When the signals agreed.
    pub started_at: Timestamp,
    /// When it was verified or given up.
    pub ended_at: Option<Timestamp>,
}

/// What the monitor knows of one component now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentStatus {
    /// The component, by its service name.
    pub component: String,
    /// What its checks say.
    pub status: ServiceStatus,
    /// Why, in words; names the dependency when the cause is elsewhere.
    pub reason: String,
    /// Attempts made in the window.
    pub attempts: u32,
    /// The breaker is open: no more attempts until a person or time closes it.
    pub breaker_open: bool,
    /// When this was found.
    pub checked_at: Timestamp,
}

/// One change of a service's status, as the registry saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceTransition {
    /// The service.
    pub service: String,
    /// The instance.
    pub instance: String,
    /// Where it answers.
    pub address: String,
    /// What it became.
    pub status: ServiceStatus,
    /// The check's own words.
    pub note: String,
    /// When.
    pub at: Timestamp,
}
