//! Which figures are findings. Pure: samples and state in, steps out.
//!
//! Hysteresis in two ways: a figure must stay above its threshold for some samples to open a finding, and below a lower
//! one for more samples to close it. An open finding is written again only when it got clearly worse or some time has
//! passed, for a number that trembles is no news.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tge_model::Timestamp;

use crate::rule::Thresholds;
use crate::{Figure, Finding, FindingState, Group, Rule};

/// An open finding is written again after this time at the latest.
const REFRESH: Duration = Duration::from_secs(300);
/// It is written again at once when it got worse by this factor.
const WORSE: f64 = 1.25;
/// Cases kept; the best-behaved are forgotten first.
const CASES_MAX: usize = 1_000;

/// What is to be told.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Something is too much.
    Opened(Finding),
    /// It still is, with newer numbers.
    Updated(Finding),
    /// It is over.
    Closed(Finding),
}

/// What is known of one rule and subject.
#[derive(Debug, Clone, Default, PartialEq)]
struct Case {
    above: u32,
    below: u32,
    finding: Option<Finding>,
    written_at: Option<Timestamp>,
    written_worst: f64,
}

/// What is known of all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judge {
    cases: BTreeMap<(Rule, String), Case>,
}

// === impl Step ===

impl Step {
    /// The finding as it is to be written.
    pub fn finding(&self) -> &Finding {
        match self {
            Self::Opened(finding) | Self::Updated(finding) | Self::Closed(finding) => finding,
        }
    }
}

// === impl Judge ===

impl Judge {
    /// Goes on with what an earlier life wrote. What rule this program does not know is left alone.
    pub fn resume(findings: Vec<Finding>) -> Self {
        let cases = findings.into_iter().filter_map(|finding| {
            let name = (finding.rule()?, finding.subject.clone());
            let written_at = Timestamp::parse(&finding.updated_at).ok();
            let case = Case { written_worst: finding.worst, written_at, finding: Some(finding), ..Case::default() };
            Some((name, case))
        });
        Self { cases: cases.collect() }
    }

    /// Findings that are open.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.cases.values().filter_map(|case| case.finding.as_ref()).filter(|f| f.state == FindingState::Open)
    }

    /// Judges one sample: the figures of the groups that could be read. A subject that is not among them is well, if
    /// its group was read, and unknown otherwise.
    pub fn judge(
        &mut self,
        figures: &[Figure],
        read: &BTreeSet<Group>,
        thresholds: &Thresholds,
        now: Timestamp,
    ) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut seen: BTreeSet<(Rule, String)> = BTreeSet::new();
        for figure in figures {
            let name = (figure.rule, figure.subject.clone());
            if self.cases.len() >= CASES_MAX && !self.cases.contains_key(&name) {
                continue;
            }
            if !seen.insert(name.clone()) {
                continue;
            }
            let Some(threshold) = thresholds.get(&figure.rule) else { continue };
            let case = self.cases.entry(name).or_default();
            if figure.value >= threshold.open {
                (case.above, case.below) = (case.above.saturating_add(1), 0);
            } else if figure.value < threshold.close {
                (case.above, case.below) = (0, case.below.saturating_add(1));
            } else {
                // Between the two it is neither: what is open stays open.
                (case.above, case.below) = (0, 0);
            }
            steps.extend(case.step(Some(figure), threshold, now));
        }
        for ((rule, subject), case) in &mut self.cases {
            let Some(threshold) = thresholds.get(rule) else { continue };
            if read.contains(&rule.group()) && !seen.contains(&(*rule, subject.clone())) {
                (case.above, case.below) = (0, case.below.saturating_add(1));
                steps.extend(case.step(None, threshold, now));
            }
        }
        // What has been well for long is no case; its last finding stays in SAFLA.
        self.cases.retain(|_, case| case.is_open() || case.above > 0 || case.finding.is_some());
        steps
    }
}

// === impl Case ===

impl Case {
    fn is_open(&self) -> bool {
        self.finding.as_ref().is_some_and(|finding| finding.state == FindingState::Open)
    }

    fn step(&mut self, figure: Option<&Figure>, threshold: &crate::Threshold, now: Timestamp) -> Option<Step> {
        let text = now.to_string();
        if !self.is_open() {
            let figure = figure.filter(|_| self.above >= threshold.samples_to_open)?;
            let finding = Finding::open(figure, threshold, &text, self.finding.as_ref());
            (self.written_at, self.written_worst) = (Some(now), finding.worst);
            self.finding = Some(finding.clone());
            return Some(Step::Opened(finding));
        }
        let finding = self.finding.as_mut().expect("an open case has a finding");
        if let Some(figure) = figure {
            finding.update(figure, &text);
        }
        if self.below >= threshold.samples_to_close {
            finding.close(&text);
            return Some(Step::Closed(finding.clone()));
        }
        let stale = self.written_at.is_none_or(|at| now.since(at) >= REFRESH);
        let worse = finding.worst >= self.written_worst * WORSE && finding.worst > self.written_worst;
        if figure.is_some() && (stale || worse) {
            (self.written_at, self.written_worst) = (Some(now), finding.worst);
            return Some(Step::Updated(finding.clone()));
        }
        None
    }
}

#[cfg(test)]
#[path = "judge/tests.rs"]
mod tests;
