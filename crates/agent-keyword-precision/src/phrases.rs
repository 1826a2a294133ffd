//! Which phrases mislead: they speak for a launch, and no launch can be read from the text.

use serde::{Deserialize, Serialize};
use tge_agent::Counts;
use tge_model::{Reason, Verdict};

/// The kind under which phrases are remembered, as `phrase/<feature>`.
pub(crate) const KIND: &str = "misleading_phrase";
/// Positive documents before a phrase may be called misleading.
const ENOUGH: u64 = 20;
/// The share of its weight a misleading phrase loses where it may mislead: a bounded step, it never turns against itself.
const DISCOUNT: f64 = 0.5;

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
        let strongest = strongest(verdict).filter(|_| verdict.is_tge)?;
        Some((format!("phrase/{}", strongest.feature), Self { positive: 1, misled: u64::from(!is_named(verdict)) }))
    }

    /// What memory knows of this phrase, heeded: where it speaks for a launch that names nobody and was seen to mislead
    /// mostly, half of what it brought is taken back, and the verdict says so.
    pub(crate) fn heed(self, verdict: &mut Verdict, threshold: f64) {
        let Some(strongest) = strongest(verdict) else { return };
        if !self.misleads() || is_named(verdict) {
            return;
        }
        let taken = Reason {
            stage: "memory".into(),
            feature: format!("memory:misleads:{}", strongest.feature),
            weight: -DISCOUNT * strongest.weight,
            ..strongest.clone()
        };
        verdict.weigh(taken, threshold);
    }

    /// It misleads more often than not, and was seen often enough to say so.
    pub(crate) fn misleads(self) -> bool {
        self.positive >= ENOUGH && self.misled * 2 > self.positive
    }
}

/// The frame that speaks most strongly for a launch.
fn strongest(verdict: &Verdict) -> Option<&Reason> {
    let frames = verdict.reasons.iter().filter(|reason| reason.stage == "frame" && reason.weight > 0.0);
    frames.max_by(|a, b| a.weight.total_cmp(&b.weight))
}

fn is_named(verdict: &Verdict) -> bool {
    verdict.launches.iter().any(|launch| launch.project.is_some() || launch.symbol.is_some())
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
    use tge_model::{Cue, EventKind, Launch, Probability, Zone};

    use super::*;

    fn verdict(project: Option<&str>) -> Verdict {
        let reason = |feature: &str, weight| Reason {
            stage: "frame".into(),
            feature: feature.to_owned(),
            weight,
            quote: "claims open".to_owned(),
            zone: Zone::Text,
            start: 0,
            end: 11,
            parts: Vec::new(),
        };
        let launch = Launch {
            project: project.map(str::to_owned),
            symbol: None,
            kind: EventKind::TokenGeneration,
            with_mainnet: false,
            schedule: None,
            venues: Vec::new(),
            chain: None,
            terms: Vec::new(),
            links: Vec::new(),
            cue: Cue::Live,
        };
        Verdict {
            is_tge: true,
            probability: Probability::clamped(0.6),
            launches: vec![launch],
            reasons: vec![reason("F:open", 2.0), reason("F:soon", 0.5)],
            ruleset: "test".to_owned(),
        }
    }

    #[test]
    fn what_misleads_loses_half_its_weight_where_nobody_is_named() {
        let misleading = Phrase { positive: 40, misled: 30 };
        let mut heeded = verdict(None);
        misleading.heed(&mut heeded, 0.5);
        // Odds of 0.6 are 1.5; a weight of 2 taken back by half divides them by e.
        let expected = 1.5 / (1.5 + 1.0_f64.exp());
        assert!((heeded.probability.get() - expected).abs() < 1e-9, "{}", heeded.probability.get());
        assert!(!heeded.is_tge, "below the threshold now");
        let said = heeded.reasons.last().unwrap();
        assert_eq!(
            (said.feature.as_str(), said.weight, said.quote.as_str()),
            ("memory:misleads:F:open", -1.0, "claims open")
        );
        for (phrase, project) in [(misleading, Some("Vellum")), (Phrase { positive: 40, misled: 20 }, None)] {
            let mut unmoved = verdict(project);
            phrase.heed(&mut unmoved, 0.5);
            assert_eq!(unmoved, verdict(project));
        }
    }

    #[test]
    fn a_phrase_misleads_only_when_seen_often() {
        for (positive, misled, expected) in [(19, 19, false), (20, 10, false), (20, 11, true), (100, 51, true)] {
            assert_eq!(Phrase { positive, misled }.misleads(), expected, "{misled} of {positive}");
        }
    }
}
