//! Where Consul is, and how patient we are with it.

use std::fmt;
use std::time::Duration;

use thiserror::Error;
use url::Url;

/// Where Consul is, and how patient we are with it.
#[derive(Clone)]
pub struct ConsulConfig {
    /// Its HTTP interface, for example `http://consul:8500`.
    pub url: String,
    /// The ACL token; `None` where access is not controlled.
    pub token: Option<String>,
    /// How long an answer may take; a watch adds its wait. Default 3 s.
    pub timeout: Duration,
    /// How long connecting may take. Default 1 s.
    pub connect_timeout: Duration,
}

/// A setting Consul cannot be reached with.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// Not an address.
    #[error("{given:?} is no address of Consul: expected http://host:port (CONSUL_URL)")]
    Url {
        /// What was given.
        given: String,
    },
    /// Not a token. It is not shown.
    #[error(
        "the token for Consul holds letters that no token has: expected one line of plain letters (CONSUL_TOKEN_FILE)"
    )]
    Token,
    /// The HTTP client cannot be made.
    #[error("no HTTP client can be made for Consul: {reason}")]
    Client {
        /// The library's words.
        reason: String,
    },
}

// === impl ConsulConfig ===

impl ConsulConfig {
    /// The defaults for a Consul at `url`, without a token.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            token: None,
            timeout: Duration::from_secs(3),
            connect_timeout: Duration::from_secs(1),
        }
    }

    /// Checks what the client library would stumble over later.
    pub(crate) fn validated(mut self) -> Result<Self, ConfigError> {
        let bad = || ConfigError::Url { given: self.url.clone() };
        let url = Url::parse(&self.url).map_err(|_| bad())?;
        let plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.username().is_empty();
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || !plain {
            return Err(bad());
        }
        if self.token.as_ref().is_some_and(|token| token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic())) {
            return Err(ConfigError::Token);
        }
        self.url.truncate(self.url.trim_end_matches('/').len());
        Ok(self)
    }
}

impl fmt::Debug for ConsulConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsulConfig")
            .field("url", &self.url)
            .field("token", &self.token.as_ref().map(|_| "***"))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_settings_are_named() {
        for good in ["http://consul:8500", "http://consul:8500/", "https://[::1]:8501"] {
            let config = ConsulConfig::new(good).validated().expect(good);
            assert!(!config.url.ends_with('/'));
        }
        for bad in ["", "consul:8500", "ftp://consul", "http://", "http://consul:8500/v1", "http://a:b@consul"] {
            let error = ConsulConfig::new(bad).validated().expect_err(bad);
            assert_eq!(error, ConfigError::Url { given: bad.to_owned() });
        }
        for token in ["", "a b", "a\n", "ä"] {
            let config = ConsulConfig { token: Some(token.to_owned()), ..ConsulConfig::new("http://consul:8500") };
            assert!(!format!("{config:?}").contains(&format!("{token:?}")) || token.is_empty());
            assert_eq!(config.validated().expect_err(token), ConfigError::Token);
        }
    }
}
