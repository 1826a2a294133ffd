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
    /// The share of marks that may be wrong, below one half. The more, the less a mark is believed against a sure ruleset.
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
    let probabilities: Vec<f64> =
        marks.iter().map(|mark| detector.judge(&mark.record.document()).probability.get()).collect();
    let noise = Noise::of(marks.iter().map(|mark| mark.label.is_tge).zip(probabilities.iter().copied()), bounds.wrong);
    let mut disagreed = 0;
    for (mark, said) in marks.iter().zip(&probabilities) {
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
        disagreed += usize::from((*said >= parent.model.threshold) != mark.label.is_tge);
        let error = noise.lesson(probability, mark.label.is_tge);
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

/// Shares of marks that are turned round.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Noise {
    /// Of those on launches.
    launches: f64,
    /// Of those on others.
    others: f64,
}

/// Marks on either sort that say as little as is assumed: fewer marks than this change nothing of it.
const NOISE_PRIOR: f64 = 20.0;
/// The most that is believed to be wrong.
const NOISE_MAX: f64 = 0.45;
/// Rounds after which the shares no longer move.
const NOISE_ROUNDS: usize = 30;

// === impl Noise ===

impl Noise {
    /// The shares under which `marks` (what each says, and the probability the ruleset gives its document) are the likeliest,
    /// but never less than `wrong`: by expectation and maximisation, as Dawid and Skene (1979) rate observers. Who means harm
    /// turns round marks of one sort only, and then a share of all says too little of that sort.
    fn of(marks: impl Iterator<Item = (bool, f64)> + Clone, wrong: f64) -> Self {
        // Where half is wrong, nothing can be learned.
        let wrong = wrong.clamp(0.0, NOISE_MAX);
        let mut noise = Self { launches: wrong, others: wrong };
        for _ in 0..NOISE_ROUNDS {
            // Wrong ones, and all, of either sort.
            let mut counts = [(NOISE_PRIOR * wrong, NOISE_PRIOR); 2];
            for (says, probability) in marks.clone() {
                let launch = probability * if says { 1.0 - noise.launches } else { noise.launches };
                let other = (1.0 - probability) * if says { noise.others } else { 1.0 - noise.others };
                let launch = launch / (launch + other).max(1e-9);
                for (count, (share, is)) in counts.iter_mut().zip([(launch, true), (1.0 - launch, false)]) {
                    *count = (count.0 + if says == is { 0.0 } else { share }, count.1 + share);
                }
            }
            let [launches, others] = counts.map(|(turned, all)| (turned / all).clamp(wrong, NOISE_MAX));
            noise = Self { launches, others };
        }
        noise
    }

    /// What a mark teaches of a document the ruleset gives `probability`: the slope of the likelihood of the mark. A plain
    /// error would teach most where a mark contradicts a sure ruleset, and these are the wrong ones: launches are rare, so
    /// wrong marks on the many others soon outnumber the right ones.
    fn lesson(self, probability: f64, launch: bool) -> f64 {
        let [of_launch, of_other] = match launch {
            true => [1.0 - self.launches, self.others],
            false => [self.launches, 1.0 - self.others],
        };
        let expected = probability * of_launch + (1.0 - probability) * of_other;
        (of_launch - of_other) * probability * (1.0 - probability) / expected.max(1e-9)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_marks_are_turned_round_is_seen_by_what_the_ruleset_is_sure_of() {
        // Every fifth document a launch the ruleset is rather sure of, and every `n`-th mark of a sort turned round.
        let noise = |turned: [usize; 2], count: usize| {
            let marks = (0..count).map(|i| {
                let launch = i % 5 == 0;
                let wrong = turned[usize::from(launch)] != 0 && i / 5 % turned[usize::from(launch)] == 0;
                (launch != wrong, if launch { 0.9 } else { 0.05 })
            });
            Noise::of(marks, 0.2)
        };
        let near = |a: f64, b: f64| (a - b).abs() < 0.05;
        for (turned, count, launches, others) in [
            ([0, 0], 2_000, 0.2, 0.2),
            ([0, 2], 2_000, NOISE_MAX, 0.2),
            ([0, 3], 2_000, 1.0 / 3.0, 0.2),
            ([3, 0], 2_000, 0.2, 1.0 / 3.0),
            ([1, 1], 2_000, NOISE_MAX, NOISE_MAX),
            ([0, 1], 5, 0.2, 0.2),
            ([0, 0], 0, 0.2, 0.2),
        ] {
            let found = noise(turned, count);
            assert!(near(found.launches, launches) && near(found.others, others), "{turned:?} of {count}: {found:?}");
        }
    }

    #[test]
    fn a_mark_teaches_less_the_more_of_its_sort_are_wrong() {
        let lesson = |launches, probability, launch| Noise { launches, others: 0.2 }.lesson(probability, launch);
        assert!(lesson(0.2, 0.5, true) > 0.0 && lesson(0.2, 0.5, false) < 0.0);
        assert!(lesson(0.4, 0.9, false).abs() < lesson(0.2, 0.9, false).abs() / 2.0);
        // What is surest teaches least, whatever the mark says.
        assert!(lesson(0.2, 0.999, false).abs() < lesson(0.2, 0.9, false).abs());
    }
}
