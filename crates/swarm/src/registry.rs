//! The service-registry's program.

use std::process::ExitCode;

use futures::FutureExt;
use tge_service::Program;
use tge_service_registry::{Config, Parts, SETTINGS, app};

use crate::parts;

static PROGRAM: Program = Program {
    name: "service-registry",
    listen: "0.0.0.0:8020",
    settings: &[SETTINGS, parts::DIRECTORY, parts::STORE],
    world: parts::world,
    start: |context, settings| {
        async move {
            let config = Config::read(&settings).map_err(parts::config)?;
            let registration = parts::registration(&context, &settings)?;
            let services = parts::stores(&context, &settings).await?.services;
            let directory = registration.directory.clone();
            let parts = Parts { directory, services, containers: None, config, registration: Some(registration) };
            Ok(app(&context, parts))
        }
        .boxed_local()
    },
};

/// Tells who is where and how it was.
pub fn service_registry() -> ExitCode {
    parts::main(&PROGRAM)
}
