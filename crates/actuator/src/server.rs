//! The calls: list, watch, measure, hold the lease, restart.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use subtle::ConstantTimeEq;
use tge_ports::{Container, Containers};
use tge_proto::convert::{bearer, from_time};
use tge_proto::pb::actuator::v1 as pb;
use tge_proto::pb::actuator::v1::actuator_service_server::{ActuatorService, ActuatorServiceServer};
use tge_proto::{Rpc, in_process};
use tge_resilience::TokenBucket;
use tge_service::{App, Check, Context, OnError, Registration, Secret};
use tokio::sync::oneshot;
use tokio::time::Instant;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use crate::audit::{Audit, Line};
use crate::fence::{Fence, LEASE, Refusal};
use crate::{Config, wire};

/// The label without which nothing is acted on.
const MANAGED: (&str, &str) = ("tge.managed", "true");
const PROJECT: &str = "com.docker.compose.project";
const COMPONENT: &str = "tge.component";
/// Our own component: restarted by the engine or a person, never by us.
const SELF: &str = "actuator";
/// Restarts a minute, and at once.
const RESTARTS_PER_MINUTE: u32 = 6;
const RESTARTS_AT_ONCE: u32 = 3;
const GRACE_MAX: Duration = Duration::from_secs(60);
/// How often the engine is asked whether it is there.
const LOOK: Duration = Duration::from_secs(5);

/// What an actuator is made of.
pub struct Parts {
    /// The engine.
    pub containers: Arc<dyn Containers>,
    /// Who may act.
    pub fence: Fence,
    /// How it behaves.
    pub config: Config,
}

/// A running actuator; cheap to clone.
#[derive(Clone)]
pub struct Server(Arc<Inner>);

struct Inner {
    context: Context,
    containers: Arc<dyn Containers>,
    config: Config,
    fence: Mutex<Fence>,
    rate: Mutex<TokenBucket>,
    begun: Instant,
    audit: Audit,
}

/// An actuator as a program's app.
pub fn app(context: &Context, parts: Parts, registration: Option<Registration>) -> App {
    let server = Server::start(context, parts);
    App { rest: Router::new(), grpc: server.routes(), services: vec![Server::NAME], registration }
}

// === impl Server ===

impl Server {
    /// Its full name on the wire.
    pub const NAME: &'static str = "tge.actuator.v1.ActuatorService";

    /// Starts looking after the engine; ready (condition `engine`) once it has answered.
    pub fn start(context: &Context, parts: Parts) -> Self {
        let Parts { containers, fence, config } = parts;
        let audit = Audit::new(&config.state);
        let rate = TokenBucket::new(RESTARTS_PER_MINUTE, Duration::from_secs(60), RESTARTS_AT_ONCE);
        let server = Self(Arc::new(Inner {
            context: context.clone(),
            containers,
            config,
            fence: Mutex::new(fence),
            rate: Mutex::new(rate),
            begun: Instant::now(),
            audit,
        }));
        context.ready.set("engine", Check::Missing("the container engine was not asked yet".to_owned()));
        let looking = server.clone();
        context.spawn("engine", OnError::Stop, async move {
            loop {
                let listed = looking.0.list().await;
                looking.0.context.ready.set_result("engine", listed.as_ref().map(|_| ()));
                if !looking.0.context.sleep(LOOK).await {
                    return;
                }
            }
        });
        server
    }

    /// Its calls, to be served on a port.
    pub fn routes(&self) -> Routes {
        Routes::new(ActuatorServiceServer::new(self.clone()))
    }

    /// Its calls, for clients in the same process.
    pub fn rpc(&self) -> Rpc {
        in_process(ActuatorServiceServer::new(self.clone()))
    }

    /// Lets those pass who may look: with either token.
    fn may_look<T>(&self, request: Request<T>) -> Result<T, Status> {
        let config = &self.0.config;
        let may_only_look = config.read_token.as_ref().is_some_and(|token| sent(&request, token));
        if may_only_look { Ok(request.into_inner()) } else { self.may_act(request) }
    }

    /// Lets those pass who may act.
    fn may_act<T>(&self, request: Request<T>) -> Result<T, Status> {
        let config = &self.0.config;
        if sent(&request, &config.token) {
            return Ok(request.into_inner());
        }
        if config.read_token.as_ref().is_some_and(|token| sent(&request, token)) {
            return Err(Status::permission_denied(
                "this token may list, watch and measure; acting needs the monitor's",
            ));
        }
        Err(Status::unauthenticated(if bearer(request.metadata()).unwrap_or_default().is_empty() {
            "send the actuator's token as `authorization: Bearer <token>`"
        } else {
            "the token is not the actuator's; caller and actuator must read the same token file"
        }))
    }

    async fn restart(&self, asked: &pb::RestartContainerRequest) -> Result<(), Status> {
        let grace = wire::duration(asked.grace).filter(|g| *g <= GRACE_MAX);
        let (component, outcome) = match grace {
            Some(grace) => self.restart_within(asked, grace).await,
            None => (
                String::new(),
                Err(Status::invalid_argument(format!("grace must be from 0 to {} s", GRACE_MAX.as_secs()))),
            ),
        };
        self.0.audit.write(&Line {
            version: 1,
            time: self.0.context.clock.now().to_string(),
            verb: "restart",
            container: &asked.container_id,
            component: &component,
            holder: &asked.holder,
            fence: asked.fence,
            grace_ms: grace.map_or(0, |g| u64::try_from(g.as_millis()).unwrap_or(u64::MAX)),
            reason: &asked.reason,
            outcome: outcome.as_ref().map_or_else(|status| status.message(), |()| "done"),
        });
        outcome
    }

    /// Restarts in a task of its own: a caller that gives up between stop and start must not leave a container stopped.
    async fn carry_out(&self, id: String, grace: Duration) -> Result<(), Status> {
        let (tell, told) = oneshot::channel();
        let containers = self.0.containers.clone();
        self.0.context.spawn("restart", OnError::Log, async move {
            // Nobody may be listening any more, which changes nothing.
            drop(tell.send(containers.restart(&id, grace).await));
        });
        match told.await {
            Ok(done) => done.map_err(|error| wire::status(&error)),
            Err(_) => Err(Status::internal("the restart broke off; list the container to see how it is")),
        }
    }

    /// The container's component as far as it is known, for the audit, and what came of it.
    async fn restart_within(
        &self,
        asked: &pb::RestartContainerRequest,
        grace: Duration,
    ) -> (String, Result<(), Status>) {
        let container = match self.0.find(&asked.container_id).await {
            Ok(container) => container,
            Err(status) => return (String::new(), Err(status)),
        };
        let component = container.labels.get(COMPONENT).cloned().unwrap_or_default();
        if component == SELF {
            let text = "the actuator does not restart itself: it would end before the start; use the engine";
            return (component, Err(Status::failed_precondition(text)));
        }
        // Everything that can refuse comes first, so that a refused call costs no share of the rate.
        if let Err(refusal) = self.0.fence().admit(&asked.holder, asked.fence, Instant::now()) {
            return (component, Err(refused(&refusal)));
        }
        let taken = self.0.rate.lock().unwrap_or_else(PoisonError::into_inner).take(1, self.0.begun.elapsed());
        if let Err(wait) = taken {
            let text =
                format!("more than {RESTARTS_PER_MINUTE} restarts a minute; try again in {:.1} s", wait.as_secs_f64());
            return (component, Err(Status::resource_exhausted(text)));
        }
        (component, self.carry_out(container.id, grace).await)
    }
}

// === impl Inner ===

impl Inner {
    fn fence(&self) -> MutexGuard<'_, Fence> {
        self.fence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn labels(&self) -> [(&str, &str); 2] {
        [MANAGED, (PROJECT, self.config.project.as_str())]
    }

    async fn list(&self) -> Result<Vec<Container>, tge_ports::ContainersError> {
        self.containers.list(&self.labels()).await
    }

    /// A container of ours by its id or name. Others do not exist here, whatever the engine has.
    async fn find(&self, id: &str) -> Result<Container, Status> {
        let containers = self.list().await.map_err(|error| wire::status(&error))?;
        containers.into_iter().find(|c| !id.is_empty() && (c.id == id || c.name == id)).ok_or_else(|| {
            Status::permission_denied(format!(
                "container {id:?} is not one of ours: it needs the labels tge.managed=true and {PROJECT}={}",
                self.config.project
            ))
        })
    }
}

fn refused(refusal: &Refusal) -> Status {
    match refusal {
        Refusal::Stale { .. } | Refusal::NotHeld { .. } => Status::failed_precondition(refusal.to_string()),
        Refusal::Keep(error) => Status::internal(tge_service::chain(error)),
    }
}

/// Whether a call carries `token`; compared in constant time.
fn sent<T>(request: &Request<T>, token: &Secret) -> bool {
    let sent = bearer(request.metadata()).unwrap_or_default();
    bool::from(sent.as_bytes().ct_eq(token.reveal().as_bytes()))
}

#[tonic::async_trait]
impl ActuatorService for Server {
    async fn list_containers(
        &self,
        request: Request<pb::ListContainersRequest>,
    ) -> Result<Response<pb::ListContainersResponse>, Status> {
        let pb::ListContainersRequest {} = self.may_look(request)?;
        let containers = self.0.list().await.map_err(|error| wire::status(&error))?;
        Ok(Response::new(pb::ListContainersResponse { containers: containers.iter().map(wire::container).collect() }))
    }

    type WatchEventsStream = BoxStream<'static, Result<pb::WatchEventsResponse, Status>>;

    async fn watch_events(
        &self,
        request: Request<pb::WatchEventsRequest>,
    ) -> Result<Response<Self::WatchEventsStream>, Status> {
        let asked = self.may_look(request)?;
        let since = asked.since.as_ref().map_or_else(|| self.0.context.clock.now(), from_time);
        let events = self.0.containers.events(&self.0.labels(), since).await.map_err(|error| wire::status(&error))?;
        let stop = self.0.context.stop.clone();
        let told = events.map(|event| Ok(wire::event(event))).take_until(stop.cancelled_owned());
        // The end is told as such, so that a caller looks for another actuator instead of waiting.
        let end = async { Err(Status::unavailable("the actuator is stopping")) };
        Ok(Response::new(told.chain(end.into_stream()).boxed()))
    }

    async fn get_stats(&self, request: Request<pb::GetStatsRequest>) -> Result<Response<pb::GetStatsResponse>, Status> {
        let asked = self.may_look(request)?;
        let container = self.0.find(&asked.container_id).await?;
        let stats = self.0.containers.stats(&container.id).await.map_err(|error| wire::status(&error))?;
        Ok(Response::new(pb::GetStatsResponse {
            cpu_ratio: stats.cpu_ratio,
            memory_bytes: stats.memory_bytes,
            memory_limit_bytes: stats.memory_limit_bytes,
        }))
    }

    async fn hold_lease(
        &self,
        request: Request<pb::HoldLeaseRequest>,
    ) -> Result<Response<pb::HoldLeaseResponse>, Status> {
        let asked = self.may_act(request)?;
        if asked.holder.is_empty() {
            return Err(Status::invalid_argument("holder must name who asks"));
        }
        let mut fence = self.0.fence();
        let held = fence.hold(&asked.holder, asked.fence, Instant::now()).map_err(|refusal| refused(&refusal))?;
        let ttl = prost_types::Duration::try_from(LEASE).ok();
        Ok(Response::new(pb::HoldLeaseResponse { held, fence: fence.highest(), ttl }))
    }

    async fn restart_container(
        &self,
        request: Request<pb::RestartContainerRequest>,
    ) -> Result<Response<pb::RestartContainerResponse>, Status> {
        let asked = self.may_act(request)?;
        self.restart(&asked).await.map(|()| Response::new(pb::RestartContainerResponse {}))
    }
}
