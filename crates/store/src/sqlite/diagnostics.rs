//! What the file says of itself. SQLite counts neither statements nor scans, and nobody connects to it.

use std::sync::Arc;

use async_trait::async_trait;
use tge_ports::StoreError;
use tge_ports::store::{Diagnosis, Diagnostics};

use super::db::Db;
use crate::row::count;

pub(super) struct SqliteDiagnostics {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Diagnostics for SqliteDiagnostics {
    async fn diagnose(&self) -> Result<Diagnosis, StoreError> {
        self.db
            .named("diagnosing", async {
                let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(self.db.reader()).await?;
                let page_bytes: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(self.db.reader()).await?;
                Ok(Diagnosis {
                    size_bytes: count(pages).saturating_mul(count(page_bytes)),
                    log_bytes: self.db.log_bytes(),
                    ..Diagnosis::default()
                })
            })
            .await
    }
}
