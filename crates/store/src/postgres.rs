//! The store ports on PostgreSQL 15, for a swarm.
//!
//! **Rows are claimed** with `FOR UPDATE SKIP LOCKED`, in one statement that buries what was taken too often, takes the
//! next and reads it: workers neither wait for one another nor share. Batches travel as arrays (`UNNEST`), so that a
//! hundred documents cost a few statements.
//!
//! **The clock** is the server's, behind `tge_now()`: a worker's own clock may be an hour off without effect.
//!
//! **Locks are taken in one order** (rows sorted by their key, the counter of an order last), statements and locks have
//! timeouts, and what the server breaks off as a deadlock is tried again here, from the beginning of its transaction.

mod agents;
mod connect;
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

use std::sync::Arc;

use tge_ports::{StoreError, Stores};

/// Connects to the database of `url` (`postgres://user@host:port/database`), with `password` instead of the URL's
/// where it is given, brings its schema up to date, and keeps at most `pool_size` connections. The server shows them
/// under `app_name`. Several services may do so at once: one migrates, the others wait.
///
/// # Errors
/// [`StoreError::Unavailable`] when nothing answers there or it is not ready yet: try again. [`StoreError::Refused`]
/// when the URL, the user, the password or the database is wrong: trying again will not help.
/// [`StoreError::NewerSchema`] when a newer program migrated it. No error holds the password.
pub async fn connect(
    url: &str,
    password: Option<String>,
    pool_size: u32,
    app_name: &str,
) -> Result<Stores, StoreError> {
    let db = Arc::new(connect::connect(url, password.as_deref(), pool_size, app_name).await?);
    Ok(Stores {
        observations: Arc::new(observations::PgObservations { db: Arc::clone(&db) }),
        events: Arc::new(events::PgEvents { db: Arc::clone(&db) }),
        deliveries: Arc::new(deliveries::PgDeliveries { db: Arc::clone(&db) }),
        tasks: Arc::new(tasks::PgTasks { db: Arc::clone(&db) }),
        sources: Arc::new(sources::PgSources { db: Arc::clone(&db) }),
        agents: Arc::new(agents::PgAgents { db: Arc::clone(&db) }),
        leases: Arc::new(leases::PgLeases { db: Arc::clone(&db) }),
        memory: Arc::new(memory::PgMemory { db: Arc::clone(&db) }),
        recoveries: Arc::new(recoveries::PgRecoveries { db: Arc::clone(&db) }),
        rulesets: Arc::new(rulesets::PgRulesets { db: Arc::clone(&db) }),
        services: Arc::new(services::PgServices { db: Arc::clone(&db) }),
        sites: Arc::new(sites::PgSites { db: Arc::clone(&db) }),
        keys: Arc::new(keys::PgKeys { db: Arc::clone(&db) }),
        diagnostics: Arc::new(diagnostics::PgDiagnostics { db }),
    })
}
