//! What the server says of itself: `pg_stat_statements`, its tables, its connections.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use tge_ports::StoreError;
use tge_ports::store::{Diagnosis, Diagnostics, StatementFigures, TableFigures};

use super::db::Db;
use crate::row::count;

pub(super) struct PgDiagnostics {
    pub(super) db: Arc<Db>,
}

const STATEMENTS: &str = "SELECT queryid, left(regexp_replace(query, '\\s+', ' ', 'g'), 200) AS text, calls,
            (total_exec_time * 1000)::bigint AS total_micros, rows
     FROM pg_stat_statements
     WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND queryid IS NOT NULL
     ORDER BY total_exec_time DESC LIMIT 100";
const TABLES: &str =
    "SELECT relname::text AS name, n_live_tup, seq_scan, seq_tup_read, coalesce(idx_scan, 0) AS idx_scan
     FROM pg_stat_user_tables ORDER BY relname";
const CONNECTIONS: &str = "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
            current_setting('max_connections')::bigint";

#[async_trait]
impl Diagnostics for PgDiagnostics {
    async fn diagnose(&self) -> Result<Diagnosis, StoreError> {
        self.db.named("diagnosing", || self.look()).await
    }
}

impl PgDiagnostics {
    async fn look(&self) -> Result<Diagnosis, sqlx::Error> {
        let pool = self.db.pool();
        let (used, limit): (i64, i64) = sqlx::query_as(CONNECTIONS).fetch_one(pool).await?;
        let size: i64 = sqlx::query_scalar("SELECT pg_database_size(current_database())").fetch_one(pool).await?;
        let tables = sqlx::query(TABLES).fetch_all(pool).await?;
        let (mut statements, mut gaps) = (Vec::new(), Vec::new());
        match sqlx::query(STATEMENTS).fetch_all(pool).await {
            Ok(rows) => statements = rows.iter().map(statement).collect::<Result<_, _>>()?,
            // Absent (42P01), present and not loaded (55000), or hidden from this role (42501): the rest is still told.
            Err(sqlx::Error::Database(e)) if matches!(e.code().as_deref(), Some("42P01" | "55000" | "42501")) => {
                gaps.push(format!(
                    "statements are not counted: {}; load pg_stat_statements (shared_preload_libraries) and CREATE EXTENSION it",
                    e.message()
                ));
            }
            Err(e) => return Err(e),
        }
        Ok(Diagnosis {
            statements,
            tables: tables.iter().map(table).collect::<Result<_, _>>()?,
            connections: Some((small(used), small(limit))),
            size_bytes: count(size),
            log_bytes: None,
            gaps,
        })
    }
}

fn statement(row: &PgRow) -> Result<StatementFigures, sqlx::Error> {
    Ok(StatementFigures {
        // Printed as the bits it is made of: the server's own number may be negative.
        id: format!("{:016x}", row.try_get::<i64, _>("queryid")?),
        text: row.try_get("text")?,
        calls: count(row.try_get("calls")?),
        total: Duration::from_micros(count(row.try_get("total_micros")?)),
        rows: count(row.try_get("rows")?),
    })
}

fn table(row: &PgRow) -> Result<TableFigures, sqlx::Error> {
    Ok(TableFigures {
        name: row.try_get("name")?,
        rows: count(row.try_get("n_live_tup")?),
        rows_scanned: count(row.try_get("seq_tup_read")?),
        scans: count(row.try_get("seq_scan")?),
        index_scans: count(row.try_get("idx_scan")?),
    })
}

fn small(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}
