//! The guarded way to foreign servers.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use thiserror::Error;

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Hand over a body.
    Post {
        /// The body.
        body: Bytes,
    },
}

/// A request to a foreign server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRequest {
    /// Absolute `http` or `https` URL.
    pub url: String,
    /// What is done.
    pub method: Method,
    /// Headers beside those the adapter sets.
    pub headers: Vec<(String, String)>,
    /// `If-None-Match`.
    pub etag: Option<String>,
    /// `If-Modified-Since`.
    pub last_modified: Option<String>,
    /// Ask robots.txt first (for reading; what we deliver was asked for).
    pub obey_robots: bool,
    /// Follow redirects, each judged again; a webhook's redirect is a failure.
    pub follow_redirects: bool,
    /// For the whole exchange.
    pub deadline: Duration,
}

impl FetchRequest {
    /// A conditional read with the house's defaults: robots obeyed, redirects followed, 15 s.
    pub fn get(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            method: Method::Get,
            headers: Vec::new(),
            etag: None,
            last_modified: None,
            obey_robots: true,
            follow_redirects: true,
            deadline: Duration::from_secs(15),
        }
    }
}

/// What a foreign server answered, whatever the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchResponse {
    /// HTTP status.
    pub status: u16,
    /// Where the redirects ended.
    pub url: String,
    /// `Content-Type`, as sent.
    pub content_type: Option<String>,
    /// `ETag`, as sent.
    pub etag: Option<String>,
    /// `Last-Modified`, as sent.
    pub last_modified: Option<String>,
    /// How long the server asks us to stay away (`Retry-After`, either form).
    pub retry_after: Option<Duration>,
    /// How long the answer stays fresh (`Cache-Control: max-age`).
    pub max_age: Option<Duration>,
    /// The body, its one encoding layer undone.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum FetchError {
    /// The URL is not one we may ask.
    #[error("{url} is not fetched: {reason}")]
    Refused {
        /// The URL, credentials left out.
        url: String,
        /// Which rule, and how to lift it where that is allowed.
        reason: String,
    },
    /// robots.txt says no.
    #[error("{url} is not fetched: robots.txt of {host} forbids it to us")]
    Robots {
        /// The URL.
        url: String,
        /// Its host.
        host: String,
    },
    /// No connection, no name, broken off, no valid certificate.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// The URL.
        url: String,
        /// Where it failed: name, connection, TLS, body.
        reason: String,
    },
    /// The exchange took longer than allowed, or trickled.
    #[error("{url} took too long: {reason}")]
    Slow {
        /// The URL.
        url: String,
        /// Which limit.
        reason: String,
    },
    /// The answer is larger than we take.
    #[error("{url} sent too much: {reason}")]
    TooLarge {
        /// The URL.
        url: String,
        /// Which limit, with numbers.
        reason: String,
    },
    /// The host was asked enough for now.
    #[error("{host} has been asked enough; next in {wait:?}")]
    Limited {
        /// The host.
        host: String,
        /// When there is room again.
        wait: Duration,
    },
}

/// The guarded way to foreign servers.
#[async_trait]
pub trait Fetch: Send + Sync + 'static {
    /// Makes one exchange, redirects included.
    ///
    /// # Errors
    /// [`FetchError`]; any HTTP status is an answer, not an error.
    async fn fetch(&self, request: FetchRequest) -> Result<FetchResponse, FetchError>;
}
