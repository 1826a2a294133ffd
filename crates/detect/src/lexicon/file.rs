//! The lexicon's file: what a reader writes, and what may be wrong with it.

use std::collections::BTreeMap;

use serde::Deserialize;
use tge_text::Normal;
use thiserror::Error;

use super::Sense;
use super::labels::{LABELS_MAX, LabelId, slot};

/// A lexicon file that cannot be used.
#[derive(Debug, Error)]
pub enum LexiconError {
    /// It is not YAML of the shape wanted.
    #[error("failed to read the lexicon: expected `version`, `concepts`, `venues`, `chains`, `majors`, `not_tickers`")]
    Shape(#[source] serde_yaml_ng::Error),
    /// It is of another version.
    #[error("failed to read the lexicon: version {found}, this program reads version 1")]
    Version {
        /// What it says.
        found: u32,
    },
    /// A phrase is empty in normal form.
    #[error("failed to read the lexicon: phrase {phrase:?} of {concept} has no letters")]
    EmptyPhrase {
        /// The phrase.
        phrase: String,
        /// Whose it is.
        concept: String,
    },
    /// More concepts than can be told apart.
    #[error("failed to read the lexicon: {count} labels, at most {LABELS_MAX} are told apart")]
    TooMany {
        /// How many there are.
        count: usize,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    version: u32,
    pub(super) concepts: BTreeMap<String, Vec<String>>,
    pub(super) venues: BTreeMap<String, Vec<String>>,
    pub(super) chains: BTreeMap<String, Vec<String>>,
    pub(super) majors: Vec<String>,
    pub(super) not_tickers: Vec<String>,
}

// === impl File ===

impl File {
    pub(super) fn parse(yaml: &str) -> Result<Self, LexiconError> {
        let file: Self = serde_yaml_ng::from_str(yaml).map_err(LexiconError::Shape)?;
        if file.version != 1 {
            return Err(LexiconError::Version { found: file.version });
        }
        Ok(file)
    }

    /// Every phrase in normal form, whether it only begins a word, its label (concepts come behind the slots, in order)
    /// and its sense.
    pub(super) fn phrases(&self, projects: &[(u16, String)]) -> Result<Vec<Labelled>, LexiconError> {
        let mut all: Vec<Labelled> = Vec::new();
        let mut add = |phrase: &str, concept: &str, label, sense| {
            let bare = phrase.trim_end_matches('*');
            let normal = Normal::of(bare.trim()).as_str().to_owned();
            if normal.is_empty() {
                return Err(LexiconError::EmptyPhrase { phrase: phrase.to_owned(), concept: concept.to_owned() });
            }
            all.push((normal, bare.len() < phrase.len(), label, sense));
            Ok(())
        };
        for (label, (concept, phrases)) in (slot::NAMES.len() as LabelId..).zip(&self.concepts) {
            for phrase in phrases {
                add(phrase, concept, label, Sense::Concept)?;
            }
        }
        for (i, (venue, phrases)) in (0u16..).zip(&self.venues) {
            for phrase in phrases {
                add(phrase, venue, slot::VENUE, Sense::Venue(i))?;
            }
        }
        for (i, (chain, phrases)) in (0u16..).zip(&self.chains) {
            for phrase in phrases {
                add(phrase, chain, slot::CHAIN, Sense::Chain(i))?;
            }
        }
        for (i, name) in projects {
            add(name, name, slot::PROJECT, Sense::Project(*i))?;
        }
        Ok(all)
    }
}

/// A phrase with what it stands for.
pub(super) type Labelled = (String, bool, LabelId, Sense);

#[cfg(test)]
mod tests {
    use super::super::Lexicon;
    use super::*;

    const SMALL: &str = "{version: 1, concepts: {LIST: [list], SALE: [token sale]}, venues: {}, chains: {}, majors: [btc], not_tickers: [ceo]}";

    #[test]
    fn bad_files_say_what_is_wrong() {
        let wrong = SMALL.replace("majors", "mayors");
        assert!(matches!(Lexicon::parse(&wrong, &[]), Err(LexiconError::Shape(_))));
        let newer = SMALL.replace("version: 1", "version: 2");
        assert!(matches!(Lexicon::parse(&newer, &[]), Err(LexiconError::Version { found: 2 })));
        let empty = SMALL.replace("token sale", "\"\\u200b\"");
        assert!(matches!(Lexicon::parse(&empty, &[]), Err(LexiconError::EmptyPhrase { .. })));
    }
}
