//! What a cache took long for, by its own log.

use std::time::Duration;

use async_trait::async_trait;
use tge_model::Timestamp;

use crate::BusError;

/// A command that took long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlowCommand {
    /// The node, as host and port.
    pub node: String,
    /// The log's number for it; grows on each node until that restarts.
    pub serial: u64,
    /// When it was carried out, by the node's clock, in whole seconds.
    pub at: Timestamp,
    /// How long it took on the node, waiting not included.
    pub took: Duration,
    /// Its name and first arguments, cut.
    pub command: String,
    /// Who sent it, as address and port.
    pub client: String,
}

/// What a cache took long for.
#[async_trait]
pub trait SlowLog: Send + Sync + 'static {
    /// The slowest commands that the nodes remember, at most `max` of each, newest first.
    ///
    /// # Errors
    /// [`BusError`] when no node answers; a part of them is enough for an answer.
    async fn slow_commands(&self, max: u32) -> Result<Vec<SlowCommand>, BusError>;
}
