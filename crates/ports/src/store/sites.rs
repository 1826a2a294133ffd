//! When sites were first seen behind a link.

use async_trait::async_trait;
use tge_model::Timestamp;

use crate::StoreError;

/// First sights of the sites behind links, whoever saw them.
#[async_trait]
pub trait Sites: Send + Sync + 'static {
    /// Notes that sites were seen at a moment, and answers when each was first seen, in the order asked for and this sight
    /// included: the earliest moment ever noted.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn note(&self, sites: &[String], at: Timestamp) -> Result<Vec<Timestamp>, StoreError>;

    /// On how many days (UTC) a site was seen for the first time: how long somebody has looked on. Reads every site.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn days(&self) -> Result<u32, StoreError>;
}
