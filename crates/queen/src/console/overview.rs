//! The overview: is it working, what is new, what comes next. Every number leads to its rows.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use maud::{Markup, html};
use tge_model::{
    Agent, AgentKind, AgentState, Arrival, Change, ComponentStatus, Event, Precision, ServiceStatus, SourceState,
    StageCounts, Timestamp,
};
use tge_ports::Page;
use tge_ports::store::EventFilter;

use super::badge::{self, Tone, badge};
use super::copy::{Lines, copy};
use super::failure::Failure;
use super::frame::{self, Fresh, Tab};
use super::{feed, when};
use crate::{Queen, mind, survey};

/// The latest events that figures and lists on this page are made from.
const SAMPLE: u32 = 200;
/// The most changes looked through for the last hour.
const CHANGES: u32 = 500;
const HOUR: Duration = Duration::from_secs(3_600);
/// Work that waits longer than this is worth a look.
const SLOW: Duration = Duration::from_secs(60);

pub(super) async fn page(State(queen): State<Queen>, headers: HeaderMap) -> Result<Markup, Failure> {
    let (now, stores) = (queen.clock.now(), &queen.stores);
    let filter = EventFilter { with_demo: queen.demo, ..EventFilter::default() };
    let events = stores.events.list(&filter, &Page::first(SAMPLE)).await?.items;
    let (_, last) = stores.events.extent().await?;
    let mut changes = stores.events.changes(last.saturating_sub(u64::from(CHANGES)), CHANGES).await?;
    changes.retain(|change| change.at > now.minus(HOUR) && (queen.demo || !change.event.demo));
    changes.reverse();
    let (counts, dead) = stores.observations.counts().await?;
    let agents = stores.agents.all().await?;
    let components = stores.recoveries.components().await?;
    let leader = stores.leases.holder(mind::LEADERSHIP).await?;
    let sources = source_states(&queen).await?;
    let body = html! {
        div.headline { h1 { "Overview" } p.muted { "What the swarm knows, and how it is." } }
        div #overview data-live {
            div.tiles {
                (sources_tile(&sources))
                (agents_tile(&agents))
                (latency_tile(&events))
                (dead_tile(&dead))
                (leader_tile(leader.as_deref()))
                (components_tile(&components))
            }
            (stages(&counts, now))
            div.columns {
                (recent(&changes, now))
                (upcoming(&events, now))
            }
            section.card aria-labelledby="newest" {
                h2 #newest { "Newest events" }
                @if events.is_empty() { p.muted { "No event yet." } } @else { (feed::table(&events[..events.len().min(8)], now)) }
                p { a href="/events" { "All events" } }
            }
        }
        (copy(&headers, &Lines {
            path: "/api/v1/status".to_owned(),
            call: Some(("tge.queen.v1.QueenService/GetStatus", "{}".to_owned())),
            words: Some("status".to_owned()),
        }))
    };
    Ok(frame::page(&queen, Tab::Overview, "Overview", Fresh::Stream, &body))
}

/// How many sources stand where; one that was never asked is unknown.
async fn source_states(queen: &Queen) -> Result<BTreeMap<SourceState, usize>, Failure> {
    let states = queen.stores.sources.all().await?;
    let mut counts = BTreeMap::new();
    for file in queen.catalog.iter().filter(|file| !file.paused) {
        let state = states.iter().find(|state| state.name == file.source.name).map(|state| state.state);
        *counts.entry(state.unwrap_or(SourceState::Unknown)).or_default() += 1;
    }
    Ok(counts)
}

fn tile(title: &str, href: &str, tone: Tone, figure: &Markup, note: &Markup) -> Markup {
    html! {
        a class={ "tile " (tone.class()) } href=(href) {
            span.eyebrow { (title) }
            span.figure { (figure) }
            span.sub { (note) }
        }
    }
}

fn sources_tile(sources: &BTreeMap<SourceState, usize>) -> Markup {
    let of = |state| sources.get(&state).copied().unwrap_or(0);
    let (healthy, failing) = (of(SourceState::Healthy), of(SourceState::Failing));
    let (blocked, unknown, all) = (of(SourceState::Blocked), of(SourceState::Unknown), sources.values().sum::<usize>());
    let tone = match () {
        () if healthy == 0 && failing + blocked > 0 => Tone::Bad,
        () if failing + blocked > 0 => Tone::Warn,
        () if healthy == 0 || unknown > 0 => Tone::Unknown,
        () => Tone::Good,
    };
    let figure = html! { (healthy) span.of { "/" (all) } };
    tile(
        "Sources answering",
        "/sources",
        tone,
        &figure,
        &html! { (failing) " failing · " (blocked) " blocked · " (unknown) " unknown" },
    )
}

fn agents_tile(agents: &[Agent]) -> Markup {
    let of = |state| agents.iter().filter(|agent| agent.state == state).count();
    let (active, lost) = (of(AgentState::Active), of(AgentState::Lost));
    let absent: Vec<&str> = AgentKind::ALL
        .iter()
        .filter(|kind| !agents.iter().any(|agent| agent.kind == **kind && agent.state == AgentState::Active))
        .map(|kind| kind.as_str())
        .collect();
    let tone = match () {
        () if agents.is_empty() => Tone::Unknown,
        () if !absent.is_empty() => Tone::Bad,
        () if lost > 0 => Tone::Warn,
        () => Tone::Good,
    };
    let note = html! {
        @if agents.is_empty() { "none has been seen" }
        @else if absent.is_empty() { "all five kinds at work" @if lost > 0 { " · " (lost) " lost" } }
        @else { "missing: " (absent.join(", ")) }
    };
    tile("Agents active", "/agents", tone, &html! { (active) }, &note)
}

/// From first sight to commit, over the latest events that came in live.
fn latency_tile(events: &[Event]) -> Markup {
    let mut times: Vec<u64> =
        events.iter().filter(|event| event.arrival == Arrival::Live).map(|event| event.latency.pipeline_ms).collect();
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied();
    match (at(50), at(95)) {
        (Some(median), Some(slow)) => {
            let note = html! { "median · p95 " (when::millis(slow)) " · of " (times.len()) " live events" };
            tile("Seen to event", "/events", Tone::Info, &html! { (when::millis(median)) }, &note)
        }
        _ => tile("Seen to event", "/events", Tone::Unknown, &html! { "unknown" }, &html! { "no live event yet" }),
    }
}

fn dead_tile(dead: &[(String, u64)]) -> Markup {
    let all: u64 = dead.iter().map(|(_, count)| count).sum();
    let tone = if all == 0 { Tone::Good } else { Tone::Bad };
    let parts: Vec<String> = dead.iter().filter(|(_, n)| *n > 0).map(|(stage, n)| format!("{n} {stage}")).collect();
    let note = if parts.is_empty() { "nothing was given up".to_owned() } else { parts.join(" · ") };
    tile("Dead letters", "/agents?state=dead#tasks", tone, &html! { (all) }, &html! { (note) })
}

fn leader_tile(leader: Option<&str>) -> Markup {
    match leader {
        Some(name) => tile("Leading queen", "/agents", Tone::Good, &html! { "1" }, &html! { (name) }),
        None => tile(
            "Leading queen",
            "/agents",
            Tone::Bad,
            &html! { "none" },
            &html! { "nothing is planned until one leads" },
        ),
    }
}

fn components_tile(components: &[ComponentStatus]) -> Markup {
    let passing = components.iter().filter(|c| c.status == ServiceStatus::Passing).count();
    let critical = components.iter().filter(|c| c.status == ServiceStatus::Critical || c.breaker_open).count();
    let tone = match () {
        () if components.is_empty() => Tone::Unknown,
        () if critical > 0 => Tone::Bad,
        () if passing < components.len() => Tone::Warn,
        () => Tone::Good,
    };
    if components.is_empty() {
        let note = html! { "no health monitor has reported" };
        return tile("Components passing", "/recoveries", tone, &html! { "unknown" }, &note);
    }
    let figure = html! { (passing) span.of { "/" (components.len()) } };
    tile("Components passing", "/recoveries", tone, &figure, &html! { (critical) " critical" })
}

/// The stages of the pipeline, in the order in which a document passes them.
fn stages(counts: &StageCounts, now: Timestamp) -> Markup {
    html! {
        section.card aria-labelledby="pipeline" {
            h2 #pipeline { "Waiting in the pipeline" }
            ol.stages {
                @for (stage, waiting, oldest) in survey::stages(counts) {
                    @let late = oldest.is_some_and(|at| now.since(at) > SLOW);
                    li class=[late.then_some("late")] {
                        span.eyebrow { (stage) }
                        span.figure { (waiting) }
                        span.sub {
                            @match oldest { Some(at) => { "oldest since " (when::time(at, now)) }, None => "nothing waits" }
                        }
                        @if late { (badge(Tone::Warn, "slow")) }
                    }
                }
            }
        }
    }
}

fn recent(changes: &[Change], now: Timestamp) -> Markup {
    html! {
        section.card aria-labelledby="recent" {
            h2 #recent { "Changed in the last hour " span.count { (changes.len()) } }
            @if changes.is_empty() { p.muted { "Nothing." } }
            ul.changes {
                @for change in changes.iter().take(8) {
                    li data-key=(change.seq) {
                        (when::time(change.at, now))
                        span.what {
                            a href={ "/events/" (change.event.id) } { (badge::name(&change.event)) } (badge::demo(change.event.demo))
                            span.sub { (badge::kind(change.event.kind)) " · " (change.kind.as_str().to_lowercase().replace('_', " ")) }
                        }
                        (badge::status(change.event.status))
                    }
                }
            }
        }
    }
}

fn upcoming(events: &[Event], now: Timestamp) -> Markup {
    let today = now.minus(Duration::from_secs(24 * 3_600));
    let mut coming: Vec<&Event> = events
        .iter()
        .filter(|event| !event.status.is_terminal())
        .filter(|event| match &event.schedule {
            Some(when) if when.precision <= Precision::Hour => when.start > now,
            Some(when) => when.precision == Precision::Day && when.start > today,
            None => false,
        })
        .collect();
    coming.sort_by_key(|event| event.schedule.as_ref().map(|when| when.start));
    html! {
        section.card aria-labelledby="upcoming" {
            h2 #upcoming { "Coming up" }
            @if coming.is_empty() { p.muted { "No event with a day that is still to come." } }
            ul.changes {
                @for event in coming.iter().take(8) {
                    li {
                        @if let Some(schedule) = &event.schedule { (when::scheduled(schedule)) }
                        span.what {
                            a href={ "/events/" (event.id) } { (badge::name(event)) } (badge::demo(event.demo))
                            span.sub { (badge::kind(event.kind)) @if !event.venues.is_empty() { " · " (feed::venues(event)) } }
                        }
                        (badge::status(event.status))
                    }
                }
            }
        }
    }
}
