//! The channels on which memory is hinted at; the names are part of the swarm's contract.

use tge_model::MemoryTier;

/// Every write: JSON with tier, key and seq.
pub(crate) const MEMORY_SYNC: &str = "swarm:channels:memory-sync";
/// Findings, to the agents whose subjects they touch: JSON with tier, key, seq, writer and subjects.
pub(crate) const AGENT_COMMUNICATION: &str = "swarm:channels:agent-communication";

/// The channel of one tier's writes.
pub(crate) const fn of_tier(tier: MemoryTier) -> &'static str {
    match tier {
        MemoryTier::Working => "swarm:memory:working",
        MemoryTier::Episodic => "swarm:memory:episodic",
        MemoryTier::Semantic => "swarm:memory:semantic",
        MemoryTier::Vector => "swarm:memory:vector",
    }
}
