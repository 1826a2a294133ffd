//! A rate with a burst, kept exactly: the generic cell rate algorithm in whole nanoseconds.

use std::time::Duration;

/// So many per period, so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenBucket {
    /// One token's share of the period.
    each: Duration,
    burst: u32,
    /// The moment at which the bucket will be full again.
    full_at: Duration,
}

// === impl TokenBucket ===

impl TokenBucket {
    /// `count` tokens per `period`, at most `burst` at once; it begins full. A count or burst of zero is taken for one.
    pub fn new(count: u32, period: Duration, burst: u32) -> Self {
        Self { each: period / count.max(1), burst: burst.max(1), full_at: Duration::ZERO }
    }

    /// Takes `count` tokens, or tells how long until they are there. More than the burst never are: then `Err` with
    /// [`Duration::MAX`].
    ///
    /// # Errors
    /// The time to wait; nothing was taken.
    pub fn take(&mut self, count: u32, now: Duration) -> Result<(), Duration> {
        if count > self.burst {
            return Err(Duration::MAX);
        }
        let full_at = self.full_at.max(now).saturating_add(self.each.saturating_mul(count));
        let ready_at = full_at.saturating_sub(self.each.saturating_mul(self.burst));
        if ready_at > now {
            return Err(ready_at - now);
        }
        self.full_at = full_at;
        Ok(())
    }

    /// Takes nothing until `until`: what a `Retry-After` asks for.
    pub fn drain_until(&mut self, until: Duration) {
        self.full_at = self.full_at.max(until.saturating_add(self.each.saturating_mul(self.burst - 1)));
    }

    /// Tokens there now.
    pub fn left(&self, now: Duration) -> u32 {
        let missing = self.full_at.saturating_sub(now);
        if self.each.is_zero() {
            return self.burst;
        }
        let missing = u32::try_from(missing.as_nanos().div_ceil(self.each.as_nanos())).unwrap_or(u32::MAX);
        self.burst.saturating_sub(missing)
    }
}
