//! Learning a ruleset from labelled documents, and measuring what was learned on sources it has not seen.
//!
//! The model is an L2-regularised logistic regression over the features that stand in enough different sources; features
//! that tell launches by themselves are penalised less (scaled by naive Bayes' log-count ratio, as in NBSVM: Wang and Manning 2012).
//! Documents of a large source count less, or its templates would be all that is learned. Scores of documents left out
//! (whole sources at a time) give the calibration and the threshold, never the scores of documents learned from.
//! Everything is deterministic: folds by size and name, sums in one order, no random number.

mod folds;
mod logistic;
pub mod marks;
mod placed;
pub mod replay;
mod report;
mod sign;
pub mod terms;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};

use thiserror::Error;

use crate::Projects;
use crate::features::Sink;
use crate::features::name::{Part, text};
use crate::judge::{Detector, logistic as to_probability};
use crate::labels::Labelled;
use crate::line::LabelKind;
use crate::ruleset::{Model, Ruleset, RulesetError, Weight};

pub use folds::folds_by_source;
pub use placed::Placed;
pub use report::{Bin, Fields, Group, Mistake, Outcome, Report};

use logistic::{Example, Fit, fit, fit_by_ratio};
use sign::Sign;

/// Labels nothing can be learned from, or a base that cannot be used.
#[derive(Debug, Error)]
pub enum LearnError {
    /// All documents say the same.
    #[error("failed to learn from {documents} documents, {positive} of them launches: both sorts are needed")]
    OneSided {
        /// How many there are.
        documents: usize,
        /// How many are launches.
        positive: usize,
    },
    /// Fewer sources than can be left out in turn.
    #[error("failed to learn from {sources} sources: at least {needed} are needed to measure by leaving sources out")]
    FewSources {
        /// How many there are.
        sources: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The base ruleset.
    #[error("failed to build a detector from the base ruleset")]
    Base(#[from] RulesetError),
}

/// How to learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Weight of the data against the penalty; larger fits closer.
    pub strength: f64,
    /// Sources a feature must stand in.
    pub sources_min: usize,
    /// A document of a source with n of them counts n to the minus this.
    pub source_damping: f64,
    /// Folds of whole sources.
    pub folds: usize,
    /// Weights smaller than this are dropped.
    pub weight_min: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { strength: 0.3, sources_min: 4, source_damping: 0.25, folds: 10, weight_min: 0.02 }
    }
}

/// Learns a ruleset with the words, frames and tokens of `base`.
///
/// # Errors
/// [`LearnError`] when the labels are one-sided or of too few sources.
pub fn train(labels: &[Labelled], base: &Ruleset, options: Options) -> Result<Ruleset, LearnError> {
    let corpus = Corpus::read(labels, base, options)?;
    let everything: Vec<usize> = (0..corpus.rows.len()).collect();
    let fits = corpus.fits(&(0..options.folds).map(|fold| vec![fold]).collect::<Vec<_>>());
    let measured = everything.iter().copied().filter(|&i| labels[corpus.of[i]].helps.is_none());
    let held_out: Vec<Scored> = measured.map(|i| corpus.scored(i, &fits[corpus.fold[i]])).collect();
    let (calibration, threshold) = Corpus::judge_scores(&held_out);
    let mut model = corpus.model(&everything, &corpus.fit_launch(&everything));
    (model.calibration, model.threshold) = (calibration, threshold);
    // Read back what a file would say, so that it judges the same before and after it is written.
    let written = base.with_model(model);
    Ok(Ruleset::from_bytes(&written.to_bytes())?)
}

/// Figures of held-out documents.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouped {
    /// Of the documents that are measured.
    pub measured: Report,
    /// Of all of them, where some only help to learn.
    pub everything: Option<Report>,
    /// Of those that are measured, each judged as on its day: of a launch that is news no list knows yet.
    pub on_the_day: Report,
}

/// Measures by leaving whole sources out: every document is judged by a detector that has seen no document of its
/// source. Its calibration and threshold are chosen on documents of other sources, each scored by a fit that has seen neither
/// the source it scores nor the one that is measured. What only helps to learn leaves with its source, too.
///
/// # Errors
/// [`LearnError`] when the labels are one-sided or of too few sources.
pub fn evaluate_grouped(labels: &[Labelled], base: &Ruleset, options: Options) -> Result<Grouped, LearnError> {
    let corpus = Corpus::read(labels, base, options)?;
    // One fit without each fold, and one without each two of them.
    let pairs =
        (0..options.folds).flat_map(|a| (a..options.folds).map(move |b| if a == b { vec![a] } else { vec![a, b] }));
    let without: Vec<Vec<usize>> = pairs.collect();
    let fits: HashMap<&[usize], Fit> = without.iter().map(Vec::as_slice).zip(corpus.fits(&without)).collect();
    let mut outcomes: Vec<Option<Outcome>> = vec![None; labels.len()];
    let mut on_the_day: Vec<Outcome> = Vec::new();
    for fold in 0..options.folds {
        let seen = corpus.without(&[fold]);
        let measured = seen.iter().copied().filter(|&i| labels[corpus.of[i]].helps.is_none());
        let scored = |i: usize| {
            let other = corpus.fold[i];
            corpus.scored(i, &fits[[fold.min(other), fold.max(other)].as_slice()])
        };
        let (calibration, threshold) = Corpus::judge_scores(&measured.map(scored).collect::<Vec<_>>());
        let mut model = corpus.model(&seen, &fits[[fold].as_slice()]);
        (model.calibration, model.threshold) = (calibration, threshold);
        let ruleset = base.with_model(model);
        let detector = Detector::new(ruleset, Projects::default())?;
        let blind = detector.as_on_the_day();
        for i in (0..labels.len()).filter(|&i| corpus.fold[i] == fold) {
            let verdict = detector.explain(&labels[i].record.document());
            outcomes[i] = Some(Outcome::of(i, &labels[i], &verdict, &detector));
            if labels[i].helps.is_none() {
                let verdict = blind.explain(&labels[i].record.document());
                on_the_day.push(Outcome::of(i, &labels[i], &verdict, &blind));
            }
        }
    }
    on_the_day.sort_by_key(|outcome| outcome.index);
    let all: Vec<Outcome> = outcomes.into_iter().flatten().collect();
    let own: Vec<Outcome> = all.iter().filter(|o| labels[o.index].helps.is_none()).cloned().collect();
    let everything = (own.len() < all.len()).then(|| Report::of(labels, all));
    Ok(Grouped { measured: Report::of(labels, own), everything, on_the_day: Report::of(labels, on_the_day) })
}

/// Measures a finished ruleset on labelled documents it may or may not have seen.
///
/// # Errors
/// [`LearnError`] when no detector can be built.
pub fn evaluate(labels: &[Labelled], ruleset: Ruleset) -> Result<Report, LearnError> {
    let detector = Detector::new(ruleset, Projects::default())?;
    let judged = |(i, l): (usize, &Labelled)| Outcome::of(i, l, &detector.explain(&l.record.document()), &detector);
    Ok(Report::of(labels, labels.iter().enumerate().map(judged).collect()))
}

/// Labelled documents, one or two rows each, sparse over the features that may have a weight.
struct Corpus {
    names: Vec<String>,
    /// The document that each row was read from, and the share of it that the row counts.
    of: Vec<usize>,
    share: Vec<f64>,
    /// Which sign the weight of each feature may have.
    signs: Vec<Sign>,
    /// Whether the feature may tell a kind.
    tells_kind: Vec<bool>,
    rows: Vec<Vec<(u32, f32)>>,
    positive: Vec<bool>,
    kinds: Vec<Option<LabelKind>>,
    weight: Vec<f64>,
    fold: Vec<usize>,
    options: Options,
}

/// Folds of the measured documents, the same whatever helps; then of the sources that only help.
fn folds(labels: &[Labelled], count: usize) -> Vec<usize> {
    let sources = |helping: bool| -> Vec<&str> {
        labels.iter().filter(|l| l.helps.is_some() == helping).map(|l| l.record.source.as_str()).collect()
    };
    let measured = sources(false);
    let mut of: HashMap<&str, usize> = measured.iter().copied().zip(folds_by_source(&measured, count)).collect();
    let rest: Vec<&str> = sources(true).into_iter().filter(|source| !of.contains_key(source)).collect();
    let more = folds_by_source(&rest, count);
    of.extend(rest.into_iter().zip(more));
    labels.iter().map(|l| of[l.record.source.as_str()]).collect()
}

/// The probability at which the F1 to be expected is largest: expected by the probabilities, not the one that happened,
/// for the labels of a few documents about the threshold must not move it.
/// Each comes with the share of a document that it counts.
fn threshold(mut judged: Vec<(f64, f64)>) -> f64 {
    judged.sort_by(|a, b| b.0.total_cmp(&a.0));
    let all: f64 = judged.iter().map(|(probability, share)| probability * share).sum();
    let (mut best, mut threshold, mut hits, mut alarms) = (0.0, 0.5, 0.0, 0.0);
    for &(probability, share) in &judged {
        hits += probability * share;
        alarms += share;
        let f1 = 2.0 * hits / (alarms + all);
        if f1 > best {
            (best, threshold) = (f1, probability);
        }
    }
    threshold
}

/// A row with its score by a fit that has not seen it.
#[derive(Debug, Clone, Copy)]
struct Scored {
    score: f64,
    positive: bool,
    /// The share of its document that it counts.
    share: f64,
}

#[derive(Default)]
pub(crate) struct Collected(pub(crate) BTreeMap<String, f32>);

impl Sink for Collected {
    fn put(&mut self, name: &[Part<'_>], value: f32, _: Option<(usize, usize)>) {
        let old = self.0.entry(text(name)).or_insert(value);
        *old = old.max(value);
    }
}

// === impl Corpus ===

impl Corpus {
    fn read(labels: &[Labelled], base: &Ruleset, options: Options) -> Result<Self, LearnError> {
        let positive: Vec<bool> = labels.iter().map(|l| l.label.is_tge).collect();
        let count = positive.iter().filter(|p| **p).count();
        if count == 0 || count == labels.len() {
            return Err(LearnError::OneSided { documents: labels.len(), positive: count });
        }
        let sources: Vec<&str> = labels.iter().map(|l| l.record.source.as_str()).collect();
        let mut sizes: HashMap<&str, usize> = HashMap::new();
        for source in &sources {
            *sizes.entry(source).or_default() += 1;
        }
        if sizes.len() < options.folds {
            return Err(LearnError::FewSources { sources: sizes.len(), needed: options.folds });
        }
        let blank = base.with_model(Model::blank());
        let detector = Detector::new(blank, Projects::default())?;
        let mut collected: Vec<BTreeMap<String, f32>> =
            labels.iter().map(|l| detector.evidence(&l.record.document())).collect();
        // Lists know of a launch afterwards. Read once with them and once as on its day, a document counts half each time.
        let on_the_day = detector.as_on_the_day();
        let mut of: Vec<usize> = (0..labels.len()).collect();
        let mut share = vec![1.0; labels.len()];
        for (i, label) in labels.iter().enumerate() {
            let evidence = on_the_day.evidence(&label.record.document());
            if evidence != collected[i] {
                collected.push(evidence);
                of.push(i);
                share[i] = 0.5;
                share.push(0.5);
            }
        }
        let mut support: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (features, source) in collected.iter().zip(of.iter().map(|&i| &sources[i])) {
            for name in features.keys() {
                let seen = support.entry(name).or_default();
                if seen.len() < options.sources_min {
                    seen.insert(source);
                }
            }
        }
        let names: Vec<String> = support
            .iter()
            .filter(|(_, seen)| seen.len() >= options.sources_min)
            .map(|(name, _)| (*name).to_owned())
            .collect();
        let ids: HashMap<&str, u32> = (0u32..).zip(&names).map(|(i, n)| (n.as_str(), i)).collect();
        let rows = collected
            .iter()
            .map(|features| {
                features.iter().filter_map(|(name, value)| Some((*ids.get(name.as_str())?, *value))).collect()
            })
            .collect();
        let fold = folds(labels, options.folds);
        let raw: Vec<f64> = sources.iter().map(|s| (sizes[s] as f64).powf(-options.source_damping)).collect();
        let mean = raw.iter().sum::<f64>() / raw.len() as f64;
        Ok(Self {
            signs: names.iter().map(|name| Sign::of(name, &base.parts)).collect(),
            tells_kind: names.iter().map(|n| matches!(n.as_bytes().first(), Some(b'C' | b'P' | b'F'))).collect(),
            names,
            rows,
            kinds: of.iter().map(|&i| labels[i].label.event_type.as_deref().and_then(LabelKind::of)).collect(),
            positive: of.iter().map(|&i| positive[i]).collect(),
            weight: of
                .iter()
                .zip(&share)
                .map(|(&i, share)| share * raw[i] / mean * labels[i].helps.unwrap_or(1.0))
                .collect(),
            fold: of.iter().map(|&i| fold[i]).collect(),
            share,
            of,
            options,
        })
    }

    /// The rows outside `folds`.
    fn without(&self, folds: &[usize]) -> Vec<usize> {
        (0..self.rows.len()).filter(|&i| !folds.contains(&self.fold[i])).collect()
    }

    /// What the rows outside of each of these sets of folds teach, fitted on all processors.
    fn fits(&self, without: &[Vec<usize>]) -> Vec<Fit> {
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(without.len());
        let next = AtomicUsize::new(0);
        let mut fitted: Vec<(usize, Fit)> = std::thread::scope(|scope| {
            let work = || {
                let turns = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
                let turns = turns.take_while(|turn| *turn < without.len());
                turns.map(|turn| (turn, self.fit_launch(&self.without(&without[turn])))).collect::<Vec<_>>()
            };
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            let joined = |one: std::thread::ScopedJoinHandle<'_, Vec<_>>| {
                one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            workers.into_iter().flat_map(joined).collect()
        });
        fitted.sort_by_key(|(turn, _)| *turn);
        fitted.into_iter().map(|(_, fit)| fit).collect()
    }

    /// A row scored by a fit that has not seen it.
    fn scored(&self, row: usize, fit: &Fit) -> Scored {
        Scored { score: fit.score(&self.rows[row]), positive: self.positive[row], share: self.share[row] }
    }

    fn fit_launch(&self, documents: &[usize]) -> Fit {
        let examples: Vec<Example<'_>> = documents
            .iter()
            .map(|&i| Example { row: &self.rows[i], positive: self.positive[i], weight: self.weight[i] })
            .collect();
        fit_by_ratio(&examples, &self.signs, self.options.strength)
    }

    /// Calibration and threshold from held-out scores: slope and shift by a one-feature fit, then the probability at which the
    /// F1 to be expected is largest.
    fn judge_scores(held_out: &[Scored]) -> ((f64, f64), f64) {
        let rows: Vec<[(u32, f32); 1]> = held_out.iter().map(|scored| [(0, scored.score as f32)]).collect();
        let examples: Vec<Example<'_>> = held_out
            .iter()
            .zip(&rows)
            .map(|(scored, row)| Example { row, positive: scored.positive, weight: scored.share })
            .collect();
        let line = fit(&examples, &[Sign::Any], 1e4);
        let calibration = (line.weights[0].max(0.05), line.bias);
        let probability = |scored: &Scored| to_probability(calibration.0 * scored.score + calibration.1);
        (calibration, threshold(held_out.iter().map(|scored| (probability(scored), scored.share)).collect()))
    }

    fn model(&self, documents: &[usize], launch: &Fit) -> Model {
        let told: Vec<usize> = documents.iter().copied().filter(|&i| self.positive[i]).collect();
        let rows: Vec<Vec<(u32, f32)>> = told
            .iter()
            .map(|&i| self.rows[i].iter().copied().filter(|(f, _)| self.tells_kind[*f as usize]).collect())
            .collect();
        let free = vec![Sign::Any; self.names.len()];
        let kinds = LabelKind::ALL.map(|kind| {
            let examples: Vec<Example<'_>> = told
                .iter()
                .zip(&rows)
                .map(|(&i, row)| Example { row, positive: self.kinds[i] == Some(kind), weight: self.weight[i] })
                .collect();
            fit(&examples, &free, self.options.strength)
        });
        let mut weights = BTreeMap::new();
        for (i, name) in self.names.iter().enumerate() {
            let small = |w: f64, least: f64| if w.abs() < least { 0.0 } else { w as f32 };
            let weight = Weight {
                launch: small(launch.weights[i], self.options.weight_min),
                kinds: std::array::from_fn(|k| small(kinds[k].weights[i], 0.03)),
            };
            if weight.launch != 0.0 || weight.kinds.iter().any(|k| *k != 0.0) {
                weights.insert(name.clone(), weight);
            }
        }
        let blank = Model::blank();
        Model { bias: launch.bias, kind_bias: std::array::from_fn(|k| kinds[k].bias), weights, ..blank }
    }
}
