//! What this coordinator has read of the store's order of writes: answers reads and searches, feeds streams.
//!
//! Bounded in items and bytes. What does not fit is dropped, least important and longest unused first; it is still in
//! the store, and reads of it go there. Items enter by the order of writes alone (or as writes this coordinator
//! made itself and has not met in the order yet), so a forgotten item cannot come back.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tge_model::{MemoryItem, MemoryTier, Timestamp};
use tge_ports::store::MemoryFilter;

use crate::recall::Traces;

/// Writes kept for streams that are close behind; those further behind read the store.
const RECENT_MAX: usize = 1_000;
const RECENT_BYTES_MAX: usize = 8 << 20;

pub(crate) type Name = (MemoryTier, String);

/// An item at hand, with what search knows of it.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) item: Arc<MemoryItem>,
    pub(crate) traces: Arc<Traces>,
    /// A write was refused because the store has another version: reads go there until it comes by.
    stale: bool,
}

/// The items at hand and the place in the order up to which they are known.
#[derive(Debug)]
pub(crate) struct Replica {
    held: HashMap<Name, Held>,
    bytes: usize,
    items_max: usize,
    bytes_max: usize,
    cursor: u64,
    dropped: bool,
    recent: VecDeque<Arc<MemoryItem>>,
    recent_bytes: usize,
    /// Everything after this place is in `recent`.
    recent_from: u64,
}

// === impl Held ===

impl Held {
    /// An item read from the store, for one answer.
    pub(crate) fn of(item: MemoryItem) -> Self {
        Self { traces: Arc::new(Traces::of(&item)), item: Arc::new(item), stale: false }
    }
}

// === impl Replica ===

impl Replica {
    pub(crate) fn new(items_max: usize, bytes_max: usize) -> Self {
        Self {
            held: HashMap::new(),
            bytes: 0,
            items_max,
            bytes_max,
            cursor: 0,
            dropped: false,
            recent: VecDeque::new(),
            recent_bytes: 0,
            recent_from: 0,
        }
    }

    /// The place in the order up to which everything was met.
    pub(crate) fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Nothing had to be dropped: what is not here does not exist, as of the cursor.
    pub(crate) fn is_complete(&self) -> bool {
        !self.dropped
    }

    /// Meets the next writes of the order; `traces` belong to them one by one.
    pub(crate) fn meet(&mut self, items: Vec<(MemoryItem, Traces)>) {
        for (item, traces) in items {
            if item.seq <= self.cursor {
                continue;
            }
            let item = Arc::new(item);
            self.cursor = item.seq;
            self.remember_recent(item.clone());
            if is_tombstone(&item) {
                self.remove(&(item.tier, item.key.clone()));
            } else {
                self.insert(item, traces);
            }
        }
        self.shrink();
    }

    /// Takes in a write made here, unless the order has passed it already.
    pub(crate) fn anticipate(&mut self, item: MemoryItem, traces: Traces) {
        let newest = self.held.get(&(item.tier, item.key.clone())).is_none_or(|held| held.item.seq < item.seq);
        if item.seq > self.cursor && newest {
            self.insert(Arc::new(item), traces);
            self.shrink();
        }
    }

    /// Takes in the use counted by the store, if it is still the same write.
    pub(crate) fn refresh(&mut self, item: MemoryItem) {
        if let Some(held) = self.held.get_mut(&(item.tier, item.key.clone()))
            && held.item.seq == item.seq
        {
            held.item = Arc::new(item);
            held.stale = false;
        }
    }

    /// Sends reads of this item to the store until its next write is met.
    pub(crate) fn distrust(&mut self, name: &Name) {
        if let Some(held) = self.held.get_mut(name) {
            held.stale = true;
        }
    }

    /// One item, counting the use; `None` when the store must be asked.
    pub(crate) fn read(&mut self, name: &Name, now: Timestamp) -> Option<Arc<MemoryItem>> {
        let held = self.held.get_mut(name).filter(|held| !held.stale)?;
        let item = Arc::make_mut(&mut held.item);
        item.uses += 1;
        item.accessed_at = item.accessed_at.max(now);
        Some(held.item.clone())
    }

    /// Every item at hand that is wanted.
    pub(crate) fn matching(&self, filter: &MemoryFilter) -> Vec<Held> {
        self.held.values().filter(|held| matches(&held.item, filter)).cloned().collect()
    }

    /// Writes after `cursor` in order, at most `max`; `None` when only the store still knows them all.
    pub(crate) fn recent_since(&self, cursor: u64, max: usize) -> Option<Vec<Arc<MemoryItem>>> {
        (cursor >= self.recent_from && self.cursor > 0).then(|| {
            let first = self.recent.partition_point(|item| item.seq <= cursor);
            self.recent.iter().skip(first).take(max).cloned().collect()
        })
    }

    fn insert(&mut self, item: Arc<MemoryItem>, traces: Traces) {
        self.bytes += weight(&item);
        let held = Held { traces: Arc::new(traces), stale: false, item };
        if let Some(before) = self.held.insert((held.item.tier, held.item.key.clone()), held) {
            self.bytes -= weight(&before.item);
        }
    }

    /// Takes out an item that was forgotten, or that does not fit.
    pub(crate) fn remove(&mut self, name: &Name) {
        if let Some(before) = self.held.remove(name) {
            self.bytes -= weight(&before.item);
        }
    }

    /// Drops the least valuable tenth whenever a bound is passed, so that the price is paid seldom.
    fn shrink(&mut self) {
        while self.held.len() > self.items_max || self.bytes > self.bytes_max {
            self.dropped = true;
            let mut worth: Vec<(bool, f64, Timestamp, Name)> = self
                .held
                .iter()
                .map(|(name, held)| {
                    let recent = held.item.seq > self.cursor;
                    (recent, held.item.importance, held.item.accessed_at, name.clone())
                })
                .collect();
            worth.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)).then(a.3.cmp(&b.3)));
            let drop_count = worth.len().div_ceil(10);
            for (.., name) in worth.into_iter().take(drop_count) {
                self.remove(&name);
            }
        }
    }

    fn remember_recent(&mut self, item: Arc<MemoryItem>) {
        self.recent_bytes += weight(&item);
        self.recent.push_back(item);
        while self.recent.len() > RECENT_MAX || self.recent_bytes > RECENT_BYTES_MAX {
            let Some(oldest) = self.recent.pop_front() else { break };
            self.recent_bytes -= weight(&oldest);
            self.recent_from = oldest.seq;
        }
    }
}

/// The store marks a forgotten item in its order of writes so.
pub(crate) fn is_tombstone(item: &MemoryItem) -> bool {
    item.kind == "tombstone"
}

/// Whether an item is wanted.
pub(crate) fn matches(item: &MemoryItem, filter: &MemoryFilter) -> bool {
    filter.tier.is_none_or(|tier| item.tier == tier)
        && filter.kind.as_ref().is_none_or(|kind| item.kind == *kind)
        && filter.key_prefix.as_ref().is_none_or(|prefix| item.key.starts_with(prefix))
        && filter.subject.as_ref().is_none_or(|subject| item.subjects.contains(subject))
}

/// Bytes an item takes, roughly: its texts and a fixed part for the rest.
fn weight(item: &MemoryItem) -> usize {
    let subjects: usize = item.subjects.iter().map(String::len).sum();
    item.key.len() + item.writer.len() + item.kind.len() + item.content.len() + subjects + 256
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(seq: u64, key: &str, importance: f64) -> (MemoryItem, Traces) {
        let at = Timestamp::from_secs(i64::try_from(seq).unwrap());
        let item = MemoryItem {
            tier: MemoryTier::Episodic,
            key: key.to_owned(),
            version: 1,
            writer: "w".to_owned(),
            kind: "note".to_owned(),
            subjects: vec![],
            content: "1".to_owned(),
            importance,
            uses: 0,
            created_at: at,
            updated_at: at,
            accessed_at: at,
            seq,
        };
        let traces = Traces::of(&item);
        (item, traces)
    }

    fn name(key: &str) -> Name {
        (MemoryTier::Episodic, key.to_owned())
    }

    fn tombstone(seq: u64, key: &str) -> (MemoryItem, Traces) {
        let (mut item, traces) = item(seq, key, 0.0);
        item.kind = "tombstone".to_owned();
        (item, traces)
    }

    fn anticipate(replica: &mut Replica, (item, traces): (MemoryItem, Traces)) {
        replica.anticipate(item, traces);
    }

    #[test]
    fn a_forgotten_item_does_not_come_back() {
        let mut replica = Replica::new(10, 1 << 20);
        replica.meet(vec![item(1, "a", 0.5), tombstone(3, "a")]);
        anticipate(&mut replica, item(2, "a", 0.5));
        replica.refresh(item(2, "a", 0.5).0);
        assert!(replica.read(&name("a"), Timestamp::EPOCH).is_none());
        anticipate(&mut replica, item(4, "a", 0.5));
        assert_eq!(replica.read(&name("a"), Timestamp::EPOCH).unwrap().seq, 4);
        replica.meet(vec![item(4, "a", 0.5)]);
        assert_eq!(replica.cursor(), 4);
    }

    #[test]
    fn an_older_write_never_replaces_a_newer_one() {
        let mut replica = Replica::new(10, 1 << 20);
        anticipate(&mut replica, item(9, "a", 0.9));
        anticipate(&mut replica, item(8, "a", 0.8));
        assert_eq!(replica.read(&name("a"), Timestamp::EPOCH).unwrap().seq, 9);
        replica.distrust(&name("a"));
        assert!(replica.read(&name("a"), Timestamp::EPOCH).is_none());
        replica.meet(vec![item(10, "a", 0.9)]);
        assert_eq!(replica.read(&name("a"), Timestamp::EPOCH).unwrap().uses, 1);
    }

    #[test]
    fn bounds_hold_and_the_least_important_go_first() {
        let mut replica = Replica::new(100, 1 << 20);
        replica.meet((1..=101).map(|n| item(n, &n.to_string(), if n <= 20 { 0.1 } else { 0.9 })).collect());
        assert!(!replica.is_complete());
        assert_eq!(replica.held.len(), 90);
        assert!(replica.read(&name("1"), Timestamp::EPOCH).is_none());
        assert!(replica.read(&name("101"), Timestamp::EPOCH).is_some());
        let mut heavy = Replica::new(100, 1_000);
        heavy.meet((1..=50).map(|n| item(n, &n.to_string(), 0.5)).collect());
        assert!(heavy.bytes <= 1_000 && !heavy.held.is_empty());
        let counted: usize = heavy.held.values().map(|held| weight(&held.item)).sum();
        assert_eq!(heavy.bytes, counted);
    }

    #[test]
    fn recent_writes_are_complete_or_not_offered() {
        let mut replica = Replica::new(10_000, 1 << 30);
        assert!(replica.recent_since(0, 10).is_none());
        replica.meet((1..=1_500).map(|n| item(n, "a", 0.5)).collect());
        assert!(replica.recent_since(499, 10).is_none());
        let seqs = |from, max| replica.recent_since(from, max).unwrap().iter().map(|i| i.seq).collect::<Vec<_>>();
        assert_eq!(seqs(500, 3), [501, 502, 503]);
        assert_eq!(seqs(1_499, 3), [1_500]);
        assert!(seqs(1_500, 3).is_empty());
    }
}
