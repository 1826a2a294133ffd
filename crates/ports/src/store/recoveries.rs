//! What was broken and repaired, and how components are now.

use async_trait::async_trait;
use tge_model::{ComponentStatus, Recovery, Timestamp};

use crate::{Page, Paged, StoreError};

/// Recoveries and component states.
#[async_trait]
pub trait Recoveries: Send + Sync + 'static {
    /// Stores a recovery, or what is new of it.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put(&self, recovery: &Recovery) -> Result<(), StoreError>;

    /// Recoveries, newest first; of one component where it is named.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&self, component: Option<&str>, page: &Page) -> Result<Paged<Recovery>, StoreError>;

    /// Recoveries begun since, oldest first: a restarted monitor remembers its attempts.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn since(&self, begun: Timestamp) -> Result<Vec<Recovery>, StoreError>;

    /// Replaces the states of these components.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put_components(&self, components: &[ComponentStatus]) -> Result<(), StoreError>;

    /// Every component's state.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn components(&self) -> Result<Vec<ComponentStatus>, StoreError>;
}
