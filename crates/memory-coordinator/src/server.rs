//! The calls: store, get, search, watch, forget.

use std::sync::Arc;

use axum::Router;
use tge_model::MemoryItem;
use tge_ports::Bus;
use tge_ports::store::MemoryStore;
use tge_proto::pb::memory::v1 as pb;
use tge_proto::pb::memory::v1::memory_service_server::{MemoryService, MemoryServiceServer};
use tge_proto::{Rpc, in_process};
use tge_service::{App, Context, Registration};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use crate::hints::Hints;
use crate::limit::Limits;
use crate::outcome::counted;
use crate::recall::{self, Traces};
use crate::replica::{Held, Replica};
use crate::sync::{self, Shared};
use crate::watch::{self, Wanted, Writes};
use crate::write::{Writer, Written};
use crate::{Config, refusal, request};

/// Content in one answer to a search; clients refuse messages above 4 MB.
const ANSWER_BYTES_MAX: usize = 3 << 20;

/// What a coordinator is made of.
pub struct Parts {
    /// The truth.
    pub memory: Arc<dyn MemoryStore>,
    /// Hints to agents and other coordinators.
    pub bus: Arc<dyn Bus>,
    /// How it behaves.
    pub config: Config,
}

/// A running coordinator; cheap to clone.
#[derive(Clone)]
pub struct Server(Arc<Inner>);

struct Inner {
    context: Context,
    shared: Arc<Shared>,
    writer: Writer,
    hints: Hints,
    limits: Limits,
    watchers: Arc<Semaphore>,
    config: Config,
}

/// A coordinator as a program's app: its calls, and how it is found where there is a directory.
pub fn app(context: &Context, parts: Parts, registration: Option<Registration>) -> App {
    let server = Server::start(context, parts);
    App { rest: Router::new(), grpc: server.routes(), services: vec![Server::NAME], registration }
}

// === impl Server ===

impl Server {
    /// Its full name on the wire.
    pub const NAME: &'static str = "tge.memory.v1.MemoryService";

    /// Starts the loops on `context`; ready (condition `memory`) once the order of writes has been read.
    pub fn start(context: &Context, parts: Parts) -> Self {
        let Parts { memory, bus, config } = parts;
        let shared = Arc::new(Shared::new(memory.clone(), Replica::new(config.items_max, config.bytes_max)));
        sync::start(context, &shared, bus.clone(), config.sweep);
        Self(Arc::new(Inner {
            context: context.clone(),
            shared,
            writer: Writer::start(context, memory),
            hints: Hints::start(context, bus),
            limits: Limits::new(config.writes_per_second, config.write_burst),
            watchers: Arc::new(Semaphore::new(config.watchers_max)),
            config,
        }))
    }

    /// Its calls, to be served on a port.
    pub fn routes(&self) -> Routes {
        Routes::new(MemoryServiceServer::new(self.clone()))
    }

    /// Its calls, for clients in the same process.
    pub fn rpc(&self) -> Rpc {
        in_process(MemoryServiceServer::new(self.clone()))
    }

    async fn store_item(&self, request: pb::StoreRequest) -> Result<(pb::StoreResponse, &'static str), Status> {
        let write = request::write(request)?;
        self.0.limits.take(&write.writer, Instant::now()).map_err(|wait| refusal::too_fast(&write.writer, wait))?;
        let name = (write.tier, write.key.clone());
        match self.0.writer.write(write).await {
            Ok(Written::Stored(item)) => {
                let answer = pb::StoreResponse { item: Some((&item).into()), unchanged: false };
                self.0.hints.stored(&item);
                let traces = Traces::of(&item);
                self.0.shared.replica_mut().anticipate(item, traces);
                self.0.shared.wake.notify_one();
                Ok((answer, "stored"))
            }
            Ok(Written::Unchanged(item)) => {
                Ok((pb::StoreResponse { item: Some((&item).into()), unchanged: true }, "unchanged"))
            }
            Err(status) => {
                if status.code() == tonic::Code::Aborted {
                    // The writer will read again, and must not be given what it has already seen refused.
                    self.0.shared.replica_mut().distrust(&name);
                    self.0.shared.wake.notify_one();
                }
                Err(status)
            }
        }
    }

    async fn get_item(&self, request: pb::GetRequest) -> Result<(pb::GetResponse, &'static str), Status> {
        let tier = request::name(request.tier(), &request.key)?;
        let (name, now) = ((tier, request.key), self.0.context.clock.now());
        let held = self.0.shared.replica_mut().read(&name, now);
        if let Some(item) = held {
            let answer = pb::GetResponse { item: Some(self.as_seen(&item)) };
            self.0.shared.used(name);
            return Ok((answer, "cached"));
        }
        let (tier, key) = name;
        match self.0.shared.store.get(tier, &key).await {
            Ok(Some(item)) => Ok((pb::GetResponse { item: Some(self.as_seen(&item)) }, "read")),
            Ok(None) => Err(refusal::absent(tier, &key)),
            Err(error) => Err(refusal::store(&error)),
        }
    }

    async fn find_items(&self, request: pb::SearchRequest) -> Result<(pb::SearchResponse, &'static str), Status> {
        let wanted = request::search(&request)?;
        let (mut items, complete) = {
            let replica = self.0.shared.replica();
            (replica.matching(&wanted.filter), replica.is_complete())
        };
        if !complete {
            // What did not fit is looked up in the store, last written first.
            let most = u32::try_from(wanted.limit).unwrap_or(u32::MAX);
            let more = self.0.shared.store.list(&wanted.filter, most).await.map_err(|e| refusal::store(&e))?;
            let more: Vec<Held> = more
                .into_iter()
                .filter(|item| !items.iter().any(|held| held.item.tier == item.tier && held.item.key == item.key))
                .map(Held::of)
                .collect();
            items.extend(more);
        }
        let (query, now, limit) = (wanted.query, self.0.context.clock.now(), wanted.limit);
        let ranked = tokio::task::spawn_blocking(move || recall::rank(&query, items, now, limit));
        let found = ranked.await.map_err(|error| Status::internal(format!("ranking {error}")))?;
        let (mut bytes, mut hits) = (0, Vec::with_capacity(found.len()));
        for hit in found {
            bytes += hit.held.item.content.len();
            if bytes > ANSWER_BYTES_MAX {
                break;
            }
            hits.push(pb::Hit { item: Some(self.as_seen(&hit.held.item)), score: hit.score, why: hit.why });
        }
        let outcome = if hits.is_empty() { "empty" } else { "found" };
        Ok((pb::SearchResponse { hits }, outcome))
    }

    async fn watch_writes(&self, request: pb::WatchRequest) -> Result<(Writes, &'static str), Status> {
        let permit = self.0.watchers.clone().try_acquire_owned().map_err(|_| {
            let most = self.0.config.watchers_max;
            Status::resource_exhausted(format!(
                "{most} streams are followed already; end one, or ask another coordinator"
            ))
        })?;
        watch::check(&self.0.shared, request.since).await?;
        let wanted = Wanted { since: request.since, tier: request.tier().to_model() };
        let (context, shared) = (&self.0.context, self.0.shared.clone());
        Ok((watch::start(context, shared, wanted, self.0.config.reader_patience, permit), "opened"))
    }

    async fn forget_item(&self, request: pb::ForgetRequest) -> Result<(pb::ForgetResponse, &'static str), Status> {
        let tier = request::name(request.tier(), &request.key)?;
        match self.0.shared.store.forget(tier, &request.key).await {
            Ok(true) => {
                self.0.shared.replica_mut().remove(&(tier, request.key.clone()));
                self.0.shared.wake.notify_one();
                self.0.hints.forgotten(tier, &request.key);
                Ok((pb::ForgetResponse {}, "forgotten"))
            }
            Ok(false) => Err(refusal::absent(tier, &request.key)),
            Err(error) => Err(refusal::store(&error)),
        }
    }

    /// An item as its reader should see it: in the working tier attention fades, so importance does.
    fn as_seen(&self, item: &MemoryItem) -> pb::Item {
        let mut seen = pb::Item::from(item);
        seen.importance = recall::importance(item, self.0.context.clock.now());
        seen
    }
}

#[tonic::async_trait]
impl MemoryService for Server {
    type WatchStream = Writes;

    async fn store(&self, request: Request<pb::StoreRequest>) -> Result<Response<pb::StoreResponse>, Status> {
        counted("store", self.store_item(request.into_inner()).await)
    }

    async fn get(&self, request: Request<pb::GetRequest>) -> Result<Response<pb::GetResponse>, Status> {
        counted("get", self.get_item(request.into_inner()).await)
    }

    async fn search(&self, request: Request<pb::SearchRequest>) -> Result<Response<pb::SearchResponse>, Status> {
        counted("search", self.find_items(request.into_inner()).await)
    }

    async fn watch(&self, request: Request<pb::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        counted("watch", self.watch_writes(request.into_inner()).await)
    }

    async fn forget(&self, request: Request<pb::ForgetRequest>) -> Result<Response<pb::ForgetResponse>, Status> {
        counted("forget", self.forget_item(request.into_inner()).await)
    }
}
