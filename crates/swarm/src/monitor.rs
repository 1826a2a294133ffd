//! The health-monitor's program.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tge_health_monitor::{Config, WireProbe, Parts, SETTINGS, app};
use tge_service::Program;

use crate::parts;

/// A restart of a stubborn container takes its stop grace and some seconds.
const RESTART: Duration = Duration::from_secs(60);

static PROGRAM: Program = Program {
    name: "health-monitor",
    listen: "0.0.0.0:8030",
    settings: &[SETTINGS, parts::DIRECTORY, parts::STORE],
    world: parts::world,
    start: |context, settings| {
        async move {
            let config = Config::read(&settings).map_err(parts::config)?;
            let actuator = tge_proto::connect(&config.actuator_url, RESTART).map_err(parts::config)?;
            let registration = parts::registration(&context, &settings)?;
            let recoveries = parts::stores(&context, &settings).await?.recoveries;
            let parts = Parts {
                actuator,
                directory: registration.directory.clone(),
                recoveries,
                probe: Arc::new(WireProbe),
                config,
                holder: registration.instance.id.clone(),
            };
            Ok(app(&context, parts, Some(registration)))
        }
        .boxed_local()
    },
};

/// Watches, and repairs through the actuator.
pub fn health_monitor() -> ExitCode {
    parts::main(&PROGRAM)
}
