//! The pool, and what the server's errors mean.

use sqlx::PgPool;
use tge_ports::StoreError;

use crate::row::BadRow;

/// How often a transaction that the server broke off is tried.
const TRIES: u32 = 4;

/// One database, through a pool of connections.
pub(super) struct Db {
    pool: PgPool,
    target: String,
}

// === impl Db ===

impl Db {
    pub(super) fn new(pool: PgPool, target: String) -> Self {
        Self { pool, target }
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Does `work` and says, if it fails, what was attempted. `work` is one transaction or one statement: when the
    /// server broke it off to end a deadlock, nothing of it happened, and it is done again from its beginning.
    pub(super) async fn named<T, F>(
        &self,
        attempted: &'static str,
        work: impl Fn() -> F + Send,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, sqlx::Error>> + Send,
    {
        let mut tries = 1;
        loop {
            match work().await {
                Ok(done) => return Ok(done),
                Err(e) if tries < TRIES && was_broken_off(&e) => tries += 1,
                Err(e) => return Err(refusal(attempted, &self.target, e)),
            }
        }
    }
}

/// The server ended a deadlock or a conflict of transactions at this one's cost.
fn was_broken_off(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|e| e.code()).is_some_and(|code| matches!(code.as_ref(), "40P01" | "40001"))
}

/// What the driver's error means to the caller.
pub(super) fn refusal(attempted: &'static str, target: &str, error: sqlx::Error) -> StoreError {
    let target = target.to_owned();
    match error {
        sqlx::Error::Decode(source) => match source.downcast::<BadRow>() {
            Ok(row) => StoreError::Corrupt { attempted, record: row.record.clone(), source: row },
            Err(source) => StoreError::Corrupt { attempted, record: target, source },
        },
        sqlx::Error::ColumnDecode { index, source } => {
            StoreError::Corrupt { attempted, record: format!("column {index}"), source }
        }
        sqlx::Error::Database(e) => {
            let code = e.code().map(|code| code.into_owned()).unwrap_or_default();
            match code.as_str() {
                "53100" => StoreError::Full { attempted, target, source: e },
                // Broken off, out of time or of connections, restarting, or a standby that is not the master yet.
                "40001" | "40P01" | "55P03" | "57014" | "25006" | "25P03" | "53200" | "53300" => {
                    StoreError::Unavailable { attempted, target, source: e }
                }
                code if code.starts_with("08") || code.starts_with("57P") || code.starts_with("58") => {
                    StoreError::Unavailable { attempted, target, source: e }
                }
                _ => StoreError::Refused { attempted, target, source: e },
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => StoreError::Unavailable { attempted, target, source: Box::new(error) },
        other => StoreError::Refused { attempted, target, source: Box::new(other) },
    }
}

/// A span of time as the server's clock counts it.
pub(super) fn micros_of(span: std::time::Duration) -> i64 {
    // A thousand years at most, so that the sum with the clock stays in range.
    const LONGEST: i64 = 31_557_600_000_000_000;
    i64::try_from(span.as_micros()).unwrap_or(LONGEST).min(LONGEST)
}
