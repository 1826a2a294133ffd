//! Learning from marks and what it would change, without a server.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tge_detect::Ruleset;
use tge_detect::labels::{Record, parse_records};
use tge_detect::learn::marks::{self, Bounds};
use tge_detect::learn::replay::{self, Replay};

use crate::failure::Failure;
use crate::output::{Format, list, print, say};
use crate::verbs::detect::load;
use crate::verbs::read_text;
use crate::verbs::ruleset::{More, read_labels};

/// Rows of a table; `--output jsonl` prints all.
const ROWS: usize = 40;

/// Moves weights by marks and writes the ruleset that comes of it, unless it is worse on the replay set.
pub(crate) fn learn(
    marks_files: &[PathBuf],
    out: &Path,
    parent: Option<&Path>,
    replay_files: &[PathBuf],
) -> Result<(), Failure> {
    let parent = load(parent)?;
    let marks = read_labels(marks_files, &More::default())?;
    let learned = marks::learn(&parent, &marks, Bounds::default()).map_err(Failure::work("learn from the marks"))?;
    let moved = learned.moves.len();
    say(&format!("{} marks, {} the ruleset disagreed with; {moved} weights moved", marks.len(), learned.disagreed));
    if moved == 0 {
        return Err(Failure::Unhealthy(format!("no weight moved, so {} is not written", out.display())));
    }
    if replay_files.is_empty() {
        say("not compared with the ruleset in force: see tgectl replay before you activate it");
    } else {
        let compared = compare(&parent, &learned.ruleset, replay_files)?;
        say(told(&compared).trim_end());
        compared.may_activate().map_err(Failure::work(format!("accept the ruleset for {}", out.display())))?;
    }
    write(out, &learned.ruleset)?;
    let version = learned.ruleset.version();
    print(&format!("{}: version {version}, parent {}\n", out.display(), parent.version()))
}

/// Writes the ruleset as training left it.
pub(crate) fn undo(ruleset: &Path, out: &Path) -> Result<(), Failure> {
    let learned = load(Some(ruleset))?;
    let trained = marks::undo(&learned);
    write(out, &trained)?;
    let undone = learned.lineage().trained.len();
    print(&format!("{}: version {}, {undone} weights as training left them\n", out.display(), trained.version()))
}

/// Shows what one ruleset says otherwise than another.
pub(crate) fn diff(a: &Path, b: &Path, format: Format) -> Result<(), Failure> {
    let (a, b) = (named(a)?, named(b)?);
    let difference = replay::diff(&a, &b);
    let rows: Vec<Value> = difference
        .weights
        .iter()
        .take(if format == Format::Table { ROWS } else { usize::MAX })
        .map(|(feature, x, y)| json!({"feature": feature, "a": f64::from(*x), "b": f64::from(*y), "moved": f64::from(y - x)}))
        .collect();
    let answer = json!({
        "a": a.version(),
        "b": b.version(),
        "parents_of_b": b.lineage().parents,
        "parts": difference.parts,
        "threshold": [difference.threshold.0, difference.threshold.1],
        "weights_differing": difference.weights.len(),
        "weights": rows,
    });
    if format == Format::Table {
        let parts = if difference.parts.is_empty() { "no other part".to_owned() } else { difference.parts.join(", ") };
        print(&format!(
            "{} -> {}: {} weights differ, {parts} besides; threshold {:.4} -> {:.4}\n",
            a.version(),
            b.version(),
            difference.weights.len(),
            difference.threshold.0,
            difference.threshold.1
        ))?;
    }
    list(&answer, "weights", &[("FEATURE", "feature"), ("A", "a"), ("B", "b"), ("MOVED", "moved")], format)
}

/// Judges documents by two rulesets and shows what would change: those of `files`, or what the swarm has `stored`, with
/// the ruleset in force there.
pub(crate) fn replay(
    ruleset: &Path,
    against: Option<&Path>,
    files: &[PathBuf],
    stored: Option<(Ruleset, Vec<Record>)>,
    not_worse: bool,
    format: Format,
) -> Result<(), Failure> {
    let after = named(ruleset)?;
    let compared = match stored {
        Some((before, documents)) => judged(&before, &after, &documents)?,
        None => compare(&load(against)?, &after, files)?,
    };
    let rows: Vec<Value> = compared
        .flips
        .iter()
        .take(if format == Format::Table { ROWS } else { usize::MAX })
        .map(|flip| {
            let right = flip.truth.map(|truth| if truth == flip.becomes_launch { "right" } else { "wrong" });
            json!({
                "id": flip.id, "source": flip.source, "before": flip.before, "after": flip.after,
                "becomes": if flip.becomes_launch { "launch" } else { "other" }, "now": right,
            })
        })
        .collect();
    let answer = json!({
        "before": compared.before, "after": compared.after, "documents": compared.documents,
        "launches_before": compared.launches_before, "launches_after": compared.launches_after,
        "flips": rows,
    });
    let columns = [
        ("ID", "id"),
        ("SOURCE", "source"),
        ("BEFORE", "before"),
        ("AFTER", "after"),
        ("BECOMES", "becomes"),
        ("NOW", "now"),
    ];
    if format == Format::Table {
        print(&told(&compared))?;
    } else {
        say(told(&compared).trim_end());
    }
    list(&answer, "flips", &columns, format)?;
    match compared.may_activate() {
        Err(refused) if not_worse => Err(Failure::Unhealthy(refused.to_string())),
        _ => Ok(()),
    }
}

fn compare(before: &Ruleset, after: &Ruleset, files: &[PathBuf]) -> Result<Replay, Failure> {
    let mut documents: Vec<Record> = Vec::new();
    for file in files {
        let read = parse_records(&read_text(file)?).map_err(Failure::work(format!("read {}", file.display())))?;
        documents.extend(read);
    }
    judged(before, after, &documents)
}

fn judged(before: &Ruleset, after: &Ruleset, documents: &[Record]) -> Result<Replay, Failure> {
    replay::replay(before, after, documents).map_err(Failure::work("replay the documents"))
}

fn told(compared: &Replay) -> String {
    let launches = compared.flips.iter().filter(|flip| flip.becomes_launch).count();
    let mut text = format!(
        "{} -> {}: {} documents, launches {} -> {}; {} become launches, {} are launches no more\n",
        compared.before,
        compared.after,
        compared.documents,
        compared.launches_before,
        compared.launches_after,
        launches,
        compared.flips.len() - launches
    );
    if let Some((before, after)) = compared.known {
        text.push_str(&format!(
            "of {} with a known answer, {} launches: F1 {:.4} -> {:.4}, precision {:.3} -> {:.3}, recall {:.3} -> {:.3}\n",
            before.documents, before.positive, before.f1, after.f1, before.precision, after.precision, before.recall, after.recall
        ));
    }
    text
}

/// A ruleset file, or the one inside the program by the name `embedded`.
fn named(path: &Path) -> Result<Ruleset, Failure> {
    load(if path == Path::new("embedded") { None } else { Some(path) })
}

fn write(out: &Path, ruleset: &Ruleset) -> Result<(), Failure> {
    let failed = |source| Failure::File { attempted: "write", path: out.to_owned(), source };
    std::fs::write(out, ruleset.to_bytes()).map_err(failed)
}
