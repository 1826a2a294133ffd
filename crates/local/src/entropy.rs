//! The machine's randomness, and a seeded one that repeats itself.

use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tge_ports::Entropy;

/// Randomness fit for secrets: ChaCha, seeded and reseeded by the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

/// The same bytes for the same seed, for tests and simulations; never for secrets.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<StdRng>);

impl Entropy for SystemEntropy {
    fn fill(&self, into: &mut [u8]) {
        rand::rng().fill_bytes(into);
    }
}

impl SeededEntropy {
    /// A source whose bytes follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, into: &mut [u8]) {
        // A generator is whole between any two calls, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_repeat_and_the_system_does_not() {
        let (a, b, c) = (SeededEntropy::new(1), SeededEntropy::new(1), SeededEntropy::new(2));
        let first = a.bits();
        assert_eq!(first, b.bits());
        assert_ne!(first, c.bits());
        assert_ne!(SystemEntropy.bits(), SystemEntropy.bits());
        assert!((0.0..1.0).contains(&SystemEntropy.unit()));
    }
}
