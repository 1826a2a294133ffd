//! Judging and learning without a server.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use tge_detect::labels::{Labelled, parse_jsonl, parse_records};
use tge_detect::learn::{self, Options, Report};
use tge_detect::{Detector, Projects, Ruleset, verdict_line};

use crate::failure::Failure;
use crate::output::{print, say};
use crate::verbs::read_text;

/// Prints one verdict line for each document, in order.
pub(crate) fn detect(jsonl: &Path, ruleset: Option<&Path>, projects: Option<&Path>) -> Result<(), Failure> {
    let projects = match projects {
        Some(path) => Projects::parse(&read_text(path)?).map_err(Failure::work(format!("use {}", path.display())))?,
        None => Projects::default(),
    };
    let detector = Detector::new(load(ruleset)?, projects).map_err(Failure::work("prepare the detector"))?;
    let records = parse_records(&read_text(jsonl)?).map_err(Failure::work(format!("read {}", jsonl.display())))?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for record in &records {
        let line = verdict_line(&record.id, &detector.judge(&record.document()));
        let line = serde_json::to_string(&line).map_err(Failure::work("print a verdict"))?;
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

/// Learns weights from labelled documents, on the shipped words and frames.
pub(crate) fn train(labels: &[PathBuf], out: &Path) -> Result<(), Failure> {
    let labels = read_labels(labels)?;
    let trained = learn::train(&labels, &load(None)?, Options::default()).map_err(Failure::work("train a ruleset"))?;
    let failed = |source| Failure::File { attempted: "write", path: out.to_owned(), source };
    std::fs::write(out, trained.to_bytes()).map_err(failed)?;
    let (weights, threshold) = (trained.weight_count(), trained.threshold());
    print(&format!("{}: {weights} weights, threshold {threshold:.3}, from {} documents\n", out.display(), labels.len()))
}

/// Measures by leaving whole sources out.
pub(crate) fn eval(labels: &[PathBuf], at_least: Option<f64>, verdicts: Option<&Path>) -> Result<(), Failure> {
    let labels = read_labels(labels)?;
    let report = learn::evaluate_grouped(&labels, &load(None)?, Options::default())
        .map_err(Failure::work("evaluate the ruleset"))?;
    print(&told(&report))?;
    if let Some(path) = verdicts {
        let lines: Result<Vec<String>, _> = report.outcomes.iter().map(|o| serde_json::to_string(&o.line)).collect();
        let text = lines.map_err(Failure::work("print verdicts"))?.join("\n");
        let failed = |source| Failure::File { attempted: "write", path: path.to_owned(), source };
        std::fs::write(path, text + "\n").map_err(failed)?;
    }
    match at_least {
        Some(least) if report.all.f1 < least => {
            Err(Failure::Unhealthy(format!("F1 {:.3} is below {least}", report.all.f1)))
        }
        _ => Ok(()),
    }
}

fn told(report: &Report) -> String {
    let all = report.all;
    let mut text = format!(
        "leave-source-out: {} documents, {} launches\n\
         F1 {:.3}  precision {:.3}  recall {:.3}\n\
         average precision {:.3}  Brier {:.4}  expected calibration error {:.4}\n",
        all.documents,
        all.positive,
        all.f1,
        all.precision,
        all.recall,
        report.average_precision,
        report.brier,
        report.calibration_error
    );
    text.push_str(&format!("fields, where given and found: {:?}\n", report.fields_found));
    for (name, group) in report.groups.iter().filter(|(_, group)| group.positive >= 10) {
        text.push_str(&format!(
            "{name:16} {:5} documents {:4} launches  F1 {:.3}
",
            group.documents, group.positive, group.f1
        ));
    }
    text.push_str(&format!("false alarms by class: {:?}\n", report.false_alarms));
    text
}

/// The ruleset of a file, or the one inside the program.
pub(crate) fn load(ruleset: Option<&Path>) -> Result<Ruleset, Failure> {
    match ruleset {
        None => Ruleset::embedded().map_err(Failure::work("read the ruleset inside the program")),
        Some(path) => {
            let failed = |source| Failure::File { attempted: "read", path: path.to_owned(), source };
            let bytes = std::fs::read(path).map_err(failed)?;
            Ruleset::from_bytes(&bytes).map_err(Failure::work(format!("use the ruleset {}", path.display())))
        }
    }
}

/// Labelled documents of several files.
pub(crate) fn read_labels(files: &[PathBuf]) -> Result<Vec<Labelled>, Failure> {
    let mut labels = Vec::new();
    for file in files {
        let read = parse_jsonl(&read_text(file)?).map_err(Failure::work(format!("read {}", file.display())))?;
        say(&format!("{}: {} labelled documents", file.display(), read.len()));
        labels.extend(read);
    }
    Ok(labels)
}
