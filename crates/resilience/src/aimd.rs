//! Finds how many requests a host bears at once: one more after a round of successes, fewer after trouble.

use std::time::Duration;

/// Between what an adaptive limit moves, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AimdConfig {
    /// Never fewer, at least 1.
    pub least: u32,
    /// Never more.
    pub most: u32,
    /// What trouble leaves of the limit, from 0 to 1.
    pub keep: f64,
    /// Trouble within this of the last cut is the same trouble.
    pub hold: Duration,
}

impl Default for AimdConfig {
    /// 1 to 16, halved by trouble, once a second at most.
    fn default() -> Self {
        Self { least: 1, most: 16, keep: 0.5, hold: Duration::from_secs(1) }
    }
}

/// A limit that adapts: additive increase, multiplicative decrease.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aimd {
    config: AimdConfig,
    limit: f64,
    cut_at: Option<Duration>,
}

// === impl Aimd ===

impl Aimd {
    /// Begins at the least.
    pub fn new(config: AimdConfig) -> Self {
        let least = config.least.max(1);
        let keep = if config.keep.is_nan() { 0.5 } else { config.keep.clamp(0.0, 1.0) };
        let config = AimdConfig { least, most: config.most.max(least), keep, ..config };
        Self { config, limit: f64::from(least), cut_at: None }
    }

    /// Begins at a limit that was learned before, within the bounds.
    pub fn resume(config: AimdConfig, limit: u32) -> Self {
        let fresh = Self::new(config);
        Self { limit: f64::from(limit.clamp(fresh.config.least, fresh.config.most)), ..fresh }
    }

    /// How many may run at once.
    pub fn limit(&self) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "kept between two u32")]
        let whole = self.limit as u32;
        whole.clamp(self.config.least, self.config.most)
    }

    /// One more may begin while `running` are under way.
    pub fn admits(&self, running: u32) -> bool {
        running < self.limit()
    }

    /// A request went well while `running` were under way, itself included. Only a limit that is nearly used is raised:
    /// an idle client has learned nothing.
    pub fn succeeded(&mut self, running: u32) {
        if running.saturating_mul(2) >= self.limit() {
            self.limit = (self.limit + 1.0 / self.limit).min(f64::from(self.config.most));
        }
    }

    /// A request met trouble: refused, too slow, broken off.
    pub fn failed(&mut self, now: Duration) {
        if self.cut_at.is_none_or(|at| now.saturating_sub(at) >= self.config.hold) {
            self.cut_at = Some(now);
            self.limit = (self.limit * self.config.keep).max(f64::from(self.config.least));
        }
    }
}
