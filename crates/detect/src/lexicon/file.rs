//! The lexicon's file: what a reader writes, and what may be wrong with it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use tge_model::VenueKind;
use tge_text::Normal;
use thiserror::Error;

use super::Sense;
use super::labels::{LABELS_MAX, LabelId, LabelSet, slot};
use super::within::Within;
use crate::places::{Place, PlaceKind, Places};

/// A lexicon file that cannot be used.
#[derive(Debug, Error)]
pub enum LexiconError {
    /// It is not YAML of the shape wanted.
    #[error("failed to read the lexicon: expected `version`, `concepts`, `majors`, `not_tickers`")]
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
    /// A line of the words is none, or of a concept that the lexicon does not have.
    #[error(
        "failed to read the words: line {line} is {text:?}, expected LANGUAGE<tab>CONCEPT<tab>PHRASE; PHRASE with a concept of the lexicon"
    )]
    Words {
        /// Its number, from 1.
        line: usize,
        /// How it begins.
        text: String,
    },
    /// What is left alone by words of `within` is no concept.
    #[error("failed to read the lexicon: within {concept}, `except` names {name:?}, which is no concept of it")]
    Except {
        /// Whose words.
        concept: String,
        /// What stands there.
        name: String,
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
    /// Words that, inside a phrase of another concept, make it one of this concept, too.
    #[serde(default)]
    within: BTreeMap<String, Inside>,
    /// Of rulesets from before places were a part of their own: open on every day.
    #[serde(default)]
    venues: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    chains: BTreeMap<String, Vec<String>>,
    /// Those, and the places of the other part, each with its phrases.
    #[serde(skip)]
    places: Vec<(Place, Vec<String>)>,
    pub(super) majors: Vec<String>,
    #[serde(default)]
    pub(super) fiat: Vec<String>,
    pub(super) not_tickers: Vec<String>,
    /// Words that are no names however they are written, beside those every language may have.
    #[serde(default)]
    pub(super) not_names: Vec<String>,
}

/// Words that, inside a phrase, make it one of a further concept, and the concepts whose phrases stay what they are.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inside {
    words: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
}

// === impl File ===

impl File {
    /// Reads the lexicon, and the phrases of `words` into its concepts.
    pub(super) fn parse(yaml: &str, words: &str, places: &Places) -> Result<Self, LexiconError> {
        let mut file: Self = serde_yaml_ng::from_str(yaml).map_err(LexiconError::Shape)?;
        if file.version != 1 {
            return Err(LexiconError::Version { found: file.version });
        }
        for (i, line) in words.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let wrong = || LexiconError::Words { line: i + 1, text: line.chars().take(40).collect() };
            let [_, concept, phrases]: [&str; 3] =
                line.splitn(3, '\t').collect::<Vec<_>>().try_into().map_err(|_| wrong())?;
            let all = file.concepts.get_mut(concept).ok_or_else(wrong)?;
            all.extend(phrases.split(';').map(|phrase| phrase.trim().to_owned()));
        }
        for (concept, inside) in &file.within {
            file.concepts.entry(concept.clone()).or_default();
            if let Some(name) = inside.except.iter().find(|name| !file.concepts.contains_key(*name)) {
                return Err(LexiconError::Except { concept: concept.clone(), name: name.clone() });
            }
        }
        let undated = |name: String, kind| Place { name, kind, from: NaiveDate::MIN, until: None, domains: Vec::new() };
        let venues = std::mem::take(&mut file.venues).into_iter();
        let venues = venues.map(|(name, own)| (undated(name, PlaceKind::Venue(VenueKind::Cex)), own));
        let chains = std::mem::take(&mut file.chains).into_iter();
        let chains = chains.map(|(name, own)| (undated(name, PlaceKind::Chain), own));
        file.places = venues.chain(chains).chain(places.0.iter().cloned()).collect();
        Ok(file)
    }

    /// What makes a phrase one of a further concept: its label, its words in normal form, and the labels it leaves alone.
    pub(super) fn within(&self) -> Vec<Within> {
        let labels = || self.concepts.keys().zip(slot::NAMES.len() as LabelId..);
        let of = |(concept, label): (&String, LabelId)| {
            let inside = self.within.get(concept)?;
            let except = labels().filter(|(other, _)| inside.except.contains(other)).map(|(_, label)| label);
            Some(Within::new(label, &inside.words, LabelSet::of(except)))
        };
        labels().filter_map(of).collect()
    }

    /// The places, by their numbers.
    pub(super) fn take_places(&mut self) -> Vec<Place> {
        std::mem::take(&mut self.places).into_iter().map(|(place, _)| place).collect()
    }

    /// Every phrase in normal form, whether it only begins a word, its label (concepts come behind the slots, in order)
    /// and its sense.
    pub(super) fn phrases(&self, projects: &[(u16, String)]) -> Result<Vec<Labelled>, LexiconError> {
        let mut all: Vec<Labelled> = Vec::with_capacity(self.concepts.values().map(Vec::len).sum());
        let mut add = |phrase: &str, concept: &str, label, sense| {
            let bare = phrase.trim_end_matches('*');
            let normal = Normal::text_of(bare.trim());
            if normal.is_empty() {
                return Err(LexiconError::EmptyPhrase { phrase: phrase.to_owned(), concept: concept.to_owned() });
            }
            all.push((normal, bare.len() < phrase.len(), label, sense));
            Ok(())
        };
        for ((concept, phrases), label) in self.concepts.iter().zip(slot::NAMES.len() as LabelId..) {
            for phrase in phrases {
                add(phrase, concept, label, Sense::Concept)?;
            }
        }
        for (i, (place, phrases)) in (0u16..).zip(&self.places) {
            let label = if place.kind == PlaceKind::Chain { slot::CHAIN } else { slot::VENUE };
            for phrase in phrases {
                match phrase.strip_prefix('~') {
                    Some(phrase) => add(phrase, &place.name, label, Sense::Proper(i))?,
                    None => add(phrase, &place.name, label, Sense::Place(i))?,
                }
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

    const WORDS: &str = "# more\nes\tLIST\tlistará; cotiza*\n";
    const SMALL: &str = "{version: 1, concepts: {LIST: [list], SALE: [token sale]}, majors: [btc], not_tickers: [ceo]}";

    fn none() -> Places {
        Places::default()
    }

    #[test]
    fn bad_files_say_what_is_wrong() {
        let wrong = SMALL.replace("majors", "mayors");
        assert!(matches!(Lexicon::parse(&wrong, "", &none(), &[]), Err(LexiconError::Shape(_))));
        let newer = SMALL.replace("version: 1", "version: 2");
        assert!(matches!(Lexicon::parse(&newer, "", &none(), &[]), Err(LexiconError::Version { found: 2 })));
        let empty = SMALL.replace("token sale", "\"\\u200b\"");
        assert!(matches!(Lexicon::parse(&empty, "", &none(), &[]), Err(LexiconError::EmptyPhrase { .. })));
        assert!(Lexicon::parse(SMALL, WORDS, &none(), &[]).is_ok());
        for words in [WORDS.replace("LIST", "LOST"), WORDS.replace('\t', " ")] {
            assert!(
                matches!(Lexicon::parse(SMALL, &words, &none(), &[]), Err(LexiconError::Words { line: 2, .. })),
                "{words}"
            );
        }
        let within = SMALL.replace("majors", "within: {SALE: {word: [token]}}, majors");
        assert!(matches!(Lexicon::parse(&within, "", &none(), &[]), Err(LexiconError::Shape(_))));
        let except = SMALL.replace("majors", "within: {OF: {words: [token], except: [LOST]}}, majors");
        assert!(matches!(Lexicon::parse(&except, "", &none(), &[]), Err(LexiconError::Except { .. })));
        let blank = WORDS.replace("cotiza*", "");
        assert!(matches!(Lexicon::parse(SMALL, &blank, &none(), &[]), Err(LexiconError::EmptyPhrase { .. })));
    }
}
