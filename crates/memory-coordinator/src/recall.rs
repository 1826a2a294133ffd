//! Search: which items fit a query, best first, each with its why.
//!
//! With a query, items are ranked by likeness and by words (crate `safla`), weighed by importance and recency. Without
//! one only importance and recency speak. Vectors are made once for each write, outside of every lock.

use tge_model::{MemoryItem, MemoryTier, Timestamp};
use tge_safla::{Embedder, Entry, HashedGrams, attention, recency, text_of};

use crate::replica::Held;

/// Length of the vectors: 1.5 kB for each item at hand.
const DIMENSIONS: usize = 384;

/// What search knows of an item beside the item itself; made once for each write.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traces {
    vector: Vec<f32>,
}

/// An item found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) held: Held,
    pub(crate) score: f64,
    pub(crate) why: String,
}

// === impl Traces ===

impl Traces {
    pub(crate) fn of(item: &MemoryItem) -> Self {
        Self { vector: HashedGrams::new(DIMENSIONS).embed(&text_of(item)) }
    }
}

/// How much an item matters now. In the working tier attention fades with time since the last use; elsewhere it stays.
pub(crate) fn importance(item: &MemoryItem, now: Timestamp) -> f64 {
    if item.tier == MemoryTier::Working {
        attention(item.importance, now.since(item.accessed_at), item.tier)
    } else {
        item.importance
    }
}

/// Ranks `items` for `query`, best first, at most `limit`. Takes long with many items: not for a thread that others
/// wait for.
pub(crate) fn rank(query: &str, mut items: Vec<Held>, now: Timestamp, limit: usize) -> Vec<Found> {
    if query.is_empty() {
        return by_worth(items, now, limit);
    }
    // Equal scores keep the order given: what was written last comes first.
    items.sort_by_key(|held| std::cmp::Reverse(held.item.seq));
    let entries: Vec<Entry<'_>> =
        items.iter().map(|held| Entry { item: &held.item, vector: &held.traces.vector }).collect();
    let recalled = tge_safla::recall(query, &entries, &HashedGrams::new(DIMENSIONS), now, limit);
    recalled
        .into_iter()
        .map(|hit| Found { held: items[hit.index].clone(), score: hit.score, why: hit.why.join("; ") })
        .collect()
}

fn by_worth(items: Vec<Held>, now: Timestamp, limit: usize) -> Vec<Found> {
    let mut found: Vec<Found> = items
        .into_iter()
        .map(|held| {
            let recent = recency(now.since(held.item.accessed_at), held.item.tier);
            let why = format!("importance {:.2}; recency {recent:.2}", held.item.importance);
            Found { score: held.item.importance * recent, why, held }
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.held.item.seq.cmp(&a.held.item.seq)));
    found.truncate(limit);
    found
}
