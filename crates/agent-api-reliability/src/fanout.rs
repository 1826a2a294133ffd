//! The stage `outbox -> deliveries`: one row for each webhook that wants the change, made in the transaction that takes
//! the change out of the outbox.

use std::sync::Arc;

use async_trait::async_trait;
use tge_agent::{Stage, StageError};
use tge_model::{Change, Delivery, DeliveryId, DeliveryState, Webhook};
use tge_ports::store::Deliveries;
use tge_ports::{Clock, Entropy};
use tokio::sync::Notify;

/// Changes taken at once.
const BATCH: u32 = 100;

pub(crate) struct Fanout {
    pub(crate) deliveries: Arc<dyn Deliveries>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    /// Wakes the deliverer.
    pub(crate) waiting: Arc<Notify>,
}

#[async_trait]
impl Stage for Fanout {
    fn batch(&self) -> u32 {
        BATCH
    }

    async fn turn(&self) -> Result<usize, StageError> {
        let changes = self.deliveries.outbox(BATCH).await.map_err(StageError::of("read the outbox"))?;
        if changes.is_empty() {
            return Ok(0);
        }
        let webhooks = self.deliveries.webhooks().await.map_err(StageError::of("read webhooks"))?;
        let pairs = changes.iter().flat_map(|change| webhooks.iter().map(move |webhook| (change, webhook)));
        let deliveries: Vec<Delivery> =
            pairs.filter(|(change, webhook)| wants(webhook, change)).map(|(c, w)| self.delivery(c, w)).collect();
        let seqs: Vec<u64> = changes.iter().map(|change| change.seq).collect();
        self.deliveries.dispatch(&seqs, &deliveries).await.map_err(StageError::of("plan deliveries"))?;
        if !deliveries.is_empty() {
            self.waiting.notify_one();
        }
        Ok(changes.len())
    }
}

impl Fanout {
    fn delivery(&self, change: &Change, webhook: &Webhook) -> Delivery {
        let now = self.clock.now();
        Delivery {
            id: DeliveryId::new(now, self.entropy.bits()),
            webhook: webhook.id,
            seq: change.seq,
            event: change.event.id,
            state: DeliveryState::Pending,
            attempt: 0,
            next_at: now,
            error: None,
            created_at: now,
            finished_at: None,
        }
    }
}

/// A webhook hears of what is at least as probable as it asked, from the moment it was added on.
fn wants(webhook: &Webhook, change: &Change) -> bool {
    webhook.disabled_at.is_none()
        && change.at >= webhook.created_at
        && change.event.confidence.probability >= webhook.min_probability
}
