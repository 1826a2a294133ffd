//! The store ports on one SQLite file, for one process.
//!
//! **One writer.** All writes go through one connection, so they stand in one order and none ever waits for a lock of
//! another; readers have connections of their own and, with the write-ahead log, never wait for the writer.
//!
//! **What "stored" means.** Every commit survives the death of this process at any instant. Commits that answer
//! somebody outside (documents taken in, memory acknowledged, keys, webhooks, what is about to be delivered) also
//! reach the disk before they are answered (`synchronous = FULL`), so they survive a power cut, and since there is one
//! log, so does all that was written before them. The steps in between (claims, verdicts, decisions) do not wait for
//! the disk: after a power cut they are done again from documents that are safe. Waiting at each step costs a disk
//! flush (4 ms here) three times between a pushed document and its event, for nothing that could not be redone.
//!
//! **The clock** is the process's own, handed in: with one process there is no second one to disagree with.

mod agents;
mod db;
mod deliveries;
mod diagnostics;
mod events;
mod keys;
mod leases;
mod memory;
mod migrations;
mod observations;
mod recoveries;
mod rulesets;
mod services;
mod sites;
mod sources;
mod tasks;

use std::path::Path;
use std::sync::Arc;

use tge_ports::{Clock, StoreError, Stores};

/// Opens the database file, making it and its directory where they are absent, and brings its schema up to date. The
/// file serves one process at a time: a lock is held beside it until the last port is dropped.
///
/// # Errors
/// [`StoreError::InUse`] when another process has it, [`StoreError::Open`] when the place cannot be written,
/// [`StoreError::NewerSchema`] when a newer program wrote it, [`StoreError::Corrupt`] when it is no database,
/// [`StoreError::Full`] when there is no room.
pub async fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Stores, StoreError> {
    let db = Arc::new(db::Db::open(path, clock).await?);
    Ok(Stores {
        observations: Arc::new(observations::SqliteObservations { db: Arc::clone(&db) }),
        events: Arc::new(events::SqliteEvents { db: Arc::clone(&db) }),
        deliveries: Arc::new(deliveries::SqliteDeliveries { db: Arc::clone(&db) }),
        tasks: Arc::new(tasks::SqliteTasks { db: Arc::clone(&db) }),
        sources: Arc::new(sources::SqliteSources { db: Arc::clone(&db) }),
        agents: Arc::new(agents::SqliteAgents { db: Arc::clone(&db) }),
        leases: Arc::new(leases::SqliteLeases { db: Arc::clone(&db) }),
        memory: Arc::new(memory::SqliteMemory { db: Arc::clone(&db) }),
        recoveries: Arc::new(recoveries::SqliteRecoveries { db: Arc::clone(&db) }),
        rulesets: Arc::new(rulesets::SqliteRulesets { db: Arc::clone(&db) }),
        services: Arc::new(services::SqliteServices { db: Arc::clone(&db) }),
        sites: Arc::new(sites::SqliteSites { db: Arc::clone(&db) }),
        keys: Arc::new(keys::SqliteKeys { db: Arc::clone(&db) }),
        diagnostics: Arc::new(diagnostics::SqliteDiagnostics { db }),
    })
}
