//! How many requests each host gets at once: one more after each answer, half after each refusal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tge_agent::Memory;
use tge_agent::poll::Polled;
use tge_model::MemoryTier;
use tge_service::{Context, OnError, chain};
use tokio::sync::Notify;

/// The kind under which limits are remembered.
const KIND: &str = "host_limits";
/// Never more at once with one host.
const CEILING: f64 = 4.0;
/// How often changed limits are written.
const WRITE: Duration = Duration::from_secs(10);

/// What is remembered of a host.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Limits {
    /// Requests at once; the whole part counts.
    window: f64,
    /// Refusals since the window was first known.
    refusals: u64,
}

struct Host {
    limits: Limits,
    busy: u32,
    changed: bool,
}

/// Every host's window.
pub(crate) struct Hosts {
    memory: Memory,
    hosts: Mutex<HashMap<String, Host>>,
    freed: Notify,
}

/// Room at one host; given back when dropped.
pub(crate) struct Room {
    hosts: Arc<Hosts>,
    host: String,
}

impl Hosts {
    pub(crate) fn new(memory: Memory) -> Self {
        Self { memory, hosts: Mutex::default(), freed: Notify::new() }
    }

    /// Reads what is remembered and writes what changes, until the process stops.
    pub(crate) fn keep_in_memory(self: &Arc<Self>, context: &Context) {
        let (hosts, task) = (self.clone(), context.clone());
        context.spawn("host limits", OnError::Log, async move {
            let mut read = false;
            loop {
                if !read {
                    read = hosts.read().await;
                }
                hosts.write().await;
                if !task.sleep(WRITE).await {
                    hosts.write().await;
                    return;
                }
            }
        });
    }

    /// Waits until the host of `url` has room.
    pub(crate) async fn enter(self: &Arc<Self>, url: &str) -> Room {
        let host = host_of(url);
        loop {
            let freed = self.freed.notified();
            if self.try_enter(&host) {
                return Room { hosts: self.clone(), host };
            }
            freed.await;
        }
    }

    fn try_enter(&self, host: &str) -> bool {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let host = hosts.entry(host.to_owned()).or_insert(Host {
            limits: Limits { window: 1.0, refusals: 0 },
            busy: 0,
            changed: false,
        });
        let room = f64::from(host.busy) < host.limits.window.floor();
        host.busy += u32::from(room);
        room
    }

    async fn read(&self) -> bool {
        match self.memory.recall_kind::<Limits>(KIND).await {
            Ok(known) => {
                let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
                for (key, limits) in known {
                    if let Some(host) = key.strip_prefix("host/").and_then(|k| k.strip_suffix("/limits"))
                        && !hosts.contains_key(host)
                    {
                        let limits = Limits { window: limits.window.clamp(1.0, CEILING), ..limits };
                        hosts.insert(host.to_owned(), Host { limits, busy: 0, changed: false });
                    }
                }
                true
            }
            Err(error) => {
                tracing::debug!(error = %chain(&error), "host limits not read yet");
                false
            }
        }
    }

    async fn write(&self) {
        let changed: Vec<(String, Limits)> = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let changed = hosts.iter_mut().filter(|(_, host)| host.changed);
            changed.map(|(name, host)| (name.clone(), { host.changed = false; host.limits })).collect()
        };
        for (host, limits) in changed {
            let subjects = [format!("host:{host}")];
            let key = format!("host/{host}/limits");
            let stored = self.memory.remember(MemoryTier::Semantic, &key, KIND, &subjects, 0.5, &limits).await;
            if let Err(error) = stored {
                tracing::debug!(error = %chain(&error), "host limits not written; trying again");
                let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(host) = hosts.get_mut(&host) {
                    host.changed = true;
                }
            }
        }
    }
}

impl Room {
    /// Learns from how the poll went.
    pub(crate) fn leave(self, polled: &Polled) {
        let mut hosts = self.hosts.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(host) = hosts.get_mut(&self.host) else { return };
        let before = host.limits;
        if polled.outcome == "blocked" || polled.retry_after.is_some() {
            host.limits.window = (host.limits.window / 2.0).max(1.0);
            host.limits.refusals += 1;
        } else if polled.outcome != "error" {
            host.limits.window = (host.limits.window + 0.25).min(CEILING);
        }
        host.changed |= host.limits != before;
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut hosts = self.hosts.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.get_mut(&self.host) {
            host.busy = host.busy.saturating_sub(1);
        }
        drop(hosts);
        self.hosts.freed.notify_waiters();
    }
}

fn host_of(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or_default()
}
