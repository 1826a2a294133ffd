//! What would change: two rulesets judge the same documents, side by side.

use thiserror::Error;

use super::report::Group;
use crate::Projects;
use crate::judge::Detector;
use crate::labels::{Label, Record};
use crate::ruleset::{Ruleset, RulesetError};

/// Launches and others with known answers without which nothing can be said of a ruleset.
const KNOWN_MIN: usize = 20;

/// A document the two rulesets call differently.
#[derive(Debug, Clone, PartialEq)]
pub struct Flip {
    /// Its id.
    pub id: String,
    /// Its source.
    pub source: String,
    /// Probability by the ruleset in force.
    pub before: f64,
    /// Probability by the other.
    pub after: f64,
    /// The other calls it a launch.
    pub becomes_launch: bool,
    /// The truth, where somebody has read it.
    pub truth: Option<bool>,
}

/// Two rulesets on the same documents.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// Version in force.
    pub before: String,
    /// Version that might be.
    pub after: String,
    /// Documents judged.
    pub documents: usize,
    /// Of them called launches before.
    pub launches_before: usize,
    /// And after.
    pub launches_after: usize,
    /// Figures on documents with known answers, before and after; `None` where there are too few.
    pub known: Option<(Group, Group)>,
    /// Documents that change sides, the farthest first.
    pub flips: Vec<Flip>,
}

/// A ruleset that must not be activated.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Refused {
    /// Nobody can tell.
    #[error(
        "failed to compare the rulesets: fewer than {needed} launches or others among the documents have a known answer; replay labelled documents"
    )]
    Unknown {
        /// How many are needed of each.
        needed: usize,
    },
    /// It is worse.
    #[error("ruleset {version} is worse on the replay set: F1 {after:.4}, before {before:.4}; keep the one in force")]
    Worse {
        /// Which.
        version: String,
        /// F1 in force.
        before: f64,
        /// F1 of the other.
        after: f64,
    },
}

/// Judges `documents` by both rulesets.
///
/// # Errors
/// [`RulesetError`] when one of them cannot be used.
pub fn replay(before: &Ruleset, after: &Ruleset, documents: &[Record]) -> Result<Replay, RulesetError> {
    let old = Detector::new(before.clone(), Projects::default())?;
    let new = Detector::new(after.clone(), Projects::default())?;
    let (mut calls, mut flips) = (Vec::with_capacity(documents.len()), Vec::new());
    for record in documents {
        let (was, is) = (old.judge(&record.document()), new.judge(&record.document()));
        let truth = known(record).map(|label| label.is_tge);
        calls.push((was.is_tge, is.is_tge, truth));
        if was.is_tge != is.is_tge {
            flips.push(Flip {
                id: record.id.clone(),
                source: record.source.clone(),
                before: was.probability.get(),
                after: is.probability.get(),
                becomes_launch: is.is_tge,
                truth,
            });
        }
    }
    flips.sort_by(|a, b| {
        (b.after - b.before).abs().total_cmp(&(a.after - a.before).abs()).then_with(|| a.id.cmp(&b.id))
    });
    Ok(Replay {
        before: before.version().to_owned(),
        after: after.version().to_owned(),
        documents: documents.len(),
        launches_before: calls.iter().filter(|c| c.0).count(),
        launches_after: calls.iter().filter(|c| c.1).count(),
        known: figures(&calls),
        flips,
    })
}

/// The label two readers do not contradict each other on.
fn known(record: &Record) -> Option<&Label> {
    record.label.as_ref().filter(|_| record.agreed != Some(false))
}

fn figures(calls: &[(bool, bool, Option<bool>)]) -> Option<(Group, Group)> {
    let known: Vec<(bool, bool, bool)> = calls.iter().filter_map(|c| Some((c.0, c.1, c.2?))).collect();
    let launches = known.iter().filter(|k| k.2).count();
    let enough = launches >= KNOWN_MIN && known.len() - launches >= KNOWN_MIN;
    enough.then(|| (Group::of(known.iter().map(|k| (k.0, k.2))), Group::of(known.iter().map(|k| (k.1, k.2)))))
}

// === impl Replay ===

impl Replay {
    /// The rule of activation: not worse on documents with known answers.
    ///
    /// # Errors
    /// [`Refused`] with the figures, or because there are none.
    pub fn may_activate(&self) -> Result<(), Refused> {
        let (before, after) = self.known.ok_or(Refused::Unknown { needed: KNOWN_MIN })?;
        if after.f1 < before.f1 {
            return Err(Refused::Worse { version: self.after.clone(), before: before.f1, after: after.f1 });
        }
        Ok(())
    }
}

/// What one ruleset says otherwise than another.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Parts that are not learned and differ: `lexicon`, `words`, `places`, `frames`, `tokens`, `amounts`.
    pub parts: Vec<&'static str>,
    /// Threshold of either.
    pub threshold: (f64, f64),
    /// Weights that differ, the farthest first; one that a ruleset does not have is 0 there.
    pub weights: Vec<(String, f32, f32)>,
}

/// Compares two rulesets.
pub fn diff(a: &Ruleset, b: &Ruleset) -> Difference {
    // A file has each part without the blank lines behind it.
    let parts = a.texts().into_iter().zip(b.texts()).filter(|((_, a), (_, b))| a.trim_end() != b.trim_end());
    let weight = |ruleset: &Ruleset, feature: &str| ruleset.model.weights.get(feature).map_or(0.0, |w| w.launch);
    let mut features: Vec<&String> = a.model.weights.keys().chain(b.model.weights.keys()).collect();
    features.sort_unstable();
    features.dedup();
    let mut weights: Vec<(String, f32, f32)> = features
        .into_iter()
        .map(|feature| (feature.clone(), weight(a, feature), weight(b, feature)))
        .filter(|(_, x, y)| x != y)
        .collect();
    weights.sort_by(|x, y| (y.2 - y.1).abs().total_cmp(&(x.2 - x.1).abs()));
    Difference { parts: parts.map(|((name, _), _)| name).collect(), threshold: (a.threshold(), b.threshold()), weights }
}
