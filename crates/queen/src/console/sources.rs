//! The sources: who is read, whether they answer, and what came of it.

use std::cmp::Reverse;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use maud::{Markup, html};
use serde::Deserialize;
use tge_model::{SourceHealth, SourceState, Timestamp};
use tge_ports::Page;
use tge_ports::store::StoredObservation;
use tge_sources::SourceFile;

use super::badge::{self, Tone, badge};
use super::copy::{Lines, copy};
use super::failure::Failure;
use super::frame::{self, Fresh, Tab};
use super::when;
use crate::Queen;

const PAGE: u32 = 50;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    page: String,
}

/// A source as configured, as polled, or both.
struct Row<'a> {
    name: &'a str,
    file: Option<&'a SourceFile>,
    health: Option<&'a SourceHealth>,
}

pub(super) async fn page(State(queen): State<Queen>, headers: HeaderMap) -> Result<Markup, Failure> {
    let states = queen.stores.sources.all().await?;
    let mut rows: Vec<Row<'_>> = queen
        .catalog
        .iter()
        .map(|file| {
            let name = file.source.name.as_str();
            Row { name, file: Some(file), health: states.iter().find(|state| state.name.as_str() == name) }
        })
        .collect();
    let known = |state: &&SourceHealth| queen.catalog.get(state.name.as_str()).is_none();
    rows.extend(states.iter().filter(known).map(|state| Row {
        name: state.name.as_str(),
        file: None,
        health: Some(state),
    }));
    // What is broken stands first.
    rows.sort_by_key(|row| (Reverse(row.state()), row.name.to_owned()));
    let now = queen.clock.now();
    let body = html! {
        div.headline { h1 { "Sources" } p.muted { "Who is read. Quiet and broken are different things." } }
        div #sources data-live {
            @if rows.is_empty() { p.empty { "No source is configured. Put one YAML file for each into the sources directory." } }
            @else { (table(&rows, now)) }
        }
        (copy(&headers, &Lines {
            path: "/api/v1/sources".to_owned(),
            call: Some(("tge.source.v1.SourceService/ListSources", "{}".to_owned())),
            words: Some("sources ls".to_owned()),
        }))
    };
    Ok(frame::page(&queen, Tab::Sources, "Sources", Fresh::Often, &body))
}

/// One source, with the documents it gave.
pub(super) async fn one(
    State(queen): State<Queen>,
    headers: HeaderMap,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let file = queen.catalog.get(&name);
    let health = queen.stores.sources.get(&name).await?;
    let after = (!asked.page.is_empty()).then(|| asked.page.clone());
    let fresh = if after.is_none() { Fresh::Often } else { Fresh::Never };
    let documents = queen.stores.observations.list(Some(&name), &Page { size: PAGE, after }).await?;
    if file.is_none() && health.is_none() && documents.items.is_empty() {
        return Err(Failure::Missing { what: "source", given: name });
    }
    let row = Row { name: &name, file, health: health.as_ref() };
    let now = queen.clock.now();
    let body = html! {
        nav.crumbs aria-label="Breadcrumb" { a href="/sources" { "Sources" } " / " span { (name) } }
        h1 { (name) @if let Some(file) = file { (badge::demo(file.source.demo)) } }
        div #source data-live {
            (table(&[row], now))
            section.card aria-labelledby="documents" {
                h2 #documents { "Documents" }
                @if documents.items.is_empty() { p.muted { "None yet." } } @else { (seen(&documents.items, now)) }
                nav.pages aria-label="Pages" {
                    @if !asked.page.is_empty() { a href={ "/sources/" (name) } { "← Newest" } }
                    @if let Some(next) = &documents.next { a rel="next" href={ "/sources/" (name) "?page=" (next) } { "Older →" } }
                }
            }
        }
        (copy(&headers, &Lines { path: format!("/api/v1/observations?source={name}"), call: None, words: None }))
    };
    Ok(frame::page(&queen, Tab::Sources, &name, fresh, &body))
}

fn table(rows: &[Row<'_>], now: Timestamp) -> Markup {
    html! {
        table.list {
            caption.hush { "Sources; what is broken first" }
            thead {
                tr {
                    th scope="col" { "Source" } th scope="col" { "State" } th scope="col" { "Last answer" } th scope="col" { "Next poll" }
                    th scope="col" { "Polls" } th scope="col" { "Not modified" } th scope="col" { "Documents" }
                }
            }
            tbody { @for row in rows { (source(row, now)) } }
        }
    }
}

fn source(row: &Row<'_>, now: Timestamp) -> Markup {
    let polled = row.file.is_none_or(|file| !file.source.url.is_empty());
    html! {
        tr data-key=(row.name) data-revision=(row.state()) {
            th scope="row" data-label="Source" {
                a href={ "/sources/" (row.name) } { (row.name) }
                @match row.file {
                    Some(file) => {
                        (badge::demo(file.source.demo))
                        span.sub { (file.source.kind) " · " (file.source.tier) " · " (file.source.owner) @if let Some(project) = &file.source.project { " · voice of " (project) } }
                        @if !file.source.url.is_empty() { span.sub.url { (file.source.url) } }
                    }
                    None => span.sub { "not configured any more" },
                }
            }
            td.free data-label="State" {
                @if row.file.is_some_and(|file| file.paused) { (badge(Tone::Unknown, "paused")) }
                @else { (badge::source(row.state())) }
                @if let Some(health) = row.health {
                    @if let Some(error) = &health.error { span.sub.attention { (error) } }
                    @if health.failures > 1 { span.sub { (health.failures) " failures in a row" } }
                }
            }
            @match row.health {
                Some(health) => {
                    td data-label="Last answer" { (when::maybe(health.last_success_at, now, "never")) }
                    td data-label="Next poll" { @if polled { (when::time(health.next_poll_at, now)) } @else { span.muted { "pushed to us" } } }
                    td.number data-label="Polls" { (health.polls) }
                    td.number data-label="Not modified" { (health.not_modified) }
                    td.number data-label="Documents" { a href={ "/sources/" (row.name) } { (health.observations) } }
                }
                None => {
                    td data-label="Last answer" { span.unknown { "unknown" } }
                    td data-label="Next poll" { @if polled { span.unknown { "not planned yet" } } @else { span.muted { "pushed to us" } } }
                    td.number data-label="Polls" { "0" }
                    td.number data-label="Not modified" { "0" }
                    td.number data-label="Documents" { "0" }
                }
            }
        }
    }
}

fn seen(documents: &[StoredObservation], now: Timestamp) -> Markup {
    html! {
        table.list {
            caption.hush { "Documents, newest first" }
            thead { tr { th scope="col" { "Document" } th scope="col" { "Judged" } th scope="col" { "Stage" } th scope="col" { "Published" } th scope="col" { "Seen" } } }
            tbody {
                @for stored in documents {
                    @let document = &stored.observation;
                    tr data-key=(document.id) data-revision=(stored.stage) {
                        th scope="row" data-label="Document" {
                            @if document.title.is_empty() { (start(&document.text)) } @else { (document.title) }
                            (badge::demo(document.demo))
                        }
                        td data-label="Judged" {
                            @match &stored.verdict {
                                Some(verdict) => { (badge::probability(verdict.probability)) span.sub { @if verdict.is_tge { "tells of a launch" } @else { "no launch" } } }
                                None => span.unknown { "not yet" },
                            }
                        }
                        td data-label="Stage" { (stored.stage) @if let Some(error) = &stored.error { span.sub.attention { (error) } } }
                        td data-label="Published" { (when::maybe(document.published, now, "not said")) }
                        td data-label="Seen" { (when::time(document.first_seen_at, now)) }
                    }
                }
            }
        }
    }
}

/// The first words of a text without a headline.
fn start(text: &str) -> String {
    let cut: String = text.chars().take(120).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

// === impl Row ===

impl Row<'_> {
    fn state(&self) -> SourceState {
        self.health.map_or(SourceState::Unknown, |health| health.state)
    }
}
