//! The directory of one process: instances with beats that run out, and locks that run out with them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tge_ports::{Directory, DirectoryError, Instance, InstanceStatus, LockToken, Snapshot};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// How long a silent instance stays listed as critical before it is forgotten.
const FORGET_AFTER: Duration = Duration::from_secs(600);

/// The directory of one process.
#[derive(Debug)]
pub struct LocalDirectory {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// Begins at 1, so that `watch(0)` answers at once.
    index: u64,
    entries: BTreeMap<String, Entry>,
    locks: BTreeMap<String, Lock>,
}

#[derive(Debug)]
struct Entry {
    instance: Instance,
    status: InstanceStatus,
    note: String,
    ttl: Duration,
    /// When the beat runs out; for a critical entry, when it did or was reported.
    due: Instant,
}

#[derive(Debug)]
struct Lock {
    /// The last token given; its index outlives the holder, so that the next one's is greater.
    token: LockToken,
    holder: String,
    due: Instant,
}

// === impl LocalDirectory ===

impl LocalDirectory {
    /// An empty directory.
    pub fn new() -> Self {
        let state = State { index: 1, entries: BTreeMap::new(), locks: BTreeMap::new() };
        Self { state: Mutex::new(state), changed: Notify::new() }
    }

    /// The state with everything that ran out by now accounted for.
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.expire(Instant::now());
        state
    }
}

impl Default for LocalDirectory {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Directory for LocalDirectory {
    async fn register(&self, instance: &Instance, ttl: Duration) -> Result<(), DirectoryError> {
        {
            let mut state = self.state();
            if let Some(entry) = state.entries.get(&instance.id)
                && !entry.instance.is_same_process(instance)
                && entry.status != InstanceStatus::Critical
            {
                return Err(DirectoryError::Taken {
                    id: instance.id.clone(),
                    holder: format!("{}:{}", entry.instance.host, entry.instance.port),
                });
            }
            let entry = Entry {
                instance: instance.clone(),
                status: InstanceStatus::Critical,
                note: "no beat yet".to_owned(),
                ttl,
                due: Instant::now(),
            };
            state.entries.insert(instance.id.clone(), entry);
            state.index += 1;
        }
        self.changed.notify_waiters();
        Ok(())
    }

    async fn beat(&self, id: &str, status: InstanceStatus, note: &str) -> Result<(), DirectoryError> {
        {
            let mut state = self.state();
            let Some(entry) = state.entries.get_mut(id) else {
                return Err(DirectoryError::Refused {
                    attempted: "beating",
                    target: "this process".to_owned(),
                    reason: format!("instance {id} is not registered; register it again"),
                });
            };
            entry.due = Instant::now() + entry.ttl;
            let changed = entry.status != status || entry.note != note;
            entry.status = status;
            note.clone_into(&mut entry.note);
            if changed {
                state.index += 1;
            }
        }
        // Whoever watches must learn the new end of the beat even when nothing else changed.
        self.changed.notify_waiters();
        Ok(())
    }

    async fn deregister(&self, id: &str) -> Result<(), DirectoryError> {
        {
            let mut state = self.state();
            if state.entries.remove(id).is_some() {
                state.index += 1;
            }
        }
        self.changed.notify_waiters();
        Ok(())
    }

    async fn watch(&self, after: u64, wait: Duration) -> Result<Snapshot, DirectoryError> {
        let deadline = Instant::now() + wait;
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // Listening begins before looking, so a change in between is not missed.
            changed.as_mut().enable();
            let expires_at = {
                let state = self.state();
                if state.index != after || Instant::now() >= deadline {
                    return Ok(state.snapshot());
                }
                state.next_expiry()
            };
            let until = expires_at.map_or(deadline, |at| at.min(deadline));
            // Both ends of the wait lead to another look.
            drop(timeout_at(until, changed).await);
        }
    }

    async fn lock(&self, name: &str, holder: &str, ttl: Duration) -> Result<Option<LockToken>, DirectoryError> {
        let mut state = self.state();
        let now = Instant::now();
        let last = state.locks.get_mut(name);
        let index = match last {
            Some(lock) if lock.due > now && lock.holder == holder => {
                lock.due = now + ttl;
                return Ok(Some(lock.token.clone()));
            }
            Some(lock) if lock.due > now => return Ok(None),
            Some(lock) => lock.token.index + 1,
            None => 1,
        };
        let token = LockToken { index, session: format!("{holder}/{index}") };
        state.locks.insert(name.to_owned(), Lock { token: token.clone(), holder: holder.to_owned(), due: now + ttl });
        Ok(Some(token))
    }

    async fn unlock(&self, name: &str, holder: &str) -> Result<(), DirectoryError> {
        let mut state = self.state();
        if let Some(lock) = state.locks.get_mut(name).filter(|lock| lock.holder == holder) {
            lock.due = Instant::now();
        }
        Ok(())
    }
}

// === impl State ===

impl State {
    /// Marks who missed its beats, forgets who has been silent for long.
    fn expire(&mut self, now: Instant) {
        let mut changes = 0;
        self.entries.retain(|_, entry| {
            let silent = entry.status == InstanceStatus::Critical && entry.due + entry.ttl + FORGET_AFTER <= now;
            changes += u64::from(silent);
            !silent
        });
        for entry in self.entries.values_mut() {
            if entry.status != InstanceStatus::Critical && entry.due <= now {
                entry.status = InstanceStatus::Critical;
                entry.note = format!("no beat within {:?}", entry.ttl);
                changes += 1;
            }
        }
        self.index += changes;
    }

    /// When the next of those who beat will have missed its beat, as things stand.
    fn next_expiry(&self) -> Option<Instant> {
        let beating = self.entries.values().filter(|entry| entry.status != InstanceStatus::Critical);
        beating.map(|entry| entry.due).min()
    }

    fn snapshot(&self) -> Snapshot {
        let instances = self.entries.values().map(|e| (e.instance.clone(), e.status, e.note.clone())).collect();
        Snapshot { index: self.index, instances }
    }
}
