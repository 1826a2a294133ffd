//! A verdict as one JSON line, in the words of the labelled data.

use chrono::Datelike;
use serde::Serialize;
use tge_model::{EventKind, Launch, Precision, Reason, Schedule, Term, Verdict};

use crate::reason_in_words;

/// The kinds labels know; the model has one weight vector for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LabelKind {
    /// A token is created, launched, revealed.
    Tge,
    /// An airdrop is announced, dated, checked or claimed.
    AirdropClaim,
    /// First listing.
    Listing,
    /// A token is sold.
    TokenSale,
    /// A token starts with its mainnet.
    MainnetToken,
}

impl LabelKind {
    /// All kinds, in the order of the weights file.
    pub const ALL: [LabelKind; 5] =
        [LabelKind::Tge, LabelKind::AirdropClaim, LabelKind::Listing, LabelKind::TokenSale, LabelKind::MainnetToken];

    /// The label's word.
    pub fn name(self) -> &'static str {
        match self {
            LabelKind::Tge => "tge",
            LabelKind::AirdropClaim => "airdrop_claim",
            LabelKind::Listing => "listing",
            LabelKind::TokenSale => "token_sale",
            LabelKind::MainnetToken => "mainnet_token",
        }
    }

    /// The kind with this word.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The label's kind of a launch; `None` for what labels do not count as one.
    pub fn of_launch(launch: &Launch) -> Option<Self> {
        match launch.kind {
            EventKind::TokenGeneration | EventKind::ContractDeployed if launch.with_mainnet => Some(Self::MainnetToken),
            EventKind::TokenGeneration | EventKind::ContractDeployed => Some(Self::Tge),
            EventKind::ClaimOpen | EventKind::Snapshot | EventKind::EligibilityOpen => Some(Self::AirdropClaim),
            EventKind::CexListing | EventKind::DexLiquidity => Some(Self::Listing),
            EventKind::PublicSale => Some(Self::TokenSale),
            EventKind::Unlock | EventKind::Migration | EventKind::Delisting | EventKind::ClaimClose => None,
        }
    }
}

/// One verdict line: what `tgectl detect` prints for every document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerdictLine {
    /// The document's.
    pub id: String,
    /// It tells of a launch.
    pub is_tge: bool,
    /// Calibrated probability, six decimals.
    pub score: f64,
    /// Whose token.
    pub project: Option<String>,
    /// Its ticker.
    pub symbol: Option<String>,
    /// The label's kind.
    pub event_type: Option<&'static str>,
    /// ISO day, month, quarter or year, as exact as it is known.
    pub event_date: Option<String>,
    /// The venues it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub venues: Vec<String>,
    /// The chain it names first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// The addresses in it, as written: nobody looked at them, see `quality` for whom to trust.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// What it does to the launch: `announced`, `live`, `hedged`, `postponed`, `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cue: Option<&'static str>,
    /// What the document says of amounts, each as `KIND VALUE UNIT`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
    /// The other launches of a digest, as `Project (TICKER) KIND DATE`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
}

/// A reason of a verdict, for a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReasonLine {
    /// What it adds to the log-odds, three decimals; negative speaks against.
    pub weight: f64,
    /// The feature's name in the ruleset.
    pub feature: String,
    /// What it says, in words.
    pub says: String,
    /// The words it stands on; empty for features of the whole document.
    pub quote: String,
    /// For a frame, its words in order: their role, or what they stand for, and the words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub frame: Vec<(String, String)>,
}

/// A verdict line with its reasons: what `tgectl detect --explain` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedLine {
    /// The verdict.
    #[serde(flatten)]
    pub line: VerdictLine,
    /// The log-odds of a launch before the text has said anything.
    pub base: f64,
    /// Why, heaviest first.
    pub reasons: Vec<ReasonLine>,
    /// What all that is not among the reasons adds: with it, base and reasons come to the log-odds of `score`.
    pub rest: f64,
}

/// The line for `verdict` on document `id`, with its reasons; `base` is the detector's ([`crate::Detector::base`]).
pub fn explained_line(id: &str, verdict: &Verdict, base: f64) -> ExplainedLine {
    let short = |odds: f64| (odds * 1e3).round() / 1e3;
    let reason = |reason: &Reason| ReasonLine {
        weight: short(reason.weight),
        feature: reason.feature.clone(),
        says: reason_in_words(&reason.feature, reason.weight),
        quote: reason.quote.clone(),
        frame: reason.parts.iter().map(|part| (part.name().to_owned(), part.quote.clone())).collect(),
    };
    let shown: f64 = verdict.reasons.iter().map(|reason| reason.weight).sum();
    ExplainedLine {
        line: verdict_line(id, verdict),
        base: short(base),
        reasons: verdict.reasons.iter().map(reason).collect(),
        rest: short(verdict.probability.log_odds() - base - shown),
    }
}

/// The line for `verdict` on document `id`: the fields of its surest launch.
pub fn verdict_line(id: &str, verdict: &Verdict) -> VerdictLine {
    let launch = verdict.launches.first();
    VerdictLine {
        id: id.to_owned(),
        is_tge: verdict.is_tge,
        score: (verdict.probability.get() * 1e6).round() / 1e6,
        project: launch.and_then(|l| l.project.clone()),
        symbol: launch.and_then(|l| l.symbol.clone()),
        event_type: launch.and_then(LabelKind::of_launch).map(LabelKind::name),
        event_date: launch.and_then(|l| l.schedule.as_ref()).and_then(event_date),
        venues: launch.map(|l| l.venues.clone()).unwrap_or_default(),
        chain: launch.and_then(|l| l.chain.clone()),
        links: launch.map(|l| l.links.clone()).unwrap_or_default(),
        cue: launch.map(|l| l.cue.as_str()),
        terms: launch.map(|l| l.terms.iter().map(term).collect()).unwrap_or_default(),
        others: verdict.launches.iter().skip(1).map(other).collect(),
    }
}

fn term(term: &Term) -> String {
    format!("{} {} {}", term.kind, term.value, term.unit).trim_end().to_owned()
}

fn other(launch: &Launch) -> String {
    let (project, symbol) = (launch.project.as_deref(), launch.symbol.as_deref());
    let whose = match (project, symbol) {
        (Some(project), Some(symbol)) => format!("{project} ({symbol})"),
        (project, symbol) => project.or(symbol).unwrap_or("?").to_owned(),
    };
    let kind = LabelKind::of_launch(launch).map(|kind| kind.name().to_owned());
    let date = launch.schedule.as_ref().and_then(event_date);
    [Some(whose), kind, date].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A schedule as an ISO day, month, quarter or year.
pub fn event_date(schedule: &Schedule) -> Option<String> {
    let day = schedule.start.to_chrono().date_naive();
    match schedule.precision {
        Precision::Second | Precision::Minute | Precision::Hour | Precision::Day => Some(day.to_string()),
        Precision::Month => Some(day.format("%Y-%m").to_string()),
        Precision::Quarter => Some(format!("{}-Q{}", day.year(), day.month0() / 3 + 1)),
        Precision::Year => Some(day.year().to_string()),
        Precision::Unknown => None,
    }
}
