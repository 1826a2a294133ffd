//! One breaker and one quota window a host: who fails is left alone, who says "later" is asked later.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tge_agent::Memory;
use tge_model::{MemoryTier, Timestamp};
use tge_ports::Clock;
use tge_resilience::{Breaker, BreakerConfig, BreakerState};
use tge_service::{Context, OnError, chain, metric};
use thiserror::Error;
use tokio::time::Instant;

/// The kind under which quota windows are remembered.
const KIND: &str = "quota_window";
/// How often changed windows are written and others' are read.
const SYNC: Duration = Duration::from_secs(10);

/// What is remembered of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Quota {
    /// Not to be asked before this moment, in milliseconds since 1970.
    closed_until_ms: i64,
}

struct Host {
    breaker: Breaker,
    closed_until: Timestamp,
    changed: bool,
}

/// Every host's breaker and window.
pub(crate) struct Hosts {
    memory: Memory,
    clock: Arc<dyn Clock>,
    begun: Instant,
    hosts: Mutex<HashMap<String, Host>>,
}

/// Why a host is not asked now.
#[derive(Debug, Error)]
#[error("{host} is left alone for another {retry_in:?}: {why}")]
pub(crate) struct LeftAlone {
    host: String,
    why: &'static str,
    pub(crate) retry_in: Duration,
}

/// A call that was let through, and must say how it ended; dropped without a word, it failed.
pub(crate) struct Call {
    hosts: Arc<Hosts>,
    host: String,
    ended: bool,
}

impl Hosts {
    pub(crate) fn new(memory: Memory, clock: Arc<dyn Clock>) -> Self {
        Self { memory, clock, begun: Instant::now(), hosts: Mutex::default() }
    }

    /// Shares quota windows with the other replicas, until the process stops.
    pub(crate) fn keep_in_memory(self: &Arc<Self>, context: &Context) {
        let (hosts, task) = (self.clone(), context.clone());
        context.spawn("quota windows", OnError::Log, async move {
            loop {
                hosts.write().await;
                if let Err(error) = hosts.read().await {
                    tracing::debug!(error = %chain(&error), "quota windows not read");
                }
                hosts.report();
                if !task.sleep(SYNC).await {
                    return;
                }
            }
        });
    }

    /// Asks to make one call to the host of `url`.
    pub(crate) fn begin(self: &Arc<Self>, url: &str) -> Result<Call, LeftAlone> {
        let host = url::Url::parse(url).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or_default();
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = hosts.entry(host.clone()).or_insert_with(Host::new);
        let closed_for = entry.closed_until.since(self.clock.now());
        if !closed_for.is_zero() {
            return Err(LeftAlone { host, why: "its quota window is closed", retry_in: closed_for });
        }
        entry.breaker.admit(self.begun.elapsed()).map_err(|refused| LeftAlone {
            host: host.clone(),
            why: "its breaker is open after failures",
            retry_in: refused.retry_in,
        })?;
        drop(hosts);
        Ok(Call { hosts: self.clone(), host, ended: false })
    }

    async fn read(&self) -> Result<(), tge_agent::MemoryError> {
        let known = self.memory.recall_kind::<Quota>(KIND).await?;
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, quota) in known {
            if let Some(host) = key.strip_prefix("host/").and_then(|k| k.strip_suffix("/quota")) {
                let entry = hosts.entry(host.to_owned()).or_insert_with(Host::new);
                entry.closed_until = entry.closed_until.max(Timestamp::from_millis(quota.closed_until_ms));
            }
        }
        Ok(())
    }

    async fn write(&self) {
        let changed: Vec<(String, Timestamp)> = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let changed = hosts.iter_mut().filter(|(_, host)| host.changed);
            changed
                .map(|(name, host)| {
                    (name.clone(), {
                        host.changed = false;
                        host.closed_until
                    })
                })
                .collect()
        };
        for (host, until) in changed {
            let (key, subjects) = (format!("host/{host}/quota"), [format!("host:{host}")]);
            let quota = Quota { closed_until_ms: until.as_millis() };
            if let Err(error) = self.memory.remember(MemoryTier::Semantic, &key, KIND, &subjects, 0.6, &quota).await {
                tracing::debug!(error = %chain(&error), "quota window not written; trying again");
                let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(host) = hosts.get_mut(&host) {
                    host.changed = true;
                }
            }
        }
    }

    fn report(&self) {
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.begun.elapsed();
        let open = hosts.values().filter(|host| host.breaker.state(now) != BreakerState::Closed).count();
        metric::BREAKERS_OPEN.set(f64::from(u32::try_from(open).unwrap_or(u32::MAX)), &[("scope", "host")]);
    }
}

impl Host {
    fn new() -> Self {
        Self { breaker: Breaker::new(BreakerConfig::default()), closed_until: Timestamp::EPOCH, changed: false }
    }
}

impl Call {
    /// Says how it ended: whether the host did its part, and how long it asked us to stay away.
    pub(crate) fn ended(mut self, well: bool, retry_after: Option<Duration>) {
        self.tell(well, retry_after);
        self.ended = true;
    }

    fn tell(&self, well: bool, retry_after: Option<Duration>) {
        let mut hosts = self.hosts.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(host) = hosts.get_mut(&self.host) else { return };
        let now = self.hosts.begun.elapsed();
        if well {
            host.breaker.succeeded(now);
        } else {
            host.breaker.failed(now);
        }
        if let Some(wait) = retry_after {
            host.closed_until = host.closed_until.max(self.hosts.clock.now().plus(wait));
            host.changed = true;
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.ended {
            self.tell(false, None);
        }
    }
}
