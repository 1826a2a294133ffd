//! The queen's program.

use std::process::ExitCode;

use futures::FutureExt;
use tge_service::{BootError, Program, Setting};

use crate::parts;

const OWN: &[Setting] = &[Setting {
    key: "api_key_file",
    env: "TGE_API_KEY_FILE",
    default: "",
    help: "file with the first key of the API; without it a first start makes one and logs that nobody knows it",
}];

static PROGRAM: Program = Program {
    name: "queen",
    listen: "0.0.0.0:8080",
    settings: &[OWN, parts::DIRECTORY, parts::STORE, parts::BUS, parts::SOURCES, parts::MEMORY],
    world: parts::world,
    start: |context, settings| {
        async move {
            let catalog = parts::catalog(&settings)?;
            let key = settings.secret("api_key_file")?;
            let memory = parts::memory(&settings)?;
            let registration = parts::registration(&context, &settings)?;
            let stores = parts::stores(&context, &settings).await?;
            let made = tge_queen::first_key(&*stores.keys, &*context.clock, &*context.entropy, key.as_ref())
                .await
                .map_err(|error| BootError::Away { what: "the store of API keys", source: Box::new(error) })?;
            if made.is_some() {
                tracing::warn!("an API key was made that nobody knows; set TGE_API_KEY_FILE and start again");
            }
            let holder = parts::holder(&context, &registration);
            let parts = tge_queen::Parts {
                stores,
                bus: parts::bus(&context, &settings).await?,
                catalog,
                memory,
                holder,
                login_token: None,
                demo: false,
                registration: Some(registration),
            };
            Ok(tge_queen::app(&context, parts))
        }
        .boxed_local()
    },
};

/// Leads, plans, and is the front of API and console.
pub fn queen() -> ExitCode {
    parts::main(&PROGRAM)
}
