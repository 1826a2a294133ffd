//! Poll states: what the next request to a source needs, and how the source is doing.

use async_trait::async_trait;
use tge_model::SourceHealth;

use crate::StoreError;

/// Poll states, by source name. (A successful poll's state is stored together with its documents, by
/// [`Observations::ingest`](super::Observations::ingest).)
#[async_trait]
pub trait SourceStates: Send + Sync + 'static {
    /// Every state.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn all(&self) -> Result<Vec<SourceHealth>, StoreError>;

    /// One source's state; `None` when it was never polled.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn get(&self, name: &str) -> Result<Option<SourceHealth>, StoreError>;

    /// Stores a state.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put(&self, state: &SourceHealth) -> Result<(), StoreError>;
}
