//! Judging without a server.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use tge_detect::labels::parse_records;
use tge_detect::{Detector, Projects, Ruleset, explained_line, verdict_line};

use crate::failure::Failure;
use crate::verbs::read_text;

/// Prints one verdict line for each document, in order.
pub(crate) fn detect(
    jsonl: &Path,
    ruleset: Option<&Path>,
    projects: Option<&Path>,
    explain: bool,
) -> Result<(), Failure> {
    let projects = match projects {
        Some(path) => Projects::parse(&read_text(path)?).map_err(Failure::work(format!("use {}", path.display())))?,
        None => Projects::default(),
    };
    let detector = Detector::new(load(ruleset)?, projects).map_err(Failure::work("prepare the detector"))?;
    let records = parse_records(&read_text(jsonl)?).map_err(Failure::work(format!("read {}", jsonl.display())))?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for record in &records {
        let verdict = detector.judge(&record.document());
        let line = match explain {
            true => serde_json::to_string(&explained_line(&record.id, &verdict)),
            false => serde_json::to_string(&verdict_line(&record.id, &verdict)),
        };
        let line = line.map_err(Failure::work("print a verdict"))?;
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
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
