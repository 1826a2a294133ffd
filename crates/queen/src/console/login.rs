//! In and out: an API key, or the one-time address of the banner, becomes a session cookie.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;
use tge_model::Scope;

use super::failure::Failure;
use super::frame::bare;
use crate::{Queen, auth};

/// How long the browser keeps the cookie; the session itself ends in the store.
const COOKIE_SECS: u32 = 12 * 3600;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    token: Option<String>,
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Given {
    key: String,
    next: Option<String>,
}

/// The form, or at once inside with a token of the banner.
pub(super) async fn page(
    State(queen): State<Queen>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let next = local(asked.next.as_deref());
    if auth::scope(&queen, &headers).await?.is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    match asked.token {
        Some(token) if queen.login.take(&token) => inside(&queen, &headers, Scope::Admin, next).await,
        Some(_) => {
            let why = "This address opens the console once, and it was used already or belongs to an earlier start.";
            Ok((StatusCode::UNAUTHORIZED, form(next, Some(why))).into_response())
        }
        None => Ok(form(next, None)),
    }
}

/// Takes the form.
pub(super) async fn enter(
    State(queen): State<Queen>,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Result<Response, Failure> {
    let next = local(given.next.as_deref());
    match auth::scope_of(&queen, &given.key).await? {
        Some(scope) => inside(&queen, &headers, scope, next).await,
        None => {
            let why = "This key is not known here, or it has run out.";
            Ok((StatusCode::UNAUTHORIZED, form(next, Some(why))).into_response())
        }
    }
}

/// Ends the session, in the store and in the browser.
pub(super) async fn leave(State(queen): State<Queen>, headers: HeaderMap) -> Result<Response, Failure> {
    auth::close_session(&queen, &headers).await?;
    let gone = cookie("", 0, &headers);
    Ok(([(header::SET_COOKIE, gone)], Redirect::to("/login")).into_response())
}

async fn inside(queen: &Queen, headers: &HeaderMap, scope: Scope, next: &str) -> Result<Response, Failure> {
    let session = auth::open_session(queen, scope).await?;
    let cookie = cookie(&session, COOKIE_SECS, headers);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response())
}

fn cookie(value: &str, secs: u32, headers: &HeaderMap) -> String {
    // Behind TLS the cookie must not travel without it; solo on loopback has none.
    let secure = if headers.get("x-forwarded-proto").is_some_and(|p| p == "https") { "; Secure" } else { "" };
    format!("{}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={secs}{secure}", auth::COOKIE)
}

fn form(next: &str, why: Option<&str>) -> Response {
    bare(
        "Log in",
        &html! {
            h1 { "Log in" }
            @if let Some(why) = why { p.failure role="alert" { (why) } }
            form.login method="post" action="/login" {
                input type="hidden" name="next" value=(next);
                label for="key" { "API key" }
                input #key name="key" type="password" autocomplete="current-password" required autofocus spellcheck="false"
                    placeholder="tge_…" aria-describedby="hint";
                p #hint .muted {
                    "The first key stands in the file " code { "api-key" } " of the data directory; in a swarm, among the secrets."
                }
                button.primary type="submit" { "Log in" }
            }
        },
    )
    .into_response()
}

/// Where to go after the login: a path of ours, or the overview. `//host` and `/\host` lead a browser elsewhere, and so
/// do tabs and line ends, which it drops before it looks.
fn local(next: Option<&str>) -> &str {
    next.filter(|path| {
        path.starts_with('/')
            && !path[1..].starts_with(['/', '\\'])
            && !path.starts_with("/login")
            && !path.contains(|c: char| c.is_control() || !c.is_ascii())
    })
    .unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_followed() {
        let cases = [
            (Some("/events?kind=CLAIM_OPEN"), "/events?kind=CLAIM_OPEN"),
            (Some("/"), "/"),
            (Some("//evil.example"), "/"),
            (Some("/\\evil.example"), "/"),
            (Some("/\t/evil.example"), "/"),
            (Some("https://evil.example"), "/"),
            (Some("javascript:alert(1)"), "/"),
            (Some("/login?next=/login"), "/"),
            (Some("/\r\nset-cookie: a=b"), "/"),
            (Some(""), "/"),
            (None, "/"),
        ];
        for (given, expected) in cases {
            assert_eq!(local(given), expected, "{given:?}");
        }
    }
}
