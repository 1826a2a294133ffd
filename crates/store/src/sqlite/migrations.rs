//! The schema's steps, embedded in the program.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr as _, SqlitePool};
use tge_ports::StoreError;

/// Every step, oldest first. A step that was released is never edited.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "house", include_str!("../../migrations/sqlite/0001_house.sql")),
    (2, "rulesets", include_str!("../../migrations/sqlite/0002_rulesets.sql")),
    (3, "sites", include_str!("../../migrations/sqlite/0003_sites.sql")),
];

/// The schema this program knows.
pub(super) const KNOWN: i64 = STEPS[STEPS.len() - 1].0;

/// Refuses a schema from the future, then takes the steps that are missing, each in its own transaction.
pub(super) async fn migrate(pool: &SqlitePool, target: &str) -> Result<Result<(), sqlx::Error>, StoreError> {
    let found = match applied(pool).await {
        Ok(found) => found,
        Err(e) => return Ok(Err(e)),
    };
    if found > KNOWN {
        return Err(StoreError::NewerSchema { target: target.to_owned(), found, known: KNOWN });
    }
    let steps = STEPS
        .iter()
        .map(|(version, name, sql)| {
            Migration::new(*version, (*name).into(), MigrationType::Simple, sql.into_sql_str(), false)
        })
        .collect();
    Ok(Migrator::with_migrations(steps).run(pool).await.map_err(|e| match e {
        sqlx::migrate::MigrateError::Execute(e) | sqlx::migrate::MigrateError::ExecuteMigration(e, _) => e,
        other => sqlx::Error::Migrate(Box::new(other)),
    }))
}

/// The newest step taken; 0 for an empty file.
async fn applied(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    let table = sqlx::query("SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations'").fetch_optional(pool).await?;
    if table.is_none() {
        return Ok(0);
    }
    sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations").fetch_one(pool).await
}
