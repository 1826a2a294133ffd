//! A store in memory that can go away, and that refuses one key.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use tge_model::{MemoryItem, MemoryTier};
use tge_ports::store::{MemoryFilter, MemoryStore, MemoryWrite, PutOutcome};
use tge_ports::{Clock, StoreError};

/// A store in memory.
pub(crate) struct FakeStore {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    away: AtomicBool,
    reads: AtomicU64,
    transactions: AtomicU64,
}

#[derive(Default)]
struct State {
    items: HashMap<(MemoryTier, String), MemoryItem>,
    seq: u64,
}

impl FakeStore {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            state: Mutex::default(),
            away: AtomicBool::new(false),
            reads: AtomicU64::new(0),
            transactions: AtomicU64::new(0),
        }
    }

    pub(crate) fn set_away(&self, away: bool) {
        self.away.store(away, SeqCst);
    }

    /// Items read one by one.
    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(SeqCst)
    }

    pub(crate) fn transactions(&self) -> u64 {
        self.transactions.load(SeqCst)
    }

    pub(crate) fn uses(&self, key: &str) -> u64 {
        self.state.lock().unwrap().items[&(MemoryTier::Episodic, key.to_owned())].uses
    }

    fn here(&self, attempted: &'static str) -> Result<(), StoreError> {
        if self.away.load(SeqCst) {
            return Err(StoreError::Unavailable { attempted, target: "fake".to_owned(), source: "away".into() });
        }
        Ok(())
    }
}

impl State {
    fn put(&mut self, write: &MemoryWrite, now: tge_model::Timestamp) -> PutOutcome {
        let name = (write.tier, write.key.clone());
        let before = self.items.get(&name).filter(|item| item.kind != "tombstone").cloned();
        let found = before.as_ref().map_or(0, |item| item.version);
        if let Some(expected) = write.expected
            && expected != found
        {
            return PutOutcome::Conflict { found };
        }
        if let Some(item) = before.as_ref().filter(|item| item.content == write.content && item.kind == write.kind) {
            return PutOutcome::Unchanged(item.clone());
        }
        self.seq += 1;
        let item = MemoryItem {
            tier: write.tier,
            key: write.key.clone(),
            version: found + 1,
            writer: write.writer.clone(),
            kind: write.kind.clone(),
            subjects: write.subjects.clone(),
            content: write.content.clone(),
            importance: write.importance,
            uses: 0,
            created_at: before.map_or(now, |item| item.created_at),
            updated_at: now,
            accessed_at: now,
            seq: self.seq,
        };
        self.items.insert(name, item.clone());
        PutOutcome::Stored(item)
    }
}

#[async_trait::async_trait]
impl MemoryStore for FakeStore {
    async fn put(&self, writes: &[MemoryWrite]) -> Result<Vec<PutOutcome>, StoreError> {
        self.here("storing memory")?;
        if writes.iter().any(|write| write.key == "refuse me") {
            let (attempted, target) = ("storing memory", "fake".to_owned());
            return Err(StoreError::Refused { attempted, target, source: "cannot be stored".into() });
        }
        self.transactions.fetch_add(1, SeqCst);
        let (mut state, now) = (self.state.lock().unwrap(), self.clock.now());
        Ok(writes.iter().map(|write| state.put(write, now)).collect())
    }

    async fn get(&self, tier: MemoryTier, key: &str) -> Result<Option<MemoryItem>, StoreError> {
        self.here("reading memory")?;
        self.reads.fetch_add(1, SeqCst);
        let (mut state, now) = (self.state.lock().unwrap(), self.clock.now());
        let item = state.items.get_mut(&(tier, key.to_owned())).filter(|item| item.kind != "tombstone");
        Ok(item.map(|item| {
            item.uses += 1;
            item.accessed_at = now;
            item.clone()
        }))
    }

    async fn list(&self, filter: &MemoryFilter, max: u32) -> Result<Vec<MemoryItem>, StoreError> {
        self.here("listing memory")?;
        let state = self.state.lock().unwrap();
        let mut items: Vec<_> = state
            .items
            .values()
            .filter(|item| item.kind != "tombstone" && filter.kind.as_ref().is_none_or(|kind| item.kind == *kind))
            .cloned()
            .collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.seq));
        items.truncate(max.try_into().unwrap());
        Ok(items)
    }

    async fn since(&self, seq: u64, max: u32) -> Result<Vec<MemoryItem>, StoreError> {
        self.here("following memory")?;
        let state = self.state.lock().unwrap();
        let mut items: Vec<_> = state.items.values().filter(|item| item.seq > seq).cloned().collect();
        items.sort_by_key(|item| item.seq);
        items.truncate(max.try_into().unwrap());
        Ok(items)
    }

    async fn forget(&self, tier: MemoryTier, key: &str) -> Result<bool, StoreError> {
        self.here("forgetting memory")?;
        let mut state = self.state.lock().unwrap();
        state.seq += 1;
        let seq = state.seq;
        let item = state.items.get_mut(&(tier, key.to_owned())).filter(|item| item.kind != "tombstone");
        Ok(item.is_some_and(|item| {
            item.kind = "tombstone".to_owned();
            item.content.clear();
            item.seq = seq;
            true
        }))
    }

    async fn counts(&self) -> Result<Vec<(MemoryTier, u64)>, StoreError> {
        self.here("counting memory")?;
        let state = self.state.lock().unwrap();
        let count = |tier| state.items.values().filter(|item| item.tier == tier && item.kind != "tombstone").count();
        Ok(MemoryTier::ALL.iter().map(|&tier| (tier, count(tier).try_into().unwrap())).collect())
    }
}
