//! Which adapter goes where, and in which order everything starts and stops.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use include_dir::{Dir, include_dir};
use tge_agent::load_sources;
use tge_agent::poll::Poller;
use tge_detect::{Detector, Projects, Ruleset};
use tge_http::{GuardedClient, SystemLookup};
use tge_local::{LocalBus, SystemClock, SystemEntropy};
use tge_ports::store::Stores;
use tge_ports::{Bus, Clock, Entropy, Fetch, StoreError};
use tge_service::{App, BootError, Context, OnError, Secret, Served, Settings, Telemetry, serve};
use tge_sources::{Catalog, parse_all};
use tokio::net::TcpListener;

use crate::cli::Cli;
use crate::{Started, banner, demo, progress};

/// The files shipped inside the program, so that it can be carried anywhere.
static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../config/sources");
const SHIPPED_PROJECTS: &str = include_str!("../../../config/projects.yaml");
/// How long tasks may take to end, of the five seconds the process has.
const DRAIN: Duration = Duration::from_secs(4);

/// Runs until it is told to stop.
pub(crate) async fn live(cli: Cli) -> Started<()> {
    let telemetry = Telemetry::init("tge-swarm", &cli.log, &cli.log_format, None).map_err(config)?;
    let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let context = Context::new("tge-swarm", clock.clone(), entropy.clone());
    let projects = read_projects(&cli)?;
    let listener = TcpListener::bind(cli.listen).await.map_err(|source| BootError::Failed {
        attempted: format!("listen on {}; is another process using the port? choose another with --listen", cli.listen),
        source: source.into(),
    })?;
    let address = listener.local_addr().map_err(|source| failed("read the address", source))?;
    create_dir(&cli.data)?;
    let stores = tge_store::sqlite::open(&cli.data.join("tge.sqlite"), clock.clone()).await.map_err(store_error)?;
    let key = first_key(&cli.data, &stores, &*clock, &*entropy).await?;
    let world = if cli.demo { Some(demo::World::start(&context).await?) } else { None };
    let catalog = Arc::new(match &world {
        Some(world) => world.catalog()?,
        None => read_sources(&cli)?,
    });
    let login = Secret::new(format!("once-{:032x}", entropy.bits()));
    let served = serve(&context, listener, telemetry);
    let wired = Wired { cli: &cli, context: &context, stores: stores.clone(), catalog: catalog.clone(), projects };
    wired.start(&served, world.as_ref(), &login).await?;
    context.spawn("signals", OnError::Log, tge_service::stop_on_signal(context.stop.clone()));
    banner::show(address, &cli, &catalog, &login, key.as_deref(), world.is_some())?;
    progress::follow(&context, stores, address);
    tokio::select! {
        () = context.stop.cancelled() => {}
        () = tokio::time::sleep(cli.run_for.unwrap_or(Duration::MAX)), if cli.run_for.is_some() => {}
    }
    context.stop.cancel();
    if !context.drained(DRAIN).await {
        tracing::warn!(limit = ?DRAIN, "some tasks did not end in time");
    }
    Ok(())
}

struct Wired<'a> {
    cli: &'a Cli,
    context: &'a Context,
    stores: Stores,
    catalog: Arc<Catalog>,
    projects: Projects,
}

impl Wired<'_> {
    /// Starts memory, agents and queen, and opens the port's gate.
    async fn start(self, served: &Served, world: Option<&demo::World>, login: &Secret) -> Started<()> {
        let Self { cli, context, stores, catalog, projects } = self;
        let bus: Arc<dyn Bus> = Arc::new(LocalBus::new(Duration::from_secs(60)));
        let allow_nets = cli.allow_net.iter().copied().chain(world.map(demo::World::network)).collect();
        let http = tge_http::Config { allow_nets, ..tge_http::Config::default() };
        let fetch = GuardedClient::new(http, Arc::new(SystemLookup), context.clock.clone())
            .map_err(|error| failed("set up outgoing requests", error))?;
        let fetch: Arc<dyn Fetch> = Arc::new(fetch);
        let ruleset = Ruleset::embedded().map_err(|error| failed("read the shipped ruleset", error))?;
        let known = Arc::new(tge_agent_data_quality::known(&ruleset, &projects));
        let detector =
            Detector::new(ruleset, projects.clone()).map_err(|error| failed("prepare the detector", error))?;
        let memory = tge_memory_coordinator::Server::start(
            context,
            tge_memory_coordinator::Parts {
                memory: stores.memory.clone(),
                bus: bus.clone(),
                config: tge_memory_coordinator::Config::default(),
            },
        )
        .rpc();
        let opinions = opinions(cli)?.map(|config| (config, fetch.clone()));
        let poller = Poller {
            stores: stores.clone(),
            bus: bus.clone(),
            fetch,
            clock: context.clock.clone(),
            entropy: context.entropy.clone(),
        };
        // Each agent's app is dropped: in one process their gRPC would answer the same calls five times.
        drop(tge_agent_scraping_efficiency::app(
            context,
            tge_agent_scraping_efficiency::Parts {
                poller: poller.clone(),
                catalog: catalog.clone(),
                memory: memory.clone(),
                address: String::new(),
                registration: None,
            },
        ));
        drop(tge_agent_api_reliability::app(
            context,
            tge_agent_api_reliability::Parts {
                poller,
                catalog: catalog.clone(),
                memory: memory.clone(),
                address: String::new(),
                registration: None,
            },
        ));
        drop(tge_agent_keyword_precision::app(
            context,
            tge_agent_keyword_precision::Parts {
                stores: stores.clone(),
                bus: bus.clone(),
                detector: Arc::new(detector),
                projects,
                memory: memory.clone(),
                opinions,
                address: String::new(),
                registration: None,
            },
        ));
        drop(tge_agent_data_quality::app(
            context,
            tge_agent_data_quality::Parts {
                stores: stores.clone(),
                bus: bus.clone(),
                catalog: catalog.clone(),
                known,
                memory: memory.clone(),
                address: String::new(),
                registration: None,
            },
        ));
        drop(tge_agent_performance::app(
            context,
            tge_agent_performance::Parts {
                stores: stores.clone(),
                bus: bus.clone(),
                slow_log: None,
                memory: memory.clone(),
                config: tge_agent_performance::Config::default(),
                address: String::new(),
                registration: None,
            },
        ));
        let app: App = tge_queen::app(
            context,
            tge_queen::Parts {
                stores,
                bus,
                catalog,
                memory,
                holder: format!("solo/{:016x}", context.entropy.bits() >> 64),
                login_token: Some(login.clone()),
                demo: world.is_some(),
                registration: None,
            },
        );
        served.install(app).await;
        Ok(())
    }
}

/// Who is asked for a second opinion; what is not given on the command line is as in the swarm.
fn opinions(cli: &Cli) -> Started<Option<tge_agent_keyword_precision::OpinionConfig>> {
    let file = cli.opinion_key_file.as_ref().map(|path| path.display().to_string());
    let given = [("opinion_url", &cli.opinion_url), ("opinion_model", &cli.opinion_model), ("opinion_key_file", &file)];
    let given: Vec<_> = given.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))).collect();
    let settings = Settings::of(tge_agent_keyword_precision::SETTINGS, &given);
    Ok(tge_agent_keyword_precision::OpinionConfig::read(&settings)?)
}

/// Makes the first key at the first start and writes it where only its owner reads it. Answers the file's path.
async fn first_key(data: &Path, stores: &Stores, clock: &dyn Clock, entropy: &dyn Entropy) -> Started<Option<String>> {
    let path = data.join("api-key");
    let made = tge_queen::first_key(&*stores.keys, clock, entropy, None)
        .await
        .map_err(|error| failed("make the first API key", error))?;
    if let Some(key) = made {
        write_private(&path, &format!("{}\n", key.reveal()))
            .map_err(|source| failed(&format!("write the first API key to {}", path.display()), source))?;
    }
    Ok(path.exists().then(|| path.display().to_string()))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn create_dir(data: &Path) -> Started<()> {
    std::fs::create_dir_all(data).map_err(|source| {
        let what = format!("the data directory {} cannot be created; choose another with --data", data.display());
        BootError::Config(format!("{what}: {source}").into())
    })
}

fn read_sources(cli: &Cli) -> Started<Catalog> {
    if let Some(folder) = &cli.sources {
        return load_sources(folder).map_err(config);
    }
    let files: Vec<(String, &str)> =
        SHIPPED.files().filter_map(|file| Some((file.path().display().to_string(), file.contents_utf8()?))).collect();
    let (sources, problems) = parse_all(&files);
    match problems.into_iter().next() {
        None => Ok(Catalog::new(sources)),
        Some(problem) => Err(config(problem)),
    }
}

fn read_projects(cli: &Cli) -> Started<Projects> {
    let Some(path) = &cli.projects else { return Projects::parse(SHIPPED_PROJECTS).map_err(config) };
    let text = std::fs::read_to_string(path).map_err(|error| {
        BootError::Config(format!("cannot read the projects file {}: {error}", path.display()).into())
    })?;
    Projects::parse(&text).map_err(|error| {
        BootError::Config(format!("projects file {}: {}", path.display(), tge_service::chain(&error)).into())
    })
}

/// A data directory that cannot be used is a wrong configuration; a busy or broken database is a failure.
fn store_error(error: StoreError) -> BootError {
    match error {
        StoreError::Open { .. } | StoreError::NewerSchema { .. } => config(error),
        other => failed("open the database", other),
    }
}

fn config(error: impl std::error::Error + Send + Sync + 'static) -> BootError {
    BootError::Config(Box::new(error))
}

fn failed(attempted: &str, source: impl std::error::Error + Send + Sync + 'static) -> BootError {
    BootError::Failed { attempted: attempted.to_owned(), source: Box::new(source) }
}
