//! A finding as it stands in SAFLA: what was too much, since when, with which numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Figure, Rule, Threshold};

/// Whether it still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingState {
    /// It holds.
    Open,
    /// It is over.
    Closed,
}

/// What was too much, since when, with which numbers. The record of SAFLA's item; moments are RFC 3339.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Version of this record.
    pub version: u32,
    /// Whether it still holds.
    pub state: FindingState,
    /// Which rule, in its spelling.
    pub rule: String,
    /// What it is about.
    pub subject: String,
    /// The last number.
    pub value: f64,
    /// The worst number since it opened.
    pub worst: f64,
    /// The threshold that was passed.
    pub threshold: f64,
    /// The unit of these.
    pub unit: String,
    /// When it opened.
    pub opened_at: String,
    /// When it was last seen.
    pub updated_at: String,
    /// When it closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<String>,
    /// Times it opened.
    pub times: u32,
    /// The numbers it was made of.
    pub evidence: BTreeMap<String, f64>,
    /// What a reader needs beside numbers.
    #[serde(default)]
    pub note: String,
    /// What could be done.
    pub advice: String,
}

// === impl Finding ===

impl Finding {
    /// The version written now.
    pub const VERSION: u32 = 1;

    /// Opens a finding; `before` is the last one of the same rule and subject, if there was one.
    pub(crate) fn open(figure: &Figure, threshold: &Threshold, now: &str, before: Option<&Finding>) -> Self {
        Self {
            version: Self::VERSION,
            state: FindingState::Open,
            rule: figure.rule.as_str().to_owned(),
            subject: figure.subject.clone(),
            value: figure.value,
            worst: figure.value,
            threshold: threshold.open,
            unit: figure.rule.unit().to_owned(),
            opened_at: now.to_owned(),
            updated_at: now.to_owned(),
            closed_at: None,
            times: before.map_or(1, |before| before.times.saturating_add(1)),
            evidence: figure.evidence.clone(),
            note: figure.note.clone(),
            advice: figure.rule.advice().to_owned(),
        }
    }

    /// Takes in a newer number.
    pub(crate) fn update(&mut self, figure: &Figure, now: &str) {
        self.value = figure.value;
        self.worst = self.worst.max(figure.value);
        self.evidence = figure.evidence.clone();
        self.note = figure.note.clone();
        self.updated_at = now.to_owned();
    }

    pub(crate) fn close(&mut self, now: &str) {
        self.state = FindingState::Closed;
        self.updated_at = now.to_owned();
        self.closed_at = Some(now.to_owned());
    }

    /// Its name in SAFLA.
    pub fn key(&self) -> String {
        key(&self.rule, &self.subject)
    }

    /// How much it matters: an open finding for its size, a closed one as experience.
    pub fn importance(&self) -> f64 {
        match self.state {
            FindingState::Open if self.worst >= 2.0 * self.threshold => 0.9,
            FindingState::Open => 0.75,
            FindingState::Closed => 0.3,
        }
    }

    /// The rule, where this program knows it.
    pub(crate) fn rule(&self) -> Option<Rule> {
        Rule::ALL.iter().copied().find(|rule| rule.as_str() == self.rule)
    }
}

/// Where findings of this agent begin in SAFLA.
pub(crate) const PREFIX: &str = "performance/";

fn key(rule: &str, subject: &str) -> String {
    format!("{PREFIX}{rule}/{subject}")
}
