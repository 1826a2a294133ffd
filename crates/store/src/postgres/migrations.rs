//! The schema's steps, embedded in the program.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{PgConnection, SqlSafeStr as _};
use tge_ports::StoreError;

use super::db::refusal;

/// Every step, oldest first. A step that was released is never edited.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "house", include_str!("../../migrations/postgres/0001_house.sql")),
    (2, "rulesets", include_str!("../../migrations/postgres/0002_rulesets.sql")),
    (3, "sites", include_str!("../../migrations/postgres/0003_sites.sql")),
];

/// The schema this program knows.
const KNOWN: i64 = STEPS[STEPS.len() - 1].0;

/// Refuses a schema from the future, then takes the steps that are missing, under the migrator's advisory lock:
/// services that start together take them once.
pub(super) async fn migrate(connection: &mut PgConnection, target: &str) -> Result<(), StoreError> {
    let found = applied(connection).await.map_err(|e| refusal("reading the schema", target, e))?;
    if found > KNOWN {
        return Err(StoreError::NewerSchema { target: target.to_owned(), found, known: KNOWN });
    }
    if found == KNOWN {
        return Ok(());
    }
    let steps = STEPS
        .iter()
        .map(|(version, name, sql)| {
            Migration::new(*version, (*name).into(), MigrationType::Simple, sql.into_sql_str(), false)
        })
        .collect();
    let migrator = Migrator::with_migrations(steps);
    // Not `run`: the compiler cannot prove that its future is `Send`.
    migrator.run_direct(None, connection, false).await.map_err(|e| match e {
        sqlx::migrate::MigrateError::Execute(e) | sqlx::migrate::MigrateError::ExecuteMigration(e, _) => {
            refusal("migrating the schema", target, e)
        }
        other => refusal("migrating the schema", target, sqlx::Error::Migrate(Box::new(other))),
    })
}

/// The newest step taken; 0 for an empty database.
async fn applied(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let there: bool =
        sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(&mut *connection).await?;
    if !there {
        return Ok(0);
    }
    sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success")
        .fetch_one(connection)
        .await
}
