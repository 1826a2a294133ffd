//! Judging without a server.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use serde_json::{Value, json};
use tge_detect::labels::records;
use tge_detect::{Detector, Projects, Ruleset, explained_line, verdict_line};

use crate::failure::Failure;
use crate::output::{Column, Format, list, print, say, table};
use crate::verbs::{read_foreign, read_text, tell_left_out};

const VERDICTS: [Column; 10] = [
    ("ID", "id"),
    ("LAUNCH", "is_tge"),
    ("P", "score"),
    ("PROJECT", "project"),
    ("TICKER", "symbol"),
    ("KIND", "event_type"),
    ("CUE", "cue"),
    ("DATE", "event_date"),
    ("VENUES", "venues"),
    ("CHAIN", "chain"),
];

const REASONS: [Column; 4] = [("WEIGHT", "weight"), ("SAYS", "says"), ("WORDS", "quote"), ("ROLES", "roles")];

/// Prints one verdict for each document, in order: a line of JSON, unless `format` asks for one table or one array of all. A
/// line that is no document is told and left out, and in the end the command fails: the others are not lost for it.
pub(crate) fn detect(
    jsonl: &Path,
    ruleset: Option<&Path>,
    projects: Option<&Path>,
    explain: bool,
    format: Format,
) -> Result<(), Failure> {
    let projects = match projects {
        Some(path) => Projects::parse(&read_text(path)?).map_err(Failure::work(format!("use {}", path.display())))?,
        None => Projects::default(),
    };
    let detector = Detector::new(load(ruleset)?, projects).map_err(Failure::work("prepare the detector"))?;
    let text = read_foreign(jsonl)?;
    let (mut verdicts, mut left_out, mut undated) = (Vec::new(), 0, 0);
    let mut first_undated = None;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for record in records(&text) {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                left_out += 1;
                tell_left_out(jsonl, &error, &error.source);
                continue;
            }
        };
        let document = record.document();
        let told = record.published.as_deref().filter(|told| !told.trim().is_empty() && document.published.is_none());
        if let Some(told) = told {
            undated += 1;
            first_undated.get_or_insert_with(|| format!("{told:?} of {}", record.id));
        }
        let line = match explain {
            true => serde_json::to_string(&explained_line(&record.id, &detector.explain(&document), detector.base())),
            false => serde_json::to_string(&verdict_line(&record.id, &detector.judge(&document))),
        };
        let line = line.map_err(Failure::work("print a verdict"))?;
        match format {
            Format::Jsonl => writeln!(out, "{line}")?,
            _ => verdicts.push(serde_json::from_str(&line).map_err(Failure::work("print a verdict"))?),
        }
    }
    match format {
        Format::Jsonl => out.flush()?,
        Format::Json => print(&format!("{:#}\n", Value::Array(verdicts)))?,
        Format::Table if explain => verdicts.iter().try_for_each(explained)?,
        Format::Table => list(&json!({ "verdicts": verdicts }), "verdicts", &VERDICTS, format)?,
    }
    if let Some(first) = first_undated {
        say(&format!(
            "tgectl: {}: judged without a day: {undated} documents whose `published` is neither a moment (RFC 3339) nor a day of 1990 to 2099; the first is {first}. \
             What is counted from that day, and how old tokens were on it, is not known then",
            jsonl.display()
        ));
    }
    match left_out {
        0 => Ok(()),
        _ => Err(Failure::Documents { path: jsonl.to_owned(), left_out }),
    }
}

/// A verdict and, below it, its reasons from where a text begins that says nothing, to what those not shown add: the
/// weights are log-odds and come to those of the probability.
fn explained(verdict: &Value) -> Result<(), Failure> {
    table(std::slice::from_ref(verdict), &VERDICTS)?;
    let mut rows =
        vec![json!({"weight": verdict["base"], "says": "before anything is read", "quote": "", "roles": ""})];
    rows.extend(verdict["reasons"].as_array().into_iter().flatten().map(|reason| {
        let mut row = reason.clone();
        row["roles"] = roles(reason).into();
        row
    }));
    rows.push(json!({"weight": verdict["rest"], "says": "all reasons not shown", "quote": "", "roles": ""}));
    table(&rows, &REASONS)?;
    print("\n")
}

/// The words of a frame with their roles: `act: opens · subject: Example`.
fn roles(reason: &Value) -> String {
    let parts = reason["frame"].as_array().into_iter().flatten();
    let told = parts.filter_map(|part| Some(format!("{}: {}", part[0].as_str()?, part[1].as_str()?)));
    told.collect::<Vec<_>>().join(" · ")
}

/// The ruleset in a file, or the one inside the program.
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
