//! What agents remember and share.

use crate::Timestamp;
use crate::names::names;

names! {
    /// The four tiers of SAFLA.
    pub enum MemoryTier {
        /// What an agent attends to now; decays since last access.
        Working = "working",
        /// What happened: outcome, context, time.
        Episodic = "episodic",
        /// What is known of a subject, with provenance.
        Semantic = "semantic",
        /// What is found by likeness.
        Vector = "vector",
    }
}

/// One remembered thing.
#[derive(Debug, Clone, PartialEq)]
pub struct MemoryItem {
    /// Which tier.
    pub tier: MemoryTier,
    /// Its name within the tier, for example `host/example.org/limits`.
    pub key: String,
    /// Counts writes, from 1; a write names the version it read.
    pub version: u64,
    /// Who wrote it.
    pub writer: String,
    /// What it is, for example `host_limits`, `misleading_phrase`, `quota_window`, `finding`, `copies`.
    pub kind: String,
    /// What it is about, for example `host:example.org`; agents declare which subjects concern them.
    pub subjects: Vec<String>,
    /// The thing itself, as JSON text.
    pub content: String,
    /// How much it matters, 0 to 1.
    pub importance: f64,
    /// Reads since it was written.
    pub uses: u64,
    /// First write.
    pub created_at: Timestamp,
    /// Last write.
    pub updated_at: Timestamp,
    /// Last read or write.
    pub accessed_at: Timestamp,
    /// Position in the order of all writes; sync and watch resume after it.
    pub seq: u64,
}
