//! Leadership by a row: fails over from a killed and from a hung holder alike.

use std::time::Duration;

use async_trait::async_trait;
use tge_model::Lease;

use crate::StoreError;

/// Named leases, decided by the store's clock alone.
#[async_trait]
pub trait Leases: Send + Sync + 'static {
    /// Takes the lease `name` when it is free or ran out, or renews it when `holder` has it already. The token grows
    /// with each change of holder and stays when renewed. `None` when another holds it.
    ///
    /// # Errors
    /// [`StoreError`]; the caller must act as if it were not the holder.
    async fn hold(&self, name: &str, holder: &str, ttl: Duration) -> Result<Option<Lease>, StoreError>;

    /// Gives the lease back at once, if `holder` has it.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn release(&self, name: &str, holder: &str) -> Result<(), StoreError>;

    /// Who holds it now; `None` when nobody does.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn holder(&self, name: &str) -> Result<Option<String>, StoreError>;
}
