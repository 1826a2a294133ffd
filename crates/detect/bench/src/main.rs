//! How quickly texts are judged, and matching and near-duplicates beside what others use for them:
//! `tge-detect-bench DOCUMENTS.jsonl...`.
//!
//! Those compared take turns in one run, and the median of the rounds counts: figures of a shared machine mean nothing
//! alone, and little beside those of another hour. What is counted is the time the scheduler gave this process.

mod copies;
mod judging;
mod matching;
mod python;
mod turns;

use std::io::Write as _;
use std::process::ExitCode;

use tge_detect::labels::{Record, parse_records};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Characters up to which a text is short.
const SHORT_CHARS: usize = 300;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "tge-detect-bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let mut records: Vec<Record> = Vec::new();
    for file in std::env::args().skip(1) {
        records.extend(parse_records(&std::fs::read_to_string(file)?)?);
    }
    if records.is_empty() {
        return Err("name files of documents".into());
    }
    let short: Vec<&Record> = records.iter().filter(|record| record.text.chars().count() <= SHORT_CHARS).collect();
    let mut out = std::io::stdout().lock();
    judging::measure(&short, &mut out)?;
    matching::compare(&short, &mut out)?;
    copies::compare(&records, &mut out)
}
