//! How fast one writer may write: a token bucket each, so that one talkative agent cannot fill everybody's memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tge_resilience::TokenBucket;
use tokio::time::Instant;

/// Writers remembered; beyond it those with full buckets are forgotten first, for they lose nothing by it.
const WRITERS_MAX: usize = 4_096;

/// The buckets of all writers.
pub(crate) struct Limits {
    per_second: u32,
    burst: u32,
    origin: Instant,
    buckets: Mutex<HashMap<String, TokenBucket>>,
}

impl Limits {
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second, burst, origin: Instant::now(), buckets: Mutex::default() }
    }

    /// Takes one write of `writer`'s share; else says after how long there will be one.
    pub(crate) fn take(&self, writer: &str, now: Instant) -> Result<(), Duration> {
        let now = now.saturating_duration_since(self.origin);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= WRITERS_MAX && !buckets.contains_key(writer) {
            buckets.retain(|_, bucket| bucket.left(now) < self.burst);
            if buckets.len() >= WRITERS_MAX {
                // So many writers at once are an attack or a defect; nobody new gets in until some fall silent.
                return Err(Duration::from_secs(1));
            }
        }
        let fresh = || TokenBucket::new(self.per_second, Duration::from_secs(1), self.burst);
        buckets.entry(writer.to_owned()).or_insert_with(fresh).take(1, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate_and_each_writer_for_itself() {
        let limits = Limits::new(2, 3);
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(limits.take("a", start), Ok(()));
        }
        assert_eq!(limits.take("a", start), Err(Duration::from_millis(500)));
        assert_eq!(limits.take("b", start), Ok(()));
        assert_eq!(limits.take("a", start + Duration::from_millis(500)), Ok(()));
        assert!(limits.take("a", start + Duration::from_millis(600)).is_err());
        let later = start + Duration::from_secs(3_600);
        assert_eq!((0..10).filter(|_| limits.take("a", later).is_ok()).count(), 3);
    }

    #[test]
    fn the_table_of_writers_is_bounded() {
        let limits = Limits::new(1, 1);
        let start = Instant::now();
        for n in 0..WRITERS_MAX {
            assert!(limits.take(&n.to_string(), start).is_ok());
        }
        assert!(limits.take("one more", start).is_err());
        assert!(limits.take("one more", start + Duration::from_secs(2)).is_ok());
        assert_eq!(limits.buckets.lock().unwrap().len(), 1);
    }
}
