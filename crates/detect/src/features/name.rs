//! Names of features, told in parts and hashed without being built.
//!
//! The hash is a polynomial over the bytes, so the hash of a name follows from the hashes of its parts in one
//! multiplication each: the words and labels of a document are hashed once, and the thousand names made of them cost no
//! memory. Only learning and the tests build them as text.

/// A piece of a name with its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) text: &'a str,
    hash: u64,
    /// The base to the power of its length.
    power: u64,
}

/// The hash of a text that somebody else keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hashed {
    hash: u64,
    power: u64,
}

const BASE: u64 = 0x9e37_79b9_7f4a_7c15 | 1;

// === impl Part ===

impl<'a> Part<'a> {
    /// The part that is `text`.
    pub(crate) const fn of(text: &'a str) -> Self {
        let (mut hash, mut power) = (0u64, 1u64);
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            // A byte of zero must not be as if it were not there.
            hash = hash.wrapping_mul(BASE).wrapping_add(bytes[i] as u64 + 1);
            power = power.wrapping_mul(BASE);
            i += 1;
        }
        Self { text, hash, power }
    }
}

// === impl Hashed ===

impl Hashed {
    pub(crate) fn of(text: &str) -> Self {
        let part = Part::of(text);
        Self { hash: part.hash, power: part.power }
    }

    /// The part that is `text`, which must be the text this was made of.
    pub(crate) fn part(self, text: &str) -> Part<'_> {
        debug_assert_eq!(Self::of(text), self, "the hash of another text");
        Part { text, hash: self.hash, power: self.power }
    }
}

/// The hash of the name that `parts` make.
#[inline(always)]
pub(crate) fn hash(parts: &[Part<'_>]) -> u64 {
    let polynomial = parts.iter().fold(0u64, |hash, part| hash.wrapping_mul(part.power).wrapping_add(part.hash));
    // The low bits of a polynomial know only the low bits of the bytes.
    (polynomial ^ polynomial >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// The name that `parts` make.
pub(crate) fn text(parts: &[Part<'_>]) -> String {
    parts.iter().map(|part| part.text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_hash_however_it_is_cut() {
        let whole = hash(&[Part::of("P:LIST>TOKEN")]);
        assert_eq!(hash(&[Part::of("P:"), Part::of("LIST"), Part::of(">"), Part::of("TOKEN")]), whole);
        assert_eq!(text(&[Part::of("P:"), Part::of("LIST>TOKEN")]), "P:LIST>TOKEN");
        assert_ne!(hash(&[Part::of("P:TOKEN>LIST")]), whole);
        assert_ne!(hash(&[Part::of("")]), hash(&[Part::of("\0")]));
    }
}
