//! Finds what fits a question: by likeness and by words, weighed by importance and recency, each answer with its reasons.
//!
//! The two rankings are joined by reciprocal rank: their scores live on scales that cannot be compared, their orders can.

use std::collections::HashMap;

use tge_model::{MemoryItem, Timestamp};

use crate::embed::{Embedder, cosine, text_of};
use crate::importance::{recency, sound};
use crate::words::words;

/// Damps the first ranks, as is usual for reciprocal rank fusion.
const RANK_DAMP: f64 = 60.0;
/// Likeness below this is chance.
const LIKENESS_LEAST: f64 = 0.1;
/// An unimportant or old item that fits is still found.
const WEIGHT_LEAST: f64 = 0.1;

/// An item with its vector.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The item.
    pub item: &'a MemoryItem,
    /// Its vector by the embedder that is handed to [`recall`].
    pub vector: &'a [f32],
}

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Recalled {
    /// Place in the list given.
    pub index: usize,
    /// 0 to 1; comparable within one recall only.
    pub score: f64,
    /// Why it is here, in words with numbers.
    pub why: Vec<String>,
}

/// The `limit` items that fit the question best, the best first. Items that fit neither by likeness nor by a word are left
/// out.
pub fn recall(
    question: &str,
    entries: &[Entry<'_>],
    embedder: &dyn Embedder,
    now: Timestamp,
    limit: usize,
) -> Vec<Recalled> {
    let asked = embedder.embed(question);
    let likeness: Vec<f64> = entries.iter().map(|e| cosine(&asked, e.vector)).collect();
    let (matches, named) = by_words(question, entries);
    let like_rank = ranks(&likeness, LIKENESS_LEAST);
    let word_rank = ranks(&matches, f64::MIN_POSITIVE);
    let mut found: Vec<Recalled> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let (like, word) = (like_rank.get(&index), word_rank.get(&index));
        if like.is_none() && word.is_none() {
            continue;
        }
        let fused =
            [like, word].into_iter().flatten().map(|rank| (RANK_DAMP + 1.0) / (RANK_DAMP + rank)).sum::<f64>() / 2.0;
        let important = sound(entry.item.importance).min(1.0);
        let recent = recency(now.since(entry.item.accessed_at), entry.item.tier);
        let mut why = Vec::new();
        if let Some(rank) = like {
            why.push(format!("likeness {:.2}, place {rank}", likeness[index]));
        }
        if let Some(rank) = word {
            why.push(format!("words {}, place {rank}", named[index].join(", ")));
        }
        why.push(format!("importance {important:.2}"));
        why.push(format!("recency {recent:.2}"));
        found.push(Recalled { index, score: fused * important.max(WEIGHT_LEAST) * recent.max(WEIGHT_LEAST), why });
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.index.cmp(&b.index)));
    found.truncate(limit);
    found
}

/// Places from 1 of all values that reach `least`, equal values sharing one.
fn ranks(values: &[f64], least: f64) -> HashMap<usize, f64> {
    let mut order: Vec<(usize, f64)> = values.iter().copied().enumerate().filter(|(_, v)| *v >= least).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut ranks = HashMap::new();
    let (mut place, mut last) = (0.0, f64::NAN);
    for (n, (index, value)) in (1_u32..).zip(order) {
        if value != last {
            place = f64::from(n);
            last = value;
        }
        ranks.insert(index, place);
    }
    ranks
}

/// How well the question's words are met, rare words counting more (BM25 without length), and which were.
fn by_words(question: &str, entries: &[Entry<'_>]) -> (Vec<f64>, Vec<Vec<String>>) {
    let mut asked = words(question);
    asked.sort_unstable();
    asked.dedup();
    let held: Vec<HashMap<String, f64>> = entries
        .iter()
        .map(|e| {
            let mut counts = HashMap::new();
            for word in words(&text_of(e.item)) {
                *counts.entry(word).or_insert(0.0) += 1.0;
            }
            counts
        })
        .collect();
    let mut scores = vec![0.0; entries.len()];
    let mut named = vec![Vec::new(); entries.len()];
    for word in asked {
        let with: Vec<usize> = (0..held.len()).filter(|n| held[*n].contains_key(&word)).collect();
        #[expect(clippy::cast_precision_loss, reason = "counts of items")]
        let rarity = (1.0 + (held.len() as f64 - with.len() as f64 + 0.5) / (with.len() as f64 + 0.5)).ln();
        for n in with {
            let count = held[n][&word];
            scores[n] += rarity * count * 2.2 / (count + 1.2);
            named[n].push(word.clone());
        }
    }
    (scores, named)
}
