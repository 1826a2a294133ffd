//! How often a host is asked: a rate, a number at a time, and silence for as long as it asks for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

use crate::config::Config;
use crate::robots::Rules;

/// Hosts remembered; beyond that the idle ones are forgotten.
const HOSTS_MAX: usize = 10_000;

/// Everything known of the hosts that were asked.
#[derive(Default)]
pub(crate) struct Hosts {
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

/// What is known of one host (one scheme, name and port).
pub(crate) struct Host {
    at_once: Arc<Semaphore>,
    state: Mutex<State>,
    /// Its robots.txt and until when it counts; locked while it is fetched, so that it is fetched once.
    pub(crate) robots: tokio::sync::Mutex<Option<(Rules, Instant)>>,
}

#[derive(Default)]
struct State {
    /// When the bucket is full again (GCRA's theoretical arrival time).
    full_at: Option<Instant>,
    /// Until when the host asked us to stay away.
    away_until: Option<Instant>,
}

/// A request may go out while this lives.
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
}

/// There is no turn within our patience; come again after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoTurn(pub(crate) Duration);

/// What holds for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rate {
    /// Reading from a stranger: the rate, and the silence it asks for.
    Held,
    /// Reading from the operator's own machine, which was let through on purpose: only the silence it asks for.
    Own,
    /// Delivering what somebody asked for: who delivers has a schedule of his own.
    Free,
}

impl Hosts {
    /// The host of an origin.
    pub(crate) fn of(&self, origin: &str, config: &Config) -> Arc<Host> {
        let mut hosts = locked(&self.hosts);
        if hosts.len() >= HOSTS_MAX && !hosts.contains_key(origin) {
            let now = Instant::now();
            hosts.retain(|_, host| Arc::strong_count(host) > 1 || host.is_busy(now));
        }
        let host = hosts.entry(origin.to_owned()).or_insert_with(|| {
            Arc::new(Host {
                at_once: Arc::new(Semaphore::new(config.per_host_at_once.max(1))),
                state: Mutex::default(),
                robots: tokio::sync::Mutex::default(),
            })
        });
        Arc::clone(host)
    }
}

impl Host {
    /// Waits for a turn, as long as our patience lasts.
    pub(crate) async fn turn(&self, rate: Rate, config: &Config) -> Result<Turn, NoTurn> {
        let wait = self.reserve(rate, config, Instant::now())?;
        if !wait.is_zero() {
            sleep(wait).await;
        }
        let permit = timeout(config.patience, Arc::clone(&self.at_once).acquire_owned()).await;
        match permit {
            Ok(Ok(permit)) => Ok(Turn { _permit: permit }),
            // The semaphore is never closed; both mean that the line is long.
            Ok(Err(_)) | Err(_) => Err(NoTurn(config.patience)),
        }
    }

    /// Stays away from the host for this long.
    pub(crate) fn stay_away(&self, wait: Duration) {
        locked(&self.state).away_until = Some(Instant::now() + wait);
    }

    fn reserve(&self, rate: Rate, config: &Config, now: Instant) -> Result<Duration, NoTurn> {
        let mut state = locked(&self.state);
        if rate == Rate::Free {
            return Ok(Duration::ZERO);
        }
        if let Some(until) = state.away_until {
            if until > now {
                return Err(NoTurn(until - now));
            }
            state.away_until = None;
        }
        if rate == Rate::Own {
            return Ok(Duration::ZERO);
        }
        let full_at = state.full_at.filter(|at| *at > now).unwrap_or(now);
        let room = config.per_host_interval * config.per_host_burst.saturating_sub(1);
        let wait = (full_at - now).saturating_sub(room);
        if wait > config.patience {
            return Err(NoTurn(wait));
        }
        state.full_at = Some(full_at + config.per_host_interval);
        Ok(wait)
    }

    fn is_busy(&self, now: Instant) -> bool {
        let state = locked(&self.state);
        state.full_at.is_some_and(|at| at > now) || state.away_until.is_some_and(|until| until > now)
    }
}

/// The state behind a lock. It is whole after every statement, so a panic elsewhere does not spoil it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config {
            per_host_burst: 2,
            per_host_interval: Duration::from_secs(1),
            per_host_at_once: 1,
            patience: Duration::from_secs(2),
            ..Config::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_holds() {
        let (hosts, config) = (Hosts::default(), config());
        let host = hosts.of("http://a", &config);
        let start = Instant::now();
        let mut at = Vec::new();
        for _ in 0..4 {
            drop(host.turn(Rate::Held, &config).await.map_err(|_| "refused").expect("a turn"));
            at.push(start.elapsed().as_secs());
        }
        assert_eq!(at, [0, 0, 1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_line_is_told() {
        let (hosts, config) = (Hosts::default(), config());
        let host = hosts.of("http://a", &config);
        let mut told = None;
        for _ in 0..9 {
            if let Err(wait) = host.reserve(Rate::Held, &config, Instant::now()) {
                told = Some(wait);
            }
        }
        assert_eq!(told, Some(NoTurn(Duration::from_secs(3))));
        let first = host.turn(Rate::Free, &config).await.map_err(|_| "refused").expect("a turn");
        assert!(host.turn(Rate::Free, &config).await.is_err(), "one at a time");
        drop(first);
        assert!(host.turn(Rate::Free, &config).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_wants_silence_gets_it() {
        let (hosts, config) = (Hosts::default(), config());
        let host = hosts.of("http://a", &config);
        host.stay_away(Duration::from_secs(60));
        assert_eq!(host.reserve(Rate::Held, &config, Instant::now()), Err(NoTurn(Duration::from_secs(60))));
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(host.reserve(Rate::Held, &config, Instant::now()), Ok(Duration::ZERO));
    }
}
