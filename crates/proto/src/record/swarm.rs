//! Sources, agents, memory, recoveries, services: how the swarm is doing. Shown, not read back.

use serde::{Deserialize, Serialize};
use tge_model::{Agent, ComponentStatus, MemoryItem, Recovery, ServiceTransition, SourceHealth};
use utoipa::ToSchema;

use super::read::{finite, moment};

/// How a source is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceHealthRecord {
    /// The source.
    pub name: String,
    /// `unknown`, `healthy`, `failing` or `blocked`.
    pub state: String,
    /// Why, when it did not go well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was last asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_poll_at: Option<String>,
    /// When it last answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success_at: Option<String>,
    /// When it may be asked again.
    pub next_poll_at: String,
    /// Failures since the last success.
    pub failures: u32,
    /// Polls made.
    pub polls: u64,
    /// Polls answered `304 Not Modified`.
    pub not_modified: u64,
    /// Observations stored from it.
    pub observations: u64,
}

/// A running specialist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentRecord {
    /// Resource name.
    pub name: String,
    /// Which specialist.
    #[schema(example = "keyword-precision")]
    pub kind: String,
    /// Where its gRPC answers; empty in solo.
    pub address: String,
    /// `active`, `draining`, `lost` or `retired`.
    pub state: String,
    /// Since when.
    pub started_at: String,
    /// Its last beat.
    pub last_seen_at: String,
    /// What it is doing now.
    pub doing: String,
    /// Items it finished since its start.
    pub done: u64,
    /// Items that failed since its start.
    pub failed: u64,
    /// Its program's version.
    pub program_version: String,
}

/// One remembered thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MemoryRecord {
    /// `working`, `episodic`, `semantic` or `vector`.
    pub tier: String,
    /// Its name within the tier.
    pub key: String,
    /// Counts writes, from 1.
    pub item_version: u64,
    /// Who wrote it.
    pub writer: String,
    /// What it is.
    pub kind: String,
    /// What it is about.
    pub subjects: Vec<String>,
    /// The thing itself, as JSON text.
    pub content: String,
    /// How much it matters, 0 to 1.
    pub importance: f64,
    /// Reads since it was written.
    pub uses: u64,
    /// First write.
    pub created_at: String,
    /// Last write.
    pub updated_at: String,
    /// Last read or write.
    pub accessed_at: String,
    /// Position in the order of all writes.
    pub seq: u64,
}

/// One recovery of one component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecoveryRecord {
    /// Resource name.
    pub name: String,
    /// The component, by its service name.
    pub component: String,
    /// The container acted on; empty for an alert without one.
    pub container: String,
    /// Why, in a word.
    #[schema(example = "died")]
    pub cause: String,
    /// The signals that agreed.
    pub evidence: Vec<String>,
    /// `RESTART` or `ALERT_ONLY`.
    pub action: String,
    /// Which attempt in the window, from 1.
    pub attempt: u32,
    /// `running`, `recovered`, `failed`, `still_down` or `alerted`.
    pub outcome: String,
    /// More about the outcome.
    pub detail: String,
    /// When the signals agreed.
    pub started_at: String,
    /// When it was verified or given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
}

/// What the monitor knows of one component now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ComponentRecord {
    /// The component, by its service name.
    pub component: String,
    /// `passing`, `warning`, `critical` or `unknown`.
    pub status: String,
    /// Why, in words.
    pub reason: String,
    /// Attempts made in the window.
    pub attempts: u32,
    /// No more attempts until a person or time closes it.
    pub breaker_open: bool,
    /// When this was found.
    pub checked_at: String,
}

/// One change of a service's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceTransitionRecord {
    /// The service.
    pub service: String,
    /// The instance.
    pub instance: String,
    /// Where it answers.
    pub address: String,
    /// What it became.
    pub status: String,
    /// The check's own words.
    pub note: String,
    /// When.
    pub at: String,
}

impl From<&SourceHealth> for SourceHealthRecord {
    fn from(health: &SourceHealth) -> Self {
        Self {
            name: health.name.to_string(),
            state: health.state.to_string(),
            error: health.error.clone(),
            last_poll_at: health.last_poll_at.map(moment),
            last_success_at: health.last_success_at.map(moment),
            next_poll_at: moment(health.next_poll_at),
            failures: health.failures,
            polls: health.polls,
            not_modified: health.not_modified,
            observations: health.observations,
        }
    }
}

impl From<&Agent> for AgentRecord {
    fn from(agent: &Agent) -> Self {
        Self {
            name: agent.id.resource_name(),
            kind: agent.kind.to_string(),
            address: agent.address.clone(),
            state: agent.state.to_string(),
            started_at: moment(agent.started_at),
            last_seen_at: moment(agent.last_seen_at),
            doing: agent.doing.clone(),
            done: agent.done,
            failed: agent.failed,
            program_version: agent.version.clone(),
        }
    }
}

impl From<&MemoryItem> for MemoryRecord {
    fn from(item: &MemoryItem) -> Self {
        Self {
            tier: item.tier.to_string(),
            key: item.key.clone(),
            item_version: item.version,
            writer: item.writer.clone(),
            kind: item.kind.clone(),
            subjects: item.subjects.clone(),
            content: item.content.clone(),
            importance: finite(item.importance),
            uses: item.uses,
            created_at: moment(item.created_at),
            updated_at: moment(item.updated_at),
            accessed_at: moment(item.accessed_at),
            seq: item.seq,
        }
    }
}

impl From<&Recovery> for RecoveryRecord {
    fn from(recovery: &Recovery) -> Self {
        Self {
            name: recovery.id.resource_name(),
            component: recovery.component.clone(),
            container: recovery.container.clone(),
            cause: recovery.cause.clone(),
            evidence: recovery.evidence.clone(),
            action: recovery.action.to_string(),
            attempt: recovery.attempt,
            outcome: recovery.outcome.to_string(),
            detail: recovery.detail.clone(),
            started_at: moment(recovery.started_at),
            ended_at: recovery.ended_at.map(moment),
        }
    }
}

impl From<&ComponentStatus> for ComponentRecord {
    fn from(component: &ComponentStatus) -> Self {
        Self {
            component: component.component.clone(),
            status: component.status.to_string(),
            reason: component.reason.clone(),
            attempts: component.attempts,
            breaker_open: component.breaker_open,
            checked_at: moment(component.checked_at),
        }
    }
}

impl From<&ServiceTransition> for ServiceTransitionRecord {
    fn from(transition: &ServiceTransition) -> Self {
        Self {
            service: transition.service.clone(),
            instance: transition.instance.clone(),
            address: transition.address.clone(),
            status: transition.status.to_string(),
            note: transition.note.clone(),
            at: moment(transition.at),
        }
    }
}
