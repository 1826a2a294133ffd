//! The only holder of the engine's socket: a few typed verbs on the swarm's own containers, fenced and audited.
//!
//! Whoever holds the engine's socket owns the machine, so one small process holds it and offers five calls. What keeps a
//! caller within bounds:
//! - **a token** on every call, compared in constant time: one for the monitor, and one for those who may only look;
//! - **labels**: only containers with `tge.managed=true` of our own compose project are listed, measured or restarted, and
//!   never the actuator itself (it would die between stop and start);
//! - **a lease** of a few seconds that one monitor at a time holds by the index of its lock at the directory. The highest
//!   index is kept in a file, so a monitor that lost its lock is refused even after a restart of ours. While the
//!   directory is away a monitor may hold the lease without an index: the repairer must not need what it repairs;
//! - **a rate**: six restarts a minute at most, three at once;
//! - **an audit line** for every restart asked for, done or refused, in the log and in a file.
//!
//! Rejected: a filtering proxy before the raw API (it let dangerous create bodies through), and deciding anything here:
//! what to restart and when is the health monitor's business.

#![deny(missing_docs)]

mod audit;
mod config;
mod fence;
mod server;
mod wire;

pub use config::{Config, SETTINGS};
pub use fence::{Fence, FenceError};
pub use server::{Parts, Server, app};
