//! A store of recoveries, a directory and a probe that do as they are told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tge_health_monitor::Probe;
use tge_local::LocalDirectory;
use tge_model::{ComponentStatus, Recovery, Timestamp};
use tge_ports::store::Recoveries;
use tge_ports::{Directory, DirectoryError, Instance, InstanceStatus, LockToken, Page, Paged, Snapshot, StoreError};

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Recoveries in memory, in order of their beginning.
#[derive(Default)]
pub(crate) struct FakeRecoveries {
    rows: Mutex<BTreeMap<(Timestamp, String), Recovery>>,
    components: Mutex<BTreeMap<String, ComponentStatus>>,
    away: AtomicBool,
}

impl FakeRecoveries {
    pub(crate) fn set_away(&self, away: bool) {
        self.away.store(away, SeqCst);
    }

    pub(crate) fn all(&self) -> Vec<Recovery> {
        locked(&self.rows).values().cloned().collect()
    }

    pub(crate) fn component(&self, name: &str) -> Option<ComponentStatus> {
        locked(&self.components).get(name).cloned()
    }

    fn here(&self, attempted: &'static str) -> Result<(), StoreError> {
        if self.away.load(SeqCst) {
            return Err(StoreError::Unavailable { attempted, target: "fake".to_owned(), source: "away".into() });
        }
        Ok(())
    }
}

#[async_trait]
impl Recoveries for FakeRecoveries {
    async fn put(&self, recovery: &Recovery) -> Result<(), StoreError> {
        self.here("storing a recovery")?;
        locked(&self.rows).insert((recovery.started_at, recovery.id.to_string()), recovery.clone());
        Ok(())
    }

    async fn list(&self, _component: Option<&str>, _page: &Page) -> Result<Paged<Recovery>, StoreError> {
        unreachable!("the monitor lists no pages")
    }

    async fn since(&self, begun: Timestamp) -> Result<Vec<Recovery>, StoreError> {
        self.here("reading recoveries")?;
        Ok(locked(&self.rows).values().filter(|r| r.started_at >= begun).cloned().collect())
    }

    async fn put_components(&self, components: &[ComponentStatus]) -> Result<(), StoreError> {
        self.here("storing components")?;
        locked(&self.components).extend(components.iter().map(|c| (c.component.clone(), c.clone())));
        Ok(())
    }

    async fn components(&self) -> Result<Vec<ComponentStatus>, StoreError> {
        Ok(locked(&self.components).values().cloned().collect())
    }
}

/// Locks as in one process, instances as told, and away when told.
pub(crate) struct Directories {
    locks: LocalDirectory,
    instances: Mutex<BTreeMap<String, (Instance, InstanceStatus)>>,
    away: AtomicBool,
}

impl Default for Directories {
    fn default() -> Self {
        Self { locks: LocalDirectory::new(), instances: Mutex::default(), away: AtomicBool::new(false) }
    }
}

impl Directories {
    pub(crate) fn set_away(&self, away: bool) {
        self.away.store(away, SeqCst);
    }

    pub(crate) fn set(&self, instance: Instance, status: InstanceStatus) {
        locked(&self.instances).insert(instance.id.clone(), (instance, status));
    }

    pub(crate) fn set_status(&self, id: &str, status: InstanceStatus) {
        if let Some(entry) = locked(&self.instances).get_mut(id) {
            entry.1 = status;
        }
    }

    fn here(&self, attempted: &'static str) -> Result<(), DirectoryError> {
        if self.away.load(SeqCst) {
            return Err(DirectoryError::Unavailable { attempted, target: "fake".to_owned(), source: "away".into() });
        }
        Ok(())
    }
}

#[async_trait]
impl Directory for Directories {
    async fn register(&self, _instance: &Instance, _ttl: Duration) -> Result<(), DirectoryError> {
        Ok(())
    }

    async fn beat(&self, _id: &str, _status: InstanceStatus, _note: &str) -> Result<(), DirectoryError> {
        Ok(())
    }

    async fn deregister(&self, _id: &str) -> Result<(), DirectoryError> {
        Ok(())
    }

    async fn watch(&self, after: u64, wait: Duration) -> Result<Snapshot, DirectoryError> {
        self.here("watching")?;
        if after > 0 {
            tokio::time::sleep(wait.min(Duration::from_secs(1))).await;
        }
        let instances = locked(&self.instances).values().map(|(i, s)| (i.clone(), *s, String::new())).collect();
        Ok(Snapshot { index: after + 1, instances })
    }

    async fn lock(&self, name: &str, holder: &str, ttl: Duration) -> Result<Option<LockToken>, DirectoryError> {
        self.here("locking")?;
        self.locks.lock(name, holder, ttl).await
    }

    async fn unlock(&self, name: &str, holder: &str) -> Result<(), DirectoryError> {
        self.here("unlocking")?;
        self.locks.unlock(name, holder).await
    }
}

/// Answers for everybody but those told to be silent.
#[derive(Default)]
pub(crate) struct FakeProbe(Mutex<BTreeSet<String>>);

impl FakeProbe {
    pub(crate) fn set_silent(&self, host: &str, silent: bool) {
        let mut hosts = locked(&self.0);
        if silent {
            hosts.insert(host.to_owned());
        } else {
            hosts.remove(host);
        }
    }
}

#[async_trait]
impl Probe for FakeProbe {
    async fn ask(&self, host: &str, _port: u16) -> Result<(), String> {
        if locked(&self.0).contains(host) { Err("no answer within 2s".to_owned()) } else { Ok(()) }
    }
}
