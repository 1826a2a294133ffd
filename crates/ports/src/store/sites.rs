//! When sites were first seen behind a link.

use async_trait::async_trait;
use tge_model::Timestamp;

use crate::StoreError;

/// What was noted of sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// When each was first seen, in the order asked for.
    pub first_seen: Vec<Timestamp>,
    /// When the first site of all was seen: before that nobody looked, and nothing seen soon after is new for it.
    pub since: Option<Timestamp>,
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
