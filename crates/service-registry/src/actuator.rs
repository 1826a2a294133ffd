//! The containers' labels, asked of the actuator: it holds the engine's socket, the registry does not.

use async_trait::async_trait;
use tge_proto::Rpc;
use tge_proto::pb::actuator::v1::ListContainersRequest;
use tge_proto::pb::actuator::v1::actuator_service_client::ActuatorServiceClient;
use tge_service::Secret;
use thiserror::Error;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::{Request, Status};

use crate::registrant::{Container, Containers};

/// Who is asked for the containers.
#[derive(Clone)]
pub struct Actuator {
    client: ActuatorServiceClient<Rpc>,
    bearer: MetadataValue<Ascii>,
}

/// A token that cannot be sent.
#[derive(Debug, Error)]
#[error("the actuator's token has characters that no header can carry; write a new one of letters and digits")]
pub struct TokenError;

/// The actuator did not tell.
#[derive(Debug, Error)]
#[error("failed to list containers at the actuator")]
struct ListError(#[source] Status);

// === impl Actuator ===

impl Actuator {
    /// Asks through `rpc` and shows `token`.
    ///
    /// # Errors
    /// [`TokenError`] when the token fits no header.
    pub fn new(rpc: Rpc, token: &Secret) -> Result<Self, TokenError> {
        let mut bearer: MetadataValue<Ascii> = format!("Bearer {}", token.reveal()).parse().map_err(|_| TokenError)?;
        bearer.set_sensitive(true);
        Ok(Self { client: ActuatorServiceClient::new(rpc), bearer })
    }
}

#[async_trait]
impl Containers for Actuator {
    async fn list(&self) -> Result<Vec<Container>, Box<dyn std::error::Error + Send + Sync>> {
        let mut request = Request::new(ListContainersRequest {});
        request.metadata_mut().insert("authorization", self.bearer.clone());
        let answer = self.client.clone().list_containers(request).await.map_err(ListError)?;
        let containers = answer.into_inner().containers.into_iter();
        Ok(containers.map(|c| Container { name: c.name, labels: c.labels.into_iter().collect() }).collect())
    }
}
