//! Pure planners: what to poll when, what goes first, what to repair and how; state and time in, decisions out.
//!
//! Nothing here waits, asks or writes. The queen and the health monitor read the state, call a planner and carry out what
//! it answers; a simulator calls the same planners with a virtual clock and faults (`tests/recover_sim.rs`). Randomness,
//! where a plan needs some, comes in as an argument.

#![deny(missing_docs)]

mod polls;
pub mod recover;

pub use polls::{PollPlan, PollSubject, PollsConfig, arrival_rate, plan_polls, retry_at};
