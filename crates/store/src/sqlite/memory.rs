//! SAFLA's items.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, QueryBuilder, Row as _, SqliteConnection};
use tge_model::{MemoryItem, MemoryTier, Timestamp};
use tge_ports::StoreError;
use tge_ports::store::{MemoryFilter, MemoryStore, MemoryWrite, PutOutcome};

use super::db::{Db, Durable};
use crate::json;
use crate::row::{count, read, share, signed};
use crate::text::clean;

pub(super) struct SqliteMemory {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl MemoryStore for SqliteMemory {
    async fn put(&self, writes: &[MemoryWrite]) -> Result<Vec<PutOutcome>, StoreError> {
        self.db
            .named("storing memory", async {
                let mut writer = self.db.writer(Durable::Disk).await?;
                let now = self.db.now();
                let mut tx = writer.begin().await?;
                let mut outcomes = Vec::with_capacity(writes.len());
                for write in writes {
                    outcomes.push(put(&mut tx, write, now).await?);
                }
                tx.commit().await?;
                Ok(outcomes)
            })
            .await
    }

    async fn get(&self, tier: MemoryTier, key: &str) -> Result<Option<MemoryItem>, StoreError> {
        self.db
            .named("reading memory", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                sqlx::query(
                    "UPDATE memory SET uses = uses + 1, accessed_at = ?1
                     WHERE tier = ?2 AND key = ?3 AND forgotten = 0 RETURNING *",
                )
                .bind(self.db.now())
                .bind(tier.as_str())
                .bind(clean(key))
                .fetch_optional(&mut *writer)
                .await?
                .map(|row| item(&row))
                .transpose()
            })
            .await
    }

    async fn list(&self, filter: &MemoryFilter, max: u32) -> Result<Vec<MemoryItem>, StoreError> {
        self.db
            .named("listing memory", async {
                let mut query = QueryBuilder::new("SELECT * FROM memory WHERE forgotten = 0");
                if let Some(tier) = filter.tier {
                    query.push(" AND tier = ").push_bind(tier.as_str());
                }
                if let Some(prefix) = &filter.key_prefix {
                    let prefix = clean(prefix).into_owned();
                    query.push(" AND substr(key, 1, length(").push_bind(prefix.clone());
                    query.push(")) = ").push_bind(prefix);
                }
                if let Some(kind) = &filter.kind {
                    query.push(" AND kind = ").push_bind(clean(kind).into_owned());
                }
                if let Some(subject) = &filter.subject {
                    query.push(" AND EXISTS (SELECT 1 FROM json_each(subjects) WHERE value = ");
                    query.push_bind(clean(subject).into_owned()).push(")");
                }
                query.push(" ORDER BY seq DESC LIMIT ").push_bind(i64::from(max));
                let rows = query.build().fetch_all(self.db.reader()).await?;
                rows.iter().map(item).collect()
            })
            .await
    }

    async fn since(&self, seq: u64, max: u32) -> Result<Vec<MemoryItem>, StoreError> {
        self.db
            .named("reading memory's writes", async {
                let rows = sqlx::query("SELECT * FROM memory WHERE seq > ?1 ORDER BY seq LIMIT ?2")
                    .bind(signed(seq))
                    .bind(i64::from(max))
                    .fetch_all(self.db.reader())
                    .await?;
                rows.iter().map(item).collect()
            })
            .await
    }

    async fn forget(&self, tier: MemoryTier, key: &str) -> Result<bool, StoreError> {
        self.db
            .named("forgetting", async {
                let mut writer = self.db.writer(Durable::Disk).await?;
                let now = self.db.now();
                let mut tx = writer.begin().await?;
                let Some(found) = find(&mut tx, tier, key).await?.filter(|(_, forgotten)| !forgotten) else {
                    tx.rollback().await?;
                    return Ok(false);
                };
                sqlx::query(
                    "UPDATE memory SET version = ?1, kind = 'tombstone', subjects = '[]', content = '',
                                       importance = 0, uses = 0, updated_at = ?2, accessed_at = ?2, seq = ?3,
                                       forgotten = 1
                     WHERE tier = ?4 AND key = ?5",
                )
                .bind(signed(found.0.version + 1))
                .bind(now)
                .bind(next(&mut tx).await?)
                .bind(tier.as_str())
                .bind(clean(key))
                .execute(&mut *tx)
                .await?;
                tx.commit().await?;
                Ok(true)
            })
            .await
    }

    async fn counts(&self) -> Result<Vec<(MemoryTier, u64)>, StoreError> {
        self.db
            .named("counting memory", async {
                let rows: Vec<(String, i64)> =
                    sqlx::query_as("SELECT tier, COUNT(*) FROM memory WHERE forgotten = 0 GROUP BY tier")
                        .fetch_all(self.db.reader())
                        .await?;
                // A tier without items is a count, too.
                Ok(MemoryTier::ALL
                    .iter()
                    .map(|tier| (*tier, rows.iter().find(|row| row.0 == tier.as_str()).map_or(0, |row| count(row.1))))
                    .collect())
            })
            .await
    }
}

async fn put(tx: &mut SqliteConnection, write: &MemoryWrite, now: i64) -> Result<PutOutcome, sqlx::Error> {
    let found = find(tx, write.tier, &write.key).await?;
    let live = found.as_ref().filter(|(_, forgotten)| !forgotten).map(|(item, _)| item);
    if let Some(item) = live.filter(|item| same(item, write)) {
        return Ok(PutOutcome::Unchanged(item.clone()));
    }
    let standing = live.map_or(0, |item| item.version);
    if write.expected.is_some_and(|expected| expected != standing) {
        return Ok(PutOutcome::Conflict { found: standing });
    }
    // A tombstone's versions go on, so that a watcher never sees a key go back.
    let version = found.as_ref().map_or(0, |(item, _)| item.version) + 1;
    let row = sqlx::query(
        "INSERT INTO memory (tier, key, version, writer, kind, subjects, content, importance, uses, created_at,
                             updated_at, accessed_at, seq, forgotten)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, 0)
         ON CONFLICT (tier, key) DO UPDATE SET
           version = excluded.version, writer = excluded.writer, kind = excluded.kind, subjects = excluded.subjects,
           content = excluded.content, importance = excluded.importance, uses = excluded.uses,
           created_at = excluded.created_at, updated_at = excluded.updated_at, accessed_at = excluded.accessed_at,
           seq = excluded.seq, forgotten = 0
         RETURNING *",
    )
    .bind(write.tier.as_str())
    .bind(clean(&write.key))
    .bind(signed(version))
    .bind(clean(&write.writer))
    .bind(clean(&write.kind))
    .bind(json::words(&write.subjects))
    .bind(clean(&write.content))
    .bind(share(write.importance))
    .bind(live.map_or(0, |item| signed(item.uses)))
    .bind(live.map_or(now, |item| item.created_at.as_micros()))
    .bind(now)
    .bind(next(tx).await?)
    .fetch_one(tx)
    .await?;
    Ok(PutOutcome::Stored(item(&row)?))
}

/// The item as it stands, and whether it is a tombstone.
async fn find(
    tx: &mut SqliteConnection,
    tier: MemoryTier,
    key: &str,
) -> Result<Option<(MemoryItem, bool)>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM memory WHERE tier = ?1 AND key = ?2")
        .bind(tier.as_str())
        .bind(clean(key))
        .fetch_optional(tx)
        .await?;
    row.map(|row| Ok((item(&row)?, row.try_get("forgotten")?))).transpose()
}

async fn next(tx: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("UPDATE counters SET value = value + 1 WHERE name = 'memory' RETURNING value")
        .fetch_one(tx)
        .await
}

fn same(item: &MemoryItem, write: &MemoryWrite) -> bool {
    item.content == clean(&write.content) && item.kind == write.kind && item.subjects == write.subjects
}

fn item(row: &SqliteRow) -> Result<MemoryItem, sqlx::Error> {
    let (tier, key): (&str, &str) = (row.try_get("tier")?, row.try_get("key")?);
    let record = format!("memory/{tier}/{key}");
    Ok(MemoryItem {
        tier: read(&record, tier)?,
        key: key.to_owned(),
        version: count(row.try_get("version")?),
        writer: row.try_get("writer")?,
        kind: row.try_get("kind")?,
        subjects: json::read_words("memory", key, row.try_get("subjects")?)?,
        content: row.try_get("content")?,
        importance: row.try_get("importance")?,
        uses: count(row.try_get("uses")?),
        created_at: Timestamp::from_micros(row.try_get("created_at")?),
        updated_at: Timestamp::from_micros(row.try_get("updated_at")?),
        accessed_at: Timestamp::from_micros(row.try_get("accessed_at")?),
        seq: count(row.try_get("seq")?),
    })
}
