//! What the swarm remembers: importance, decay, recall, who should hear of it, and what findings add up to.
//!
//! Pure rules over [`MemoryItem`](tge_model::MemoryItem)s; `memory-coordinator` keeps the items and serves them. Four
//! tiers differ in how fast attention fades ([`half_life`]) and in what is promoted ([`promotes_to`]).
//!
//! - [`Embedder`] turns text into a vector; [`HashedGrams`] needs no download and no training.
//! - [`recall`] ranks by likeness and by words, each answer with its reasons.
//! - [`interested`] says which agents a finding concerns: cross-pollination.
//! - [`synthesise`] pools findings on one subject with bounded influence of each writer, contradictions kept.
//! - [`clusters`] finds what says the same often enough to be worth one node.

#![deny(missing_docs)]

mod clusters;
mod embed;
mod importance;
mod pollinate;
mod recall;
mod synthesis;
mod words;

pub use clusters::clusters;
pub use embed::{Embedder, HashedGrams, cosine, text_of};
pub use importance::{attention, half_life, importance, novelty, promotes_to, recency};
pub use pollinate::{Interest, interested};
pub use recall::{Entry, Recalled, recall};
pub use synthesis::{Claim, Insight, Stand, synthesise};
