//! Two events turn out to be one: the older lives on with what both knew, the younger becomes a tombstone.
//!
//! The younger one's keys are not written again: the store follows `merged_into` from any of them, also from those this
//! batch never asked for.

use std::collections::HashSet;

use tge_model::{ChangeKind, Event, EventId, EventStatus, Link, Timestamp};

use crate::beliefs::Proposed;
use crate::{confidence, copies, status, terms};

/// Links kept per event; more are of no use to a reader.
const LINKS_MAX: usize = 24;

/// The younger event's last revision.
pub(crate) fn tombstone(loser: &Event, survivor: EventId, now: Timestamp) -> Proposed {
    let mut event = loser.clone();
    event.status = EventStatus::Merged;
    event.status_reason = format!("it is {}", survivor.resource_name());
    event.merged_into = Some(survivor);
    event.revision += 1;
    event.updated_at = now;
    Proposed { event, keys: Vec::new(), kind: ChangeKind::Merged, alert: false, status_from: Some(loser.status) }
}

/// Gives the survivor what the other knew.
pub(crate) fn absorb(survivor: &mut Event, loser: &Event) {
    let owners = loser.evidence.iter().map(|e| e.owner.as_str()).collect::<HashSet<_>>().len();
    let shared = owners - copies::new_owners(&survivor.evidence, &loser.evidence);
    let (ours, theirs) = (survivor.confidence.independent_sources, loser.confidence.independent_sources);
    let voices = (ours + theirs).saturating_sub(u32::try_from(shared).unwrap_or(u32::MAX)).max(ours).max(theirs);
    let best_ours = confidence::best(survivor.confidence.probability, ours);
    let best_theirs = confidence::best(loser.confidence.probability, theirs);
    if best_theirs > best_ours {
        survivor.explanation.clone_from(&loser.explanation);
        survivor.explained_by = loser.explained_by;
        survivor.confidence.ruleset.clone_from(&loser.confidence.ruleset);
    }
    let best = if best_theirs > best_ours { best_theirs } else { best_ours };
    survivor.confidence.probability = confidence::raised(best, voices);
    survivor.confidence.independent_sources = voices;

    if status::rank(loser.status) > status::rank(survivor.status) && status::allowed(survivor.status, loser.status) {
        survivor.status = loser.status;
        survivor.status_reason.clone_from(&loser.status_reason);
    }
    let better = match (&survivor.schedule, &loser.schedule) {
        (None, Some(_)) => true,
        (Some(ours), Some(theirs)) => (theirs.basis, theirs.precision) < (ours.basis, ours.precision),
        (_, None) => false,
    };
    if better {
        survivor.schedule.clone_from(&loser.schedule);
    }
    survivor.schedule_history.extend(loser.schedule_history.iter().cloned());
    survivor.schedule_history.sort_by_key(|c| c.at);
    if survivor.project.is_none() {
        survivor.project.clone_from(&loser.project);
    }
    terms::absorb(survivor, loser);
    for asset in &loser.assets {
        if !survivor.assets.contains(asset) {
            survivor.assets.push(asset.clone());
        }
    }
    for venue in &loser.venues {
        if !survivor.venues.iter().any(|v| v.name.eq_ignore_ascii_case(&venue.name)) {
            survivor.venues.push(venue.clone());
        }
    }
    for evidence in &loser.evidence {
        if !survivor.evidence.iter().any(|e| e.observation == evidence.observation) {
            survivor.evidence.push(evidence.clone());
        }
    }
    survivor.evidence.sort_by_key(|e| e.first_seen_at);
    add_links(survivor, loser.links.iter().cloned());
}

/// Adds links that are not there yet.
pub(crate) fn add_links(event: &mut Event, links: impl IntoIterator<Item = Link>) {
    for link in links {
        if event.links.len() < LINKS_MAX && !event.links.iter().any(|l| l.url == link.url) {
            event.links.push(link);
        }
    }
}
