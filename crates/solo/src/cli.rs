//! The command line of solo.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use clap::error::ErrorKind;
use ipnet::IpNet;
use tge_service::settings::parse_duration;
use tge_service::{BootError, EXIT_CONFIG};

use crate::{exit, wiring};

/// Finds token launches in feeds, pages and APIs, explains each one, and tells you: the whole swarm in one process.
#[derive(Debug, Clone, Parser)]
#[command(name = "tge-swarm", version)]
pub(crate) struct Cli {
    /// Where everything is kept; created if absent
    #[arg(long, value_name = "DIR", default_value = "tge-data")]
    pub(crate) data: PathBuf,
    /// Address of console, REST and gRPC
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Folder of source files (*.yaml) [default: the sources shipped inside the program]
    #[arg(long, value_name = "DIR")]
    pub(crate) sources: Option<PathBuf>,
    /// Watch-list of projects [default: the one shipped inside the program]
    #[arg(long, value_name = "FILE")]
    pub(crate) projects: Option<PathBuf>,
    /// Network that may be fetched from although it is private, for example 127.0.0.0/8; may be given several times
    #[arg(long = "allow-net", value_name = "CIDR")]
    pub(crate) allow_net: Vec<IpNet>,
    /// Run a small world of its own instead of real sources: one launch from rumour to live within a minute
    #[arg(long, conflicts_with = "sources")]
    pub(crate) demo: bool,
    /// OpenAI-compatible endpoint, up to and with /v1, asked about documents near the threshold
    #[arg(long, value_name = "URL", env = "TGE_OPINION_URL", requires = "opinion_model")]
    pub(crate) opinion_url: Option<String>,
    /// The model asked for
    #[arg(long, value_name = "MODEL", env = "TGE_OPINION_MODEL")]
    pub(crate) opinion_model: Option<String>,
    /// File with the endpoint's key
    #[arg(long, value_name = "FILE", env = "TGE_OPINION_KEY_FILE")]
    pub(crate) opinion_key_file: Option<PathBuf>,
    /// Stop after this time, for example 90s or 10m
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub(crate) run_for: Option<Duration>,
    /// Print what is in force and stop
    #[arg(long)]
    pub(crate) dump_config: bool,
    /// Log filter; logs go to stderr
    #[arg(long, value_name = "FILTER", env = "TGE_LOG", default_value = "warn")]
    pub(crate) log: String,
    /// json or pretty
    #[arg(long, value_name = "FORMAT", env = "LOG_FORMAT", default_value = "pretty")]
    pub(crate) log_format: String,
}

/// Runs solo until SIGTERM, Ctrl-C or `--for`: 0 stopped as asked, 1 failed, 64 wrong configuration.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // What cannot be printed is told by the code.
            drop(error.print());
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked { ExitCode::SUCCESS } else { ExitCode::from(EXIT_CONFIG) };
        }
    };
    if cli.dump_config {
        return exit(crate::banner::print(&dump(&cli)));
    }
    // The process's one TLS provider; a second installation in one process is no harm.
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => {
            let attempted = "start the runtime".to_owned();
            return exit(Err(BootError::Failed { attempted, source: source.into() }));
        }
    };
    let result = runtime.block_on(wiring::live(cli));
    runtime.shutdown_timeout(Duration::from_millis(200));
    exit(result)
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "expected a duration such as 90s, 10m or 2h".to_owned())
}

fn dump(cli: &Cli) -> String {
    let path = |path: &Option<PathBuf>| path.as_ref().map_or("(shipped)".to_owned(), |p| p.display().to_string());
    let nets = cli.allow_net.iter().map(|net| format!("{:?}", net.to_string())).collect::<Vec<_>>().join(", ");
    format!(
        "version = 1\ndata = {:?}\nlisten = \"{}\"\nsources = {:?}\nprojects = {:?}\nallow_net = [{nets}]\nopinion_url = {:?}\ndemo = {}\nlog = {:?}\nlog_format = {:?}\n",
        cli.data.display().to_string(),
        cli.listen,
        path(&cli.sources),
        path(&cli.projects),
        cli.opinion_url.as_deref().unwrap_or("(nobody)"),
        cli.demo,
        cli.log,
        cli.log_format
    )
}
