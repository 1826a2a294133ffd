//! Words that make the phrases they stand in phrases of a further concept: "claim your tokens" claims, and speaks of tokens.

use tge_text::Normal;

use super::edges::{edge_after, edge_before};
use super::labels::{LabelId, LabelSet};
use super::{Phrase, Sense};

/// Words that give the phrases they stand in a further concept.
pub(super) struct Within {
    label: LabelId,
    /// Each in normal form, and whether it only begins a word.
    words: Vec<(String, bool)>,
    /// The bytes one of them begins with.
    first: [bool; 256],
    /// Labels of phrases that stay what they are.
    except: LabelSet,
}

// === impl Within ===

impl Within {
    /// Of `words` as a file has them, `abc*` for all that begin so; the empty ones are left out.
    pub(super) fn new(label: LabelId, words: &[String], except: LabelSet) -> Self {
        let word = |word: &String| (Normal::text_of(word.trim_end_matches('*')), word.ends_with('*'));
        let words: Vec<(String, bool)> = words.iter().map(word).filter(|(word, _)| !word.is_empty()).collect();
        let mut first = [false; 256];
        words.iter().for_each(|(word, _)| first[usize::from(word.as_bytes()[0])] = true);
        Self { label, words, first, except }
    }

    /// Gives the phrases with one of the words in them the label, too: those of one concept that is not of `trade` by itself,
    /// nor left alone.
    pub(super) fn widen(&self, patterns: &[String], heads: &[u32], phrases: &mut Vec<Phrase>, trade: &LabelSet) {
        for (pattern, &head) in patterns.iter().zip(heads) {
            let phrase = &phrases[head as usize];
            let alone = phrase.next.is_none() && phrase.sense == Sense::Concept;
            let kept = trade.contains(phrase.label) || self.except.contains(phrase.label);
            if alone && !kept && self.is_in(pattern) {
                let also = Phrase { label: self.label, sense: Sense::Concept, prefix: phrase.prefix, next: None };
                phrases[head as usize].next = Some(phrases.len() as u32);
                phrases.push(also);
            }
        }
    }

    /// Whether one of the words stands in `phrase`.
    fn is_in(&self, phrase: &str) -> bool {
        let stands = |at: usize| {
            self.words.iter().any(|(word, begins)| {
                phrase[at..].starts_with(word.as_str()) && (*begins || edge_after(phrase, at + word.len()))
            })
        };
        // Few bytes begin one of them; asking for the edge of a word costs more.
        let may_begin = phrase.bytes().enumerate().filter(|(_, byte)| self.first[usize::from(*byte)]);
        may_begin.map(|(at, _)| at).any(|at| phrase.is_char_boundary(at) && stands(at) && edge_before(phrase, at))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Lexicon;
    use crate::places::Places;

    #[test]
    fn a_phrase_with_a_token_in_it_is_of_both() {
        let yaml = "{version: 1, within: {OFTOKEN: {words: ['token*', coin, 代币], except: [DENIES]}}, concepts: \
                    {CLAIM: [claim your tokens, claim, 领取代币, coincide], DENIES: [no token], TOKEN: [the token]}, majors: [btc], \
                    not_tickers: [ceo]}";
        let lexicon = Lexicon::parse(yaml, "", &Places::default(), &[]).expect("a good lexicon");
        for (text, expected) in [
            ("claim your tokens", &["CLAIM", "OFTOKEN"][..]),
            ("领取代币", &["CLAIM", "OFTOKEN"]),
            ("claim", &["CLAIM"]),
            ("coincide", &["CLAIM"]),
            ("no token", &["DENIES"]),
            ("the token", &["TOKEN"]),
        ] {
            let hits = lexicon.hits(text);
            let labels: Vec<&str> = hits.iter().flat_map(|h| h.labels()).map(|&l| lexicon.name(l)).collect();
            assert_eq!(labels, expected, "{text}");
        }
    }
}
