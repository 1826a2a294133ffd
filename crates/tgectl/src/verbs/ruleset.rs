//! Learning weights and measuring them.

mod ambiguous;
mod chart;

use std::path::{Path, PathBuf};

use tge_detect::labels::{Labelled, Record, join_table, parse_jsonl, parse_ours, parse_records};
use tge_detect::learn::terms::TermLabels;
use tge_detect::learn::{self, Grouped, Options, Report};
use tge_detect::{Detector, Projects};

use crate::failure::Failure;
use crate::output::{print, say};
use crate::verbs::detect::load;
use crate::verbs::read_text;

/// Labels without texts, and the files their texts are in.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct More {
    /// Table of labels without texts that help to learn and are not measured, see config/labels
    #[arg(long, value_name = "TSV", requires = "texts")]
    more: Option<PathBuf>,
    /// Files of documents, .jsonl or .jsonl.zst, in which the texts of --more are found by id; what is absent is left out
    #[arg(long, value_name = "FILE", num_args = 1..)]
    texts: Vec<PathBuf>,
    /// Texts written for this project, that help to learn a little and are not measured
    #[arg(long, value_name = "JSONL", num_args = 1..)]
    ours: Vec<PathBuf>,
}

/// Learns weights from labelled documents, on the shipped words and frames.
pub(crate) fn train(labels: &[PathBuf], more: &More, out: &Path) -> Result<(), Failure> {
    let labels = read_labels(labels, more)?;
    let trained = learn::train(&labels, &load(None)?, Options::default()).map_err(Failure::work("train a ruleset"))?;
    write(out, trained.to_bytes())?;
    let (weights, threshold) = (trained.weight_count(), trained.threshold());
    print(&format!("{}: {weights} weights, threshold {threshold:.3}, from {} documents\n", out.display(), labels.len()))
}

/// What `ruleset eval` is asked for beyond its labels.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// Fail below this F1.
    pub(crate) at_least: Option<f64>,
    /// Where held-out verdicts go.
    pub(crate) verdicts: Option<PathBuf>,
    /// Where the wrong ones go, with what weighed most.
    pub(crate) errors: Option<PathBuf>,
    /// Where the diagrams go.
    pub(crate) svg: Option<PathBuf>,
    /// Names that are also words, with sentences where they are no project.
    pub(crate) ambiguous: Option<PathBuf>,
    /// Amounts that readers found.
    pub(crate) terms: Option<PathBuf>,
}

/// Measures by leaving whole sources out.
pub(crate) fn eval(labels: &[PathBuf], more: &More, wanted: &Wanted) -> Result<(), Failure> {
    let named = !labels.is_empty();
    let labels = if named { read_labels(labels, more)? } else { Vec::new() };
    if let Some(file) = &wanted.ambiguous {
        print(&ambiguous::measured(file, &labels)?)?;
    }
    if !named {
        return Ok(());
    }
    if let Some(file) = &wanted.terms {
        let read = TermLabels::parse(&read_text(file)?).map_err(Failure::work(format!("read {}", file.display())))?;
        let detector =
            Detector::new(load(None)?, Projects::default()).map_err(Failure::work("prepare the detector"))?;
        print(&learn::terms::told(&read.measure(&detector, &labels)))?;
    }
    let grouped = learn::evaluate_grouped(&labels, &load(None)?, Options::default())
        .map_err(Failure::work("evaluate the ruleset"))?;
    let Grouped { measured: report, everything, on_the_day } = grouped;
    print(&told(&report))?;
    print(&format!(
        "as on the day, when no list knows of a launch that is news: F1 {:.3}  precision {:.3}  recall {:.3}  average precision {:.3}\n",
        on_the_day.all.f1, on_the_day.all.precision, on_the_day.all.recall, on_the_day.average_precision
    ))?;
    if let Some(all) = everything {
        let (documents, f1, area) = (all.all.documents, all.all.f1, all.average_precision);
        print(&format!("with those that only help: {documents} documents, F1 {f1:.3}, average precision {area:.3}\n"))?;
    }
    if let Some(path) = &wanted.verdicts {
        let lines: Result<Vec<String>, _> = report.outcomes.iter().map(|o| serde_json::to_string(&o.line)).collect();
        let text = lines.map_err(Failure::work("print verdicts"))?.join("\n");
        write(path, text + "\n")?;
    }
    if let Some(path) = &wanted.errors {
        let lines: Result<Vec<String>, _> = report.mistakes(&labels).iter().map(serde_json::to_string).collect();
        let text = lines.map_err(Failure::work("print errors"))?.join("\n");
        write(path, text + "\n")?;
    }
    if let Some(path) = &wanted.svg {
        write(path, chart::svg(&report))?;
    }
    match wanted.at_least {
        Some(least) if report.all.f1 < least => {
            Err(Failure::Unhealthy(format!("F1 {:.3} is below {least}", report.all.f1)))
        }
        _ => Ok(()),
    }
}

/// Counts and lists the alarms a detector raises on documents nobody labelled: in general news (by provenance), and in
/// the rest, which is of this trade.
pub(crate) fn alarms(files: &[PathBuf], ruleset: Option<&Path>, general: &[String]) -> Result<(), Failure> {
    let detector = Detector::new(load(ruleset)?, Projects::default()).map_err(Failure::work("prepare the detector"))?;
    let mut counts = [(0usize, 0usize); 2];
    for file in files {
        for record in read_records(file)? {
            let provenance = record.provenance.as_deref().unwrap_or_default();
            let part = usize::from(!general.iter().any(|prefix| provenance.starts_with(prefix.as_str())));
            counts[part].0 += 1;
            let verdict = detector.judge(&record.document());
            if !verdict.is_tge {
                continue;
            }
            counts[part].1 += 1;
            let head: String = record.title.iter().chain([&record.text]).flat_map(|t| t.chars()).take(110).collect();
            let (name, probability) = (["general", "crypto"][part], verdict.probability.get());
            print(&format!(
                "{name}\t{probability:.2}\t{}\t{}\t{}\n",
                record.id,
                record.source,
                head.replace('\n', " ")
            ))?;
        }
    }
    for (name, (documents, alarms)) in ["general", "crypto"].iter().zip(counts) {
        let share = alarms as f64 / documents.max(1) as f64 * 100.0;
        say(&format!("{name}: {alarms} alarms in {documents} documents, {share:.3} %"));
    }
    Ok(())
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
    for (which, fields) in [("where given and found", report.fields_found), ("where given", report.fields_given)] {
        text.push_str(&format!(
            "fields, {which}: project {:.3}  symbol {:.3}  kind {:.3}  date {:.3}  venues {:.3} (right {:.3})  chain {:.3}\n",
            fields.project,
            fields.symbol,
            fields.kind,
            fields.date,
            fields.venues,
            fields.venues_right,
            fields.chain
        ));
    }
    text.push_str(
        "\ngroup             documents  launches   found  missed  alarms, false   quiet, right  precision  recall    F1\n",
    );
    for (name, group) in &report.groups {
        let (missed, wrong) = (group.positive - group.found, group.alarms - group.found);
        let quiet = group.documents - group.positive - wrong;
        // Nothing can be found where nothing is.
        let shares = match group.positive {
            0 => format!("{:>10} {:>7} {:>5}", "-", "-", "-"),
            _ => format!("{:10.3} {:7.3} {:5.3}", group.precision, group.recall, group.f1),
        };
        text.push_str(&format!(
            "{name:16} {:10} {:9} {:7} {missed:7} {wrong:14} {quiet:14} {shares}\n",
            group.documents, group.positive, group.found
        ));
    }
    text.push_str("\nreliability, ten bins of equal mass: documents, probability said, share that are launches\n");
    for bin in &report.bins {
        let bar = "#".repeat((bin.observed * 40.0).round() as usize);
        text.push_str(&format!("{:6}  {:.3}  {:.3}  {bar}\n", bin.documents, bin.predicted, bin.observed));
    }
    text.push_str("\nprecision by recall\n");
    for (recall, precision) in report.curve.iter().skip(1) {
        let bar = "#".repeat((precision * 40.0).round() as usize);
        text.push_str(&format!("{recall:6.2}  {precision:.3}  {bar}\n"));
    }
    text.push_str("\nno launches, by class: documents, false alarms\n");
    for (class, (documents, alarms)) in &report.classes {
        text.push_str(&format!("{class:20} {documents:6} {alarms:5}\n"));
    }
    text
}

pub(crate) fn read_labels(files: &[PathBuf], more: &More) -> Result<Vec<Labelled>, Failure> {
    let mut labels = Vec::new();
    for file in files {
        let read = parse_jsonl(&read_text(file)?).map_err(Failure::work(format!("read {}", file.display())))?;
        say(&format!("{}: {} labelled documents", file.display(), read.len()));
        labels.extend(read);
    }
    for file in more.ours.iter().filter(|file| file.exists()) {
        labels.extend(parse_ours(&read_text(file)?).map_err(Failure::work(format!("read {}", file.display())))?);
    }
    if let Some(table) = &more.more {
        let mut records = Vec::new();
        for file in &more.texts {
            if file.exists() {
                records.extend(read_records(file)?);
            } else {
                say(&format!("{}: absent, its documents do not help", file.display()));
            }
        }
        let joined = join_table(&read_text(table)?, records);
        let joined = joined.map_err(Failure::work(format!("read {}", table.display())))?;
        say(&format!("{}: {} documents that help", table.display(), joined.len()));
        labels.extend(joined);
    }
    Ok(labels)
}

fn read_records(file: &Path) -> Result<Vec<Record>, Failure> {
    parse_records(&read_text(file)?).map_err(Failure::work(format!("read {}", file.display())))
}

fn write(path: &Path, what: impl AsRef<[u8]>) -> Result<(), Failure> {
    let failed = |source| Failure::File { attempted: "write", path: path.to_owned(), source };
    std::fs::write(path, what).map_err(failed)
}
