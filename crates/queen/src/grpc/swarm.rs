//! Sources, tasks, agents and status over gRPC.

use tge_model::{AgentId, Scope, SourceHealth, TaskId};
use tge_ports::store::TaskFilter;
use tge_proto::convert::{non_empty, parse, time};
use tge_proto::pb::queen::v1 as pb;
use tge_proto::pb::queen::v1::queen_service_server::QueenService;
use tge_proto::pb::source::v1 as source;
use tge_proto::pb::source::v1::source_service_server::SourceService;
use tge_proto::pb::task::v1 as task;
use tge_proto::pb::task::v1::task_service_server::TaskService;
use tonic::{Request, Response, Status};

use super::events::page;
use super::{allow, failed};
use crate::{Queen, rest};

#[tonic::async_trait]
impl QueenService for Queen {
    async fn get_status(
        &self,
        request: Request<pb::GetStatusRequest>,
    ) -> Result<Response<pb::GetStatusResponse>, Status> {
        allow(self, request.metadata(), Scope::Viewer).await?;
        let status = rest::status_of(self).await.map_err(failed)?;
        let stages = status.stages.iter().map(|stage| {
            let (name, waiting, oldest, dead) = stage.parts();
            let oldest_time = oldest.and_then(|at| tge_model::Timestamp::parse(at).ok()).map(time);
            pb::Stage { name: name.to_owned(), waiting, oldest_time, dead }
        });
        Ok(Response::new(pb::GetStatusResponse {
            version: status.version.to_owned(),
            stages: stages.collect(),
            leader: status.leader.unwrap_or_default(),
            last_change: status.last_change,
            agents_active: status.agents_active,
            agents_lost: status.agents_lost,
            sources_healthy: status.sources_healthy,
            sources_failing: status.sources_failing,
        }))
    }

    async fn list_agents(
        &self,
        request: Request<pb::ListAgentsRequest>,
    ) -> Result<Response<pb::ListAgentsResponse>, Status> {
        allow(self, request.metadata(), Scope::Viewer).await?;
        let agents = self.stores.agents.all().await.map_err(failed)?;
        Ok(Response::new(pb::ListAgentsResponse { agents: agents.iter().map(Into::into).collect() }))
    }

    async fn drain_agent(
        &self,
        request: Request<pb::DrainAgentRequest>,
    ) -> Result<Response<pb::DrainAgentResponse>, Status> {
        allow(self, request.metadata(), Scope::Operator).await?;
        let id: AgentId = parse("name", &request.get_ref().name)?;
        if rest::drain(self, id).await.map_err(failed)? {
            Ok(Response::new(pb::DrainAgentResponse {}))
        } else {
            Err(Status::not_found(format!("there is no agent {id}")))
        }
    }
}

#[tonic::async_trait]
impl SourceService for Queen {
    async fn list_sources(
        &self,
        request: Request<source::ListSourcesRequest>,
    ) -> Result<Response<source::ListSourcesResponse>, Status> {
        allow(self, request.metadata(), Scope::Viewer).await?;
        let (states, now) = (self.stores.sources.all().await.map_err(failed)?, self.clock.now());
        let sources = self.catalog.iter().map(|file| {
            let known = states.iter().find(|state| state.name == file.source.name).cloned();
            let state = known.unwrap_or_else(|| SourceHealth::unknown(file.source.name.clone(), now));
            (&file.source, &state).into()
        });
        Ok(Response::new(source::ListSourcesResponse { sources: sources.collect() }))
    }
}

#[tonic::async_trait]
impl TaskService for Queen {
    async fn list_tasks(
        &self,
        request: Request<task::ListTasksRequest>,
    ) -> Result<Response<task::ListTasksResponse>, Status> {
        allow(self, request.metadata(), Scope::Viewer).await?;
        let request = request.into_inner();
        let state = non_empty(&request.state).map(|state| parse("state", state)).transpose()?;
        let filter = TaskFilter { state, ..TaskFilter::default() };
        let page = page(request.page_size, &request.page_token)?;
        let paged = self.stores.tasks.list(&filter, &page).await.map_err(failed)?;
        Ok(Response::new(task::ListTasksResponse {
            tasks: paged.items.iter().map(Into::into).collect(),
            next_page_token: paged.next.unwrap_or_default(),
        }))
    }

    async fn revive_task(
        &self,
        request: Request<task::ReviveTaskRequest>,
    ) -> Result<Response<task::ReviveTaskResponse>, Status> {
        allow(self, request.metadata(), Scope::Operator).await?;
        let id: TaskId = parse("name", &request.get_ref().name)?;
        if self.stores.tasks.revive(id).await.map_err(failed)? {
            Ok(Response::new(task::ReviveTaskResponse {}))
        } else {
            Err(Status::not_found(format!("task {id} is not dead, or not there")))
        }
    }
}
