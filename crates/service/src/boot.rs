//! The one way from `main` to exit code, for every program of the swarm.

use std::error::Error;
use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use tge_ports::{Clock, Entropy};
use thiserror::Error;
use tokio::net::TcpListener;

use crate::settings::{Setting, SettingError, Settings};
use crate::{App, Check, Context, OnError, Served, Telemetry, metric, probe, serve, signal};

/// Wrong configuration: starting again will not help.
pub const EXIT_CONFIG: u8 = 64;
/// Something failed at run time.
pub const EXIT_FAILED: u8 = 1;
/// How long tasks may take to end after SIGTERM, of the five seconds the process has.
const DRAIN: Duration = Duration::from_secs(4);

/// Builds the app; called again while it answers [`BootError::Away`].
pub type Start = fn(Context, Settings) -> LocalBoxFuture<'static, Result<App, BootError>>;

/// Time of day and randomness of a process.
pub type World = (Arc<dyn Clock>, Arc<dyn Entropy>);

/// A program of the swarm.
pub struct Program {
    /// Its name, as in compose, metrics and logs.
    pub name: &'static str,
    /// Its settings, beside those of every program.
    pub settings: &'static [&'static [Setting]],
    /// The port it listens on unless told otherwise.
    pub listen: &'static str,
    /// Builds its app.
    pub start: Start,
    /// Time of day and randomness of the process.
    pub world: fn() -> World,
}

/// Why a program does not start.
#[derive(Debug, Error)]
pub enum BootError {
    /// A setting is wrong: ends with code 64.
    #[error("the configuration cannot be used")]
    Config(#[source] Box<dyn Error + Send + Sync>),
    /// Something it needs is away; tried again.
    #[error("{what} is not available yet")]
    Away {
        /// What.
        what: &'static str,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// It cannot start, and trying again would not help: ends with code 1.
    #[error("failed to {attempted}")]
    Failed {
        /// What was attempted.
        attempted: String,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl From<SettingError> for BootError {
    fn from(error: SettingError) -> Self {
        Self::Config(Box::new(error))
    }
}

impl BootError {
    /// The exit code that tells this error.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(if matches!(self, Self::Config(_)) { EXIT_CONFIG } else { EXIT_FAILED })
    }
}

/// Settings of every program; `listen` is each program's own.
const COMMON: &[Setting] = &[
    Setting {
        key: "metrics_listen",
        env: "TGE_METRICS_LISTEN",
        default: "",
        help: "second address for health and metrics alone; empty for none",
    },
    Setting { key: "log", env: "TGE_LOG", default: "info", help: "log filter, for example info,tge_queen=debug" },
    Setting { key: "log_format", env: "LOG_FORMAT", default: "json", help: "json or pretty" },
    Setting {
        key: "otlp_endpoint",
        env: "OTLP_ENDPOINT",
        default: "",
        help: "where traces go, http://host:4317; empty for nowhere",
    },
    Setting {
        key: "threads",
        env: "TGE_THREADS",
        default: "2",
        help: "worker threads; more than the CPU quota costs latency",
    },
];

/// Runs a program until SIGTERM: 0 stopped as asked, 1 failed, 64 wrong configuration.
pub fn run(program: &'static Program) -> ExitCode {
    let known: Vec<Setting> = std::iter::once(Setting {
        key: "listen",
        env: "TGE_LISTEN",
        default: program.listen,
        help: "address of gRPC, REST, health and metrics",
    })
    .chain(COMMON.iter().copied())
    .chain(program.settings.iter().flat_map(|table| table.iter().copied()))
    .collect();
    #[expect(clippy::disallowed_methods, reason = "the one reader of the environment")]
    let env = |name: &str| std::env::var(name).ok();
    let settings = match Settings::load(&known, &env) {
        Ok(settings) => settings,
        Err(error) => return fail(program.name, &BootError::from(error)),
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => match start(program, settings) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(program.name, &error),
        },
        ["healthcheck"] => match settings.get("listen").map(probe::healthcheck) {
            Ok(Ok(())) => ExitCode::SUCCESS,
            Ok(Err(why)) => say(&why, EXIT_FAILED),
            Err(error) => fail(program.name, &BootError::from(error)),
        },
        ["--dump-config"] => print(&settings.dump()),
        ["--version"] => print(&format!("{} {}\n", program.name, env!("CARGO_PKG_VERSION"))),
        ["--help"] => print(&help(program, &known)),
        other => {
            let text = format!("{}: unknown arguments {other:?}; try --help", program.name);
            say(&text, EXIT_CONFIG)
        }
    }
}

fn start(program: &'static Program, settings: Settings) -> Result<(), BootError> {
    let threads: u32 = settings.get("threads")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(usize::try_from(threads.max(1)).unwrap_or(2))
        .enable_all()
        .build()
        .map_err(|source| BootError::Failed { attempted: "start the runtime".to_owned(), source: source.into() })?;
    let telemetry = runtime.block_on(async {
        let otlp: Option<String> = settings.optional("otlp_endpoint")?;
        let (filter, format): (String, String) = (settings.get("log")?, settings.get("log_format")?);
        Telemetry::init(program.name, &filter, &format, otlp.as_deref()).map_err(|e| BootError::Config(Box::new(e)))
    })?;
    let result = runtime.block_on(live(program, settings, telemetry.clone()));
    telemetry.flush();
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}

/// Bind, connect, serve; then drain.
async fn live(program: &'static Program, settings: Settings, telemetry: Telemetry) -> Result<(), BootError> {
    let (clock, entropy) = (program.world)();
    let context = Context::new(program.name, clock, entropy);
    context.spawn("signals", OnError::Log, signal::stop_on_signal(context.stop.clone()));
    let listener = bind(settings.get("listen")?).await?;
    let served = serve(&context, listener, telemetry);
    if let Some(second) = settings.optional("metrics_listen")? {
        served.serve_metrics(bind(second).await?);
    }
    metric::BUILD_INFO.set(1.0, &[("service", program.name), ("version", env!("CARGO_PKG_VERSION"))]);
    metric::READY.set(0.0, &[("service", program.name)]);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "starting");
    let result = connect(program, &context, &settings, &served).await;
    if result.is_ok() {
        tracing::info!("ready");
        context.stop.cancelled().await;
    }
    context.stop.cancel();
    if !context.drained(DRAIN).await {
        tracing::warn!(limit = ?DRAIN, "some tasks did not end in time");
    }
    tracing::info!("stopped");
    result
}

/// Builds the app, trying again while something it needs is away.
async fn connect(program: &Program, context: &Context, settings: &Settings, served: &Served) -> Result<(), BootError> {
    loop {
        match (program.start)(context.clone(), settings.clone()).await {
            Ok(app) => {
                served.install(app).await;
                context.ready.set("start", Check::Ok);
                return Ok(());
            }
            Err(error @ BootError::Away { .. }) => {
                context.ready.set("start", Check::Missing(chain(&error)));
                let jitter = Duration::from_millis(500).mul_f64(context.entropy.unit());
                if !context.sleep(Duration::from_millis(500) + jitter).await {
                    return Ok(());
                }
            }
            Err(error) => return Err(error),
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, BootError> {
    TcpListener::bind(address).await.map_err(|source| BootError::Failed {
        attempted: format!("listen on {address}; is another process using the port? choose another with TGE_LISTEN"),
        source: source.into(),
    })
}

/// An error and all its causes, in one line.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        // Some libraries repeat their cause in their own text.
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}

/// Prints an error with its causes for a person and answers its exit code.
pub fn print_error(name: &str, error: &BootError) -> ExitCode {
    fail(name, error)
}

fn fail(name: &str, error: &BootError) -> ExitCode {
    let code = if matches!(error, BootError::Config(_)) { EXIT_CONFIG } else { EXIT_FAILED };
    say(&format!("{name}: {}", chain(error)), code)
}

fn say(text: &str, code: u8) -> ExitCode {
    // Nothing is left to do when stderr is gone; the code still tells.
    drop(writeln!(std::io::stderr(), "{text}"));
    ExitCode::from(code)
}

fn print(text: &str) -> ExitCode {
    match write!(std::io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(EXIT_FAILED),
    }
}

fn help(program: &Program, known: &[Setting]) -> String {
    let mut text = format!(
        "{0} {1}\n\nUsage: {0} [healthcheck | --dump-config | --version | --help]\n\nSettings (environment, or keys of the TOML file named by TGE_CONFIG):\n",
        program.name,
        env!("CARGO_PKG_VERSION")
    );
    for setting in known {
        text.push_str(&format!("  {:<24} {} [{}]\n", setting.env, setting.help, setting.default));
    }
    text
}
