//! Clauses: the parts of a sentence that tell of one act each.

use std::ops::Range;

use serde::Deserialize;
use tge_text::Normal;

use super::FramesError;
use super::file::labels;
use crate::lexicon::{LabelSet, Lexicon};
use crate::reading::{Item, Reading};
use crate::words::Words;

/// Clauses there is room for: hardly a sentence has more.
pub(crate) const CLAUSES_ROOM: usize = 16;

/// Where a sentence is cut, as the frames' file has it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    acts: Vec<String>,
    at: Vec<String>,
}

/// Where a sentence is cut into clauses: at one of these signs and words, when an act is told on either side of it.
/// "Example, a layer of its own, launches" is one clause, "Example launches, while prices fall" are two.
pub(crate) struct Clauses {
    acts: LabelSet,
    at: Words,
}

// === impl Clauses ===

impl Clauses {
    pub(super) fn of(lines: Lines, lexicon: &Lexicon) -> Result<Self, FramesError> {
        Ok(Self {
            acts: labels("clauses", &lines.acts, lexicon)?,
            at: Words::of(lines.at.iter().map(|word| Normal::text_of(word))),
        })
    }

    /// The clause that item `at` stands in; the item alone where it is in no sentence, as a stop is.
    pub(crate) fn around(&self, reading: &Reading<'_>, at: usize) -> Range<usize> {
        let Some(sentence) = reading.sentences.iter().find(|sentence| sentence.contains(&at)) else {
            return at..at + 1;
        };
        let mut clauses = Vec::with_capacity(CLAUSES_ROOM);
        self.cut(reading, sentence.clone(), &mut clauses);
        clauses.into_iter().find(|clause| clause.contains(&at)).unwrap_or_else(|| sentence.clone())
    }

    /// Puts the clauses of `sentence` into `found`, in order and without gaps, in place of what was there.
    pub(crate) fn cut(&self, reading: &Reading<'_>, sentence: Range<usize>, found: &mut Vec<Range<usize>>) {
        found.clear();
        let tells = |item: &Item| item.is_of(&self.acts);
        // Most sentences tell one act or none, and nothing need be looked for in them.
        if reading.items[sentence.clone()].iter().filter(|item| tells(item)).nth(1).is_none() {
            found.push(sentence);
            return;
        }
        // The clause so far, and the part behind the last sign or word that may cut; whether each tells an act.
        let (mut clause, mut told) = (sentence.start, false);
        let (mut part, mut telling) = (sentence.start, false);
        for i in sentence.clone() {
            let item = &reading.items[i];
            if self.at.contains(reading.word(item)) {
                if told && telling {
                    found.push(clause..part);
                    (clause, told) = (part, false);
                }
                told |= telling;
                (part, telling) = (i, false);
            }
            telling |= tells(item);
        }
        if told && telling {
            found.push(clause..part);
            clause = part;
        }
        found.push(clause..sentence.end);
    }
}

#[cfg(test)]
mod tests {
    use crate::known::Known;
    use crate::{Document, Ruleset};

    use super::*;

    #[test]
    fn a_sentence_is_cut_where_an_act_is_told_on_either_side() {
        let parts = Ruleset::embedded().expect("the embedded ruleset").parts;
        for (text, expected) in [
            (
                "Example, a network for games, launches its token",
                &["Example, a network for games, launches its token"][..],
            ),
            ("Example lists EXMPL, while bitcoin falls", &["Example lists EXMPL,", "while bitcoin falls"]),
            (
                "Claims open on Monday and trading starts on Friday",
                &["Claims open on Monday", "and trading starts on Friday"],
            ),
            ("The team and its friends", &["The team and its friends"]),
            ("Example 将上线 EXM，并开放认领", &["Example 将上线 EXM", "，并开放认领"]),
            ("Example listará EXM, pero el precio cayó", &["Example listará EXM,", "pero el precio cayó"]),
        ] {
            let document = Document { title: "", text, lang: None, published: None };
            let reading = Reading::of(&document, &parts.lexicon, &Known::default(), None);
            let mut found = Vec::new();
            for sentence in &reading.sentences {
                let mut clauses = Vec::new();
                parts.frames.clauses.cut(&reading, sentence.clone(), &mut clauses);
                assert_eq!(clauses.first().map(|c| c.start), Some(sentence.start), "{text}");
                assert_eq!(clauses.last().map(|c| c.end), Some(sentence.end), "{text}");
                assert!(clauses.windows(2).all(|pair| pair[0].end == pair[1].start), "{text}");
                found.extend(
                    clauses
                        .into_iter()
                        .filter(|c| !c.is_empty())
                        .map(|c| reading.written_between(&reading.items[c.start], &reading.items[c.end - 1])),
                );
            }
            assert_eq!(found, expected, "{text}");
        }
    }
}
