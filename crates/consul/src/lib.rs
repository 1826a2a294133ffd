//! The directory of the swarm: who is where and alive, and who leads, by Consul.
//!
//! The client library (`consulrs`) carries requests and little else here: it knows no time limits, so each call gets one
//! ([`client`]), and it cannot read what we need most, so those endpoints are ours ([`endpoints`]). Instances beat
//! through a TTL check of their own ([`services`]); a lock is a key held by a session that lives as long as a TTL check
//! does, which loses it seconds after its holder hangs, where Consul's own session TTL takes 10 to 20 ([`locks`]).

#![deny(missing_docs)]

mod client;
mod config;
mod directory;
mod endpoints;
mod locks;
mod services;

pub use config::{ConfigError, ConsulConfig};
pub use directory::ConsulDirectory;
