//! Beliefs, and the one order in which they change.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _};
use tge_model::{Change, Event, EventId, EventKey, ObservationId, Timestamp};
use tge_ports::store::{CommitOutcome, Decision, EventFilter, EventWrite, Events};
use tge_ports::{Page, Paged, StoreError};

use super::db::Db;
use crate::cursor::{self, Cursor};
use crate::row::{count, read, signed};
use crate::{json, text};

pub(super) struct PgEvents {
    pub(super) db: Arc<Db>,
}

/// A write and the candidate behind it.
type Caused<'a> = (ObservationId, &'a EventWrite);

#[async_trait]
impl Events for PgEvents {
    async fn find(&self, keys: &[EventKey]) -> Result<Vec<(EventKey, Event)>, StoreError> {
        self.db
            .named("finding events by key", || async {
                let rows = sqlx::query(
                    "WITH RECURSIVE lead (place, id) AS (
                       SELECT j.place, k.event FROM UNNEST($1::TEXT[]) WITH ORDINALITY AS j (key, place)
                       JOIN event_keys k ON k.key = j.key
                       UNION
                       SELECT lead.place, e.merged_into FROM lead JOIN events e ON e.id = lead.id
                       WHERE e.merged_into IS NOT NULL)
                     SELECT lead.place, e.id, e.body::TEXT AS body FROM lead JOIN events e ON e.id = lead.id
                     WHERE e.merged_into IS NULL ORDER BY lead.place",
                )
                .bind(text::keys(keys))
                .fetch_all(self.db.pool())
                .await?;
                rows.iter().map(|row| Ok((keys[place(row)?].clone(), event(row)?))).collect()
            })
            .await
    }

    async fn commit(&self, decisions: &[Decision]) -> Result<CommitOutcome, StoreError> {
        self.db.named("storing decisions", || self.decide(decisions)).await
    }

    async fn get(&self, id: EventId) -> Result<Option<Event>, StoreError> {
        self.db
            .named("reading an event", || async {
                sqlx::query("SELECT id, body::TEXT AS body FROM events WHERE id = $1")
                    .bind(id.to_string())
                    .fetch_optional(self.db.pool())
                    .await?
                    .map(|row| event(&row))
                    .transpose()
            })
            .await
    }

    async fn list(&self, filter: &EventFilter, page: &Page) -> Result<Paged<Event>, StoreError> {
        let (after, size) = (Cursor::of(page)?, cursor::size(page));
        self.db
            .named("listing events", || async {
                let rows = select(filter, &after, size + 1).build().fetch_all(self.db.pool()).await?;
                let items = rows.iter().map(event).collect::<Result<Vec<_>, _>>()?;
                Ok(cursor::cut(items, size, |event| (event.created_at.as_micros(), event.id.to_string())))
            })
            .await
    }

    async fn changes(&self, after: u64, max: u32) -> Result<Vec<Change>, StoreError> {
        self.db
            .named("reading changes", || async {
                let rows = sqlx::query(
                    "SELECT seq, event, kind, alert, status_from, cause, at, body::TEXT AS body
                     FROM changes WHERE seq > $1 ORDER BY seq LIMIT $2",
                )
                .bind(signed(after))
                .bind(i64::from(max))
                .fetch_all(self.db.pool())
                .await?;
                rows.iter().map(change).collect()
            })
            .await
    }

    async fn history(&self, id: EventId) -> Result<Vec<Change>, StoreError> {
        self.db
            .named("reading an event's history", || async {
                let rows = sqlx::query(
                    "SELECT seq, event, kind, alert, status_from, cause, at, body::TEXT AS body
                     FROM changes WHERE event = $1 ORDER BY seq",
                )
                .bind(id.to_string())
                .fetch_all(self.db.pool())
                .await?;
                rows.iter().map(change).collect()
            })
            .await
    }

    async fn extent(&self) -> Result<(u64, u64), StoreError> {
        self.db
            .named("reading the extent of changes", || async {
                let (first, last): (i64, i64) =
                    sqlx::query_as("SELECT COALESCE(MIN(seq), 0), COALESCE(MAX(seq), 0) FROM changes")
                        .fetch_one(self.db.pool())
                        .await?;
                Ok((count(first), count(last)))
            })
            .await
    }
}

// === impl PgEvents ===

impl PgEvents {
    async fn decide(&self, decisions: &[Decision]) -> Result<CommitOutcome, sqlx::Error> {
        let writes: Vec<Caused<'_>> = decisions
            .iter()
            .flat_map(|decision| decision.writes.iter().map(|write| (decision.candidate, write)))
            .collect();
        let mut tx = self.db.pool().begin().await?;
        let mut stumbled = finish_candidates(&mut tx, decisions).await?;
        if stumbled.is_none() {
            stumbled = store(&mut tx, &writes).await?;
        }
        if stumbled.is_none() {
            stumbled = lead(&mut tx, &writes).await?;
        }
        if let Some(candidate) = stumbled {
            tx.rollback().await?;
            return Ok(CommitOutcome::Conflict(candidate));
        }
        let changes = number(&mut tx, &writes).await?;
        tx.commit().await?;
        Ok(CommitOutcome::Committed(changes))
    }
}

/// Ends the candidates' way. Answers the first whose lease does not hold.
async fn finish_candidates(
    tx: &mut PgConnection,
    decisions: &[Decision],
) -> Result<Option<ObservationId>, sqlx::Error> {
    let (ids, tokens): (Vec<String>, Vec<i64>) =
        decisions.iter().map(|decision| (decision.candidate.to_string(), decision.lease.token)).unzip();
    let done: Vec<String> = sqlx::query_scalar(
        "WITH said AS MATERIALIZED (
           SELECT w.n, s.* FROM UNNEST($1::TEXT[], $2::BIGINT[]) AS s (id, token)
           JOIN documents d ON d.id = s.id JOIN work w ON w.n = d.n ORDER BY w.n FOR UPDATE OF w)
         UPDATE work w SET stage = 'decided', worker = NULL, lease_until = 0, error = NULL
         FROM said s WHERE w.n = s.n AND w.stage = 'candidate' AND w.lease_token = s.token RETURNING s.id",
    )
    .bind(ids)
    .bind(tokens)
    .fetch_all(tx)
    .await?;
    let mut done: HashSet<String> = done.into_iter().collect();
    // A candidate twice in one batch is not there the second time.
    Ok(decisions.iter().find(|decision| !done.remove(&decision.candidate.to_string())).map(|one| one.candidate))
}

/// Stores the events as they stand after the last of the writes, if each write follows the revision before it. Answers
/// the first candidate whose write does not.
async fn store(tx: &mut PgConnection, writes: &[Caused<'_>]) -> Result<Option<ObservationId>, sqlx::Error> {
    // What begins here cannot be there, and if it is, the insertion says so.
    let begun: HashSet<EventId> =
        writes.iter().filter(|(_, w)| w.event.revision == 1).map(|(_, w)| w.event.id).collect();
    let ids: HashSet<EventId> = writes.iter().map(|(_, w)| w.event.id).filter(|id| !begun.contains(id)).collect();
    let rows: Vec<(String, i64)> = if ids.is_empty() {
        Vec::new()
    } else {
        sqlx::query_as("SELECT id, revision FROM events WHERE id = ANY($1) ORDER BY id FOR UPDATE")
            .bind(ids.iter().map(EventId::to_string).collect::<Vec<_>>())
            .fetch_all(&mut *tx)
            .await?
    };
    let stored: HashMap<String, i64> = rows.into_iter().collect();
    let mut last: BTreeMap<EventId, Caused<'_>> = BTreeMap::new();
    for (candidate, write) in writes {
        let id = write.event.id;
        let standing = match last.get(&id) {
            Some((_, before)) => i64::from(before.event.revision),
            None => stored.get(&id.to_string()).copied().unwrap_or(0),
        };
        if i64::from(write.event.revision) != standing + 1 {
            return Ok(Some(*candidate));
        }
        last.insert(id, (*candidate, write));
    }
    let (old, new): (Vec<Caused<'_>>, Vec<Caused<'_>>) =
        last.into_values().partition(|(_, write)| stored.contains_key(&write.event.id.to_string()));
    if !old.is_empty() {
        let statement = "
            UPDATE events e SET project = s.project, kind = s.kind, status = s.status, probability = s.probability,
                                tickers = ARRAY(SELECT jsonb_array_elements_text(s.tickers)),
                                venues = ARRAY(SELECT jsonb_array_elements_text(s.venues)),
                                search = s.search, demo = s.demo, revision = s.revision, created_at = s.created_at,
                                merged_into = s.merged_into, body = s.body
            FROM UNNEST($1::TEXT[], $2::TEXT[], $3::TEXT[], $4::TEXT[], $5::FLOAT8[], $6::JSONB[], $7::JSONB[],
                        $8::TEXT[], $9::BOOLEAN[], $10::BIGINT[], $11::BIGINT[], $12::TEXT[], $13::JSONB[])
              AS s (id, project, kind, status, probability, tickers, venues, search, demo, revision, created_at,
                    merged_into, body)
            WHERE e.id = s.id RETURNING e.id";
        write(tx, statement, &old).await?;
    }
    let statement = "
        INSERT INTO events (id, project, kind, status, probability, tickers, venues, search, demo, revision,
                            created_at, merged_into, body)
        SELECT id, project, kind, status, probability, ARRAY(SELECT jsonb_array_elements_text(s.tickers)),
               ARRAY(SELECT jsonb_array_elements_text(s.venues)), search, demo, revision, created_at, merged_into, body
        FROM UNNEST($1::TEXT[], $2::TEXT[], $3::TEXT[], $4::TEXT[], $5::FLOAT8[], $6::JSONB[], $7::JSONB[],
                    $8::TEXT[], $9::BOOLEAN[], $10::BIGINT[], $11::BIGINT[], $12::TEXT[], $13::JSONB[])
          AS s (id, project, kind, status, probability, tickers, venues, search, demo, revision, created_at,
                merged_into, body)
        ORDER BY id ON CONFLICT (id) DO NOTHING RETURNING id";
    let made = if new.is_empty() { HashSet::new() } else { write(tx, statement, &new).await? };
    // Somebody has made it before; who wrote it first here stumbled.
    let there = new.iter().map(|(_, write)| write.event.id).find(|id| !made.contains(&id.to_string()));
    Ok(there.and_then(|id| writes.iter().find(|(_, w)| w.event.id == id)).map(|(candidate, _)| *candidate))
}

/// Runs one statement over events as arrays, and answers the identifiers it returns.
async fn write(
    tx: &mut PgConnection,
    statement: &'static str,
    writes: &[Caused<'_>],
) -> Result<HashSet<String>, sqlx::Error> {
    let events: Vec<&Event> = writes.iter().map(|(_, write)| &write.event).collect();
    let done: Vec<String> = sqlx::query_scalar(statement)
        .bind(events.iter().map(|event| event.id.to_string()).collect::<Vec<_>>())
        .bind(events.iter().map(|event| text::project(event)).collect::<Vec<_>>())
        .bind(events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>())
        .bind(events.iter().map(|event| event.status.as_str()).collect::<Vec<_>>())
        .bind(events.iter().map(|event| event.confidence.probability.get()).collect::<Vec<_>>())
        .bind(events.iter().map(|event| json::words(&text::tickers(event))).collect::<Vec<_>>())
        .bind(events.iter().map(|event| json::words(&text::venues(event))).collect::<Vec<_>>())
        .bind(events.iter().map(|event| text::search(event)).collect::<Vec<_>>())
        .bind(events.iter().map(|event| event.demo).collect::<Vec<_>>())
        .bind(events.iter().map(|event| i64::from(event.revision)).collect::<Vec<_>>())
        .bind(events.iter().map(|event| event.created_at.as_micros()).collect::<Vec<_>>())
        .bind(events.iter().map(|event| event.merged_into.map(|id| id.to_string())).collect::<Vec<_>>())
        .bind(events.iter().map(|event| json::event(event)).collect::<Vec<_>>())
        .fetch_all(tx)
        .await?;
    Ok(done.into_iter().collect())
}

/// Makes the writes' keys lead to their events; a merged event's keys go to the survivor. Answers the first candidate
/// one of whose keys leads elsewhere.
async fn lead(tx: &mut PgConnection, writes: &[Caused<'_>]) -> Result<Option<ObservationId>, sqlx::Error> {
    let mut waiting: Vec<(String, String, ObservationId)> = Vec::new();
    for (candidate, write) in writes {
        let own = write.event.id.to_string();
        let owner = write.event.merged_into.map_or_else(|| own.clone(), |survivor| survivor.to_string());
        if owner != own {
            // What earlier writes of the batch gave the event goes with it.
            if let Some(stumbled) = insert_keys(tx, &mut waiting).await? {
                return Ok(Some(stumbled));
            }
            sqlx::query("UPDATE event_keys SET event = $1 WHERE event = $2")
                .bind(&owner)
                .bind(&own)
                .execute(&mut *tx)
                .await?;
        }
        waiting.extend(text::keys(&write.keys).into_iter().map(|key| (key, owner.clone(), *candidate)));
    }
    insert_keys(tx, &mut waiting).await
}

/// Inserts the waiting keys, sorted so that two that insert the same wait and do not lock.
async fn insert_keys(
    tx: &mut PgConnection,
    waiting: &mut Vec<(String, String, ObservationId)>,
) -> Result<Option<ObservationId>, sqlx::Error> {
    if waiting.is_empty() {
        return Ok(None);
    }
    let waiting = std::mem::take(waiting);
    let (keys, owners): (Vec<&str>, Vec<&str>) =
        waiting.iter().map(|(key, owner, _)| (key.as_str(), owner.as_str())).unzip();
    // A key that somebody else has inserted since this began is in neither part, and so a conflict like one that leads elsewhere.
    let rows: Vec<(String, String)> = sqlx::query_as(
        "WITH put AS (
           INSERT INTO event_keys (key, event)
           SELECT key, event FROM UNNEST($1::TEXT[], $2::TEXT[]) WITH ORDINALITY AS s (key, event, place)
           ORDER BY key COLLATE \"C\", place ON CONFLICT (key) DO NOTHING RETURNING key, event)
         SELECT key, event FROM put UNION ALL SELECT key, event FROM event_keys WHERE key = ANY($1)",
    )
    .bind(&keys)
    .bind(&owners)
    .fetch_all(tx)
    .await?;
    let leads: HashMap<String, String> = rows.into_iter().collect();
    Ok(waiting.iter().find(|(key, owner, _)| leads.get(key) != Some(owner)).map(|(_, _, candidate)| *candidate))
}

/// Gives the changes their places in the order and writes them and their outbox rows, in one statement and last in the
/// transaction: until it commits, nobody else gets a number.
async fn number(tx: &mut PgConnection, writes: &[Caused<'_>]) -> Result<Vec<Change>, sqlx::Error> {
    if writes.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "WITH clock AS MATERIALIZED (SELECT tge_now() AS now),
         counted AS (UPDATE counters SET value = value + cardinality($1::TEXT[]) WHERE name = 'changes'
                     RETURNING value - cardinality($1::TEXT[]) AS before),
         told AS (
           INSERT INTO changes (seq, event, kind, alert, status_from, cause, at, body)
           SELECT counted.before + s.place, s.event, s.kind, s.alert, s.status_from, s.cause, clock.now, s.body::JSONB
           FROM counted, clock,
                UNNEST($1::TEXT[], $2::TEXT[], $3::BOOLEAN[], $4::TEXT[], $5::TEXT[], $6::TEXT[])
                  WITH ORDINALITY AS s (event, kind, alert, status_from, cause, body, place)
           RETURNING seq, at, alert),
         sent AS (INSERT INTO outbox (seq, at) SELECT seq, at FROM told WHERE alert)
         SELECT seq, at FROM told ORDER BY seq",
    )
    .bind(writes.iter().map(|(_, write)| write.event.id.to_string()).collect::<Vec<_>>())
    .bind(writes.iter().map(|(_, write)| write.kind.as_str()).collect::<Vec<_>>())
    .bind(writes.iter().map(|(_, write)| write.alert).collect::<Vec<_>>())
    .bind(writes.iter().map(|(_, write)| write.status_from.map(|status| status.as_str())).collect::<Vec<_>>())
    .bind(writes.iter().map(|(candidate, _)| candidate.to_string()).collect::<Vec<_>>())
    .bind(writes.iter().map(|(_, write)| json::event(&write.event)).collect::<Vec<_>>())
    .fetch_all(tx)
    .await?;
    let told = rows.into_iter().zip(writes).map(|((seq, at), (candidate, write))| Change {
        seq: count(seq),
        kind: write.kind,
        alert: write.alert,
        status_from: write.status_from,
        cause: Some(*candidate),
        at: Timestamp::from_micros(at),
        event: write.event.clone(),
    });
    Ok(told.collect())
}

fn select(filter: &EventFilter, after: &Cursor, limit: i64) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("SELECT id, body::TEXT AS body FROM events WHERE (created_at, id) < (");
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
        query.push(" AND tickers @> ARRAY[").push_bind(text::folded(ticker)).push("]");
    }
    if let Some(venue) = &filter.venue {
        query.push(" AND venues @> ARRAY[").push_bind(text::folded(venue)).push("]");
    }
    if let Some(least) = filter.min_probability {
        query.push(" AND probability >= ").push_bind(least.get());
    }
    if let Some(wanted) = &filter.text {
        // LIKE and not strpos, because only LIKE is served by the trigram index.
        let wanted = text::clean(wanted).to_lowercase();
        let literal = wanted.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        query.push(" AND search LIKE ").push_bind(format!("%{literal}%"));
    }
    if !filter.with_demo {
        query.push(" AND NOT demo");
    }
    query.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(limit);
    query
}

/// Which of the keys asked for led to this row.
fn place(row: &PgRow) -> Result<usize, sqlx::Error> {
    let place: i64 = row.try_get("place")?;
    Ok(usize::try_from(place - 1).expect("the database counts the list it was given, from 1"))
}

fn event(row: &PgRow) -> Result<Event, sqlx::Error> {
    json::read_event(row.try_get("id")?, row.try_get("body")?)
}

/// A row of `changes` as a change.
pub(super) fn change(row: &PgRow) -> Result<Change, sqlx::Error> {
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
