//! SAFLA's items on the wire.

use tge_model::{MemoryItem, MemoryTier};

use super::{FieldError, time};
use crate::pb::memory::v1 as pb;

/// The kind that marks a forgotten item in the order of writes.
pub(super) const TOMBSTONE: &str = "tombstone";

impl From<MemoryTier> for pb::Tier {
    fn from(tier: MemoryTier) -> Self {
        match tier {
            MemoryTier::Working => Self::Working,
            MemoryTier::Episodic => Self::Episodic,
            MemoryTier::Semantic => Self::Semantic,
            MemoryTier::Vector => Self::Vector,
        }
    }
}

impl pb::Tier {
    /// The model's value; `None` for `UNSPECIFIED`.
    pub fn to_model(self) -> Option<MemoryTier> {
        match self {
            Self::Unspecified => None,
            Self::Working => Some(MemoryTier::Working),
            Self::Episodic => Some(MemoryTier::Episodic),
            Self::Semantic => Some(MemoryTier::Semantic),
            Self::Vector => Some(MemoryTier::Vector),
        }
    }

    /// The model's value, where one must be given.
    ///
    /// # Errors
    /// [`FieldError`] for `UNSPECIFIED`.
    pub fn required(self) -> Result<MemoryTier, FieldError> {
        self.to_model().ok_or_else(|| FieldError {
            field: "tier",
            reason: "expected one of TIER_WORKING, TIER_EPISODIC, TIER_SEMANTIC, TIER_VECTOR".to_owned(),
        })
    }
}

impl From<&MemoryItem> for pb::Item {
    fn from(item: &MemoryItem) -> Self {
        Self {
            tier: pb::Tier::from(item.tier).into(),
            key: item.key.clone(),
            version: item.version,
            writer: item.writer.clone(),
            kind: item.kind.clone(),
            subjects: item.subjects.clone(),
            content: item.content.clone(),
            importance: item.importance,
            uses: item.uses,
            create_time: Some(time(item.created_at)),
            update_time: Some(time(item.updated_at)),
            seq: item.seq,
            tombstone: item.kind == TOMBSTONE,
        }
    }
}
