//! Documents behind beliefs.

use serde::{Deserialize, Serialize};
use tge_model::{Evidence, SourceName};
use utoipa::ToSchema;

use super::read::{RecordError, bad, hex, moment, read, read_hash, read_moment, read_moment_opt, read_sketch, sketch};

/// One document behind a belief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceRecord {
    /// The document, by its resource name.
    pub observation: String,
    /// Where it was seen.
    pub source: String,
    /// Who speaks there.
    pub owner: String,
    /// `official`, `exchange`, `press` or `community`.
    pub tier: String,
    /// Where a person can read it.
    pub url: String,
    /// Its headline.
    pub title: String,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<String>,
    /// When we first saw it.
    pub first_seen_at: String,
    /// The poll before; it appeared in between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_poll_at: Option<String>,
    /// Its content's hash, hexadecimal.
    pub sha256: String,
    /// Sample of its words' hashes, eight hexadecimal digits each: copies share most of them. Absent where nobody took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sketch: Option<String>,
    /// `SUPPORTS`, `CONTRADICTS`, `UPDATES` or `RETRACTS`.
    pub stance: String,
}

// === impl EvidenceRecord ===

impl From<&Evidence> for EvidenceRecord {
    fn from(evidence: &Evidence) -> Self {
        Self {
            observation: format!("observations/{}", evidence.observation),
            source: evidence.source.to_string(),
            owner: evidence.owner.clone(),
            tier: evidence.tier.to_string(),
            url: evidence.url.clone(),
            title: evidence.title.clone(),
            published_at: evidence.published.map(moment),
            first_seen_at: moment(evidence.first_seen_at),
            previous_poll_at: evidence.previous_poll_at.map(moment),
            sha256: hex(&evidence.sha256),
            sketch: sketch(&evidence.sketch),
            stance: evidence.stance.to_string(),
        }
    }
}

impl TryFrom<EvidenceRecord> for Evidence {
    type Error = RecordError;

    fn try_from(record: EvidenceRecord) -> Result<Self, RecordError> {
        Ok(Self {
            observation: read("evidence.observation", &record.observation)?,
            source: SourceName::new(&record.source).map_err(bad("evidence.source"))?,
            owner: record.owner,
            tier: read("evidence.tier", &record.tier)?,
            url: record.url,
            title: record.title,
            published: read_moment_opt("evidence.published_at", record.published_at.as_deref())?,
            first_seen_at: read_moment("evidence.first_seen_at", &record.first_seen_at)?,
            previous_poll_at: read_moment_opt("evidence.previous_poll_at", record.previous_poll_at.as_deref())?,
            sha256: read_hash("evidence.sha256", &record.sha256)?,
            sketch: read_sketch("evidence.sketch", record.sketch.as_deref())?,
            stance: read("evidence.stance", &record.stance)?,
        })
    }
}
