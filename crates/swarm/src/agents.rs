//! The specialists' programs.

use std::process::ExitCode;
use std::sync::Arc;

use futures::FutureExt;
use tge_agent::poll::Poller;
use tge_detect::{Detector, Ruleset};
use tge_http::{GuardedClient, SystemLookup};
use tge_ports::Fetch;
use tge_service::{BootError, Context, Program, Settings};

use crate::parts;

fn fetch(context: &Context, settings: &Settings) -> Result<Arc<dyn Fetch>, BootError> {
    let client = GuardedClient::new(parts::fetch(settings)?, Arc::new(SystemLookup), context.clock.clone());
    Ok(Arc::new(client.map_err(parts::config)?))
}

async fn poller(context: &Context, settings: &Settings) -> Result<Poller, BootError> {
    let fetch = fetch(context, settings)?;
    Ok(Poller {
        stores: parts::stores(context, settings).await?,
        bus: parts::bus(context, settings).await?,
        fetch,
        clock: context.clock.clone(),
        entropy: context.entropy.clone(),
    })
}

static SCRAPING_EFFICIENCY: Program = Program {
    name: "agent-scraping-efficiency",
    listen: "0.0.0.0:8010",
    settings: &[parts::DIRECTORY, parts::STORE, parts::BUS, parts::SOURCES, parts::FETCH, parts::MEMORY],
    world: parts::world,
    start: |context, settings| {
        async move {
            let (catalog, memory) = (parts::catalog(&settings)?, parts::memory(&settings)?);
            let (address, registration) = (parts::address(&settings)?, parts::registration(&context, &settings)?);
            let poller = poller(&context, &settings).await?;
            let registration = Some(registration);
            let parts = tge_agent_scraping_efficiency::Parts { poller, catalog, memory, address, registration };
            Ok(tge_agent_scraping_efficiency::app(&context, parts))
        }
        .boxed_local()
    },
};

static API_RELIABILITY: Program = Program {
    name: "agent-api-reliability",
    listen: "0.0.0.0:8012",
    settings: &[parts::DIRECTORY, parts::STORE, parts::BUS, parts::SOURCES, parts::FETCH, parts::MEMORY],
    world: parts::world,
    start: |context, settings| {
        async move {
            let (catalog, memory) = (parts::catalog(&settings)?, parts::memory(&settings)?);
            let (address, registration) = (parts::address(&settings)?, parts::registration(&context, &settings)?);
            let poller = poller(&context, &settings).await?;
            let registration = Some(registration);
            let parts = tge_agent_api_reliability::Parts { poller, catalog, memory, address, registration };
            Ok(tge_agent_api_reliability::app(&context, parts))
        }
        .boxed_local()
    },
};

static KEYWORD_PRECISION: Program = Program {
    name: "agent-keyword-precision",
    listen: "0.0.0.0:8011",
    settings: &[
        tge_agent_keyword_precision::SETTINGS,
        parts::DIRECTORY,
        parts::STORE,
        parts::BUS,
        parts::PROJECTS,
        parts::FETCH,
        parts::MEMORY,
    ],
    world: parts::world,
    start: |context, settings| {
        async move {
            let memory = parts::memory(&settings)?;
            let (address, registration) = (parts::address(&settings)?, parts::registration(&context, &settings)?);
            let ruleset = Ruleset::embedded().map_err(parts::config)?;
            let projects = parts::projects(&settings)?;
            let detector = Detector::new(ruleset, projects.clone()).map_err(parts::config)?;
            let opinions = match tge_agent_keyword_precision::OpinionConfig::read(&settings)? {
                Some(config) => Some((config, fetch(&context, &settings)?)),
                None => None,
            };
            let parts = tge_agent_keyword_precision::Parts {
                opinions,
                stores: parts::stores(&context, &settings).await?,
                bus: parts::bus(&context, &settings).await?,
                detector: Arc::new(detector),
                projects,
                memory,
                address,
                registration: Some(registration),
            };
            Ok(tge_agent_keyword_precision::app(&context, parts))
        }
        .boxed_local()
    },
};

static PERFORMANCE: Program = Program {
    name: "agent-performance",
    listen: "0.0.0.0:8013",
    settings: &[tge_agent_performance::SETTINGS, parts::DIRECTORY, parts::STORE, parts::BUS, parts::MEMORY],
    world: parts::world,
    start: |context, settings| {
        async move {
            let config = tge_agent_performance::Config::read(&settings).map_err(parts::config)?;
            let memory = parts::memory(&settings)?;
            let (address, registration) = (parts::address(&settings)?, parts::registration(&context, &settings)?);
            let stores = parts::stores(&context, &settings).await?;
            let bus = parts::bus(&context, &settings).await?;
            let parts = tge_agent_performance::Parts {
                stores,
                slow_log: Some(bus.clone()),
                bus,
                memory,
                config,
                address,
                registration: Some(registration),
            };
            Ok(tge_agent_performance::app(&context, parts))
        }
        .boxed_local()
    },
};

static DATA_QUALITY: Program = Program {
    name: "agent-data-quality",
    listen: "0.0.0.0:8014",
    settings: &[parts::DIRECTORY, parts::STORE, parts::BUS, parts::SOURCES, parts::PROJECTS, parts::MEMORY],
    world: parts::world,
    start: |context, settings| {
        async move {
            let (catalog, memory) = (parts::catalog(&settings)?, parts::memory(&settings)?);
            let (address, registration) = (parts::address(&settings)?, parts::registration(&context, &settings)?);
            let ruleset = Ruleset::embedded().map_err(parts::config)?;
            let known = Arc::new(tge_agent_data_quality::known(&ruleset, &parts::projects(&settings)?));
            let parts = tge_agent_data_quality::Parts {
                stores: parts::stores(&context, &settings).await?,
                bus: parts::bus(&context, &settings).await?,
                catalog,
                known,
                memory,
                address,
                registration: Some(registration),
            };
            Ok(tge_agent_data_quality::app(&context, parts))
        }
        .boxed_local()
    },
};

/// Polls feeds.
pub fn agent_scraping_efficiency() -> ExitCode {
    parts::main(&SCRAPING_EFFICIENCY)
}

/// Polls APIs and delivers.
pub fn agent_api_reliability() -> ExitCode {
    parts::main(&API_RELIABILITY)
}

/// Detects launches.
pub fn agent_keyword_precision() -> ExitCode {
    parts::main(&KEYWORD_PRECISION)
}

/// Decides events.
pub fn agent_data_quality() -> ExitCode {
    parts::main(&DATA_QUALITY)
}

/// Watches everybody and writes findings.
pub fn agent_performance() -> ExitCode {
    parts::main(&PERFORMANCE)
}
