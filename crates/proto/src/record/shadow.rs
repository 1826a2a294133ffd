//! What a ruleset that looks on has done, as SAFLA keeps it.

use serde::{Deserialize, Serialize};

/// The kind under which it is remembered.
pub const SHADOW: &str = "shadow";

/// How a ruleset that looks on would have judged; the content of memory item `shadow/<version>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShadowRecord {
    /// Documents both have judged.
    pub judged: u64,
    /// Launches by the shadow alone.
    pub raised: u64,
    /// Launches by the ruleset in force alone.
    pub lowered: u64,
}

impl ShadowRecord {
    /// The memory key of a version.
    pub fn key(version: &str) -> String {
        format!("{SHADOW}/{version}")
    }
}
