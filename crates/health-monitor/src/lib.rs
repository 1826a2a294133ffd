//! Watches every component by several ways, repairs through the actuator what is down, and records each repair.
//!
//! What it hears of a container comes from ways that do not depend on each other: the engine's events and listings (by
//! the actuator), the container's own health check, its heartbeat in the directory, and a probe of ours (gRPC health or
//! `/live`: an answer of any kind is a sign of life). All of it goes into `tge_control::recover`, a pure state machine,
//! which answers what to do; this crate carries that out and reports back.
//!
//! - `lead`: one monitor leads, by the directory's lock and the actuator's lease. While the directory is away the lease
//!   alone decides, so that the directory itself can be repaired.
//! - `watch`: the loops that listen and probe.
//! - `drive`: once a second, or sooner when something happens: step, act, record.
//! - `record`: recoveries that the store cannot take now are kept and written later; a dead database is no reason not to
//!   repair it.
//!
//! A monitor without leadership listens, too, and does nothing.

#![deny(missing_docs)]

mod actuator;
mod config;
mod drive;
mod late;
mod lead;
mod probe;
mod record;
mod server;
mod watch;

pub use config::{Config, SETTINGS};
pub use late::{Connect, LateRecoveries};
pub use probe::{Probe, WireProbe};
pub use server::{Parts, Server, app};
