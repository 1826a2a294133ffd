//! Beliefs, and the one order in which they change.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, QueryBuilder, Row as _, Sqlite, SqliteConnection};
use tge_model::{Change, Event, EventId, EventKey, ObservationId, Timestamp};
use tge_ports::store::{CommitOutcome, Decision, EventFilter, EventWrite, Events};
use tge_ports::{Page, Paged, StoreError};

use super::db::{Db, Durable};
use crate::cursor::{self, Cursor};
use crate::row::{count, read, signed};
use crate::{json, text};

pub(super) struct SqliteEvents {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Events for SqliteEvents {
    async fn find(&self, keys: &[EventKey]) -> Result<Vec<(EventKey, Event)>, StoreError> {
        self.db
            .named("finding events by key", async {
                let rows = sqlx::query(
                    "WITH RECURSIVE lead (place, id) AS (
                       SELECT j.key, k.event FROM json_each(?1) j JOIN event_keys k ON k.key = j.value
                       UNION
                       SELECT lead.place, e.merged_into FROM lead JOIN events e ON e.id = lead.id
                       WHERE e.merged_into IS NOT NULL)
                     SELECT lead.place, e.id, e.body FROM lead JOIN events e ON e.id = lead.id
                     WHERE e.merged_into IS NULL ORDER BY lead.place",
                )
                .bind(json::words(&text::keys(keys)))
                .fetch_all(self.db.reader())
                .await?;
                rows.iter().map(|row| Ok((keys[place(row)?].clone(), event(row)?))).collect()
            })
            .await
    }

    async fn commit(&self, decisions: &[Decision]) -> Result<CommitOutcome, StoreError> {
        self.db.named("storing decisions", self.decide(decisions)).await
    }

    async fn get(&self, id: EventId) -> Result<Option<Event>, StoreError> {
        self.db
            .named("reading an event", async {
                sqlx::query("SELECT id, body FROM events WHERE id = ?1")
                    .bind(id.to_string())
                    .fetch_optional(self.db.reader())
                    .await?
                    .map(|row| event(&row))
                    .transpose()
            })
            .await
    }

    async fn list(&self, filter: &EventFilter, page: &Page) -> Result<Paged<Event>, StoreError> {
        let (after, size) = (Cursor::of(page)?, cursor::size(page));
        self.db
            .named("listing events", async {
                let rows = select(filter, &after, size + 1).build().fetch_all(self.db.reader()).await?;
                let items = rows.iter().map(event).collect::<Result<Vec<_>, _>>()?;
                Ok(cursor::cut(items, size, |event| (event.created_at.as_micros(), event.id.to_string())))
            })
            .await
    }

    async fn changes(&self, after: u64, max: u32) -> Result<Vec<Change>, StoreError> {
        self.db
            .named("reading changes", async {
                let rows = sqlx::query("SELECT * FROM changes WHERE seq > ?1 ORDER BY seq LIMIT ?2")
                    .bind(signed(after))
                    .bind(i64::from(max))
                    .fetch_all(self.db.reader())
                    .await?;
                rows.iter().map(change).collect()
            })
            .await
    }

    async fn history(&self, id: EventId) -> Result<Vec<Change>, StoreError> {
        self.db
            .named("reading an event's history", async {
                let rows = sqlx::query("SELECT * FROM changes WHERE event = ?1 ORDER BY seq")
                    .bind(id.to_string())
                    .fetch_all(self.db.reader())
                    .await?;
                rows.iter().map(change).collect()
            })
            .await
    }

    async fn extent(&self) -> Result<(u64, u64), StoreError> {
        self.db
            .named("reading the extent of changes", async {
                let (first, last): (i64, i64) =
                    sqlx::query_as("SELECT COALESCE(MIN(seq), 0), COALESCE(MAX(seq), 0) FROM changes")
                        .fetch_one(self.db.reader())
                        .await?;
                Ok((count(first), count(last)))
            })
            .await
    }
}

// === impl SqliteEvents ===

impl SqliteEvents {
    async fn decide(&self, decisions: &[Decision]) -> Result<CommitOutcome, sqlx::Error> {
        let mut writer = self.db.writer(Durable::Process).await?;
        let now = self.db.now();
        let mut tx = writer.begin().await?;
        let mut writes = Vec::new();
        for decision in decisions {
            if !finish_candidate(&mut tx, decision).await? {
                tx.rollback().await?;
                return Ok(CommitOutcome::Conflict(decision.candidate));
            }
            for write in &decision.writes {
                if !(store(&mut tx, &write.event).await? && lead(&mut tx, write).await?) {
                    tx.rollback().await?;
                    return Ok(CommitOutcome::Conflict(decision.candidate));
                }
                writes.push((decision.candidate, write));
            }
        }
        let changes = number(&mut tx, &writes, now).await?;
        tx.commit().await?;
        Ok(CommitOutcome::Committed(changes))
    }
}

/// Ends the candidate's way, if its lease still holds.
async fn finish_candidate(tx: &mut SqliteConnection, decision: &Decision) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE work SET stage = 'decided', worker = NULL, lease_until = 0, error = NULL
         WHERE n = (SELECT n FROM documents WHERE id = ?1) AND stage = 'candidate' AND lease_token = ?2",
    )
    .bind(decision.candidate.to_string())
    .bind(decision.lease.token)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores the event, if nobody revised it since it was read.
async fn store(tx: &mut SqliteConnection, event: &Event) -> Result<bool, sqlx::Error> {
    let statement = if event.revision == 1 {
        "INSERT INTO events (project, kind, status, probability, tickers, venues, search, demo, revision, created_at,
                             merged_into, body, id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (id) DO NOTHING"
    } else {
        "UPDATE events SET project = ?1, kind = ?2, status = ?3, probability = ?4, tickers = ?5, venues = ?6,
                           search = ?7, demo = ?8, revision = ?9, created_at = ?10, merged_into = ?11, body = ?12
         WHERE id = ?13 AND revision = ?9 - 1"
    };
    let done = sqlx::query(statement)
        .bind(text::project(event))
        .bind(event.kind.as_str())
        .bind(event.status.as_str())
        .bind(event.confidence.probability.get())
        .bind(lines(&text::tickers(event)))
        .bind(lines(&text::venues(event)))
        .bind(text::search(event))
        .bind(event.demo)
        .bind(i64::from(event.revision))
        .bind(event.created_at.as_micros())
        .bind(event.merged_into.map(|survivor| survivor.to_string()))
        .bind(json::event(event))
        .bind(event.id.to_string())
        .execute(tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes the write's keys lead to its event, if none of them leads elsewhere; a merged event's keys go to the survivor.
async fn lead(tx: &mut SqliteConnection, write: &EventWrite) -> Result<bool, sqlx::Error> {
    let own = write.event.id.to_string();
    let owner = write.event.merged_into.map_or_else(|| own.clone(), |survivor| survivor.to_string());
    if owner != own {
        sqlx::query("UPDATE event_keys SET event = ?1 WHERE event = ?2")
            .bind(&owner)
            .bind(&own)
            .execute(&mut *tx)
            .await?;
    }
    if write.keys.is_empty() {
        return Ok(true);
    }
    let keys = json::words(&text::keys(&write.keys));
    sqlx::query(
        "INSERT INTO event_keys (key, event) SELECT value, ?2 FROM json_each(?1) WHERE true
         ON CONFLICT (key) DO NOTHING",
    )
    .bind(&keys)
    .bind(&owner)
    .execute(&mut *tx)
    .await?;
    let elsewhere =
        sqlx::query("SELECT 1 FROM json_each(?1) j JOIN event_keys k ON k.key = j.value WHERE k.event <> ?2 LIMIT 1")
            .bind(&keys)
            .bind(&owner)
            .fetch_optional(tx)
            .await?;
    Ok(elsewhere.is_none())
}

/// Gives the changes their places in the order, last in the transaction, and writes them and their outbox rows.
async fn number(
    tx: &mut SqliteConnection,
    writes: &[(ObservationId, &EventWrite)],
    now: i64,
) -> Result<Vec<Change>, sqlx::Error> {
    if writes.is_empty() {
        return Ok(Vec::new());
    }
    let many = i64::try_from(writes.len()).unwrap_or(i64::MAX);
    let last: i64 = sqlx::query_scalar("UPDATE counters SET value = value + ?1 WHERE name = 'changes' RETURNING value")
        .bind(many)
        .fetch_one(&mut *tx)
        .await?;
    let mut changes = Vec::with_capacity(writes.len());
    for (seq, (cause, write)) in (last - many + 1..=last).zip(writes) {
        sqlx::query(
            "INSERT INTO changes (seq, event, kind, alert, status_from, cause, at, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )
        .bind(seq)
        .bind(write.event.id.to_string())
        .bind(write.kind.as_str())
        .bind(write.alert)
        .bind(write.status_from.map(|status| status.as_str()))
        .bind(cause.to_string())
        .bind(now)
        .bind(json::event(&write.event))
        .execute(&mut *tx)
        .await?;
        if write.alert {
            sqlx::query("INSERT INTO outbox (seq, at) VALUES (?1, ?2)").bind(seq).bind(now).execute(&mut *tx).await?;
        }
        changes.push(Change {
            seq: count(seq),
            kind: write.kind,
            alert: write.alert,
            status_from: write.status_from,
            cause: Some(*cause),
            at: Timestamp::from_micros(now),
            event: write.event.clone(),
        });
    }
    Ok(changes)
}

/// Words as lines with a line break at both ends, so that one is found whole by `instr`.
fn lines(words: &[String]) -> String {
    words.iter().fold("\n".to_owned(), |mut lines, word| {
        lines.push_str(&word.replace('\n', " "));
        lines.push('\n');
        lines
    })
}

fn select(filter: &EventFilter, after: &Cursor, limit: i64) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("SELECT id, body FROM events WHERE (created_at, id) < (");
    query.push_bind(after.at).push(", ").push_bind(after.id.clone()).push(")");
    if let Some(project) = &filter.project {
        query.push(" AND project = ").push_bind(text::indexed(project));
    }
    if let Some(kind) = filter.kind {
        query.push(" AND kind = ").push_bind(kind.as_str());
    }
    if let Some(status) = filter.status {
        query.push(" AND status = ").push_bind(status.as_str());
    }
    if let Some(ticker) = &filter.ticker {
        query.push(" AND instr(tickers, ").push_bind(lines(&[text::folded(ticker)])).push(") > 0");
    }
    if let Some(venue) = &filter.venue {
        query.push(" AND instr(venues, ").push_bind(lines(&[text::folded(venue)])).push(") > 0");
    }
    if let Some(least) = filter.min_probability {
        query.push(" AND probability >= ").push_bind(least.get());
    }
    if let Some(text) = &filter.text {
        query.push(" AND instr(search, ").push_bind(text::clean(text).to_lowercase()).push(") > 0");
    }
    if !filter.with_demo {
        query.push(" AND demo = 0");
    }
    query.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(limit);
    query
}

/// Which of the keys asked for led to this row.
fn place(row: &SqliteRow) -> Result<usize, sqlx::Error> {
    let place: i64 = row.try_get("place")?;
    Ok(usize::try_from(place).expect("the database counts the list it was given"))
}

fn event(row: &SqliteRow) -> Result<Event, sqlx::Error> {
    json::read_event(row.try_get("id")?, row.try_get("body")?)
}

/// A row of `changes` as a change.
pub(super) fn change(row: &SqliteRow) -> Result<Change, sqlx::Error> {
    let seq: i64 = row.try_get("seq")?;
    let record = format!("changes/{seq}");
    let (status_from, cause): (Option<&str>, Option<&str>) = (row.try_get("status_from")?, row.try_get("cause")?);
    Ok(Change {
        seq: count(seq),
        kind: read(&record, row.try_get("kind")?)?,
        alert: row.try_get("alert")?,
        status_from: status_from.map(|status| read(&record, status)).transpose()?,
        cause: cause.map(|cause| read(&record, cause)).transpose()?,
        at: Timestamp::from_micros(row.try_get("at")?),
        event: json::read_event(row.try_get("event")?, row.try_get("body")?)?,
    })
}
