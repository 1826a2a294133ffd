//! API keys, by their hash.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::Row as _;
use tge_model::{ApiKey, Timestamp};
use tge_ports::StoreError;
use tge_ports::store::ApiKeys;

use super::db::Db;
use crate::row::{count, hash, micros, moment, read};
use crate::text::clean;

pub(super) struct PgKeys {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl ApiKeys for PgKeys {
    async fn put(&self, key: &ApiKey) -> Result<(), StoreError> {
        self.db
            .named("storing an API key", || async {
                sqlx::query(
                    "INSERT INTO api_keys (sha256, scope, label, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (sha256) DO UPDATE SET
                       scope = excluded.scope, label = excluded.label, created_at = excluded.created_at,
                       expires_at = excluded.expires_at",
                )
                .bind(&key.sha256[..])
                .bind(key.scope.as_str())
                .bind(clean(&key.label))
                .bind(key.created_at.as_micros())
                .bind(micros(key.expires_at))
                .execute(self.db.pool())
                .await?;
                Ok(())
            })
            .await
    }

    async fn find(&self, sha256: &[u8; 32]) -> Result<Option<ApiKey>, StoreError> {
        self.db
            .named("looking an API key up", || async {
                let row = sqlx::query("SELECT * FROM api_keys WHERE sha256 = $1")
                    .bind(&sha256[..])
                    .fetch_optional(self.db.pool())
                    .await?;
                let Some(row) = row else { return Ok(None) };
                Ok(Some(ApiKey {
                    sha256: hash("api_keys", row.try_get("sha256")?)?,
                    scope: read("api_keys", row.try_get("scope")?)?,
                    label: row.try_get("label")?,
                    created_at: Timestamp::from_micros(row.try_get("created_at")?),
                    expires_at: moment(row.try_get("expires_at")?),
                }))
            })
            .await
    }

    async fn count(&self) -> Result<u64, StoreError> {
        self.db
            .named("counting API keys", || async {
                sqlx::query_scalar("SELECT COUNT(*) FROM api_keys").fetch_one(self.db.pool()).await.map(count)
            })
            .await
    }
}
