//! The matching of phrases alone, to be measured beside other matchers over the same phrases (`crates/detect/bench`).

use crate::lexicon::{Lexicon, LexiconError};
use crate::ruleset::Ruleset;

/// Finds the phrases of a ruleset's lexicon.
pub struct Matching(Lexicon);

// === impl Matching ===

impl Matching {
    /// By the tree the detector uses.
    ///
    /// # Errors
    /// [`LexiconError`] when the lexicon cannot be read.
    pub fn of(ruleset: &Ruleset) -> Result<Self, LexiconError> {
        ruleset.watching(&[]).map(Self)
    }

    /// First byte and byte behind the last of every phrase in `text`, which must be in normal form.
    pub fn hits(&self, text: &str) -> Vec<(usize, usize)> {
        self.0.hits(text).into_iter().map(|hit| (hit.start, hit.end)).collect()
    }

    /// The same where another matcher has looked: `found` are all places where one of [`Matching::patterns`] stands in
    /// `text`, overlapping, as first byte, byte behind the last and place of the pattern.
    pub fn hits_among(&self, text: &str, found: impl Iterator<Item = (usize, usize, usize)>) -> Vec<(usize, usize)> {
        self.0.choose(text, found).into_iter().map(|hit| (hit.start, hit.end)).collect()
    }

    /// The phrases of a ruleset in normal form, for a matcher over the same dictionary.
    ///
    /// # Errors
    /// [`LexiconError`] when the ruleset's lexicon cannot be read.
    pub fn patterns(ruleset: &Ruleset) -> Result<Vec<String>, LexiconError> {
        ruleset.patterns()
    }

    /// Bytes the tree takes.
    pub fn bytes(&self) -> usize {
        self.0.tree_bytes()
    }
}
