//! Documents and their stages.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use tge_model::{Lease, Observation, ObservationId, SourceHealth, StageCounts, Timestamp};
use tge_ports::store::{Candidate, Claimed, Ingested, Judged, MAX_ATTEMPTS, Observations, StoredObservation};
use tge_ports::{Page, Paged, StoreError};

use super::db::{Db, Durable};
use super::sources;
use crate::cursor::{self, Cursor};
use crate::json;
use crate::row::{count, counted, hash, micros, moment, read, small, source_name};
use crate::text::{clean, clean_opt};

// The partial indexes of the schema name this number.
const _: () = assert!(MAX_ATTEMPTS == 5, "change the indexes work_spent_* with it");

pub(super) struct SqliteObservations {
    pub(super) db: Arc<Db>,
}

/// The statements of one stage: SQLite uses a partial index only where its condition stands in the statement.
struct Stage {
    bury: &'static str,
    claim: &'static str,
}

const NEW: Stage = Stage {
    bury: "UPDATE work SET stage = 'dead', error = 'taken 5 times and never finished, last by ' || worker
           WHERE stage = 'new' AND attempt >= 5 AND lease_until <= ?1",
    claim: "UPDATE work SET attempt = attempt + 1, worker = ?1, lease_token = lease_token + 1, lease_until = ?2
            WHERE n IN (SELECT n FROM work WHERE stage = 'new' AND lease_until <= ?3
                        ORDER BY first_seen_at, n LIMIT ?4)
            RETURNING n",
};

const CANDIDATE: Stage = Stage {
    bury: "UPDATE work SET stage = 'dead', error = 'taken 5 times and never finished, last by ' || worker
           WHERE stage = 'candidate' AND attempt >= 5 AND lease_until <= ?1",
    claim: "UPDATE work SET attempt = attempt + 1, worker = ?1, lease_token = lease_token + 1, lease_until = ?2
            WHERE n IN (SELECT n FROM work WHERE stage = 'candidate' AND lease_until <= ?3
                        ORDER BY first_seen_at, n LIMIT ?4)
            RETURNING n",
};

#[async_trait]
impl Observations for SqliteObservations {
    async fn ingest(&self, batch: &[Observation], poll: Option<&SourceHealth>) -> Result<Vec<Ingested>, StoreError> {
        self.db
            .named("storing documents", async {
                let mut writer = self.db.writer(Durable::Disk).await?;
                let mut tx = writer.begin().await?;
                let mut outcomes = Vec::with_capacity(batch.len());
                for observation in batch {
                    outcomes.push(insert(&mut tx, observation).await?);
                }
                if let Some(poll) = poll {
                    let new = outcomes.iter().filter(|outcome| **outcome != Ingested::Known).count();
                    sources::put(&mut tx, &counted(poll, new)).await?;
                }
                tx.commit().await?;
                Ok(outcomes)
            })
            .await
    }

    async fn claim(&self, worker: &str, max: u32, lease: Duration) -> Result<Vec<Claimed<Observation>>, StoreError> {
        self.db
            .named("claiming documents", async {
                let mut claimed = Vec::new();
                for row in self.take(&NEW, worker, max, lease).await? {
                    claimed.push(Claimed { item: document(&row)?, lease: held(&row)?, attempt: attempt(&row)? });
                }
                Ok(claimed)
            })
            .await
    }

    async fn commit(&self, judged: &[Judged]) -> Result<Vec<bool>, StoreError> {
        self.db
            .named("storing verdicts", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                let mut tx = writer.begin().await?;
                let mut kept = Vec::with_capacity(judged.len());
                for one in judged {
                    kept.push(judge(&mut tx, one).await?);
                }
                tx.commit().await?;
                Ok(kept)
            })
            .await
    }

    async fn fail(&self, id: ObservationId, lease: Lease, error: &str) -> Result<(), StoreError> {
        self.db.named("giving a document back", self.give_back("new", id, lease, error)).await
    }

    async fn claim_candidates(
        &self,
        worker: &str,
        max: u32,
        lease: Duration,
    ) -> Result<Vec<Claimed<Candidate>>, StoreError> {
        self.db
            .named("claiming candidates", async {
                let mut claimed = Vec::new();
                for row in self.take(&CANDIDATE, worker, max, lease).await? {
                    let observation = document(&row)?;
                    let verdict = json::read_verdict(row.try_get("id")?, row.try_get("verdict")?)?;
                    let item = Candidate { observation, verdict };
                    claimed.push(Claimed { item, lease: held(&row)?, attempt: attempt(&row)? });
                }
                Ok(claimed)
            })
            .await
    }

    async fn fail_candidate(&self, id: ObservationId, lease: Lease, error: &str) -> Result<(), StoreError> {
        self.db.named("giving a candidate back", self.give_back("candidate", id, lease, error)).await
    }

    async fn get(&self, id: ObservationId) -> Result<Option<StoredObservation>, StoreError> {
        self.db
            .named("reading a document", async {
                sqlx::query(
                    "SELECT d.*, w.stage, w.error, v.body AS verdict
                     FROM documents d JOIN work w USING (n) LEFT JOIN verdicts v USING (n) WHERE d.id = ?1",
                )
                .bind(id.to_string())
                .fetch_optional(self.db.reader())
                .await?
                .map(|row| stored(&row))
                .transpose()
            })
            .await
    }

    async fn list(&self, source: Option<&str>, page: &Page) -> Result<Paged<StoredObservation>, StoreError> {
        let (after, size) = (Cursor::of(page)?, cursor::size(page));
        let statement = match source {
            Some(_) => {
                "SELECT d.*, w.stage, w.error, v.body AS verdict
                 FROM documents d JOIN work w USING (n) LEFT JOIN verdicts v USING (n)
                 WHERE (d.first_seen_at, d.id) < (?1, ?2) AND d.source = ?4
                 ORDER BY d.first_seen_at DESC, d.id DESC LIMIT ?3"
            }
            None => {
                "SELECT d.*, w.stage, w.error, v.body AS verdict
                 FROM documents d JOIN work w USING (n) LEFT JOIN verdicts v USING (n)
                 WHERE (d.first_seen_at, d.id) < (?1, ?2)
                 ORDER BY d.first_seen_at DESC, d.id DESC LIMIT ?3"
            }
        };
        self.db
            .named("listing documents", async {
                let query = sqlx::query(statement).bind(after.at).bind(&after.id).bind(size + 1);
                let query = if let Some(source) = source { query.bind(source) } else { query };
                let rows = query.fetch_all(self.db.reader()).await?;
                let items = rows.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
                Ok(cursor::cut(items, size, |item| {
                    (item.observation.first_seen_at.as_micros(), item.observation.id.to_string())
                }))
            })
            .await
    }

    async fn counts(&self) -> Result<(StageCounts, Vec<(String, u64)>), StoreError> {
        self.db.named("counting what waits", self.count()).await
    }
}

// === impl SqliteObservations ===

impl SqliteObservations {
    /// Buries what was taken too often, takes the next, and reads it in order.
    async fn take(
        &self,
        stage: &Stage,
        worker: &str,
        max: u32,
        lease: Duration,
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        let now = self.db.now();
        let until = Timestamp::from_micros(now).plus(lease).as_micros();
        let mut writer = self.db.writer(Durable::Process).await?;
        let mut tx = writer.begin().await?;
        sqlx::query(stage.bury).bind(now).execute(&mut *tx).await?;
        let taken: Vec<i64> = sqlx::query_scalar(stage.claim)
            .bind(worker)
            .bind(until)
            .bind(now)
            .bind(i64::from(max))
            .fetch_all(&mut *tx)
            .await?;
        let rows = sqlx::query(
            "SELECT d.*, w.attempt, w.lease_token, v.body AS verdict
             FROM json_each(?1) j JOIN work w ON w.n = j.value JOIN documents d ON d.n = w.n
             LEFT JOIN verdicts v ON v.n = w.n ORDER BY w.first_seen_at, w.n",
        )
        .bind(numbers(&taken))
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(rows)
    }

    async fn give_back(
        &self,
        stage: &'static str,
        id: ObservationId,
        lease: Lease,
        error: &str,
    ) -> Result<(), sqlx::Error> {
        let mut writer = self.db.writer(Durable::Process).await?;
        // The token grows so that who held it cannot finish it any more.
        sqlx::query(
            "UPDATE work SET stage = CASE WHEN attempt >= ?1 THEN 'dead' ELSE stage END, error = ?2, worker = NULL,
                             lease_token = lease_token + 1, lease_until = 0
             WHERE n = (SELECT n FROM documents WHERE id = ?3) AND stage = ?4 AND lease_token = ?5",
        )
        .bind(i64::from(MAX_ATTEMPTS))
        .bind(clean(error))
        .bind(id.to_string())
        .bind(stage)
        .bind(lease.token)
        .execute(&mut *writer)
        .await?;
        Ok(())
    }

    async fn count(&self) -> Result<(StageCounts, Vec<(String, u64)>), sqlx::Error> {
        let row = sqlx::query(
            "SELECT * FROM
               (SELECT COUNT(*) AS observations, MIN(first_seen_at) AS observations_oldest
                FROM work WHERE stage = 'new'),
               (SELECT COUNT(*) AS candidates, MIN(first_seen_at) AS candidates_oldest
                FROM work WHERE stage = 'candidate'),
               (SELECT COUNT(*) AS outbox, MIN(at) AS outbox_oldest FROM outbox),
               (SELECT COUNT(*) AS deliveries, MIN(next_at) AS deliveries_oldest
                FROM deliveries WHERE state = 'pending'),
               (SELECT COUNT(*) AS tasks, MIN(not_before) AS tasks_oldest
                FROM tasks WHERE state IN ('pending', 'leased')),
               (SELECT COUNT(*) FILTER (WHERE v.n IS NULL) AS dead_observations,
                       COUNT(*) FILTER (WHERE v.n IS NOT NULL) AS dead_candidates
                FROM work w LEFT JOIN verdicts v USING (n) WHERE w.stage = 'dead'),
               (SELECT COUNT(*) AS dead_deliveries FROM deliveries WHERE state = 'dead'),
               (SELECT COUNT(*) AS dead_tasks FROM tasks WHERE state = 'dead')",
        )
        .fetch_one(self.db.reader())
        .await?;
        let number = |column: &str| row.try_get::<i64, _>(column).map(count);
        let oldest = |column: &str| row.try_get::<Option<i64>, _>(column).map(moment);
        let counts = StageCounts {
            observations: number("observations")?,
            observations_oldest: oldest("observations_oldest")?,
            candidates: number("candidates")?,
            candidates_oldest: oldest("candidates_oldest")?,
            outbox: number("outbox")?,
            outbox_oldest: oldest("outbox_oldest")?,
            deliveries: number("deliveries")?,
            deliveries_oldest: oldest("deliveries_oldest")?,
            tasks: number("tasks")?,
            tasks_oldest: oldest("tasks_oldest")?,
        };
        let dead = ["observations", "candidates", "deliveries", "tasks"]
            .into_iter()
            .map(|stage| Ok((stage.to_owned(), number(&format!("dead_{stage}"))?)))
            .collect::<Result<Vec<_>, sqlx::Error>>()?;
        Ok((counts, dead))
    }
}

async fn insert(tx: &mut SqliteConnection, observation: &Observation) -> Result<Ingested, sqlx::Error> {
    let key = clean(&observation.key);
    let known_key = sqlx::query("SELECT 1 FROM documents WHERE source = ?1 AND key = ?2 LIMIT 1")
        .bind(observation.source.as_str())
        .bind(&key)
        .fetch_optional(&mut *tx)
        .await?
        .is_some();
    let n: Option<i64> = sqlx::query_scalar(
        "INSERT INTO documents (id, source, key, url, title, text, lang, published, first_seen_at, previous_poll_at,
                                sha256, arrival, demo, traceparent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         ON CONFLICT (id) DO NOTHING RETURNING n",
    )
    .bind(observation.id.to_string())
    .bind(observation.source.as_str())
    .bind(&key)
    .bind(clean(&observation.url))
    .bind(clean(&observation.title))
    .bind(clean(&observation.text))
    .bind(clean_opt(observation.lang.as_deref()))
    .bind(micros(observation.published))
    .bind(observation.first_seen_at.as_micros())
    .bind(micros(observation.previous_poll_at))
    .bind(&observation.sha256[..])
    .bind(observation.arrival.as_str())
    .bind(observation.demo)
    .bind(clean_opt(observation.traceparent.as_deref()))
    .fetch_optional(&mut *tx)
    .await?;
    let Some(n) = n else { return Ok(Ingested::Known) };
    sqlx::query("INSERT INTO work (n, first_seen_at, stage) VALUES (?1, ?2, 'new')")
        .bind(n)
        .bind(observation.first_seen_at.as_micros())
        .execute(&mut *tx)
        .await?;
    Ok(if known_key { Ingested::Edited } else { Ingested::New })
}

async fn judge(tx: &mut SqliteConnection, judged: &Judged) -> Result<bool, sqlx::Error> {
    // The next stage begins with attempts of its own.
    let n: Option<i64> = sqlx::query_scalar(
        "UPDATE work SET stage = ?1, attempt = 0, worker = NULL, lease_until = 0, lease_token = lease_token + 1,
                         error = NULL
         WHERE n = (SELECT n FROM documents WHERE id = ?2) AND stage = 'new' AND lease_token = ?3 RETURNING n",
    )
    .bind(if judged.candidate { "candidate" } else { "judged" })
    .bind(judged.observation.to_string())
    .bind(judged.lease.token)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(n) = n else { return Ok(false) };
    sqlx::query("INSERT INTO verdicts (n, body) VALUES (?1, ?2)")
        .bind(n)
        .bind(json::verdict(&judged.verdict))
        .execute(&mut *tx)
        .await?;
    Ok(true)
}

/// A list of row numbers as the JSON text that `json_each` takes.
fn numbers(rows: &[i64]) -> String {
    format!("[{}]", rows.iter().map(i64::to_string).collect::<Vec<_>>().join(","))
}

fn held(row: &SqliteRow) -> Result<Lease, sqlx::Error> {
    Ok(Lease { token: row.try_get("lease_token")? })
}

fn attempt(row: &SqliteRow) -> Result<u32, sqlx::Error> {
    row.try_get("attempt").map(small)
}

fn document(row: &SqliteRow) -> Result<Observation, sqlx::Error> {
    let id: &str = row.try_get("id")?;
    let record = format!("observations/{id}");
    Ok(Observation {
        id: read(&record, id)?,
        source: source_name(&record, row.try_get("source")?)?,
        key: row.try_get("key")?,
        url: row.try_get("url")?,
        title: row.try_get("title")?,
        text: row.try_get("text")?,
        lang: row.try_get("lang")?,
        published: moment(row.try_get("published")?),
        first_seen_at: Timestamp::from_micros(row.try_get("first_seen_at")?),
        previous_poll_at: moment(row.try_get("previous_poll_at")?),
        sha256: hash(&record, row.try_get("sha256")?)?,
        arrival: read(&record, row.try_get("arrival")?)?,
        demo: row.try_get("demo")?,
        traceparent: row.try_get("traceparent")?,
    })
}

pub(super) fn stored(row: &SqliteRow) -> Result<StoredObservation, sqlx::Error> {
    let verdict: Option<&str> = row.try_get("verdict")?;
    let stage: &str = row.try_get("stage")?;
    Ok(StoredObservation {
        observation: document(row)?,
        verdict: verdict.map(|body| json::read_verdict(row.try_get("id")?, body)).transpose()?,
        // A candidate is a judged document; that it waits to be decided is the pipeline's business.
        stage: if stage == "candidate" { "judged" } else { stage }.to_owned(),
        error: row.try_get::<Option<String>, _>("error")?.filter(|_| stage == "dead"),
    })
}
