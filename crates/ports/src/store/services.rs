//! Status history of services.

use async_trait::async_trait;
use tge_model::ServiceTransition;

use crate::{Page, Paged, StoreError};

/// Status history of services.
#[async_trait]
pub trait Services: Send + Sync + 'static {
    /// Appends transitions.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn append(&self, transitions: &[ServiceTransition]) -> Result<(), StoreError>;

    /// Transitions, newest first; of one service where it is named.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&self, service: Option<&str>, page: &Page) -> Result<Paged<ServiceTransition>, StoreError>;
}
