//! Names become addresses, and only those that may be asked reach the connector.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;

use crate::judge::{Guard, Verdict, refusal};

/// Asks for the addresses of a name.
#[async_trait]
pub trait Lookup: Send + Sync + 'static {
    /// The addresses of `host`, in the order to try them.
    ///
    /// # Errors
    /// The resolver's error.
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Every address of a name is one that may not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{host} is at {}", refusal(*address, what))]
pub(crate) struct Forbidden {
    pub(crate) host: String,
    pub(crate) address: IpAddr,
    pub(crate) what: &'static str,
}

/// A name that has no address.
#[derive(Debug, Error)]
#[error("the name {host} cannot be resolved")]
pub(crate) struct Unresolved {
    pub(crate) host: String,
    #[source]
    pub(crate) source: Option<io::Error>,
}

/// The connector's resolver: it hands on the addresses that were judged, so those are the ones connected to.
pub(crate) struct Guarded {
    pub(crate) guard: Guard,
    pub(crate) lookup: Arc<dyn Lookup>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, lookup) = (self.guard.clone(), Arc::clone(&self.lookup));
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = match lookup.lookup(&host).await {
                Ok(found) => found,
                Err(error) => return Err(Unresolved { host, source: Some(error) }.into()),
            };
            let mut good = Vec::with_capacity(found.len());
            let mut bad = None;
            for address in found {
                match guard.judge(address) {
                    Verdict::Public | Verdict::Allowed => good.push(SocketAddr::new(address, 0)),
                    Verdict::Refused(what) => bad = Some((address, what)),
                }
            }
            match (good.is_empty(), bad) {
                (false, _) => Ok(Box::new(good.into_iter()) as Addrs),
                (true, Some((address, what))) => Err(Forbidden { host, address, what }.into()),
                (true, None) => Err(Unresolved { host, source: None }.into()),
            }
        })
    }
}
