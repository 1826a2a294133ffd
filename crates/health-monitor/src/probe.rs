//! A sign of life asked for by ourselves.

use std::time::Duration;

use async_trait::async_trait;
use tge_proto::connect;
use tge_service::chain;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// Asks one address for a sign of life.
#[async_trait]
pub trait Probe: Send + Sync + 'static {
    /// `Err` says why there was none; it never waits longer than two seconds.
    async fn ask(&self, host: &str, port: u16) -> Result<(), String>;
}

/// gRPC health. A service that says it is not serving is alive: what it waits for is another's trouble.
#[derive(Debug, Clone, Copy, Default)]
pub struct GrpcProbe;

const PATIENCE: Duration = Duration::from_secs(2);

#[async_trait]
impl Probe for GrpcProbe {
    async fn ask(&self, host: &str, port: u16) -> Result<(), String> {
        // A connection for each probe: whether new ones are accepted is part of the question.
        let rpc = connect(&format!("http://{host}:{port}"), PATIENCE).map_err(|error| chain(&error))?;
        let mut client = HealthClient::new(rpc);
        let asked = client.check(HealthCheckRequest { service: String::new() });
        match tokio::time::timeout(PATIENCE, asked).await {
            Err(_) => Err(format!("no answer within {PATIENCE:?}")),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(status)) => match status.code() {
                // Not from the service itself, but from our side of the wire.
                Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled | Code::Unknown => Err(chain(&status)),
                _ => Ok(()),
            },
        }
    }
}
