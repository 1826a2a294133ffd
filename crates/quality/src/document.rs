//! One launch of one document, with who speaks and when: what the rules of this crate look at.

use std::time::Duration;

use tge_model::{
    Arrival, Cue, EventKind, Evidence, Launch, Observation, Schedule, ScheduleBasis, Slug, Stance, Tier, Timestamp,
    Verdict,
};

use crate::{Context, clean, copies, keys};

/// A document published longer ago than this when we first see it is old news, whatever its source says.
const OLD_NEWS: Duration = Duration::from_secs(48 * 3_600);
/// What a negative verdict must still have for its hedge or delay to count.
const DOUBTFUL: f64 = 0.25;
/// The same for a denial, which speaks against a launch by its nature.
const DENIED: f64 = 0.1;
/// The same for what says of itself that it is a rumour.
const RUMOURED: f64 = 0.05;

/// One launch of one document.
pub(crate) struct Document<'a> {
    pub(crate) observation: &'a Observation,
    pub(crate) verdict: &'a Verdict,
    /// Cleaned; its project is the source's own where the text names none.
    pub(crate) launch: Launch,
    pub(crate) owner: String,
    /// How far this voice goes *about this project*: an official voice is official about itself only.
    pub(crate) tier: Tier,
    /// When it was said.
    pub(crate) moment: Timestamp,
    /// Why we see it, old news told apart.
    pub(crate) arrival: Arrival,
    /// No other launch of this kind stands in the document, so its link names the event.
    pub(crate) alone: bool,
}

impl<'a> Document<'a> {
    pub(crate) fn new(observation: &'a Observation, verdict: &'a Verdict, index: usize, context: &Context<'_>) -> Self {
        let source = context.sources.get(&observation.source);
        let moment = observation.published.map_or(observation.first_seen_at, |p| p.min(observation.first_seen_at));
        let mut launch = clean::launch(&verdict.launches[index], moment);
        if launch.project.is_none() {
            launch.project = source.and_then(|s| s.project.as_deref()).and_then(clean::name);
        }
        let tier = source.map_or(Tier::Community, |s| match s.tier {
            Tier::Official if !speaks_for_itself(s.project.as_deref(), &launch) => Tier::Press,
            Tier::Exchange if !of_own_market(&s.owner, &launch) => Tier::Press,
            tier => tier,
        });
        if let Some(schedule) = &mut launch.schedule {
            schedule.basis = basis(tier, schedule);
        }
        let old = observation.published.is_some_and(|p| observation.first_seen_at.since(p) > OLD_NEWS);
        Self {
            observation,
            verdict,
            owner: source.map_or_else(|| observation.source.to_string(), |s| s.owner.clone()),
            tier,
            moment,
            arrival: if observation.arrival == Arrival::Live && old { Arrival::CatchUp } else { observation.arrival },
            alone: verdict.launches.iter().filter(|l| l.kind == launch.kind).count() == 1,
            launch,
        }
    }

    pub(crate) fn kind(&self) -> EventKind {
        self.launch.kind
    }

    pub(crate) fn slug(&self) -> Option<Slug> {
        self.launch.project.as_deref().and_then(Slug::of)
    }

    /// The project's own voice, or an exchange about its own market.
    pub(crate) fn has_authority(&self) -> bool {
        matches!(self.tier, Tier::Official | Tier::Exchange)
    }

    /// It says so plainly: such voices are counted.
    pub(crate) fn is_plain(&self) -> bool {
        self.verdict.is_tge && matches!(self.launch.cue, Cue::Announced | Cue::Live)
    }

    /// It may begin an event: a positive verdict, or one that is negative only because its words are hedged or put off.
    pub(crate) fn may_begin(&self) -> bool {
        let named = self.launch.project.is_some() || self.launch.symbol.is_some();
        match self.launch.cue {
            Cue::Announced | Cue::Live => self.verdict.is_tge,
            Cue::Hedged | Cue::Postponed => named && self.may_revise(),
            Cue::Cancelled => false,
        }
    }

    /// It may change an event that exists. A text without a launch (price talk, a recap) says nothing new of it, and a
    /// cue without much of a launch around it is about something else ("the bank postpones its report").
    pub(crate) fn may_revise(&self) -> bool {
        let probability = self.verdict.probability.get();
        self.verdict.is_tge
            || match self.launch.cue {
                Cue::Announced | Cue::Live => false,
                Cue::Hedged if self.verdict.is_rumour() => probability >= RUMOURED,
                Cue::Hedged | Cue::Postponed => probability >= DOUBTFUL,
                Cue::Cancelled => probability >= DENIED,
            }
    }

    pub(crate) fn evidence(&self, stance: Stance) -> Evidence {
        Evidence {
            observation: self.observation.id,
            source: self.observation.source.clone(),
            owner: self.owner.clone(),
            tier: self.tier,
            url: clean::url(&self.observation.url).map(String::from).unwrap_or_default(),
            title: clean::line(&self.observation.title, 300),
            published: self.observation.published,
            first_seen_at: self.observation.first_seen_at,
            previous_poll_at: self.observation.previous_poll_at,
            sha256: self.observation.sha256,
            sketch: copies::sketch(self.observation),
            stance,
        }
    }
}

fn speaks_for_itself(own: Option<&str>, launch: &Launch) -> bool {
    match (own.and_then(Slug::of), launch.project.as_deref().and_then(Slug::of)) {
        (Some(own), Some(named)) => keys::same_project(&own, &named),
        _ => true,
    }
}

/// An exchange speaks with authority where it is one of the venues, or names none.
fn of_own_market(owner: &str, launch: &Launch) -> bool {
    let Some(owner) = Slug::of(owner) else { return false };
    launch.venues.is_empty()
        || launch
            .venues
            .iter()
            .filter_map(|v| Slug::of(v))
            .any(|v| v.as_str().starts_with(owner.as_str()) || owner.as_str().starts_with(v.as_str()))
}

fn basis(tier: Tier, given: &Schedule) -> ScheduleBasis {
    match (given.basis, tier) {
        (ScheduleBasis::Onchain | ScheduleBasis::Inferred, _) => given.basis,
        (_, Tier::Official) => ScheduleBasis::Official,
        (_, Tier::Exchange) => ScheduleBasis::Exchange,
        _ => ScheduleBasis::Press,
    }
}
