//! Who is told, and whether they were.

use std::time::Duration;

use async_trait::async_trait;
use tge_model::{Change, Delivery, DeliveryId, DeliveryState, Lease, Timestamp, Webhook, WebhookId};

use super::Claimed;
use crate::{Page, Paged, StoreError};

/// How an attempt went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryResult {
    /// Where the delivery stands now.
    pub state: DeliveryState,
    /// When to try next, for `pending`.
    pub next_at: Timestamp,
    /// What went wrong.
    pub error: Option<String>,
}

/// Webhooks and deliveries.
#[async_trait]
pub trait Deliveries: Send + Sync + 'static {
    /// Adds or replaces a webhook.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put_webhook(&self, webhook: &Webhook) -> Result<(), StoreError>;

    /// Every webhook, disabled ones too, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError>;

    /// Switches a webhook off; its pending deliveries become dead with this reason. `false` when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn disable_webhook(&self, id: WebhookId, reason: &str) -> Result<bool, StoreError>;

    /// Outbox rows not turned into deliveries yet, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn outbox(&self, max: u32) -> Result<Vec<Change>, StoreError>;

    /// Turns outbox rows into deliveries, in one transaction. An outbox row that is gone was another dispatcher's: it is
    /// passed over together with its deliveries, and so is a second delivery of one change to one webhook.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing changed.
    async fn dispatch(&self, seqs: &[u64], deliveries: &[Delivery]) -> Result<(), StoreError>;

    /// Takes up to `max` due deliveries, oldest first; those whose lease ran out, too.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn claim(&self, worker: &str, max: u32, lease: Duration) -> Result<Vec<Claimed<Delivery>>, StoreError>;

    /// Stores how an attempt went and counts it. `false` when the lease was lost.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn finish(&self, id: DeliveryId, lease: Lease, result: &DeliveryResult) -> Result<bool, StoreError>;

    /// Deliveries, newest first; in one state where it is named.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&self, state: Option<DeliveryState>, page: &Page) -> Result<Paged<Delivery>, StoreError>;

    /// Makes a delivered or dead delivery pending again, due at once, with its attempts forgotten. `false` when there
    /// is none.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn replay(&self, id: DeliveryId) -> Result<bool, StoreError>;
}
