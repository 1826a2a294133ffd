//! Words that most words of a text are not among.

use crate::hashing::QuickMap;

/// Bytes a word of the set may have.
const BYTES_MAX: usize = 31;

/// Words and what each says, with a bit for the ends and length of each: what is not there is seldom looked up.
#[derive(Debug, Clone)]
pub(crate) struct Words<V = ()> {
    words: QuickMap<String, V>,
    bits: [u64; 1 << (BITS - 6)],
}

/// So many binary digits has the number of a bit.
const BITS: u32 = 13;

/// The bit of `word`, by its first two bytes, its last and how many it has.
#[inline]
fn bit(word: &[u8]) -> Option<(usize, u32)> {
    let (&first, &last) = (word.first()?, word.last()?);
    let second = word.get(1).copied().unwrap_or_default();
    let ends = u32::from_le_bytes([first, second, last, word.len() as u8]);
    let bit = ends.wrapping_mul(0x9e37_79b1) >> (32 - BITS);
    Some((bit as usize / 64, bit % 64))
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
        let (place, bit) = bit(word.as_bytes())?;
        if self.bits[place] >> bit & 1 == 0 { None } else { self.words.get(word) }
    }
}

impl<V> FromIterator<(String, V)> for Words<V> {
    /// Of what is told of a word twice, the first counts.
    fn from_iter<I: IntoIterator<Item = (String, V)>>(words: I) -> Self {
        let mut set = Self { words: QuickMap::default(), bits: [0; 1 << (BITS - 6)] };
        for (word, says) in words.into_iter().filter(|(word, _)| word.len() <= BYTES_MAX) {
            if let Some((place, bit)) = bit(word.as_bytes()) {
                set.bits[place] |= 1 << bit;
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
