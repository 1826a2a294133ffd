//! Sources, agents, tasks, recoveries, memory, status: how the swarm is.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use tge_model::{AgentId, AgentState, SourceHealth, SourceState, TaskId};
use tge_ports::store::TaskFilter;
use tge_ports::{StoreError, channels};
use tge_proto::pb::memory::v1 as pb;
use tge_proto::record::{AgentRecord, ComponentRecord, RecoveryRecord, SourceHealthRecord, TaskRecord};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::params::{Params, page, parse, parse_optional};
use crate::{Queen, mind, survey};

/// A configured source and how it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceRecord {
    /// Its unique name.
    name: String,
    /// `feed`, `json` or `push`.
    kind: String,
    /// What is fetched; empty for `push`.
    url: String,
    /// Who speaks.
    owner: String,
    /// `official`, `exchange`, `press` or `community`.
    tier: String,
    /// Seconds between polls, at least.
    every_secs: u64,
    /// Not polled by configuration.
    paused: bool,
    /// Made by the demo world.
    demo: bool,
    /// How it is.
    health: SourceHealthRecord,
}

/// Every source.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceList {
    /// By name.
    sources: Vec<SourceRecord>,
}

/// Every agent of the last day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentList {
    /// By kind and start.
    agents: Vec<AgentRecord>,
}

/// A page of tasks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskList {
    /// Newest first.
    tasks: Vec<TaskRecord>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

/// A page of recoveries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecoveryList {
    /// Newest first.
    recoveries: Vec<RecoveryRecord>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

/// Every component the health monitor watches.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComponentList {
    /// By name; empty where no monitor runs.
    components: Vec<ComponentRecord>,
}

/// Which tasks are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TaskParams {
    /// `pending`, `leased`, `done` or `dead`.
    state: Option<String>,
    /// For example `poll_feed`.
    kind: Option<String>,
    /// At most so many, 1 to 1000; 50 when absent.
    page_size: Option<u32>,
    /// The `next_page_token` of the page before.
    page_token: Option<String>,
}

/// Which recoveries are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecoveryParams {
    /// Of one component only.
    component: Option<String>,
    /// At most so many, 1 to 1000; 50 when absent.
    page_size: Option<u32>,
    /// The `next_page_token` of the page before.
    page_token: Option<String>,
}

/// What to search SAFLA for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MemoryParams {
    /// Words; empty lists what was written last.
    q: Option<String>,
    /// `working`, `episodic`, `semantic` or `vector`.
    tier: Option<String>,
    /// For example `host_limits`.
    kind: Option<String>,
    /// The item's key begins so.
    prefix: Option<String>,
    /// At most so many, 1 to 100; 10 when absent.
    limit: Option<i32>,
}

/// Items found in SAFLA.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemoryHits {
    /// Best first.
    hits: Vec<MemoryHit>,
}

/// One item found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemoryHit {
    /// Its tier.
    tier: String,
    /// Its name within the tier.
    key: String,
    /// What it is.
    kind: String,
    /// Counts writes.
    version: u64,
    /// Who wrote it.
    writer: String,
    /// What it is about.
    subjects: Vec<String>,
    /// The thing itself.
    content: serde_json::Value,
    /// How well it fits.
    score: f64,
    /// Why.
    why: String,
}

/// One stage of the pipeline.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StageRecord {
    /// `observations`, `candidates`, `outbox`, `deliveries` or `tasks`.
    name: &'static str,
    /// Rows waiting.
    waiting: u64,
    /// Since when the oldest waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest_at: Option<String>,
    /// Rows set aside after the last attempt.
    dead: u64,
}

/// How the swarm is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusRecord {
    /// The program's version.
    pub(crate) version: &'static str,
    /// The leading queen; absent when nobody leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) leader: Option<String>,
    /// What waits where.
    pub(crate) stages: Vec<StageRecord>,
    /// The last number of the order of changes.
    pub(crate) last_change: u64,
    /// Agents that beat.
    pub(crate) agents_active: u32,
    /// Agents that stopped to beat.
    pub(crate) agents_lost: u32,
    /// Sources that answered last time.
    pub(crate) sources_healthy: u32,
    /// Sources that did not, or refused.
    pub(crate) sources_failing: u32,
    /// Sources never asked yet.
    pub(crate) sources_unknown: u32,
    /// The demo world runs.
    pub(crate) demo: bool,
}

/// Lists sources with how they are.
#[utoipa::path(get, path = "/api/v1/sources", tag = "swarm", responses((status = 200, body = SourceList)))]
pub(crate) async fn sources(State(queen): State<Queen>) -> Result<Json<SourceList>, Problem> {
    let (states, now) = (queen.stores.sources.all().await?, queen.clock.now());
    let sources = queen.catalog.iter().map(|file| {
        let source = &file.source;
        let state = states.iter().find(|state| state.name == source.name).cloned();
        let state = state.unwrap_or_else(|| SourceHealth::unknown(source.name.clone(), now));
        SourceRecord {
            name: source.name.to_string(),
            kind: source.kind.to_string(),
            url: source.url.clone(),
            owner: source.owner.clone(),
            tier: source.tier.to_string(),
            every_secs: source.every.as_secs(),
            paused: file.paused,
            demo: source.demo,
            health: (&state).into(),
        }
    });
    Ok(Json(SourceList { sources: sources.collect() }))
}

/// Lists agents seen in the last day.
#[utoipa::path(get, path = "/api/v1/agents", tag = "swarm", responses((status = 200, body = AgentList)))]
pub(crate) async fn agents(State(queen): State<Queen>) -> Result<Json<AgentList>, Problem> {
    let mut agents = queen.stores.agents.all().await?;
    agents.sort_by_key(|agent| (agent.kind, agent.started_at));
    Ok(Json(AgentList { agents: agents.iter().map(Into::into).collect() }))
}

/// Tells an agent to finish what it holds and take nothing new.
#[utoipa::path(post, path = "/api/v1/agents/{id}/drain", tag = "swarm", params(("id" = String, Path, description = "ULID")),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn drain_agent(
    State(queen): State<Queen>,
    Path(id): Path<String>,
) -> Result<axum::http::StatusCode, Problem> {
    let id: AgentId = parse("id", &id)?;
    if drain(&queen, id).await? {
        Ok(axum::http::StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("agent", &id.to_string()))
    }
}

/// Writes the row that is the command, then hints that it is there.
pub(crate) async fn drain(queen: &Queen, id: AgentId) -> Result<bool, StoreError> {
    let known = queen.stores.agents.set_state(id, AgentState::Draining).await?;
    if known && let Err(error) = queen.bus.publish(channels::QUEEN_COMMANDS, &id.resource_name()).await {
        tracing::debug!(%error, "command not hinted; the agent's next beat brings it");
    }
    Ok(known)
}

/// Lists tasks, newest first.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "swarm", params(TaskParams),
    responses((status = 200, body = TaskList), (status = 400, body = Problem)))]
pub(crate) async fn tasks(
    State(queen): State<Queen>,
    Params(params): Params<TaskParams>,
) -> Result<Json<TaskList>, Problem> {
    let filter = TaskFilter {
        kind: parse_optional("kind", params.kind.as_ref())?,
        state: parse_optional("state", params.state.as_ref())?,
    };
    let paged = queen.stores.tasks.list(&filter, &page(params.page_size, params.page_token)?).await?;
    Ok(Json(TaskList { tasks: paged.items.iter().map(Into::into).collect(), next_page_token: paged.next }))
}

/// Makes a dead task pending again.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/revive", tag = "swarm", params(("id" = String, Path, description = "ULID")),
    responses((status = 204), (status = 409, body = Problem)))]
pub(crate) async fn revive_task(
    State(queen): State<Queen>,
    Path(id): Path<String>,
) -> Result<axum::http::StatusCode, Problem> {
    let id: TaskId = parse("id", &id)?;
    if queen.stores.tasks.revive(id).await? {
        Ok(axum::http::StatusCode::NO_CONTENT)
    } else {
        Err(Problem::conflict(format!("task {id} is not dead, or not there: only dead tasks can be revived")))
    }
}

/// Lists recoveries, newest first.
#[utoipa::path(get, path = "/api/v1/recoveries", tag = "swarm", params(RecoveryParams),
    responses((status = 200, body = RecoveryList), (status = 400, body = Problem)))]
pub(crate) async fn recoveries(
    State(queen): State<Queen>,
    Params(params): Params<RecoveryParams>,
) -> Result<Json<RecoveryList>, Problem> {
    let page = page(params.page_size, params.page_token)?;
    let paged = queen.stores.recoveries.list(params.component.as_deref(), &page).await?;
    Ok(Json(RecoveryList { recoveries: paged.items.iter().map(Into::into).collect(), next_page_token: paged.next }))
}

/// Lists the components the health monitor watches.
#[utoipa::path(get, path = "/api/v1/components", tag = "swarm", responses((status = 200, body = ComponentList)))]
pub(crate) async fn components(State(queen): State<Queen>) -> Result<Json<ComponentList>, Problem> {
    let components = queen.stores.recoveries.components().await?;
    Ok(Json(ComponentList { components: components.iter().map(Into::into).collect() }))
}

/// Searches SAFLA, best first.
#[utoipa::path(get, path = "/api/v1/memory", tag = "swarm", params(MemoryParams),
    responses((status = 200, body = MemoryHits), (status = 400, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn memory(
    State(queen): State<Queen>,
    Params(params): Params<MemoryParams>,
) -> Result<Json<MemoryHits>, Problem> {
    let tier: Option<tge_model::MemoryTier> = parse_optional("tier", params.tier.as_ref())?;
    let request = pb::SearchRequest {
        query: params.q.unwrap_or_default(),
        tier: tier.map_or(pb::Tier::Unspecified, Into::into).into(),
        kind: params.kind.unwrap_or_default(),
        key_prefix: params.prefix.unwrap_or_default(),
        limit: params.limit.unwrap_or(10),
        ..Default::default()
    };
    let answer = queen.memory.clone().search(request).await.map_err(|status| match status.code() {
        tonic::Code::InvalidArgument => Problem::bad_request(status.message()),
        _ => Problem::unavailable(format!("memory did not answer: {}", status.message())),
    })?;
    let hits = answer.into_inner().hits.into_iter().filter_map(|hit| {
        let (score, why, item) = (hit.score, hit.why, hit.item?);
        let tier = item.tier().to_model().map(|t| t.to_string()).unwrap_or_default();
        let content = serde_json::from_str(&item.content).unwrap_or(serde_json::Value::String(item.content));
        let pb::Item { key, kind, version, writer, subjects, .. } = item;
        Some(MemoryHit { tier, key, kind, version, writer, subjects, content, score, why })
    });
    Ok(Json(MemoryHits { hits: hits.collect() }))
}

/// Tells how the swarm is.
#[utoipa::path(get, path = "/api/v1/status", tag = "swarm", responses((status = 200, body = StatusRecord)))]
pub(crate) async fn status(State(queen): State<Queen>) -> Result<Json<StatusRecord>, Problem> {
    Ok(Json(status_of(&queen).await?))
}

/// How the swarm is, for REST, gRPC and console alike.
pub(crate) async fn status_of(queen: &Queen) -> Result<StatusRecord, StoreError> {
    let stores = &queen.stores;
    let (counts, dead) = stores.observations.counts().await?;
    let (agents, sources) = (stores.agents.all().await?, stores.sources.all().await?);
    let stages = survey::stages(&counts).map(|(name, waiting, oldest)| StageRecord {
        name,
        waiting,
        oldest_at: oldest.map(|at| at.to_string()),
        dead: dead.iter().find(|(kind, _)| kind == name).map_or(0, |(_, count)| *count),
    });
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let polled = queen.catalog.iter().filter(|f| f.source.kind != tge_model::SourceKind::Push && !f.paused);
    let states: Vec<SourceState> = polled
        .map(|f| sources.iter().find(|s| s.name == f.source.name).map_or(SourceState::Unknown, |s| s.state))
        .collect();
    let with = |state: SourceState| count(states.iter().filter(|s| **s == state).count());
    Ok(StatusRecord {
        version: env!("CARGO_PKG_VERSION"),
        leader: stores.leases.holder(mind::LEADERSHIP).await?,
        stages: stages.into(),
        last_change: stores.events.extent().await?.1,
        agents_active: count(agents.iter().filter(|a| a.state == AgentState::Active).count()),
        agents_lost: count(agents.iter().filter(|a| a.state == AgentState::Lost).count()),
        sources_healthy: with(SourceState::Healthy),
        sources_failing: with(SourceState::Failing) + with(SourceState::Blocked),
        sources_unknown: with(SourceState::Unknown),
        demo: queen.demo,
    })
}

impl StageRecord {
    /// Name, rows waiting, since when, rows dead.
    pub(crate) fn parts(&self) -> (&'static str, u64, Option<&str>, u64) {
        (self.name, self.waiting, self.oldest_at.as_deref(), self.dead)
    }
}
