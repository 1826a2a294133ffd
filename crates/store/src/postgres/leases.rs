//! Leadership by a row.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tge_model::Lease;
use tge_ports::StoreError;
use tge_ports::store::Leases;

use super::db::{Db, micros_of};

pub(super) struct PgLeases {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Leases for PgLeases {
    async fn hold(&self, name: &str, holder: &str, ttl: Duration) -> Result<Option<Lease>, StoreError> {
        self.db
            .named("holding a lease", || async {
                // The clock is read in the update itself: after the wait for the row, not before.
                let token: Option<i64> = sqlx::query_scalar(
                    "INSERT INTO leases (name, holder, token, lease_until) VALUES ($1, $2, 1, tge_now() + $3)
                     ON CONFLICT (name) DO UPDATE SET
                       token = leases.token + (leases.holder <> excluded.holder)::INT, holder = excluded.holder,
                       lease_until = tge_now() + $3
                     WHERE leases.holder = excluded.holder OR leases.lease_until <= tge_now()
                     RETURNING token",
                )
                .bind(name)
                .bind(holder)
                .bind(micros_of(ttl))
                .fetch_optional(self.db.pool())
                .await?;
                Ok(token.map(|token| Lease { token }))
            })
            .await
    }

    async fn release(&self, name: &str, holder: &str) -> Result<(), StoreError> {
        self.db
            .named("giving a lease back", || async {
                sqlx::query("UPDATE leases SET holder = '', lease_until = 0 WHERE name = $1 AND holder = $2")
                    .bind(name)
                    .bind(holder)
                    .execute(self.db.pool())
                    .await?;
                Ok(())
            })
            .await
    }

    async fn holder(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.db
            .named("reading a lease", || async {
                sqlx::query_scalar(
                    "SELECT holder FROM leases WHERE name = $1 AND lease_until > tge_now() AND holder <> ''",
                )
                .bind(name)
                .fetch_optional(self.db.pool())
                .await
            })
            .await
    }
}
