//! Similarity of texts by hashes: shingles, and a sketch of them by which one text is known in another.

use xxhash_rust::xxh3::xxh3_64;

use crate::{Normal, TokenKind, tokens};

/// How many tokens make a shingle.
pub const SHINGLE_TOKENS: usize = 3;
/// Shingles of a sketch at most. A short post's sketch holds nearly all of its shingles.
pub const SKETCH_MAX: usize = 32;

/// Hashes of the shingles of `text` in normal form, sorted, each once. Web addresses and signs are left out: a copy
/// often differs in nothing else. A text of fewer tokens than a shingle is one shingle.
pub fn shingles(text: &str) -> Vec<u64> {
    let mut hashes = hashed(text);
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The same as they stand in the text.
fn hashed(text: &str) -> Vec<u64> {
    let normal = Normal::text_of(text);
    let words: Vec<u64> = tokens(&normal)
        .filter(|t| !matches!(t.kind, TokenKind::Url | TokenKind::Sign | TokenKind::Stop))
        .map(|t| xxh3_64(&normal.as_bytes()[t.range]))
        .collect();
    let joined = |window: &[u64]| {
        let mut bytes = [0; 8 * SHINGLE_TOKENS];
        for (place, hash) in bytes.chunks_exact_mut(8).zip(window) {
            place.copy_from_slice(&hash.to_le_bytes());
        }
        xxh3_64(&bytes[..8 * window.len()])
    };
    if words.is_empty() {
        Vec::new()
    } else if words.len() < SHINGLE_TOKENS {
        vec![joined(&words)]
    } else {
        words.windows(SHINGLE_TOKENS).map(joined).collect()
    }
}

/// The [`SKETCH_MAX`] least hashes of the shingles of `text`, sorted: a sample of them that is the same in every text that
/// holds them (bottom-k MinHash; Broder, "On the resemblance and containment of documents", 1997). A full one is taken for
/// part of more. Empty for a text without words.
pub fn sketch(text: &str) -> Vec<u32> {
    // The upper halves: they are sorted as the hashes are.
    let mut hashes: Vec<u32> = hashed(text).into_iter().map(|hash| (hash >> 32) as u32).collect();
    least(&mut hashes, SKETCH_MAX);
    hashes
}

/// Leaves the `count` least of `hashes`, sorted, each once.
fn least(hashes: &mut Vec<u32>, count: usize) {
    // Twice as many as are asked for hold them, unless the text says the same over and over; to sort the others is dear.
    let most = 2 * count;
    if hashes.len() > most {
        let (below, _, _) = hashes.select_nth_unstable(most);
        below.sort_unstable();
        if below.chunk_by(u32::eq).count() >= count {
            hashes.truncate(most);
        } else {
            hashes.sort_unstable();
        }
    } else {
        hashes.sort_unstable();
    }
    hashes.dedup();
    hashes.truncate(count);
}

/// What two sketches have in common, of the hashes up to which both are complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Common {
    /// Hashes of the one that has fewer: for long texts of a sample, by which what they share seems some hundredths more.
    pub fewer: usize,
    /// Hashes of the other.
    pub more: usize,
    /// Hashes of both.
    pub shared: usize,
}

/// Compares two sketches. Where a sketch is full, the shingles of its text go on beyond its last hash, and what the
/// other has beyond it cannot be compared.
pub fn common(a: &[u32], b: &[u32]) -> Common {
    let bound = |sketch: &[u32]| if sketch.len() < SKETCH_MAX { u32::MAX } else { sketch[sketch.len() - 1] };
    let bound = bound(a).min(bound(b));
    let within = |sketch: &[u32]| sketch.partition_point(|hash| *hash <= bound);
    let (ours, theirs) = (&a[..within(a)], &b[..within(b)]);
    Common { fewer: ours.len().min(theirs.len()), more: ours.len().max(theirs.len()), shared: in_both(ours, theirs) }
}

/// Jaccard similarity of two sorted sets of shingles, 0 to 1; 1 for two empty ones.
pub fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let both = in_both(a, b);
    let union = a.len() + b.len() - both;
    if union == 0 { 1.0 } else { both as f64 / union as f64 }
}

/// How many members two sorted sets share.
fn in_both<T: Ord>(a: &[T], b: &[T]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of `count` different words from the `first` on.
    fn words(first: usize, count: usize) -> String {
        (first..first + count).map(|i| format!("word{i} ")).collect()
    }

    proptest::proptest! {
        #[test]
        fn the_least_are_those_of_the_sorted_set(mut hashes in proptest::collection::vec(0u32..90, 0..300), count in 1usize..40) {
            let mut sorted = hashes.clone();
            sorted.sort_unstable();
            sorted.dedup();
            sorted.truncate(count);
            least(&mut hashes, count);
            proptest::prop_assert_eq!(hashes, sorted);
        }
    }

    #[test]
    fn addresses_and_signs_are_no_part_of_a_text() {
        let a = "Example Network will launch its token on Friday at noon, the team said on its blog today";
        let copy =
            "EXAMPLE Network will launch its token on Friday at noon - the team said on its blog today https://x.y/z";
        let other = "A bank in the north raised its interest rate by a quarter of a point after months of waiting";
        assert_eq!(jaccard(&shingles(a), &shingles(copy)), 1.0);
        assert_eq!(sketch(a), sketch(copy));
        assert_eq!(jaccard(&shingles(a), &shingles(other)), 0.0);
        assert_eq!(common(&sketch(a), &sketch(other)).shared, 0);
        assert_eq!((sketch(""), jaccard(&[], &[])), (Vec::new(), 1.0));
    }

    #[test]
    fn a_sketch_knows_one_text_in_another() {
        // Words of the first, words of the second, the first word of the second: the second stands in the first from there on.
        for (first, second, from, expected) in [
            (12, 22, 0, Common { fewer: 10, more: 20, shared: 10 }), // a post with a tail: both sketches are whole
            (22, 12, 5, Common { fewer: 10, more: 20, shared: 10 }), // the other way round
            (12, 12, 6, Common { fewer: 10, more: 10, shared: 4 }),
        ] {
            let (a, b) = (sketch(&words(0, first)), sketch(&words(from, second)));
            assert_eq!((common(&a, &b), common(&b, &a)), (expected, expected), "{first} {second} {from}");
        }
        // Long ones by a sample: two hundred pairs that share nine tenths, and as many that share half.
        for (from, seem_copies) in [(40, 200..=200), (200, 0..=20)] {
            let seems = |i: &usize| {
                let (a, b) = (sketch(&words(1000 * i, 400)), sketch(&words(1000 * i + from, 400)));
                let found = common(&a, &b);
                assert!((12..=SKETCH_MAX).contains(&found.fewer), "{found:?}");
                found.shared * 10 >= found.fewer * 7
            };
            let count = (0..200).filter(seems).count();
            assert!(seem_copies.contains(&count), "{count} of 200 that share all but {from} of 400 words");
        }
        let few = common(&sketch(&words(0, 400)), &sketch(&words(100, 12)));
        assert!(few.fewer < 6, "too few are left to compare: {few:?}");
        assert_eq!(common(&[], &[1, 2]), Common { fewer: 0, more: 2, shared: 0 });
    }
}
