//! From one document to the events it speaks of; what it does to them stands in `writes`.

use std::collections::HashMap;
use std::time::Duration;

use tge_model::{
    Event, EventKey, EventStatus, Evidence, Observation, ObservationId, Source, SourceName, Timestamp, Verdict,
};

use crate::beliefs::{Beliefs, Proposed};
use crate::document::Document;
use crate::keys::{self, MAX_OCCURRENCE};
use crate::links::{Known, Sights, site};
use crate::merge;
use crate::writes::{begin, complete, revise};

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
    /// When the sites behind links were first seen.
    pub sights: &'a Sights,
}

/// The sites behind the links of a judged document, each once: what [`Context::sights`] should know of.
pub fn sites(observation: &Observation, verdict: &Verdict) -> Vec<String> {
    let links = verdict.launches.iter().flat_map(|launch| &launch.links).map(String::as_str);
    let mut sites: Vec<String> = links.chain([observation.url.as_str()]).filter_map(site).collect();
    sites.sort_unstable();
    sites.dedup();
    sites
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

pub(crate) fn is_open(event: &Event) -> bool {
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
pub(crate) fn is_same_item(evidence: &Evidence, document: &Document<'_>) -> bool {
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

pub(crate) fn said_at(evidence: &Evidence) -> Timestamp {
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
