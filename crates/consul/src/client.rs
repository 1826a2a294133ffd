//! One request with a time limit, and its failure told apart: away, hung, denied, not understood.

use std::time::Duration;

use consulrs::api::features::FeaturedEndpoint;
use consulrs::api::{self, ApiResponse};
use consulrs::client::{ConsulClient, ConsulClientSettings};
use consulrs::error::ClientError;
use rustify::endpoint::Endpoint;
use tge_ports::DirectoryError;
use thiserror::Error;
use tokio::time::timeout;

use crate::config::{ConfigError, ConsulConfig};

/// A client whose every call ends in time.
pub(crate) struct Client {
    consul: ConsulClient,
    config: ConsulConfig,
}

/// Why a request failed.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// It took the connection and does not answer.
    #[error("no answer within {waited:?}; it hangs, or the way to it does")]
    Hung { waited: Duration },
    /// Nobody there, or broken off.
    #[error("cannot be reached")]
    Away(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There and unable for now: no leader, no raft.
    #[error("not able to answer now (status {status}): {words}")]
    Unable { status: u16, words: String },
    /// The token is wrong or lacks a permission.
    #[error("permission denied: {words}")]
    Denied { words: String },
    /// Any other answer that is no success.
    #[error("status {status}: {words}")]
    Status { status: u16, words: String },
}

// === impl Client ===

impl Client {
    pub(crate) fn new(config: ConsulConfig) -> Result<Self, ConfigError> {
        let http = reqwest_consul::Client::builder()
            .connect_timeout(config.connect_timeout)
            // A kept connection that a restart of Consul has killed would fail the next call, which cannot be told
            // from a call that was carried out; a new one costs less than a millisecond.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(|error| ConfigError::Client { reason: error.to_string() })?;
        // Made by hand: the library's own builder reads the environment and sets no limits.
        let settings = ConsulClientSettings {
            address: config.url.clone(),
            ca_certs: Vec::new(),
            client_cert: None,
            client_key: None,
            token: config.token.clone(),
            verify: true,
            version: 1,
        };
        let http = rustify::clients::reqwest::Client::new(&config.url, http);
        Ok(Self { consul: ConsulClient { http, settings }, config })
    }

    pub(crate) fn config(&self) -> &ConsulConfig {
        &self.config
    }

    /// A request whose answer is read.
    pub(crate) async fn ask<E>(&self, endpoint: E) -> Result<ApiResponse<E::Response>, Failure>
    where
        E: Endpoint + FeaturedEndpoint,
    {
        self.ask_within(self.config.timeout, endpoint).await
    }

    /// A request whose answer is read, with a time limit of its own.
    pub(crate) async fn ask_within<E>(&self, limit: Duration, endpoint: E) -> Result<ApiResponse<E::Response>, Failure>
    where
        E: Endpoint + FeaturedEndpoint,
    {
        // Boxed: the library's futures are large.
        let answer = timeout(limit, Box::pin(api::exec_with_result(&self.consul, endpoint))).await;
        answer.map_err(|_| Failure::Hung { waited: limit })?.map_err(Failure::from)
    }

    /// A request whose answer says nothing but that it succeeded.
    pub(crate) async fn tell<E>(&self, endpoint: E) -> Result<(), Failure>
    where
        E: Endpoint<Response = ()> + FeaturedEndpoint,
    {
        let limit = self.config.timeout;
        let answer = timeout(limit, Box::pin(api::exec_with_empty(&self.consul, endpoint))).await;
        answer.map_err(|_| Failure::Hung { waited: limit })?.map_err(Failure::from)?;
        Ok(())
    }

    /// The port's error for a failure.
    pub(crate) fn failed(&self, attempted: &'static str, failure: Failure) -> DirectoryError {
        let target = self.config.url.clone();
        let reason = match &failure {
            Failure::Denied { words } if self.config.token.is_some() => {
                format!("{words}; check the token (CONSUL_TOKEN_FILE) and what its policies allow")
            }
            Failure::Denied { words } => format!("{words}; it wants a token: set CONSUL_TOKEN_FILE"),
            Failure::Status { status, words } => format!("{words} (status {status})"),
            Failure::Hung { .. } | Failure::Away(_) | Failure::Unable { .. } => {
                return DirectoryError::Unavailable { attempted, target, source: Box::new(failure) };
            }
        };
        DirectoryError::Refused { attempted, target, reason }
    }
}

// === impl Failure ===

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::APIError { code, message } => Self::of_status(code, message.unwrap_or_default()),
            other => Self::Away(Box::new(other)),
        }
    }
}

impl Failure {
    fn of_status(status: u16, words: String) -> Self {
        let words = words.trim().to_owned();
        let temporary = ["No cluster leader", "No known Consul servers", "rpc error", "leadership lost", "raft is"];
        match status {
            401 | 403 => Self::Denied { words },
            // Consul says 500 for errors of the caller too; only these words mean that it is not well itself.
            500 if words.contains("Permission denied") || words.contains("ACL not found") => Self::Denied { words },
            500 if temporary.iter().any(|known| words.contains(known)) => Self::Unable { status, words },
            429 | 502..=504 => Self::Unable { status, words },
            _ => Self::Status { status, words },
        }
    }

    /// Consul knows nothing of what was named: a check, a session.
    pub(crate) fn is_forgotten(&self) -> bool {
        matches!(self, Self::Status { status: 400 | 404 | 500, .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_told_apart() {
        let told = |status, words: &str| Failure::of_status(status, words.to_owned());
        assert!(matches!(told(403, "ACL not found"), Failure::Denied { .. }));
        assert!(matches!(told(500, "rpc error making call: Permission denied"), Failure::Denied { .. }));
        assert!(matches!(told(500, "No cluster leader"), Failure::Unable { .. }));
        assert!(matches!(told(503, ""), Failure::Unable { .. }));
        assert!(told(500, "CheckID \"x\" does not have associated TTL").is_forgotten());
        assert!(told(404, "Unknown check \"x\"").is_forgotten());
        assert!(!told(403, "no").is_forgotten());
    }
}
