//! The channel of each tier's writes, beside the house's own.

use tge_model::MemoryTier;

/// The channel of one tier's writes; what is said there is what `memory-sync` says.
pub(crate) const fn of_tier(tier: MemoryTier) -> &'static str {
    match tier {
        MemoryTier::Working => "swarm:memory:working",
        MemoryTier::Episodic => "swarm:memory:episodic",
        MemoryTier::Semantic => "swarm:memory:semantic",
        MemoryTier::Vector => "swarm:memory:vector",
    }
}
