//! First sights of sites.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::Connection as _;
use tge_model::Timestamp;
use tge_ports::StoreError;
use tge_ports::store::Sites;

use super::db::{Db, Durable};
use crate::row::small;
use crate::text::clean;

pub(super) struct SqliteSites {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Sites for SqliteSites {
    async fn note(&self, sites: &[String], at: Timestamp) -> Result<Vec<Timestamp>, StoreError> {
        self.db
            .named("noting sites", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                let mut tx = writer.begin().await?;
                let mut first_seen = Vec::with_capacity(sites.len());
                for site in sites {
                    let known = sqlx::query_scalar(
                        "INSERT INTO sites (site, first_seen_at) VALUES (?1, ?2)
                         ON CONFLICT (site) DO UPDATE SET first_seen_at = MIN(first_seen_at, excluded.first_seen_at)
                         RETURNING first_seen_at",
                    )
                    .bind(clean(site))
                    .bind(at.as_micros())
                    .fetch_one(&mut *tx)
                    .await?;
                    first_seen.push(Timestamp::from_micros(known));
                }
                tx.commit().await?;
                Ok(first_seen)
            })
            .await
    }

    async fn days(&self) -> Result<u32, StoreError> {
        self.db
            .named("counting days of sites", async {
                let days: i64 = sqlx::query_scalar("SELECT COUNT(DISTINCT first_seen_at / 86400000000) FROM sites")
                    .fetch_one(self.db.reader())
                    .await?;
                Ok(small(days))
            })
            .await
    }
}
