//! Serves SAFLA's memory: durable writes in one order, fresh reads, search with reasons, streams that resume.
//!
//! The store is the truth; a coordinator holds nothing that could be lost. A write is validated, counted against its
//! writer's rate, committed (many callers in one transaction) and only then acknowledged; afterwards a hint goes out on
//! the bus. Every coordinator follows the store's one order of writes with a cursor, woken by hints and, because hints
//! may be lost, each 90 seconds: what it has read so far is its [replica](replica), from which it answers `Get` and
//! `Search` and feeds `Watch`. So any number of coordinators may run, each at most one lost hint behind.
//!
//! Rejected: a leader that owns all writes (a failover would stop memory for seconds; compare-and-set in the store needs
//! none), and caching items on reads (a read racing with a forget would bring the forgotten item back).

#![deny(missing_docs)]

mod channels;
mod config;
mod hints;
mod limit;
mod outcome;
mod recall;
mod refusal;
mod replica;
mod request;
mod server;
mod sync;
mod watch;
mod write;

pub use config::{Config, SETTINGS};
pub use server::{Parts, Server, app};
