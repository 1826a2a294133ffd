//! SAFLA's items: versioned, in one order of writes, forgotten with a tombstone.

use async_trait::async_trait;
use tge_model::{MemoryItem, MemoryTier};

use crate::StoreError;

/// A write.
#[derive(Debug, Clone, PartialEq)]
pub struct MemoryWrite {
    /// Which tier.
    pub tier: MemoryTier,
    /// Its name within the tier.
    pub key: String,
    /// The version it replaces: `Some(0)` for "must be new", `None` for "whatever is there".
    pub expected: Option<u64>,
    /// Who writes.
    pub writer: String,
    /// What it is.
    pub kind: String,
    /// What it is about.
    pub subjects: Vec<String>,
    /// The thing itself, as JSON text.
    pub content: String,
    /// How much it matters, 0 to 1.
    pub importance: f64,
}

/// What became of a write.
#[derive(Debug, Clone, PartialEq)]
pub enum PutOutcome {
    /// Stored; the item as it is now.
    Stored(MemoryItem),
    /// The same content stands there already; nothing changed.
    Unchanged(MemoryItem),
    /// Another version stands there.
    Conflict {
        /// The version found; 0 when there is none.
        found: u64,
    },
}

/// Which items are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryFilter {
    /// Of this tier.
    pub tier: Option<MemoryTier>,
    /// Whose key begins so.
    pub key_prefix: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// About this subject.
    pub subject: Option<String>,
}

/// SAFLA's items.
#[async_trait]
pub trait MemoryStore: Send + Sync + 'static {
    /// Stores writes, in one transaction, each judged after the ones before it: the same content, kind and subjects
    /// are [`PutOutcome::Unchanged`] whatever version was expected (a writer that repeats what went through is told
    /// so), then another version than the expected one is a [`PutOutcome::Conflict`]. The count of uses stays over
    /// writes; importance is brought into 0 to 1. After a tombstone the version goes on, and `Some(0)` fits.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was stored.
    async fn put(&self, writes: &[MemoryWrite]) -> Result<Vec<PutOutcome>, StoreError>;

    /// One item; counts the use.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn get(&self, tier: MemoryTier, key: &str) -> Result<Option<MemoryItem>, StoreError>;

    /// Items, last written first, at most `max`.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&self, filter: &MemoryFilter, max: u32) -> Result<Vec<MemoryItem>, StoreError>;

    /// Writes after `seq` in order, at most `max`; a forgotten item comes with empty content and kind `tombstone`.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn since(&self, seq: u64, max: u32) -> Result<Vec<MemoryItem>, StoreError>;

    /// Forgets an item, leaving a tombstone. `false` when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn forget(&self, tier: MemoryTier, key: &str) -> Result<bool, StoreError>;

    /// Items per tier.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn counts(&self) -> Result<Vec<(MemoryTier, u64)>, StoreError>;
}
