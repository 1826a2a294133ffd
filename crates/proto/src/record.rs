//! JSON records: one spelling of every noun for disk and REST.
//!
//! The nouns of `tge-model` are not serialisable; these are, and they have a version. Enumerations are the spellings of
//! the model, moments are RFC 3339 in UTC, numbers are numbers, absent things are left out. What is stored (events,
//! verdicts) is read back with `TryFrom`, which is where a damaged or foreign record is refused; what is only shown has
//! no way back. A field is added with a default so that old records stay readable; anything else needs a new version.

mod event;
mod evidence;
mod read;
mod rhythm;
mod shadow;
mod swarm;
mod verdict;
mod work;

pub use event::{
    AssetRecord, ChangeRecord, ConfidenceRecord, EventRecord, LatencyRecord, LinkRecord, ProjectRecord,
    ScheduleChangeRecord, ToldTermRecord, VenueRecord,
};
pub use evidence::EvidenceRecord;
pub use read::RecordError;
pub use rhythm::{RHYTHM, RhythmRecord};
pub use shadow::{SHADOW, ShadowRecord};
pub use swarm::{
    AgentRecord, ComponentRecord, MemoryRecord, RecoveryRecord, ServiceTransitionRecord, SourceHealthRecord,
};
pub use verdict::{LaunchRecord, ReasonPartRecord, ReasonRecord, ScheduleRecord, TermRecord, VerdictRecord};
pub use work::{DeliveryRecord, ObservationRecord, StageCountsRecord, TaskRecord, WebhookRecord};

/// The version written into stored records, and the newest this program reads.
pub const VERSION: u32 = 1;
