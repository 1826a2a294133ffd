//! The health-monitor's program.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tge_health_monitor::{Config, LateRecoveries, Parts, SETTINGS, WireProbe, app};
use tge_service::Program;

use crate::parts;

/// A restart of a stubborn container takes its stop grace and some seconds.
const RESTART: Duration = Duration::from_secs(60);

/// Connections to PostgreSQL: a second one, so that a slow write does not hold up a read.
const POOL: u32 = 2;

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
            // The database may be what has to be repaired first, so the monitor does not wait for it.
            let url: String = settings.get("postgres_url")?;
            let password = settings.secret("postgres_password_file")?.map(|secret| secret.reveal().to_owned());
            let recoveries = Arc::new(LateRecoveries::new(Box::new(move || {
                let (url, password) = (url.clone(), password.clone());
                async move {
                    let stores = tge_store::postgres::connect(&url, password, POOL, "health-monitor").await?;
                    Ok(stores.recoveries)
                }
                .boxed()
            })));
            let parts = Parts {
                actuator,
                directory: registration.directory.clone(),
                recoveries,
                probe: Arc::new(WireProbe),
                config,
                holder: parts::holder(&context, &registration),
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
