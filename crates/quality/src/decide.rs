//! From one document to the writes it causes.

use std::collections::HashMap;
use std::time::Duration;

use tge_model::{
    Arrival, Asset, ChangeKind, Confidence, Cue, Event, EventId, EventKey, EventStatus, Evidence, Latency, LinkKind,
    Observation, ObservationId, Project, ScheduleChange, ScheduleMove, Source, SourceName, Stance, Tier, Timestamp,
    Venue, Verdict,
};

use crate::beliefs::{Beliefs, Proposed};
use crate::document::Document;
use crate::keys::{self, MAX_OCCURRENCE};
use crate::links::{Known, judge_link, kind_of};
use crate::schedule::{self, Dated};
use crate::status::{self, Standing};
use crate::{confidence, merge};

/// Documents kept per event. Beyond them only one that moves something is added.
const EVIDENCE_MAX: usize = 200;
/// After an end, a document this much later than all others tells of another event.
const NEW_LIFE: Duration = Duration::from_secs(86_400);
/// A date this much after a launch that is live is another launch's.
const NEXT_SEASON: Duration = Duration::from_secs(60 * 86_400);
/// A ticker alone points to the same token only this long.
const TICKER_MEMORY: Duration = Duration::from_secs(30 * 86_400);

/// What decisions need to know beside the document.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The moment of the decision.
    pub now: Timestamp,
    /// Who speaks where. A source that is no longer configured counts as a community voice of its own name.
    pub sources: &'a HashMap<SourceName, Source>,
    /// Whose domains are whose, and which venues there are.
    pub known: &'a Known,
}

/// Decides what a judged document does to what is believed, and lays its writes over `beliefs`.
///
/// `beliefs` must hold what the store knows for [`lookup_keys`](crate::lookup_keys) of this document. `random` gives the
/// bits of new identifiers. The writes are in the order they must be stored; none means the document changes nothing.
pub fn decide(
    observation: &Observation,
    verdict: &Verdict,
    beliefs: &mut Beliefs,
    context: &Context<'_>,
    random: &mut dyn FnMut() -> u128,
) -> Vec<Proposed> {
    let mut writes = Vec::new();
    for index in 0..verdict.launches.len() {
        let document = Document::new(observation, verdict, index, context);
        for write in decide_launch(&document, beliefs, context, random) {
            beliefs.apply(&write);
            writes.push(write);
        }
    }
    writes
}

fn decide_launch(
    document: &Document<'_>,
    beliefs: &Beliefs,
    context: &Context<'_>,
    random: &mut dyn FnMut() -> u128,
) -> Vec<Proposed> {
    let hits = hits(document, beliefs);
    if hits.iter().any(|e| e.evidence.iter().any(|e| e.observation == document.observation.id)) {
        return Vec::new();
    }
    let Some(target) = target(document, &hits) else {
        return if document.may_begin() { begin(document, 1, beliefs, context, random) } else { Vec::new() };
    };
    if begins_again(document, target) {
        return begin(document, target.occurrence + 1, beliefs, context, random);
    }
    if is_next_season(document, target) {
        let mut writes = begin(document, target.occurrence + 1, beliefs, context, random);
        if !writes.is_empty() {
            writes.insert(0, complete(target, context.now));
        }
        return writes;
    }
    if !document.may_revise() {
        return Vec::new();
    }
    let mut same: Vec<&Event> = hits
        .iter()
        .copied()
        .filter(|e| e.id == target.id || (is_open(target) && is_open(e) && mergeable(e, target, document)))
        .collect();
    same.sort_by_key(|e| (e.created_at, e.id));
    let mut survivor = same[0].clone();
    let mut writes = Vec::new();
    for loser in &same[1..] {
        writes.push(merge::tombstone(loser, survivor.id, context.now));
        merge::absorb(&mut survivor, loser);
    }
    writes.extend(revise(document, same[0], survivor, beliefs, context));
    writes
}

// === which event ===

fn is_open(event: &Event) -> bool {
    !event.status.is_terminal()
}

/// The events this launch's keys lead to and that may be meant, each once, later occurrences and stronger keys first.
fn hits<'a>(document: &Document<'_>, beliefs: &'a Beliefs) -> Vec<&'a Event> {
    let mut hits: Vec<&Event> = Vec::new();
    let mut add = |key: &EventKey, meant: &dyn Fn(&Event) -> bool| {
        if let Some(event) = beliefs.get(key)
            && event.demo == document.observation.demo
            && event.kind == document.kind()
            && event.status != EventStatus::Merged
            && meant(event)
            && !hits.iter().any(|e| e.id == event.id)
        {
            hits.push(event);
        }
    };
    for occurrence in (1..=MAX_OCCURRENCE).rev() {
        let keys = keys::of_document(document, occurrence);
        keys.strong.iter().for_each(|key| add(key, &|_| true));
        keys.weak.iter().for_each(|key| add(key, &|event| is_meant(event, document)));
        keys.item.iter().for_each(|key| add(key, &|event| is_meant(event, document) || is_edit_of(event, document)));
    }
    hits
}

/// A weak key's event is meant: the projects do not speak against it, nor the tickers where a project is missing.
fn is_meant(event: &Event, document: &Document<'_>) -> bool {
    match (&event.project, document.slug()) {
        (Some(ours), Some(said)) => {
            let ticker = document.launch.symbol.as_deref();
            let shared = ticker.filter(|t| event.assets.iter().any(|a| a.ticker == *t));
            let recent = document.moment.since(newest(event)) <= TICKER_MEMORY;
            keys::same_project(&ours.slug, &said)
                || (recent && shared.is_some_and(|t| keys::same_by_ticker(&ours.slug, &said, t)))
        }
        _ => {
            let ticker = document.launch.symbol.as_deref();
            let agree = ticker.is_none_or(|t| event.assets.is_empty() || event.assets.iter().any(|a| a.ticker == t));
            agree && document.moment.since(newest(event)) <= TICKER_MEMORY
        }
    }
}

/// The item is part of the event in earlier words, and now names nobody, or nobody else stands behind the event: an edit
/// that names another project corrects it.
fn is_edit_of(event: &Event, document: &Document<'_>) -> bool {
    let nameless = document.launch.project.is_none() && document.launch.symbol.is_none();
    is_only_of(event, document) || (nameless && event.evidence.iter().any(|e| is_same_item(e, document)))
}

/// Everything behind the event is this very item in earlier words.
fn is_only_of(event: &Event, document: &Document<'_>) -> bool {
    event.evidence.iter().all(|e| is_same_item(e, document))
}

/// The evidence is the same item of the same source; ids are derived, so this is exact.
fn is_same_item(evidence: &Evidence, document: &Document<'_>) -> bool {
    let seen = document.observation;
    evidence.source == seen.source
        && evidence.observation == ObservationId::derive(&seen.source, &seen.key, &evidence.sha256)
}

/// The event to revise: the one this item is already part of, else the latest that is open, else the latest; of equals
/// the one found by the stronger key (`max_by_key` takes the last, so the list is walked backwards).
fn target<'a>(document: &Document<'_>, hits: &[&'a Event]) -> Option<&'a Event> {
    hits.iter()
        .find(|e| e.evidence.iter().any(|e| is_same_item(e, document)))
        .or_else(|| hits.iter().rev().filter(|e| is_open(e)).max_by_key(|e| e.occurrence))
        .or_else(|| hits.iter().rev().max_by_key(|e| e.occurrence))
        .copied()
}

fn mergeable(a: &Event, b: &Event, document: &Document<'_>) -> bool {
    let projects = match (&a.project, &b.project) {
        (Some(x), Some(y)) => {
            let shared = a.assets.iter().find(|asset| b.assets.contains(asset));
            keys::same_project(&x.slug, &y.slug)
                || shared.is_some_and(|asset| keys::same_by_ticker(&x.slug, &y.slug, &asset.ticker))
                || is_only_of(a, document)
                || is_only_of(b, document)
        }
        _ => true,
    };
    projects && a.occurrence == b.occurrence
}

/// When the last of an event's documents was written.
fn newest(event: &Event) -> Timestamp {
    event.evidence.iter().map(said_at).max().unwrap_or(event.updated_at)
}

fn said_at(evidence: &Evidence) -> Timestamp {
    evidence.published.map_or(evidence.first_seen_at, |p| p.min(evidence.first_seen_at))
}

fn begins_again(document: &Document<'_>, ended: &Event) -> bool {
    // What we took back ourselves does not rise again on hearsay.
    let entitled = ended.status != EventStatus::Retracted || document.has_authority();
    !is_open(ended)
        && document.is_plain()
        && entitled
        && document.moment > newest(ended).plus(NEW_LIFE)
        && ended.occurrence < MAX_OCCURRENCE
}

fn is_next_season(document: &Document<'_>, live: &Event) -> bool {
    let began = live.schedule.as_ref().map_or_else(|| newest(live), |s| s.start);
    live.status == EventStatus::Live
        && document.is_plain()
        && live.occurrence < MAX_OCCURRENCE
        && document.launch.schedule.as_ref().is_some_and(|s| {
            s.precision <= tge_model::Precision::Day && s.start > began.plus(NEXT_SEASON) && s.start > document.moment
        })
}

// === the writes ===

fn complete(live: &Event, now: Timestamp) -> Proposed {
    let mut event = live.clone();
    event.status = EventStatus::Completed;
    event.status_reason = "another one is announced for a later date".to_owned();
    event.revision += 1;
    event.updated_at = now;
    Proposed { event, keys: Vec::new(), kind: ChangeKind::StatusChanged, alert: false, status_from: Some(live.status) }
}

/// A new event, if it would ever be found again: where every key leads to another event (a page that another project's
/// event has already, the demo world's namesakes), each telling would make a twin.
fn begin(
    document: &Document<'_>,
    occurrence: u32,
    beliefs: &Beliefs,
    context: &Context<'_>,
    random: &mut dyn FnMut() -> u128,
) -> Vec<Proposed> {
    let created = create(document, occurrence, beliefs, context, random);
    if created.keys.is_empty() { Vec::new() } else { vec![created] }
}

fn create(
    document: &Document<'_>,
    occurrence: u32,
    beliefs: &Beliefs,
    context: &Context<'_>,
    random: &mut dyn FnMut() -> u128,
) -> Proposed {
    let seen = document.observation;
    let voices = u32::from(document.is_plain());
    let schedule = document.launch.schedule.clone();
    let standing = Standing { voices, deniers: 0, schedule: schedule.as_ref(), later_day: false };
    let (status, status_reason) = status::claimed(document, &standing)
        .unwrap_or_else(|| (EventStatus::Rumoured, format!("only {} says so", document.owner)));
    let mut event = Event {
        id: EventId::new(context.now, random()),
        project: None,
        kind: document.kind(),
        status,
        status_reason,
        assets: Vec::new(),
        venues: Vec::new(),
        schedule,
        schedule_history: Vec::new(),
        confidence: Confidence {
            probability: document.verdict.probability,
            independent_sources: voices,
            ruleset: document.verdict.ruleset.clone(),
        },
        explanation: document.verdict.reasons.clone(),
        explained_by: seen.id,
        evidence: vec![document.evidence(Stance::Supports)],
        links: Vec::new(),
        latency: latency(seen, context.now),
        arrival: document.arrival,
        revision: 1,
        created_at: context.now,
        updated_at: context.now,
        merged_into: None,
        occurrence,
        demo: seen.demo,
    };
    widen(&mut event, document, context);
    let news = document.verdict.is_tge || status == EventStatus::Postponed;
    Proposed {
        keys: free_keys(document, &event, beliefs),
        event,
        kind: ChangeKind::Created,
        alert: document.arrival == Arrival::Live && news,
        status_from: None,
    }
}

/// `before` is the event as it was read, `event` the same with what merged events brought.
fn revise(
    document: &Document<'_>,
    before: &Event,
    mut event: Event,
    beliefs: &Beliefs,
    context: &Context<'_>,
) -> Option<Proposed> {
    let edited = event.evidence.iter().position(|e| is_same_item(e, document));
    let authority = |tier| matches!(tier, Tier::Official | Tier::Exchange);
    let stale = event.evidence.iter().any(|e| authority(e.tier) && said_at(e) > document.moment);
    let own_word = event.evidence.iter().all(|e| e.owner == document.owner);
    let old_voices = event.confidence.independent_sources;
    let voices = voices(&event, document);

    let dated =
        if is_open(&event) { schedule::judge(event.schedule.as_ref(), document, stale, own_word) } else { Dated::Same };
    let held = event.schedule.clone();
    let mut later_day = false;
    if let (Dated::Moves(moved), Some(said)) = (dated, &document.launch.schedule) {
        later_day =
            moved == ScheduleMove::Slip && held.as_ref().is_some_and(|h| !schedule::same_day(h.start, said.start));
        let at = context.now;
        event.schedule_history.push(ScheduleChange { from: held, to: said.clone(), moved, at });
        event.schedule = Some(said.clone());
    }

    let stance = stance(document, dated, edited.is_some());
    let known_owner = event.evidence.iter().any(|e| e.owner == document.owner);
    add_evidence(&mut event, document, stance, edited);
    let mut deniers: Vec<&str> =
        event.evidence.iter().filter(|e| e.stance == Stance::Retracts).map(|e| e.owner.as_str()).collect();
    deniers.sort_unstable();
    deniers.dedup();
    let standing = Standing { voices, deniers: deniers.len(), schedule: event.schedule.as_ref(), later_day };
    if let Some((claimed, reason)) = status::claimed(document, &standing)
        && status::moves(event.status, claimed, document, stale)
    {
        event.status = claimed;
        event.status_reason = reason;
    }

    be_sure(&mut event, document, old_voices, voices);
    widen(&mut event, document, context);
    let status_from = (event.status != before.status).then_some(before.status);
    let moved = match dated {
        Dated::Moves(moved) => Some(moved),
        Dated::Same | Dated::Disputes => None,
    };
    if event.evidence.len() > EVIDENCE_MAX
        && status_from.is_none()
        && moved.is_none()
        && known_owner
        && edited.is_none()
    {
        return None;
    }
    event.revision = before.revision + 1;
    event.updated_at = context.now;
    let told = tells(before.status, event.status)
        || moved.is_some_and(|m| match m {
            ScheduleMove::Slip | ScheduleMove::PullIn | ScheduleMove::Loosened => true,
            ScheduleMove::Firmed => document.has_authority(),
            ScheduleMove::Adjust => false,
        });
    Some(Proposed {
        keys: free_keys(document, &event, beliefs),
        kind: match (status_from, moved) {
            (Some(_), _) => ChangeKind::StatusChanged,
            (None, Some(ScheduleMove::Adjust) | None) => ChangeKind::Updated,
            (None, Some(_)) => ChangeKind::Rescheduled,
        },
        alert: document.arrival == Arrival::Live && told,
        status_from,
        event,
    })
}

/// A move of status that subscribers want to know of.
fn tells(from: EventStatus, to: EventStatus) -> bool {
    from != to && (status::is_up(from, to) || matches!(to, EventStatus::Postponed | EventStatus::Cancelled))
}

/// Independent owners that say so plainly once this document is counted. A word-for-word copy is its original's voice.
fn voices(event: &Event, document: &Document<'_>) -> u32 {
    let old = event.confidence.independent_sources;
    let known = event.evidence.iter().any(|e| e.owner == document.owner || e.sha256 == document.observation.sha256);
    match (document.is_plain(), known) {
        (false, _) => old,
        (true, true) => old.max(1),
        (true, false) => old + 1,
    }
}

fn stance(document: &Document<'_>, dated: Dated, edited: bool) -> Stance {
    match (document.launch.cue, dated) {
        (Cue::Cancelled, _) => Stance::Retracts,
        (_, Dated::Disputes) => Stance::Contradicts,
        (Cue::Postponed, _) => Stance::Updates,
        (_, Dated::Moves(m)) if m != ScheduleMove::Firmed => Stance::Updates,
        _ if edited => Stance::Updates,
        _ => Stance::Supports,
    }
}

fn add_evidence(event: &mut Event, document: &Document<'_>, stance: Stance, edited: Option<usize>) {
    let mut evidence = document.evidence(stance);
    match edited {
        Some(place) => {
            // The item's age is its first form's; only its words are new.
            let old = &event.evidence[place];
            evidence.first_seen_at = old.first_seen_at;
            evidence.previous_poll_at = old.previous_poll_at;
            event.evidence[place] = evidence;
        }
        None => event.evidence.push(evidence),
    }
    event.evidence.sort_by_key(|e| e.first_seen_at);
}

fn be_sure(event: &mut Event, document: &Document<'_>, old_voices: u32, voices: u32) {
    let alone = event.evidence.len() == 1;
    let best = confidence::best(event.confidence.probability, old_voices);
    let said = document.verdict.probability;
    let speaks_best = alone || (document.is_plain() && (said > best || old_voices == 0));
    if speaks_best {
        event.explanation.clone_from(&document.verdict.reasons);
        event.explained_by = document.observation.id;
        event.confidence.ruleset.clone_from(&document.verdict.ruleset);
    }
    event.confidence.probability = confidence::raised(if speaks_best { said } else { best }, voices);
    event.confidence.independent_sources = voices;
}

/// Adds what the document names and the event has not yet.
fn widen(event: &mut Event, document: &Document<'_>, context: &Context<'_>) {
    let launch = &document.launch;
    let corrected = event.evidence.len() == 1;
    if let (Some(name), Some(slug)) = (&launch.project, document.slug())
        && (event.project.is_none() || corrected)
    {
        event.project = Some(Project { name: name.clone(), slug });
    }
    if let Some(ticker) = &launch.symbol
        && !event.assets.iter().any(|a| &a.ticker == ticker)
    {
        event.assets.push(Asset { ticker: ticker.clone() });
    }
    for name in &launch.venues {
        if !event.venues.iter().any(|v| v.name.to_lowercase() == name.to_lowercase()) {
            event.venues.push(Venue { name: name.clone(), kind: context.known.venue_kind(name, event.kind) });
        }
    }
    let slug = event.project.as_ref().map(|p| p.slug.clone());
    let own = judge_link(&document.observation.url, LinkKind::Announcement, slug.as_ref(), context.known);
    let named = launch.links.iter().filter_map(|l| judge_link(l, kind_of(l), slug.as_ref(), context.known));
    merge::add_links(event, own.into_iter().chain(named));
}

/// The launch's keys that lead nowhere yet; strong ones first.
fn free_keys(document: &Document<'_>, event: &Event, beliefs: &Beliefs) -> Vec<EventKey> {
    let mut keys = keys::of_document(document, event.occurrence);
    keys.strong.append(&mut keys.weak);
    keys.strong.extend(keys.item);
    keys.strong.retain(|key| beliefs.get(key).is_none());
    keys.strong.sort_unstable();
    keys.strong.dedup();
    keys.strong
}

fn latency(seen: &Observation, now: Timestamp) -> Latency {
    let ms = |d: Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
    Latency {
        // A stamp after our first sight is a wrong clock, not a lag of zero.
        source_lag_ms: seen.published.filter(|p| *p <= seen.first_seen_at).map(|p| ms(seen.first_seen_at.since(p))),
        poll_lag_ms: seen.previous_poll_at.map(|p| ms(seen.first_seen_at.since(p))),
        pipeline_ms: ms(now.since(seen.first_seen_at)),
    }
}
