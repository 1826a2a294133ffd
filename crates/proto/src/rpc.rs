//! One client for both deployments: a boxed service that is a network channel or the server value itself.

use std::error::Error;
use std::time::Duration;

use http::{Request, Response};
use thiserror::Error;
use tonic::body::Body;
use tonic::transport::Endpoint;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt};

/// Carries calls of any generated client.
pub type Rpc = BoxCloneSyncService<Request<Body>, Response<Body>, TransportError>;

/// The call did not reach a server. A type of its own: a bare boxed error keeps the compiler from proving that futures
/// of generated clients are `Send`.
#[derive(Debug, Error)]
#[error("the call did not reach the server")]
pub struct TransportError(#[source] Box<dyn Error + Send + Sync>);

/// An address that is none.
#[derive(Debug, Error)]
#[error("{address:?} is no gRPC address: expected http://host:port")]
pub struct RpcError {
    /// The text that was given.
    pub address: String,
    /// Why it was refused.
    #[source]
    pub source: tonic::transport::Error,
}

/// A transport over the network. It connects when it is first used and again after each loss, so a server that is away
/// at start is no error here.
///
/// # Errors
/// [`RpcError`] when the address cannot be read.
pub fn connect(address: &str, deadline: Duration) -> Result<Rpc, RpcError> {
    let endpoint = Endpoint::from_shared(address.to_owned())
        .map_err(|source| RpcError { address: address.to_owned(), source })?
        .connect_timeout(Duration::from_secs(2).min(deadline))
        .timeout(deadline)
        .tcp_keepalive(Some(Duration::from_secs(20)))
        .http2_keep_alive_interval(Duration::from_secs(10))
        .keep_alive_timeout(Duration::from_secs(5))
        .keep_alive_while_idle(true);
    Ok(BoxCloneSyncService::new(endpoint.connect_lazy().map_err(|error| TransportError(error.into()))))
}

/// A transport that hands calls straight to a server in this process.
pub fn in_process<S>(server: S) -> Rpc
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + Sync + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::Future: Send + 'static,
{
    BoxCloneSyncService::new(server.map_err(|error: S::Error| TransportError(error.into())))
}
