//! How well amounts are read: against what readers found, kind by kind.

use std::collections::{BTreeMap, HashMap};

use tge_model::{Decimal, Term, TermKind};
use thiserror::Error;

use crate::labels::Labelled;
use crate::{Detector, Document};

/// Characters of a text behind its headline that readers of the terms saw.
const READ_CHARS: usize = 1_800;

/// A table of terms that cannot be read.
#[derive(Debug, Error)]
#[error(
    "failed to read line {line} of the terms: expected ID<tab>KIND<tab>NUMBER<tab>UNIT, `-` for what there is not, `?` for what is disputed"
)]
pub struct TermsError {
    /// Its number, from 1.
    pub line: usize,
}

/// What readers found in documents: by id and kind the amount, `None` where they did not agree.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TermLabels(HashMap<String, BTreeMap<TermKind, Option<Decimal>>>);

/// Figures of one kind of term, or of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TermFigures {
    /// Amounts readers found.
    pub given: usize,
    /// Amounts the detector found.
    pub found: usize,
    /// Those of the same number.
    pub right: usize,
}

// === impl TermLabels ===

impl TermLabels {
    /// Reads a table of `id kind value unit`; lines with `#` are remarks.
    ///
    /// # Errors
    /// [`TermsError`] with the line that is none.
    pub fn parse(table: &str) -> Result<Self, TermsError> {
        let mut labels = Self::default();
        for (i, text) in table.lines().enumerate().filter(|(_, text)| !text.is_empty() && !text.starts_with('#')) {
            let wrong = || TermsError { line: i + 1 };
            let columns: Vec<&str> = text.split('\t').collect();
            let &[id, kind, value, _] = columns.as_slice() else { return Err(wrong()) };
            let terms = labels.0.entry(id.to_owned()).or_default();
            if kind == "-" {
                continue;
            }
            let value = if value == "?" { None } else { Some(value.parse().map_err(|_| wrong())?) };
            terms.insert(kind.parse().map_err(|_| wrong())?, value);
        }
        Ok(labels)
    }

    /// What `detector` reads in the documents that have terms here, of the launch it is surest of.
    pub fn measure(&self, detector: &Detector, documents: &[Labelled]) -> BTreeMap<TermKind, TermFigures> {
        let mut figures: BTreeMap<TermKind, TermFigures> = BTreeMap::new();
        for labelled in documents {
            let Some(wanted) = self.0.get(&labelled.record.id) else { continue };
            let document = labelled.record.document();
            let verdict = detector.judge(&Document { text: seen(&document), ..document });
            let terms = verdict.launches.first().map(|launch| launch.terms.as_slice()).unwrap_or_default();
            count(wanted, terms, &mut figures);
        }
        figures
    }
}

/// What readers saw of the text.
fn seen<'a>(document: &Document<'a>) -> &'a str {
    let headline = if document.text.starts_with(document.title) { document.title.len() } else { 0 };
    let end =
        document.text[headline..].char_indices().nth(READ_CHARS).map_or(document.text.len(), |(at, _)| headline + at);
    &document.text[..end]
}

fn count(wanted: &BTreeMap<TermKind, Option<Decimal>>, terms: &[Term], figures: &mut BTreeMap<TermKind, TermFigures>) {
    for &kind in TermKind::ALL {
        let given = wanted.get(&kind);
        if given == Some(&None) {
            continue;
        }
        let found = terms.iter().find(|term| term.kind == kind);
        let one = figures.entry(kind).or_default();
        one.given += usize::from(given.is_some());
        one.found += usize::from(found.is_some());
        one.right += usize::from(found.is_some_and(|term| given == Some(&Some(term.value))));
    }
}

/// The figures as a table, with a line of all.
pub fn told(figures: &BTreeMap<TermKind, TermFigures>) -> String {
    let mut text = String::from("amounts     given  found  right  precision  recall\n");
    let mut all = TermFigures::default();
    let rows = figures.iter().map(|(kind, figures)| (kind.as_str(), *figures)).collect::<Vec<_>>();
    for (_, one) in &rows {
        all = TermFigures { given: all.given + one.given, found: all.found + one.found, right: all.right + one.right };
    }
    for (name, one) in rows.into_iter().chain([("all", all)]) {
        let share = |of: usize| one.right as f64 / of.max(1) as f64;
        let TermFigures { given, found, right } = one;
        let (precision, recall) = (share(found), share(given));
        text.push_str(&format!("{name:10} {given:6} {found:6} {right:6} {precision:10.3} {recall:7.3}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_and_counted() {
        let labels =
            TermLabels::parse("# id\ta\tSHARE\na\tSHARE\t7.50\t%\na\tPRICE\t?\t?\nb\t-\t-\t-\n").expect("a good table");
        let wanted = &labels.0["a"];
        let term = |kind, value: &str| Term {
            kind,
            value: value.parse().expect("a number"),
            unit: String::new(),
            as_published: String::new(),
        };
        let mut figures = BTreeMap::new();
        count(
            wanted,
            &[term(TermKind::Share, "7.5"), term(TermKind::Price, "2"), term(TermKind::Supply, "5")],
            &mut figures,
        );
        assert_eq!(figures[&TermKind::Share], TermFigures { given: 1, found: 1, right: 1 });
        assert_eq!(figures[&TermKind::Supply], TermFigures { given: 0, found: 1, right: 0 });
        assert_eq!(figures.get(&TermKind::Price), None);
        assert!(told(&figures).ends_with("all             1      2      1      0.500   1.000\n"), "{}", told(&figures));
        for (table, line) in [("a\tSHARE\t7\n", 1), ("a\tSHARE\tx\t%\n", 1), ("b\t-\t-\t-\na\tSIZE\t7\t%\n", 2)] {
            assert_eq!(TermLabels::parse(table).map_err(|e| e.line), Err(line), "{table}");
        }
    }
}
