//! First sights of sites.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use sqlx::Connection as _;
use tge_model::Timestamp;
use tge_ports::StoreError;
use tge_ports::store::{Noted, Sites};

use super::db::{Db, Durable};
use crate::row::{earliest, small};
use crate::text::clean;

pub(super) struct SqliteSites {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Sites for SqliteSites {
    async fn note(&self, seen: &[(String, Timestamp)]) -> Result<Noted, StoreError> {
        self.db
            .named("noting sites", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                let mut tx = writer.begin().await?;
                let mut first: BTreeMap<String, Timestamp> = BTreeMap::new();
                for (site, at) in earliest(seen) {
                    let known = sqlx::query_scalar(
                        "INSERT INTO sites (site, first_seen_at) VALUES (?1, ?2)
                         ON CONFLICT (site) DO UPDATE SET first_seen_at = MIN(first_seen_at, excluded.first_seen_at)
                         RETURNING first_seen_at",
                    )
                    .bind(&site)
                    .bind(at.as_micros())
                    .fetch_one(&mut *tx)
                    .await?;
                    first.insert(site, Timestamp::from_micros(known));
                }
                let days: i64 = sqlx::query_scalar("SELECT COUNT(DISTINCT first_seen_at / 86400000000) FROM sites")
                    .fetch_one(&mut *tx)
                    .await?;
                tx.commit().await?;
                let first_seen = seen.iter().map(|(site, _)| first[clean(site).as_ref()]).collect();
                Ok(Noted { first_seen, days: small(days) })
            })
            .await
    }
}
