//! First sights of sites.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use tge_model::Timestamp;
use tge_ports::StoreError;
use tge_ports::store::{Noted, Sites};

use super::db::Db;
use crate::row::{earliest, small};
use crate::text::clean;

pub(super) struct PgSites {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Sites for PgSites {
    async fn note(&self, seen: &[(String, Timestamp)]) -> Result<Noted, StoreError> {
        // In their order, so that two who note the same sites never wait for each other in a circle.
        let (sites, moments): (Vec<String>, Vec<i64>) =
            earliest(seen).into_iter().map(|(site, at)| (site, at.as_micros())).unzip();
        self.db
            .named("noting sites", || async {
                let known: Vec<(String, i64)> = sqlx::query_as(
                    "INSERT INTO sites (site, first_seen_at)
                     SELECT site, at FROM UNNEST($1::TEXT[], $2::BIGINT[]) AS seen (site, at) ORDER BY site COLLATE \"C\"
                     ON CONFLICT (site) DO UPDATE SET first_seen_at = LEAST(sites.first_seen_at, excluded.first_seen_at)
                     RETURNING site, first_seen_at",
                )
                .bind(&sites)
                .bind(&moments)
                .fetch_all(self.db.pool())
                .await?;
                let first: BTreeMap<String, i64> = known.into_iter().collect();
                let days: i64 = sqlx::query_scalar("SELECT COUNT(DISTINCT first_seen_at / 86400000000) FROM sites")
                    .fetch_one(self.db.pool())
                    .await?;
                let at = |(site, _): &(String, Timestamp)| Timestamp::from_micros(first[clean(site).as_ref()]);
                Ok(Noted { first_seen: seen.iter().map(at).collect(), days: small(days) })
            })
            .await
    }
}
