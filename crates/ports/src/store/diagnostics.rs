//! What a database says of itself: where its time goes, how full it is, which index it misses.

use std::time::Duration;

use async_trait::async_trait;

use crate::StoreError;

/// One statement, all its calls together since the database began to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementFigures {
    /// The database's own name of it, stable over restarts.
    pub id: String,
    /// Its text with values taken out, cut at 200 letters.
    pub text: String,
    /// How often it was carried out.
    pub calls: u64,
    /// How long all calls took together.
    pub total: Duration,
    /// Rows answered or changed.
    pub rows: u64,
}

/// One table, since the database began to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFigures {
    /// Its name.
    pub name: String,
    /// Rows in it, as the database estimates.
    pub rows: u64,
    /// Rows read by going through the whole table.
    pub rows_scanned: u64,
    /// Times the whole table was gone through.
    pub scans: u64,
    /// Times an index was used instead.
    pub index_scans: u64,
}

/// What a database says of itself at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// The statements that took most time together, most first.
    pub statements: Vec<StatementFigures>,
    /// Every table of ours.
    pub tables: Vec<TableFigures>,
    /// Connections in use, and how many there may be; `None` where nobody connects.
    pub connections: Option<(u32, u32)>,
    /// Bytes on disk.
    pub size_bytes: u64,
    /// Bytes of the log that are not taken over yet; `None` where the database tells no such thing.
    pub log_bytes: Option<u64>,
    /// What could not be told and why, with what to do.
    pub gaps: Vec<String>,
}

/// What a database says of itself.
#[async_trait]
pub trait Diagnostics: Send + Sync + 'static {
    /// Looks once. What the database does not tell is named in [`Diagnosis::gaps`].
    ///
    /// # Errors
    /// [`StoreError`] when it does not answer at all.
    async fn diagnose(&self) -> Result<Diagnosis, StoreError>;
}
