//! The file, its connections, its lock, and what its errors mean.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Sqlite, SqlitePool};
use tge_ports::{Clock, StoreError};

use super::migrations;
use crate::row::BadRow;

/// How safe a commit must be before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durable {
    /// Against the death of the process.
    Process,
    /// Against a power cut, too: it is on the disk, and all before it.
    Disk,
}

/// One open database.
pub(super) struct Db {
    write: SqlitePool,
    read: SqlitePool,
    clock: Arc<dyn Clock>,
    target: String,
    /// Holds the lock; the system gives it back when the file is closed, however the process ends.
    _lock: File,
}

// === impl Db ===

impl Db {
    pub(super) async fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let target = path.display().to_string();
        let lock = lock(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            // A long write leaves a long log; it is cut back to this once it has been taken over.
            .pragma("journal_size_limit", "67108864")
            .pragma("cache_size", "-8192");
        let opened = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            // The writer lives as long as the process: opening it anew would only drop its prepared statements.
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await;
        let write = opened.map_err(|e| opening_refused(&target, e))?;
        migrations::migrate(&write, &target).await?.map_err(|e| opening_refused(&target, e))?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(30))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_lazy_with(options.read_only(true));
        Ok(Self { write, read, clock, target, _lock: lock })
    }

    /// The store's clock, in microseconds.
    pub(super) fn now(&self) -> i64 {
        self.clock.now().as_micros()
    }

    /// Bytes of the write-ahead log beside the file; `None` when there is none.
    pub(super) fn log_bytes(&self) -> Option<u64> {
        std::fs::metadata(format!("{}-wal", self.target)).ok().map(|log| log.len())
    }

    /// Connections that only read.
    pub(super) fn reader(&self) -> &SqlitePool {
        &self.read
    }

    /// The writing connection; waits for its turn.
    ///
    /// When the disk is full SQLite ends a transaction by itself; the driver then goes on counting it as open, and
    /// every later `BEGIN` would become a savepoint that nobody ends. Such a connection is closed for a new one.
    pub(super) async fn writer(&self, durable: Durable) -> Result<PoolConnection<Sqlite>, sqlx::Error> {
        let level = match durable {
            Durable::Process => "PRAGMA synchronous = NORMAL",
            Durable::Disk => "PRAGMA synchronous = FULL",
        };
        let mut connection = self.write.acquire().await?;
        // The answer also says that a rollback still on its way has been carried out.
        let set = sqlx::query(level).execute(&mut *connection).await;
        if set.is_ok() && !connection.is_in_transaction() {
            return Ok(connection);
        }
        connection.close().await?;
        let mut connection = self.write.acquire().await?;
        sqlx::query(level).execute(&mut *connection).await?;
        Ok(connection)
    }

    /// Does `work` and says, if it fails, what was attempted.
    pub(super) async fn named<T>(
        &self,
        attempted: &'static str,
        work: impl Future<Output = Result<T, sqlx::Error>> + Send,
    ) -> Result<T, StoreError> {
        work.await.map_err(|e| refusal(attempted, &self.target, e))
    }
}

/// Takes the lock beside the file. The file itself cannot serve: closing any handle of it would drop SQLite's locks.
fn lock(path: &Path) -> Result<File, StoreError> {
    let target = path.display().to_string();
    let cannot_open = |source| StoreError::Open { target: target.clone(), source: Box::new(source) };
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory).map_err(cannot_open)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(PathBuf::from(beside))
        .map_err(cannot_open)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { target }),
        Err(TryLockError::Error(e)) => Err(cannot_open(e)),
    }
}

/// What a failure at opening means: anything that is not plainly full or damaged is a place that cannot be used.
fn opening_refused(target: &str, error: sqlx::Error) -> StoreError {
    match refusal("opening", target, error) {
        StoreError::Unavailable { source, .. } | StoreError::Refused { source, .. } => {
            StoreError::Open { target: target.to_owned(), source }
        }
        other => other,
    }
}

/// What the driver's error means to the caller.
fn refusal(attempted: &'static str, target: &str, error: sqlx::Error) -> StoreError {
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
            let code = e.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or(0);
            // The low byte is SQLite's primary result code.
            match code & 0xff {
                13 => StoreError::Full { attempted, target, source: e },
                // The shared memory of the log cannot grow: the disk is full, said in another way.
                10 if code == 4874 => StoreError::Full { attempted, target, source: e },
                8 | 14 | 23 => StoreError::Open { target, source: e },
                11 | 26 => StoreError::Corrupt { attempted, record: target, source: e },
                5 | 6 | 10 | 15 => StoreError::Unavailable { attempted, target, source: e },
                _ => StoreError::Refused { attempted, target, source: e },
            }
        }
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            StoreError::Unavailable { attempted, target, source: Box::new(error) }
        }
        other => StoreError::Refused { attempted, target, source: Box::new(other) },
    }
}
