//! SQLite: the contract, and what stands in its way.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use tempfile::TempDir;
use tge_ports::contract::store::{self as contract, document};
use tge_ports::{StoreError, Stores};
use tge_store::sqlite;

use super::clock::{StillClock, block_on};

/// A trial that SQLite alone has.
type Own = fn() -> Result<(), Failed>;

pub(crate) fn trials() -> Vec<Trial> {
    let contract = contract::trials().into_iter().map(|(name, trial)| {
        Trial::test(format!("sqlite::{name}"), move || {
            let directory = TempDir::new()?;
            let clock = StillClock::new();
            block_on(async {
                let stores = open(directory.path(), &clock).await?;
                trial(&stores, &clock).await;
                Ok(())
            })
        })
    });
    let own: [(&str, Own); 4] = [
        ("sqlite::serves_one_process", serves_one_process),
        ("sqlite::survives_being_reopened", survives_being_reopened),
        ("sqlite::refuses_a_newer_schema", refuses_a_newer_schema),
        ("sqlite::refuses_what_is_no_database", refuses_what_is_no_database),
    ];
    contract.chain(own.map(|(name, trial)| Trial::test(name, trial))).collect()
}

pub(super) async fn open(directory: &Path, clock: &StillClock) -> Result<Stores, StoreError> {
    sqlite::open(&directory.join("tge.db"), Arc::new(clock.clone())).await
}

fn serves_one_process() -> Result<(), Failed> {
    let directory = TempDir::new()?;
    block_on(async {
        let clock = StillClock::new();
        // A directory that is not there yet is made.
        let place = directory.path().join("deep/er");
        let first = open(&place, &clock).await?;
        let second = open(&place, &clock).await;
        let Err(refused @ StoreError::InUse { .. }) = second else { return Err("a second one got in".into()) };
        assert!(refused.to_string().contains("tge.db"), "{refused}");
        assert!(refused.to_string().contains("--data"), "it says what to do: {refused}");
        drop(first);
        open(&place, &clock).await?;
        Ok(())
    })
}

fn survives_being_reopened() -> Result<(), Failed> {
    let directory = TempDir::new()?;
    block_on(async {
        let clock = StillClock::new();
        let stores = open(directory.path(), &clock).await?;
        stores.observations.ingest(&[document(1)], None).await?;
        drop(stores);
        let stores = open(directory.path(), &clock).await?;
        let stored = stores.observations.get(document(1).id).await?;
        assert_eq!(stored.map(|one| one.observation), Some(document(1)));
        Ok(())
    })
}

fn refuses_a_newer_schema() -> Result<(), Failed> {
    let directory = TempDir::new()?;
    block_on(async {
        let clock = StillClock::new();
        drop(open(directory.path(), &clock).await?);
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.path().join("tge.db"));
        let pool = sqlx::SqlitePool::connect_with(options).await?;
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'from the future', 1, x'00', 0)",
        )
        .execute(&pool)
        .await?;
        pool.close().await;
        let refused = open(directory.path(), &clock).await.err().ok_or("a newer schema was opened")?;
        assert!(matches!(refused, StoreError::NewerSchema { found: 9999, .. }), "{refused}");
        Ok(())
    })
}

fn refuses_what_is_no_database() -> Result<(), Failed> {
    let directory = TempDir::new()?;
    fs::write(directory.path().join("tge.db"), "this is a letter to my aunt, and no database at all".repeat(100))?;
    block_on(async {
        let refused = open(directory.path(), &StillClock::new()).await.err().ok_or("a letter was opened")?;
        assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused}");
        assert!(refused.to_string().contains("tge.db"), "{refused}");
        Ok(())
    })
}
