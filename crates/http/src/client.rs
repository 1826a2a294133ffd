//! The client: one exchange after another until the redirects end, each under every rule of this crate.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
};
use reqwest::header::{IF_NONE_MATCH, LAST_MODIFIED, LOCATION};
use reqwest::redirect;
use rustls::pki_types::CertificateDer;
use tge_ports::{Clock, Fetch, FetchError, FetchRequest, FetchResponse, Method};
use thiserror::Error;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::body::{self, BodyError};
use crate::config::Config;
use crate::headers::{max_age, retry_after, scrubbed, scrubbed_text, size, text};
use crate::judge::Guard;
use crate::pace::{Host, Hosts, NoTurn, Rate};
use crate::resolve::{Forbidden, Guarded, Lookup, Unresolved};
use crate::robots::Rules;

/// What we like to read, the most telling first.
const ACCEPTED: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9, \
                        application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";

/// How long a robots.txt counts: as long as it says, within a day, and no less than this.
const ROBOTS_LEAST: Duration = Duration::from_secs(600);
const ROBOTS_MOST: Duration = Duration::from_secs(24 * 3600);

/// The client could not be made.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The TLS settings do not fit together.
    #[error("setting up TLS for outgoing requests")]
    Tls(#[source] rustls::Error),
    /// The HTTP client refused its settings, the user agent for one.
    #[error("setting up outgoing requests as {user_agent:?}")]
    Http {
        /// How it was to introduce itself.
        user_agent: String,
        /// The cause.
        #[source]
        source: reqwest::Error,
    },
}

/// The guarded way to foreign servers.
pub struct GuardedClient {
    http: reqwest::Client,
    guard: Guard,
    hosts: Hosts,
    config: Config,
    clock: Arc<dyn Clock>,
}

/// One request of an exchange.
struct Hop<'a> {
    request: &'a FetchRequest,
    url: Url,
    method: Method,
    headers: HeaderMap,
    rate: Rate,
}

// === impl GuardedClient ===

impl GuardedClient {
    /// Makes a client. Names are asked of `lookup`; `clock` is what dates in headers are compared with.
    ///
    /// # Errors
    /// [`BuildError`] when the settings cannot be used.
    pub fn new(config: Config, lookup: Arc<dyn Lookup>, clock: Arc<dyn Clock>) -> Result<Self, BuildError> {
        let guard = Guard::new(config.allow_nets.clone());
        let resolver = Guarded { guard: guard.clone(), lookup };
        let limit = u32::try_from(config.sizes.header_bytes).unwrap_or(u32::MAX);
        let http = reqwest::Client::builder()
            .user_agent(config.user_agent.as_str())
            .tls_backend_preconfigured(tls(&config.authorities).map_err(BuildError::Tls)?)
            .dns_resolver(Arc::new(resolver))
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .connect_timeout(config.connect)
            .http2_max_header_list_size(limit)
            .pool_max_idle_per_host(config.per_host_at_once)
            .pool_idle_timeout(Duration::from_secs(90))
            .build()
            .map_err(|source| BuildError::Http { user_agent: config.user_agent.clone(), source })?;
        Ok(Self { http, guard, hosts: Hosts::default(), config, clock })
    }

    /// Follows an exchange to its end.
    async fn follow(&self, request: &FetchRequest, rate: Rate) -> Result<FetchResponse, FetchError> {
        let mut hop = Hop::first(request, rate)?;
        for _ in 0..=self.config.redirects_max {
            self.guard.judge_url(&hop.url).map_err(|reason| FetchError::Refused { url: scrubbed(&hop.url), reason })?;
            let host = self.hosts.of(&hop.url.origin().ascii_serialization(), &self.config);
            if request.obey_robots {
                self.ask_robots(&hop.url, &host).await?;
            }
            let limited = |NoTurn(wait)| FetchError::Limited { host: host_name(&hop.url), wait };
            let rate = if hop.rate == Rate::Held && self.guard.is_own(&hop.url) { Rate::Own } else { hop.rate };
            let turn = host.turn(rate, &self.config).await.map_err(limited)?;
            let response = self.send(&hop).await?;
            if size(response.headers()) > self.config.sizes.header_bytes {
                let reason = format!("its header is larger than {} bytes", self.config.sizes.header_bytes);
                return Err(FetchError::TooLarge { url: scrubbed(&hop.url), reason });
            }
            let status = response.status().as_u16();
            let wait = retry_after(response.headers(), self.clock.now());
            if let (429 | 503, Some(wait)) = (status, wait) {
                host.stay_away(wait);
            }
            if request.follow_redirects
                && matches!(status, 301 | 302 | 303 | 307 | 308)
                && let Some(location) = text(response.headers(), LOCATION)
            {
                hop.redirect(status, &location)?;
                drop(turn);
                continue;
            }
            let headers = response.headers();
            let mut answer = FetchResponse {
                status,
                url: hop.url.to_string(),
                content_type: text(headers, CONTENT_TYPE),
                etag: text(headers, ETAG),
                last_modified: text(headers, LAST_MODIFIED),
                retry_after: wait,
                max_age: max_age(headers),
                body: bytes::Bytes::new(),
            };
            answer.body =
                body::read(response, &self.config.sizes).await.map_err(|error| body_error(&hop.url, &error))?;
            return Ok(answer);
        }
        let reason = format!("more than {} redirects, the last to {}", self.config.redirects_max, scrubbed(&hop.url));
        Err(FetchError::Unreachable { url: scrubbed_text(&request.url), reason })
    }

    async fn send(&self, hop: &Hop<'_>) -> Result<reqwest::Response, FetchError> {
        let request = match &hop.method {
            Method::Get => self.http.get(hop.url.clone()),
            Method::Post { body } => self.http.post(hop.url.clone()).body(body.clone()),
        };
        let sent = request.headers(hop.headers.clone()).send().await;
        sent.map_err(|error| send_error(&hop.url, &error.without_url()))
    }

    /// Asks robots.txt whether a page may be read; fetches it where it is not known.
    async fn ask_robots(&self, url: &Url, host: &Host) -> Result<(), FetchError> {
        let mut known = host.robots.lock().await;
        let now = Instant::now();
        if known.as_ref().is_none_or(|(_, until)| *until <= now) {
            *known = Some(self.fetch_robots(url, now).await?);
        }
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        if known.as_ref().is_none_or(|(rules, _)| rules.allows(&path)) {
            return Ok(());
        }
        Err(FetchError::Robots { url: scrubbed(url), host: host_name(url) })
    }

    async fn fetch_robots(&self, url: &Url, now: Instant) -> Result<(Rules, Instant), FetchError> {
        let mut robots = url.clone();
        robots.set_path("/robots.txt");
        robots.set_query(None);
        robots.set_fragment(None);
        let request = FetchRequest { obey_robots: false, ..FetchRequest::get(robots.as_str()) };
        // Boxed: following a page asks for robots.txt, and asking for robots.txt follows.
        let answer = Box::pin(self.follow(&request, Rate::Free)).await?;
        let token = self.config.user_agent.split(['/', ' ']).next().unwrap_or_default();
        Ok(match answer.status {
            200..=299 => {
                let age = answer.max_age.unwrap_or(ROBOTS_MOST).clamp(ROBOTS_LEAST, ROBOTS_MOST);
                (Rules::parse(&answer.body, token), now + age)
            }
            // RFC 9309: a server that cannot say is not to be read for now; one that has none allows.
            429 | 500..=599 => (Rules::disallow_all(), now + ROBOTS_LEAST),
            _ => (Rules::allow_all(), now + ROBOTS_MOST),
        })
    }
}

#[async_trait]
impl Fetch for GuardedClient {
    async fn fetch(&self, request: FetchRequest) -> Result<FetchResponse, FetchError> {
        let deadline = Instant::now() + request.deadline;
        let rate = if request.obey_robots { Rate::Held } else { Rate::Free };
        match timeout_at(deadline, Box::pin(self.follow(&request, rate))).await {
            Ok(done) => done,
            Err(_) => Err(FetchError::Slow {
                url: scrubbed_text(&request.url),
                reason: format!("the whole exchange may take {:?}", request.deadline),
            }),
        }
    }
}

// === impl Hop ===

impl<'a> Hop<'a> {
    fn first(request: &'a FetchRequest, rate: Rate) -> Result<Self, FetchError> {
        let refused = |reason: String| FetchError::Refused { url: scrubbed_text(&request.url), reason };
        let mut url = Url::parse(&request.url).map_err(|error| refused(format!("it is no address: {error}")))?;
        url.set_fragment(None);
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, br, zstd, deflate"));
        if request.method == Method::Get {
            headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
        }
        let validators = [(IF_NONE_MATCH, &request.etag), (IF_MODIFIED_SINCE, &request.last_modified)];
        for (name, value) in validators {
            if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(name, value);
            }
        }
        for (name, value) in &request.headers {
            let parsed = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(value).ok());
            let (name, value) = parsed.ok_or_else(|| refused(format!("header {name:?} cannot be sent")))?;
            headers.insert(name, value);
        }
        Ok(Self { request, url, method: request.method.clone(), headers, rate })
    }

    fn redirect(&mut self, status: u16, location: &str) -> Result<(), FetchError> {
        let next = self.url.join(location).map_err(|error| FetchError::Unreachable {
            url: scrubbed(&self.url),
            reason: format!("it redirects to {:?}, which is no address: {error}", scrubbed_text(location)),
        })?;
        if next.origin() != self.url.origin() {
            // What the caller sends is meant for the host it named: keys must not travel on.
            for (name, _) in &self.request.headers {
                if let Ok(name) = HeaderName::from_bytes(name.as_bytes())
                    && name != ACCEPT
                    && name != CONTENT_TYPE
                {
                    self.headers.remove(name);
                }
            }
        }
        if matches!(status, 301..=303) && self.method != Method::Get {
            self.method = Method::Get;
            self.headers.remove(CONTENT_TYPE);
        }
        self.url = next;
        self.url.set_fragment(None);
        Ok(())
    }
}

/// Our TLS: ring, the roots compiled in (an image without certificates works), HTTP/2 offered.
fn tls(authorities: &[CertificateDer<'static>]) -> Result<rustls::ClientConfig, rustls::Error> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for authority in authorities {
        roots.add(authority.clone())?;
    }
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn host_name(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// The first cause of a kind in a chain of errors.
fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The texts of a chain of errors below its top, which only says that a request failed.
fn reasons(error: &dyn Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(error) = next {
        let text = error.to_string();
        if texts.last().is_none_or(|last| !last.contains(&text)) {
            texts.push(text);
        }
        next = error.source();
    }
    if texts.is_empty() { error.to_string() } else { texts.join(": ") }
}

fn send_error(url: &Url, error: &reqwest::Error) -> FetchError {
    let address = scrubbed(url);
    if let Some(forbidden) = cause::<Forbidden>(error) {
        return FetchError::Refused { url: address, reason: forbidden.to_string() };
    }
    if let Some(unresolved) = cause::<Unresolved>(error) {
        let why = unresolved.source.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
        return FetchError::Unreachable { url: address, reason: format!("name: {unresolved}{why}") };
    }
    if error.is_timeout() {
        return FetchError::Slow { url: address, reason: "the connection was not made in time".to_owned() };
    }
    let step = if error.is_connect() { "connection" } else { "exchange" };
    FetchError::Unreachable { url: address, reason: format!("{step}: {}", reasons(error)) }
}

fn body_error(url: &Url, error: &BodyError) -> FetchError {
    let url = scrubbed(url);
    match error {
        BodyError::Compressed { .. } | BodyError::Decompressed { .. } | BodyError::Ratio { .. } => {
            FetchError::TooLarge { url, reason: error.to_string() }
        }
        BodyError::Slow { .. } => FetchError::Slow { url, reason: error.to_string() },
        BodyError::Layers { .. } | BodyError::Encoding { .. } => {
            FetchError::Unreachable { url, reason: error.to_string() }
        }
        BodyError::Corrupt(_) | BodyError::Broken { .. } => {
            FetchError::Unreachable { url, reason: format!("{error}: {}", reasons(error)) }
        }
    }
}
