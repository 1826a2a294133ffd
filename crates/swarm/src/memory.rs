//! The memory-coordinator's program.

use std::process::ExitCode;

use futures::FutureExt;
use tge_memory_coordinator::{Config, Parts, SETTINGS, app};
use tge_service::Program;

use crate::parts;

static PROGRAM: Program = Program {
    name: "memory-coordinator",
    listen: "0.0.0.0:8002",
    settings: &[SETTINGS, parts::DIRECTORY, parts::STORE, parts::BUS],
    world: parts::world,
    start: |context, settings| {
        async move {
            let config = Config::read(&settings).map_err(parts::config)?;
            let registration = parts::registration(&context, &settings)?;
            let memory = parts::stores(&context, &settings).await?.memory;
            let bus = parts::bus(&context, &settings).await?;
            Ok(app(&context, Parts { memory, bus, config }, Some(registration)))
        }
        .boxed_local()
    },
};

/// Serves SAFLA's memory.
pub fn memory_coordinator() -> ExitCode {
    parts::main(&PROGRAM)
}
