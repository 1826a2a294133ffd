//! The bus between processes: channels and work queues on a Redis Cluster.
//!
//! Why not the client's own cluster mode: with one master down, or one slot in migration, it stops as a whole. Here each
//! master has a client of its own ([`node`]), a slot map of ours says which key lives where ([`slots`]), and a router
//! sends each command to its owner, follows redirections and puts a new client in the place of a lost or hung one
//! ([`router`]). So a dead master costs its own keys, which fail within milliseconds, and nobody else's.
//!
//! Channels ([`pubsub`]) are heard on all nodes, doubles dropped by id, so that no single node's death loses a message.
//! Work queues ([`streams`]) are Redis Streams, each spread over twelve partitions that lie evenly on three masters.

#![deny(missing_docs)]

mod bus;
mod config;
mod error;
mod node;
mod partitions;
mod pubsub;
mod reply;
mod router;
mod slots;
mod slowlog;
mod streams;

pub use bus::RedisBus;
pub use config::{NodesError, RedisConfig};
