//! Learning from marks: somebody says of a document that it tells of a launch, or does not, and the weights of what the
//! document says move a little that way.
//!
//! Marks are right mostly and wrong now and then, by mistake or by malice, so everything is bounded: one mark moves a
//! weight by at most a step, the marks of one source together by at most that source's share, and all marks together by
//! at most a distance from what training said. What is learned is a new [`Ruleset`] that names its parent and remembers
//! the trained values, so that [`undo`] gives back the trained ruleset byte for byte. Nothing is activated here: that is
//! decided on documents with known answers, see [`replay`](super::replay).
//!
//! Rejected: training anew with the marks as labels. It lets a hundred marks of one template move what thousands of
//! labels said, and the difference between the two rulesets cannot be read.

use std::collections::{BTreeMap, HashMap};

use crate::Projects;
use crate::judge::{Detector, logistic};
use crate::labels::Labelled;
use crate::learn::sign::Sign;
use crate::lineage::Lineage;
use crate::ruleset::{Ruleset, RulesetError};

/// How far marks may move weights, all in log-odds before calibration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The share of marks that may be wrong. The more, the less a mark is believed against a sure ruleset.
    pub wrong: f64,
    /// How far one mark moves its own document's score, at most: less, the surer the ruleset was already.
    pub pull: f64,
    /// How far one mark moves one weight, at most.
    pub step: f64,
    /// How many marks the documents of one source are worth together, at most: where there are more, each moves less. A
    /// budget that is spent by the first ones was tried and is worse, for then others push on where these stopped.
    pub source: f64,
    /// How far a weight may be from its trained value.
    pub drift: f64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { wrong: 0.2, pull: 1.0, step: 0.03, source: 10.0, drift: 0.25 }
    }
}

/// One weight that moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// The feature.
    pub feature: String,
    /// Its weight in the parent.
    pub from: f32,
    /// Its weight now.
    pub to: f32,
}

/// What was learned.
#[derive(Debug, Clone)]
pub struct Learned {
    /// The new ruleset; the parent itself when no mark moved a weight.
    pub ruleset: Ruleset,
    /// What moved, the farthest first.
    pub moves: Vec<Move>,
    /// Marks the parent had judged otherwise.
    pub disagreed: usize,
}

/// Moves the weights of `parent` by `marks`, in their order. Only features that have a weight move: a mark corrects what
/// the ruleset knows, new features come from training.
///
/// # Errors
/// [`RulesetError`] when the parent's words or frames cannot be used.
pub fn learn(parent: &Ruleset, marks: &[Labelled], bounds: Bounds) -> Result<Learned, RulesetError> {
    let detector = Detector::new(parent.clone(), Projects::default())?;
    let (slope, shift) = parent.model.calibration;
    // Only what moves is kept apart, in full precision: a file keeps three digits.
    let mut moved: BTreeMap<String, f64> = BTreeMap::new();
    let mut of_source: HashMap<&str, f64> = HashMap::new();
    for mark in marks {
        *of_source.entry(mark.record.source.as_str()).or_default() += 1.0;
    }
    let mut disagreed = 0;
    for mark in marks {
        let evidence = detector.evidence(&mark.record.document());
        let known: Vec<(String, f64, f64)> = evidence
            .into_iter()
            .filter_map(|(feature, value)| {
                let parents = f64::from(parent.model.weights.get(&feature)?.launch);
                let weight = moved.get(&feature).copied().unwrap_or(parents);
                Some((feature, f64::from(value), weight))
            })
            .collect();
        let score = parent.model.bias + known.iter().map(|(_, value, weight)| value * weight).sum::<f64>();
        let probability = logistic(slope * score + shift);
        disagreed += usize::from((probability >= parent.model.threshold) != mark.label.is_tge);
        let error = lesson(probability, mark.label.is_tge, bounds.wrong);
        let length: f64 = known.iter().map(|(_, value, _)| value * value).sum();
        if length == 0.0 {
            continue;
        }
        let worth = (bounds.source / of_source[mark.record.source.as_str()]).min(1.0);
        let step = |value: f64| worth * (bounds.pull * error * value / length).clamp(-bounds.step, bounds.step);
        for (feature, value, weight) in known {
            let trained = trained(parent, &feature);
            let to = (weight + step(value)).clamp(trained - bounds.drift, trained + bounds.drift);
            let sign = Sign::of(&feature, &parent.parts);
            // What training turned round, as before weights had signs, is not turned back at one stroke.
            let to = if sign.is_wrong(trained) { to } else { sign.hold(to) };
            moved.insert(feature, to);
        }
    }
    Ok(child(parent, moved, disagreed))
}

/// What a mark teaches of a document the ruleset gives `probability`: the slope of the likelihood of the mark, when a
/// share `wrong` of all marks is turned round. A plain error would teach most where a mark contradicts a sure ruleset,
/// and these are the wrong ones: launches are rare, so wrong marks on the many others soon outnumber the right ones.
fn lesson(probability: f64, launch: bool, wrong: f64) -> f64 {
    let told = if launch { probability } else { 1.0 - probability };
    let expected = (1.0 - wrong) * told + wrong * (1.0 - told);
    let slope = (1.0 - 2.0 * wrong) * probability * (1.0 - probability) / expected.max(1e-9);
    if launch { slope } else { -slope }
}

/// What training gave a weight, before any marks.
fn trained(ruleset: &Ruleset, feature: &str) -> f64 {
    let moved = ruleset.lineage().trained.get(feature).copied();
    f64::from(moved.or_else(|| ruleset.model.weights.get(feature).map(|w| w.launch)).unwrap_or_default())
}

fn child(parent: &Ruleset, moved: BTreeMap<String, f64>, disagreed: usize) -> Learned {
    let mut model = parent.model.clone();
    let mut lineage = parent.lineage().clone();
    let mut moves = Vec::new();
    for (feature, to) in moved {
        let Some(weight) = model.weights.get_mut(&feature) else { continue };
        // As a file says it, so that the ruleset judges the same before and after it is written.
        let (from, to) = (weight.launch, ((to * 1_000.0).round() / 1_000.0) as f32);
        if (to - from).abs() < 0.000_5 {
            continue;
        }
        lineage.trained.entry(feature.clone()).or_insert(from);
        weight.launch = to;
        moves.push(Move { feature, from, to });
    }
    moves.sort_by(|a, b| (b.to - b.from).abs().total_cmp(&(a.to - a.from).abs()).then(a.feature.cmp(&b.feature)));
    let ruleset = if moves.is_empty() {
        parent.clone()
    } else {
        lineage.parents.push(parent.version().to_owned());
        parent.with_model(model).with_lineage(lineage)
    };
    Learned { ruleset, moves, disagreed }
}

/// The ruleset as training left it, without what marks moved since.
pub fn undo(ruleset: &Ruleset) -> Ruleset {
    let mut model = ruleset.model.clone();
    for (feature, value) in &ruleset.lineage().trained {
        if let Some(weight) = model.weights.get_mut(feature) {
            weight.launch = *value;
        }
    }
    ruleset.with_model(model).with_lineage(Lineage::default())
}
