//! What both databases say of themselves.

use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use tempfile::TempDir;
use tge_ports::store::Diagnosis;
use tge_store::{postgres, sqlite};
use tge_testing::PrivatePostgres;

use super::clock::{StillClock, block_on};

pub(crate) fn trials() -> Vec<Trial> {
    let missing = PrivatePostgres::installed().is_none();
    vec![
        Trial::test("sqlite::diagnoses_itself", sqlite_diagnoses_itself),
        Trial::test("diagnostics::postgres_counts_statements", postgres_counts_statements).with_ignored_flag(missing),
    ]
}

fn sqlite_diagnoses_itself() -> Result<(), Failed> {
    let directory = TempDir::new()?;
    let clock = StillClock::new();
    let told = block_on(async {
        let stores = sqlite::open(&directory.path().join("tge.db"), Arc::new(clock.clone())).await?;
        stores.diagnostics.diagnose().await
    })?;
    assert!(told.size_bytes > 4_096 && told.log_bytes.is_some(), "{told:?}");
    assert_eq!((told.statements.len(), told.connections, told.gaps.len()), (0, None, 0));
    Ok(())
}

fn postgres_counts_statements() -> Result<(), Failed> {
    let server = PrivatePostgres::start(&[("shared_preload_libraries", "pg_stat_statements")])?;
    let look = |database: &'static str| -> Result<Diagnosis, Failed> {
        let url = server.url(database);
        let password = Some(PrivatePostgres::PASSWORD.to_owned());
        Ok(block_on(async { postgres::connect(&url, password, 2, "trial").await?.diagnostics.diagnose().await })?)
    };
    server.psql("postgres", "CREATE DATABASE counted")?;
    let told = look("counted")?;
    assert!(told.statements.is_empty() && told.gaps[0].contains("CREATE EXTENSION"), "{told:?}");
    server.psql("counted", "CREATE EXTENSION pg_stat_statements; SELECT count(*) FROM memory WHERE kind = 'x'")?;
    let told = look("counted")?;
    let counted = told.statements.iter().find(|s| s.text.contains("FROM memory WHERE kind = $1"));
    assert!(counted.is_some_and(|s| s.calls == 1 && s.id.len() == 16), "{:?}", told.statements);
    assert!(told.gaps.is_empty() && told.size_bytes > 0, "{told:?}");
    assert!(told.tables.iter().any(|t| t.name == "memory"), "{:?}", told.tables);
    assert!(told.connections.is_some_and(|(used, limit)| used >= 1 && limit >= used), "{told:?}");
    Ok(())
}
