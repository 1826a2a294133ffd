//! Poll states.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};
use tge_model::{SourceHealth, Timestamp};
use tge_ports::StoreError;
use tge_ports::store::SourceStates;

use super::db::Db;
use crate::row::{count, micros, moment, read, signed, small, source_name};
use crate::text::clean_opt;

pub(super) struct PgSources {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl SourceStates for PgSources {
    async fn all(&self) -> Result<Vec<SourceHealth>, StoreError> {
        self.db
            .named("reading the sources' states", || async {
                let rows = sqlx::query("SELECT * FROM source_health ORDER BY name").fetch_all(self.db.pool()).await?;
                rows.iter().map(health).collect()
            })
            .await
    }

    async fn get(&self, name: &str) -> Result<Option<SourceHealth>, StoreError> {
        self.db
            .named("reading a source's state", || async {
                sqlx::query("SELECT * FROM source_health WHERE name = $1")
                    .bind(name)
                    .fetch_optional(self.db.pool())
                    .await?
                    .map(|row| health(&row))
                    .transpose()
            })
            .await
    }

    async fn put(&self, state: &SourceHealth) -> Result<(), StoreError> {
        self.db
            .named("storing a source's state", || async { put(&mut *self.db.pool().acquire().await?, state).await })
            .await
    }
}

/// Stores a state on a connection that may stand in a transaction.
pub(super) async fn put(connection: &mut PgConnection, state: &SourceHealth) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO source_health (name, state, error, last_poll_at, last_success_at, next_poll_at, etag,
                                    last_modified, failures, polls, not_modified, observations)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (name) DO UPDATE SET
           state = excluded.state, error = excluded.error, last_poll_at = excluded.last_poll_at,
           last_success_at = excluded.last_success_at, next_poll_at = excluded.next_poll_at, etag = excluded.etag,
           last_modified = excluded.last_modified, failures = excluded.failures, polls = excluded.polls,
           not_modified = excluded.not_modified, observations = excluded.observations",
    )
    .bind(state.name.as_str())
    .bind(state.state.as_str())
    .bind(clean_opt(state.error.as_deref()))
    .bind(micros(state.last_poll_at))
    .bind(micros(state.last_success_at))
    .bind(state.next_poll_at.as_micros())
    .bind(clean_opt(state.etag.as_deref()))
    .bind(clean_opt(state.last_modified.as_deref()))
    .bind(i64::from(state.failures))
    .bind(signed(state.polls))
    .bind(signed(state.not_modified))
    .bind(signed(state.observations))
    .execute(connection)
    .await?;
    Ok(())
}

fn health(row: &PgRow) -> Result<SourceHealth, sqlx::Error> {
    let name: &str = row.try_get("name")?;
    let record = format!("sources/{name}");
    Ok(SourceHealth {
        name: source_name(&record, name)?,
        state: read(&record, row.try_get("state")?)?,
        error: row.try_get("error")?,
        last_poll_at: moment(row.try_get("last_poll_at")?),
        last_success_at: moment(row.try_get("last_success_at")?),
        next_poll_at: Timestamp::from_micros(row.try_get("next_poll_at")?),
        etag: row.try_get("etag")?,
        last_modified: row.try_get("last_modified")?,
        failures: small(row.try_get("failures")?),
        polls: count(row.try_get("polls")?),
        not_modified: count(row.try_get("not_modified")?),
        observations: count(row.try_get("observations")?),
    })
}
