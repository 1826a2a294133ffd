//! Which phrases mislead: they speak for a launch, and no launch can be read from the text.

use serde::{Deserialize, Serialize};
use tge_agent::Counts;
use tge_model::Verdict;

/// The kind under which phrases are remembered, as `phrase/<feature>`.
pub(crate) const KIND: &str = "misleading_phrase";
/// Positive documents before a phrase may be called misleading.
const ENOUGH: u64 = 20;

/// What is remembered of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Phrase {
    /// Positive documents in which it spoke most strongly for a launch.
    pub(crate) positive: u64,
    /// Of these, documents from which no project and no ticker could be read.
    pub(crate) misled: u64,
}

impl Phrase {
    /// The phrase that spoke most strongly for a positive verdict, by its memory key, with what it counts.
    pub(crate) fn of(verdict: &Verdict) -> Option<(String, Self)> {
        let strongest = verdict
            .reasons
            .iter()
            .filter(|reason| reason.stage == "frame" && reason.weight > 0.0)
            .max_by(|a, b| a.weight.total_cmp(&b.weight))
            .filter(|_| verdict.is_tge)?;
        let named = verdict.launches.iter().any(|launch| launch.project.is_some() || launch.symbol.is_some());
        Some((format!("phrase/{}", strongest.feature), Self { positive: 1, misled: u64::from(!named) }))
    }

    /// It misleads more often than not, and was seen often enough to say so.
    pub(crate) fn misleads(self) -> bool {
        self.positive >= ENOUGH && self.misled * 2 > self.positive
    }
}

impl Counts for Phrase {
    fn add(&mut self, other: &Self) {
        self.positive += other.positive;
        self.misled += other.misled;
    }

    fn describe(&self, key: &str) -> (Vec<String>, f64) {
        let subjects = key.strip_prefix("phrase/").map(|feature| format!("phrase:{feature}"));
        (subjects.into_iter().collect(), if self.misleads() { 0.9 } else { 0.3 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_misleads_only_when_seen_often() {
        for (positive, misled, expected) in [(19, 19, false), (20, 10, false), (20, 11, true), (100, 51, true)] {
            assert_eq!(Phrase { positive, misled }.misleads(), expected, "{misled} of {positive}");
        }
    }
}
