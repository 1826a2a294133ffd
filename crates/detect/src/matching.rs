//! The matching of phrases alone, to be measured beside another automaton over the same phrases.

use aho_corasick::AhoCorasickKind;

use crate::lexicon::{Lexicon, LexiconError};
use crate::ruleset::Ruleset;

/// Finds the phrases of a ruleset's lexicon.
pub struct Matching(Lexicon);

// === impl Matching ===

impl Matching {
    /// By the automaton the detector uses.
    ///
    /// # Errors
    /// [`LexiconError`] when the automaton cannot be built.
    pub fn of(ruleset: &Ruleset) -> Result<Self, LexiconError> {
        Lexicon::parse(&ruleset.lexicon, &[]).map(Self)
    }

    /// By the largest and quickest automaton there is for them, one table of all transitions.
    ///
    /// # Errors
    /// [`LexiconError`] when the automaton cannot be built.
    pub fn by_table(ruleset: &Ruleset) -> Result<Self, LexiconError> {
        Lexicon::with_automaton(&ruleset.lexicon, &[], Some(AhoCorasickKind::DFA)).map(Self)
    }

    /// First byte and byte behind the last of every phrase in `text`, which must be in normal form.
    pub fn hits(&self, text: &str) -> Vec<(usize, usize)> {
        self.0.hits(text).into_iter().map(|hit| (hit.start, hit.end)).collect()
    }

    /// Bytes the automaton takes.
    pub fn bytes(&self) -> usize {
        self.0.automaton_bytes()
    }
}
