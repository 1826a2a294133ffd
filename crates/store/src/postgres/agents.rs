//! Running agents, as their heartbeats tell.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use tge_model::{Agent, AgentId, AgentState, Timestamp};
use tge_ports::StoreError;
use tge_ports::store::Agents;

use super::db::{Db, micros_of};
use crate::row::{count, read, signed};
use crate::text::clean;

/// How long an agent that is gone stays in the list.
const DAY: Duration = Duration::from_secs(86_400);

pub(super) struct PgAgents {
    pub(super) db: Arc<Db>,
}

#[async_trait]
impl Agents for PgAgents {
    async fn beat(&self, agent: &Agent) -> Result<AgentState, StoreError> {
        self.db
            .named("storing a heartbeat", || async {
                // Who beats is not lost; who was told to leave stays told; who leaves by itself may.
                let state: String = sqlx::query_scalar(
                    "INSERT INTO agents (id, kind, address, state, started_at, last_seen_at, doing, done, failed,
                                         version)
                     VALUES ($1, $2, $3, $4, $5, tge_now(), $6, $7, $8, $9)
                     ON CONFLICT (id) DO UPDATE SET
                       address = excluded.address, last_seen_at = excluded.last_seen_at, doing = excluded.doing,
                       done = excluded.done, failed = excluded.failed, version = excluded.version,
                       state = CASE WHEN agents.state IN ('active', 'lost') OR excluded.state = 'retired'
                                    THEN excluded.state ELSE agents.state END
                     RETURNING state",
                )
                .bind(agent.id.to_string())
                .bind(agent.kind.as_str())
                .bind(clean(&agent.address))
                .bind(agent.state.as_str())
                .bind(agent.started_at.as_micros())
                .bind(clean(&agent.doing))
                .bind(signed(agent.done))
                .bind(signed(agent.failed))
                .bind(clean(&agent.version))
                .fetch_one(self.db.pool())
                .await?;
                read(&agent.id.resource_name(), &state)
            })
            .await
    }

    async fn all(&self) -> Result<Vec<Agent>, StoreError> {
        self.db
            .named("reading the agents", || async {
                let rows = sqlx::query("SELECT * FROM agents WHERE last_seen_at > tge_now() - $1 ORDER BY kind, id")
                    .bind(micros_of(DAY))
                    .fetch_all(self.db.pool())
                    .await?;
                rows.iter().map(agent).collect()
            })
            .await
    }

    async fn mark_lost(&self, silence: Duration) -> Result<Vec<Agent>, StoreError> {
        self.db
            .named("marking agents lost", || async {
                let rows = sqlx::query(
                    "UPDATE agents SET state = 'lost'
                     WHERE last_seen_at <= tge_now() - $1 AND state IN ('active', 'draining') RETURNING *",
                )
                .bind(micros_of(silence))
                .fetch_all(self.db.pool())
                .await?;
                rows.iter().map(agent).collect()
            })
            .await
    }

    async fn set_state(&self, id: AgentId, state: AgentState) -> Result<bool, StoreError> {
        self.db
            .named("setting an agent's state", || async {
                let done = sqlx::query("UPDATE agents SET state = $1 WHERE id = $2")
                    .bind(state.as_str())
                    .bind(id.to_string())
                    .execute(self.db.pool())
                    .await?;
                Ok(done.rows_affected() > 0)
            })
            .await
    }
}

fn agent(row: &PgRow) -> Result<Agent, sqlx::Error> {
    let id: &str = row.try_get("id")?;
    let record = format!("agents/{id}");
    Ok(Agent {
        id: read(&record, id)?,
        kind: read(&record, row.try_get("kind")?)?,
        address: row.try_get("address")?,
        state: read(&record, row.try_get("state")?)?,
        started_at: Timestamp::from_micros(row.try_get("started_at")?),
        last_seen_at: Timestamp::from_micros(row.try_get("last_seen_at")?),
        doing: row.try_get("doing")?,
        done: count(row.try_get("done")?),
        failed: count(row.try_get("failed")?),
        version: row.try_get("version")?,
    })
}
