//! Consul behind the port.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use tge_ports::{Directory, DirectoryError, Instance, InstanceStatus, LockToken, Snapshot};

use crate::client::Client;
use crate::config::{ConfigError, ConsulConfig};
use crate::locks::Locks;
use crate::services;

/// Consul as a directory. Nothing is kept open between calls, so a Consul that was away is found again by the next one.
pub struct ConsulDirectory {
    client: Client,
    locks: Locks,
}

// === impl ConsulDirectory ===

impl ConsulDirectory {
    /// A directory at the configured address. Talks to nobody yet; `watch(0, Duration::ZERO)` tells whether it answers.
    ///
    /// # Errors
    /// [`ConfigError`] for an address or a token that cannot be one.
    pub fn new(config: ConsulConfig) -> Result<Self, ConfigError> {
        let client = Client::new(config.validated()?)?;
        Ok(Self { client, locks: Locks::default() })
    }
}

impl fmt::Debug for ConsulDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsulDirectory").field("config", self.client.config()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Directory for ConsulDirectory {
    async fn register(&self, instance: &Instance, ttl: Duration) -> Result<(), DirectoryError> {
        services::register(&self.client, instance, ttl).await
    }

    async fn beat(&self, id: &str, status: InstanceStatus, note: &str) -> Result<(), DirectoryError> {
        services::beat(&self.client, id, status, note).await
    }

    async fn deregister(&self, id: &str) -> Result<(), DirectoryError> {
        services::deregister(&self.client, id).await
    }

    async fn watch(&self, after: u64, wait: Duration) -> Result<Snapshot, DirectoryError> {
        services::watch(&self.client, after, wait).await
    }

    async fn lock(&self, name: &str, holder: &str, ttl: Duration) -> Result<Option<LockToken>, DirectoryError> {
        self.locks.lock(&self.client, name, holder, ttl).await
    }

    async fn unlock(&self, name: &str, holder: &str) -> Result<(), DirectoryError> {
        self.locks.unlock(&self.client, name, holder).await
    }
}
