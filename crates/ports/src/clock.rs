//! Time of day and randomness, handed in so that tests and simulations own them.

use tge_model::Timestamp;

/// The time of day. For waiting use `tokio::time`, which tests can pause.
pub trait Clock: Send + Sync + 'static {
    /// The moment now, by this machine's clock: for stamps, never for deciding who holds a lease.
    fn now(&self) -> Timestamp;
}

/// Randomness: identifiers, keys and jitter.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `into` with random bytes fit for secrets.
    fn fill(&self, into: &mut [u8]);

    /// 128 random bits, of which an identifier takes 80.
    fn bits(&self) -> u128 {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        u128::from_le_bytes(bytes)
    }

    /// A number from 0 up to, not including, 1.
    fn unit(&self) -> f64 {
        // 53 bits fill a double's mantissa exactly.
        #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "53 bits are exact in a double")]
        let value = (self.bits() >> 75) as f64 / (1_u64 << 53) as f64;
        value
    }
}
