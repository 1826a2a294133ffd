//! The gRPC calls, and what the registry is made of.

use std::sync::Arc;

use tge_model::ServiceTransition;
use tge_ports::store::Services;
use tge_ports::{Directory, Page, StoreError};
use tge_proto::convert::non_empty;
use tge_proto::pb::registry::v1 as pb;
use tge_proto::pb::registry::v1::registry_service_server::{RegistryService, RegistryServiceServer};
use tge_proto::{Rpc, in_process};
use tge_service::{App, Context, Registration, chain};
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use crate::history::{self, Spool};
use crate::index::{self, Index, Known};
use crate::registrant::Containers;
use crate::{Config, follow, keep, rest};

/// The registry's gRPC services, for health and reflection.
pub const SERVICES: &[&str] = &["tge.registry.v1.RegistryService"];
/// Transitions on a page when no size is asked for.
const PAGE_DEFAULT: u32 = 50;
/// The most on a page.
const PAGE_MAX: u32 = 1_000;

/// What the registry is made of.
pub struct Parts {
    /// Who is where.
    pub directory: Arc<dyn Directory>,
    /// The history.
    pub services: Arc<dyn Services>,
    /// Who knows the containers' labels, where containers are.
    pub containers: Option<Arc<dyn Containers>>,
    /// How it behaves.
    pub config: Config,
    /// How it is registered itself.
    pub registration: Option<Registration>,
}

/// A running registry; cheap to clone.
#[derive(Clone)]
pub struct Server {
    index: Arc<Index>,
    services: Arc<dyn Services>,
}

/// The registry as a program's app.
pub fn app(context: &Context, mut parts: Parts) -> App {
    let registration = parts.registration.take();
    let server = Server::start(context, parts);
    App { rest: rest::routes(server.index.clone()), grpc: server.routes(), services: SERVICES.to_vec(), registration }
}

// === impl Server ===

impl Server {
    /// Starts the loops on `context`; ready (condition `directory`) once the directory was read.
    pub fn start(context: &Context, parts: Parts) -> Self {
        let Parts { directory, services, containers, config, registration: _ } = parts;
        let (index, spool) = (Arc::new(Index::default()), Arc::new(Spool::default()));
        follow::start(context, directory.clone(), index.clone(), spool.clone());
        history::start(context, index.clone(), spool, services.clone());
        keep::start(context, directory, index.clone(), config.register, containers, config.every);
        Self { index, services }
    }

    /// Its calls, to be served on a port.
    pub fn routes(&self) -> Routes {
        Routes::new(RegistryServiceServer::new(self.clone()))
    }

    /// Its calls, for clients in the same process.
    pub fn rpc(&self) -> Rpc {
        in_process(RegistryServiceServer::new(self.clone()))
    }
}

#[tonic::async_trait]
impl RegistryService for Server {
    async fn list_instances(
        &self,
        request: Request<pb::ListInstancesRequest>,
    ) -> Result<Response<pb::ListInstancesResponse>, Status> {
        let request = request.into_inner();
        let known = self.index.all().ok_or_else(|| Status::unavailable("the directory has not been read yet"))?;
        let passing = tge_ports::InstanceStatus::Passing;
        let instances = known
            .into_values()
            .filter(|known| request.service.is_empty() || known.instance.service == request.service)
            .filter(|known| !request.passing_only || known.status == passing)
            .map(wire)
            .collect();
        Ok(Response::new(pb::ListInstancesResponse { instances }))
    }

    async fn list_transitions(
        &self,
        request: Request<pb::ListTransitionsRequest>,
    ) -> Result<Response<pb::ListTransitionsResponse>, Status> {
        let request = request.into_inner();
        let size = match u32::try_from(request.page_size) {
            Ok(0) => PAGE_DEFAULT,
            Ok(size) => size.min(PAGE_MAX),
            Err(_) => return Err(Status::invalid_argument(format!("page_size is {}", request.page_size))),
        };
        let page = Page { size, after: non_empty(&request.page_token).map(str::to_owned) };
        let paged = self.services.list(non_empty(&request.service), &page).await.map_err(|error| refusal(&error))?;
        Ok(Response::new(pb::ListTransitionsResponse {
            transitions: paged.items.iter().map(<&ServiceTransition>::into).collect(),
            next_page_token: paged.next.unwrap_or_default(),
        }))
    }
}

fn wire(known: Known) -> pb::Instance {
    pb::Instance {
        status: index::status(known.status).as_str().to_owned(),
        note: known.note,
        id: known.instance.id,
        service: known.instance.service,
        host: known.instance.host,
        port: known.instance.port.into(),
        meta: known.instance.meta.into_iter().collect(),
    }
}

fn refusal(error: &StoreError) -> Status {
    match error {
        StoreError::Cursor { .. } => Status::invalid_argument(chain(error)),
        error if error.is_transient() => Status::unavailable(chain(error)),
        error => Status::internal(chain(error)),
    }
}
