//! Running agents, as their heartbeats tell.

use std::time::Duration;

use async_trait::async_trait;
use tge_model::{Agent, AgentId, AgentState};

use crate::StoreError;

/// Running agents.
#[async_trait]
pub trait Agents: Send + Sync + 'static {
    /// Stores a beat; `last_seen_at` is the store's own clock. Answers the state the queen wants the agent in: an
    /// agent that is told `draining` finishes and leaves. An agent may drain or retire by itself; one that was lost and
    /// beats again is what it says it is.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn beat(&self, agent: &Agent) -> Result<AgentState, StoreError>;

    /// Every agent that was seen in the last day.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn all(&self) -> Result<Vec<Agent>, StoreError>;

    /// Marks agents lost that have not been seen for `silence`, by the store's clock. Answers the newly lost.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn mark_lost(&self, silence: Duration) -> Result<Vec<Agent>, StoreError>;

    /// Sets the state wanted for an agent. `false` when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn set_state(&self, id: AgentId, state: AgentState) -> Result<bool, StoreError>;
}
