//! A running specialist, as its own heartbeat describes it.

use crate::names::names;
use crate::{AgentId, Timestamp};

names! {
    /// The five specialists.
    pub enum AgentKind {
        /// Polls feeds and decides when.
        ScrapingEfficiency = "scraping-efficiency",
        /// Detects launches.
        KeywordPrecision = "keyword-precision",
        /// Polls APIs and delivers.
        ApiReliability = "api-reliability",
        /// Watches everybody.
        Performance = "performance",
        /// Decides events.
        DataQuality = "data-quality",
    }
}

names! {
    /// Where an agent is in its life.
    pub enum AgentState {
        /// Beats.
        Active = "active",
        /// Finishes what it holds and takes nothing new.
        Draining = "draining",
        /// Three beats missed.
        Lost = "lost",
        /// Said good-bye.
        Retired = "retired",
    }
}

/// A running specialist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// One process has one id; a restart has another.
    pub id: AgentId,
    /// Which specialist.
    pub kind: AgentKind,
    /// Where its gRPC answers; empty in solo.
    pub address: String,
    /// Where it is in its life.
    pub state: AgentState,
    /// Since when.
    pub started_at: Timestamp,
    /// Its last beat.
    pub last_seen_at: Timestamp,
    /// What it is doing now, in words.
    pub doing: String,
    /// Items it finished since its start.
    pub done: u64,
    /// Items that failed since its start.
    pub failed: u64,
    /// Its program's version.
    pub version: String,
}
