//! What a document does to an event: begin it, revise it, complete it.

use std::time::Duration;

use tge_model::{
    Arrival, Asset, ChangeKind, Confidence, Cue, Event, EventId, EventKey, EventStatus, Evidence, Latency, LinkKind,
    Observation, Project, ScheduleChange, ScheduleMove, Stance, Tier, Timestamp, Venue,
};

use crate::beliefs::{Beliefs, Proposed};
use crate::copies::repeats;
use crate::decide::{Context, is_open, is_same_item, said_at};
use crate::document::Document;
use crate::likeness::{Relation, Telling, Text, same_happening};
use crate::links::{judge_link, kind_of};
use crate::schedule::{self, Dated};
use crate::status::{self, Standing};
use crate::{confidence, keys, merge, terms};

/// Documents kept per event. Beyond them only one that moves something is added.
const EVIDENCE_MAX: usize = 200;
/// Headlines of earlier documents a further one is compared with.
const HEADLINES_MAX: usize = 8;

pub(crate) fn complete(live: &Event, now: Timestamp) -> Proposed {
    let mut event = live.clone();
    event.status = EventStatus::Completed;
    event.status_reason = "another one is announced for a later date".to_owned();
    event.revision += 1;
    event.updated_at = now;
    Proposed { event, keys: Vec::new(), kind: ChangeKind::StatusChanged, alert: false, status_from: Some(live.status) }
}

/// A new event, if it would ever be found again: where every key leads to another event (a page that another project's
/// event has already, the demo world's namesakes), each telling would make a twin.
pub(crate) fn begin(
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
        terms: Vec::new(),
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
pub(crate) fn revise(
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
    let said = document.evidence(Stance::Supports);
    let voices = voices(&event, document, &said);

    let dated =
        if is_open(&event) { schedule::judge(event.schedule.as_ref(), document, stale, own_word) } else { Dated::Same };
    let held = event.schedule.clone();
    let mut later_day = false;
    if let (Dated::Moves(moved), Some(new)) = (dated, &document.launch.schedule) {
        later_day =
            moved == ScheduleMove::Slip && held.as_ref().is_some_and(|h| !schedule::same_day(h.start, new.start));
        let at = context.now;
        event.schedule_history.push(ScheduleChange { from: held, to: new.clone(), moved, at });
        event.schedule = Some(new.clone());
    }

    let stance = stance(document, dated, edited.is_some() || moves_on(&event, document));
    let known_owner = event.evidence.iter().any(|e| e.owner == document.owner);
    add_evidence(&mut event, Evidence { stance, ..said }, edited);
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

/// Independent owners that say so plainly once this document is counted. A copy is its original's voice, also where a
/// word of it was changed.
fn voices(event: &Event, document: &Document<'_>, said: &Evidence) -> u32 {
    let old = event.confidence.independent_sources;
    let known = event.evidence.iter().any(|e| e.owner == document.owner || repeats(e, said));
    match (document.is_plain(), known) {
        (false, _) => old,
        (true, true) => old.max(1),
        (true, false) => old + 1,
    }
}

/// The document tells of the event further on: the same act opened, completed, put off or on other terms, and no earlier
/// document told so. Earlier ones are known by their headlines, the latest few of them.
fn moves_on(event: &Event, document: &Document<'_>) -> bool {
    let seen = document.observation;
    let told =
        Telling::of(&Text { title: &seen.title, text: &seen.text, source: &document.owner, published: seen.published });
    let headlines = event.evidence.iter().rev().filter(|e| !e.title.is_empty()).take(HEADLINES_MAX);
    let relations: Vec<Relation> = headlines
        .map(|e| {
            let earlier = Text { title: &e.title, text: "", source: &e.owner, published: e.published };
            same_happening(&told, &Telling::of(&earlier)).relation
        })
        .collect();
    relations.contains(&Relation::Update) && !relations.contains(&Relation::Same)
}

fn stance(document: &Document<'_>, dated: Dated, updates: bool) -> Stance {
    match (document.launch.cue, dated) {
        (Cue::Cancelled, _) => Stance::Retracts,
        (_, Dated::Disputes) => Stance::Contradicts,
        (Cue::Postponed, _) => Stance::Updates,
        (_, Dated::Moves(m)) if m != ScheduleMove::Firmed => Stance::Updates,
        _ if updates => Stance::Updates,
        _ => Stance::Supports,
    }
}

fn add_evidence(event: &mut Event, mut evidence: Evidence, edited: Option<usize>) {
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
    terms::widen(event, document);
    let slug = event.project.as_ref().map(|p| p.slug.clone());
    let judge = |link: &str, kind| judge_link(link, kind, slug.as_ref(), context.known, context.sights, context.now);
    let own = judge(&document.observation.url, LinkKind::Announcement);
    let named = launch.links.iter().filter_map(|link| judge(link, kind_of(link)));
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
