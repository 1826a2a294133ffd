//! Rulesets, their steps, and marks.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use tge_model::{Mark, ObservationId, RulesetStep, RulesetTurn, StoredRuleset, Timestamp};
use tge_ports::store::{Marked, Rulesets};
use tge_ports::{Page, Paged, StoreError};

use super::db::{Db, Durable};
use super::observations::stored;
use crate::cursor::{self, Cursor};
use crate::json;
use crate::row::{count, read, signed};
use crate::text::clean;

pub(super) struct SqliteRulesets {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Rulesets for SqliteRulesets {
    async fn put(&self, ruleset: &StoredRuleset, body: &[u8]) -> Result<bool, StoreError> {
        self.db
            .named("storing a ruleset", async {
                let mut writer = self.db.writer(Durable::Disk).await?;
                let done = sqlx::query(
                    "INSERT INTO rulesets (version, parent, note, stored_at, size, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT (version) DO NOTHING",
                )
                .bind(&ruleset.version)
                .bind(&ruleset.parent)
                .bind(clean(&ruleset.note))
                .bind(ruleset.stored_at.as_micros())
                .bind(signed(ruleset.size))
                .bind(body)
                .execute(&mut *writer)
                .await?;
                Ok(done.rows_affected() > 0)
            })
            .await
    }

    async fn body(&self, version: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.db
            .named("reading a ruleset", async {
                sqlx::query_scalar("SELECT body FROM rulesets WHERE version = ?1")
                    .bind(version)
                    .fetch_optional(self.db.reader())
                    .await
            })
            .await
    }

    async fn list(&self) -> Result<Vec<StoredRuleset>, StoreError> {
        self.db
            .named("listing rulesets", async {
                let rows = sqlx::query(
                    "SELECT version, parent, note, stored_at, size FROM rulesets ORDER BY stored_at DESC, version",
                )
                .fetch_all(self.db.reader())
                .await?;
                let ruleset = |row: &SqliteRow| {
                    Ok(StoredRuleset {
                        version: row.try_get("version")?,
                        parent: row.try_get("parent")?,
                        note: row.try_get("note")?,
                        stored_at: Timestamp::from_micros(row.try_get("stored_at")?),
                        size: count(row.try_get("size")?),
                    })
                };
                rows.iter().map(ruleset).collect()
            })
            .await
    }

    async fn turns(&self) -> Result<Vec<RulesetTurn>, StoreError> {
        self.db
            .named("reading the rulesets' steps", async {
                let rows = sqlx::query("SELECT * FROM ruleset_turns ORDER BY seq").fetch_all(self.db.reader()).await?;
                let turn = |row: &SqliteRow| {
                    Ok(RulesetTurn {
                        seq: count(row.try_get("seq")?),
                        step: read("ruleset_turns", row.try_get("step")?)?,
                        version: row.try_get("version")?,
                        at: Timestamp::from_micros(row.try_get("at")?),
                    })
                };
                rows.iter().map(turn).collect()
            })
            .await
    }

    async fn step(&self, last: u64, step: RulesetStep, version: &str, at: Timestamp) -> Result<bool, StoreError> {
        self.db
            .named("taking a ruleset's step", async {
                let mut writer = self.db.writer(Durable::Disk).await?;
                let done = sqlx::query(
                    "INSERT INTO ruleset_turns (seq, step, version, at)
                     SELECT ?1 + 1, ?2, ?3, ?4 WHERE (SELECT COALESCE(MAX(seq), 0) FROM ruleset_turns) = ?1
                     ON CONFLICT (seq) DO NOTHING",
                )
                .bind(signed(last))
                .bind(step.as_str())
                .bind(version)
                .bind(at.as_micros())
                .execute(&mut *writer)
                .await?;
                Ok(done.rows_affected() > 0)
            })
            .await
    }

    async fn mark(&self, mark: &Mark) -> Result<bool, StoreError> {
        self.db
            .named("storing a mark", async {
                let mut writer = self.db.writer(Durable::Disk).await?;
                let done = sqlx::query(
                    "INSERT INTO marks (observation, is_tge, at) SELECT id, ?2, ?3 FROM documents WHERE id = ?1
                     ON CONFLICT (observation) DO UPDATE SET is_tge = excluded.is_tge, at = excluded.at",
                )
                .bind(mark.observation.to_string())
                .bind(mark.is_tge)
                .bind(mark.at.as_micros())
                .execute(&mut *writer)
                .await?;
                Ok(done.rows_affected() > 0)
            })
            .await
    }

    async fn unmark(&self, observation: ObservationId) -> Result<bool, StoreError> {
        self.db
            .named("taking a mark back", async {
                let mut writer = self.db.writer(Durable::Disk).await?;
                let done = sqlx::query("DELETE FROM marks WHERE observation = ?1")
                    .bind(observation.to_string())
                    .execute(&mut *writer)
                    .await?;
                Ok(done.rows_affected() > 0)
            })
            .await
    }

    async fn marks_of(&self, observations: &[ObservationId]) -> Result<Vec<Mark>, StoreError> {
        let ids: Vec<String> = observations.iter().map(ToString::to_string).collect();
        self.db
            .named("reading marks", async {
                let rows = sqlx::query("SELECT * FROM marks WHERE observation IN (SELECT value FROM json_each(?1))")
                    .bind(json::words(&ids))
                    .fetch_all(self.db.reader())
                    .await?;
                rows.iter().map(mark).collect()
            })
            .await
    }

    async fn marks(&self, page: &Page) -> Result<Paged<Marked>, StoreError> {
        let (after, size) = (Cursor::of(page)?, cursor::size(page));
        self.db
            .named("listing marks", async {
                let rows = sqlx::query(
                    "SELECT d.*, w.stage, w.error, v.body AS verdict, m.observation, m.is_tge, m.at
                     FROM marks m JOIN documents d ON d.id = m.observation
                          JOIN work w USING (n) LEFT JOIN verdicts v USING (n)
                     WHERE (m.at, m.observation) < (?1, ?2)
                     ORDER BY m.at DESC, m.observation DESC LIMIT ?3",
                )
                .bind(after.at)
                .bind(&after.id)
                .bind(size + 1)
                .fetch_all(self.db.reader())
                .await?;
                let marked =
                    |row: &SqliteRow| Ok::<_, sqlx::Error>(Marked { mark: mark(row)?, document: stored(row)? });
                let items = rows.iter().map(marked).collect::<Result<Vec<_>, _>>()?;
                Ok(cursor::cut(items, size, |item| (item.mark.at.as_micros(), item.mark.observation.to_string())))
            })
            .await
    }
}

fn mark(row: &SqliteRow) -> Result<Mark, sqlx::Error> {
    Ok(Mark {
        observation: read("marks", row.try_get("observation")?)?,
        is_tge: row.try_get("is_tge")?,
        at: Timestamp::from_micros(row.try_get("at")?),
    })
}
