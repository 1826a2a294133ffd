//! API keys, by their hash.

use async_trait::async_trait;
use tge_model::ApiKey;

use crate::StoreError;

/// API keys.
#[async_trait]
pub trait ApiKeys: Send + Sync + 'static {
    /// Adds a key, or replaces the one with the same hash.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put(&self, key: &ApiKey) -> Result<(), StoreError>;

    /// The key with this hash, expired or not.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&self, sha256: &[u8; 32]) -> Result<Option<ApiKey>, StoreError>;

    /// How many keys there are: the first start makes one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn count(&self) -> Result<u64, StoreError>;
}
