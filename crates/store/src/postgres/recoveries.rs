//! Recoveries and component states.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use tge_model::{ComponentStatus, Recovery, Timestamp};
use tge_ports::store::Recoveries;
use tge_ports::{Page, Paged, StoreError};

use super::db::Db;
use crate::cursor::{self, Cursor};
use crate::row::{micros, moment, read, small};
use crate::text::{clean, clean_all};

pub(super) struct PgRecoveries {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Recoveries for PgRecoveries {
    async fn put(&self, recovery: &Recovery) -> Result<(), StoreError> {
        self.db
            .named("storing a recovery", || async {
                sqlx::query(
                    "INSERT INTO recoveries (id, component, container, cause, evidence, action, attempt, outcome,
                                             detail, started_at, ended_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                     ON CONFLICT (id) DO UPDATE SET
                       component = excluded.component, container = excluded.container, cause = excluded.cause,
                       evidence = excluded.evidence, action = excluded.action, attempt = excluded.attempt,
                       outcome = excluded.outcome, detail = excluded.detail, started_at = excluded.started_at,
                       ended_at = excluded.ended_at",
                )
                .bind(recovery.id.to_string())
                .bind(clean(&recovery.component))
                .bind(clean(&recovery.container))
                .bind(clean(&recovery.cause))
                .bind(clean_all(&recovery.evidence))
                .bind(recovery.action.as_str())
                .bind(i64::from(recovery.attempt))
                .bind(recovery.outcome.as_str())
                .bind(clean(&recovery.detail))
                .bind(recovery.started_at.as_micros())
                .bind(micros(recovery.ended_at))
                .execute(self.db.pool())
                .await?;
                Ok(())
            })
            .await
    }

    async fn list(&self, component: Option<&str>, page: &Page) -> Result<Paged<Recovery>, StoreError> {
        let (after, size) = (Cursor::of(page)?, cursor::size(page));
        let statement = match component {
            Some(_) => {
                "SELECT * FROM recoveries WHERE (started_at, id) < ($1, $2) AND component = $4
                 ORDER BY started_at DESC, id DESC LIMIT $3"
            }
            None => {
                "SELECT * FROM recoveries WHERE (started_at, id) < ($1, $2)
                 ORDER BY started_at DESC, id DESC LIMIT $3"
            }
        };
        self.db
            .named("listing recoveries", || async {
                let query = sqlx::query(statement).bind(after.at).bind(&after.id).bind(size + 1);
                let query = if let Some(component) = component { query.bind(component) } else { query };
                let rows = query.fetch_all(self.db.pool()).await?;
                let items = rows.iter().map(recovery).collect::<Result<Vec<_>, _>>()?;
                Ok(cursor::cut(items, size, |item| (item.started_at.as_micros(), item.id.to_string())))
            })
            .await
    }

    async fn since(&self, begun: Timestamp) -> Result<Vec<Recovery>, StoreError> {
        self.db
            .named("reading recoveries", || async {
                let rows = sqlx::query("SELECT * FROM recoveries WHERE started_at >= $1 ORDER BY started_at, id")
                    .bind(begun.as_micros())
                    .fetch_all(self.db.pool())
                    .await?;
                rows.iter().map(recovery).collect()
            })
            .await
    }

    async fn put_components(&self, components: &[ComponentStatus]) -> Result<(), StoreError> {
        self.db
            .named("storing the components' states", || async {
                let mut tx = self.db.pool().begin().await?;
                for component in components {
                    sqlx::query(
                        "INSERT INTO components (component, status, reason, attempts, breaker_open, checked_at)
                         VALUES ($1, $2, $3, $4, $5, $6)
                         ON CONFLICT (component) DO UPDATE SET
                           status = excluded.status, reason = excluded.reason, attempts = excluded.attempts,
                           breaker_open = excluded.breaker_open, checked_at = excluded.checked_at",
                    )
                    .bind(clean(&component.component))
                    .bind(component.status.as_str())
                    .bind(clean(&component.reason))
                    .bind(i64::from(component.attempts))
                    .bind(component.breaker_open)
                    .bind(component.checked_at.as_micros())
                    .execute(&mut *tx)
                    .await?;
                }
                tx.commit().await
            })
            .await
    }

    async fn components(&self) -> Result<Vec<ComponentStatus>, StoreError> {
        self.db
            .named("reading the components' states", || async {
                let rows = sqlx::query("SELECT * FROM components ORDER BY component").fetch_all(self.db.pool()).await?;
                rows.iter().map(component).collect()
            })
            .await
    }
}

fn recovery(row: &PgRow) -> Result<Recovery, sqlx::Error> {
    let id: &str = row.try_get("id")?;
    let record = format!("recoveries/{id}");
    Ok(Recovery {
        id: read(&record, id)?,
        component: row.try_get("component")?,
        container: row.try_get("container")?,
        cause: row.try_get("cause")?,
        evidence: row.try_get("evidence")?,
        action: read(&record, row.try_get("action")?)?,
        attempt: small(row.try_get("attempt")?),
        outcome: read(&record, row.try_get("outcome")?)?,
        detail: row.try_get("detail")?,
        started_at: Timestamp::from_micros(row.try_get("started_at")?),
        ended_at: moment(row.try_get("ended_at")?),
    })
}

fn component(row: &PgRow) -> Result<ComponentStatus, sqlx::Error> {
    let component: &str = row.try_get("component")?;
    Ok(ComponentStatus {
        component: component.to_owned(),
        status: read(&format!("components/{component}"), row.try_get("status")?)?,
        reason: row.try_get("reason")?,
        attempts: small(row.try_get("attempts")?),
        breaker_open: row.try_get("breaker_open")?,
        checked_at: Timestamp::from_micros(row.try_get("checked_at")?),
    })
}
