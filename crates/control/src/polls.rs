//! Which sources to ask now.
//!
//! Under a budget of requests per second the mean delay is least when each source is asked at a rate that grows with the
//! square root of how often it publishes: asking twice as often halves the wait but doubles the cost, whoever it is.
//! Bounds come first: never more often than the source allows (`every`, `Retry-After`), never more rarely than `idle_max`,
//! and what fails is asked more and more rarely.

use std::time::Duration;

use tge_model::{Source, SourceHealth, SourceKind, Timestamp};
use tge_resilience::Backoff;

/// The plan's limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PollsConfig {
    /// Requests per second over all sources.
    pub budget_per_second: f64,
    /// No source is left longer than this, however quiet.
    pub idle_max: Duration,
    /// Waits after failures.
    pub failing: Backoff,
    /// What a source with no history is taken for, in items per hour.
    pub prior_per_hour: f64,
    /// How many hours of history that guess is worth.
    pub prior_hours: f64,
}

impl Default for PollsConfig {
    /// 5 requests per second, 15 min at most, failures from 10 s to 30 min, 1 item per hour worth 6 hours.
    fn default() -> Self {
        Self {
            budget_per_second: 5.0,
            idle_max: Duration::from_secs(900),
            failing: Backoff { base: Duration::from_secs(10), max: Duration::from_secs(1_800) },
            prior_per_hour: 1.0,
            prior_hours: 6.0,
        }
    }
}

/// A source with what polling it has shown.
#[derive(Debug, Clone, Copy)]
pub struct PollSubject<'a> {
    /// The source.
    pub source: &'a Source,
    /// Its state.
    pub health: &'a SourceHealth,
    /// Documents that came while it was watched; what was there before the first poll tells nothing of its rhythm.
    pub arrivals: u64,
    /// Since when it is watched; with the arrivals this gives its rate.
    pub watched_since: Timestamp,
}

/// One source's place in the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PollPlan {
    /// Place in the list given.
    pub index: usize,
    /// From one poll to the next.
    pub interval: Duration,
    /// When it is to be asked.
    pub due_at: Timestamp,
}

/// Items per second a source is expected to publish: a Gamma prior and a Poisson count.
pub fn arrival_rate(arrivals: u64, watched: Duration, config: &PollsConfig) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a count of items is far below 2^53")]
    let items = arrivals as f64 + config.prior_per_hour * config.prior_hours;
    let hours = watched.as_secs_f64() / 3_600.0 + config.prior_hours;
    items / hours.max(1e-6) / 3_600.0
}

/// Plans every fetched source; those with `due_at` not after now are due, the longest overdue first. Pushed sources are
/// left out.
pub fn plan_polls(subjects: &[PollSubject<'_>], now: Timestamp, config: &PollsConfig) -> Vec<PollPlan> {
    let fetched: Vec<(usize, &PollSubject<'_>, f64)> = subjects
        .iter()
        .enumerate()
        .filter(|(_, s)| s.source.kind != SourceKind::Push)
        .map(|(i, s)| (i, s, arrival_rate(s.arrivals, now.since(s.watched_since), config)))
        .collect();
    let rates: Vec<(f64, f64, f64)> = fetched
        .iter()
        .map(|(_, s, arrivals)| {
            let most = 1.0 / s.source.every.as_secs_f64().max(1e-3);
            let least = (1.0 / config.idle_max.as_secs_f64().max(1e-3)).min(most);
            (arrivals.sqrt(), least, most)
        })
        .collect();
    let scale = scale(&rates, config.budget_per_second);
    let mut plan: Vec<PollPlan> = fetched
        .iter()
        .zip(&rates)
        .map(|((index, subject, _), (weight, least, most))| {
            let interval = Duration::from_secs_f64(1.0 / (weight * scale).clamp(*least, *most));
            let health = subject.health;
            let next =
                health.last_poll_at.map_or(health.next_poll_at, |last| last.plus(interval).max(health.next_poll_at));
            PollPlan { index: *index, interval, due_at: next }
        })
        .collect();
    plan.sort_by_key(|p| (p.due_at, p.index));
    plan
}

/// The factor with which bounded rates use up the budget; as large as needed when the bounds leave some of it unused.
fn scale(rates: &[(f64, f64, f64)], budget: f64) -> f64 {
    let spent = |scale: f64| rates.iter().map(|(w, least, most)| (w * scale).clamp(*least, *most)).sum::<f64>();
    let (mut low, mut high) = (0.0, 1e9);
    if spent(high) <= budget {
        return high;
    }
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if spent(middle) > budget { high = middle } else { low = middle }
    }
    low
}

/// When a source may be asked again after a poll: no sooner than `every` and the host's `Retry-After`, and after failures
/// as its backoff says. `unit` is a random number from 0 to 1.
pub fn retry_at(
    source: &Source,
    failures: u32,
    retry_after: Option<Duration>,
    now: Timestamp,
    unit: f64,
    config: &PollsConfig,
) -> Timestamp {
    let backoff = if failures == 0 { Duration::ZERO } else { config.failing.delay(failures, unit) };
    // A host that asks for a year is not obeyed for a year: it is asked again tomorrow.
    let asked = retry_after.unwrap_or_default().min(Duration::from_secs(86_400));
    now.plus(source.every.max(backoff).max(asked))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tge_model::{SourceName, Tier};

    use super::*;

    fn source(name: &str, every: u64) -> Source {
        Source {
            name: SourceName::new(name).expect("valid"),
            kind: SourceKind::Feed,
            url: String::new(),
            owner: name.to_owned(),
            tier: Tier::Press,
            every: Duration::from_secs(every),
            project: None,
            demo: false,
        }
    }

    fn plan_of(sources: &[(Source, u64)], budget: f64, hours: u64) -> Vec<PollPlan> {
        let now = Timestamp::from_secs(10_000_000);
        let health: Vec<SourceHealth> = sources
            .iter()
            .map(|(s, _)| SourceHealth { last_poll_at: Some(now), ..SourceHealth::unknown(s.name.clone(), now) })
            .collect();
        let since = now.minus(Duration::from_secs(hours * 3_600));
        let subjects: Vec<_> = sources
            .iter()
            .zip(&health)
            .map(|((source, arrivals), health)| PollSubject {
                source,
                health,
                arrivals: *arrivals,
                watched_since: since,
            })
            .collect();
        let mut plan = plan_polls(&subjects, now, &PollsConfig { budget_per_second: budget, ..PollsConfig::default() });
        plan.sort_by_key(|p| p.index);
        plan
    }

    #[test]
    fn busy_sources_are_asked_as_the_square_root_of_their_rate() {
        let plan = plan_of(&[(source("busy", 1), 40_000), (source("quiet", 1), 400)], 0.05, 1_000);
        let ratio = plan[1].interval.as_secs_f64() / plan[0].interval.as_secs_f64();
        assert!((9.0..11.0).contains(&ratio), "{ratio}");
    }

    #[test]
    fn a_wide_budget_is_bounded_by_every() {
        let plan = plan_of(&[(source("a", 30), 10), (source("b", 60), 0)], 100.0, 10);
        assert_eq!(plan.iter().map(|p| p.interval.as_secs_f64().round()).collect::<Vec<_>>(), [30.0, 60.0]);
    }

    #[test]
    fn failures_and_retry_after_put_off() {
        let now = Timestamp::from_secs(0);
        let config = PollsConfig::default();
        let at = |failures, after| retry_at(&source("a", 30), failures, after, now, 1.0, &config).since(now).as_secs();
        assert_eq!(at(0, None), 30);
        assert_eq!(at(1, None), 30);
        assert_eq!(at(4, None), 80);
        assert_eq!(at(40, None), 1_800);
        assert_eq!(at(0, Some(Duration::from_secs(120))), 120);
        assert_eq!(at(0, Some(Duration::from_secs(1 << 40))), 86_400);
    }

    proptest! {
        #[test]
        fn the_budget_holds_and_bounds_come_first(
            items in prop::collection::vec((0..100_000_u64, 1..600_u64), 1..60),
            budget in 0.01..20.0_f64,
        ) {
            let sources: Vec<_> = items.iter().enumerate().map(|(n, (count, every))| (source(&format!("s{n}"), *every), *count)).collect();
            let plan = plan_of(&sources, budget, 500);
            let spent: f64 = plan.iter().map(|p| 1.0 / p.interval.as_secs_f64()).sum();
            let idle = PollsConfig::default().idle_max.as_secs_f64();
            let least: f64 = items.iter().map(|(_, every)| (1.0 / idle).min(1.0 / f64::from(u32::try_from(*every).expect("small")))).sum();
            prop_assert!(spent <= budget.max(least) * 1.001);
            for (place, (_, every)) in plan.iter().zip(&items) {
                prop_assert!(place.interval >= Duration::from_secs_f64(f64::from(u32::try_from(*every).expect("small")) - 1e-6));
                prop_assert!(place.interval.as_secs_f64() <= idle + 1e-6, "every is at most 600 s here");
            }
        }
    }
}
