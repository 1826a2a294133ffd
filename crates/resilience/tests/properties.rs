//! What must hold whatever happens in whatever order.

use std::time::Duration;

use proptest::prelude::*;
use tge_resilience::{Aimd, AimdConfig, Backoff, Breaker, BreakerConfig, BreakerState, RetryBudget, TokenBucket};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[test]
fn a_breaker_opens_tries_once_and_doubles() {
    let config = BreakerConfig { failures: 3, open_for: ms(100), open_for_max: ms(350), trial_for: ms(50) };
    let mut breaker = Breaker::new(config);
    for _ in 0..3 {
        assert!(breaker.admit(ms(0)).is_ok());
        breaker.failed(ms(0));
    }
    assert_eq!(breaker.admit(ms(40)).map_err(|r| r.retry_in), Err(ms(60)));
    let mut now = ms(100);
    for open_for in [200, 350, 350] {
        assert_eq!(breaker.state(now), BreakerState::HalfOpen);
        assert!(breaker.admit(now).is_ok());
        assert!(breaker.admit(now).is_err(), "one trial at a time");
        breaker.failed(now);
        assert_eq!(breaker.admit(now).map_err(|r| r.retry_in), Err(ms(open_for)));
        now += ms(open_for);
    }
    assert!(breaker.admit(now).is_ok());
    assert!(breaker.admit(now + ms(50)).is_ok(), "a lost trial blocks nobody for ever");
    breaker.succeeded(now + ms(60));
    assert_eq!(breaker.state(now + ms(60)), BreakerState::Closed);
    (0..3).for_each(|_| breaker.failed(now + ms(60)));
    assert_eq!(breaker.admit(now + ms(60)).map_err(|r| r.retry_in), Err(ms(100)), "the doubling was forgotten");
}

#[test]
fn success_between_failures_keeps_a_breaker_closed() {
    let mut breaker = Breaker::new(BreakerConfig { failures: 2, ..BreakerConfig::default() });
    for n in 0..50 {
        breaker.failed(ms(n));
        breaker.succeeded(ms(n));
    }
    assert_eq!(breaker.state(ms(50)), BreakerState::Closed);
}

#[test]
fn a_drained_bucket_waits_for_its_moment() {
    let mut bucket = TokenBucket::new(10, ms(1_000), 5);
    bucket.drain_until(ms(700));
    assert_eq!(bucket.left(ms(0)), 0);
    assert!(bucket.take(1, ms(650)).is_err());
    assert!(bucket.take(1, ms(700)).is_ok());
    assert!(bucket.take(1, ms(700)).is_err());
    assert_eq!(bucket.take(6, ms(9_000)), Err(Duration::MAX));
    assert_eq!(bucket.left(ms(9_000)), 5);
}

#[test]
fn trouble_cuts_once_per_hold_and_success_raises_again() {
    let mut limit = Aimd::new(AimdConfig { least: 1, most: 8, keep: 0.5, hold: ms(100) });
    for _ in 0..200 {
        limit.succeeded(limit.limit());
    }
    assert_eq!(limit.limit(), 8);
    limit.failed(ms(0));
    limit.failed(ms(50));
    assert_eq!(limit.limit(), 4);
    limit.failed(ms(100));
    assert_eq!(limit.limit(), 2);
    let idle = limit;
    limit.succeeded(0);
    assert_eq!(limit, idle, "an idle client learns nothing");
}

proptest! {
    #[test]
    fn waits_are_bounded_and_grow(base in 1..10_000_u64, max in 1..1_000_000_u64, attempt in 0..200_u32, unit in -1.0..2.0_f64) {
        let backoff = Backoff { base: ms(base), max: ms(max) };
        let wait = backoff.delay(attempt, unit);
        prop_assert!(wait <= ms(max));
        prop_assert!(wait >= ms(base.min(max)) / 2);
        prop_assert!(backoff.delay(attempt + 1, 1.0) >= backoff.delay(attempt, 1.0));
    }

    #[test]
    fn a_bucket_never_gives_more_than_its_rate(count in 1..50_u32, burst in 1..20_u32, steps in prop::collection::vec((0..200_u64, 1..5_u32), 1..200)) {
        let period = ms(1_000);
        let mut bucket = TokenBucket::new(count, period, burst);
        let (mut now, mut given) = (ms(0), 0_u32);
        for (wait, wanted) in steps {
            now += ms(wait);
            let before = bucket.left(now);
            match bucket.take(wanted, now) {
                Ok(()) => prop_assert!(before >= wanted),
                Err(Duration::MAX) => {
                    prop_assert!(wanted > burst);
                    continue;
                }
                Err(wait) => {
                    prop_assert!(bucket.take(wanted, now + wait - Duration::from_nanos(1)).is_err());
                    now += wait;
                    prop_assert!(bucket.take(wanted, now).is_ok(), "the wait told was not enough");
                }
            }
            given += wanted;
            let most = f64::from(burst) + now.as_secs_f64() * f64::from(count) + 0.01;
            prop_assert!(f64::from(given) <= most, "{given} of {most}");
        }
    }

    #[test]
    fn retries_never_outnumber_their_share(attempts in 0..500_u32, tries in 0..500_u32) {
        let mut budget = RetryBudget::new(0.1, 0.0, 10.0, ms(0));
        let mut retried = 0_u32;
        for n in 0..attempts.max(tries) {
            if n < attempts { budget.attempted(); }
            if n < tries && budget.retry(ms(u64::from(n))) { retried += 1; }
        }
        prop_assert!(f64::from(retried) <= 10.0 + f64::from(attempts) * 0.1 + 1e-6);
    }

    #[test]
    fn a_breaker_admits_at_most_one_unreported_trial(events in prop::collection::vec((0..4_u8, 0..400_u64), 1..300)) {
        let config = BreakerConfig { failures: 2, open_for: ms(100), open_for_max: ms(800), trial_for: ms(1_000_000) };
        let mut breaker = Breaker::new(config);
        let (mut now, mut trial) = (ms(0), false);
        for (event, wait) in events {
            now += ms(wait);
            let half = breaker.state(now) == BreakerState::HalfOpen;
            match event {
                0 | 1 => if breaker.admit(now).is_ok() && half { prop_assert!(!trial); trial = true; },
                2 => { breaker.succeeded(now); if half && trial { prop_assert_eq!(breaker.state(now), BreakerState::Closed); } },
                _ => breaker.failed(now),
            }
            if breaker.state(now) != BreakerState::HalfOpen { trial = false; }
            if let Err(refused) = breaker.admit(now) {
                prop_assert!(refused.retry_in > Duration::ZERO);
            } else if breaker.state(now) == BreakerState::HalfOpen { trial = true; }
        }
    }
}
