//! A store that need not be there when the monitor starts: it may be what has to be repaired first.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::BoxFuture;
use tge_model::{ComponentStatus, Recovery, Timestamp};
use tge_ports::store::Recoveries;
use tge_ports::{Page, Paged, StoreError};
use tokio::sync::OnceCell;

/// Connects to the store; asked again at the next call after it failed.
pub type Connect = Box<dyn Fn() -> BoxFuture<'static, Result<Arc<dyn Recoveries>, StoreError>> + Send + Sync>;

/// Recoveries of a store that is connected to when it is first needed and there.
pub struct LateRecoveries {
    connect: Connect,
    store: OnceCell<Arc<dyn Recoveries>>,
}

// === impl LateRecoveries ===

impl LateRecoveries {
    /// Not connected yet.
    pub fn new(connect: Connect) -> Self {
        Self { connect, store: OnceCell::new() }
    }

    async fn store(&self) -> Result<&Arc<dyn Recoveries>, StoreError> {
        self.store.get_or_try_init(|| (self.connect)()).await
    }
}

#[async_trait]
impl Recoveries for LateRecoveries {
    async fn put(&self, recovery: &Recovery) -> Result<(), StoreError> {
        self.store().await?.put(recovery).await
    }

    async fn list(&self, component: Option<&str>, page: &Page) -> Result<Paged<Recovery>, StoreError> {
        self.store().await?.list(component, page).await
    }

    async fn since(&self, begun: Timestamp) -> Result<Vec<Recovery>, StoreError> {
        self.store().await?.since(begun).await
    }

    async fn put_components(&self, components: &[ComponentStatus]) -> Result<(), StoreError> {
        self.store().await?.put_components(components).await
    }

    async fn components(&self) -> Result<Vec<ComponentStatus>, StoreError> {
        self.store().await?.components().await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

    use super::*;

    #[tokio::test]
    async fn a_store_that_is_away_is_asked_again() {
        let asked = Arc::new(AtomicU32::new(0));
        let count = asked.clone();
        let late = LateRecoveries::new(Box::new(move || {
            count.fetch_add(1, SeqCst);
            Box::pin(async {
                Err(StoreError::Unavailable {
                    attempted: "connecting",
                    target: "test".to_owned(),
                    source: "away".into(),
                })
            })
        }));
        for n in 1..4 {
            assert!(late.components().await.is_err());
            assert_eq!(asked.load(SeqCst), n);
        }
    }
}
