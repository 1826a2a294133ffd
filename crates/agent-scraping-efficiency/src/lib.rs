//! The specialist that polls feeds: gently with hosts, and as often as their rhythm is worth.
//!
//! It works the poll tasks the queen plans. How many requests a host gets at once is its own doing: additive increase
//! while the host answers, halved when it refuses (AIMD), kept in SAFLA as `host/<host>/limits`, so that a restarted or a
//! second agent does not begin from nothing. What it learns of a source's rhythm (how often a poll finds something new)
//! goes to `source/<name>/rhythm`.

#![deny(missing_docs)]

mod hosts;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tge_agent::poll::Poller;
use tge_agent::{Memory, Rhythms, TaskFailure, TaskHandler, Worker, run_tasks};
use tge_model::{AgentKind, Task, TaskKind};
use tge_proto::Rpc;
use tge_proto::pb::agent::v1::agent_service_server::AgentServiceServer;
use tge_service::{App, Context, Registration};
use tge_sources::Catalog;

use hosts::Hosts;

/// Its gRPC services, for health and reflection.
pub const SERVICES: &[&str] = &["tge.agent.v1.AgentService"];
/// Polls at once, over all hosts.
const PARALLEL: u32 = 16;

/// What the agent is made of.
pub struct Parts {
    /// How it polls.
    pub poller: Poller,
    /// What it polls.
    pub catalog: Arc<Catalog>,
    /// Where it remembers.
    pub memory: Rpc,
    /// Where its gRPC answers; empty in one process with everything.
    pub address: String,
    /// How it is registered.
    pub registration: Option<Registration>,
}

/// Starts the agent's loops on `context` and answers its app.
pub fn app(context: &Context, parts: Parts) -> App {
    let worker = Worker::new(context, AgentKind::ScrapingEfficiency, &parts.address);
    let memory = Memory::new(parts.memory, AgentKind::ScrapingEfficiency.as_str());
    let hosts = Arc::new(Hosts::new(memory.clone()));
    hosts.keep_in_memory(context);
    let rhythms = Rhythms::start(context, memory);
    let (stores, bus) = (parts.poller.stores.clone(), parts.poller.bus.clone());
    let scraper = Scraper { poller: parts.poller, catalog: parts.catalog, hosts, rhythms };
    worker.keep_beating(context, stores.agents.clone(), bus);
    run_tasks(context, &worker, stores.tasks, &[TaskKind::PollFeed], PARALLEL, Arc::new(scraper));
    App {
        rest: Default::default(),
        grpc: tonic::service::Routes::new(AgentServiceServer::from_arc(worker)),
        services: SERVICES.to_vec(),
        registration: parts.registration,
    }
}

struct Scraper {
    poller: Poller,
    catalog: Arc<Catalog>,
    hosts: Arc<Hosts>,
    rhythms: Rhythms,
}

#[async_trait]
impl TaskHandler for Scraper {
    async fn handle(&self, task: &Task) -> Result<String, TaskFailure> {
        let Some(file) = self.catalog.get(&task.subject) else {
            // The source was removed after the plan: nothing to do, and no reason to try again.
            return Ok(format!("source {} is not configured any more", task.subject));
        };
        let room = self.hosts.enter(&file.source.url).await;
        let polled = self
            .poller
            .poll(file)
            .await
            .map_err(|error| TaskFailure { error: tge_service::chain(&error), retry_after: Duration::from_secs(2) })?;
        room.leave(&polled);
        self.rhythms.note(file.source.name.as_str(), &polled);
        Ok(polled.summary)
    }
}
