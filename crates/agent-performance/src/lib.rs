//! The specialist without a stage: watches queues, database, cache and runtime, and writes findings with evidence.
//!
//! Each 15 seconds it [samples](sample) what the store counts, what the database and the cache say of themselves, and
//! what its own runtime did, turns differences between two samples into [figures](figure), and [judges](judge) them: a
//! figure that stays above its threshold opens a finding, one that stays well below closes it. A finding is an item of
//! SAFLA under a key of its own (`performance/<rule>/<subject>`), so it is updated and never doubled, and a restarted
//! agent goes on with what it finds there.
//!
//! Nothing is changed by this agent: a finding carries its numbers, its threshold and what could be done.

#![deny(missing_docs)]

mod app;
mod figure;
mod finding;
mod judge;
mod measure;
mod memory;
mod rule;
mod runtime;
mod sample;
mod settings;

pub use app::{Parts, SERVICES, app};
pub use figure::Figure;
pub use finding::{Finding, FindingState};
pub use judge::{Judge, Step};
pub use rule::{Group, Rule, Threshold, Thresholds};
pub use settings::{Config, SETTINGS};
