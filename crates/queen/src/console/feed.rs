//! The event feed: newest first, filtered by the address, live on its first page.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use maud::{Markup, html};
use serde::Deserialize;
use tge_model::{Event, EventKind, EventStatus, Probability, Timestamp};
use tge_ports::Page;
use tge_ports::store::EventFilter;
use url::form_urlencoded;

use super::copy::{Lines, copy, quoted};
use super::failure::Failure;
use super::frame::{self, Fresh, Tab};
use super::{badge, when};
use crate::Queen;

const PAGE: u32 = 50;
/// What the form offers; the address takes any number from 0 to 1.
const STEPS: [&str; 4] = ["0.5", "0.7", "0.9", "0.97"];

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
    status: String,
    q: String,
    min_probability: String,
    demo: String,
    page: String,
}

pub(super) async fn page(
    State(queen): State<Queen>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let filter = asked.filter(queen.demo)?;
    let after = (!asked.page.is_empty()).then(|| asked.page.clone());
    let fresh = if after.is_none() { Fresh::Stream } else { Fresh::Never };
    let paged = queen.stores.events.list(&filter, &Page { size: PAGE, after }).await?;
    let now = queen.clock.now();
    let body = html! {
        div.headline { h1 { "Events" } p.muted { "What we believe of each launch, newest first." } }
        (form(&asked, queen.demo))
        section #feed data-live aria-label="Events" {
            @if paged.items.is_empty() { (nothing(&asked)) } @else { (table(&paged.items, now)) }
            nav.pages aria-label="Pages" {
                @if !asked.page.is_empty() { a href={ "/events" (asked.query("")) } { "← Newest" } }
                @if let Some(next) = &paged.next { a rel="next" href={ "/events" (asked.query(next)) } { "Older →" } }
            }
        }
        (copy(&headers, &asked.lines()))
    };
    Ok(frame::page(&queen, Tab::Events, "Events", fresh, &body))
}

/// The table of events, on this page and on the overview.
pub(super) fn table(events: &[Event], now: Timestamp) -> Markup {
    html! {
        table.list {
            caption.hush { "Events, newest first" }
            thead {
                tr {
                    th scope="col" { "Seen" }
                    th scope="col" { "Project" }
                    th scope="col" { "What" }
                    th scope="col" { "Status" }
                    th scope="col" { "When" }
                    th scope="col" { "Sure" }
                    th scope="col" { "Sources" }
                }
            }
            tbody { @for event in events { (row(event, now)) } }
        }
    }
}

fn row(event: &Event, now: Timestamp) -> Markup {
    let headline = event.evidence.last().map_or("", |evidence| evidence.title.as_str());
    html! {
        tr data-key=(event.id) data-revision=(event.revision) {
            td data-label="Seen" { (when::time(event.created_at, now)) }
            th scope="row" data-label="Project" {
                a href={ "/events/" (event.id) } { (badge::name(event)) } (badge::tickers(event)) (badge::demo(event.demo))
                @if !headline.is_empty() { span.sub { (headline) } }
            }
            td data-label="What" {
                (badge::kind(event.kind))
                @if !event.venues.is_empty() { span.sub { (venues(event)) } }
            }
            td data-label="Status" { (badge::status(event.status)) }
            td data-label="When" {
                @match &event.schedule {
                    Some(schedule) => (when::scheduled(schedule)),
                    None => span.unknown { "date unknown" },
                }
            }
            td data-label="Sure" { (badge::probability(event.confidence.probability)) }
            td.number data-label="Sources" { (event.confidence.independent_sources) }
        }
    }
}

pub(super) fn venues(event: &Event) -> String {
    event.venues.iter().map(|venue| venue.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn form(asked: &Asked, demo: bool) -> Markup {
    html! {
        form.filters method="get" action="/events" role="search" aria-label="Filter events" {
            div.field.wide {
                label for="q" { "Text" }
                input #q name="q" type="search" value=(asked.q) placeholder="project, ticker, venue, headline" maxlength="200";
            }
            div.field {
                label for="kind" { "What" }
                select #kind name="kind" {
                    option value="" { "anything" }
                    @for kind in EventKind::ALL {
                        option value=(kind) selected[asked.kind == kind.as_str()] { (badge::kind(*kind)) }
                    }
                }
            }
            div.field {
                label for="status" { "Status" }
                select #status name="status" {
                    option value="" { "any" }
                    @for status in EventStatus::ALL {
                        option value=(status) selected[asked.status == status.as_str()] { (status) }
                    }
                }
            }
            div.field {
                label for="min_probability" { "At least" }
                select #min_probability name="min_probability" {
                    option value="" { "any" }
                    @for step in STEPS {
                        option value=(step) selected[asked.min_probability == step] { (probable(step)) }
                    }
                    @if !asked.min_probability.is_empty() && !STEPS.contains(&asked.min_probability.as_str()) {
                        option value=(asked.min_probability) selected { (probable(&asked.min_probability)) }
                    }
                }
            }
            // In the demo world everything is a demo, so there is nothing to choose.
            @if !demo {
                div.field.check {
                    input #demo name="demo" type="checkbox" value="1" checked[asked.demo == "1"];
                    label for="demo" { "with demo" }
                }
            }
            div.field.act {
                button.primary type="submit" { "Filter" }
                @if asked.is_narrowed() { a href="/events" { "Clear" } }
            }
        }
    }
}

fn probable(step: &str) -> String {
    step.parse().map_or_else(|_| step.to_owned(), |p| badge::percent(Probability::clamped(p)))
}

fn nothing(asked: &Asked) -> Markup {
    html! {
        div.empty {
            @if asked.is_narrowed() {
                p { strong { "No event matches this filter." } }
                p.muted { "Loosen it, or " a href="/events" { "show all" } "." }
            } @else {
                p { strong { "No event yet." } }
                p.muted { "Documents are read as sources publish them. " a href="/sources" { "Look at the sources" } " to see that they answer." }
            }
        }
    }
}

// === impl Asked ===

impl Asked {
    fn filter(&self, demo: bool) -> Result<EventFilter, Failure> {
        let text = self.q.trim();
        let with_demo = demo
            || match self.demo.as_str() {
                "" | "0" => false,
                "1" => true,
                other => return Err(refused("demo", other, "expected 0 or 1")),
            };
        Ok(EventFilter {
            kind: word("kind", &self.kind)?,
            status: word("status", &self.status)?,
            min_probability: match self.min_probability.as_str() {
                "" => None,
                given => {
                    let number: f64 = given
                        .parse()
                        .map_err(|_| refused("min_probability", given, "expected a number from 0 to 1"))?;
                    let checked =
                        Probability::new(number).map_err(|e| refused("min_probability", given, &e.to_string()))?;
                    Some(checked)
                }
            },
            text: (!text.is_empty()).then(|| text.to_owned()),
            with_demo,
            ..EventFilter::default()
        })
    }

    fn is_narrowed(&self) -> bool {
        [&self.kind, &self.status, &self.q, &self.min_probability, &self.demo].iter().any(|field| !field.is_empty())
    }

    /// The filters that are set, as they stand in an address.
    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("kind", self.kind.as_str()),
            ("status", self.status.as_str()),
            ("q", self.q.as_str()),
            ("min_probability", self.min_probability.as_str()),
            ("demo", self.demo.as_str()),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    fn query(&self, page: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs());
        if !page.is_empty() {
            query.append_pair("page", page);
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }

    fn lines(&self) -> Lines {
        let mut request = serde_json::Map::new();
        let mut words = "events ls".to_owned();
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (field, value) in self.pairs() {
            let (name, value) = if field == "demo" { ("with_demo", "true") } else { (field, value) };
            query.append_pair(name, value);
            match field {
                "kind" => drop(request.insert("kind".to_owned(), format!("EVENT_KIND_{value}").into())),
                "status" => drop(request.insert("status".to_owned(), format!("EVENT_STATUS_{value}").into())),
                "q" => drop(request.insert("query".to_owned(), value.into())),
                "min_probability" => {
                    let number = value.parse::<f64>().unwrap_or_default();
                    drop(request.insert("min_probability".to_owned(), number.into()));
                }
                _ => {}
            }
            let flag = match field {
                "demo" => continue,
                "q" => "query",
                "min_probability" => "min-probability",
                other => other,
            };
            words.push_str(&format!(" --{flag} {}", quoted(value)));
        }
        let query = query.finish();
        Lines {
            path: format!("/api/v1/events{}{query}", if query.is_empty() { "" } else { "?" }),
            call: Some(("tge.event.v1.EventService/ListEvents", serde_json::Value::Object(request).to_string())),
            words: Some(words),
        }
    }
}

/// Reads one of an enumeration's words from the address; nothing when there is none.
pub(super) fn word<T>(field: &'static str, given: &str) -> Result<Option<T>, Failure>
where
    T: std::str::FromStr<Err = tge_model::UnknownName>,
{
    if given.is_empty() {
        return Ok(None);
    }
    given
        .parse()
        .map(Some)
        .map_err(|error: tge_model::UnknownName| refused(field, given, &format!("expected one of {}", error.expected)))
}

fn refused(field: &'static str, given: &str, expected: &str) -> Failure {
    Failure::Filter { field, given: given.to_owned(), expected: expected.to_owned() }
}
