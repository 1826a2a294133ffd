//! Planned work.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::{QueryBuilder, Row as _};
use tge_model::{Lease, Priority, Task, TaskId, TaskKind, TaskState, Timestamp};
use tge_ports::store::{Claimed, MAX_ATTEMPTS, NewTask, TaskFilter, Tasks};
use tge_ports::{Page, Paged, StoreError};

use super::db::{Db, micros_of};
use crate::cursor::{self, Cursor};
use crate::row::{moment, read, small};
use crate::text::{clean, clean_opt};

pub(super) struct PgTasks {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Tasks for PgTasks {
    async fn plan(&self, tasks: &[NewTask], leader: Option<(&str, Lease)>) -> Result<u64, StoreError> {
        self.db.named("planning tasks", || self.insert(tasks, leader)).await
    }

    async fn claim(
        &self,
        worker: &str,
        kinds: &[TaskKind],
        max: u32,
        lease: Duration,
    ) -> Result<Vec<Claimed<Task>>, StoreError> {
        self.db.named("claiming tasks", || self.take(worker, kinds, max, lease)).await
    }

    async fn renew(&self, held: &[(TaskId, Lease)], lease: Duration) -> Result<Vec<bool>, StoreError> {
        let (ids, tokens): (Vec<String>, Vec<i64>) =
            held.iter().map(|(id, lease)| (id.to_string(), lease.token)).unzip();
        self.db
            .named("renewing leases of tasks", || async {
                let kept: Vec<String> = sqlx::query_scalar(
                    "WITH mine AS MATERIALIZED (
                       SELECT t.id, s.token FROM UNNEST($1::TEXT[], $2::BIGINT[]) AS s (id, token)
                       JOIN tasks t ON t.id = s.id ORDER BY t.id FOR UPDATE OF t)
                     UPDATE tasks t SET lease_until = tge_now() + $3 FROM mine
                     WHERE t.id = mine.id AND t.state = 'leased' AND t.lease_token = mine.token RETURNING t.id",
                )
                .bind(&ids)
                .bind(&tokens)
                .bind(micros_of(lease))
                .fetch_all(self.db.pool())
                .await?;
                let kept: HashSet<String> = kept.into_iter().collect();
                Ok(ids.iter().map(|id| kept.contains(id)).collect())
            })
            .await
    }

    async fn finish(&self, id: TaskId, lease: Lease, result: &str) -> Result<bool, StoreError> {
        self.db
            .named("storing a task's result", || async {
                let done = sqlx::query(
                    "UPDATE tasks SET state = 'done', finished_at = tge_now(), result = $1, error = NULL,
                                      lease_until = 0
                     WHERE id = $2 AND state = 'leased' AND lease_token = $3",
                )
                .bind(clean(result))
                .bind(id.to_string())
                .bind(lease.token)
                .execute(self.db.pool())
                .await?;
                Ok(done.rows_affected() == 1)
            })
            .await
    }

    async fn fail(
        &self,
        id: TaskId,
        lease: Lease,
        error: &str,
        retry_at: Timestamp,
    ) -> Result<Option<TaskState>, StoreError> {
        self.db
            .named("giving a task back", || async {
                let state: Option<String> = sqlx::query_scalar(
                    "UPDATE tasks SET state = CASE WHEN attempt >= $1 THEN 'dead' ELSE 'pending' END,
                                      finished_at = CASE WHEN attempt >= $1 THEN tge_now() END,
                                      error = $2, not_before = $3, worker = NULL, lease_until = 0,
                                      lease_token = lease_token + 1
                     WHERE id = $4 AND state = 'leased' AND lease_token = $5 RETURNING state",
                )
                .bind(i64::from(MAX_ATTEMPTS))
                .bind(clean(error))
                .bind(retry_at.as_micros())
                .bind(id.to_string())
                .bind(lease.token)
                .fetch_optional(self.db.pool())
                .await?;
                state.map(|state| read(&id.resource_name(), &state)).transpose()
            })
            .await
    }

    async fn revive(&self, id: TaskId) -> Result<bool, StoreError> {
        self.db
            .named("reviving a task", || async {
                let done = sqlx::query(
                    "UPDATE tasks SET state = 'pending', attempt = 0, finished_at = NULL, not_before = tge_now()
                     WHERE id = $1 AND state = 'dead'",
                )
                .bind(id.to_string())
                .execute(self.db.pool())
                .await?;
                Ok(done.rows_affected() == 1)
            })
            .await
    }

    async fn list(&self, filter: &TaskFilter, page: &Page) -> Result<Paged<Task>, StoreError> {
        let (after, size) = (Cursor::of(page)?, cursor::size(page));
        self.db
            .named("listing tasks", || async {
                let mut query = QueryBuilder::new("SELECT * FROM tasks WHERE (created_at, id) < (");
                query.push_bind(after.at).push(", ").push_bind(after.id.clone()).push(")");
                if let Some(kind) = filter.kind {
                    query.push(" AND kind = ").push_bind(kind.as_str());
                }
                if let Some(state) = filter.state {
                    query.push(" AND state = ").push_bind(state.as_str());
                }
                query.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(size + 1);
                let rows = query.build().fetch_all(self.db.pool()).await?;
                let items = rows.iter().map(task).collect::<Result<Vec<_>, _>>()?;
                Ok(cursor::cut(items, size, |item| (item.created_at.as_micros(), item.id.to_string())))
            })
            .await
    }

    async fn prune(&self, done_before: Timestamp, max: u32) -> Result<u64, StoreError> {
        self.db
            .named("forgetting tasks", || async {
                let done = sqlx::query(
                    "DELETE FROM tasks WHERE id IN
                       (SELECT id FROM tasks WHERE state = 'done' AND finished_at < $1 ORDER BY finished_at LIMIT $2
                        FOR UPDATE SKIP LOCKED)",
                )
                .bind(done_before.as_micros())
                .bind(i64::from(max))
                .execute(self.db.pool())
                .await?;
                Ok(done.rows_affected())
            })
            .await
    }
}

// === impl PgTasks ===

impl PgTasks {
    async fn insert(&self, tasks: &[NewTask], leader: Option<(&str, Lease)>) -> Result<u64, sqlx::Error> {
        let texts = |of: fn(&NewTask) -> String| -> Vec<String> { tasks.iter().map(of).collect() };
        let mut tx = self.db.pool().begin().await?;
        if let Some((name, lease)) = leader {
            // Shared: planning holds off who would take the lease over, not who reads it.
            let leads = sqlx::query(
                "SELECT 1 FROM leases WHERE name = $1 AND token = $2 AND lease_until > tge_now() AND holder <> ''
                 FOR SHARE",
            )
            .bind(name)
            .bind(lease.token)
            .fetch_optional(&mut *tx)
            .await?;
            if leads.is_none() {
                tx.rollback().await?;
                return Ok(0);
            }
        }
        let done = sqlx::query(
            "INSERT INTO tasks (id, idem_key, kind, subject, priority, rank, state, not_before, created_at, traceparent)
             SELECT s.id, s.idem_key, s.kind, s.subject, s.priority, s.rank, 'pending', s.not_before, c.now,
                    s.traceparent
             FROM UNNEST($1::TEXT[], $2::TEXT[], $3::TEXT[], $4::TEXT[], $5::TEXT[], $6::BIGINT[], $7::BIGINT[],
                         $8::TEXT[]) WITH ORDINALITY
               AS s (id, idem_key, kind, subject, priority, rank, not_before, traceparent, place),
                  (SELECT tge_now() AS now) c
             ORDER BY s.idem_key COLLATE \"C\", s.place ON CONFLICT DO NOTHING",
        )
        .bind(texts(|task| task.id.to_string()))
        .bind(texts(|task| clean(&task.idem_key).into_owned()))
        .bind(texts(|task| task.kind.to_string()))
        .bind(texts(|task| clean(&task.subject).into_owned()))
        .bind(texts(|task| task.priority.to_string()))
        .bind(tasks.iter().map(|task| rank(task.priority)).collect::<Vec<_>>())
        .bind(tasks.iter().map(|task| task.not_before.as_micros()).collect::<Vec<_>>())
        .bind(
            tasks
                .iter()
                .map(|task| clean_opt(task.traceparent.as_deref()).map(|text| text.into_owned()))
                .collect::<Vec<_>>(),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    async fn take(
        &self,
        worker: &str,
        kinds: &[TaskKind],
        max: u32,
        lease: Duration,
    ) -> Result<Vec<Claimed<Task>>, sqlx::Error> {
        let rows = sqlx::query(
            "WITH clock AS MATERIALIZED (SELECT tge_now() AS now),
             spent AS (SELECT t.id FROM tasks t, clock
                       WHERE t.state = 'leased' AND t.attempt >= $5 AND t.lease_until <= clock.now
                       FOR UPDATE OF t SKIP LOCKED),
             buried AS (UPDATE tasks SET state = 'dead', finished_at = tge_now(),
                                         error = 'taken ' || attempt || ' times and never finished, last by ' || worker
                        WHERE id IN (SELECT id FROM spent)),
             due AS (SELECT t.id FROM tasks t, clock
                     WHERE t.state IN ('pending', 'leased') AND t.kind = ANY($3)
                       AND t.not_before <= clock.now AND t.lease_until <= clock.now
                       AND NOT (t.state = 'leased' AND t.attempt >= $5)
                     ORDER BY t.rank - (clock.now - t.not_before) / 60000000, t.not_before, t.id
                     LIMIT $4 FOR UPDATE OF t SKIP LOCKED),
             taken AS (UPDATE tasks t SET state = 'leased', attempt = t.attempt + 1, worker = $1,
                                          lease_token = t.lease_token + 1, lease_until = clock.now + $2
                       FROM due, clock WHERE t.id = due.id RETURNING t.*)
             SELECT taken.* FROM taken, clock
             ORDER BY taken.rank - (clock.now - taken.not_before) / 60000000, taken.not_before, taken.id",
        )
        .bind(worker)
        .bind(micros_of(lease))
        .bind(kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>())
        .bind(i64::from(max))
        .bind(i64::from(MAX_ATTEMPTS))
        .fetch_all(self.db.pool())
        .await?;
        let claimed = |row: &PgRow| {
            let item = task(row)?;
            let attempt = item.attempt;
            Ok(Claimed { item, lease: Lease { token: row.try_get("lease_token")? }, attempt })
        };
        rows.iter().map(claimed).collect()
    }
}

/// The order in which priorities are taken.
fn rank(priority: Priority) -> i64 {
    match priority {
        Priority::Critical => 0,
        Priority::High => 1,
        Priority::Normal => 2,
        Priority::Low => 3,
    }
}

fn task(row: &PgRow) -> Result<Task, sqlx::Error> {
    let id: &str = row.try_get("id")?;
    let record = format!("tasks/{id}");
    Ok(Task {
        id: read(&record, id)?,
        idem_key: row.try_get("idem_key")?,
        kind: read(&record, row.try_get("kind")?)?,
        subject: row.try_get("subject")?,
        priority: read(&record, row.try_get("priority")?)?,
        state: read(&record, row.try_get("state")?)?,
        attempt: small(row.try_get("attempt")?),
        not_before: Timestamp::from_micros(row.try_get("not_before")?),
        created_at: Timestamp::from_micros(row.try_get("created_at")?),
        finished_at: moment(row.try_get("finished_at")?),
        worker: row.try_get("worker")?,
        error: row.try_get("error")?,
        result: row.try_get("result")?,
        traceparent: row.try_get("traceparent")?,
    })
}
