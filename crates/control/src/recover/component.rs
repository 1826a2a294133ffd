//! What is remembered of one component: attempts, breaker, how long it has been healthy.

use std::time::Duration;

use tge_model::{Recovery, RecoveryAction, RecoveryOutcome, Timestamp};
use tge_resilience::{Breaker, BreakerConfig, BreakerState};

use super::{Desired, RecoverConfig};

/// The cause recorded when attempts are used up; a restarted monitor knows the breaker by it.
pub(super) const EXHAUSTED: &str = "attempts_exhausted";

/// One service, whatever its replicas.
#[derive(Debug, Clone)]
pub(super) struct Component {
    /// Starts of the restarts that count.
    pub(super) attempts: Vec<Timestamp>,
    breaker: Breaker,
    /// The half-open breaker let a restart through, and it is not known yet whether it holds.
    trial: bool,
    /// End of the last good restart, while stored recoveries are read.
    recovered_at: Option<Timestamp>,
    pub(super) healthy_since: Option<Timestamp>,
    pub(super) desired: Desired,
}

fn elapsed(at: Timestamp) -> Duration {
    at.since(Timestamp::EPOCH)
}

// === impl Component ===

impl Component {
    pub(super) fn new(config: &RecoverConfig) -> Self {
        let breaker = BreakerConfig {
            failures: 1,
            open_for: config.breaker,
            open_for_max: config.breaker_max,
            // A trial ends by what we see (`trial`), not by time.
            trial_for: Duration::ZERO,
        };
        Self {
            attempts: Vec::new(),
            breaker: Breaker::new(breaker),
            trial: false,
            recovered_at: None,
            healthy_since: None,
            desired: Desired::Running,
        }
    }

    /// Whether it is healthy now; forgets attempts once it was so for the window.
    pub(super) fn is_healthy(&mut self, healthy: bool, now: Timestamp, config: &RecoverConfig) {
        if !healthy {
            self.healthy_since = None;
            return;
        }
        let since = *self.healthy_since.get_or_insert(now);
        if now.since(since) >= config.window {
            self.forget(config);
        }
    }

    fn forget(&mut self, config: &RecoverConfig) {
        *self = Self { healthy_since: self.healthy_since, desired: self.desired, ..Self::new(config) };
    }

    pub(super) fn is_open(&self, now: Timestamp) -> bool {
        self.breaker.state(elapsed(now)) == BreakerState::Open
    }

    /// It is down again: gives up where attempts are used up, or the trial did not hold. Answers whether it just did.
    pub(super) fn gives_up(&mut self, now: Timestamp, config: &RecoverConfig) -> bool {
        let spent = self.attempts.len() >= usize::try_from(config.attempts).unwrap_or(usize::MAX);
        let failed = match self.breaker.state(elapsed(now)) {
            BreakerState::Closed => spent,
            BreakerState::HalfOpen => self.trial,
            BreakerState::Open => false,
        };
        if failed {
            self.trial = false;
            self.breaker.failed(elapsed(now));
        }
        failed
    }

    /// Takes the right to one attempt, if there is one.
    pub(super) fn attempt(&mut self, now: Timestamp) -> bool {
        let half_open = self.breaker.state(elapsed(now)) == BreakerState::HalfOpen;
        if self.breaker.admit(elapsed(now)).is_err() {
            return false;
        }
        self.trial = half_open;
        self.attempts.push(now);
        true
    }

    /// What stored recoveries of this component tell, oldest first.
    pub(super) fn restore(&mut self, recovery: &Recovery, config: &RecoverConfig) {
        let begun = recovery.started_at;
        match recovery.action {
            RecoveryAction::Restart => {
                if self.recovered_at.is_some_and(|end| begun.since(end) >= config.window) {
                    self.forget(config);
                }
                if !self.attempt(begun) {
                    // More than our own rules allow (they were looser then): it counts all the same.
                    self.attempts.push(begun);
                }
                let good = recovery.outcome == RecoveryOutcome::Recovered;
                self.recovered_at = if good { recovery.ended_at } else { None };
            }
            RecoveryAction::AlertOnly if recovery.cause == EXHAUSTED => {
                self.trial = false;
                self.breaker.failed(elapsed(begun));
            }
            RecoveryAction::AlertOnly => {}
        }
    }
}
