//! Counts by key that outlive the process: read from SAFLA at start, added to, written back as they change.
//!
//! Two replicas of one agent each write their own sum; the later write wins. The counts guide, they do not decide, so
//! that is accepted rather than a lock for each count.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tge_model::MemoryTier;
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

/// Counts of one kind, by memory key.
pub struct Tally<C> {
    memory: Memory,
    kind: &'static str,
    counts: Mutex<HashMap<String, (C, bool)>>,
}

impl<C: Counts> Tally<C> {
    /// Counts remembered as items of `kind`, kept up to date until the process stops.
    pub fn start(context: &Context, memory: Memory, kind: &'static str) -> Arc<Self> {
        let tally = Arc::new(Self { memory, kind, counts: Mutex::default() });
        let (kept, task) = (tally.clone(), context.clone());
        context.spawn(kind, OnError::Log, async move {
            // Written only after the first read, so that a new agent adds to what is known instead of replacing it.
            let mut read = false;
            loop {
                if !read {
                    read = kept.read().await;
                }
                if read {
                    kept.write().await;
                }
                if !task.sleep(WRITE).await {
                    return;
                }
            }
        });
        tally
    }

    /// Adds to the counts of `key` and answers their sum.
    pub fn note(&self, key: String, counted: &C) -> C {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let (sum, changed) = counts.entry(key).or_default();
        sum.add(counted);
        *changed = true;
        *sum
    }

    async fn read(&self) -> bool {
        match self.memory.recall_kind::<C>(self.kind).await {
            Ok(known) => {
                let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
                for (key, old) in known {
                    counts.entry(key).or_default().0.add(&old);
                }
                true
            }
            Err(error) => {
                tracing::debug!(kind = self.kind, error = %chain(&error), "counts not read yet");
                false
            }
        }
    }

    async fn write(&self) {
        let changed: Vec<(String, C)> = {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            let changed = counts.iter_mut().filter(|(_, (_, changed))| *changed);
            changed
                .map(|(key, (sum, changed))| {
                    (key.clone(), {
                        *changed = false;
                        *sum
                    })
                })
                .collect()
        };
        for (key, sum) in changed {
            let (subjects, importance) = sum.describe(&key);
            let stored = self.memory.remember(MemoryTier::Semantic, &key, self.kind, &subjects, importance, &sum).await;
            if let Err(error) = stored {
                tracing::debug!(key, error = %chain(&error), "counts not written; trying again");
                let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((_, changed)) = counts.get_mut(&key) {
                    *changed = true;
                }
            }
        }
    }
}
