//! When sites were first seen behind a link.

use async_trait::async_trait;
use tge_model::Timestamp;

use crate::StoreError;

/// What was noted of sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// When each was first seen, in the order asked for.
    pub first_seen: Vec<Timestamp>,
    /// On how many days (UTC) a site was seen for the first time: how long somebody has looked on.
    pub days: u32,
}

/// First sights of the sites behind links, whoever saw them.
#[async_trait]
pub trait Sites: Send + Sync + 'static {
    /// Notes that each site was seen at a moment, and answers when it was first seen, this sight included: the
    /// earliest moment ever noted.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn note(&self, seen: &[(String, Timestamp)]) -> Result<Noted, StoreError>;
}
