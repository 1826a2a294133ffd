//! Matching and near-duplicates beside what others use for them: `tge-peers DOCUMENTS.jsonl...`.
//!
//! Those compared take turns in one run, and the median of the rounds counts: figures of a shared machine mean nothing
//! alone, and little beside those of another hour. What is counted is the time the scheduler gave this process.

mod copies;
mod matching;
mod turns;

use std::io::Write as _;
use std::process::ExitCode;

use tge_detect::labels::parse_records;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "tge-peers: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let mut texts: Vec<String> = Vec::new();
    for file in std::env::args().skip(1) {
        texts.extend(parse_records(&std::fs::read_to_string(file)?)?.into_iter().map(|record| record.text));
    }
    if texts.is_empty() {
        return Err("name files of documents".into());
    }
    let mut out = std::io::stdout().lock();
    matching::compare(&texts, &mut out)?;
    copies::compare(&texts, &mut out)
}
