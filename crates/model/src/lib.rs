//! The nouns of tge-swarm: sources, observations, verdicts, events, tasks, agents, memory, recoveries.
//!
//! Every other crate speaks these words. Invariants live in constructors, so a value that exists is valid; nothing here
//! does IO, reads a clock or draws a random number, and nothing is serialisable: the wire and the disk have records of
//! their own (`tge-proto`), with versions.
//!
//! The path of a belief: an [`Observation`] (one thing seen once) gets a [`Verdict`] (what a document says), verdicts
//! move an [`Event`] (what we believe of the world) by [`Change`]s in one order, and a [`Delivery`] tells one subscriber
//! of one change.

#![deny(missing_docs)]

mod agent;
mod delivery;
mod event;
mod ids;
mod memory;
mod names;
mod observation;
mod recovery;
mod ruleset;
mod source;
mod task;
mod time;
mod verdict;

pub use rust_decimal::Decimal;

pub use agent::{Agent, AgentKind, AgentState};
pub use delivery::{ApiKey, Delivery, DeliveryState, Scope, Webhook};
pub use event::{
    Asset, Change, ChangeKind, Confidence, Event, EventKey, EventStatus, Evidence, Latency, Link, LinkKind, LinkTrust,
    Project, SKETCH_MAX, ScheduleChange, ScheduleMove, Stance, ToldTerm, Venue, VenueKind,
};
pub use ids::{
    AgentId, DeliveryId, EventId, ObservationId, Probability, ProbabilityError, RecoveryId, Slug, TaskId, WebhookId,
};
pub use memory::{MemoryItem, MemoryTier};
pub use names::UnknownName;
pub use observation::{Arrival, Observation, StageCounts};
pub use recovery::{ComponentStatus, Recovery, RecoveryAction, RecoveryOutcome, ServiceStatus, ServiceTransition};
pub use ruleset::{Mark, RulesetStep, RulesetTurn, RulesetsInForce, StoredRuleset};
pub use source::{Source, SourceError, SourceHealth, SourceKind, SourceName, SourceState, Tier};
pub use task::{Lease, Priority, Task, TaskKind, TaskState};
pub use time::{Timestamp, TimestampError};
pub use verdict::{
    Cue, EventKind, Launch, Precision, RESERVE, RUMOURED, Reason, ReasonPart, Schedule, ScheduleBasis, Term, TermKind,
    Verdict, Zone,
};
