//! The service-registry's program.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tge_service::{BootError, Program, Settings};
use tge_service_registry::{Actuator, Config, Containers, Parts, SETTINGS, app};

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
            let containers = containers(&settings)?;
            let parts = Parts { directory, services, containers, config, registration: Some(registration) };
            Ok(app(&context, parts))
        }
        .boxed_local()
    },
};

/// Who knows the containers' labels, where that is wanted.
fn containers(settings: &Settings) -> Result<Option<Arc<dyn Containers>>, BootError> {
    let Some(url) = settings.optional::<String>("actuator_url")? else { return Ok(None) };
    let token = settings.secret("actuator_read_token_file")?.ok_or_else(|| {
        BootError::Config(
            "setting actuator_url (ACTUATOR_URL) needs ACTUATOR_READ_TOKEN_FILE: the file with the actuator's read token".into(),
        )
    })?;
    let rpc = tge_proto::connect(&url, Duration::from_secs(5)).map_err(parts::config)?;
    Ok(Some(Arc::new(Actuator::new(rpc, &token).map_err(parts::config)?)))
}

/// Tells who is where and how it was.
pub fn service_registry() -> ExitCode {
    parts::main(&PROGRAM)
}
