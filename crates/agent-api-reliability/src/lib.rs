//! The specialist for foreign APIs: polls them within their quotas and delivers to subscribers, through breakers.
//!
//! Two loops of its own. Poll tasks of JSON APIs run through one breaker a host, and a `Retry-After` is kept in SAFLA as
//! `host/<host>/quota`, so that no replica asks again before the window ends. Changes that alert become deliveries, one
//! for each webhook, signed by the Standard Webhooks convention and tried for three days before they are set aside.

#![deny(missing_docs)]

mod deliver;
mod fanout;
mod hosts;
mod sign;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tge_agent::poll::Poller;
use tge_agent::{Memory, Rhythms, TaskFailure, TaskHandler, Worker, run_stage, run_tasks};
use tge_model::{AgentKind, Task, TaskKind};
use tge_ports::channels;
use tge_proto::Rpc;
use tge_proto::pb::agent::v1::agent_service_server::AgentServiceServer;
use tge_service::{App, Context, Registration};
use tge_sources::Catalog;

use deliver::Deliverer;
use fanout::Fanout;
use hosts::Hosts;

/// Its gRPC services, for health and reflection.
pub const SERVICES: &[&str] = &["tge.agent.v1.AgentService"];
/// Polls at once, over all hosts.
const PARALLEL: u32 = 8;

/// What the agent is made of.
pub struct Parts {
    /// How it polls and delivers.
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
    let Parts { poller, catalog, memory, address, registration } = parts;
    let worker = Worker::new(context, AgentKind::ApiReliability, &address);
    let memory = Memory::new(memory, AgentKind::ApiReliability.as_str());
    let hosts = Arc::new(Hosts::new(memory.clone(), context.clock.clone()));
    hosts.keep_in_memory(context);
    let (stores, bus) = (poller.stores.clone(), poller.bus.clone());
    worker.keep_beating(context, stores.agents.clone(), bus.clone());
    let fanout = Fanout {
        deliveries: stores.deliveries.clone(),
        clock: context.clock.clone(),
        entropy: context.entropy.clone(),
        waiting: Arc::default(),
    };
    let deliverer = Deliverer {
        stores: stores.clone(),
        fetch: poller.fetch.clone(),
        clock: context.clock.clone(),
        entropy: context.entropy.clone(),
        hosts: hosts.clone(),
        worker: worker.clone(),
    };
    deliverer.run(context, fanout.waiting.clone());
    run_stage(context, &worker, bus, channels::OUTBOX, Arc::new(fanout));
    let polling = Polling { poller, catalog, hosts, rhythms: Rhythms::start(context, memory) };
    run_tasks(context, &worker, stores.tasks, &[TaskKind::PollJson], PARALLEL, Arc::new(polling));
    App {
        rest: Default::default(),
        grpc: tonic::service::Routes::new(AgentServiceServer::from_arc(worker)),
        services: SERVICES.to_vec(),
        registration,
    }
}

struct Polling {
    poller: Poller,
    catalog: Arc<Catalog>,
    hosts: Arc<Hosts>,
    rhythms: Rhythms,
}

#[async_trait]
impl TaskHandler for Polling {
    async fn handle(&self, task: &Task) -> Result<String, TaskFailure> {
        let Some(file) = self.catalog.get(&task.subject) else {
            return Ok(format!("source {} is not configured any more", task.subject));
        };
        let call = self
            .hosts
            .begin(&file.source.url)
            .map_err(|refused| TaskFailure { retry_after: refused.retry_in, error: format!("not asked: {refused}") })?;
        let polled = self
            .poller
            .poll(file)
            .await
            .map_err(|error| TaskFailure { error: tge_service::chain(&error), retry_after: Duration::from_secs(2) })?;
        call.ended(polled.outcome != "error", polled.retry_after);
        self.rhythms.note(file.source.name.as_str(), &polled);
        Ok(polled.summary)
    }
}
