//! The health-monitor's program: repairs through the actuator.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tge_health_monitor::{Config, LateRecoveries, Parts, SETTINGS, WireProbe, app};
use tge_service::Program;

use crate::parts;

static PROGRAM: Program = Program {
    name: "health-monitor",
    listen: "0.0.0.0:8030",
    settings: &[SETTINGS, parts::DIRECTORY, parts::STORE],
    world: parts::world,
    start: |context, settings| {
        async move {
            let config = Config::read(&settings)?;
            let registration = parts::registration(&context, &settings)?;
            // A restart's own limit and some: the monitor, not the wire, decides that it took too long.
            let patience = config.recover.act_for + Duration::from_secs(5);
            let actuator = tge_proto::connect(&config.actuator_url, patience).map_err(parts::config)?;
            let url: String = settings.get("postgres_url")?;
            let password = settings.secret("postgres_password_file")?.map(|secret| secret.reveal().to_owned());
            let recoveries = LateRecoveries::new(Box::new(move || {
                let (url, password) = (url.clone(), password.clone());
                async move {
                    // One connection would do; the second keeps a slow write from holding up a read.
                    let stores = tge_store::postgres::connect(&url, password, 2, "health-monitor").await?;
                    Ok(stores.recoveries)
                }
                .boxed()
            }));
            let parts = Parts {
                actuator,
                directory: registration.directory.clone(),
                recoveries: Arc::new(recoveries),
                probe: Arc::new(WireProbe),
                // A restart is another monitor: what the old one held runs out.
                holder: format!("{}-{:08x}", registration.instance.id, context.entropy.bits() & 0xffff_ffff),
                config,
            };
            Ok(app(&context, parts, Some(registration)))
        }
        .boxed()
    },
};

/// Watches every component and repairs what is down.
pub fn health_monitor() -> ExitCode {
    parts::main(&PROGRAM)
}
