//! The queen: leads by a lease row, plans polls, watches agents, and is the front of API and console.
//!
//! Two parts that know each other only through the store. The *mind* ([`reign`]) is a reconciler: each second the one
//! queen that holds the lease reads what is and plans what is missing; it takes no input but the state. The *front*
//! (REST, streams, gRPC, console) runs on every queen alike and only reads, except where a user acts. So a follower
//! serves while the leader fails over, and nothing a user sees depends on which queen answers.

#![deny(missing_docs)]

mod auth;
mod changes;
mod console;
mod grpc;
mod hub;
mod mind;
mod plan;
mod rest;
mod rhythms;
mod rulesets;
mod survey;

use std::sync::Arc;
use std::time::Duration;

use tge_ports::store::Stores;
use tge_ports::{Bus, Clock, Entropy};
use tge_proto::Rpc;
use tge_proto::pb::memory::v1::memory_service_client::MemoryServiceClient;
use tge_service::{App, Context, Registration, Secret};
use tge_sources::Catalog;

pub use auth::{KeyError, first_key};
use hub::Hub;

/// Its gRPC services, for health and reflection.
pub const SERVICES: &[&str] = &[
    "tge.event.v1.EventService",
    "tge.queen.v1.QueenService",
    "tge.source.v1.SourceService",
    "tge.task.v1.TaskService",
];

/// What the queen is made of.
pub struct Parts {
    /// What is true.
    pub stores: Stores,
    /// Who is told.
    pub bus: Arc<dyn Bus>,
    /// What is polled.
    pub catalog: Arc<Catalog>,
    /// SAFLA.
    pub memory: Rpc,
    /// Her name as the holder of the lease; unique per process.
    pub holder: String,
    /// A token that opens the console once; printed by solo's banner.
    pub login_token: Option<Secret>,
    /// The demo world runs: shown on every page.
    pub demo: bool,
    /// How she is registered.
    pub registration: Option<Registration>,
}

/// What every handler shares.
#[derive(Clone)]
pub(crate) struct Queen {
    stores: Stores,
    bus: Arc<dyn Bus>,
    catalog: Arc<Catalog>,
    memory: MemoryServiceClient<Rpc>,
    rhythms: rhythms::Rhythms,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    hub: Hub,
    login: auth::LoginToken,
    stop: tokio_util::sync::CancellationToken,
    demo: bool,
}

/// How long a lease lasts, and how often it is renewed: failover takes at most the first plus one renewal.
pub const LEASE: Duration = Duration::from_secs(3);

/// Starts the queen's loops on `context` and answers her app.
pub fn app(context: &Context, parts: Parts) -> App {
    let hub = Hub::start(context, parts.stores.events.clone(), parts.bus.clone());
    let queen = Queen {
        memory: MemoryServiceClient::new(parts.memory),
        rhythms: rhythms::Rhythms::default(),
        stores: parts.stores,
        bus: parts.bus,
        catalog: parts.catalog,
        clock: context.clock.clone(),
        entropy: context.entropy.clone(),
        hub,
        login: auth::LoginToken::new(parts.login_token),
        stop: context.stop.clone(),
        demo: parts.demo,
    };
    rhythms::follow(context, &queen);
    mind::reign(context, &queen, parts.holder);
    survey::start(context, &queen);
    App {
        rest: rest::routes(&queen).merge(console::routes(&queen)),
        grpc: grpc::routes(&queen),
        services: SERVICES.to_vec(),
        registration: parts.registration,
    }
}
