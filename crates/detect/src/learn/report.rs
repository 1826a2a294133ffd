//! What a detector is worth, in figures.

use std::collections::BTreeMap;

use serde::Serialize;
use tge_model::Verdict;

use crate::judge::Detector;
use crate::labels::{Label, Labelled};
use crate::learn::placed::Placed;
use crate::line::{VerdictLine, verdict_line};

/// A verdict on one labelled document.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Place of the document among the labels.
    pub index: usize,
    /// The verdict.
    pub line: VerdictLine,
    /// The heaviest features and what each added to the log-odds.
    pub why: Vec<(String, f64)>,
    /// How its venues and its chain compare with the label's.
    pub placed: Placed,
}

/// A wrong verdict, as `--errors` writes it: no word of the document, so it may be passed on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mistake<'a> {
    /// The document's.
    pub id: &'a str,
    /// Where it comes from.
    pub source: &'a str,
    /// Its label: a launch, so it was missed.
    pub is_tge: bool,
    /// Calibrated probability.
    pub score: f64,
    /// The launch's kind, or what the document looks like.
    pub class: Option<&'a str>,
    /// One of its readers found it close.
    pub border: bool,
    /// The heaviest features and what each added to the log-odds.
    pub why: &'a [(String, f64)],
}

/// Figures of a group of documents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// Documents.
    pub documents: usize,
    /// Launches among them.
    pub positive: usize,
    /// Documents taken for launches.
    pub alarms: usize,
    /// Launches among these.
    pub found: usize,
    /// Share of the alarms that are right.
    pub precision: f64,
    /// Share of the launches found.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

/// Field accuracy over launches whose label states the field.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fields {
    /// Project, by name or alias.
    pub project: f64,
    /// Ticker.
    pub symbol: f64,
    /// Kind.
    pub kind: f64,
    /// Date, as exact as the label.
    pub date: f64,
    /// Share of the labels' venues that are named.
    pub venues: f64,
    /// Share of the venues named, where the label has some, that are the label's.
    pub venues_right: f64,
    /// Chain.
    pub chain: f64,
}

/// One bin of the reliability diagram, of as many documents as the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Documents.
    pub documents: usize,
    /// Mean probability given.
    pub predicted: f64,
    /// Share that are launches.
    pub observed: f64,
}

/// Everything measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// All documents.
    pub all: Group,
    /// Area under the precision-recall curve, by steps.
    pub average_precision: f64,
    /// Mean squared error of the probabilities.
    pub brier: f64,
    /// Expected calibration error over `bins`.
    pub calibration_error: f64,
    /// Ten bins of equal mass, from the least probable.
    pub bins: Vec<Bin>,
    /// Over launches that were found.
    pub fields_found: Fields,
    /// Over all launches.
    pub fields_given: Fields,
    /// By language (`lang:en`), length (`length:short` up to 300 characters, `length:long`), kind of source
    /// (`source:telegram`, `source:site`).
    pub groups: BTreeMap<String, Group>,
    /// Recall and precision at every twentieth of the recall, from none to all.
    pub curve: Vec<(f64, f64)>,
    /// Documents and false alarms by what a document without a launch looks like.
    pub classes: BTreeMap<String, (usize, usize)>,
    /// Missed launches by source.
    pub missed: BTreeMap<String, usize>,
    /// Every verdict, in the order of the labels.
    pub outcomes: Vec<Outcome>,
}

/// Characters up to which a document is short.
const SHORT_CHARS: usize = 300;
const BINS: usize = 10;

// === impl Outcome ===

impl Outcome {
    pub(crate) fn of(index: usize, label: &Labelled, verdict: &Verdict, detector: &Detector) -> Self {
        let why = verdict.reasons.iter().map(|r| (r.feature.clone(), (r.weight * 1e3).round() / 1e3)).collect();
        let placed = Placed::of(&label.label, verdict.launches.first(), detector);
        Self { index, line: verdict_line(&label.record.id, verdict), why, placed }
    }
}

// === impl Report ===

impl Report {
    /// The wrong verdicts, the surest first. `labels` are those the report is of.
    pub fn mistakes<'a>(&'a self, labels: &'a [Labelled]) -> Vec<Mistake<'a>> {
        let wrong = |outcome: &'a Outcome| {
            let Labelled { record, label, .. } = &labels[outcome.index];
            let class = if label.is_tge { &label.event_type } else { &record.neg_class };
            (label.is_tge != outcome.line.is_tge).then(|| Mistake {
                id: &record.id,
                source: &record.source,
                is_tge: label.is_tge,
                score: outcome.line.score,
                class: class.as_deref(),
                border: record.border == Some(true),
                why: &outcome.why,
            })
        };
        let mut found: Vec<Mistake<'_>> = self.outcomes.iter().filter_map(wrong).collect();
        let sure = |m: &Mistake<'_>| if m.is_tge { 1.0 - m.score } else { m.score };
        found.sort_by(|a, b| sure(b).total_cmp(&sure(a)));
        found
    }

    /// Figures of verdicts on labelled documents.
    pub fn of(labels: &[Labelled], outcomes: Vec<Outcome>) -> Self {
        let judged: Vec<(&Labelled, &VerdictLine)> = outcomes.iter().map(|o| (&labels[o.index], &o.line)).collect();
        let mut grouped: BTreeMap<String, Vec<(&Labelled, &VerdictLine)>> = BTreeMap::new();
        let (mut classes, mut missed) = (BTreeMap::<String, (usize, usize)>::new(), BTreeMap::new());
        for &(label, line) in &judged {
            let lang = label.record.lang.as_deref().unwrap_or("?");
            let short = label.record.text.chars().count() <= SHORT_CHARS;
            let kind = label.record.source.split_once(':').map_or("site", |(kind, _)| kind);
            let length = if short { "short" } else { "long" };
            for key in [format!("lang:{lang}"), format!("length:{length}"), format!("source:{kind}")] {
                grouped.entry(key).or_default().push((label, line));
            }
            if lang != "en" {
                grouped.entry("lang:not en".to_owned()).or_default().push((label, line));
            }
            if !label.label.is_tge {
                let class =
                    classes.entry(label.record.neg_class.clone().unwrap_or_else(|| "?".to_owned())).or_default();
                *class = (class.0 + 1, class.1 + usize::from(line.is_tge));
            } else if !line.is_tge {
                *missed.entry(label.record.source.clone()).or_default() += 1;
            }
        }
        let mut scored: Vec<(f64, bool)> = judged.iter().map(|(l, v)| (v.score, l.label.is_tge)).collect();
        scored.sort_by(|a, b| a.0.total_cmp(&b.0));
        let bins = bins(&scored);
        let count = scored.len().max(1) as f64;
        Self {
            all: group(&judged),
            average_precision: average_precision(&scored),
            brier: scored.iter().map(|(p, y)| (p - f64::from(u8::from(*y))).powi(2)).sum::<f64>() / count,
            calibration_error: bins.iter().map(|b| b.documents as f64 / count * (b.predicted - b.observed).abs()).sum(),
            bins,
            fields_found: fields(labels, outcomes.iter().filter(|outcome| outcome.line.is_tge)),
            fields_given: fields(labels, outcomes.iter()),
            groups: grouped.into_iter().map(|(key, members)| (key, group(&members))).collect(),
            curve: curve(&scored),
            classes,
            missed,
            outcomes,
        }
    }
}

fn group(judged: &[(&Labelled, &VerdictLine)]) -> Group {
    Group::of(judged.iter().map(|(labelled, verdict)| (verdict.is_tge, labelled.label.is_tge)))
}

// === impl Group ===

impl Group {
    /// Counts documents by what was said of them and what is true.
    pub(crate) fn of(calls: impl Iterator<Item = (bool, bool)>) -> Self {
        let (mut documents, mut positive, mut alarms, mut found) = (0, 0, 0, 0);
        for (call, truth) in calls {
            documents += 1;
            positive += usize::from(truth);
            alarms += usize::from(call);
            found += usize::from(call && truth);
        }
        let share = |of: usize| if of == 0 { 0.0 } else { found as f64 / of as f64 };
        let f1 = if alarms + positive == 0 { 0.0 } else { 2.0 * found as f64 / (alarms + positive) as f64 };
        Self { documents, positive, alarms, found, precision: share(alarms), recall: share(positive), f1 }
    }
}

/// `scored` ascending by probability. Documents of equal probability are one step.
fn average_precision(scored: &[(f64, bool)]) -> f64 {
    let positive = scored.iter().filter(|s| s.1).count();
    if positive == 0 {
        return 0.0;
    }
    let (mut hits, mut seen, mut area, mut recall) = (0usize, 0usize, 0.0, 0.0);
    for step in scored.chunk_by(|a, b| a.0 == b.0).rev() {
        hits += step.iter().filter(|s| s.1).count();
        seen += step.len();
        let next = hits as f64 / positive as f64;
        area += (next - recall) * hits as f64 / seen as f64;
        recall = next;
    }
    area
}

/// `scored` ascending: the best precision at each twentieth of the recall or beyond.
fn curve(scored: &[(f64, bool)]) -> Vec<(f64, f64)> {
    let positive = scored.iter().filter(|s| s.1).count().max(1) as f64;
    let mut hits = 0usize;
    let steps: Vec<(f64, f64)> = scored
        .iter()
        .rev()
        .enumerate()
        .map(|(n, s)| {
            hits += usize::from(s.1);
            (hits as f64 / positive, hits as f64 / (n + 1) as f64)
        })
        .collect();
    (0..=20)
        .map(|twentieth| {
            let recall = f64::from(twentieth) / 20.0;
            (recall, steps.iter().filter(|s| s.0 >= recall).map(|s| s.1).fold(0.0, f64::max))
        })
        .collect()
}

fn bins(scored: &[(f64, bool)]) -> Vec<Bin> {
    let size = scored.len().div_ceil(BINS).max(1);
    let mean =
        |part: &[(f64, bool)], of: &dyn Fn(&(f64, bool)) -> f64| part.iter().map(of).sum::<f64>() / part.len() as f64;
    scored
        .chunks(size)
        .map(|part| Bin {
            documents: part.len(),
            predicted: mean(part, &|s| s.0),
            observed: mean(part, &|s| f64::from(u8::from(s.1))),
        })
        .collect()
}

fn fields<'a>(labels: &[Labelled], outcomes: impl Iterator<Item = &'a Outcome>) -> Fields {
    let mut counts = [(0usize, 0usize); 4];
    let mut places = [(0usize, 0usize); 3];
    for Outcome { index, line, placed, .. } in outcomes.filter(|outcome| labels[outcome.index].label.is_tge) {
        let label = &labels[*index].label;
        let chain = (usize::from(placed.chain == Some(true)), usize::from(placed.chain.is_some()));
        for (sum, one) in places.iter_mut().zip([(placed.found, placed.given), (placed.right, placed.told), chain]) {
            *sum = (sum.0 + one.0, sum.1 + one.1);
        }
        let right = [
            label.project.as_ref().map(|_| same_project(label, line.project.as_deref())),
            label.symbol.as_ref().map(|s| line.symbol.as_ref().is_some_and(|v| folded(s) == folded(v))),
            label.event_type.as_ref().map(|k| line.event_type == Some(k.as_str())),
            label.event_date.as_ref().map(|d| line.event_date.as_ref().is_some_and(|v| same_date(d, v))),
        ];
        for (count, right) in counts.iter_mut().zip(right) {
            if let Some(right) = right {
                *count = (count.0 + usize::from(right), count.1 + 1);
            }
        }
    }
    let share = |(right, all): (usize, usize)| if all == 0 { 0.0 } else { right as f64 / all as f64 };
    let [project, symbol, kind, date] = counts.map(share);
    let [venues, venues_right, chain] = places.map(share);
    Fields { project, symbol, kind, date, venues, venues_right, chain }
}

/// Letters and digits in normal form, nothing else.
pub(super) fn folded(text: &str) -> String {
    tge_text::Normal::text_of(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn same_project(label: &Label, found: Option<&str>) -> bool {
    const GENERIC: [&str; 24] = [
        "protocol",
        "network",
        "token",
        "tokens",
        "foundation",
        "finance",
        "financial",
        "labs",
        "lab",
        "coin",
        "ai",
        "the",
        "chain",
        "blockchain",
        "dao",
        "project",
        "games",
        "game",
        "fan",
        "capital",
        "airdrop",
        "mainnet",
        "",
        "_",
    ];
    let words = |name: &str| -> Vec<String> {
        let normal = tge_text::Normal::of(name);
        let parts = normal.as_str().split(|c: char| !c.is_alphanumeric() && c != '_');
        parts.filter(|w| !GENERIC.contains(w)).map(str::to_owned).collect()
    };
    let Some(found) = found else { return false };
    let aliases = label.aliases.iter().flatten();
    label.project.iter().chain(aliases).any(|name| {
        let own = words(name);
        folded(name) == folded(found) || (!own.is_empty() && own == words(found))
    })
}

fn same_date(label: &str, found: &str) -> bool {
    if let Some((year, quarter)) = label.split_once("-Q") {
        let month = found.get(5..7).and_then(|m| m.parse::<u32>().ok());
        let same = month.is_some_and(|m| (m - 1) / 3 + 1 == quarter.parse().unwrap_or(0));
        return found == label || (found.starts_with(year) && same);
    }
    found.starts_with(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn average_precision_by_steps() {
        assert!((average_precision(&[(0.1, false), (0.8, true), (0.9, true)]) - 1.0).abs() < 1e-12);
        assert!((average_precision(&[(0.5, false), (0.5, true)]) - 0.5).abs() < 1e-12);
        assert_eq!(average_precision(&[(0.5, false)]), 0.0);
    }

    #[test]
    fn fields_match_as_the_labels_mean_them() {
        let label = Label {
            project: Some("Example Network".to_owned()),
            aliases: Some(vec!["exmpl".to_owned()]),
            ..Label::default()
        };
        for (found, same) in [("example", true), ("EXMPL", true), ("Example Labs", true), ("Other", false)] {
            assert_eq!(same_project(&label, Some(found)), same, "{found}");
        }
        for (label, found, same) in [
            ("2026-04", "2026-04-30", true),
            ("2024-Q3", "2024-08-01", true),
            ("2024-Q3", "2024-11", false),
            ("2024-05-01", "2024-05", false),
        ] {
            assert_eq!(same_date(label, found), same, "{label} {found}");
        }
    }
}
