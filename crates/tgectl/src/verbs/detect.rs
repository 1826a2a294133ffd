//! Judging without a server.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use tge_detect::labels::records;
use tge_detect::{Detector, Projects, Ruleset, explained_line, verdict_line};

use crate::failure::Failure;
use crate::verbs::read_text;

/// Prints one verdict line for each document, in order. A line that is no document is told and left out, and in the end the
/// command fails: the others are not lost for it.
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
    let text = read_text(jsonl)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut left_out = 0;
    for record in records(&text) {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                left_out += 1;
                let place = error.source.column();
                writeln!(
                    std::io::stderr(),
                    "tgectl: {}: {error}: {} at column {place}",
                    jsonl.display(),
                    cause(&error.source)
                )?;
                continue;
            }
        };
        let verdict = detector.judge(&record.document());
        let line = match explain {
            true => serde_json::to_string(&explained_line(&record.id, &verdict)),
            false => serde_json::to_string(&verdict_line(&record.id, &verdict)),
        };
        let line = line.map_err(Failure::work("print a verdict"))?;
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    match left_out {
        0 => Ok(()),
        _ => Err(Failure::Documents { path: jsonl.to_owned(), left_out }),
    }
}

/// What a line of JSON lacks, without the place: "line 1" of a line is line 25 of the file.
fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
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
