//! Following the order of writes: woken by hints, by own writes, and by time, because hints may be lost.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use futures::StreamExt;
use tge_model::{MemoryItem, MemoryTier};
use tge_ports::store::MemoryStore;
use tge_ports::{Bus, StoreError, channels};
use tge_service::{Check, Context, OnError, chain, metric};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::recall::Traces;
use crate::replica::{Name, Replica};

/// Writes read at once.
const PAGE: u32 = 500;
/// Pause after the store did not answer.
const RETRY: Duration = Duration::from_secs(1);
/// Pause before listening again after the bus refused.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);
/// How often uses are handed to the store and the age of the sync is told.
const UPKEEP: Duration = Duration::from_secs(15);
/// Uses remembered between two hand-overs; more are not counted.
const USES_MAX: usize = 1_000;

/// What the loops share with the calls.
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn MemoryStore>,
    pub(crate) replica: RwLock<Replica>,
    /// Wakes the sync.
    pub(crate) wake: Notify,
    /// The place in the order that was met last; streams wait on it.
    pub(crate) met: watch::Sender<u64>,
    /// Items read from the replica since the last hand-over.
    uses: Mutex<HashSet<Name>>,
    /// When the order was last read to its end.
    synced_at: Mutex<Option<Instant>>,
}

impl Shared {
    pub(crate) fn new(store: Arc<dyn MemoryStore>, replica: Replica) -> Self {
        Self {
            store,
            replica: RwLock::new(replica),
            wake: Notify::new(),
            met: watch::channel(0).0,
            uses: Mutex::default(),
            synced_at: Mutex::default(),
        }
    }

    /// The replica, to be read. A panic in between leaves at worst an item too few, which the store makes up for.
    pub(crate) fn replica(&self) -> std::sync::RwLockReadGuard<'_, Replica> {
        self.replica.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The replica, to be changed.
    pub(crate) fn replica_mut(&self) -> std::sync::RwLockWriteGuard<'_, Replica> {
        self.replica.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a use, to be counted by the store.
    pub(crate) fn used(&self, name: Name) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.len() < USES_MAX {
            uses.insert(name);
        }
    }

    /// Reads the order of writes to its end.
    pub(crate) async fn sync(&self) -> Result<(), StoreError> {
        loop {
            let after = self.replica().cursor();
            let items = self.store.since(after, PAGE).await?;
            let full = items.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
            if !items.is_empty() {
                // The costly part of an item is done outside of the lock.
                let items = items.into_iter().map(with_traces).collect();
                let met = {
                    let mut replica = self.replica_mut();
                    replica.meet(items);
                    replica.cursor()
                };
                self.met.send_if_modified(|at| std::mem::replace(at, met) != met);
                if met == after {
                    // A store that answers with what was asked to be left out would be read for ever.
                    break;
                }
            }
            if !full {
                break;
            }
        }
        *self.synced_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        Ok(())
    }

    async fn count_items(&self) -> Result<(), StoreError> {
        let counts = self.store.counts().await?;
        for tier in MemoryTier::ALL {
            let items = counts.iter().find(|(counted, _)| counted == tier).map_or(0, |(_, items)| *items);
            metric::MEMORY_ITEMS.set(approximate(items), &[("tier", tier.as_str())]);
        }
        Ok(())
    }

    /// Lets the store count uses; what it knows better comes back with it.
    async fn hand_over_uses(&self) {
        let uses = std::mem::take(&mut *self.uses.lock().unwrap_or_else(PoisonError::into_inner));
        for (tier, key) in uses {
            match self.store.get(tier, &key).await {
                Ok(Some(item)) => self.replica_mut().refresh(item),
                Ok(None) => self.wake.notify_one(),
                Err(error) => {
                    tracing::debug!(error = %chain(&error), "uses not counted");
                    return;
                }
            }
        }
    }

    fn tell_age(&self) {
        if let Some(at) = *self.synced_at.lock().unwrap_or_else(PoisonError::into_inner) {
            metric::MEMORY_SYNC_AGE.set(at.elapsed().as_secs_f64(), &[]);
        }
    }
}

/// Starts the loops.
pub(crate) fn start(context: &Context, shared: &Arc<Shared>, bus: Arc<dyn Bus>, sweep: Duration) {
    context.ready.set("memory", Check::Missing("the order of writes has not been read yet".to_owned()));
    let (task, state) = (context.clone(), shared.clone());
    context.spawn("sync", OnError::Stop, async move { follow(&task, &state, sweep).await });
    let (task, state) = (context.clone(), shared.clone());
    context.spawn("listen", OnError::Stop, async move { listen(&task, &state, &*bus).await });
    let (task, state) = (context.clone(), shared.clone());
    context.spawn("upkeep", OnError::Stop, async move {
        while task.sleep(UPKEEP).await {
            state.hand_over_uses().await;
            state.tell_age();
        }
    });
}

async fn follow(context: &Context, shared: &Shared, sweep: Duration) {
    let mut counted_at: Option<Instant> = None;
    loop {
        let mut synced = shared.sync().await;
        if synced.is_ok() && counted_at.is_none_or(|at| at.elapsed() >= sweep.min(UPKEEP)) {
            synced = shared.count_items().await;
            counted_at = Some(Instant::now());
        }
        context.ready.set_result("memory", synced.as_ref().map(|&()| ()));
        shared.tell_age();
        let pause = if synced.is_ok() { sweep } else { RETRY };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shared.wake.notified(), if synced.is_ok() => {}
            () = context.stop.cancelled() => return,
        }
    }
}

/// Turns hints into wake-ups. What a hint says does not matter: the store is read from where this coordinator stands.
async fn listen(context: &Context, shared: &Shared, bus: &dyn Bus) {
    loop {
        match bus.subscribe(&[channels::MEMORY_SYNC]).await {
            Ok(mut hints) => {
                // What was published while nobody listened is looked for once.
                shared.wake.notify_one();
                loop {
                    tokio::select! {
                        hint = hints.next() => match hint {
                            Some(_) => shared.wake.notify_one(),
                            None => break,
                        },
                        () = context.stop.cancelled() => return,
                    }
                }
            }
            Err(error) => tracing::warn!(error = %chain(&error), "no hints of writes; looking by time"),
        }
        if !context.sleep(LISTEN_AGAIN).await {
            return;
        }
    }
}

fn with_traces(item: MemoryItem) -> (MemoryItem, Traces) {
    let traces = Traces::of(&item);
    (item, traces)
}

/// A count as a metric's value; beyond four milliards the difference shows on no panel.
fn approximate(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
