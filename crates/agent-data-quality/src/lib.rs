//! The specialist that decides: turns what documents say into what we believe of the world.
//!
//! It turns the stage `candidates -> events`. The decision itself is pure (`tge-quality`); here it is made against the
//! events the store knows, committed with optimistic concurrency, and made again when somebody else was faster. Its own
//! care is for independence: which source repeats which, how late, is kept in SAFLA as `copies/<source>/<of>`.

#![deny(missing_docs)]

mod copies;
mod decide;
mod sights;

use std::sync::Arc;

use tge_agent::{Memory, Tally, Worker, run_stage};
use tge_detect::{Projects, Ruleset, Venue};
use tge_model::AgentKind;
use tge_ports::store::Stores;
use tge_ports::{Bus, Clock, Entropy, channels};
use tge_proto::Rpc;
use tge_proto::pb::agent::v1::agent_service_server::AgentServiceServer;
use tge_quality::{Known, Place};
use tge_service::{App, Context, Registration};
use tge_sources::Catalog;

use decide::Deciding;
use sights::FirstSights;

/// Its gRPC services, for health and reflection.
pub const SERVICES: &[&str] = &["tge.agent.v1.AgentService"];

/// What the agent is made of.
pub struct Parts {
    /// Where candidates and events are.
    pub stores: Stores,
    /// Who is told.
    pub bus: Arc<dyn Bus>,
    /// Who speaks where.
    pub catalog: Arc<Catalog>,
    /// Whose domains are whose.
    pub known: Arc<Known>,
    /// Where it remembers.
    pub memory: Rpc,
    /// Where its gRPC answers; empty in one process with everything.
    pub address: String,
    /// How it is registered.
    pub registration: Option<Registration>,
}

/// Whose domains and contracts are whose: the venues of `ruleset`, and the watched projects.
pub fn known(ruleset: &Ruleset, projects: &Projects) -> Known {
    let venues = ruleset.venues().map(|Venue { name, kind, domains, until }| Place { name, kind, domains, until });
    let domains = projects.iter().map(|project| (project.name.clone(), project.domains.clone()));
    let contracts = projects.iter().map(|project| (project.name.clone(), project.contracts.clone()));
    Known::new(domains, venues.collect()).with_contracts(contracts)
}

/// Starts the agent's loops on `context` and answers its app.
pub fn app(context: &Context, parts: Parts) -> App {
    let worker = Worker::new(context, AgentKind::DataQuality, &parts.address);
    let memory = Memory::new(parts.memory, AgentKind::DataQuality.as_str());
    let copies = Tally::start(context, memory, copies::KIND);
    worker.keep_beating(context, parts.stores.agents.clone(), parts.bus.clone());
    let deciding = Deciding {
        sights: FirstSights::new(parts.stores.sites.clone()),
        stores: parts.stores,
        bus: parts.bus.clone(),
        sources: parts.catalog.by_name(),
        known: parts.known,
        copies,
        worker: worker.clone(),
        clock: context.clock.clone() as Arc<dyn Clock>,
        entropy: context.entropy.clone() as Arc<dyn Entropy>,
    };
    run_stage(context, &worker, parts.bus, channels::CANDIDATES, Arc::new(deciding));
    App {
        rest: Default::default(),
        grpc: tonic::service::Routes::new(AgentServiceServer::from_arc(worker)),
        services: SERVICES.to_vec(),
        registration: parts.registration,
    }
}
