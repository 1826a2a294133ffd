//! Planned work.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, QueryBuilder, Row as _};
use tge_model::{Lease, Priority, Task, TaskId, TaskKind, TaskState, Timestamp};
use tge_ports::store::{Claimed, MAX_ATTEMPTS, NewTask, TaskFilter, Tasks};
use tge_ports::{Page, Paged, StoreError};

use super::db::{Db, Durable};
use crate::cursor::{self, Cursor};
use crate::json;
use crate::row::{moment, read, small};
use crate::text::{clean, clean_opt};

pub(super) struct SqliteTasks {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Tasks for SqliteTasks {
    async fn plan(&self, tasks: &[NewTask], leader: Option<(&str, Lease)>) -> Result<u64, StoreError> {
        self.db.named("planning tasks", self.insert(tasks, leader)).await
    }

    async fn claim(
        &self,
        worker: &str,
        kinds: &[TaskKind],
        max: u32,
        lease: Duration,
    ) -> Result<Vec<Claimed<Task>>, StoreError> {
        self.db.named("claiming tasks", self.take(worker, kinds, max, lease)).await
    }

    async fn renew(&self, held: &[(TaskId, Lease)], lease: Duration) -> Result<Vec<bool>, StoreError> {
        self.db
            .named("renewing leases of tasks", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                let until = Timestamp::from_micros(self.db.now()).plus(lease).as_micros();
                let mut tx = writer.begin().await?;
                let mut kept = Vec::with_capacity(held.len());
                for (id, lease) in held {
                    let done = sqlx::query(
                        "UPDATE tasks SET lease_until = ?1 WHERE id = ?2 AND state = 'leased' AND lease_token = ?3",
                    )
                    .bind(until)
                    .bind(id.to_string())
                    .bind(lease.token)
                    .execute(&mut *tx)
                    .await?;
                    kept.push(done.rows_affected() == 1);
                }
                tx.commit().await?;
                Ok(kept)
            })
            .await
    }

    async fn finish(&self, id: TaskId, lease: Lease, result: &str) -> Result<bool, StoreError> {
        self.db
            .named("storing a task's result", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                let done = sqlx::query(
                    "UPDATE tasks SET state = 'done', finished_at = ?1, result = ?2, error = NULL, lease_until = 0
                     WHERE id = ?3 AND state = 'leased' AND lease_token = ?4",
                )
                .bind(self.db.now())
                .bind(clean(result))
                .bind(id.to_string())
                .bind(lease.token)
                .execute(&mut *writer)
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
            .named("giving a task back", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                let state: Option<String> = sqlx::query_scalar(
                    "UPDATE tasks SET state = CASE WHEN attempt >= ?1 THEN 'dead' ELSE 'pending' END,
                                      finished_at = CASE WHEN attempt >= ?1 THEN ?2 END,
                                      error = ?3, not_before = ?4, worker = NULL, lease_until = 0,
                                      lease_token = lease_token + 1
                     WHERE id = ?5 AND state = 'leased' AND lease_token = ?6 RETURNING state",
                )
                .bind(i64::from(MAX_ATTEMPTS))
                .bind(self.db.now())
                .bind(clean(error))
                .bind(retry_at.as_micros())
                .bind(id.to_string())
                .bind(lease.token)
                .fetch_optional(&mut *writer)
                .await?;
                state.map(|state| read(&id.resource_name(), &state)).transpose()
            })
            .await
    }

    async fn revive(&self, id: TaskId) -> Result<bool, StoreError> {
        self.db
            .named("reviving a task", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                let done = sqlx::query(
                    "UPDATE tasks SET state = 'pending', attempt = 0, finished_at = NULL, not_before = ?1
                     WHERE id = ?2 AND state = 'dead'",
                )
                .bind(self.db.now())
                .bind(id.to_string())
                .execute(&mut *writer)
                .await?;
                Ok(done.rows_affected() == 1)
            })
            .await
    }

    async fn list(&self, filter: &TaskFilter, page: &Page) -> Result<Paged<Task>, StoreError> {
        let (after, size) = (Cursor::of(page)?, cursor::size(page));
        self.db
            .named("listing tasks", async {
                let mut query = QueryBuilder::new("SELECT * FROM tasks WHERE (created_at, id) < (");
                query.push_bind(after.at).push(", ").push_bind(after.id).push(")");
                if let Some(kind) = filter.kind {
                    query.push(" AND kind = ").push_bind(kind.as_str());
                }
                if let Some(state) = filter.state {
                    query.push(" AND state = ").push_bind(state.as_str());
                }
                query.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(size + 1);
                let rows = query.build().fetch_all(self.db.reader()).await?;
                let items = rows.iter().map(task).collect::<Result<Vec<_>, _>>()?;
                Ok(cursor::cut(items, size, |item| (item.created_at.as_micros(), item.id.to_string())))
            })
            .await
    }

    async fn prune(&self, done_before: Timestamp, max: u32) -> Result<u64, StoreError> {
        self.db
            .named("forgetting tasks", async {
                let mut writer = self.db.writer(Durable::Process).await?;
                let done = sqlx::query(
                    "DELETE FROM tasks WHERE id IN
                       (SELECT id FROM tasks WHERE state = 'done' AND finished_at < ?1 ORDER BY finished_at LIMIT ?2)",
                )
                .bind(done_before.as_micros())
                .bind(i64::from(max))
                .execute(&mut *writer)
                .await?;
                Ok(done.rows_affected())
            })
            .await
    }
}

// === impl SqliteTasks ===

impl SqliteTasks {
    async fn insert(&self, tasks: &[NewTask], leader: Option<(&str, Lease)>) -> Result<u64, sqlx::Error> {
        let mut writer = self.db.writer(Durable::Process).await?;
        let now = self.db.now();
        let mut tx = writer.begin().await?;
        if let Some((name, lease)) = leader {
            let leads = sqlx::query(
                "SELECT 1 FROM leases WHERE name = ?1 AND token = ?2 AND lease_until > ?3 AND holder <> ''",
            )
            .bind(name)
            .bind(lease.token)
            .bind(now)
            .fetch_optional(&mut *tx)
            .await?;
            if leads.is_none() {
                tx.rollback().await?;
                return Ok(0);
            }
        }
        let mut stored = 0;
        for task in tasks {
            let done = sqlx::query(
                "INSERT INTO tasks (id, idem_key, kind, subject, priority, rank, state, not_before, created_at,
                                    traceparent)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'pending', ?7, ?8, ?9) ON CONFLICT DO NOTHING",
            )
            .bind(task.id.to_string())
            .bind(clean(&task.idem_key))
            .bind(task.kind.as_str())
            .bind(clean(&task.subject))
            .bind(task.priority.as_str())
            .bind(rank(task.priority))
            .bind(task.not_before.as_micros())
            .bind(now)
            .bind(clean_opt(task.traceparent.as_deref()))
            .execute(&mut *tx)
            .await?;
            stored += done.rows_affected();
        }
        tx.commit().await?;
        Ok(stored)
    }

    async fn take(
        &self,
        worker: &str,
        kinds: &[TaskKind],
        max: u32,
        lease: Duration,
    ) -> Result<Vec<Claimed<Task>>, sqlx::Error> {
        let kinds = json::words(&kinds.iter().map(TaskKind::to_string).collect::<Vec<_>>());
        let mut writer = self.db.writer(Durable::Process).await?;
        let now = self.db.now();
        let mut tx = writer.begin().await?;
        sqlx::query(
            "UPDATE tasks SET state = 'dead', finished_at = ?1,
                              error = 'taken ' || attempt || ' times and never finished, last by ' || worker
             WHERE state = 'leased' AND lease_until <= ?1 AND attempt >= ?2",
        )
        .bind(now)
        .bind(i64::from(MAX_ATTEMPTS))
        .execute(&mut *tx)
        .await?;
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM tasks
             WHERE state IN ('pending', 'leased') AND kind IN (SELECT value FROM json_each(?1))
               AND not_before <= ?2 AND lease_until <= ?2
             ORDER BY rank - (?2 - not_before) / 60000000, not_before, id LIMIT ?3",
        )
        .bind(kinds)
        .bind(now)
        .bind(i64::from(max))
        .fetch_all(&mut *tx)
        .await?;
        let mut claimed = Vec::with_capacity(ids.len());
        for id in ids {
            let row = sqlx::query(
                "UPDATE tasks SET state = 'leased', attempt = attempt + 1, worker = ?1,
                                  lease_token = lease_token + 1, lease_until = ?2
                 WHERE id = ?3 RETURNING *",
            )
            .bind(worker)
            .bind(Timestamp::from_micros(now).plus(lease).as_micros())
            .bind(id)
            .fetch_one(&mut *tx)
            .await?;
            let item = task(&row)?;
            let attempt = item.attempt;
            claimed.push(Claimed { item, lease: Lease { token: row.try_get("lease_token")? }, attempt });
        }
        tx.commit().await?;
        Ok(claimed)
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

fn task(row: &SqliteRow) -> Result<Task, sqlx::Error> {
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
