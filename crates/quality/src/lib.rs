//! What verdicts do to beliefs: identity, status, schedule, trust and de-duplication of events, all pure.
//!
//! A verdict is about one document, an event about the world; [`decide`] carries one over into the other. It reads the
//! events its [`lookup_keys`] lead to (a [`Beliefs`], which also lays the writes of earlier documents of one batch over
//! what the store said) and answers with [`Proposed`] writes: a new event, a revision, or two events turning out one.
//!
//! Three rules carry the rest:
//! - **Keys decide identity, beliefs never do.** A project's name, a venue, a date may change; the event stays.
//!   Strong keys (project, venue with ticker) decide alone, weak ones (link, ticker, shortened name) only where the
//!   projects do not speak against it.
//! - **Status is a table** ([`allowed`]) crossed with who speaks: what an official voice may do, two rumours may not.
//! - **Only what is news alerts.** A document that was already there, or is two days old when first seen, changes what we
//!   believe and wakes nobody.
//!
//! Deliberately absent: a probability per piece of evidence (the event keeps the best document's, see `confidence`), and
//! `RETRACTED`, which is a person's word and not a document's.

#![deny(missing_docs)]

mod beliefs;
mod clean;
mod confidence;
mod copies;
mod decide;
mod document;
mod keys;
pub mod likeness;
mod links;
mod merge;
mod schedule;
mod status;
mod terms;
mod writes;

pub use beliefs::{Beliefs, Proposed};
pub use copies::{repeat_each_other, repeats};
pub use decide::{Context, decide, sites};
pub use keys::{MAX_OCCURRENCE, keys_of, lookup_keys};
pub use links::{Known, Place, Sights, judge_link, site};
pub use status::allowed;
