//! Documents and their stages.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row as _};
use tge_model::{Lease, Observation, ObservationId, SourceHealth, StageCounts, Timestamp};
use tge_ports::store::{Candidate, Claimed, Ingested, Judged, MAX_ATTEMPTS, Observations, StoredObservation};
use tge_ports::{Page, Paged, StoreError};

use super::db::{Db, micros_of};
use super::sources;
use crate::cursor::{self, Cursor};
use crate::json;
use crate::row::{count, counted, hash, micros, moment, read, small, source_name};
use crate::text::clean;

// The statements and an index of the schema name this number.
const _: () = assert!(MAX_ATTEMPTS == 5, "change the index work_spent and the statements below with it");

pub(super) struct PgObservations {
    pub(super) db: Arc<Db>,
}

/// Buries what was taken too often, takes the next, and reads it in order: one statement per stage, because a partial
/// index serves only a statement in which its condition stands.
const CLAIM_NEW: &str = "
    WITH clock AS MATERIALIZED (SELECT tge_now() AS now),
    spent AS (SELECT w.n FROM work w, clock WHERE w.stage = 'new' AND w.attempt >= 5 AND w.lease_until <= clock.now
              FOR UPDATE OF w SKIP LOCKED),
    buried AS (UPDATE work SET stage = 'dead', error = 'taken 5 times and never finished, last by ' || worker
               WHERE n IN (SELECT n FROM spent)),
    due AS (SELECT w.n FROM work w, clock WHERE w.stage = 'new' AND w.attempt < 5 AND w.lease_until <= clock.now
            ORDER BY w.first_seen_at, w.n LIMIT $3 FOR UPDATE OF w SKIP LOCKED),
    taken AS (UPDATE work w SET attempt = w.attempt + 1, worker = $1, lease_token = w.lease_token + 1,
                                lease_until = clock.now + $2
              FROM due, clock WHERE w.n = due.n RETURNING w.n, w.attempt, w.lease_token)
    SELECT d.*, t.attempt, t.lease_token, NULL::TEXT AS verdict
    FROM taken t JOIN documents d USING (n) ORDER BY d.first_seen_at, d.n";

const CLAIM_CANDIDATES: &str = "
    WITH clock AS MATERIALIZED (SELECT tge_now() AS now),
    spent AS (SELECT w.n FROM work w, clock
              WHERE w.stage = 'candidate' AND w.attempt >= 5 AND w.lease_until <= clock.now
              FOR UPDATE OF w SKIP LOCKED),
    buried AS (UPDATE work SET stage = 'dead', error = 'taken 5 times and never finished, last by ' || worker
               WHERE n IN (SELECT n FROM spent)),
    due AS (SELECT w.n FROM work w, clock
            WHERE w.stage = 'candidate' AND w.attempt < 5 AND w.lease_until <= clock.now
            ORDER BY w.first_seen_at, w.n LIMIT $3 FOR UPDATE OF w SKIP LOCKED),
    taken AS (UPDATE work w SET attempt = w.attempt + 1, worker = $1, lease_token = w.lease_token + 1,
                                lease_until = clock.now + $2
              FROM due, clock WHERE w.n = due.n RETURNING w.n, w.attempt, w.lease_token)
    SELECT d.*, t.attempt, t.lease_token, v.body::TEXT AS verdict
    FROM taken t JOIN documents d USING (n) JOIN verdicts v USING (n) ORDER BY d.first_seen_at, d.n";

#[async_trait]
impl Observations for PgObservations {
    async fn ingest(&self, batch: &[Observation], poll: Option<&SourceHealth>) -> Result<Vec<Ingested>, StoreError> {
        self.db
            .named("storing documents", || async {
                let mut fresh = match poll {
                    // One statement is a transaction by itself.
                    None => insert(self.db.pool(), batch).await?,
                    Some(poll) => {
                        let mut tx = self.db.pool().begin().await?;
                        let fresh = insert(&mut *tx, batch).await?;
                        sources::put(&mut tx, &counted(poll, fresh.len())).await?;
                        tx.commit().await?;
                        fresh
                    }
                };
                let mut keys = HashSet::new();
                let outcome = |one: &Observation| {
                    // In order: the first of two equal documents is the one that was stored.
                    let Some(known_key) = fresh.remove(&one.id.to_string()) else { return Ingested::Known };
                    let first = keys.insert((one.source.to_string(), clean(&one.key).into_owned()));
                    if first && !known_key { Ingested::New } else { Ingested::Edited }
                };
                Ok(batch.iter().map(outcome).collect())
            })
            .await
    }

    async fn claim(&self, worker: &str, max: u32, lease: Duration) -> Result<Vec<Claimed<Observation>>, StoreError> {
        self.db
            .named("claiming documents", || async {
                let rows = self.take(CLAIM_NEW, worker, max, lease).await?;
                let claimed = |row| Ok(Claimed { item: document(row)?, lease: held(row)?, attempt: attempt(row)? });
                rows.iter().map(claimed).collect()
            })
            .await
    }

    async fn commit(&self, judged: &[Judged]) -> Result<Vec<bool>, StoreError> {
        let (mut ids, mut tokens, mut candidates, mut bodies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for one in judged {
            ids.push(one.observation.to_string());
            tokens.push(one.lease.token);
            candidates.push(one.candidate);
            bodies.push(json::verdict(&one.verdict));
        }
        self.db
            .named("storing verdicts", || async {
                // The next stage begins with attempts of its own. Rows are locked in one order.
                let done: Vec<String> = sqlx::query_scalar(
                    "WITH said AS MATERIALIZED (
                       SELECT w.n, s.* FROM UNNEST($1::TEXT[], $2::BIGINT[], $3::BOOLEAN[], $4::TEXT[])
                         AS s (id, token, candidate, body)
                       JOIN documents d ON d.id = s.id JOIN work w ON w.n = d.n
                       ORDER BY w.n FOR UPDATE OF w),
                     done AS (
                       UPDATE work w SET stage = CASE WHEN s.candidate THEN 'candidate' ELSE 'judged' END, attempt = 0,
                                         worker = NULL, lease_until = 0, lease_token = w.lease_token + 1, error = NULL
                       FROM said s WHERE w.n = s.n AND w.stage = 'new' AND w.lease_token = s.token
                       RETURNING w.n, s.id, s.body),
                     stored AS (INSERT INTO verdicts (n, body) SELECT n, body::JSONB FROM done)
                     SELECT id FROM done",
                )
                .bind(&ids)
                .bind(&tokens)
                .bind(&candidates)
                .bind(&bodies)
                .fetch_all(self.db.pool())
                .await?;
                let mut done: HashSet<String> = done.into_iter().collect();
                Ok(ids.iter().map(|id| done.remove(id)).collect())
            })
            .await
    }

    async fn fail(&self, id: ObservationId, lease: Lease, error: &str) -> Result<(), StoreError> {
        self.db.named("giving a document back", || self.give_back("new", id, lease, error)).await
    }

    async fn claim_candidates(
        &self,
        worker: &str,
        max: u32,
        lease: Duration,
    ) -> Result<Vec<Claimed<Candidate>>, StoreError> {
        self.db
            .named("claiming candidates", || async {
                let rows = self.take(CLAIM_CANDIDATES, worker, max, lease).await?;
                let claimed = |row: &PgRow| {
                    let verdict = json::read_verdict(row.try_get("id")?, row.try_get("verdict")?)?;
                    let item = Candidate { observation: document(row)?, verdict };
                    Ok(Claimed { item, lease: held(row)?, attempt: attempt(row)? })
                };
                rows.iter().map(claimed).collect()
            })
            .await
    }

    async fn fail_candidate(&self, id: ObservationId, lease: Lease, error: &str) -> Result<(), StoreError> {
        self.db.named("giving a candidate back", || self.give_back("candidate", id, lease, error)).await
    }

    async fn get(&self, id: ObservationId) -> Result<Option<StoredObservation>, StoreError> {
        self.db
            .named("reading a document", || async {
                sqlx::query(
                    "SELECT d.*, w.stage, w.error, v.body::TEXT AS verdict
                     FROM documents d JOIN work w USING (n) LEFT JOIN verdicts v USING (n) WHERE d.id = $1",
                )
                .bind(id.to_string())
                .fetch_optional(self.db.pool())
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
                "SELECT d.*, w.stage, w.error, v.body::TEXT AS verdict
                 FROM documents d JOIN work w USING (n) LEFT JOIN verdicts v USING (n)
                 WHERE (d.first_seen_at, d.id) < ($1, $2) AND d.source = $4
                 ORDER BY d.first_seen_at DESC, d.id DESC LIMIT $3"
            }
            None => {
                "SELECT d.*, w.stage, w.error, v.body::TEXT AS verdict
                 FROM documents d JOIN work w USING (n) LEFT JOIN verdicts v USING (n)
                 WHERE (d.first_seen_at, d.id) < ($1, $2)
                 ORDER BY d.first_seen_at DESC, d.id DESC LIMIT $3"
            }
        };
        self.db
            .named("listing documents", || async {
                let query = sqlx::query(statement).bind(after.at).bind(&after.id).bind(size + 1);
                let query = if let Some(source) = source { query.bind(clean(source)) } else { query };
                let rows = query.fetch_all(self.db.pool()).await?;
                let items = rows.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
                Ok(cursor::cut(items, size, |item| {
                    (item.observation.first_seen_at.as_micros(), item.observation.id.to_string())
                }))
            })
            .await
    }

    async fn counts(&self) -> Result<(StageCounts, Vec<(String, u64)>), StoreError> {
        self.db.named("counting what waits", || self.count()).await
    }
}

// === impl PgObservations ===

impl PgObservations {
    async fn take(
        &self,
        statement: &'static str,
        worker: &str,
        max: u32,
        lease: Duration,
    ) -> Result<Vec<PgRow>, sqlx::Error> {
        sqlx::query(statement).bind(worker).bind(micros_of(lease)).bind(i64::from(max)).fetch_all(self.db.pool()).await
    }

    async fn give_back(
        &self,
        stage: &'static str,
        id: ObservationId,
        lease: Lease,
        error: &str,
    ) -> Result<(), sqlx::Error> {
        // The token grows so that who held it cannot finish it any more.
        sqlx::query(
            "UPDATE work SET stage = CASE WHEN attempt >= 5 THEN 'dead' ELSE stage END, error = $1, worker = NULL,
                             lease_token = lease_token + 1, lease_until = 0
             WHERE n = (SELECT n FROM documents WHERE id = $2) AND stage = $3 AND lease_token = $4",
        )
        .bind(clean(error))
        .bind(id.to_string())
        .bind(stage)
        .bind(lease.token)
        .execute(self.db.pool())
        .await?;
        Ok(())
    }

    async fn count(&self) -> Result<(StageCounts, Vec<(String, u64)>), sqlx::Error> {
        let row = sqlx::query(
            "SELECT * FROM
               (SELECT COUNT(*) AS observations, MIN(first_seen_at) AS observations_oldest
                FROM work WHERE stage = 'new') a,
               (SELECT COUNT(*) AS candidates, MIN(first_seen_at) AS candidates_oldest
                FROM work WHERE stage = 'candidate') b,
               (SELECT COUNT(*) AS outbox, MIN(at) AS outbox_oldest FROM outbox) c,
               (SELECT COUNT(*) AS deliveries, MIN(next_at) AS deliveries_oldest
                FROM deliveries WHERE state = 'pending') d,
               (SELECT COUNT(*) AS tasks, MIN(not_before) AS tasks_oldest
                FROM tasks WHERE state IN ('pending', 'leased')) e,
               (SELECT COUNT(*) FILTER (WHERE v.n IS NULL) AS dead_observations,
                       COUNT(*) FILTER (WHERE v.n IS NOT NULL) AS dead_candidates
                FROM work w LEFT JOIN verdicts v USING (n) WHERE w.stage = 'dead') f,
               (SELECT COUNT(*) AS dead_deliveries FROM deliveries WHERE state = 'dead') g,
               (SELECT COUNT(*) AS dead_tasks FROM tasks WHERE state = 'dead') h",
        )
        .fetch_one(self.db.pool())
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

/// Stores what is new of the batch, and answers which that was, each with whether its source and key stood here before.
/// Sorted, so that two that store the same wait and do not lock.
async fn insert(to: impl PgExecutor<'_>, batch: &[Observation]) -> Result<HashMap<String, bool>, sqlx::Error> {
    let text =
        |of: fn(&Observation) -> &str| -> Vec<String> { batch.iter().map(|one| clean(of(one)).into_owned()).collect() };
    let maybe = |of: fn(&Observation) -> Option<&String>| -> Vec<Option<String>> {
        batch.iter().map(|one| of(one).map(|text| clean(text).into_owned())).collect()
    };
    // The last part sees the documents as they were before the first.
    let fresh: Vec<(String, bool)> = sqlx::query_as(
        "WITH fresh AS (
           INSERT INTO documents (id, source, key, url, title, text, lang, published, first_seen_at, previous_poll_at,
                                  sha256, arrival, demo, traceparent)
           SELECT * FROM UNNEST($1::TEXT[], $2::TEXT[], $3::TEXT[], $4::TEXT[], $5::TEXT[], $6::TEXT[], $7::TEXT[],
                                $8::BIGINT[], $9::BIGINT[], $10::BIGINT[], $11::BYTEA[], $12::TEXT[], $13::BOOLEAN[],
                                $14::TEXT[]) AS s (id) ORDER BY s.id
           ON CONFLICT (id) DO NOTHING RETURNING n, id, source, key, first_seen_at),
         queued AS (INSERT INTO work (n, first_seen_at, stage) SELECT n, first_seen_at, 'new' FROM fresh)
         SELECT id, EXISTS (SELECT FROM documents d WHERE d.source = f.source AND md5(d.key) = md5(f.key) AND d.key = f.key)
         FROM fresh f",
    )
    .bind(batch.iter().map(|one| one.id.to_string()).collect::<Vec<_>>())
    .bind(text(|one| one.source.as_str()))
    .bind(text(|one| &one.key))
    .bind(text(|one| &one.url))
    .bind(text(|one| &one.title))
    .bind(text(|one| &one.text))
    .bind(maybe(|one| one.lang.as_ref()))
    .bind(batch.iter().map(|one| micros(one.published)).collect::<Vec<_>>())
    .bind(batch.iter().map(|one| one.first_seen_at.as_micros()).collect::<Vec<_>>())
    .bind(batch.iter().map(|one| micros(one.previous_poll_at)).collect::<Vec<_>>())
    .bind(batch.iter().map(|one| one.sha256.to_vec()).collect::<Vec<_>>())
    .bind(text(|one| one.arrival.as_str()))
    .bind(batch.iter().map(|one| one.demo).collect::<Vec<_>>())
    .bind(maybe(|one| one.traceparent.as_ref()))
    .fetch_all(to)
    .await?;
    Ok(fresh.into_iter().collect())
}

fn held(row: &PgRow) -> Result<Lease, sqlx::Error> {
    Ok(Lease { token: row.try_get("lease_token")? })
}

fn attempt(row: &PgRow) -> Result<u32, sqlx::Error> {
    row.try_get("attempt").map(small)
}

fn document(row: &PgRow) -> Result<Observation, sqlx::Error> {
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

pub(super) fn stored(row: &PgRow) -> Result<StoredObservation, sqlx::Error> {
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
