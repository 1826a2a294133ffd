//! Webhooks and deliveries.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use tge_model::{Change, Delivery, DeliveryId, DeliveryState, Lease, Timestamp, Webhook, WebhookId};
use tge_ports::store::{Claimed, Deliveries, DeliveryResult};
use tge_ports::{Page, Paged, StoreError};

use super::db::{Db, micros_of};
use super::events::change;
use crate::cursor::{self, Cursor};
use crate::row::{count, micros, moment, probability, read, signed, small};
use crate::text::{clean, clean_opt};

pub(super) struct PgDeliveries {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Deliveries for PgDeliveries {
    async fn put_webhook(&self, webhook: &Webhook) -> Result<(), StoreError> {
        self.db
            .named("storing a webhook", || async {
                sqlx::query(
                    "INSERT INTO webhooks (id, url, secret, min_probability, created_at, disabled_at)
                     VALUES ($1, $2, $3, $4, $5, $6)
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
                .execute(self.db.pool())
                .await?;
                Ok(())
            })
            .await
    }

    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        self.db
            .named("reading the webhooks", || async {
                let rows =
                    sqlx::query("SELECT * FROM webhooks ORDER BY created_at, id").fetch_all(self.db.pool()).await?;
                rows.iter().map(webhook).collect()
            })
            .await
    }

    async fn disable_webhook(&self, id: WebhookId, reason: &str) -> Result<bool, StoreError> {
        self.db
            .named("switching a webhook off", || async {
                let found: i64 = sqlx::query_scalar(
                    "WITH hook AS (UPDATE webhooks SET disabled_at = COALESCE(disabled_at, tge_now()) WHERE id = $1
                                   RETURNING id),
                     dead AS (UPDATE deliveries SET state = 'dead', error = $2, finished_at = tge_now(), worker = NULL,
                                                    lease_token = lease_token + 1, lease_until = 0
                              WHERE webhook = $1 AND state = 'pending')
                     SELECT COUNT(*) FROM hook",
                )
                .bind(id.to_string())
                .bind(clean(reason))
                .fetch_one(self.db.pool())
                .await?;
                Ok(found > 0)
            })
            .await
    }

    async fn outbox(&self, max: u32) -> Result<Vec<Change>, StoreError> {
        self.db
            .named("reading the outbox", || async {
                let rows = sqlx::query(
                    "SELECT seq, c.event, c.kind, c.alert, c.status_from, c.cause, c.at, c.body::TEXT AS body
                     FROM outbox o JOIN changes c USING (seq) ORDER BY seq LIMIT $1",
                )
                .bind(i64::from(max))
                .fetch_all(self.db.pool())
                .await?;
                rows.iter().map(change).collect()
            })
            .await
    }

    async fn dispatch(&self, seqs: &[u64], deliveries: &[Delivery]) -> Result<(), StoreError> {
        let texts = |of: fn(&Delivery) -> String| -> Vec<String> { deliveries.iter().map(of).collect() };
        let numbers = |of: fn(&Delivery) -> i64| -> Vec<i64> { deliveries.iter().map(of).collect() };
        let error = |one: &Delivery| clean_opt(one.error.as_deref()).map(|error| error.into_owned());
        self.db
            .named("planning deliveries", || async {
                // What another dispatcher is taking right now is its business.
                sqlx::query(
                    "WITH due AS (SELECT seq FROM outbox WHERE seq = ANY($1) ORDER BY seq FOR UPDATE SKIP LOCKED),
                     taken AS (DELETE FROM outbox o USING due WHERE o.seq = due.seq RETURNING o.seq)
                     INSERT INTO deliveries (id, webhook, seq, event, state, attempt, next_at, error, created_at,
                                             finished_at)
                     SELECT s.* FROM UNNEST($2::TEXT[], $3::TEXT[], $4::BIGINT[], $5::TEXT[], $6::TEXT[], $7::BIGINT[],
                                            $8::BIGINT[], $9::TEXT[], $10::BIGINT[], $11::BIGINT[])
                       AS s (id, webhook, seq, event, state, attempt, next_at, error, created_at, finished_at)
                     JOIN taken ON taken.seq = s.seq ORDER BY s.webhook, s.seq ON CONFLICT DO NOTHING",
                )
                .bind(seqs.iter().map(|seq| signed(*seq)).collect::<Vec<_>>())
                .bind(texts(|one| one.id.to_string()))
                .bind(texts(|one| one.webhook.to_string()))
                .bind(numbers(|one| signed(one.seq)))
                .bind(texts(|one| one.event.to_string()))
                .bind(texts(|one| one.state.to_string()))
                .bind(numbers(|one| i64::from(one.attempt)))
                .bind(numbers(|one| one.next_at.as_micros()))
                .bind(deliveries.iter().map(error).collect::<Vec<_>>())
                .bind(numbers(|one| one.created_at.as_micros()))
                .bind(deliveries.iter().map(|one| micros(one.finished_at)).collect::<Vec<_>>())
                .execute(self.db.pool())
                .await?;
                Ok(())
            })
            .await
    }

    async fn claim(&self, worker: &str, max: u32, lease: Duration) -> Result<Vec<Claimed<Delivery>>, StoreError> {
        self.db
            .named("claiming deliveries", || async {
                let rows = sqlx::query(
                    "WITH clock AS MATERIALIZED (SELECT tge_now() AS now),
                     due AS (SELECT d.id FROM deliveries d, clock
                             WHERE d.state = 'pending' AND d.next_at <= clock.now AND d.lease_until <= clock.now
                             ORDER BY d.next_at, d.id LIMIT $3 FOR UPDATE OF d SKIP LOCKED),
                     taken AS (UPDATE deliveries d SET worker = $1, lease_token = d.lease_token + 1,
                                                       lease_until = clock.now + $2
                               FROM due, clock WHERE d.id = due.id RETURNING d.*)
                     SELECT * FROM taken ORDER BY next_at, id",
                )
                .bind(worker)
                .bind(micros_of(lease))
                .bind(i64::from(max))
                .fetch_all(self.db.pool())
                .await?;
                let claimed = |row: &PgRow| {
                    let item = delivery(row)?;
                    let attempt = item.attempt + 1;
                    Ok(Claimed { item, lease: Lease { token: row.try_get("lease_token")? }, attempt })
                };
                rows.iter().map(claimed).collect()
            })
            .await
    }

    async fn finish(&self, id: DeliveryId, lease: Lease, result: &DeliveryResult) -> Result<bool, StoreError> {
        self.db
            .named("storing a delivery's result", || async {
                let done = sqlx::query(
                    "UPDATE deliveries SET state = $1, next_at = $2, error = $3, attempt = attempt + 1,
                                           finished_at = CASE WHEN $4 THEN tge_now() END, worker = NULL,
                                           lease_token = lease_token + 1, lease_until = 0
                     WHERE id = $5 AND state = 'pending' AND lease_token = $6",
                )
                .bind(result.state.as_str())
                .bind(result.next_at.as_micros())
                .bind(clean_opt(result.error.as_deref()))
                .bind(result.state != DeliveryState::Pending)
                .bind(id.to_string())
                .bind(lease.token)
                .execute(self.db.pool())
                .await?;
                Ok(done.rows_affected() == 1)
            })
            .await
    }

    async fn list(&self, state: Option<DeliveryState>, page: &Page) -> Result<Paged<Delivery>, StoreError> {
        let (after, size) = (Cursor::of(page)?, cursor::size(page));
        let statement = match state {
            Some(_) => {
                "SELECT * FROM deliveries WHERE (created_at, id) < ($1, $2) AND state = $4
                 ORDER BY created_at DESC, id DESC LIMIT $3"
            }
            None => {
                "SELECT * FROM deliveries WHERE (created_at, id) < ($1, $2)
                 ORDER BY created_at DESC, id DESC LIMIT $3"
            }
        };
        self.db
            .named("listing deliveries", || async {
                let query = sqlx::query(statement).bind(after.at).bind(&after.id).bind(size + 1);
                let query = if let Some(state) = state { query.bind(state.as_str()) } else { query };
                let rows = query.fetch_all(self.db.pool()).await?;
                let items = rows.iter().map(delivery).collect::<Result<Vec<_>, _>>()?;
                Ok(cursor::cut(items, size, |item| (item.created_at.as_micros(), item.id.to_string())))
            })
            .await
    }

    async fn replay(&self, id: DeliveryId) -> Result<bool, StoreError> {
        self.db
            .named("replaying a delivery", || async {
                let done = sqlx::query(
                    "UPDATE deliveries SET state = 'pending', attempt = 0, next_at = tge_now(), error = NULL,
                                           finished_at = NULL
                     WHERE id = $1 AND state IN ('delivered', 'dead')",
                )
                .bind(id.to_string())
                .execute(self.db.pool())
                .await?;
                Ok(done.rows_affected() == 1)
            })
            .await
    }
}

fn webhook(row: &PgRow) -> Result<Webhook, sqlx::Error> {
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

fn delivery(row: &PgRow) -> Result<Delivery, sqlx::Error> {
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
