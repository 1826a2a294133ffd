//! Who is told, and whether they were.

use crate::names::names;
use crate::{DeliveryId, EventId, Probability, Timestamp, WebhookId};

names! {
    /// What an API key may do; each includes the ones before it.
    pub enum Scope {
        /// Read.
        Viewer = "viewer",
        /// Push documents, give feedback.
        Editor = "editor",
        /// Operate: webhooks, sources, agents.
        Operator = "operator",
        /// Everything, keys included.
        Admin = "admin",
    }
}

names! {
    /// Where a delivery stands.
    pub enum DeliveryState {
        /// Waits for its next attempt.
        Pending = "pending",
        /// The subscriber answered with success.
        Delivered = "delivered",
        /// Given up; a person may replay it.
        Dead = "dead",
    }
}

/// A subscriber over HTTP, told by the Standard Webhooks convention.
#[derive(Clone, PartialEq)]
pub struct Webhook {
    /// Its name.
    pub id: WebhookId,
    /// Where to post.
    pub url: String,
    /// The signing secret, `whsec_` and base64.
    pub secret: String,
    /// Changes of events less probable than this are not sent.
    pub min_probability: Probability,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was switched off: by a person, or by an answer 410.
    pub disabled_at: Option<Timestamp>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The secret stays out of logs.
        f.debug_struct("Webhook").field("id", &self.id).field("url", &self.url).finish_non_exhaustive()
    }
}

/// One change on its way to one subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its name; the receiver's key against repeats.
    pub id: DeliveryId,
    /// The subscriber.
    pub webhook: WebhookId,
    /// The change's place in the order.
    pub seq: u64,
    /// The event.
    pub event: EventId,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts made.
    pub attempt: u32,
    /// When to try next.
    pub next_at: Timestamp,
    /// What went wrong last.
    pub error: Option<String>,
    /// When it was planned.
    pub created_at: Timestamp,
    /// When it was delivered or given up.
    pub finished_at: Option<Timestamp>,
}

/// A key to the API; only its hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// SHA-256 of the key: it has 256 random bits, so a slow hash adds nothing.
    pub sha256: [u8; 32],
    /// What it may do.
    pub scope: Scope,
    /// Whose it is, in words.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops to work.
    pub expires_at: Option<Timestamp>,
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKey").field("scope", &self.scope).field("label", &self.label).finish_non_exhaustive()
    }
}
