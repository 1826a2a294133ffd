//! One number under one rule, with the numbers it was made of.

use std::collections::BTreeMap;

use crate::Rule;

/// One number under one rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Which rule.
    pub rule: Rule,
    /// What it is about, for example `stage:observations`.
    pub subject: String,
    /// The number, in the rule's unit.
    pub value: f64,
    /// The numbers it was made of.
    pub evidence: BTreeMap<String, f64>,
    /// What a reader needs beside numbers, for example a statement's text; may be empty.
    pub note: String,
}

impl Figure {
    /// A figure with its evidence.
    pub fn new(rule: Rule, subject: String, value: f64, evidence: &[(&str, f64)]) -> Self {
        let evidence = evidence.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
        Self { rule, subject, value, evidence, note: String::new() }
    }

    /// The same with a note.
    #[must_use]
    pub fn with_note(mut self, note: String) -> Self {
        self.note = note;
        self
    }
}
