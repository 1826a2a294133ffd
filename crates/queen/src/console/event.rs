//! One event: what we believe, why, since when, and how sure.

mod links;
mod mark;
mod terms;
mod trail;
mod why;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use maud::{Markup, html};
use tge_model::{Arrival, Event, EventId, Evidence, Latency, Timestamp};

use super::copy::{Lines, copy};
use super::failure::Failure;
use super::frame::{self, Fresh, Tab, bar};
use super::{badge, feed, when};
use crate::Queen;

pub(super) use mark::take;

pub(super) async fn page(
    State(queen): State<Queen>,
    headers: HeaderMap,
    Path(given): Path<String>,
) -> Result<Markup, Failure> {
    let missing = || Failure::Missing { what: "event", given: given.clone() };
    let id: EventId = given.parse().map_err(|_| missing())?;
    let event = queen.stores.events.get(id).await?.ok_or_else(missing)?;
    let history = queen.stores.events.history(id).await?;
    let document = queen.stores.observations.get(event.explained_by).await?.map(|stored| stored.observation);
    let said = mark::said(&queen, &event).await?;
    let now = queen.clock.now();
    let title = format!("{}: {}", badge::name(&event), badge::kind(event.kind));
    let body = html! {
        nav.crumbs aria-label="Breadcrumb" { a href="/events" { "Events" } " / " span { (id) } }
        div #event data-live data-key=(id) data-revision=(event.revision) {
            (head(&event))
            div.columns {
                div {
                    (why::section(&event, document.as_ref(), now))
                    (evidence(&event.evidence, now))
                }
                div {
                    (mark::section(id, said))
                    (facts(&event))
                    (terms::section(&event))
                    (links::section(&event.links))
                    (trail::section(&history, now))
                    (latency(&event))
                }
            }
        }
        (copy(&headers, &Lines {
            path: format!("/api/v1/events/{id}"),
            call: Some(("tge.event.v1.EventService/GetEvent", serde_json::json!({ "name": id.resource_name() }).to_string())),
            words: Some(format!("events explain {id}")),
        }))
    };
    Ok(frame::page(&queen, Tab::Events, &title, Fresh::Stream, &body))
}

fn head(event: &Event) -> Markup {
    html! {
        div.hero {
            div {
                p.eyebrow { (badge::kind(event.kind)) @if !event.venues.is_empty() { " · " (feed::venues(event)) } }
                h1 { (badge::name(event)) (badge::tickers(event)) (badge::demo(event.demo)) }
                p.verdict { (badge::status(event.status)) " " (event.status_reason) }
                @if let Some(survivor) = event.merged_into {
                    p { "This turned out to be the same as " a href={ "/events/" (survivor) } { (survivor.resource_name()) } "." }
                }
            }
            dl.figures {
                div { dt { "When" } dd { @match &event.schedule {
                    Some(schedule) => (when::scheduled(schedule)),
                    None => span.unknown { "unknown" },
                } } }
                div { dt { "Sure" } dd { (badge::probability(event.confidence.probability)) } }
                div { dt { "Independent sources" } dd { (event.confidence.independent_sources) } }
            }
        }
    }
}

fn facts(event: &Event) -> Markup {
    html! {
        section.card aria-labelledby="facts" {
            h2 #facts { "Facts" }
            dl.facts {
                dt { "First known" } dd { (when::full(event.created_at)) }
                dt { "Last changed" } dd { (when::full(event.updated_at)) " · revision " (event.revision) }
                @if let Some(schedule) = &event.schedule {
                    dt { "Scheduled" }
                    dd {
                        (when::scheduled(schedule)) " "
                        span.muted { "known to the " (schedule.precision.as_str().to_lowercase()) ", from " (schedule.basis.as_str().to_lowercase()) }
                        @if !schedule.as_published.is_empty() { span.sub { "“" (schedule.as_published) "”" } }
                    }
                }
                dt { "Learned" } dd { (arrival(event.arrival)) }
                dt { "Which" } dd { "number " (event.occurrence) " of its kind for this project" }
                dt { "Ruleset" } dd { code { (event.confidence.ruleset) } }
            }
        }
    }
}

fn arrival(arrival: Arrival) -> &'static str {
    match arrival {
        Arrival::Live => "live, while we were watching",
        Arrival::CatchUp => "catching up: it was there before we looked, so nobody was alerted",
        Arrival::Backfill => "imported, so nobody was alerted",
    }
}

fn evidence(evidence: &[Evidence], now: Timestamp) -> Markup {
    html! {
        section.card aria-labelledby="evidence" {
            h2 #evidence { "Evidence " span.count { (evidence.len()) } }
            table.list {
                caption.hush { "Documents behind this event, oldest first" }
                thead {
                    tr {
                        th scope="col" { "Document" } th scope="col" { "Says" }
                        th scope="col" { "Published" } th scope="col" { "Seen" }
                    }
                }
                tbody {
                    @for one in evidence {
                        tr {
                            th scope="row" data-label="Document" {
                                (links::document(&one.url, if one.title.is_empty() { &one.url } else { &one.title }))
                                span.sub {
                                    (one.owner) " · " (one.tier) " · " a href={ "/sources/" (one.source) } { (one.source) }
                                }
                            }
                            td data-label="Says" { (badge::stance(one.stance)) }
                            td data-label="Published" { (when::maybe(one.published, now, "not said")) }
                            td data-label="Seen" { (when::time(one.first_seen_at, now)) }
                        }
                    }
                }
            }
        }
    }
}

/// Where the time went for the first document.
fn latency(event: &Event) -> Markup {
    let Latency { source_lag_ms, poll_lag_ms, pipeline_ms } = event.latency;
    let rows = [
        ("Published to seen", source_lag_ms, "by the publisher's own clock"),
        ("Poll before to seen", poll_lag_ms, "the longest it can have waited for us"),
        ("Seen to event", Some(pipeline_ms), "our pipeline"),
    ];
    let longest = rows.iter().filter_map(|(_, ms, _)| *ms).max().unwrap_or(0).max(1);
    html! {
        section.card aria-labelledby="latency" {
            h2 #latency { "Where the time went" }
            dl.waterfall {
                @for (name, ms, note) in rows {
                    div {
                        dt { (name) span.sub { (note) } }
                        dd {
                            @match ms {
                                Some(ms) => { span.number { (when::millis(ms)) } (bar(share(ms, longest), "")) }
                                None => span.unknown { "unknown" },
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `part` of `whole`, exact enough for a bar.
fn share(part: u64, whole: u64) -> f64 {
    let thousandths = part.saturating_mul(1_000) / whole.max(1);
    f64::from(u32::try_from(thousandths).unwrap_or(1_000)) / 1_000.0
}
