//! What stands around every page: head, navigation, banners, and the headers that keep foreign code out.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::assets;
use crate::Queen;

/// Nothing foreign, nothing inline, in no one's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The pages of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Overview,
    Events,
    Agents,
    Recoveries,
    Sources,
}

/// How a page is kept fresh by the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fresh {
    /// With each change of an event, and each few seconds.
    Stream,
    /// Each few seconds.
    Often,
    /// Not at all: an older page of a list.
    Never,
}

const TABS: [(Tab, &str, &str); 5] = [
    (Tab::Overview, "/", "Overview"),
    (Tab::Events, "/events", "Events"),
    (Tab::Agents, "/agents", "Agents"),
    (Tab::Recoveries, "/recoveries", "Recoveries"),
    (Tab::Sources, "/sources", "Sources"),
];

/// A page for who is logged in.
pub(super) fn page(queen: &Queen, tab: Tab, title: &str, fresh: Fresh, body: &Markup) -> Markup {
    let (stream, every) = match fresh {
        Fresh::Stream => (Some("/api/v1/events:stream"), Some("15")),
        Fresh::Often => (None, Some("5")),
        Fresh::Never => (None, None),
    };
    document(
        title,
        &html! {
            a.skip href="#main" { "Skip to the content" }
            header.top {
                a.brand href="/" { (mark()) span { "tge-swarm" } }
                nav aria-label="Main" {
                    ul {
                        @for (each, href, name) in TABS {
                            li { a href=(href) aria-current=[(each == tab).then_some("page")] { (name) } }
                        }
                    }
                }
                div.tools {
                    button #live type="button" hidden aria-pressed="false" { "Live" }
                    form method="post" action="/logout" { button type="submit" { "Log out" } }
                }
            }
            @if queen.demo {
                p.banner.demo role="note" {
                    strong { "Demo world." } " The events here are made up by the program itself; none of them is news."
                }
            }
            p #stale .banner.stale role="alert" hidden {}
            p #say .hush aria-live="polite" {}
            main #main tabindex="-1" data-stream=[stream] data-every=[every] { (body) }
            footer {
                p { "Times are UTC" span #zone {} "." " Unknown is shown as unknown." }
            }
        },
    )
}

/// A page for anybody: login and failures.
pub(super) fn bare(title: &str, body: &Markup) -> Markup {
    document(
        title,
        &html! {
            header.top { a.brand href="/" { (mark()) span { "tge-swarm" } } }
            main.narrow #main { (body) }
        },
    )
}

/// Sets the headers that every answer of the console carries.
pub(super) async fn secure(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Pages hold what only a key opens, so no cache keeps them; assets say otherwise themselves.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · tge-swarm" }
                link rel="icon" href=(assets::address("mark.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(assets::address("console.css"));
                script defer src=(assets::address("console.js")) {}
            }
            body { (body) }
        }
    }
}

fn mark() -> Markup {
    html! { img src=(assets::address("mark.svg")) alt="" width="22" height="22"; }
}

/// A bar that fills `part` of its length; decoration, so the number stands beside it in text.
pub(super) fn bar(part: f64, class: &str) -> Markup {
    let width = format!("{:.1}", (part.clamp(0.0, 1.0)) * 100.0);
    html! {
        svg class={ "bar " (class) } viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect class="rail" width="100" height="6" {}
            rect class="fill" width=(PreEscaped(width)) height="6" {}
        }
    }
}
