//! The machine's clock, and two that tests hold in their hands.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use tge_model::Timestamp;
use tge_ports::Clock;
use tokio::time::Instant;

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

/// A clock that follows tokio's: with a paused runtime, time of day and waiting move together.
#[derive(Debug, Clone, Copy)]
pub struct TokioClock {
    start: Timestamp,
    origin: Instant,
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
        let now = SystemTime::now();
        match now.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Timestamp::EPOCH.plus(after),
            Err(before) => Timestamp::EPOCH.minus(before.duration()),
        }
    }
}

// === impl ManualClock ===

impl ManualClock {
    /// A clock that stands at `at`.
    pub fn new(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.as_micros()))
    }

    /// Puts the clock to `at`, forward or back.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_micros(), Ordering::SeqCst);
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

// === impl TokioClock ===

impl TokioClock {
    /// A clock that shows `start` now; made inside a tokio runtime.
    pub fn new(start: Timestamp) -> Self {
        Self { start, origin: Instant::now() }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        self.start.plus(self.origin.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_s_clock_is_past_the_day_this_was_written() {
        assert!(SystemClock.now() > Timestamp::from_secs(1_700_000_000));
    }

    #[test]
    fn a_manual_clock_stands_until_moved() {
        let clock = ManualClock::new(Timestamp::from_secs(10));
        assert_eq!(clock.now(), Timestamp::from_secs(10));
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.now(), Timestamp::from_secs(15));
        clock.set(Timestamp::from_secs(1));
        assert_eq!(clock.now(), Timestamp::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn tokio_s_clock_moves_with_its_timers() {
        let clock = TokioClock::new(Timestamp::from_secs(100));
        tokio::time::advance(Duration::from_secs(7)).await;
        assert_eq!(clock.now(), Timestamp::from_secs(107));
    }
}
