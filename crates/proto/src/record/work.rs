//! Documents, tasks, deliveries: what moves through the pipeline. Shown, not read back.

use serde::{Deserialize, Serialize};
use tge_model::{Delivery, Observation, StageCounts, Task, Timestamp, Webhook};
use utoipa::ToSchema;

use super::VerdictRecord;
use super::read::{hex, moment};

/// One document, with what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ObservationRecord {
    /// Resource name.
    pub name: String,
    /// Where it was seen.
    pub source: String,
    /// Its name at the source.
    pub key: String,
    /// Where a person can read it.
    pub url: String,
    /// Headline; may be empty.
    pub title: String,
    /// Body as plain text; may be empty.
    pub text: String,
    /// Language as the source declares it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// When the source says it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<String>,
    /// When we first saw it.
    pub first_seen_at: String,
    /// The poll before; it appeared in between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_poll_at: Option<String>,
    /// Hash of title and text, hexadecimal.
    pub sha256: String,
    /// `live`, `catch_up` or `backfill`.
    pub arrival: String,
    /// Made by the demo world.
    #[serde(default)]
    pub demo: bool,
    /// `new`, `judged`, `decided` or `dead`; absent on its way in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// What went wrong, for `dead`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What it says, once judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictRecord>,
}

/// A piece of planned work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskRecord {
    /// Resource name.
    pub name: String,
    /// Two tasks with one key are one task.
    pub idem_key: String,
    /// `poll_feed`, `poll_json` or `sample`.
    pub kind: String,
    /// On what.
    pub subject: String,
    /// `critical`, `high`, `normal` or `low`.
    pub priority: String,
    /// `pending`, `leased`, `done` or `dead`.
    pub state: String,
    /// Attempts begun.
    pub attempt: u32,
    /// Not before this moment.
    pub not_before: String,
    /// When it was planned.
    pub created_at: String,
    /// When it was done or given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker: Option<String>,
    /// What went wrong last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What came out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

/// A subscriber over HTTP. Its secret is shown once, by the call that made it, and never here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WebhookRecord {
    /// Resource name.
    pub name: String,
    /// Where we post.
    pub url: String,
    /// Changes of events less probable than this are not sent.
    pub min_probability: f64,
    /// When it was added.
    pub created_at: String,
    /// When it was switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<String>,
}

/// One change on its way to one subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryRecord {
    /// Resource name; its last part is sent as `webhook-id`.
    pub name: String,
    /// The subscriber's resource name.
    pub webhook: String,
    /// The change's place in the order.
    pub seq: u64,
    /// The event's resource name.
    pub event: String,
    /// `pending`, `delivered` or `dead`.
    pub state: String,
    /// Attempts made.
    pub attempt: u32,
    /// When the next attempt is due.
    pub next_at: String,
    /// What went wrong last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was planned.
    pub created_at: String,
    /// When it was delivered or given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
}

/// How much waits at each stage, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StageCountsRecord {
    /// Observations not judged yet.
    pub observations: u64,
    /// Oldest of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observations_oldest: Option<String>,
    /// Candidates not decided yet.
    pub candidates: u64,
    /// Oldest of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidates_oldest: Option<String>,
    /// Outbox rows not turned into deliveries yet.
    pub outbox: u64,
    /// Oldest of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox_oldest: Option<String>,
    /// Deliveries not made yet.
    pub deliveries: u64,
    /// Oldest of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliveries_oldest: Option<String>,
    /// Tasks not finished yet.
    pub tasks: u64,
    /// Oldest of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks_oldest: Option<String>,
}

// === impl ObservationRecord ===

impl From<&Observation> for ObservationRecord {
    /// The document alone; stage, error and verdict are filled by whoever knows them.
    fn from(observation: &Observation) -> Self {
        Self {
            name: format!("observations/{}", observation.id),
            source: observation.source.to_string(),
            key: observation.key.clone(),
            url: observation.url.clone(),
            title: observation.title.clone(),
            text: observation.text.clone(),
            lang: observation.lang.clone(),
            published_at: observation.published.map(moment),
            first_seen_at: moment(observation.first_seen_at),
            previous_poll_at: observation.previous_poll_at.map(moment),
            sha256: hex(&observation.sha256),
            arrival: observation.arrival.to_string(),
            demo: observation.demo,
            stage: None,
            error: None,
            verdict: None,
        }
    }
}

// === impl TaskRecord ===

impl From<&Task> for TaskRecord {
    fn from(task: &Task) -> Self {
        Self {
            name: task.id.resource_name(),
            idem_key: task.idem_key.clone(),
            kind: task.kind.to_string(),
            subject: task.subject.clone(),
            priority: task.priority.to_string(),
            state: task.state.to_string(),
            attempt: task.attempt,
            not_before: moment(task.not_before),
            created_at: moment(task.created_at),
            finished_at: task.finished_at.map(moment),
            worker: task.worker.clone(),
            error: task.error.clone(),
            result: task.result.clone(),
        }
    }
}

// === impl WebhookRecord ===

impl From<&Webhook> for WebhookRecord {
    fn from(webhook: &Webhook) -> Self {
        Self {
            name: webhook.id.resource_name(),
            url: webhook.url.clone(),
            min_probability: webhook.min_probability.get(),
            created_at: moment(webhook.created_at),
            disabled_at: webhook.disabled_at.map(moment),
        }
    }
}

// === impl DeliveryRecord ===

impl From<&Delivery> for DeliveryRecord {
    fn from(delivery: &Delivery) -> Self {
        Self {
            name: delivery.id.resource_name(),
            webhook: delivery.webhook.resource_name(),
            seq: delivery.seq,
            event: delivery.event.resource_name(),
            state: delivery.state.to_string(),
            attempt: delivery.attempt,
            next_at: moment(delivery.next_at),
            error: delivery.error.clone(),
            created_at: moment(delivery.created_at),
            finished_at: delivery.finished_at.map(moment),
        }
    }
}

// === impl StageCountsRecord ===

impl From<&StageCounts> for StageCountsRecord {
    fn from(counts: &StageCounts) -> Self {
        let print = |oldest: Option<Timestamp>| oldest.map(moment);
        Self {
            observations: counts.observations,
            observations_oldest: print(counts.observations_oldest),
            candidates: counts.candidates,
            candidates_oldest: print(counts.candidates_oldest),
            outbox: counts.outbox,
            outbox_oldest: print(counts.outbox_oldest),
            deliveries: counts.deliveries,
            deliveries_oldest: print(counts.deliveries_oldest),
            tasks: counts.tasks,
            tasks_oldest: print(counts.tasks_oldest),
        }
    }
}
