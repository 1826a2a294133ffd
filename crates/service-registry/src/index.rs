//! Everybody known, and what changed since the last look.

use std::collections::BTreeMap;
use std::sync::RwLock;

use tge_model::{ServiceStatus, ServiceTransition, Timestamp};
use tge_ports::{Instance, InstanceStatus, Snapshot};

/// What stands in the history for an instance that left.
pub(crate) const LEFT: &str = "not registered any more";

/// An instance with what its check says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) instance: Instance,
    pub(crate) status: InstanceStatus,
    pub(crate) note: String,
}

/// Everybody by id; `None` until the directory was read once.
#[derive(Debug, Default)]
pub(crate) struct Index(RwLock<Option<BTreeMap<String, Known>>>);

// === impl Index ===

impl Index {
    /// Takes the directory's word; answers what changed.
    pub(crate) fn update(&self, snapshot: Snapshot, now: Timestamp) -> Vec<ServiceTransition> {
        let after: BTreeMap<String, Known> = snapshot
            .instances
            .into_iter()
            .map(|(instance, status, note)| (instance.id.clone(), Known { instance, status, note }))
            .collect();
        // A map is exchanged as a whole: a panic elsewhere cannot have left it half written.
        let mut known = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let before = known.replace(after);
        changes(&before.unwrap_or_default(), known.as_ref().expect("just put there"), now)
    }

    /// Everybody by id; `None` until the directory was read once.
    pub(crate) fn all(&self) -> Option<BTreeMap<String, Known>> {
        self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

/// A directory's status in the history's words.
pub(crate) fn status(status: InstanceStatus) -> ServiceStatus {
    match status {
        InstanceStatus::Passing => ServiceStatus::Passing,
        InstanceStatus::Warning => ServiceStatus::Warning,
        InstanceStatus::Critical => ServiceStatus::Critical,
    }
}

fn changes(
    before: &BTreeMap<String, Known>,
    after: &BTreeMap<String, Known>,
    now: Timestamp,
) -> Vec<ServiceTransition> {
    let came = after.values().filter(|known| before.get(&known.instance.id).map(|b| b.status) != Some(known.status));
    let left = before.values().filter(|known| !after.contains_key(&known.instance.id));
    came.map(|known| transition(known, status(known.status), &known.note, now))
        .chain(left.map(|known| transition(known, ServiceStatus::Unknown, LEFT, now)))
        .collect()
}

fn transition(known: &Known, status: ServiceStatus, note: &str, at: Timestamp) -> ServiceTransition {
    ServiceTransition {
        service: known.instance.service.clone(),
        instance: known.instance.id.clone(),
        address: format!("{}:{}", known.instance.host, known.instance.port),
        status,
        note: note.to_owned(),
        at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(instances: &[(&str, InstanceStatus, &str)]) -> Snapshot {
        let instance = |id: &str| Instance {
            id: id.to_owned(),
            service: "queen".to_owned(),
            host: "h".to_owned(),
            port: 1,
            meta: BTreeMap::new(),
        };
        let instances = instances.iter().map(|(id, status, note)| (instance(id), *status, (*note).to_owned()));
        Snapshot { index: 1, instances: instances.collect() }
    }

    #[test]
    fn changes_of_status_are_told_once_and_changes_of_words_not() {
        use InstanceStatus::{Critical, Passing, Warning};
        type Step<'a> = (&'a [(&'a str, InstanceStatus, &'a str)], &'a [(&'a str, ServiceStatus)]);
        let steps: &[Step<'_>] = &[
            (&[("a", Critical, "no beat yet")], &[("a", ServiceStatus::Critical)]),
            (
                &[("a", Passing, "ready"), ("b", Passing, "ready")],
                &[("a", ServiceStatus::Passing), ("b", ServiceStatus::Passing)],
            ),
            (&[("a", Passing, "ready, and more"), ("b", Passing, "ready")], &[]),
            (&[("a", Warning, "redis: away")], &[("a", ServiceStatus::Warning), ("b", ServiceStatus::Unknown)]),
            (&[], &[("a", ServiceStatus::Unknown)]),
            (&[], &[]),
        ];
        let index = Index::default();
        assert!(index.all().is_none());
        for (step, (given, expected)) in steps.iter().enumerate() {
            let changed = index.update(snapshot(given), Timestamp::EPOCH);
            let changed: Vec<_> = changed.iter().map(|t| (t.instance.as_str(), t.status)).collect();
            assert_eq!(changed, *expected, "step {step}");
        }
        assert!(index.all().unwrap().is_empty());
    }
}
