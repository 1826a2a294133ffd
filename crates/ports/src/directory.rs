//! Who is where and alive, and who leads.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use thiserror::Error;

/// A running instance of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Unique: service, host and port.
    pub id: String,
    /// The service.
    pub service: String,
    /// Host or address where it answers.
    pub host: String,
    /// Port where it answers.
    pub port: u16,
    /// Labels, for example `metrics-port`, `version`.
    pub meta: BTreeMap<String, String>,
}

/// Label that names the process of an instance: two of one id and address are told apart by it.
pub const PROCESS: &str = "process";

// === impl Instance ===

impl Instance {
    /// Whether two registrations are of one process: the same address, and no two names of processes.
    pub fn is_same_process(&self, other: &Self) -> bool {
        let processes = self.meta.get(PROCESS).zip(other.meta.get(PROCESS));
        (&self.host, self.port) == (&other.host, other.port) && processes.is_none_or(|(one, another)| one == another)
    }
}

/// What an instance's check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceStatus {
    /// Beats.
    Passing,
    /// Answers with a warning.
    Warning,
    /// Missed its beats.
    Critical,
}

/// Everybody known, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Grows with each change; hand it to [`Directory::watch`] to wait for the next.
    pub index: u64,
    /// Everybody, with status and the check's words, sorted by instance id.
    pub instances: Vec<(Instance, InstanceStatus, String)>,
}

/// Proof of holding a lock; grows with each holder, so that late acts of an old holder can be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockToken {
    /// The fence.
    pub index: u64,
    /// The holder's session at the directory.
    pub session: String,
}

/// A directory's refusal.
#[derive(Debug, Error)]
pub enum DirectoryError {
    /// Not reachable now.
    #[error("{attempted}: the directory at {target} is unavailable")]
    Unavailable {
        /// What was attempted.
        attempted: &'static str,
        /// Which directory.
        target: String,
        /// The client's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Reachable and refusing: wrong token, bad request.
    #[error("{attempted}: the directory at {target} refused: {reason}")]
    Refused {
        /// What was attempted.
        attempted: &'static str,
        /// Which directory.
        target: String,
        /// The server's words, and what to do.
        reason: String,
    },
    /// Two processes claim one instance id.
    #[error("instance {id} is already registered by {holder}; give each instance its own TGE_ADVERTISE")]
    Taken {
        /// The id.
        id: String,
        /// The other's address.
        holder: String,
    },
}

/// Who is where and alive, and who leads.
#[async_trait]
pub trait Directory: Send + Sync + 'static {
    /// Makes an instance known; it is critical until its first beat, and again when beats stop for `ttl`.
    ///
    /// # Errors
    /// [`DirectoryError`]; [`DirectoryError::Taken`] when a live instance with that id is another process.
    async fn register(&self, instance: &Instance, ttl: Duration) -> Result<(), DirectoryError>;

    /// Beats for an instance, with a word on how it is.
    ///
    /// # Errors
    /// [`DirectoryError::Refused`] when the directory has forgotten the instance: register again.
    async fn beat(&self, id: &str, status: InstanceStatus, note: &str) -> Result<(), DirectoryError>;

    /// Takes an instance out. Unknown ids are no error.
    ///
    /// # Errors
    /// [`DirectoryError`] when the directory does not answer.
    async fn deregister(&self, id: &str) -> Result<(), DirectoryError>;

    /// Everybody known: at once when `after` is not the directory's present index, else after the next change or `wait`.
    /// A directory that has lost its memory may begin again with a smaller index.
    ///
    /// # Errors
    /// [`DirectoryError`] when the directory does not answer.
    async fn watch(&self, after: u64, wait: Duration) -> Result<Snapshot, DirectoryError>;

    /// Tries to take or keep the lock `name` for `holder`; the lock is lost `ttl` after the last successful call.
    /// `None` when somebody else holds it.
    ///
    /// # Errors
    /// [`DirectoryError`] when the directory does not answer: the caller must stop leading within `ttl`.
    async fn lock(&self, name: &str, holder: &str, ttl: Duration) -> Result<Option<LockToken>, DirectoryError>;

    /// Gives the lock back at once.
    ///
    /// # Errors
    /// [`DirectoryError`] when the directory does not answer.
    async fn unlock(&self, name: &str, holder: &str) -> Result<(), DirectoryError>;
}
