//! Stops asking what is down, and asks again by one trial at a time.

use std::time::Duration;

use thiserror::Error;

/// When a breaker opens and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerConfig {
    /// Failures in a row that open it.
    pub failures: u32,
    /// How long it stays open the first time.
    pub open_for: Duration,
    /// Each failed trial doubles that, up to this.
    pub open_for_max: Duration,
    /// A trial that is not reported within this counts as lost: another may be made.
    pub trial_for: Duration,
}

impl Default for BreakerConfig {
    /// Five failures, 5 s doubling to 5 min, trials of 30 s: for calls to hosts.
    fn default() -> Self {
        Self {
            failures: 5,
            open_for: Duration::from_secs(5),
            open_for_max: Duration::from_secs(300),
            trial_for: Duration::from_secs(30),
        }
    }
}

/// What a breaker lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Everything.
    Closed,
    /// Nothing.
    Open,
    /// One trial.
    HalfOpen,
}

/// The breaker lets nothing through now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the breaker is open for another {retry_in:?}")]
pub struct Refused {
    /// When it is worth asking again.
    pub retry_in: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Closed { failures: u32 },
    Open { until: Duration },
    Trial { since: Duration },
}

/// A circuit breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    config: BreakerConfig,
    phase: Phase,
    /// How long it was or will next be open.
    open_for: Duration,
    latest: Duration,
}

// === impl Breaker ===

impl Breaker {
    /// A closed breaker.
    pub fn new(config: BreakerConfig) -> Self {
        Self { config, phase: Phase::Closed { failures: 0 }, open_for: config.open_for, latest: Duration::ZERO }
    }

    /// Asks to make one call; whoever is let through must report [`Breaker::succeeded`] or [`Breaker::failed`].
    ///
    /// # Errors
    /// [`Refused`] while open, or while another trial runs.
    pub fn admit(&mut self, now: Duration) -> Result<(), Refused> {
        let now = self.tick(now);
        match self.phase {
            Phase::Closed { .. } => Ok(()),
            Phase::Open { until } if now < until => Err(Refused { retry_in: until - now }),
            Phase::Trial { since } if now < since + self.config.trial_for => {
                Err(Refused { retry_in: since + self.config.trial_for - now })
            }
            Phase::Open { .. } | Phase::Trial { .. } => {
                self.phase = Phase::Trial { since: now };
                Ok(())
            }
        }
    }

    /// A call went well. While open this is a late word of a call made before, and changes nothing.
    pub fn succeeded(&mut self, now: Duration) {
        self.tick(now);
        if !matches!(self.phase, Phase::Open { .. }) {
            self.phase = Phase::Closed { failures: 0 };
            self.open_for = self.config.open_for;
        }
    }

    /// A call failed.
    pub fn failed(&mut self, now: Duration) {
        let now = self.tick(now);
        match self.phase {
            Phase::Closed { failures } if failures + 1 < self.config.failures => {
                self.phase = Phase::Closed { failures: failures + 1 };
            }
            Phase::Closed { .. } => self.phase = Phase::Open { until: now + self.open_for },
            Phase::Trial { .. } => {
                self.open_for = (self.open_for * 2).min(self.config.open_for_max.max(self.config.open_for));
                self.phase = Phase::Open { until: now + self.open_for };
            }
            Phase::Open { .. } => {}
        }
    }

    /// What it lets through now.
    pub fn state(&self, now: Duration) -> BreakerState {
        match self.phase {
            Phase::Closed { .. } => BreakerState::Closed,
            Phase::Open { until } if now.max(self.latest) < until => BreakerState::Open,
            Phase::Open { .. } | Phase::Trial { .. } => BreakerState::HalfOpen,
        }
    }

    fn tick(&mut self, now: Duration) -> Duration {
        self.latest = self.latest.max(now);
        self.latest
    }
}
