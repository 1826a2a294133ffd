//! Writing recoveries down: at once where the store answers, later where it is what is being repaired.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tge_model::{ComponentStatus, Recovery};
use tge_ports::store::Recoveries;
use tge_service::chain;
use tokio::time::Instant;

/// Recoveries kept while the store is away; the oldest go first, the log has them all.
const SPOOL_MAX: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(2);
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// The way to the store, with what it could not take yet.
pub(crate) struct Records {
    store: Arc<dyn Recoveries>,
    spool: VecDeque<Recovery>,
    /// Set while the store is away: not asked again before this, for each question costs the loop its patience.
    away_until: Option<Instant>,
}

// === impl Records ===

impl Records {
    pub(crate) fn new(store: Arc<dyn Recoveries>) -> Self {
        Self { store, spool: VecDeque::new(), away_until: None }
    }

    /// Takes a recovery to be written; [`Records::flush`] writes it.
    pub(crate) fn keep(&mut self, recovery: Recovery) {
        if self.spool.len() >= SPOOL_MAX {
            self.spool.pop_front();
        }
        self.spool.push_back(recovery);
    }

    /// Writes what waits, in order, until the store does not take one.
    pub(crate) async fn flush(&mut self) {
        while let Some(recovery) = self.spool.front() {
            if self.is_away() {
                return;
            }
            let result = match tokio::time::timeout(PATIENCE, self.store.put(recovery)).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(chain(&error)),
                Err(_) => Err(format!("no answer within {PATIENCE:?}")),
            };
            if !self.told(result) {
                return;
            }
            self.spool.pop_front();
        }
    }

    /// Replaces the components' states; a loss here costs nothing, the next ones come soon.
    pub(crate) async fn put_components(&mut self, components: &[ComponentStatus]) {
        if self.is_away() {
            return;
        }
        let result = match tokio::time::timeout(PATIENCE, self.store.put_components(components)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(chain(&error)),
            Err(_) => Err(format!("no answer within {PATIENCE:?}")),
        };
        self.told(result);
    }

    /// Tells when the store goes away and when it comes back, once each.
    fn told(&mut self, result: Result<(), String>) -> bool {
        match (&result, self.away_until.is_some()) {
            (Err(error), false) => {
                tracing::warn!(error, waiting = self.spool.len(), "recoveries are kept until the store takes them")
            }
            (Ok(()), true) => tracing::info!(waiting = self.spool.len(), "the store takes recoveries again"),
            _ => {}
        }
        self.away_until = result.is_err().then(|| Instant::now() + ASK_AGAIN);
        result.is_ok()
    }

    fn is_away(&self) -> bool {
        self.away_until.is_some_and(|until| Instant::now() < until)
    }
}
