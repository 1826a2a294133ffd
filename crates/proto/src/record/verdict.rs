//! Verdicts: what a document says, and why.

use serde::{Deserialize, Serialize};
use tge_model::{Launch, Probability, Reason, ReasonPart, Schedule, Term, Verdict};
use utoipa::ToSchema;

use super::VERSION;
use super::read::{RecordError, bad, check_version, finite, moment, read, read_moment};

/// When something happens, as far as a text tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleRecord {
    /// Start of the period named, RFC 3339.
    #[schema(example = "2026-04-30T12:00:00Z")]
    pub start: String,
    /// `SECOND`, `MINUTE`, `HOUR`, `DAY`, `MONTH`, `QUARTER`, `YEAR` or `UNKNOWN`.
    #[schema(example = "DAY")]
    pub precision: String,
    /// The words it was read from.
    pub as_published: String,
    /// `OFFICIAL`, `EXCHANGE`, `ONCHAIN`, `PRESS` or `INFERRED`.
    #[schema(example = "OFFICIAL")]
    pub basis: String,
}

/// Words of a frame: they stand for one of its elements, or have a role in its clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReasonPartRecord {
    /// Their role, as the ruleset names it: `act`, `token`, `time`, `venue`, `tense`, `negation`,
    /// `hedge`, `subject`, `speaker`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "token")]
    pub role: Option<String>,
    /// What they stand for.
    #[schema(example = "LAUNCH")]
    pub label: String,
    /// The words, exactly as in the document; empty in records of before they were kept.
    #[serde(default)]
    pub quote: String,
    /// First byte of the words in the reason's zone.
    pub start: usize,
    /// Byte after the last of them.
    pub end: usize,
}

/// One reason for or against a verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReasonRecord {
    /// The stage that found it.
    #[schema(example = "frame")]
    pub stage: String,
    /// The feature's name in the ruleset.
    pub feature: String,
    /// What it adds to the log-odds; negative speaks against.
    pub weight: f64,
    /// The words it stands on; empty for features of the whole document.
    pub quote: String,
    /// `title` or `text`.
    #[schema(example = "text")]
    pub zone: String,
    /// First byte of the quote in its zone.
    pub start: usize,
    /// Byte after the last of the quote in its zone.
    pub end: usize,
    /// The words of the frame and of its clause that make it, in order; absent for what is no frame.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<ReasonPartRecord>,
}

/// An amount a text tells of a launch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TermRecord {
    /// `SUPPLY`, `SHARE` (of the supply, to the public), `TOKENS` (handed out or sold), `PRICE`, `RAISED`, `TARGET` or
    /// `VALUATION`.
    #[schema(example = "RAISED")]
    pub kind: String,
    /// The number in full, as a decimal.
    #[schema(example = "5000000")]
    pub value: String,
    /// `%`, the code of a currency, or the ticker of what is counted; empty for tokens whose ticker nobody told.
    #[schema(example = "USD")]
    pub unit: String,
    /// The words it was read from.
    pub as_published: String,
}

/// One launch a document tells of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LaunchRecord {
    /// Whose token, as the text names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The ticker without `$`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// What happens.
    #[schema(example = "TOKEN_GENERATION")]
    pub kind: String,
    /// A mainnet starts in the same text.
    #[serde(default)]
    pub with_mainnet: bool,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleRecord>,
    /// Exchanges and launchpads named.
    #[serde(default)]
    pub venues: Vec<String>,
    /// Chain named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// Amounts, at most one of a kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<TermRecord>,
    /// Links in the text.
    #[serde(default)]
    pub links: Vec<String>,
    /// What the text does to the event's status.
    pub cue: String,
}

/// What a document says. Stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VerdictRecord {
    /// Version of this record's shape.
    pub version: u32,
    /// It tells of a launch, at the ruleset's threshold.
    pub is_tge: bool,
    /// Calibrated probability that it does, 0 to 1.
    pub probability: f64,
    /// The launches it tells of, the surest first.
    pub launches: Vec<LaunchRecord>,
    /// Why, heaviest first.
    pub reasons: Vec<ReasonRecord>,
    /// Version of the ruleset that judged.
    pub ruleset: String,
}

// === impl ScheduleRecord ===

impl From<&Schedule> for ScheduleRecord {
    fn from(schedule: &Schedule) -> Self {
        Self {
            start: moment(schedule.start),
            precision: schedule.precision.to_string(),
            as_published: schedule.as_published.clone(),
            basis: schedule.basis.to_string(),
        }
    }
}

impl TryFrom<ScheduleRecord> for Schedule {
    type Error = RecordError;

    fn try_from(record: ScheduleRecord) -> Result<Self, RecordError> {
        Ok(Self {
            start: read_moment("schedule.start", &record.start)?,
            precision: read("schedule.precision", &record.precision)?,
            as_published: record.as_published,
            basis: read("schedule.basis", &record.basis)?,
        })
    }
}

// === impl TermRecord ===

impl From<&Term> for TermRecord {
    fn from(term: &Term) -> Self {
        Self {
            kind: term.kind.to_string(),
            value: term.value.to_string(),
            unit: term.unit.clone(),
            as_published: term.as_published.clone(),
        }
    }
}

impl TryFrom<TermRecord> for Term {
    type Error = RecordError;

    fn try_from(record: TermRecord) -> Result<Self, RecordError> {
        Ok(Self {
            kind: read("terms.kind", &record.kind)?,
            value: read("terms.value", &record.value)?,
            unit: record.unit,
            as_published: record.as_published,
        })
    }
}

// === impl ReasonRecord ===

impl From<&Reason> for ReasonRecord {
    fn from(reason: &Reason) -> Self {
        Self {
            stage: reason.stage.clone().into_owned(),
            feature: reason.feature.clone(),
            weight: finite(reason.weight),
            quote: reason.quote.clone(),
            zone: reason.zone.to_string(),
            start: reason.start,
            end: reason.end,
            parts: reason.parts.iter().map(ReasonPartRecord::from).collect(),
        }
    }
}

impl From<&ReasonPart> for ReasonPartRecord {
    fn from(part: &ReasonPart) -> Self {
        let ReasonPart { role, label, quote, start, end } = part.clone();
        Self { role, label, quote, start, end }
    }
}

impl ReasonPartRecord {
    /// The part of a reason that quotes `quoted` from byte `from` on. Parts of records of before stand within it and have no
    /// words of their own.
    fn part_of(self, quoted: &str, from: usize) -> ReasonPart {
        let Self { role, label, mut quote, start, end } = self;
        if quote.is_empty() {
            let within = start.checked_sub(from).zip(end.checked_sub(from));
            quote = within.and_then(|(start, end)| quoted.get(start..end)).unwrap_or_default().to_owned();
        }
        ReasonPart { role, label, quote, start, end }
    }
}

impl TryFrom<ReasonRecord> for Reason {
    type Error = RecordError;

    fn try_from(record: ReasonRecord) -> Result<Self, RecordError> {
        let parts = record.parts.into_iter().map(|part| part.part_of(&record.quote, record.start)).collect();
        Ok(Self {
            stage: record.stage.into(),
            feature: record.feature,
            weight: record.weight,
            quote: record.quote,
            zone: read("reason.zone", &record.zone)?,
            start: record.start,
            end: record.end,
            parts,
        })
    }
}

// === impl LaunchRecord ===

impl From<&Launch> for LaunchRecord {
    fn from(launch: &Launch) -> Self {
        Self {
            project: launch.project.clone(),
            symbol: launch.symbol.clone(),
            kind: launch.kind.to_string(),
            with_mainnet: launch.with_mainnet,
            schedule: launch.schedule.as_ref().map(ScheduleRecord::from),
            venues: launch.venues.clone(),
            chain: launch.chain.clone(),
            terms: launch.terms.iter().map(TermRecord::from).collect(),
            links: launch.links.clone(),
            cue: launch.cue.to_string(),
        }
    }
}

impl TryFrom<LaunchRecord> for Launch {
    type Error = RecordError;

    fn try_from(record: LaunchRecord) -> Result<Self, RecordError> {
        Ok(Self {
            project: record.project,
            symbol: record.symbol,
            kind: read("launch.kind", &record.kind)?,
            with_mainnet: record.with_mainnet,
            schedule: record.schedule.map(Schedule::try_from).transpose()?,
            venues: record.venues,
            chain: record.chain,
            terms: record.terms.into_iter().map(Term::try_from).collect::<Result<_, _>>()?,
            links: record.links,
            cue: read("launch.cue", &record.cue)?,
        })
    }
}

// === impl VerdictRecord ===

impl From<&Verdict> for VerdictRecord {
    fn from(verdict: &Verdict) -> Self {
        Self {
            version: VERSION,
            is_tge: verdict.is_tge,
            probability: verdict.probability.get(),
            launches: verdict.launches.iter().map(LaunchRecord::from).collect(),
            reasons: verdict.reasons.iter().map(ReasonRecord::from).collect(),
            ruleset: verdict.ruleset.clone(),
        }
    }
}

impl TryFrom<VerdictRecord> for Verdict {
    type Error = RecordError;

    fn try_from(record: VerdictRecord) -> Result<Self, RecordError> {
        check_version(record.version)?;
        Ok(Self {
            is_tge: record.is_tge,
            probability: Probability::new(record.probability).map_err(bad("probability"))?,
            launches: record.launches.into_iter().map(Launch::try_from).collect::<Result<_, _>>()?,
            reasons: record.reasons.into_iter().map(Reason::try_from).collect::<Result<_, _>>()?,
            ruleset: record.ruleset,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_before_get_their_words_from_the_quote() {
        let json = r#"{"stage":"frame","feature":"F:x","weight":1.0,"quote":"will launch $EX","zone":"text","start":10,"end":25,
            "parts":[{"label":"LAUNCH","start":15,"end":21},{"label":"T","start":30,"end":33}]}"#;
        let record: ReasonRecord = serde_json::from_str(json).expect("a record of before");
        let reason = Reason::try_from(record).expect("a reason");
        let words: Vec<(&str, &str)> = reason.parts.iter().map(|part| (part.name(), part.quote.as_str())).collect();
        assert_eq!(words, [("LAUNCH", "launch"), ("T", "")]);
        let again = Reason::try_from(ReasonRecord::from(&reason)).expect("a reason");
        assert_eq!(again, reason);
    }
}
