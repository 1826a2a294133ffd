//! What the client may do; the defaults are the house's rules.

use std::time::Duration;

use ipnet::IpNet;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use thiserror::Error;

/// Settings of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// How it introduces itself. Name a page or an address where its operator can be reached.
    pub user_agent: String,
    /// Networks that may be reached although the guard would refuse them (`--allow-net`).
    pub allow_nets: Vec<IpNet>,
    /// Authorities trusted beside the public ones, for hosts with certificates of a house's own ([`authorities`]).
    pub authorities: Vec<CertificateDer<'static>>,
    /// Bounds of an answer.
    pub sizes: SizeLimits,
    /// For the connection, name and TLS included.
    pub connect: Duration,
    /// Redirects followed in one exchange.
    pub redirects_max: usize,
    /// Requests to one host at the same time.
    pub per_host_at_once: usize,
    /// Requests to one host that may follow each other at once, before the rate holds.
    pub per_host_burst: u32,
    /// The least time between requests to one host, once the burst is used up.
    pub per_host_interval: Duration,
    /// The longest a request waits in line for its host; what would wait longer is told to come again.
    pub patience: Duration,
}

/// A text that holds no certificates.
#[derive(Debug, Error)]
pub enum AuthoritiesError {
    /// It is no PEM.
    #[error("the text is no PEM; expected certificates between BEGIN CERTIFICATE and END CERTIFICATE")]
    NoPem(#[source] PemError),
    /// It holds none.
    #[error("the text holds no certificate; expected at least one between BEGIN CERTIFICATE and END CERTIFICATE")]
    None,
}

/// Reads certificates of authorities from PEM.
///
/// # Errors
/// [`AuthoritiesError`].
pub fn authorities(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, AuthoritiesError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.map_err(AuthoritiesError::NoPem)?;
    if read.is_empty() { Err(AuthoritiesError::None) } else { Ok(read) }
}

/// Bounds of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizeLimits {
    /// Bytes of all header lines.
    pub header_bytes: usize,
    /// Bytes of the body as sent.
    pub body_bytes: usize,
    /// Bytes of the body decompressed.
    pub decompressed_bytes: usize,
    /// How many times larger than the body as sent, once it is larger than `ratio_from_bytes`.
    pub ratio: usize,
    /// Decompressed bytes from which the ratio counts.
    pub ratio_from_bytes: usize,
    /// The least bytes a second, over the whole body.
    pub bytes_per_second: u64,
    /// How long a body may be slower than that at its beginning.
    pub slow_start: Duration,
}

impl Default for SizeLimits {
    fn default() -> Self {
        Self {
            header_bytes: 64 * 1024,
            body_bytes: 5 * 1024 * 1024,
            decompressed_bytes: 20 * 1024 * 1024,
            ratio: 200,
            ratio_from_bytes: 1024 * 1024,
            bytes_per_second: 1024,
            slow_start: Duration::from_secs(3),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            user_agent: "tge-swarm/0.1 (+feed reader of a private operator; obeys robots.txt)".to_owned(),
            allow_nets: Vec::new(),
            authorities: Vec::new(),
            sizes: SizeLimits::default(),
            connect: Duration::from_secs(5),
            redirects_max: 5,
            per_host_at_once: 4,
            per_host_burst: 10,
            per_host_interval: Duration::from_millis(500),
            patience: Duration::from_secs(2),
        }
    }
}
