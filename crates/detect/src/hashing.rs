//! A quick hash for tables whose keys come from the ruleset: nobody outside chooses them, so nobody can make them collide,
//! and what is looked up costs the same whatever it is.

use std::hash::{BuildHasherDefault, Hasher};

/// A map by [`Quick`].
pub(crate) type QuickMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Quick>>;

/// Multiplies and folds, eight bytes at a time; the pieces of a key are told apart by what is hashed behind them.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Quick(u64);

// === impl Quick ===

impl Quick {
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * 0x9e37_79b9_7f4a_7c15;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64) << 56;
        if let Some(last) = bytes.last_chunk() {
            // The last eight may say once more what was said before.
            let (words, _) = bytes[..bytes.len() - 1].as_chunks();
            words.iter().for_each(|word| self.mix(u64::from_le_bytes(*word)));
            self.mix(u64::from_le_bytes(*last) ^ length);
        } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            self.mix((u64::from(first) | u64::from(last) << 32) ^ length);
        } else {
            let at = |i: usize| bytes.get(i).map_or(0, |byte| u64::from(*byte) << (8 * i));
            self.mix(at(0) | at(1) | at(2) | length);
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.mix(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
