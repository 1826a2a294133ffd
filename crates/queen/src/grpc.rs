//! The queen's gRPC services: the same reads as REST, and the order of changes as a stream.

mod events;
mod swarm;

use tge_model::Scope;
use tge_ports::StoreError;
use tge_proto::convert::bearer;
use tge_proto::pb::event::v1::event_service_server::EventServiceServer;
use tge_proto::pb::queen::v1::queen_service_server::QueenServiceServer;
use tge_proto::pb::source::v1::source_service_server::SourceServiceServer;
use tge_proto::pb::task::v1::task_service_server::TaskServiceServer;
use tge_service::chain;
use tonic::Status;
use tonic::metadata::MetadataMap;
use tonic::service::Routes;

use crate::{Queen, auth};

/// Every service on one router.
pub(crate) fn routes(queen: &Queen) -> Routes {
    Routes::new(EventServiceServer::new(queen.clone()))
        .add_service(QueenServiceServer::new(queen.clone()))
        .add_service(SourceServiceServer::new(queen.clone()))
        .add_service(TaskServiceServer::new(queen.clone()))
}

/// Refuses callers whose key does not go as far as `needed`.
async fn allow(queen: &Queen, metadata: &MetadataMap, needed: Scope) -> Result<(), Status> {
    let Some(token) = bearer(metadata) else {
        return Err(Status::unauthenticated("send metadata `authorization: Bearer <key>`"));
    };
    match auth::scope_of(queen, token).await.map_err(failed)? {
        Some(scope) if scope >= needed => Ok(()),
        Some(scope) => Err(Status::permission_denied(format!("this needs a key of scope {needed}, yours is {scope}"))),
        None => Err(Status::unauthenticated("the key is unknown or has expired")),
    }
}

fn failed(error: StoreError) -> Status {
    match error {
        // The caller's own mistake, not the store's.
        StoreError::Cursor { .. } => Status::invalid_argument(error.to_string()),
        _ if error.is_transient() => Status::unavailable(chain(&error)),
        _ => Status::internal(error.to_string()),
    }
}
