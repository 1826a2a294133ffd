//! `tgectl ruleset`: what the detector knows, in files and in the swarm.

use std::path::PathBuf;

use clap::Subcommand;

use crate::client::Client;
use crate::failure::Failure;
use crate::output::Format;
use crate::verbs;
use crate::verbs::ruleset::{More, Wanted};

#[derive(Debug, Subcommand)]
pub(crate) enum Rulesets {
    /// Learns weights from labelled documents
    Train {
        /// Files of one labelled document a line
        #[arg(required = true)]
        labels: Vec<PathBuf>,
        #[command(flatten)]
        more: More,
        /// Where the ruleset goes
        #[arg(long, short = 'f', value_name = "FILE")]
        out: PathBuf,
    },
    /// Measures a ruleset's words and frames on sources it has not seen
    Eval {
        /// Files of one labelled document a line
        #[arg(required_unless_present = "ambiguous")]
        labels: Vec<PathBuf>,
        #[command(flatten)]
        more: More,
        /// What is left out as a whole in each fold
        #[arg(long, value_parser = ["source"], default_value = "source")]
        group: String,
        /// Fail (code 1) when F1 is below this
        #[arg(long, value_name = "F1")]
        at_least: Option<f64>,
        /// Where the held-out verdicts go, one a line
        #[arg(long, value_name = "FILE")]
        verdicts: Option<PathBuf>,
        /// Where the wrong ones among them go, the surest first, with what weighed most; no word of the documents
        #[arg(long, value_name = "FILE")]
        errors: Option<PathBuf>,
        /// Where the diagrams go
        #[arg(long, value_name = "FILE")]
        svg: Option<PathBuf>,
        /// Names that are also words, with sentences where they are no project: how often they are taken for it
        #[arg(long, value_name = "FILE")]
        ambiguous: Option<PathBuf>,
        /// Amounts that readers found in these documents: how many of them the shipped ruleset reads
        #[arg(long, value_name = "FILE")]
        terms: Option<PathBuf>,
    },
    /// Lists and counts the alarms raised on documents nobody labelled
    Alarms {
        /// Files of one document a line, .jsonl or .jsonl.zst
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Ruleset file [default: the one inside the program]
        #[arg(long)]
        ruleset: Option<PathBuf>,
        /// What the provenance of general news begins with; the rest is of this trade
        #[arg(long, value_name = "PREFIX", default_values = ["wklnd+news-archive", "ttqteo+crawl-news"])]
        general: Vec<String>,
    },
    /// Moves weights by marks, a little each, and writes a ruleset that names its parent
    Learn {
        /// Files of one marked document a line: its label says what it is
        #[arg(required = true)]
        marks: Vec<PathBuf>,
        /// Where the ruleset goes
        #[arg(long, short = 'f', value_name = "FILE")]
        out: PathBuf,
        /// The ruleset to move [default: the one inside the program]
        #[arg(long)]
        ruleset: Option<PathBuf>,
        /// Labelled documents on which the new one must not be worse; else nothing is written (code 1)
        #[arg(long, value_name = "FILE")]
        replay: Vec<PathBuf>,
    },
    /// Writes a ruleset as training left it, without what marks moved
    Undo {
        /// The ruleset
        ruleset: PathBuf,
        /// Where it goes
        #[arg(long, short = 'f', value_name = "FILE")]
        out: PathBuf,
    },
    /// Lists the swarm's rulesets: what judges, what looks on
    Ls,
    /// Writes a ruleset of the swarm to a file
    Get {
        /// A version, or `active`
        version: String,
        /// Where it goes
        #[arg(long, short = 'f', value_name = "FILE")]
        out: PathBuf,
    },
    /// Lets a ruleset look on: it judges beside the one in force, is counted, and nobody is told
    Shadow {
        /// A ruleset file, or a version the swarm has
        ruleset: String,
        /// Why it was made
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Puts a ruleset in force that has looked on and is not worse on the documents people marked
    Activate {
        /// A ruleset file, or a version the swarm has
        ruleset: String,
        /// Why it was made
        #[arg(long, default_value = "")]
        note: String,
        /// Although it has not looked on long enough, or is not known to be as good
        #[arg(long)]
        force: bool,
    },
    /// Takes the ruleset in force off again: the one before it judges
    Rollback,
    /// Shows what one ruleset says otherwise than another
    Diff {
        /// A ruleset file, or `embedded`
        a: PathBuf,
        /// A ruleset file, or `embedded`
        b: PathBuf,
    },
}

/// Does what was said.
pub(crate) async fn run(client: &Client, verb: Rulesets, format: Format) -> Result<(), Failure> {
    match verb {
        Rulesets::Train { labels, more, out } => verbs::ruleset::train(&labels, &more, &out),
        Rulesets::Eval { labels, more, group: _, at_least, verdicts, errors, svg, ambiguous, terms } => {
            verbs::ruleset::eval(&labels, &more, &Wanted { at_least, verdicts, errors, svg, ambiguous, terms })
        }
        Rulesets::Alarms { files, ruleset, general } => verbs::ruleset::alarms(&files, ruleset.as_deref(), &general),
        Rulesets::Learn { marks, out, ruleset, replay } => {
            verbs::marks::learn(&marks, &out, ruleset.as_deref(), &replay)
        }
        Rulesets::Undo { ruleset, out } => verbs::marks::undo(&ruleset, &out),
        Rulesets::Diff { a, b } => verbs::marks::diff(&a, &b, format),
        Rulesets::Ls => verbs::in_force::list_rulesets(client, format).await,
        Rulesets::Get { version, out } => verbs::in_force::get(client, &version, &out).await,
        Rulesets::Shadow { ruleset, note } => verbs::in_force::shadow(client, &ruleset, &note).await,
        Rulesets::Activate { ruleset, note, force } => verbs::in_force::activate(client, &ruleset, &note, force).await,
        Rulesets::Rollback => verbs::in_force::rollback(client).await,
    }
}
