//! Where a ruleset comes from: the versions it was made of, and what marks moved away from what training said.

use std::collections::BTreeMap;

use crate::ruleset::RulesetError;

/// The descent of a ruleset. Empty for one that was trained.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lineage {
    /// Versions it descends from, the trained one first, its parent last.
    pub parents: Vec<String>,
    /// For each weight that marks moved, what training gave it.
    pub trained: BTreeMap<String, f32>,
}

// === impl Lineage ===

impl Lineage {
    pub(crate) fn is_empty(&self) -> bool {
        self.parents.is_empty() && self.trained.is_empty()
    }

    pub(crate) fn parse(text: &str) -> Result<Self, RulesetError> {
        let mut lineage = Self::default();
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            match line.split('\t').collect::<Vec<_>>()[..] {
                ["parent", version] => lineage.parents.push(version.to_owned()),
                ["trained", feature, value] => {
                    let value = value.parse().ok().filter(|v: &f32| v.is_finite());
                    let value = value.ok_or_else(|| RulesetError::Lineage { line: i + 1, text: line.to_owned() })?;
                    lineage.trained.insert(feature.to_owned(), value);
                }
                _ => return Err(RulesetError::Lineage { line: i + 1, text: line.to_owned() }),
            }
        }
        Ok(lineage)
    }

    pub(crate) fn to_text(&self) -> String {
        let parents = self.parents.iter().map(|version| format!("parent\t{version}\n"));
        let trained = self.trained.iter().map(|(feature, value)| format!("trained\t{feature}\t{value:.3}\n"));
        parents.chain(trained).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let lineage = Lineage {
            parents: vec!["abc".to_owned(), "def".to_owned()],
            trained: BTreeMap::from([("N:will list".to_owned(), 0.25_f32)]),
        };
        assert_eq!(Lineage::parse(&lineage.to_text()).expect("its own text"), lineage);
        for wrong in ["parent", "trained\tN:a\tx", "child\tabc"] {
            assert!(Lineage::parse(wrong).is_err(), "{wrong}");
        }
    }
}
