//! Search: which items fit a query, best first, each with its why.
//!
//! A query ranks items by shared words; the rank is weighed by importance and by how long ago the item was last used.
//! Without a query only importance and recency speak.

use std::collections::HashSet;
use std::time::Duration;

use tge_model::{MemoryItem, MemoryTier, Timestamp};

use crate::replica::Held;

/// What search knows of an item beside the item itself; made once for each write.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traces {
    words: HashSet<String>,
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
        let mut words = words_of(&item.key);
        words.extend(words_of(&item.kind));
        words.extend(words_of(&item.content));
        for subject in &item.subjects {
            words.extend(words_of(subject));
        }
        Self { words }
    }
}

/// Lower-cased runs of letters and digits.
fn words_of(text: &str) -> HashSet<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// After this time without use an item of a tier counts half.
const fn half_life(tier: MemoryTier) -> Duration {
    match tier {
        MemoryTier::Working => Duration::from_secs(3_600),
        MemoryTier::Episodic => Duration::from_secs(7 * 86_400),
        MemoryTier::Vector => Duration::from_secs(30 * 86_400),
        MemoryTier::Semantic => Duration::from_secs(90 * 86_400),
    }
}

/// How fresh an item is: 1 when used now, halved with each half-life of its tier since.
pub(crate) fn recency(item: &MemoryItem, now: Timestamp) -> f64 {
    let age = now.since(item.accessed_at).as_secs_f64();
    (-age / half_life(item.tier).as_secs_f64()).exp2()
}

/// How much an item matters now. In the working tier attention fades with time since the last use; elsewhere it stays.
pub(crate) fn importance(item: &MemoryItem, now: Timestamp) -> f64 {
    if item.tier == MemoryTier::Working { item.importance * recency(item, now) } else { item.importance }
}

/// Ranks `items` for `query`, best first, at most `limit`.
pub(crate) fn rank(query: &str, items: Vec<Held>, now: Timestamp, limit: usize) -> Vec<Found> {
    let wanted = words_of(query);
    let mut found: Vec<Found> = items
        .into_iter()
        .filter_map(|held| {
            let (item, recency) = (&held.item, recency(&held.item, now));
            let shared = wanted.intersection(&held.traces.words).count();
            if !wanted.is_empty() && shared == 0 {
                return None;
            }
            let share = ratio(shared, wanted.len());
            let score = share * item.importance * recency;
            let why = if wanted.is_empty() {
                format!("importance {:.2} x recency {recency:.2}", item.importance)
            } else {
                format!(
                    "{shared} of {} words, x importance {:.2} x recency {recency:.2}",
                    wanted.len(),
                    item.importance
                )
            };
            Some(Found { score, why, held })
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.held.item.seq.cmp(&a.held.item.seq)));
    found.truncate(limit);
    found
}

fn ratio(part: usize, whole: usize) -> f64 {
    match (u32::try_from(part), u32::try_from(whole)) {
        (Ok(part), Ok(whole)) if whole > 0 => f64::from(part) / f64::from(whole),
        _ => 1.0,
    }
}
