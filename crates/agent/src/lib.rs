//! What every specialist does: beat, work a stage or a lease, remember, answer for itself.
//!
//! The five agents are different programs with loops of their own; what they share is how a program belongs to the
//! swarm. A [`Worker`] is the agent's public self: it beats into the store (the queen reads rows, nothing else), and
//! tells what it does over gRPC. [`run_stage`] turns a stage of the pipeline, woken by a hint or by time; [`run_tasks`]
//! holds leases on planned work. [`Memory`] is SAFLA as an agent sees it.

#![deny(missing_docs)]

mod files;
mod memory;
pub mod poll;
mod rhythm;
mod stage;
mod tally;
mod tasks;
mod worker;

pub use files::{SourcesError, load_sources};
pub use memory::{Memory, MemoryError};
pub use rhythm::Rhythms;
pub use stage::{Stage, StageError, run_stage};
pub use tally::{Counts, Tally};
pub use tasks::{TaskFailure, TaskHandler, run_tasks};
pub use worker::Worker;
