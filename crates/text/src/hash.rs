//! Similarity of texts by hashes: shingles, and one SimHash of 64 bits.

use xxhash_rust::xxh3::xxh3_64;

use crate::{Normal, TokenKind, tokens};

/// How many tokens make a shingle.
pub const SHINGLE_TOKENS: usize = 3;

/// Hashes of the shingles of `text` in normal form, sorted, each once. Web addresses and signs are left out: a copy
/// often differs in nothing else. A text of fewer tokens than a shingle is one shingle.
pub fn shingles(text: &str) -> Vec<u64> {
    let normal = Normal::of(text);
    let words: Vec<u64> = tokens(normal.as_str())
        .filter(|t| !matches!(t.kind, TokenKind::Url | TokenKind::Sign | TokenKind::Stop))
        .map(|t| xxh3_64(&normal.as_str().as_bytes()[t.range]))
        .collect();
    let joined = |window: &[u64]| {
        let mut bytes = [0; 8 * SHINGLE_TOKENS];
        for (place, hash) in bytes.chunks_exact_mut(8).zip(window) {
            place.copy_from_slice(&hash.to_le_bytes());
        }
        xxh3_64(&bytes[..8 * window.len()])
    };
    let mut hashes: Vec<u64> = if words.is_empty() {
        Vec::new()
    } else if words.len() < SHINGLE_TOKENS {
        vec![joined(&words)]
    } else {
        words.windows(SHINGLE_TOKENS).map(joined).collect()
    };
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// SimHash of `text`: texts that share most shingles differ in few bits. Zero for a text without words.
pub fn simhash(text: &str) -> u64 {
    let mut balance = [0i32; 64];
    for hash in shingles(text) {
        for (bit, sum) in balance.iter_mut().enumerate() {
            *sum += if hash >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    balance.iter().enumerate().filter(|(_, sum)| **sum > 0).fold(0, |hash, (bit, _)| hash | 1 << bit)
}

/// In how many bits two SimHashes differ, 0 to 64.
pub fn distance(a: u64, b: u64) -> u32 {
    (a ^ b).count_ones()
}

/// Jaccard similarity of two sorted sets of shingles, 0 to 1; 1 for two empty ones.
pub fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut both) = (0, 0, 0usize);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    let union = a.len() + b.len() - both;
    if union == 0 { 1.0 } else { both as f64 / union as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_near_and_others_far() {
        let a = "Example Network will launch its token on Friday at noon, the team said on its blog today";
        let copy =
            "EXAMPLE Network will launch its token on Friday at noon - the team said on its blog today https://x.y/z";
        let other = "A bank in the north raised its interest rate by a quarter of a point after months of waiting";
        assert_eq!(jaccard(&shingles(a), &shingles(copy)), 1.0);
        assert_eq!(distance(simhash(a), simhash(copy)), 0);
        assert!(jaccard(&shingles(a), &shingles(other)) < 0.05);
        assert!(distance(simhash(a), simhash(other)) > 15);
        assert_eq!((simhash(""), jaccard(&[], &[])), (0, 1.0));
    }
}
