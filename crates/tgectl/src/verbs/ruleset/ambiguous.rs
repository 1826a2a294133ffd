//! Names and tickers that are also words: how often they are taken for a project where none is, and found where one is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use tge_detect::labels::Labelled;
use tge_detect::{Detector, Document, Projects, Ruleset};

use crate::failure::Failure;
use crate::verbs::detect::load;
use crate::verbs::read_text;

/// A line: a name, or several tickers with ` / ` between, and where it is no project.
#[derive(Debug, Deserialize)]
struct Line {
    name: String,
    #[serde(default)]
    not_project: Vec<Sentence>,
}

#[derive(Debug, Deserialize)]
struct Sentence {
    text: String,
    /// Why, where the text is a remark on a ticker and no sentence of anybody.
    #[serde(default)]
    why: Option<String>,
}

/// So many of so many.
#[derive(Debug, Default, Clone, Copy)]
struct Share(usize, usize);

impl Share {
    fn count(&mut self, right: bool) {
        *self = Self(self.0 + usize::from(right), self.1 + 1);
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} ({:.3})", self.0, self.1, self.0 as f64 / self.1.max(1) as f64)
    }
}

/// Of the lines in `file`: sentences without the project, the launches of `labels` whose project has such a name, each judged
/// with that name watched, and the documents of `labels` with such a ticker.
pub(super) fn measured(file: &Path, labels: &[Labelled]) -> Result<String, Failure> {
    let failed = || format!("read {}", file.display());
    let text = read_text(file)?;
    let lines: Result<Vec<Line>, _> = text.lines().filter(|l| !l.trim().is_empty()).map(serde_json::from_str).collect();
    let lines = lines.map_err(Failure::work(failed()))?;
    let ruleset = load(None)?;
    let (mut quiet, mut taken, mut alarms) = (Share::default(), BTreeMap::<String, usize>::new(), 0);
    let (mut named, mut unnamed) = (Share::default(), Vec::new());
    let mut tickers: BTreeSet<String> = BTreeSet::new();
    for line in &lines {
        if !line.not_project.is_empty() && line.not_project.iter().all(|sentence| sentence.why.is_some()) {
            tickers.extend(line.name.split(" / ").map(str::to_uppercase));
            continue;
        }
        let Some(detector) = watching(&ruleset, &line.name)? else { continue };
        for sentence in line.not_project.iter().filter(|sentence| sentence.why.is_none()) {
            let document = Document { title: "", text: &sentence.text, lang: None, published: None };
            let verdict = detector.judge(&document);
            alarms += usize::from(verdict.is_tge);
            let wrong = verdict.launches.iter().filter_map(|l| l.project.as_deref()).any(|p| begins(p, &line.name));
            quiet.count(!wrong);
            if wrong {
                *taken.entry(line.name.clone()).or_default() += 1;
            }
        }
        for labelled in labels.iter().filter(|labelled| is_of(labelled, &line.name)) {
            let verdict = detector.judge(&labelled.record.document());
            let right = verdict.launches.iter().filter_map(|l| l.project.as_deref()).any(|p| begins(p, &line.name));
            named.count(right);
            if !right {
                unnamed.push(format!("{} ({})", labelled.record.id, line.name));
            }
        }
    }
    let both = (quiet.0 + named.0) as f64 / (quiet.1 + named.1).max(1) as f64;
    let detector = Detector::new(ruleset, Projects::default()).map_err(Failure::work("prepare the detector"))?;
    let (mut found, mut false_alarms) = (Share::default(), Share::default());
    for labelled in labels.iter().filter(|labelled| labelled.helps.is_none()) {
        let label = &labelled.label;
        let known = |symbol: Option<&str>| symbol.is_some_and(|symbol| tickers.contains(&symbol.to_uppercase()));
        if label.is_tge && !known(label.symbol.as_deref()) {
            continue;
        }
        let verdict = detector.judge(&labelled.record.document());
        let symbols = || verdict.launches.iter().map(|launch| launch.symbol.as_deref());
        if label.is_tge {
            let same =
                |symbol: Option<&str>| symbol.map(str::to_uppercase) == label.symbol.as_deref().map(str::to_uppercase);
            found.count(symbols().any(same));
        } else if symbols().any(known) {
            false_alarms.count(verdict.is_tge);
        }
    }
    let of_labels = match labels {
        [] => String::new(),
        _ => format!(
            "the same names where they are the project: named in {named} launches; accuracy both ways {both:.3}; not named: {}\n\
             tickers that are words: {} of them; told in {found} launches that have one; alarms in {false_alarms} documents without a launch where one is read\n",
            if unnamed.is_empty() { "none".to_owned() } else { unnamed.join(", ") },
            tickers.len(),
        ),
    };
    Ok(format!(
        "names that are words: {} names; not taken for the project in {quiet} sentences without it; alarms {alarms}; taken: {taken:?}\n{of_labels}",
        lines.len()
    ))
}

/// A detector that watches `name`; `None` where it is too short to be watched.
fn watching(ruleset: &Ruleset, name: &str) -> Result<Option<Detector>, Failure> {
    let shown = serde_json::to_string(name).map_err(Failure::work("watch a name"))?;
    let Ok(watched) = Projects::parse(&format!("{{version: 1, projects: [{{name: {shown}}}]}}")) else {
        return Ok(None);
    };
    Detector::new(ruleset.clone(), watched).map(Some).map_err(Failure::work("prepare the detector"))
}

/// Whether the label's launch is of a project that is called `name`, alone or as its first word.
fn is_of(labelled: &Labelled, name: &str) -> bool {
    let measured = labelled.helps.is_none() && labelled.label.is_tge;
    measured && labelled.label.project.as_deref().is_some_and(|project| begins(project, name))
}

fn begins(project: &str, name: &str) -> bool {
    let begin = project.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name));
    begin && project[name.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_has_a_name_alone_or_as_its_first_word() {
        for (project, name, is) in [
            ("Magic", "Magic", true),
            ("magic labs", "Magic", true),
            ("Magic-Land", "Magic", true),
            ("Magician", "Magic", false),
            ("Ma", "Magic", false),
            ("Über", "Ube", false),
            ("魔法", "魔", false),
            ("", "Magic", false),
        ] {
            assert_eq!(begins(project, name), is, "{project} {name}");
        }
    }
}
