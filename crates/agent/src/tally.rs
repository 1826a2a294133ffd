//! Counts by key that outlive the process: noted here, added to what SAFLA knows as they change.
//!
//! Several replicas of one agent add to one sum: what is written is the difference since the last write, by
//! compare-and-set, so that none replaces what another counted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tge_model::MemoryTier;
use tge_proto::record::ShadowRecord;
use tge_service::{Context, OnError, chain};

use crate::Memory;

/// How often changed counts are written.
const WRITE: Duration = Duration::from_secs(15);

/// What is counted under one key.
pub trait Counts: Serialize + DeserializeOwned + Copy + Default + Send + Sync + 'static {
    /// Adds what was counted elsewhere.
    fn add(&mut self, other: &Self);

    /// What the item is about, and how much it matters (0 to 1).
    fn describe(&self, key: &str) -> (Vec<String>, f64);
}

impl Counts for ShadowRecord {
    fn add(&mut self, other: &Self) {
        self.judged += other.judged;
        self.raised += other.raised;
        self.lowered += other.lowered;
    }

    fn describe(&self, key: &str) -> (Vec<String>, f64) {
        (vec![key.replacen('/', ":", 1)], 0.5)
    }
}

/// One key's counts.
#[derive(Clone, Copy, Default)]
struct Count<C> {
    /// The sum as this process knows it.
    sum: C,
    /// What of it is not in memory yet.
    unwritten: Option<C>,
}

/// Counts of one kind, by memory key.
pub struct Tally<C> {
    memory: Memory,
    kind: &'static str,
    counts: Mutex<HashMap<String, Count<C>>>,
}

impl<C: Counts> Tally<C> {
    /// Counts remembered as items of `kind`, kept up to date until the process stops.
    pub fn start(context: &Context, memory: Memory, kind: &'static str) -> Arc<Self> {
        let tally = Arc::new(Self { memory, kind, counts: Mutex::default() });
        let (kept, task) = (tally.clone(), context.clone());
        context.spawn(kind, OnError::Log, async move {
            while task.sleep(WRITE).await {
                kept.write().await;
            }
            kept.write().await;
        });
        tally
    }

    /// Adds to the counts of `key` and answers their sum as far as this process knows it.
    pub fn note(&self, key: String, counted: &C) -> C {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key).or_default();
        count.sum.add(counted);
        count.unwritten.get_or_insert_default().add(counted);
        count.sum
    }

    async fn write(&self) {
        let changed: Vec<(String, C)> = {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.iter_mut().filter_map(|(key, count)| Some((key.clone(), count.unwritten.take()?))).collect()
        };
        for (key, counted) in changed {
            let written = self
                .memory
                .change(MemoryTier::Semantic, &key, self.kind, |known: Option<C>| {
                    let mut sum = known.unwrap_or_default();
                    sum.add(&counted);
                    let (subjects, importance) = sum.describe(&key);
                    (sum, subjects, importance)
                })
                .await;
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(key.clone()).or_default();
            match written {
                // What was counted meanwhile comes on top of what memory knows.
                Ok(mut sum) => {
                    if let Some(meanwhile) = &count.unwritten {
                        sum.add(meanwhile);
                    }
                    count.sum = sum;
                }
                Err(error) => {
                    tracing::debug!(key, error = %chain(&error), "counts not written; trying again");
                    count.unwritten.get_or_insert_default().add(&counted);
                }
            }
        }
    }
}
