//! The monitor as a service: what it is made of, its loops, its one call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tge_control::recover::{Sighting, Signal};
use tge_model::ComponentStatus;
use tge_ports::store::Recoveries;
use tge_ports::{Directory, Snapshot};
use tge_proto::convert::time;
use tge_proto::pb::health::v1 as pb;
use tge_proto::pb::health::v1::health_service_server::{HealthService, HealthServiceServer};
use tge_proto::{Rpc, in_process};
use tge_service::{App, Check, Context, OnError, Registration, chain};
use tokio::sync::{mpsc, watch as watching};
use tokio::time::Instant;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use crate::actuator::Actuator;
use crate::lead::{self, Standing};
use crate::probe::Probe;
use crate::{Config, drive, watch};

/// Signals on their way to the loop that decides; a full channel slows those who listen.
const SIGNALS_MAX: usize = 1_024;

/// What a monitor is made of.
pub struct Parts {
    /// The way to the actuator; its deadline must allow a restart (60 s).
    pub actuator: Rpc,
    /// Heartbeats and the lock.
    pub directory: Arc<dyn Directory>,
    /// Where repairs are recorded.
    pub recoveries: Arc<dyn Recoveries>,
    /// How signs of life are asked for.
    pub probe: Arc<dyn Probe>,
    /// How it behaves.
    pub config: Config,
    /// Its name among monitors; unique per process.
    pub holder: String,
}

/// What the loops share.
pub(crate) struct Shared {
    pub(crate) context: Context,
    pub(crate) config: Config,
    pub(crate) actuator: Actuator,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) recoveries: Arc<dyn Recoveries>,
    pub(crate) probe: Arc<dyn Probe>,
    pub(crate) holder: String,
    pub(crate) standing: watching::Sender<Standing>,
    snapshot: Mutex<Option<(Snapshot, Instant)>>,
    units: Mutex<Vec<Sighting>>,
    statuses: Mutex<Vec<ComponentStatus>>,
}

/// A running monitor; cheap to clone.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

/// A monitor as a program's app.
pub fn app(context: &Context, parts: Parts, registration: Option<Registration>) -> App {
    let server = Server::start(context, parts);
    App { rest: Router::new(), grpc: server.routes(), services: vec![Server::NAME], registration }
}

// === impl Shared ===

impl Shared {
    /// The directory as it was read last, and when.
    pub(crate) fn snapshot(&self) -> MutexGuard<'_, Option<(Snapshot, Instant)>> {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The containers as they were listed last.
    pub(crate) fn units(&self) -> MutexGuard<'_, Vec<Sighting>> {
        self.units.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The components as they were judged last.
    pub(crate) fn statuses(&self) -> MutexGuard<'_, Vec<ComponentStatus>> {
        self.statuses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Server ===

impl Server {
    /// Its full name on the wire.
    pub const NAME: &'static str = "tge.health.v1.HealthService";

    /// Starts the loops; ready (condition `actuator`) once the actuator has answered.
    pub fn start(context: &Context, parts: Parts) -> Self {
        let Parts { actuator, directory, recoveries, probe, config, holder } = parts;
        context.ready.set("actuator", Check::Missing("the actuator was not asked yet".to_owned()));
        let shared = Arc::new(Shared {
            context: context.clone(),
            actuator: Actuator::new(actuator, config.token.clone()),
            config,
            directory,
            recoveries,
            probe,
            holder,
            standing: watching::channel(Standing::Unknown).0,
            snapshot: Mutex::default(),
            units: Mutex::default(),
            statuses: Mutex::default(),
        });
        let (tell, heard) = mpsc::channel::<Signal>(SIGNALS_MAX);
        let state = shared.clone();
        context.spawn("lead", OnError::Stop, async move { lead::keep(&state).await });
        let state = shared.clone();
        context.spawn("directory", OnError::Stop, async move { watch::directory(&state).await });
        let (state, news) = (shared.clone(), tell.clone());
        context.spawn("events", OnError::Stop, async move { watch::events(&state, &news).await });
        let (state, news) = (shared.clone(), tell.clone());
        context.spawn("probes", OnError::Stop, async move { watch::probes(&state, &news).await });
        let state = shared.clone();
        context.spawn("usage", OnError::Stop, async move { watch::usage(&state).await });
        let state = shared.clone();
        context.spawn("drive", OnError::Stop, async move { drive::run(&state, heard, tell).await });
        Self(shared)
    }

    /// Its calls, to be served on a port.
    pub fn routes(&self) -> Routes {
        Routes::new(HealthServiceServer::new(self.clone()))
    }

    /// Its calls, for clients in the same process.
    pub fn rpc(&self) -> Rpc {
        in_process(HealthServiceServer::new(self.clone()))
    }
}

#[tonic::async_trait]
impl HealthService for Server {
    async fn list_components(
        &self,
        request: Request<pb::ListComponentsRequest>,
    ) -> Result<Response<pb::ListComponentsResponse>, Status> {
        let pb::ListComponentsRequest {} = request.into_inner();
        let leader = self.0.standing.borrow().leads();
        let components = if leader {
            self.0.statuses().clone()
        } else {
            // A follower knows what the leader wrote down.
            self.0.recoveries.components().await.map_err(|error| Status::unavailable(chain(&error)))?
        };
        let components = components
            .into_iter()
            .map(|c| pb::Component {
                name: c.component,
                status: c.status.as_str().to_owned(),
                reason: c.reason,
                attempts: c.attempts,
                breaker_open: c.breaker_open,
                check_time: Some(time(c.checked_at)),
            })
            .collect();
        Ok(Response::new(pb::ListComponentsResponse { components, leader }))
    }
}
