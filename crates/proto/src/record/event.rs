//! Events and their changes.

use serde::{Deserialize, Serialize};
use tge_model::{
    Asset, Change, Confidence, Event, Evidence, Latency, Link, Probability, Project, Reason, Schedule, ScheduleChange,
    Slug, ToldTerm, Venue,
};
use utoipa::ToSchema;

use super::read::{RecordError, bad, check_version, moment, read, read_moment};
use super::{EvidenceRecord, ReasonRecord, ScheduleRecord, TermRecord, VERSION};

/// Whose token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectRecord {
    /// The name as people write it.
    pub name: String,
    /// The name folded.
    pub slug: String,
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssetRecord {
    /// The ticker without `$`; never an id.
    pub ticker: String,
}

/// A place the token trades or is claimed at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VenueRecord {
    /// Its common name.
    pub venue: String,
    /// `CEX`, `DEX`, `LAUNCHPAD` or `CLAIM_PORTAL`.
    #[schema(example = "CEX")]
    pub kind: String,
}

/// One change of the schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleChangeRecord {
    /// Before; absent when there was no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ScheduleRecord>,
    /// After.
    pub to: ScheduleRecord,
    /// `SLIP`, `PULL_IN`, `ADJUST`, `FIRMED` or `LOOSENED`.
    #[schema(example = "SLIP")]
    pub moved: String,
    /// When we learned of it.
    pub at: String,
}

/// An amount as somebody told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToldTermRecord {
    /// The amount.
    #[serde(flatten)]
    pub term: TermRecord,
    /// The document that told it, by its resource name.
    pub told_by: String,
}

/// How sure we are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConfidenceRecord {
    /// Calibrated probability, 0 to 1.
    pub probability: f64,
    /// Owners that say so independently.
    pub independent_sources: u32,
    /// Version of the ruleset behind the number.
    pub ruleset: String,
}

/// A link with the judgement that goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkRecord {
    /// Where it leads.
    pub url: String,
    /// `ANNOUNCEMENT`, `CLAIM`, `DOCS` or `TRADE`.
    pub kind: String,
    /// `VERIFIED`, `UNVERIFIED` or `SUSPICIOUS`; a suspicious link is never to be made clickable.
    pub trust: String,
    /// Why.
    pub reasons: Vec<String>,
}

/// Where the time went, in milliseconds; absent where it cannot be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LatencyRecord {
    /// From the publisher's own time stamp to our first sight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_lag_ms: Option<u64>,
    /// From the poll before to our first sight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll_lag_ms: Option<u64>,
    /// From our first sight to the commit of the event.
    pub pipeline_ms: u64,
}

/// What we believe of one launch. Stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventRecord {
    /// Version of this record's shape.
    pub version: u32,
    /// Resource name.
    #[schema(example = "events/01JZ0000000000000000000000")]
    pub name: String,
    /// The identifier alone; given once, never recomputed.
    pub uid: String,
    /// Whose token; absent until a text names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRecord>,
    /// What happens.
    #[schema(example = "TOKEN_GENERATION")]
    pub kind: String,
    /// How far it has come.
    #[schema(example = "CONFIRMED")]
    pub status: String,
    /// Why it stands there, in words.
    pub status_reason: String,
    /// The tokens.
    pub assets: Vec<AssetRecord>,
    /// The places.
    pub venues: Vec<VenueRecord>,
    /// Amounts, at most one of a kind.
    #[serde(default)]
    pub terms: Vec<ToldTermRecord>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleRecord>,
    /// How that changed.
    pub schedule_history: Vec<ScheduleChangeRecord>,
    /// How sure we are.
    pub confidence: ConfidenceRecord,
    /// Why, from the document that speaks most clearly; left out of lists with `view=basic`.
    #[serde(default)]
    pub explanation: Vec<ReasonRecord>,
    /// Which document those reasons quote, by its resource name.
    pub explained_by: String,
    /// The documents behind it, oldest first.
    pub evidence: Vec<EvidenceRecord>,
    /// Links with their trust.
    pub links: Vec<LinkRecord>,
    /// Where the time went, for the first document.
    pub latency: LatencyRecord,
    /// `live`, `catch_up` or `backfill`.
    pub arrival: String,
    /// Counts changes, from 1.
    pub revision: u32,
    /// First commit.
    pub created_at: String,
    /// Last commit.
    pub updated_at: String,
    /// The survivor's resource name, for `MERGED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
    /// Which of several like events of one project this is, from 1.
    pub occurrence: u32,
    /// Made by the demo world.
    #[serde(default)]
    pub demo: bool,
}

/// One change of one event, in the one order of changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeRecord {
    /// Version of this record's shape.
    pub version: u32,
    /// Its place in the order; resume after it.
    pub seq: u64,
    /// `CREATED`, `STATUS_CHANGED`, `RESCHEDULED`, `UPDATED` or `MERGED`.
    #[schema(example = "CREATED")]
    pub kind: String,
    /// Subscribers are told of it.
    pub alert: bool,
    /// The status before, where it moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_from: Option<String>,
    /// The document that caused it, by its resource name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// When it was committed.
    pub at: String,
    /// The event after it.
    pub event: EventRecord,
}

// === impl ToldTermRecord ===

impl From<&ToldTerm> for ToldTermRecord {
    fn from(told: &ToldTerm) -> Self {
        Self { term: TermRecord::from(&told.term), told_by: format!("observations/{}", told.told_by) }
    }
}

impl TryFrom<ToldTermRecord> for ToldTerm {
    type Error = RecordError;

    fn try_from(record: ToldTermRecord) -> Result<Self, RecordError> {
        Ok(Self { term: record.term.try_into()?, told_by: read("terms.told_by", &record.told_by)? })
    }
}

// === impl ScheduleChangeRecord ===

impl From<&ScheduleChange> for ScheduleChangeRecord {
    fn from(change: &ScheduleChange) -> Self {
        Self {
            from: change.from.as_ref().map(ScheduleRecord::from),
            to: ScheduleRecord::from(&change.to),
            moved: change.moved.to_string(),
            at: moment(change.at),
        }
    }
}

impl TryFrom<ScheduleChangeRecord> for ScheduleChange {
    type Error = RecordError;

    fn try_from(record: ScheduleChangeRecord) -> Result<Self, RecordError> {
        Ok(Self {
            from: record.from.map(Schedule::try_from).transpose()?,
            to: record.to.try_into()?,
            moved: read("schedule_history.moved", &record.moved)?,
            at: read_moment("schedule_history.at", &record.at)?,
        })
    }
}

// === impl LinkRecord ===

impl From<&Link> for LinkRecord {
    fn from(link: &Link) -> Self {
        Self {
            url: link.url.clone(),
            kind: link.kind.to_string(),
            trust: link.trust.to_string(),
            reasons: link.reasons.clone(),
        }
    }
}

impl TryFrom<LinkRecord> for Link {
    type Error = RecordError;

    fn try_from(record: LinkRecord) -> Result<Self, RecordError> {
        Ok(Self {
            url: record.url,
            kind: read("links.kind", &record.kind)?,
            trust: read("links.trust", &record.trust)?,
            reasons: record.reasons,
        })
    }
}

// === impl EventRecord ===

impl From<&Event> for EventRecord {
    fn from(event: &Event) -> Self {
        Self {
            version: VERSION,
            name: event.id.resource_name(),
            uid: event.id.to_string(),
            project: event
                .project
                .as_ref()
                .map(|project| ProjectRecord { name: project.name.clone(), slug: project.slug.to_string() }),
            kind: event.kind.to_string(),
            status: event.status.to_string(),
            status_reason: event.status_reason.clone(),
            assets: event.assets.iter().map(|asset| AssetRecord { ticker: asset.ticker.clone() }).collect(),
            venues: event
                .venues
                .iter()
                .map(|venue| VenueRecord { venue: venue.name.clone(), kind: venue.kind.to_string() })
                .collect(),
            terms: event.terms.iter().map(ToldTermRecord::from).collect(),
            schedule: event.schedule.as_ref().map(ScheduleRecord::from),
            schedule_history: event.schedule_history.iter().map(ScheduleChangeRecord::from).collect(),
            confidence: ConfidenceRecord {
                probability: event.confidence.probability.get(),
                independent_sources: event.confidence.independent_sources,
                ruleset: event.confidence.ruleset.clone(),
            },
            explanation: event.explanation.iter().map(ReasonRecord::from).collect(),
            explained_by: format!("observations/{}", event.explained_by),
            evidence: event.evidence.iter().map(EvidenceRecord::from).collect(),
            links: event.links.iter().map(LinkRecord::from).collect(),
            latency: LatencyRecord {
                source_lag_ms: event.latency.source_lag_ms,
                poll_lag_ms: event.latency.poll_lag_ms,
                pipeline_ms: event.latency.pipeline_ms,
            },
            arrival: event.arrival.to_string(),
            revision: event.revision,
            created_at: moment(event.created_at),
            updated_at: moment(event.updated_at),
            merged_into: event.merged_into.map(|survivor| survivor.resource_name()),
            occurrence: event.occurrence,
            demo: event.demo,
        }
    }
}

impl TryFrom<EventRecord> for Event {
    type Error = RecordError;

    fn try_from(record: EventRecord) -> Result<Self, RecordError> {
        check_version(record.version)?;
        Ok(Self {
            id: read("uid", &record.uid)?,
            project: record.project.map(read_project).transpose()?,
            kind: read("kind", &record.kind)?,
            status: read("status", &record.status)?,
            status_reason: record.status_reason,
            assets: record.assets.into_iter().map(|asset| Asset { ticker: asset.ticker }).collect(),
            venues: record.venues.into_iter().map(read_venue).collect::<Result<_, _>>()?,
            terms: record.terms.into_iter().map(ToldTerm::try_from).collect::<Result<_, _>>()?,
            schedule: record.schedule.map(Schedule::try_from).transpose()?,
            schedule_history: record
                .schedule_history
                .into_iter()
                .map(ScheduleChange::try_from)
                .collect::<Result<_, _>>()?,
            confidence: Confidence {
                probability: Probability::new(record.confidence.probability).map_err(bad("confidence.probability"))?,
                independent_sources: record.confidence.independent_sources,
                ruleset: record.confidence.ruleset,
            },
            explanation: record.explanation.into_iter().map(Reason::try_from).collect::<Result<_, _>>()?,
            explained_by: read("explained_by", &record.explained_by)?,
            evidence: record.evidence.into_iter().map(Evidence::try_from).collect::<Result<_, _>>()?,
            links: record.links.into_iter().map(Link::try_from).collect::<Result<_, _>>()?,
            latency: Latency {
                source_lag_ms: record.latency.source_lag_ms,
                poll_lag_ms: record.latency.poll_lag_ms,
                pipeline_ms: record.latency.pipeline_ms,
            },
            arrival: read("arrival", &record.arrival)?,
            revision: record.revision,
            created_at: read_moment("created_at", &record.created_at)?,
            updated_at: read_moment("updated_at", &record.updated_at)?,
            merged_into: record.merged_into.map(|name| read("merged_into", &name)).transpose()?,
            occurrence: record.occurrence,
            demo: record.demo,
        })
    }
}

fn read_project(record: ProjectRecord) -> Result<Project, RecordError> {
    // A slug is a folded name; folding it again changes nothing, so this reads it back.
    let slug = Slug::of(&record.slug).ok_or(RecordError::Missing { field: "project.slug" })?;
    Ok(Project { name: record.name, slug })
}

fn read_venue(record: VenueRecord) -> Result<Venue, RecordError> {
    Ok(Venue { name: record.venue, kind: read("venues.kind", &record.kind)? })
}

// === impl ChangeRecord ===

impl From<&Change> for ChangeRecord {
    fn from(change: &Change) -> Self {
        Self {
            version: VERSION,
            seq: change.seq,
            kind: change.kind.to_string(),
            alert: change.alert,
            status_from: change.status_from.map(|status| status.to_string()),
            cause: change.cause.map(|cause| format!("observations/{cause}")),
            at: moment(change.at),
            event: EventRecord::from(&change.event),
        }
    }
}

impl TryFrom<ChangeRecord> for Change {
    type Error = RecordError;

    fn try_from(record: ChangeRecord) -> Result<Self, RecordError> {
        check_version(record.version)?;
        Ok(Self {
            seq: record.seq,
            kind: read("kind", &record.kind)?,
            alert: record.alert,
            status_from: record.status_from.map(|status| read("status_from", &status)).transpose()?,
            cause: record.cause.map(|cause| read("cause", &cause)).transpose()?,
            at: read_moment("at", &record.at)?,
            event: record.event.try_into()?,
        })
    }
}
