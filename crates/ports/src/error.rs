//! What can go wrong in a store, told apart by what the caller should do.

use thiserror::Error;

/// A store's refusal.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database does not answer, or broke off; trying again later may help.
    #[error("{attempted}: the database at {target} is unavailable")]
    Unavailable {
        /// What was attempted.
        attempted: &'static str,
        /// Which database, without its password.
        target: String,
        /// The driver's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database answered and refused; trying the same again will not help.
    #[error("{attempted}: the database at {target} refused")]
    Refused {
        /// What was attempted.
        attempted: &'static str,
        /// Which database, without its password.
        target: String,
        /// The driver's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// There is no room left on the disk below the database.
    #[error("{attempted}: no space left for the database at {target}; free some and it goes on")]
    Full {
        /// What was attempted.
        attempted: &'static str,
        /// Which database.
        target: String,
        /// The driver's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database was written by a newer program.
    #[error("the database at {target} has schema {found}, newer than this program's {known}; start the newer program")]
    NewerSchema {
        /// Which database.
        target: String,
        /// The schema found.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// Another process holds the database (a data directory serves one process).
    #[error("the database at {target} is in use by another process; stop it, or choose another --data directory")]
    InUse {
        /// Which database.
        target: String,
    },
    /// The database cannot be opened for writing.
    #[error("cannot open the database at {target}; check that the directory exists and is writable")]
    Open {
        /// Which database.
        target: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A page token that is not one of this list's.
    #[error("page token {given:?} is not one of this list's; start again without it")]
    Cursor {
        /// The token that was given.
        given: String,
    },
    /// A stored record cannot be read back.
    #[error("{attempted}: record {record} cannot be read")]
    Corrupt {
        /// What was attempted.
        attempted: &'static str,
        /// Which record.
        record: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StoreError {
    /// Trying the same again later may help.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Full { .. })
    }
}
