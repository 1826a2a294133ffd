//! A set of words that most words of a text are not in.

use crate::hashing::QuickMap;

/// Bytes a word of the set may have.
const BYTES_MAX: usize = 31;

/// Words, with a bit for each length they have by their first byte: what is not there is seldom looked up.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    words: QuickMap<String, ()>,
    lengths: [u32; 256],
}

// === impl Words ===

impl Words {
    /// The set of `words`; what is empty or longer than any word is left out.
    pub(crate) fn of(words: impl IntoIterator<Item = String>) -> Self {
        let mut set = Self { words: QuickMap::default(), lengths: [0; 256] };
        for word in words.into_iter().filter(|word| word.len() <= BYTES_MAX) {
            if let Some(&first) = word.as_bytes().first() {
                set.lengths[usize::from(first)] |= 1 << word.len();
                set.words.insert(word, ());
            }
        }
        set
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        let lengths = word.as_bytes().first().map_or(0, |first| self.lengths[usize::from(*first)]);
        word.len() <= BYTES_MAX && lengths >> word.len() & 1 == 1 && self.words.contains_key(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_there_and_nothing_else() {
        let set = Words::of(["while", "但", "", ","].map(str::to_owned).into_iter().chain(["x".repeat(40)]));
        for word in ["while", "但", ","] {
            assert!(set.contains(word), "{word}");
        }
        for word in ["", "whale", "whiles", "并", &"x".repeat(40)] {
            assert!(!set.contains(word), "{word}");
        }
    }
}
