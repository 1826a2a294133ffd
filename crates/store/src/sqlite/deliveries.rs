//! Webhooks and deliveries.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, Row as _};
use tge_model::{Change, Delivery, DeliveryId, DeliveryState, Lease, Timestamp, Webhook, WebhookId};
use tge_ports::store::{Claimed, Deliveries, DeliveryResult};
use tge_ports::{Page, Paged, StoreError};

use super::db::{Db, Durable};
use super::events::change;
use crate::cursor::{self, Cursor};
use crate::row::{count, micros, moment, probability, read, signed, small};
use crate::text::{clean, clean_opt};

pub(super) struct SqliteDeliveries {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Deliveries for SqliteDeliveries {
    async fn put_webhook(&self, webhook: &Webhook) -> Result<(), StoreError> {
        self.db
            .named("storing a webhook", async {
                let mut writer = self.db.writer(Durable::Disk).await?;
                sqlx::query(
                    "INSERT INTO webhooks (id, url, secret, min_probability, created_at, disabled_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT (id) DO UPDATE SET
                       url = excluded.url, secret = excluded.secret, min_probability = excluded.min_probability,
                       created_at = excluded.created_at, disabled_at = excluded.disabled_at",
                )
                .bind(webhook.id.to_string())
                .bind(clean(&webhook.url))
                .bind(clean(&webhook.secret))
                .bind(webhook.min_probability.get())
                .bind(webhook.created_at.as_micros())
                .bind(micros(webhook.disabled_at))
                .execute(&mut *writer)
                .await?;
                Ok(())
            })
            .await
    }

    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        self.db
            .named("reading the webhooks", async {
                let rows =
                    sqlx::query("SELECT * FROM webhooks ORDER BY created_at, id").fetch_all(self.db.reader()).await?;
                rows.iter().map(webhook).collect()
            })
            .await
    }

    async fn disable_webhook(&self, id: WebhookId, reason: &str) -> Result<bool, StoreError> {
        self.db
            .named("switching a webhook off", async {
                let mut writer = self.db.writer(Durable::Disk).await?;
                let now = self.db.now();
                let mut tx = writer.begin().await?;
                let found = sqlx::query("UPDATE webhooks SET disabled_at = COALESCE(disabled_at, ?1) WHERE id = ?2")
                    .bind(now)
                    .bind(id.to_string())
                    .execute(&mut *tx)
                    .await?;
                sqlx::query(
                    "UPDATE deliveries SET state = 'dead', error = ?1, finished_at = ?2, worker = NULL,
                                           lease_token = lease_token + 1, lease_until = 0
                     WHERE webhook = ?3 AND state = 'pending'",
                )
                .bind(clean(reason))
                .bind(now)
                .bind(id.to_string())
                .execute(&mut *tx)
                .await?;
                tx.commit().await?;
                Ok(found.rows_affected() > 0)
            })
            .await
    }

    async fn outbox(&self, max: u32) -> Result<Vec<Change>, StoreError> {
        self.db
            .named("reading the outbox", async {
                let rows = sqlx::query("SELECT c.* FROM outbox o JOIN changes c USING (seq) ORDER BY seq LIMIT ?1")
                    .bind(i64::from(max))
                    .fetch_all(self.db.reader())
                    .await?;
                rows.iter().map(change).collect()
            })
            .await
    }

    async fn dispatch(&self, seqs: &[u64], deliveries: &[Delivery]) -> Result<(), StoreError> {
        self.db.named("planning deliveries", self.plan(seqs, deliveries)).await
    }

    async fn claim(&self, worker: &str, max: u32, lease: Duration) -> Result<Vec<Claimed<Delivery>>, StoreError> {
        self.db
            .named("claiming deliveries", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                let now = self.db.now();
                let rows = sqlx::query(
                    "UPDATE deliveries SET worker = ?1, lease_token = lease_token + 1, lease_until = ?2
                     WHERE id IN (SELECT id FROM deliveries
                                  WHERE state = 'pending' AND next_at <= ?3 AND lease_until <= ?3
                                  ORDER BY next_at, id LIMIT ?4)
                     RETURNING *",
                )
                .bind(worker)
                .bind(Timestamp::from_micros(now).plus(lease).as_micros())
                .bind(now)
                .bind(i64::from(max))
                .fetch_all(&mut *writer)
                .await?;
                let mut claimed = Vec::with_capacity(rows.len());
                for row in &rows {
                    let item = delivery(row)?;
                    let attempt = item.attempt + 1;
                    claimed.push(Claimed { item, lease: Lease { token: row.try_get("lease_token")? }, attempt });
                }
                claimed.sort_by_key(|one| (one.item.next_at, one.item.id));
                Ok(claimed)
            })
            .await
    }

    async fn finish(&self, id: DeliveryId, lease: Lease, result: &DeliveryResult) -> Result<bool, StoreError> {
        self.db
            .named("storing a delivery's result", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                let ended = result.state != DeliveryState::Pending;
                let done = sqlx::query(
                    "UPDATE deliveries SET state = ?1, next_at = ?2, error = ?3, attempt = attempt + 1,
                                           finished_at = ?4, worker = NULL, lease_token = lease_token + 1,
                                           lease_until = 0
                     WHERE id = ?5 AND state = 'pending' AND lease_token = ?6",
                )
                .bind(result.state.as_str())
                .bind(result.next_at.as_micros())
                .bind(clean_opt(result.error.as_deref()))
                .bind(ended.then(|| self.db.now()))
                .bind(id.to_string())
                .bind(lease.token)
                .execute(&mut *writer)
                .await?;
                Ok(done.rows_affected() == 1)
            })
            .await
    }

    async fn list(&self, state: Option<DeliveryState>, page: &Page) -> Result<Paged<Delivery>, StoreError> {
        let (after, size) = (Cursor::of(page)?, cursor::size(page));
        let statement = match state {
            Some(_) => {
                "SELECT * FROM deliveries WHERE (created_at, id) < (?1, ?2) AND state = ?4
                 ORDER BY created_at DESC, id DESC LIMIT ?3"
            }
            None => {
                "SELECT * FROM deliveries WHERE (created_at, id) < (?1, ?2)
                 ORDER BY created_at DESC, id DESC LIMIT ?3"
            }
        };
        self.db
            .named("listing deliveries", async {
                let query = sqlx::query(statement).bind(after.at).bind(&after.id).bind(size + 1);
                let query = if let Some(state) = state { query.bind(state.as_str()) } else { query };
                let rows = query.fetch_all(self.db.reader()).await?;
                let items = rows.iter().map(delivery).collect::<Result<Vec<_>, _>>()?;
                Ok(cursor::cut(items, size, |item| (item.created_at.as_micros(), item.id.to_string())))
            })
            .await
    }

    async fn replay(&self, id: DeliveryId) -> Result<bool, StoreError> {
        self.db
            .named("replaying a delivery", async {
                let mut writer = self.db.writer(Durable::Disk).await?;
                let done = sqlx::query(
                    "UPDATE deliveries SET state = 'pending', attempt = 0, next_at = ?1, error = NULL,
                                           finished_at = NULL
                     WHERE id = ?2 AND state IN ('delivered', 'dead')",
                )
                .bind(self.db.now())
                .bind(id.to_string())
                .execute(&mut *writer)
                .await?;
                Ok(done.rows_affected() == 1)
            })
            .await
    }
}

// === impl SqliteDeliveries ===

impl SqliteDeliveries {
    async fn plan(&self, seqs: &[u64], deliveries: &[Delivery]) -> Result<(), sqlx::Error> {
        // On disk before anything leaves: a receiver must not be told of a change that a power cut takes back.
        let mut writer = self.db.writer(Durable::Disk).await?;
        let mut tx = writer.begin().await?;
        let mut taken = HashSet::new();
        for seq in seqs {
            let gone = sqlx::query("DELETE FROM outbox WHERE seq = ?1").bind(signed(*seq)).execute(&mut *tx).await?;
            if gone.rows_affected() == 1 {
                taken.insert(*seq);
            }
        }
        // What another dispatcher took is its business.
        for delivery in deliveries.iter().filter(|delivery| taken.contains(&delivery.seq)) {
            sqlx::query(
                "INSERT INTO deliveries (id, webhook, seq, event, state, attempt, next_at, error, created_at,
                                         finished_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
            )
            .bind(delivery.id.to_string())
            .bind(delivery.webhook.to_string())
            .bind(signed(delivery.seq))
            .bind(delivery.event.to_string())
            .bind(delivery.state.as_str())
            .bind(i64::from(delivery.attempt))
            .bind(delivery.next_at.as_micros())
            .bind(clean_opt(delivery.error.as_deref()))
            .bind(delivery.created_at.as_micros())
            .bind(micros(delivery.finished_at))
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await
    }
}

fn webhook(row: &SqliteRow) -> Result<Webhook, sqlx::Error> {
    let id: &str = row.try_get("id")?;
    let record = format!("webhooks/{id}");
    Ok(Webhook {
        id: read(&record, id)?,
        url: row.try_get("url")?,
        secret: row.try_get("secret")?,
        min_probability: probability(&record, row.try_get("min_probability")?)?,
        created_at: Timestamp::from_micros(row.try_get("created_at")?),
        disabled_at: moment(row.try_get("disabled_at")?),
    })
}

fn delivery(row: &SqliteRow) -> Result<Delivery, sqlx::Error> {
    let id: &str = row.try_get("id")?;
    let record = format!("deliveries/{id}");
    Ok(Delivery {
        id: read(&record, id)?,
        webhook: read(&record, row.try_get("webhook")?)?,
        seq: count(row.try_get("seq")?),
        event: read(&record, row.try_get("event")?)?,
        state: read(&record, row.try_get("state")?)?,
        attempt: small(row.try_get("attempt")?),
        next_at: Timestamp::from_micros(row.try_get("next_at")?),
        error: row.try_get("error")?,
        created_at: Timestamp::from_micros(row.try_get("created_at")?),
        finished_at: moment(row.try_get("finished_at")?),
    })
}
