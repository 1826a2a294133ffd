//! How long to wait before trying again.

use std::time::Duration;

/// Exponential waits with jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure, before jitter.
    pub base: Duration,
    /// No wait is longer.
    pub max: Duration,
}

// === impl Backoff ===

impl Backoff {
    /// The wait after the `attempt`-th failure, from 1. `unit` is a random number from 0 to 1.
    ///
    /// The wait doubles with each attempt and lies between half and all of that: many clients that failed together do not
    /// come back together, and none comes back at once.
    pub fn delay(&self, attempt: u32, unit: f64) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let full = self.base.saturating_mul(1 << doublings).min(self.max);
        let unit = if unit.is_nan() { 1.0 } else { unit.clamp(0.0, 1.0) };
        full.mul_f64(0.5 + unit / 2.0).min(self.max)
    }
}
