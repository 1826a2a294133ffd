//! The actuator's program: the sole holder of the engine's socket.

use std::process::ExitCode;
use std::sync::Arc;

use futures::FutureExt;
use tge_actuator::{Config, Fence, Parts, SETTINGS, app};
use tge_docker::DockerEngine;
use tge_service::{BootError, Program, Setting};

use crate::parts;

const OWN: &[Setting] = &[Setting {
    key: "docker_socket",
    env: "TGE_DOCKER_SOCKET",
    default: "/var/run/docker.sock",
    help: "the engine's socket",
}];

static PROGRAM: Program = Program {
    name: "actuator",
    listen: "0.0.0.0:8031",
    settings: &[OWN, SETTINGS, parts::DIRECTORY],
    world: parts::world,
    start: |context, settings| {
        async move {
            let config = Config::read(&settings)?;
            let registration = parts::registration(&context, &settings)?;
            let socket: String = settings.get("docker_socket")?;
            let engine = DockerEngine::connect(&socket)
                .await
                .map_err(|error| BootError::Away { what: "the container engine", source: Box::new(error) })?;
            let fence = Fence::open(&config.state).map_err(parts::config)?;
            Ok(app(&context, Parts { containers: Arc::new(engine), fence, config }, Some(registration)))
        }
        .boxed_local()
    },
};

/// Restarts what the monitor asks for.
pub fn actuator() -> ExitCode {
    parts::main(&PROGRAM)
}
