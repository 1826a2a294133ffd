//! What was broken and repaired: cause, evidence, action, outcome; and how each component is now.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use maud::{Markup, html};
use serde::Deserialize;
use tge_model::{ComponentStatus, Recovery, RecoveryAction, Timestamp};
use tge_ports::Page;
use url::form_urlencoded;

use super::badge::{self, Tone, badge};
use super::copy::{Lines, copy};
use super::failure::Failure;
use super::frame::{self, Fresh, Tab};
use super::when;
use crate::Queen;

const PAGE: u32 = 30;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    component: String,
    page: String,
}

pub(super) async fn page(
    State(queen): State<Queen>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let after = (!asked.page.is_empty()).then(|| asked.page.clone());
    let fresh = if after.is_none() { Fresh::Often } else { Fresh::Never };
    let component = (!asked.component.is_empty()).then_some(asked.component.as_str());
    let paged = queen.stores.recoveries.list(component, &Page { size: PAGE, after }).await?;
    let mut components = queen.stores.recoveries.components().await?;
    // What needs a person stands first.
    components.sort_by(|a, b| {
        let key = |c: &ComponentStatus| (!c.breaker_open, std::cmp::Reverse(c.status), c.component.clone());
        key(a).cmp(&key(b))
    });
    let now = queen.clock.now();
    let body = html! {
        div.headline { h1 { "Recoveries" } p.muted { "What broke, how it was noticed, what was done, and whether it helped." } }
        div #recoveries data-live {
            (components_table(&components, now))
            section.card aria-labelledby="log" {
                h2 #log { "Log" @if let Some(component) = component { " of " (component) } }
                @if component.is_some() { p { a href="/recoveries" { "All components" } } }
                @if paged.items.is_empty() { p.muted { "No recovery was needed, or none is recorded." } }
                ol.recoveries { @for recovery in &paged.items { (entry(recovery, now)) } }
                nav.pages aria-label="Pages" {
                    @if !asked.page.is_empty() { a href={ "/recoveries" (asked.query("")) } { "← Newest" } }
                    @if let Some(next) = &paged.next { a rel="next" href={ "/recoveries" (asked.query(next)) } { "Older →" } }
                }
            }
        }
        (copy(&headers, &Lines {
            path: format!("/api/v1/recoveries{}", asked.query("")),
            call: None,
            words: Some("recoveries ls".to_owned()),
        }))
    };
    Ok(frame::page(&queen, Tab::Recoveries, "Recoveries", fresh, &body))
}

fn components_table(components: &[ComponentStatus], now: Timestamp) -> Markup {
    html! {
        section.card aria-labelledby="components" {
            h2 #components { "Components " span.count { (components.len()) } }
            @if components.is_empty() {
                p { (badge(Tone::Unknown, "unknown")) " No health monitor has reported. In solo there is none: one process has nothing to restart." }
            } @else {
                table.list {
                    caption.hush { "Components and their repairs" }
                    thead { tr { th scope="col" { "Component" } th scope="col" { "State" } th scope="col" { "Why" } th scope="col" { "Attempts" } th scope="col" { "Breaker" } th scope="col" { "Checked" } } }
                    tbody {
                        @for one in components {
                            tr data-key=(one.component) data-revision={ (one.status) (one.breaker_open) (one.attempts) } {
                                th scope="row" data-label="Component" { a href={ "/recoveries" (of(&one.component)) } { (one.component) } }
                                td data-label="State" { (badge::service(one.status)) }
                                td.free data-label="Why" { (one.reason) }
                                td.number data-label="Attempts" { (one.attempts) }
                                td data-label="Breaker" {
                                    @if one.breaker_open { (badge(Tone::Bad, "open: a person is needed")) } @else { "closed" }
                                }
                                td data-label="Checked" { (when::time(one.checked_at, now)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn entry(recovery: &Recovery, now: Timestamp) -> Markup {
    let took = recovery.ended_at.map(|end| when::span(end.since(recovery.started_at)));
    html! {
        li data-key=(recovery.id) data-revision=(recovery.outcome) {
            div.head {
                strong { (recovery.component) } " " (badge::outcome(recovery.outcome)) " " (when::time(recovery.started_at, now))
            }
            dl.chain {
                div { dt { "Cause" } dd { (recovery.cause) } }
                div { dt { "Evidence" } dd {
                    @if recovery.evidence.is_empty() { span.unknown { "none recorded" } }
                    ul { @for one in &recovery.evidence { li { (one) } } }
                } }
                div { dt { "Action" } dd {
                    (action(recovery.action))
                    span.sub { "attempt " (recovery.attempt) @if !recovery.container.is_empty() { " · " code { (recovery.container) } } }
                } }
                div { dt { "Outcome" } dd {
                    @if recovery.detail.is_empty() { (badge::outcome(recovery.outcome)) } @else { (recovery.detail) }
                    @if let Some(took) = took { span.sub { "after " (took) } } @else { span.sub { "not over yet" } }
                } }
            }
        }
    }
}

fn action(action: RecoveryAction) -> &'static str {
    match action {
        RecoveryAction::Restart => "restart the container",
        RecoveryAction::AlertOnly => "alert a person, touch nothing",
    }
}

fn of(component: &str) -> String {
    Asked { component: component.to_owned(), page: String::new() }.query("")
}

// === impl Asked ===

impl Asked {
    fn query(&self, page: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let all = [("component", self.component.as_str()), ("page", page)];
        query.extend_pairs(all.into_iter().filter(|(_, value)| !value.is_empty()));
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}
