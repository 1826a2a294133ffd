//! Which documents tell of the same happening: measured on labelled pairs, without a server.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::json;
use tge_detect::labels::{Record, parse_published};
use tge_quality::likeness::{self, Likeness, Relation, SAME_FROM, TRAITS, Telling, Text, WEIGHTS, Weights};

use crate::failure::Failure;
use crate::output::{Format, print, say};
use crate::verbs::{read_foreign, tell_left_out};

/// How far behind a pair its documents' strangers stand in the file.
const STRANGERS: [usize; 3] = [7, 31, 101];
/// How often a pair of strangers counts.
const STRANGER_COUNT: f64 = 0.5;
/// How often a pair that is not all English counts with one of its documents read as if nobody knew its words.
const UNREAD_COUNT: f64 = 0.5;
/// How often a document beside itself counts.
const MIRROR_COUNT: f64 = 0.2;

/// The fold of pairs that are only learnt from: no fit leaves them out.
const NO_FOLD: usize = usize::MAX;

/// A pair as it stands in a file.
#[derive(Debug, Deserialize)]
struct Pair {
    pair: String,
    a: Record,
    b: Record,
    /// The truth, where somebody has read both.
    #[serde(default)]
    duplicate: Option<bool>,
    /// What makes them a pair: `same`, `update`, `other_event` ...
    #[serde(default)]
    class: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

/// What is wanted of a measurement.
pub(crate) struct Wanted {
    /// Files of pairs to learn from beside the measured ones.
    pub(crate) more: Vec<PathBuf>,
    /// Fit anew in each of so many folds and judge what was left out.
    pub(crate) folds: Option<usize>,
    /// Print the weights fitted to all pairs.
    pub(crate) weights: bool,
    /// Fail when F1 is below.
    pub(crate) at_least: Option<f64>,
}

/// Judges pairs of documents and measures the judgements where the truth stands beside them.
pub(crate) fn dups(file: &Path, wanted: &Wanted, format: Format) -> Result<(), Failure> {
    let (mut pairs, mut left_out) = read(file)?;
    let measured = pairs.len();
    for more in &wanted.more {
        let (further, of_more) = read(more)?;
        pairs.extend(further);
        left_out = left_out.or(of_more);
    }
    let tellings: Vec<(Telling, Telling)> = pairs.iter().map(|p| (telling(&p.a), telling(&p.b))).collect();
    let keys = keys(&pairs, &tellings);
    let fold_of = wanted.folds.map(|count| {
        let mut fold_of = likeness::folds(&keys[..measured], count);
        fold_of.resize(pairs.len(), NO_FOLD);
        fold_of
    });
    let judged = judge(&pairs, &tellings, &keys, fold_of.as_deref());
    if wanted.weights {
        say(&table(&likeness::fit(&examples(&pairs, &tellings, &keys, |_| true))));
    }
    let (pairs, judged) = (&pairs[..measured], &judged[..measured]);
    match format {
        Format::Jsonl | Format::Json => {
            for (pair, likeness) in pairs.iter().zip(judged) {
                let line = json!({"pair": pair.pair, "duplicate": likeness.is_same(), "score": likeness.probability});
                print(&format!("{line}\n"))?;
            }
        }
        Format::Table => {
            for (pair, likeness) in pairs.iter().zip(judged) {
                print(&told(pair, likeness))?;
            }
        }
    }
    let (text, f1) = figures(pairs, judged, wanted.folds);
    match format {
        Format::Table => print(&text)?,
        // Programs read stdout.
        Format::Json | Format::Jsonl => say(text.trim_end()),
    }
    match (wanted.at_least, f1) {
        (Some(least), Some(f1)) if f1 < least => Err(Failure::Unhealthy(format!("F1 {f1:.3} is below {least}"))),
        (Some(least), None) => Err(Failure::Unhealthy(format!(
            "no pair says whether it is a duplicate: F1 of at least {least} cannot be shown"
        ))),
        _ => left_out.map_or(Ok(()), Err),
    }
}

/// The pairs of a file, and how to fail in the end when lines of it are none: each is told and left out.
fn read(file: &Path) -> Result<(Vec<Pair>, Option<Failure>), Failure> {
    let (mut pairs, mut left_out) = (Vec::new(), 0);
    for (i, line) in read_foreign(file)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Pair>(line) {
            Ok(pair) => pairs.push(pair),
            Err(error) => {
                left_out += 1;
                let told = format!("line {} is no pair, an object with pair, a and b", i + 1);
                tell_left_out(file, &told, &error);
            }
        }
    }
    let failure = (left_out > 0).then(|| Failure::Documents { path: file.to_owned(), left_out });
    Ok((pairs, failure))
}

fn telling(record: &Record) -> Telling {
    Telling::of(&Text {
        title: record.title.as_deref().unwrap_or_default(),
        text: &record.text,
        source: &record.source,
        published: record.published.as_deref().and_then(parse_published),
    })
}

/// What joins pairs: their documents, and the tickers these name.
fn keys(pairs: &[Pair], tellings: &[(Telling, Telling)]) -> Vec<Vec<String>> {
    let of = |(pair, (a, b)): (&Pair, &(Telling, Telling))| {
        a.tickers().chain(b.tickers()).chain([pair.a.id.clone(), pair.b.id.clone()]).collect()
    };
    pairs.iter().zip(tellings).map(of).collect()
}

/// Pairs to fit with: the labelled ones, and beside them strangers, a document of one pair with a document of another
/// that shares no key with it, and mirrors, a document with itself. Labelled pairs are hard ones; of these alone nobody
/// learns that most documents have nothing to do with each other, and that a copy is a copy. And pairs half of which is in
/// words nobody knows: the lists of phrases were written with labelled pairs in view and miss less there than elsewhere.
fn examples(
    pairs: &[Pair],
    tellings: &[(Telling, Telling)],
    keys: &[Vec<String>],
    taken: impl Fn(usize) -> bool,
) -> Vec<likeness::Example> {
    let mut examples = Vec::new();
    for (i, (pair, (a, b))) in pairs.iter().zip(tellings).enumerate().filter(|(i, _)| taken(*i)) {
        examples.extend(pair.duplicate.map(|truth| likeness::example(a, b, truth, 1.0)));
        if let Some(truth) = pair.duplicate.filter(|_| a.is_foreign() || b.is_foreign()) {
            examples.push(likeness::example(&a.unread(), b, truth, UNREAD_COUNT));
            examples.push(likeness::example(a, &b.unread(), truth, UNREAD_COUNT));
        }
        examples.push(likeness::example(a, a, true, MIRROR_COUNT));
        for other in STRANGERS.iter().map(|step| (i + step) % pairs.len()).filter(|other| taken(*other)) {
            if !keys[i].iter().any(|key| keys[other].contains(key)) {
                examples.push(likeness::example(a, &tellings[other].1, false, STRANGER_COUNT));
            }
        }
    }
    examples
}

/// A judgement for each pair: by the shipped weights, or by weights fitted to the folds the pair is not in.
fn judge(
    pairs: &[Pair],
    tellings: &[(Telling, Telling)],
    keys: &[Vec<String>],
    fold_of: Option<&[usize]>,
) -> Vec<Likeness> {
    let Some(fold_of) = fold_of else {
        return tellings.iter().map(|(a, b)| likeness::same_happening(a, b)).collect();
    };
    let folds = fold_of.iter().filter(|fold| **fold != NO_FOLD).max().map_or(0, |last| last + 1);
    let fitted: Vec<Weights> =
        (0..folds).map(|fold| likeness::fit(&examples(pairs, tellings, keys, |i| fold_of[i] != fold))).collect();
    // Those without a fold stand behind the others and are not measured.
    tellings.iter().zip(fold_of).filter_map(|((a, b), fold)| Some(likeness::weigh(a, b, fitted.get(*fold)?))).collect()
}

fn told(pair: &Pair, likeness: &Likeness) -> String {
    let verdict = match likeness.relation {
        Relation::Same => "same",
        Relation::Update => "update",
        Relation::Other => "other",
    };
    let mark = match pair.duplicate {
        Some(truth) if truth != likeness.is_same() => "WRONG",
        _ => "",
    };
    let reasons: Vec<String> = likeness.reasons.iter().take(5).map(|(name, w)| format!("{name} {w:+.1}")).collect();
    let reason = pair.reason.as_deref().unwrap_or_default();
    let text =
        format!("{:8} {verdict:6} {:.3} {mark:5} {}  [{reason}]", pair.pair, likeness.probability, reasons.join(", "));
    let shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    shown + "\n"
}

#[derive(Default)]
struct Counts {
    pairs: usize,
    hit: usize,
    alarm: usize,
    miss: usize,
}

// === impl Counts ===

impl Counts {
    fn add(&mut self, said: bool, truth: bool) {
        self.pairs += 1;
        self.hit += usize::from(said && truth);
        self.alarm += usize::from(said && !truth);
        self.miss += usize::from(!said && truth);
    }

    fn line(&self, name: &str) -> String {
        let share =
            |part: usize, of: usize| if of == 0 { "-".to_owned() } else { format!("{:.3}", part as f64 / of as f64) };
        let right = self.pairs - self.alarm - self.miss;
        format!(
            "{name:14} {:5} pairs {:4} same  precision {}  recall {}  F1 {}  right {}\n",
            self.pairs,
            self.hit + self.miss,
            share(self.hit, self.hit + self.alarm),
            share(self.hit, self.hit + self.miss),
            share(2 * self.hit, 2 * self.hit + self.alarm + self.miss),
            share(right, self.pairs),
        )
    }

    fn f1(&self) -> Option<f64> {
        let all = 2 * self.hit + self.alarm + self.miss;
        (all > 0).then(|| 2.0 * self.hit as f64 / all as f64)
    }
}

/// The figures in words, and F1 over all; none without a pair whose truth is known.
fn figures(pairs: &[Pair], judged: &[Likeness], folds: Option<usize>) -> (String, Option<f64>) {
    let (mut all, mut classes) = (Counts::default(), BTreeMap::<&str, Counts>::new());
    let (mut brier, mut best) = (0.0, Vec::new());
    for (pair, likeness) in pairs.iter().zip(judged) {
        let Some(truth) = pair.duplicate else { continue };
        all.add(likeness.is_same(), truth);
        let class = pair.class.as_deref().unwrap_or(if truth { "retold" } else { "template" });
        classes.entry(class).or_default().add(likeness.is_same(), truth);
        brier += (likeness.probability - f64::from(u8::from(truth))).powi(2);
        best.push((likeness.probability, truth));
    }
    if all.pairs == 0 {
        return ("no pair says whether it is a duplicate: nothing to measure\n".to_owned(), None);
    }
    let how = match folds {
        Some(count) => format!("fitted anew in each of {count} folds, joined by document and ticker"),
        None => "shipped weights".to_owned(),
    };
    let mut text = format!("{how}, same from {SAME_FROM}\n{}", all.line("all"));
    for (class, counts) in &classes {
        text.push_str(&counts.line(class));
    }
    let updates = pairs.iter().zip(judged).filter(|(pair, _)| pair.class.as_deref() == Some("update"));
    let (known, called) = updates.fold((0, 0), |(known, called), (_, likeness)| {
        (known + 1, called + usize::from(likeness.relation == Relation::Update))
    });
    if known > 0 {
        text.push_str(&format!("{called} of {known} updates are called updates\n"));
    }
    text.push_str(&format!(
        "Brier {:.4}  average precision {:.3}\n",
        brier / all.pairs as f64,
        average_precision(&mut best)
    ));
    (text, all.f1())
}

fn average_precision(scored: &mut [(f64, bool)]) -> f64 {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut hits, mut sum) = (0_usize, 0.0);
    for (rank, (_, truth)) in scored.iter().enumerate() {
        if *truth {
            hits += 1;
            sum += hits as f64 / (rank + 1) as f64;
        }
    }
    if hits == 0 { 0.0 } else { sum / hits as f64 }
}

fn table(fitted: &Weights) -> String {
    let mut text = format!("{:+7.3} ({:+7.3} shipped)  bias", fitted.bias, WEIGHTS.bias);
    for (((name, _), weight), shipped) in TRAITS.iter().zip(fitted.weights).zip(WEIGHTS.weights) {
        text.push_str(&format!("\n{weight:+7.3} ({shipped:+7.3} shipped)  {name}"));
    }
    text
}
