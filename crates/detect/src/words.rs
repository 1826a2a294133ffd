//! Words that most words of a text are not among.

use crate::hashing::QuickMap;

/// Bytes a word of the set may have.
const BYTES_MAX: usize = 31;

/// Words and what each says, with a bit for each length they have by their first byte: what is not there is seldom looked up.
#[derive(Debug, Clone)]
pub(crate) struct Words<V = ()> {
    words: QuickMap<String, V>,
    lengths: [u32; 256],
}

// === impl Words ===

impl Words {
    /// The set of `words`; what is empty or longer than any word is left out.
    pub(crate) fn of(words: impl IntoIterator<Item = String>) -> Self {
        words.into_iter().map(|word| (word, ())).collect()
    }
}

impl<V> Words<V> {
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.get(word).is_some()
    }

    /// What `word` says.
    pub(crate) fn get(&self, word: &str) -> Option<&V> {
        let lengths = word.as_bytes().first().map_or(0, |first| self.lengths[usize::from(*first)]);
        if word.len() > BYTES_MAX || lengths >> word.len() & 1 == 0 {
            return None;
        }
        self.words.get(word)
    }
}

impl<V> FromIterator<(String, V)> for Words<V> {
    /// Of what is told of a word twice, the first counts.
    fn from_iter<I: IntoIterator<Item = (String, V)>>(words: I) -> Self {
        let mut set = Self { words: QuickMap::default(), lengths: [0; 256] };
        for (word, says) in words.into_iter().filter(|(word, _)| word.len() <= BYTES_MAX) {
            if let Some(&first) = word.as_bytes().first() {
                set.lengths[usize::from(first)] |= 1 << word.len();
                set.words.entry(word).or_insert(says);
            }
        }
        set
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
        let numbers: Words<u32> =
            [("mai", 5), ("mai", 6)].map(|(word, number)| (word.to_owned(), number)).into_iter().collect();
        assert_eq!((numbers.get("mai"), numbers.get("may")), (Some(&5), None));
    }
}
