//! What keeps a process from being ready, by name and in words. Live and ready are different things: liveness never
//! touches a dependency.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use tokio::sync::watch;

/// One condition of readiness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// Fulfilled.
    Ok,
    /// Not fulfilled, and why.
    Missing(String),
}

/// Every condition of one process; cheap to clone, one truth.
#[derive(Debug, Clone)]
pub struct Readiness {
    checks: Arc<RwLock<BTreeMap<&'static str, Check>>>,
    changes: watch::Sender<()>,
}

impl Default for Readiness {
    fn default() -> Self {
        Self { checks: Arc::default(), changes: watch::channel(()).0 }
    }
}

impl Readiness {
    /// States a condition; it counts from then on.
    pub fn set(&self, name: &'static str, check: Check) {
        let mut checks = self.checks.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if checks.get(name) != Some(&check) {
            match (&check, checks.get(name)) {
                (Check::Ok, _) => tracing::info!(condition = name, "condition fulfilled"),
                // What is missing from the start is on its way; what goes missing is trouble.
                (Check::Missing(reason), None) => {
                    tracing::info!(condition = name, reason, "condition not fulfilled yet")
                }
                (Check::Missing(reason), Some(_)) => tracing::warn!(condition = name, reason, "condition missing"),
            }
            checks.insert(name, check);
            self.changes.send_replace(());
        }
    }

    /// States a condition from a result: an error is printed with its whole chain.
    pub fn set_result<E: std::error::Error>(&self, name: &'static str, result: Result<(), &E>) {
        self.set(name, result.map_or_else(|error| Check::Missing(crate::boot::chain(error)), |()| Check::Ok));
    }

    /// Wakes at each change of a condition.
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// What is missing: empty when ready.
    pub fn missing(&self) -> Vec<(&'static str, String)> {
        let checks = self.checks.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        checks
            .iter()
            .filter_map(|(name, check)| match check {
                Check::Ok => None,
                Check::Missing(reason) => Some((*name, reason.clone())),
            })
            .collect()
    }

    /// Nothing is missing.
    pub fn is_ready(&self) -> bool {
        self.missing().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_missing_condition_is_enough() {
        let ready = Readiness::default();
        assert!(ready.is_ready());
        ready.set("postgres", Check::Missing("refused".to_owned()));
        ready.set("redis", Check::Ok);
        assert_eq!(ready.missing(), [("postgres", "refused".to_owned())]);
        ready.set("postgres", Check::Ok);
        assert!(ready.is_ready());
    }
}
