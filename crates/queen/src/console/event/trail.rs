//! The revisions of an event: what each change did, newest first.

use maud::{Markup, html};
use tge_model::{Change, ChangeKind, Event, Timestamp};

use crate::console::{badge, when};

pub(super) fn section(history: &[Change], now: Timestamp) -> Markup {
    let before = std::iter::once(None).chain(history.iter().map(|change| Some(&change.event)));
    let mut steps: Vec<(&Change, Option<&Event>)> = history.iter().zip(before).collect();
    steps.reverse();
    html! {
        section.card aria-labelledby="trail" {
            h2 #trail { "Revisions " span.count { (history.len()) } }
            @if history.is_empty() {
                p.unknown { "The changes of this event are no longer kept." }
            }
            ol.timeline {
                @for (change, before) in steps {
                    li {
                        div.moment { (when::time(change.at, now)) " " span.muted { "#" (change.seq) } }
                        p { strong { (headline(change.kind)) } @if change.alert { " " span.badge.info { "alert" } } }
                        ul {
                            @for line in lines(change, before) { li { (line) } }
                        }
                    }
                }
            }
        }
    }
}

fn headline(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Created => "First believed",
        ChangeKind::StatusChanged => "Status moved",
        ChangeKind::Rescheduled => "Date moved",
        ChangeKind::Updated => "Better known",
        ChangeKind::Merged => "Merged",
    }
}

/// What is different after `change`.
fn lines(change: &Change, before: Option<&Event>) -> Vec<Markup> {
    let after = &change.event;
    let mut lines = Vec::new();
    match (before, change.status_from) {
        (Some(before), _) if before.status != after.status => {
            lines.push(
                html! { (badge::status(before.status)) " → " (badge::status(after.status)) " " (after.status_reason) },
            );
        }
        (None, Some(from)) => lines.push(html! { (badge::status(from)) " → " (badge::status(after.status)) }),
        (None, None) => lines.push(html! { (badge::status(after.status)) " " (after.status_reason) }),
        _ => {}
    }
    let known = before.map_or(0, |before| before.schedule_history.len());
    for step in after.schedule_history.iter().skip(known) {
        lines.push(html! {
            "date " (step.moved.as_str().to_lowercase().replace('_', " ")) ": "
            @if let Some(from) = &step.from { (when::scheduled(from)) " → " }
            (when::scheduled(&step.to))
        });
    }
    let (was, is) = (before.map(|b| b.confidence.probability), after.confidence.probability);
    match was {
        Some(was) if badge::percent(was) != badge::percent(is) => {
            lines.push(html! { "sure " (badge::percent(was)) " → " (badge::percent(is)) });
        }
        None => lines.push(html! { "sure " (badge::percent(is)) }),
        Some(_) => {}
    }
    let seen = before.map_or(0, |before| before.evidence.len());
    for one in after.evidence.iter().skip(seen) {
        lines.push(html! { "evidence of " (one.owner) ": " (one.title) });
    }
    lines
}
