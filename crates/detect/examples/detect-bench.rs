//! Short texts judged per second of processor time: `detect-bench DOCUMENTS.jsonl`. Wall time on a shared machine says nothing,
//! so what the scheduler gave this process is counted (`/proc/self/schedstat`, Linux only).

use std::io::Write as _;
use std::process::ExitCode;

use tge_detect::labels::{Record, parse_records};
use tge_detect::{Detector, Projects, Ruleset};

/// Characters up to which a text is short.
const SHORT_CHARS: usize = 300;
/// Processor seconds after which a round counts.
const ENOUGH_SECS: f64 = 3.0;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "detect-bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("name a file of documents")?;
    let records = parse_records(&std::fs::read_to_string(file)?)?;
    let short: Vec<&Record> = records.iter().filter(|r| r.text.chars().count() <= SHORT_CHARS).collect();
    let bytes: usize = short.iter().map(|r| r.text.len()).sum();
    let began = processor_secs()?;
    let detector = Detector::new(Ruleset::embedded()?, Projects::default())?;
    let loaded = processor_secs()? - began;
    let mut out = std::io::stdout().lock();
    writeln!(out, "ruleset read and detector built in {:.0} ms of processor time", loaded * 1e3)?;
    for round in 1..=3 {
        let (began, mut judged, mut launches) = (processor_secs()?, 0usize, 0usize);
        let spent = loop {
            launches += short.iter().filter(|r| detector.judge(&r.document()).is_tge).count();
            judged += short.len();
            let spent = processor_secs()? - began;
            if spent > ENOUGH_SECS {
                break spent;
            }
        };
        let rounds = judged as f64 / short.len().max(1) as f64;
        let (texts, mb) = (judged as f64 / spent, bytes as f64 * rounds / spent / 1e6);
        writeln!(out, "round {round}: {texts:.0} short texts per core-second, {mb:.1} MB/s, {launches} launches told")?;
    }
    Ok(())
}

fn processor_secs() -> Result<f64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/schedstat")?;
    let nanos: f64 = stat.split_whitespace().next().ok_or("an empty schedstat")?.parse()?;
    Ok(nanos / 1e9)
}
