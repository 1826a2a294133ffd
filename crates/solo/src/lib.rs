//! The whole swarm in one process: SQLite file, local bus, in-process calls, nothing to install.
//!
//! A composition root: it reads the command line, makes the adapters, starts queen, memory and agents on one context
//! and serves them on one port. What the services are, they are here as in the swarm; only the adapters differ.

mod banner;
mod cli;
mod demo;
mod progress;
mod wiring;

use std::process::ExitCode;

pub use cli::main;

/// A start that failed, with the exit code that tells it.
type Started<T> = Result<T, tge_service::BootError>;

/// The exit code of a result.
fn exit(result: Started<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => tge_service::print_error("tge-swarm", &error),
    }
}
