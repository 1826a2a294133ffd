//! The operator's command line: ask the swarm, test sources, detect, train and evaluate rulesets.
//!
//! Noun, then verb. What asks the swarm speaks REST to `TGE_ADDR` with the key of `TGE_TOKEN`; what judges texts or
//! source files needs no server. Data goes to stdout, everything else to stderr, and the exit code tells scripts what
//! happened: 0 ok, 1 failed, 2 usage, 3 not found, 4 unhealthy, 5 timeout, 6 conflict.

mod cli;
mod client;
mod failure;
mod output;
mod verbs;

pub use cli::main;
