//! What we believe of the world, and the one order in which beliefs change.

use std::fmt;

use crate::names::names;
use crate::{
    Arrival, EventId, EventKind, ObservationId, Probability, Reason, Schedule, Slug, SourceName, Term, Tier, Timestamp,
};

names! {
    /// How far an event has come, as we know it.
    pub enum EventStatus {
        /// One voice that is not official, hedged words, or inference only.
        Rumoured = "RUMOURED",
        /// An official or exchange source, no usable date.
        Announced = "ANNOUNCED",
        /// An official or exchange source with a date to the day, or two sources of different owners.
        Confirmed = "CONFIRMED",
        /// It is happening: said so officially after the start, or proved by a venue or a chain.
        Live = "LIVE",
        /// It is over.
        Completed = "COMPLETED",
        /// It will happen later than said.
        Postponed = "POSTPONED",
        /// The world changed its mind.
        Cancelled = "CANCELLED",
        /// We were wrong.
        Retracted = "RETRACTED",
        /// It is another event; a tombstone with the survivor's name.
        Merged = "MERGED",
    }
}

impl EventStatus {
    /// No later document moves it on by itself.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Retracted | Self::Merged)
    }
}

names! {
    /// What a piece of evidence does to the belief.
    pub enum Stance {
        /// Says the same.
        Supports = "SUPPORTS",
        /// Says otherwise.
        Contradicts = "CONTRADICTS",
        /// Says something newer.
        Updates = "UPDATES",
        /// Takes it back.
        Retracts = "RETRACTS",
    }
}

names! {
    /// How a schedule changed.
    pub enum ScheduleMove {
        /// Later.
        Slip = "SLIP",
        /// Earlier.
        PullIn = "PULL_IN",
        /// Within the old precision.
        Adjust = "ADJUST",
        /// Known more exactly.
        Firmed = "FIRMED",
        /// Known less exactly.
        Loosened = "LOOSENED",
    }
}

names! {
    /// What kind of place a token trades or is claimed at.
    pub enum VenueKind {
        /// Central exchange.
        Cex = "CEX",
        /// Decentralised exchange.
        Dex = "DEX",
        /// Launchpad.
        Launchpad = "LAUNCHPAD",
        /// Claim page.
        ClaimPortal = "CLAIM_PORTAL",
    }
}

names! {
    /// What a link is for.
    pub enum LinkKind {
        /// The document itself.
        Announcement = "ANNOUNCEMENT",
        /// A page to claim at.
        Claim = "CLAIM",
        /// Documentation.
        Docs = "DOCS",
        /// A page to trade at.
        Trade = "TRADE",
    }
}

names! {
    /// How far a link may be trusted; a suspicious one is never clickable.
    pub enum LinkTrust {
        /// Its domain is the project's or the venue's own, from the projects file.
        Verified = "VERIFIED",
        /// Nothing speaks for it or against it.
        Unverified = "UNVERIFIED",
        /// It looks like a known name and is not, or hides what it is.
        Suspicious = "SUSPICIOUS",
    }
}

names! {
    /// What a change did.
    pub enum ChangeKind {
        /// A new event.
        Created = "CREATED",
        /// Its status moved.
        StatusChanged = "STATUS_CHANGED",
        /// Its date moved.
        Rescheduled = "RESCHEDULED",
        /// Anything else became better known.
        Updated = "UPDATED",
        /// It turned out to be another event.
        Merged = "MERGED",
    }
}

/// Whose token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The name as people write it.
    pub name: String,
    /// The name folded, as it stands in keys.
    pub slug: Slug,
}

/// A token, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// The ticker without `$`; many tokens share one, so it is never an id.
    pub ticker: String,
}

/// A place the token trades or is claimed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    /// Its common name.
    pub name: String,
    /// What kind of place.
    pub kind: VenueKind,
}

/// An amount as somebody told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldTerm {
    /// The amount.
    pub term: Term,
    /// The document that told it.
    pub told_by: ObservationId,
}

/// How sure we are.
#[derive(Debug, Clone, PartialEq)]
pub struct Confidence {
    /// Calibrated probability of the best document, raised by independent sources.
    pub probability: Probability,
    /// Owners that say so independently.
    pub independent_sources: u32,
    /// Version of the ruleset behind the number.
    pub ruleset: String,
}

/// Hashes in a sketch of a document at most.
pub const SKETCH_MAX: usize = 32;

/// One document behind a belief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The document.
    pub observation: ObservationId,
    /// Where it was seen.
    pub source: SourceName,
    /// Who speaks there.
    pub owner: String,
    /// How far that voice goes.
    pub tier: Tier,
    /// Where a person can read it.
    pub url: String,
    /// Its headline.
    pub title: String,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// When we first saw it.
    pub first_seen_at: Timestamp,
    /// The poll before; it appeared in between.
    pub previous_poll_at: Option<Timestamp>,
    /// Its content's hash.
    pub sha256: [u8; 32],
    /// Sample of its words' hashes, each once and sorted, at most [`SKETCH_MAX`], by which copies are known; empty where
    /// nobody took it.
    pub sketch: Vec<u32>,
    /// What it does to the belief.
    pub stance: Stance,
}

/// One change of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleChange {
    /// Before; `None` when there was no date.
    pub from: Option<Schedule>,
    /// After.
    pub to: Schedule,
    /// In which way.
    pub moved: ScheduleMove,
    /// When we learned of it.
    pub at: Timestamp,
}

/// A link with the judgement that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub url: String,
    /// What it is for.
    pub kind: LinkKind,
    /// How far it may be trusted.
    pub trust: LinkTrust,
    /// Why.
    pub reasons: Vec<String>,
}

/// Where the time went, in milliseconds; `None` where it cannot be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// From the publisher's own time stamp to our first sight.
    pub source_lag_ms: Option<u64>,
    /// From the poll before to our first sight: how long it may have waited for us.
    pub poll_lag_ms: Option<u64>,
    /// From our first sight to the commit of the event.
    pub pipeline_ms: u64,
}

/// One name under which an event is found; many keys lead to one event, no key to two.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventKey(String);

impl EventKey {
    /// By project: the n-th event of this kind of that project.
    pub fn project(slug: &Slug, kind: EventKind, occurrence: u32) -> Self {
        Self(format!("project:{slug}:{kind}:{occurrence}"))
    }

    /// By venue and ticker.
    pub fn venue(venue: &str, ticker: &str, kind: EventKind, occurrence: u32) -> Self {
        Self(format!("venue:{}:{}:{kind}:{occurrence}", venue.to_lowercase(), ticker.to_lowercase()))
    }

    /// By canonical link of the announcement.
    pub fn link(url: &str, kind: EventKind) -> Self {
        Self(format!("link:{url}:{kind}"))
    }

    /// A key as it was stored.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What we believe of one launch.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Given once, never recomputed.
    pub id: EventId,
    /// Whose token; `None` until a text names it.
    pub project: Option<Project>,
    /// What happens.
    pub kind: EventKind,
    /// How far it has come.
    pub status: EventStatus,
    /// Why it stands there, in words.
    pub status_reason: String,
    /// The tokens.
    pub assets: Vec<Asset>,
    /// The places.
    pub venues: Vec<Venue>,
    /// Amounts, at most one of a kind, in the order of [`TermKind`](crate::TermKind).
    pub terms: Vec<ToldTerm>,
    /// When.
    pub schedule: Option<Schedule>,
    /// How that changed.
    pub schedule_history: Vec<ScheduleChange>,
    /// How sure we are.
    pub confidence: Confidence,
    /// Why, from the document that speaks most clearly.
    pub explanation: Vec<Reason>,
    /// Which document those reasons quote.
    pub explained_by: ObservationId,
    /// The documents behind it, oldest first.
    pub evidence: Vec<Evidence>,
    /// Links with their trust.
    pub links: Vec<Link>,
    /// Where the time went, for the first document.
    pub latency: Latency,
    /// Why we learned of it when we did.
    pub arrival: Arrival,
    /// Counts changes, from 1.
    pub revision: u32,
    /// First commit.
    pub created_at: Timestamp,
    /// Last commit.
    pub updated_at: Timestamp,
    /// The survivor, for [`EventStatus::Merged`].
    pub merged_into: Option<EventId>,
    /// Which of several like events of one project this is, from 1.
    pub occurrence: u32,
    /// Made by the demo world.
    pub demo: bool,
}

/// One change of one event, in the one order of changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its place in the order; readers resume after it.
    pub seq: u64,
    /// What it did.
    pub kind: ChangeKind,
    /// Subscribers are told of it: it was live, and it matters.
    pub alert: bool,
    /// The status before, where it moved.
    pub status_from: Option<EventStatus>,
    /// The document that caused it.
    pub cause: Option<ObservationId>,
    /// When it was committed.
    pub at: Timestamp,
    /// The event after it.
    pub event: Event,
}
