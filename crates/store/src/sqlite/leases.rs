//! Leadership by a row.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tge_model::{Lease, Timestamp};
use tge_ports::StoreError;
use tge_ports::store::Leases;

use super::db::{Db, Durable};

pub(super) struct SqliteLeases {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Leases for SqliteLeases {
    async fn hold(&self, name: &str, holder: &str, ttl: Duration) -> Result<Option<Lease>, StoreError> {
        self.db
            .named("holding a lease", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                // After the wait for the writer, not before.
                let now = self.db.now();
                let token: Option<i64> = sqlx::query_scalar(
                    "INSERT INTO leases (name, holder, token, lease_until) VALUES (?1, ?2, 1, ?3)
                     ON CONFLICT (name) DO UPDATE SET
                       token = leases.token + (leases.holder <> excluded.holder), holder = excluded.holder,
                       lease_until = excluded.lease_until
                     WHERE leases.holder = excluded.holder OR leases.lease_until <= ?4
                     RETURNING token",
                )
                .bind(name)
                .bind(holder)
                .bind(Timestamp::from_micros(now).plus(ttl).as_micros())
                .bind(now)
                .fetch_optional(&mut *writer)
                .await?;
                Ok(token.map(|token| Lease { token }))
            })
            .await
    }

    async fn release(&self, name: &str, holder: &str) -> Result<(), StoreError> {
        self.db
            .named("giving a lease back", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                sqlx::query("UPDATE leases SET holder = '', lease_until = 0 WHERE name = ?1 AND holder = ?2")
                    .bind(name)
                    .bind(holder)
                    .execute(&mut *writer)
                    .await?;
                Ok(())
            })
            .await
    }

    async fn holder(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.db
            .named("reading a lease", async {
                sqlx::query_scalar("SELECT holder FROM leases WHERE name = ?1 AND lease_until > ?2 AND holder <> ''")
                    .bind(name)
                    .bind(self.db.now())
                    .fetch_optional(self.db.reader())
                    .await
            })
            .await
    }
}
