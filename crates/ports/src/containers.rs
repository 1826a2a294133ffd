//! The container engine, reduced to the verbs we may use.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use tge_model::Timestamp;
use thiserror::Error;

/// What an engine says of a container's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerState {
    /// Made and never started.
    Created,
    /// Runs.
    Running,
    /// Frozen.
    Paused,
    /// Between two runs.
    Restarting,
    /// Ended.
    Exited,
    /// Cannot be started any more.
    Dead,
}

/// What its own health check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerHealth {
    /// It has none.
    None,
    /// Too early to tell.
    Starting,
    /// Answers.
    Healthy,
    /// Failed too often.
    Unhealthy,
}

/// A container as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The engine's id.
    pub id: String,
    /// Its name without the leading slash.
    pub name: String,
    /// What runs in it.
    pub image: String,
    /// Its life.
    pub state: ContainerState,
    /// Its health.
    pub health: ContainerHealth,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Exit code of the last run, when it ended.
    pub exit_code: Option<i64>,
    /// The last end was for lack of memory.
    pub oom_killed: bool,
    /// Start of the last run.
    pub started_at: Option<Timestamp>,
    /// Times the engine's own policy started it again.
    pub restarts: u64,
}

/// What a container uses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContainerStats {
    /// Share of its CPU limit (of one core where it has none), 0 to 1 and above.
    pub cpu_ratio: f64,
    /// Resident memory in bytes, page cache left out.
    pub memory_bytes: u64,
    /// Its limit in bytes; 0 where it has none.
    pub memory_limit_bytes: u64,
}

/// Something that happened to a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerEvent {
    /// The container's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The engine's word: `die`, `oom`, `kill`, `start`, `pause`, `health_status: unhealthy`, ...
    pub action: String,
    /// When.
    pub at: Timestamp,
}

/// Events as they come; a cut connection is resumed without loss or repeat.
pub type ContainerEventStream = BoxStream<'static, ContainerEvent>;

/// An engine's refusal.
#[derive(Debug, Error)]
pub enum ContainersError {
    /// The engine does not answer.
    #[error("{attempted}: the container engine at {target} is unavailable; is its socket mounted and readable?")]
    Unavailable {
        /// What was attempted.
        attempted: &'static str,
        /// The socket.
        target: String,
        /// The client's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No such container.
    #[error("{attempted}: there is no container {id}")]
    NotFound {
        /// What was attempted.
        attempted: &'static str,
        /// The id or name.
        id: String,
    },
    /// The engine answered and refused.
    #[error("{attempted} container {id}: the engine refused with {status}: {message}")]
    Refused {
        /// What was attempted.
        attempted: &'static str,
        /// The id or name.
        id: String,
        /// HTTP status.
        status: u16,
        /// The engine's words.
        message: String,
    },
    /// The engine took too long; the outcome is unknown.
    #[error("{attempted} container {id}: no answer within {waited:?}")]
    Timeout {
        /// What was attempted.
        attempted: &'static str,
        /// The id or name.
        id: String,
        /// How long we waited.
        waited: Duration,
    },
}

/// The verbs we may use on containers.
#[async_trait]
pub trait Containers: Send + Sync + 'static {
    /// Every container, running or not, that carries all of these labels.
    ///
    /// # Errors
    /// [`ContainersError`] when the engine does not answer.
    async fn list(&self, labels: &[(&str, &str)]) -> Result<Vec<Container>, ContainersError>;

    /// Brings a container back from any state: unpauses, kills when `grace` has passed (at once when it is zero), starts.
    /// Returns when the engine has started it, which does not say that it stays up.
    ///
    /// # Errors
    /// [`ContainersError`].
    async fn restart(&self, id: &str, grace: Duration) -> Result<(), ContainersError>;

    /// What it uses now.
    ///
    /// # Errors
    /// [`ContainersError`]; a container that does not run has no figures and is `Refused`.
    async fn stats(&self, id: &str) -> Result<ContainerStats, ContainersError>;

    /// Everything that happens from `since` on to containers that carry all of these labels.
    ///
    /// # Errors
    /// [`ContainersError`] when the engine does not answer the first time; later cuts are resumed.
    async fn events(&self, labels: &[(&str, &str)], since: Timestamp) -> Result<ContainerEventStream, ContainersError>;
}
