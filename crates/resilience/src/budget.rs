//! Keeps tries from outnumbering work: a system that is down must not be asked ten times as often as one that is up.

use std::time::Duration;

/// Retries allowed in proportion to first attempts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryBudget {
    per_attempt: f64,
    per_second: f64,
    most: f64,
    held: f64,
    latest: Duration,
}

// === impl RetryBudget ===

impl RetryBudget {
    /// Each first attempt earns `per_attempt` of a retry, each second `per_second` (so that a quiet client may retry,
    /// too); at most `most` are saved up. It begins full.
    pub fn new(per_attempt: f64, per_second: f64, most: f64, now: Duration) -> Self {
        let sound = |x: f64| if x.is_finite() { x.max(0.0) } else { 0.0 };
        let most = sound(most);
        Self { per_attempt: sound(per_attempt), per_second: sound(per_second), most, held: most, latest: now }
    }

    /// A first attempt was made.
    pub fn attempted(&mut self) {
        self.held = (self.held + self.per_attempt).min(self.most);
    }

    /// Asks to retry once; `false` when the budget is spent and the failure must be given up or put off.
    pub fn retry(&mut self, now: Duration) -> bool {
        let passed = now.saturating_sub(self.latest);
        self.latest = self.latest.max(now);
        self.held = (self.held + passed.as_secs_f64() * self.per_second).min(self.most);
        let allowed = self.held >= 1.0;
        if allowed {
            self.held -= 1.0;
        }
        allowed
    }
}
