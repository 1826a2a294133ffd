//! Phrases found at one place of a text, the longest of them.

use crate::hashing::QuickMap;
use crate::lexicon::{edge_after, edge_before, word_rest};

/// Phrases by their first character, the longest first, each with what it stands for. For texts that are read once and
/// seldom: what every document is read with is the tree of the lexicon.
pub(crate) struct Phrases<T> {
    by_first: QuickMap<char, Vec<Phrase<T>>>,
}

struct Phrase<T> {
    text: String,
    prefix: bool,
    says: T,
}

// === impl Phrases ===

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { by_first: QuickMap::default() }
    }
}

impl<T: Copy> Phrases<T> {
    /// Adds a phrase in normal form; ending in `*` it stands for every word beginning so.
    pub(crate) fn add(&mut self, phrase: &str, says: T) {
        let text = phrase.trim_end_matches('*');
        let Some(first) = text.chars().next() else { return };
        let all = self.by_first.entry(first).or_default();
        let place = all.partition_point(|other| other.text.len() >= text.len());
        all.insert(place, Phrase { text: text.to_owned(), prefix: text.len() < phrase.len(), says });
    }

    /// The longest phrase that stands at byte `start` of `text` (normal form), as words of its own: the byte behind it and
    /// what it says.
    pub(crate) fn longest(&self, text: &str, start: usize) -> Option<(usize, T)> {
        (text.is_char_boundary(start) && edge_before(text, start)).then(|| self.longest_within(text, start)).flatten()
    }

    /// The same where a number stands before it: `5m`, `100eth`.
    pub(crate) fn longest_within(&self, text: &str, start: usize) -> Option<(usize, T)> {
        let rest = text.get(start..)?;
        let all = self.by_first.get(&rest.chars().next()?)?;
        all.iter().filter(|phrase| rest.starts_with(&phrase.text)).find_map(|phrase| {
            let end = start + phrase.text.len();
            if phrase.prefix {
                return Some((end + word_rest(text, end), phrase.says));
            }
            edge_after(text, end).then_some((end, phrase.says))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_whole_phrase_is_found() {
        let mut phrases = Phrases::default();
        for (i, phrase) in ["raise", "to raise", "to", "миллион*", "总量", "总量的"].iter().enumerate() {
            phrases.add(phrase, i);
        }
        for (text, at, expected) in [
            ("to raise 5", 0, Some((8, 1))),
            ("to raised", 0, Some((2, 2))),
            ("auto raise", 2, None),
            ("миллионов", 0, Some(("миллионов".len(), 3))),
            ("代币总量的一半", "代币".len(), Some(("代币总量的".len(), 5))),
            ("to", 9, None),
        ] {
            assert_eq!(phrases.longest(text, at), expected, "{text}");
        }
    }
}
