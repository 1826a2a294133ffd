//! First sights of sites.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use tge_model::Timestamp;
use tge_ports::StoreError;
use tge_ports::store::Sites;

use super::db::Db;
use crate::row::small;
use crate::text::clean_all;

pub(super) struct PgSites {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Sites for PgSites {
    async fn note(&self, sites: &[String], at: Timestamp) -> Result<Vec<Timestamp>, StoreError> {
        let asked = clean_all(sites);
        self.db
            .named("noting sites", || async {
                // Each once and in their order, so that two who note the same sites never wait for each other in a circle.
                let known: Vec<(String, i64)> = sqlx::query_as(
                    "INSERT INTO sites (site, first_seen_at)
                     SELECT DISTINCT site COLLATE \"C\", $2 FROM UNNEST($1::TEXT[]) AS seen (site) ORDER BY 1
                     ON CONFLICT (site) DO UPDATE SET first_seen_at = LEAST(sites.first_seen_at, excluded.first_seen_at)
                     RETURNING site, first_seen_at",
                )
                .bind(&asked)
                .bind(at.as_micros())
                .fetch_all(self.db.pool())
                .await?;
                let first: BTreeMap<String, i64> = known.into_iter().collect();
                Ok(asked.iter().map(|site| Timestamp::from_micros(first[site])).collect())
            })
            .await
    }

    async fn days(&self) -> Result<u32, StoreError> {
        self.db
            .named("counting days of sites", || async {
                let days: i64 = sqlx::query_scalar("SELECT COUNT(DISTINCT first_seen_at / 86400000000) FROM sites")
                    .fetch_one(self.db.pool())
                    .await?;
                Ok(small(days))
            })
            .await
    }
}
