//! The wire: generated gRPC types, JSON records shared by REST and disk, and the transport that carries calls.
//!
//! The nouns of `tge-model` are not serialisable; what leaves the process is one of two shapes made here. gRPC messages
//! are generated from `proto/`; JSON records (`record`) are what REST answers and what the stores keep, with a version
//! inside. One generated client serves both deployments: [`Rpc`] is a boxed tower service that is either a network
//! channel or the server value itself.

pub mod convert;
pub mod record;
mod rpc;

pub use rpc::{Rpc, RpcError, TransportError, connect, in_process};

/// The descriptors of every service, for reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// The generated types, one module per area.
#[expect(
    clippy::all,
    clippy::allow_attributes_without_reason,
    reason = "generated; the documentation is in the .proto files"
)]
pub mod pb {
    /// Includes the generated types of one area.
    macro_rules! area {
        ($area:ident, $package:literal) => {
            pub mod $area {
                pub mod v1 {
                    tonic::include_proto!($package);
                }
            }
        };
    }
    area!(actuator, "tge.actuator.v1");
    area!(agent, "tge.agent.v1");
    area!(event, "tge.event.v1");
    area!(health, "tge.health.v1");
    area!(memory, "tge.memory.v1");
    area!(queen, "tge.queen.v1");
    area!(registry, "tge.registry.v1");
    area!(source, "tge.source.v1");
    area!(task, "tge.task.v1");
}
