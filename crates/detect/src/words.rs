//! Words that most words of a text are not among.

use crate::hashing::QuickMap;

/// Words and what each says, with a bit for the ends and length of each: what is not there is seldom looked up.
#[derive(Debug, Clone)]
pub(crate) struct Words<V = ()> {
    words: QuickMap<String, V>,
    /// Sixteen for a word, or more; as many as a power of two.
    bits: Vec<u64>,
}

/// Where in `bits` the bit of `word` is: by its first and last byte, two between them and how many it has, which is asked of
/// short words as of long ones. `None` for the empty one.
#[inline]
fn bit(word: &[u8], bits: &[u64]) -> Option<(usize, u32)> {
    let (&last, length) = (word.last()?, word.len());
    let some = u32::from_le_bytes([word[0], word[length / 4], word[length / 2], last]);
    let bit = (u64::from(some) | (length as u64) << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    Some(((bit >> 6) as usize & (bits.len() - 1), bit as u32 % 64))
}

/// How letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Capitals,
    Small,
}

/// Bytes of words that are written otherwise without asking for memory: tickers have fewer.
const SHORT: usize = 24;

/// Hands `word` in capitals or small letters to `then`.
pub(crate) fn with_case<R>(word: &str, case: Case, then: impl FnOnce(&str) -> R) -> R {
    let mut room = [0; SHORT];
    if let Some(written) = room.get_mut(..word.len()).filter(|_| word.is_ascii()) {
        written.copy_from_slice(word.as_bytes());
        match case {
            Case::Capitals => written.make_ascii_uppercase(),
            Case::Small => written.make_ascii_lowercase(),
        }
        if let Ok(written) = str::from_utf8(written) {
            return then(written);
        }
    }
    match case {
        Case::Capitals => then(&word.to_uppercase()),
        Case::Small => then(&word.to_lowercase()),
    }
}

// === impl Words ===

impl Words {
    /// The set of `words`; the empty one is left out.
    pub(crate) fn of(words: impl IntoIterator<Item = String>) -> Self {
        words.into_iter().map(|word| (word, ())).collect()
    }
}

impl<V> Words<V> {
    /// What is said of each word.
    pub(crate) fn holding(words: QuickMap<String, V>) -> Self {
        let mut bits = vec![0; words.len().div_ceil(4).next_power_of_two()];
        for word in words.keys() {
            if let Some((place, bit)) = bit(word.as_bytes(), &bits) {
                bits[place] |= 1 << bit;
            }
        }
        Self { words, bits }
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.get(word).is_some()
    }

    /// What `word` says.
    pub(crate) fn get(&self, word: &str) -> Option<&V> {
        let (place, bit) = bit(word.as_bytes(), &self.bits)?;
        if self.bits[place] >> bit & 1 == 0 { None } else { self.words.get(word) }
    }
}

impl<V> Default for Words<V> {
    fn default() -> Self {
        Self::holding(QuickMap::default())
    }
}

impl<V> FromIterator<(String, V)> for Words<V> {
    /// Of what is told of a word twice, the first counts.
    fn from_iter<I: IntoIterator<Item = (String, V)>>(words: I) -> Self {
        let mut all = QuickMap::default();
        for (word, says) in words {
            all.entry(word).or_insert(says);
        }
        Self::holding(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_in_either_case() {
        for (word, capitals, small) in
            [("abC1", "ABC1", "abc1"), ("", "", ""), ("Straße", "STRASSE", "straße"), (&"aB".repeat(20), "", "")]
        {
            let both = [with_case(word, Case::Capitals, str::to_owned), with_case(word, Case::Small, str::to_owned)];
            match word.len() > SHORT {
                true => assert_eq!(both, [word.to_uppercase(), word.to_lowercase()]),
                false => assert_eq!(both, [capitals, small]),
            }
        }
    }

    #[test]
    fn what_was_put_in_is_there_and_nothing_else() {
        let set = Words::of(["while", "但", "", ","].map(str::to_owned).into_iter().chain(["x".repeat(40)]));
        for word in ["while", "但", ",", &"x".repeat(40)] {
            assert!(set.contains(word), "{word}");
        }
        for word in ["", "whale", "whiles", "并", &"x".repeat(41)] {
            assert!(!set.contains(word), "{word}");
        }
        let numbers: Words<u32> =
            [("mai", 5), ("mai", 6)].map(|(word, number)| (word.to_owned(), number)).into_iter().collect();
        assert_eq!((numbers.get("mai"), numbers.get("may")), (Some(&5), None));
    }
}
