//! What a document says, with every reason for reading it so.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::names::names;
use crate::{Probability, Timestamp};

names! {
    /// What happens to a token.
    pub enum EventKind {
        /// A token is created, launched or revealed.
        TokenGeneration = "TOKEN_GENERATION",
        /// Claims open.
        ClaimOpen = "CLAIM_OPEN",
        /// Claims close.
        ClaimClose = "CLAIM_CLOSE",
        /// Balances are recorded for a later hand-out.
        Snapshot = "SNAPSHOT",
        /// A checker or a registration opens.
        EligibilityOpen = "ELIGIBILITY_OPEN",
        /// A token is sold to the public.
        PublicSale = "PUBLIC_SALE",
        /// First listing on a central exchange.
        CexListing = "CEX_LISTING",
        /// First pool on a decentralised exchange.
        DexLiquidity = "DEX_LIQUIDITY",
        /// The token's contract appears on a chain.
        ContractDeployed = "CONTRACT_DEPLOYED",
        /// Locked tokens become free.
        Unlock = "UNLOCK",
        /// Holders change an old token for a new one.
        Migration = "MIGRATION",
        /// A venue ends trading.
        Delisting = "DELISTING",
    }
}

names! {
    /// How exactly a moment is known.
    pub enum Precision {
        /// To the second.
        Second = "SECOND",
        /// To the minute.
        Minute = "MINUTE",
        /// To the hour.
        Hour = "HOUR",
        /// To the day.
        Day = "DAY",
        /// To the month.
        Month = "MONTH",
        /// To the quarter.
        Quarter = "QUARTER",
        /// To the year.
        Year = "YEAR",
        /// Not at all.
        Unknown = "UNKNOWN",
    }
}

names! {
    /// Who gave the date.
    pub enum ScheduleBasis {
        /// The project.
        Official = "OFFICIAL",
        /// An exchange, of its own market.
        Exchange = "EXCHANGE",
        /// A chain.
        Onchain = "ONCHAIN",
        /// Journalists.
        Press = "PRESS",
        /// We, from the text around it.
        Inferred = "INFERRED",
    }
}

names! {
    /// What a text does to an event's status.
    pub enum Cue {
        /// It says so plainly.
        Announced = "announced",
        /// It says "may", "reportedly", "rumour".
        Hedged = "hedged",
        /// It says it has happened or is happening.
        Live = "live",
        /// It names a later date, or says "postponed".
        Postponed = "postponed",
        /// It says it will not happen.
        Cancelled = "cancelled",
    }
}

names! {
    /// Which part of a document a span points into.
    pub enum Zone {
        /// The headline.
        Title = "title",
        /// The body.
        Text = "text",
    }
}

names! {
    /// What an amount of a launch is.
    pub enum TermKind {
        /// All tokens there are to be, in tokens.
        Supply = "SUPPLY",
        /// The part of the supply that this hand-out or sale gives to the public, in per cent.
        Share = "SHARE",
        /// The tokens handed out or sold here, in tokens.
        Tokens = "TOKENS",
        /// What one token costs, in money.
        Price = "PRICE",
        /// What the sale brought, in money.
        Raised = "RAISED",
        /// What the sale is to bring, or at most, in money.
        Target = "TARGET",
        /// What all tokens are worth at that price, in money.
        Valuation = "VALUATION",
    }
}

/// When something happens, as far as a text tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Start of the period named, in UTC: for `MONTH` the first of it, and so on.
    pub start: Timestamp,
    /// How exactly it is known.
    pub precision: Precision,
    /// The words it was read from.
    pub as_published: String,
    /// Who gave it.
    pub basis: ScheduleBasis,
}

/// Words of a frame: they stand for one of its elements, or have a role in its clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonPart {
    /// Their role, as the ruleset names it: `subject`, `token`, `time`, `venue`, `tense`; `None` for what has none.
    pub role: Option<String>,
    /// What they stand for: a concept of the lexicon or a slot (`LAUNCH`, `T`).
    pub label: String,
    /// The words, exactly as in the document.
    pub quote: String,
    /// First byte of the words in the reason's zone.
    pub start: usize,
    /// Byte after the last of them.
    pub end: usize,
}

/// One reason for or against a verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The stage that found it: [`RESERVE`], `frame`, `lexicon`, `project` (a token's age), `memory` (what the swarm remembers: a phrase
    /// that misled, a token it saw launch), `model`, `opinion`.
    pub stage: Cow<'static, str>,
    /// The feature's name in the ruleset.
    pub feature: String,
    /// What it adds to the log-odds; negative speaks against.
    pub weight: f64,
    /// The words it stands on, exactly as in the document; empty for features of the whole document.
    pub quote: String,
    /// Where those words stand.
    pub zone: Zone,
    /// First byte of the quote in its zone.
    pub start: usize,
    /// Byte after the last of the quote in its zone.
    pub end: usize,
    /// The words of the frame and of its clause that make it, in order; empty for what is no frame.
    pub parts: Vec<ReasonPart>,
}

/// An amount a text tells of a launch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What it is the amount of.
    pub kind: TermKind,
    /// The number in full: a billion is 1000000000.
    pub value: Decimal,
    /// `%`, the code of a currency (`USD`), or the ticker of what is counted; empty for tokens whose ticker nobody told.
    pub unit: String,
    /// The words it was read from.
    pub as_published: String,
}

/// One launch a document tells of.
#[derive(Debug, Clone, PartialEq)]
pub struct Launch {
    /// Whose token, as the text names it; `None` when it does not.
    pub project: Option<String>,
    /// The ticker without `$`; never an identity.
    pub symbol: Option<String>,
    /// What happens.
    pub kind: EventKind,
    /// A mainnet starts in the same text.
    pub with_mainnet: bool,
    /// When.
    pub schedule: Option<Schedule>,
    /// Exchanges and launchpads named, by their common names.
    pub venues: Vec<String>,
    /// Chain named.
    pub chain: Option<String>,
    /// Amounts, at most one of a kind, in the order of [`TermKind`].
    pub terms: Vec<Term>,
    /// Links in the text.
    pub links: Vec<String>,
    /// What the text does to the event's status.
    pub cue: Cue,
}

/// The stage of a reason that holds a launch back, whatever else is told: it is denied, rumoured, long past.
pub const RESERVE: &str = "reserve";

/// The feature of a launch that is told as a rumour.
pub const RUMOURED: &str = "J:rumoured";

/// What a document says.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// It tells of a launch, at the ruleset's threshold.
    pub is_tge: bool,
    /// Calibrated probability that it does.
    pub probability: Probability,
    /// The launches it tells of, the surest first; may be filled for a negative verdict, too.
    pub launches: Vec<Launch>,
    /// Why, heaviest first.
    pub reasons: Vec<Reason>,
    /// Version of the ruleset that judged.
    pub ruleset: String,
}

impl ReasonPart {
    /// Their role, or what they stand for where they have none.
    pub fn name(&self) -> &str {
        self.role.as_deref().unwrap_or(&self.label)
    }
}

impl Verdict {
    /// Whether it is held below the threshold because the text denies the launch, tells it as a rumour or the like: its first
    /// reason says so.
    pub fn is_held(&self) -> bool {
        self.reasons.first().is_some_and(|reason| reason.stage == RESERVE)
    }

    /// Whether it is held because the text says that it tells a rumour.
    pub fn is_rumour(&self) -> bool {
        self.reasons.first().is_some_and(|reason| reason.stage == RESERVE && reason.feature == RUMOURED)
    }

    /// Adds a reason found after the ruleset judged: its weight moves the log-odds, and `threshold` decides anew.
    /// What is held back stays so: a reason that speaks for it is told with no weight.
    pub fn weigh(&mut self, mut reason: Reason, threshold: f64) {
        if self.is_held() {
            reason.weight = reason.weight.min(0.0);
        }
        self.probability = Probability::of_log_odds(self.probability.log_odds() + reason.weight);
        self.is_tge = self.probability.get() >= threshold;
        self.reasons.push(reason);
    }
}
