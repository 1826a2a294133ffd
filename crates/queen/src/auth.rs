//! Who may do what: API keys as bearer tokens, and console sessions, which are keys that end by themselves.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tge_model::{ApiKey, Scope};
use tge_ports::store::ApiKeys;
use tge_ports::{Clock, Entropy, StoreError};
use tge_service::Secret;
use thiserror::Error;

use crate::Queen;
use crate::rest::Problem;

/// The cookie of a console session.
pub(crate) const COOKIE: &str = "tge_session";
/// How long a console session lasts.
const SESSION: Duration = Duration::from_secs(12 * 3600);
/// What tells a session from a key.
const SESSION_LABEL: &str = "console session";

/// A key that cannot be stored.
#[derive(Debug, Error)]
#[error("failed to store the first API key")]
pub struct KeyError(#[from] StoreError);

/// Makes sure that `given` (or, without one, a new key when there is none at all) opens everything. Answers the key when
/// it was made here: the caller shows it once.
///
/// # Errors
/// [`KeyError`] when the store does not answer.
pub async fn first_key(
    keys: &dyn ApiKeys,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    given: Option<&Secret>,
) -> Result<Option<Secret>, KeyError> {
    if let Some(given) = given {
        keys.put(&key(given.reveal(), Scope::Admin, "first key", clock)).await?;
        return Ok(None);
    }
    if keys.count().await? > 0 {
        return Ok(None);
    }
    let secret = Secret::new(random_key(entropy));
    keys.put(&key(secret.reveal(), Scope::Admin, "first key", clock)).await?;
    Ok(Some(secret))
}

/// A token that opens the console once.
#[derive(Clone, Default)]
pub(crate) struct LoginToken(Arc<Mutex<Option<Secret>>>);

impl LoginToken {
    pub(crate) fn new(token: Option<Secret>) -> Self {
        Self(Arc::new(Mutex::new(token)))
    }

    /// Uses the token up; `false` when it is another one, or used already.
    pub(crate) fn take(&self, given: &str) -> bool {
        let mut token = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Hashes are compared, so that the time taken tells nothing of the token.
        let right = token.as_ref().is_some_and(|t| hash(t.reveal()) == hash(given));
        if right {
            *token = None;
        }
        right
    }
}

/// Opens a console session: answers the cookie's value.
pub(crate) async fn open_session(queen: &Queen, scope: Scope) -> Result<String, StoreError> {
    let token = random_key(&*queen.entropy);
    let mut session = key(&token, scope, SESSION_LABEL, &*queen.clock);
    session.expires_at = Some(queen.clock.now().plus(SESSION));
    queen.stores.keys.put(&session).await?;
    Ok(token)
}

/// Ends the caller's console session, if the cookie names one. A key pasted into a cookie by hand is no session and stays.
pub(crate) async fn close_session(queen: &Queen, headers: &HeaderMap) -> Result<(), StoreError> {
    let Some(token) = cookie(headers) else { return Ok(()) };
    if let Some(mut session) = queen.stores.keys.find(&hash(token)).await?.filter(|key| key.label == SESSION_LABEL) {
        session.expires_at = Some(queen.clock.now());
        queen.stores.keys.put(&session).await?;
    }
    Ok(())
}

/// The scope that the caller's key or session gives; `None` when it has none that is valid.
pub(crate) async fn scope(queen: &Queen, headers: &HeaderMap) -> Result<Option<Scope>, StoreError> {
    let bearer =
        headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    match bearer.or_else(|| cookie(headers)) {
        Some(token) => scope_of(queen, token).await,
        None => Ok(None),
    }
}

/// The scope of a token.
pub(crate) async fn scope_of(queen: &Queen, token: &str) -> Result<Option<Scope>, StoreError> {
    let now = queen.clock.now();
    let found = queen.stores.keys.find(&hash(token.trim())).await?;
    Ok(found.filter(|key| key.expires_at.is_none_or(|at| at > now)).map(|key| key.scope))
}

/// Guards the API: reading needs `viewer`, pushing and marking documents `editor`, everything else that changes something `operator`.
pub(crate) async fn guard_api(State(queen): State<Queen>, request: Request, next: Next) -> Response {
    let needed = match *request.method() {
        Method::GET | Method::HEAD => Scope::Viewer,
        Method::POST if request.uri().path() == "/api/v1/observations" => Scope::Editor,
        Method::PUT | Method::DELETE if request.uri().path().ends_with("/mark") => Scope::Editor,
        _ => Scope::Operator,
    };
    match scope(&queen, request.headers()).await {
        Ok(Some(scope)) if scope >= needed && same_site(&request) => next.run(request).await,
        Ok(Some(scope)) => Problem::forbidden(scope, needed).into_response(),
        Ok(None) => Problem::unauthorized().into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Guards the console: without a session, to the login page and back. What changes something needs `editor`, from the
/// console itself.
pub(crate) async fn guard_console(State(queen): State<Queen>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    match scope(&queen, request.headers()).await {
        Ok(Some(scope)) if reads || (scope >= Scope::Editor && same_site(&request)) => next.run(request).await,
        Ok(Some(scope)) => Problem::forbidden(scope, Scope::Editor).into_response(),
        Ok(None) => {
            let wanted = request.uri().path_and_query().map_or("/", |p| p.as_str());
            let back: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            Redirect::to(&format!("/login?next={back}")).into_response()
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

/// A change made with a cookie must come from our own pages; with a bearer token no foreign page can make it.
fn same_site(request: &Request) -> bool {
    let headers = request.headers();
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    safe || headers.contains_key(header::AUTHORIZATION)
        || headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin")
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get(header::COOKIE)?.to_str().ok()?;
    all.split(';').find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

fn key(token: &str, scope: Scope, label: &str, clock: &dyn Clock) -> ApiKey {
    ApiKey { sha256: hash(token), scope, label: label.to_owned(), created_at: clock.now(), expires_at: None }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// 256 random bits with a prefix by which a leaked key can be found.
fn random_key(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    format!("tge_{}", URL_SAFE_NO_PAD.encode(bytes))
}
