//! The command line: noun, then verb.

mod ruleset;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use ipnet::IpNet;

use crate::client::Client;
use crate::failure::Failure;
use crate::output::{Format, say};
use crate::verbs;

/// Asks and steers a tge-swarm.
#[derive(Debug, Parser)]
#[command(
    name = "tgectl",
    version,
    after_help = "Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 unhealthy, 5 timeout, 6 conflict"
)]
pub(crate) struct Cli {
    /// Where the swarm answers
    #[arg(long, global = true, env = "TGE_ADDR", default_value = "http://127.0.0.1:8080")]
    addr: String,
    /// API key; goes before its file
    #[arg(long, global = true, env = "TGE_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// File that holds the API key
    #[arg(long, global = true, env = "TGE_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    /// Seconds to wait for an answer
    #[arg(long, global = true, default_value_t = 10)]
    timeout: u64,
    /// How data is printed: as a table unless said otherwise, verdicts of `detect` a line each
    #[arg(long, short, global = true, value_enum)]
    output: Option<Format>,
    #[command(subcommand)]
    noun: Noun,
}

#[derive(Debug, Subcommand)]
enum Noun {
    /// How the swarm is: leader, stages, agents, sources
    Status,
    /// Checks what an operator would check, with a cure for each trouble
    Doctor,
    /// Components as the health monitor sees them
    Health,
    /// What we believe
    #[command(subcommand)]
    Events(Events),
    /// Where documents come from
    #[command(subcommand)]
    Sources(Sources),
    /// Running specialists
    #[command(subcommand)]
    Agents(Ls),
    /// Planned work
    #[command(subcommand)]
    Tasks(Tasks),
    /// What was broken and repaired
    #[command(subcommand)]
    Recoveries(Ls),
    /// What the swarm remembers
    #[command(subcommand)]
    Memory(Memory),
    /// Judges documents without a server: one verdict line each, in order
    Detect {
        /// File of one JSON document a line, `-` for stdin
        #[arg(long, value_name = "FILE")]
        jsonl: PathBuf,
        /// Ruleset file [default: the one inside the program]
        #[arg(long)]
        ruleset: Option<PathBuf>,
        /// Watch-list of projects
        #[arg(long)]
        projects: Option<PathBuf>,
        /// With the reasons, heaviest first, the words of each frame with their roles, and what all others add
        #[arg(long)]
        explain: bool,
    },
    /// What the detector knows
    #[command(subcommand)]
    Ruleset(ruleset::Rulesets),
    /// What people said of documents
    #[command(subcommand)]
    Marks(Ls),
    /// Judges stored documents by another ruleset and shows what would change
    Replay {
        /// Files of one document a line, labelled or not; `-` for stdin [default: what the swarm has stored and marked]
        files: Vec<PathBuf>,
        /// The ruleset that might be: a file, or `embedded`
        #[arg(long)]
        ruleset: PathBuf,
        /// The ruleset in force [default: the swarm's for what is stored there, the one inside the program for files]
        #[arg(long)]
        against: Option<PathBuf>,
        /// Of what is stored, the latest so many
        #[arg(long, default_value_t = 1_000)]
        limit: usize,
        /// Fail (code 4) when it is worse on documents with known answers, or nobody can tell
        #[arg(long)]
        not_worse: bool,
    },
    /// How data quality judges
    #[command(subcommand)]
    Quality(Quality),
    /// Hands a file of one JSON document a line to the swarm; alerts nobody
    Import {
        /// The file, `-` for stdin
        file: PathBuf,
    },
    /// Prints a completion script
    Completion {
        /// For which shell
        shell: Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Events {
    /// Lists events, newest first
    Ls {
        /// One kind only, for example TOKEN_GENERATION
        #[arg(long)]
        kind: Option<String>,
        /// One status only, for example CONFIRMED
        #[arg(long)]
        status: Option<String>,
        /// Text in project, ticker, venue or headline
        #[arg(long)]
        query: Option<String>,
        /// At least so probable
        #[arg(long)]
        min_probability: Option<f64>,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Shows one event
    Get {
        /// ULID or events/<ULID>
        name: String,
    },
    /// Follows changes; survives lost connections without loss
    Tail {
        /// Changes after this number; new ones only when absent
        #[arg(long)]
        since: Option<u64>,
        /// Only changes that alert
        #[arg(long)]
        alerts: bool,
    },
    /// Shows why one event is believed: reasons with quotes, evidence, changes
    Explain {
        /// ULID or events/<ULID>
        name: String,
    },
    /// Says of every document behind an event that it tells of a launch, or not: what rulesets learn from
    Mark {
        /// ULID or events/<ULID>
        name: String,
        /// `launch`, `other`, or `nothing` to take back what was said
        #[arg(value_enum)]
        what: Said,
    },
}

/// What a person says of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Said {
    /// It tells of a launch.
    Launch,
    /// It does not.
    Other,
    /// What was said is taken back.
    Nothing,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sources {
    /// Lists sources with how they are
    Ls,
    /// Reads a source file, asks the source once, shows what would be extracted; needs no swarm
    Test {
        /// The source file
        file: PathBuf,
        /// A recorded answer instead of asking
        #[arg(long, value_name = "FILE")]
        body: Option<PathBuf>,
        /// Network that may be fetched from although it is private
        #[arg(long = "allow-net", value_name = "CIDR")]
        allow_net: Vec<IpNet>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ls {
    /// Lists them
    Ls,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Tasks {
    /// Lists tasks, newest first
    Ls {
        /// pending, leased, done or dead
        #[arg(long)]
        state: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Memory {
    /// Shows items whose key begins so
    Get {
        /// For example host/example.org
        key: String,
        /// working, episodic, semantic or vector
        #[arg(long)]
        tier: Option<String>,
    },
    /// Searches by words and likeness
    Search {
        /// Words
        query: String,
        /// working, episodic, semantic or vector
        #[arg(long)]
        tier: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 10)]
        limit: u32,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Quality {
    /// Judges pairs of documents: one happening told twice, or not; measures where the pairs say
    Dups {
        /// File of one pair a line: {pair, a, b, duplicate?, class?}
        file: PathBuf,
        /// Files of further pairs: fits learn from all of them, nothing is measured on them
        #[arg(long, value_name = "FILE", num_args = 1..)]
        more: Vec<PathBuf>,
        /// Fit the weights anew in each of N folds that share no document and no ticker, and judge what was left out
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=100))]
        folds: Option<u8>,
        /// Print the weights fitted to all pairs beside the shipped ones
        #[arg(long)]
        weights: bool,
        /// Fail (code 4) when F1 is below this
        #[arg(long, value_name = "F1")]
        at_least: Option<f64>,
    },
}

/// Runs one command.
pub fn main() -> ExitCode {
    // Usage errors end here with code 2, help and version with 0.
    let cli = Cli::parse();
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&format!("tgectl: cannot start the runtime: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&format!("tgectl: {}", failure.chain()));
            ExitCode::from(failure.code())
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let format = cli.output.unwrap_or(Format::Table);
    let token = match (&cli.token, &cli.token_file) {
        (Some(token), _) => Some(token.trim().to_owned()),
        (None, Some(path)) => Some(verbs::read_text(path)?.trim().to_owned()),
        (None, None) => None,
    };
    let client = Client::new(&cli.addr, token, Duration::from_secs(cli.timeout))?;
    match cli.noun {
        Noun::Status => verbs::swarm::status(&client, format).await,
        Noun::Doctor => verbs::swarm::doctor(&client).await,
        Noun::Health => verbs::swarm::health(&client, format).await,
        Noun::Events(verb) => verbs::events::run(&client, verb, format).await,
        Noun::Sources(Sources::Ls) => verbs::swarm::sources(&client, format).await,
        Noun::Sources(Sources::Test { file, body, allow_net }) => {
            verbs::sources::test(&file, body.as_deref(), allow_net, format).await
        }
        Noun::Agents(Ls::Ls) => verbs::swarm::agents(&client, format).await,
        Noun::Tasks(Tasks::Ls { state, limit }) => verbs::swarm::tasks(&client, state, limit, format).await,
        Noun::Recoveries(Ls::Ls) => verbs::swarm::recoveries(&client, format).await,
        Noun::Memory(verb) => verbs::swarm::memory(&client, verb, format).await,
        Noun::Detect { jsonl, ruleset, projects, explain } => {
            let format = cli.output.unwrap_or(Format::Jsonl);
            verbs::detect::detect(&jsonl, ruleset.as_deref(), projects.as_deref(), explain, format)
        }
        Noun::Ruleset(verb) => ruleset::run(&client, verb, format).await,
        Noun::Marks(Ls::Ls) => verbs::in_force::list_marks(&client, format).await,
        Noun::Replay { files, ruleset, against, limit, not_worse } => {
            let stored = match files.is_empty() {
                true => Some(verbs::in_force::stored(&client, against.as_deref(), limit).await?),
                false => None,
            };
            verbs::marks::replay(&ruleset, against.as_deref(), &files, stored, not_worse, format)
        }
        Noun::Quality(Quality::Dups { file, more, folds, weights, at_least }) => {
            let wanted = verbs::quality::Wanted { more, folds: folds.map(usize::from), weights, at_least };
            verbs::quality::dups(&file, &wanted, format)
        }
        Noun::Import { file } => verbs::import::import(&client, &file).await,
        Noun::Completion { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "tgectl", &mut std::io::stdout());
            Ok(())
        }
    }
}
