//! What is true: one trait per noun, all kept by one database.

mod agents;
mod deliveries;
mod diagnostics;
mod events;
mod keys;
mod leases;
mod memory;
mod observations;
mod recoveries;
mod rulesets;
mod services;
mod sites;
mod sources;
mod tasks;

use std::sync::Arc;

pub use agents::Agents;
pub use deliveries::{Deliveries, DeliveryResult};
pub use diagnostics::{Diagnosis, Diagnostics, StatementFigures, TableFigures};
pub use events::{CommitOutcome, Decision, EventFilter, EventWrite, Events};
pub use keys::ApiKeys;
pub use leases::Leases;
pub use memory::{MemoryFilter, MemoryStore, MemoryWrite, PutOutcome};
pub use observations::{Candidate, Claimed, Ingested, Judged, Observations, StoredObservation};
pub use recoveries::Recoveries;
pub use rulesets::{Marked, Rulesets};
pub use services::Services;
pub use sites::Sites;
pub use sources::SourceStates;
pub use tasks::{NewTask, TaskFilter, Tasks};

/// Attempts after which an observation, candidate or task is set aside as dead.
pub const MAX_ATTEMPTS: u32 = 5;

/// Every store port of one database; services take the ones they need.
#[derive(Clone)]
pub struct Stores {
    /// Documents and their stages.
    pub observations: Arc<dyn Observations>,
    /// Beliefs and their changes.
    pub events: Arc<dyn Events>,
    /// Webhooks and deliveries.
    pub deliveries: Arc<dyn Deliveries>,
    /// Planned work.
    pub tasks: Arc<dyn Tasks>,
    /// Poll states.
    pub sources: Arc<dyn SourceStates>,
    /// Running agents.
    pub agents: Arc<dyn Agents>,
    /// Leadership.
    pub leases: Arc<dyn Leases>,
    /// SAFLA's items.
    pub memory: Arc<dyn MemoryStore>,
    /// Recoveries and component states.
    pub recoveries: Arc<dyn Recoveries>,
    /// Rulesets, which is at work, and marks.
    pub rulesets: Arc<dyn Rulesets>,
    /// Service status history.
    pub services: Arc<dyn Services>,
    /// First sights of sites.
    pub sites: Arc<dyn Sites>,
    /// API keys.
    pub keys: Arc<dyn ApiKeys>,
    /// What the database says of itself.
    pub diagnostics: Arc<dyn Diagnostics>,
}
