//! How many requests each host gets at once: one more after a round of answers, half after a refusal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tge_agent::Memory;
use tge_agent::poll::Polled;
use tge_model::MemoryTier;
use tge_resilience::{Aimd, AimdConfig};
use tge_service::{Context, OnError, chain};
use tokio::sync::Notify;
use tokio::time::Instant;

/// The kind under which limits are remembered.
const KIND: &str = "host_limits";
/// Never more than four at once with one host, halved by a refusal.
const BOUNDS: AimdConfig = AimdConfig { least: 1, most: 4, keep: 0.5, hold: Duration::from_secs(1) };
/// How often changed limits are written.
const WRITE: Duration = Duration::from_secs(10);

/// What is remembered of a host.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Limits {
    /// Requests at once.
    at_once: u32,
    /// Refusals since the host was first known.
    refusals: u64,
}

struct Host {
    window: Aimd,
    refusals: u64,
    busy: u32,
    /// What was last written; written again when it differs.
    written: Option<Limits>,
}

impl Host {
    fn new(window: Aimd, refusals: u64, written: Option<Limits>) -> Self {
        Self { window, refusals, busy: 0, written }
    }

    fn limits(&self) -> Limits {
        Limits { at_once: self.window.limit(), refusals: self.refusals }
    }
}

/// Every host's window.
pub(crate) struct Hosts {
    memory: Memory,
    hosts: Mutex<HashMap<String, Host>>,
    freed: Notify,
    begun: Instant,
}

/// Room at one host; given back when dropped.
pub(crate) struct Room {
    hosts: Arc<Hosts>,
    host: String,
}

impl Hosts {
    pub(crate) fn new(memory: Memory) -> Self {
        Self { memory, hosts: Mutex::default(), freed: Notify::new(), begun: Instant::now() }
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
        let host = hosts.entry(host.to_owned()).or_insert_with(|| Host::new(Aimd::new(BOUNDS), 0, None));
        let room = host.window.admits(host.busy);
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
                        let window = Aimd::resume(BOUNDS, limits.at_once);
                        hosts.insert(host.to_owned(), Host::new(window, limits.refusals, Some(limits)));
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
            let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let changed = hosts.iter().filter(|(_, host)| host.written != Some(host.limits()));
            changed.map(|(name, host)| (name.clone(), host.limits())).collect()
        };
        for (host, limits) in changed {
            let subjects = [format!("host:{host}")];
            let key = format!("host/{host}/limits");
            let stored = self.memory.remember(MemoryTier::Semantic, &key, KIND, &subjects, 0.5, &limits).await;
            match stored {
                Ok(()) => {
                    let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some(host) = hosts.get_mut(&host) {
                        host.written = Some(limits);
                    }
                }
                Err(error) => tracing::debug!(error = %chain(&error), "host limits not written; trying again"),
            }
        }
    }
}

impl Room {
    /// Learns from how the poll went.
    pub(crate) fn leave(self, polled: &Polled) {
        let mut hosts = self.hosts.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(host) = hosts.get_mut(&self.host) else { return };
        if polled.outcome == "blocked" || polled.retry_after.is_some() {
            host.window.failed(self.hosts.begun.elapsed());
            host.refusals += 1;
        } else if polled.outcome != "error" {
            host.window.succeeded(host.busy);
        }
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
