//! Reads a document and says whether it tells of a token launch, which one, and why.
//!
//! The way of a text: it is normalised with offsets (`tge-text`), one tree finds the phrases of the lexicon and the
//! watched names, what lies between becomes slots (`$abc`, `(ABC)`, an amount, a date), frames look for who does what
//! to which token inside one clause, and a calibrated logistic model weighs frames, concepts in order, what stands
//! around them and the age of the ticker. The verdict carries the heaviest features with exact quotes.
//!
//! Words and frames are data (`config/rulesets`) a reader can extend; weights are learned from labelled documents by
//! [`learn::train`], and what is claimed of them is measured by [`learn::evaluate_grouped`], which leaves whole sources
//! out, because a model that has seen a source knows its templates, not launches.
//!
//! Everything is judged at the document's own day of publication; nothing here reads a clock.

#![deny(missing_docs)]

mod amounts;
mod document;
mod extract;
mod features;
mod frames;
mod hashing;
mod in_words;
mod judge;
mod known;
pub mod labels;
pub mod learn;
mod lexicon;
mod line;
mod lineage;
mod matching;
mod places;
mod projects;
mod reading;
mod reasons;
mod reserve;
mod ruleset;
mod several;
mod weighing;
mod weights;
mod words;

pub use amounts::AmountsError;
pub use document::{Document, JUDGED_CHARS_MAX};
pub use frames::FramesError;
pub use in_words::{in_words, reason_in_words};
pub use judge::{Detector, SeenToken};
pub use known::KnownError;
pub use lexicon::LexiconError;
pub use line::{ExplainedLine, LabelKind, ReasonLine, VerdictLine, event_date, explained_line, verdict_line};
pub use lineage::Lineage;
pub use matching::Matching;
pub use places::{PlacesError, Venue};
pub use projects::{PROJECTS_MAX, Project, Projects, ProjectsError};
pub use ruleset::{Ruleset, RulesetError, Texts};
