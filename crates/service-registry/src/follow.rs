//! Following the directory, by queries that wait for the next change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tge_ports::{Directory, InstanceStatus};
use tge_service::{Check, Context, OnError, metric};

use crate::history::Spool;
use crate::index::{Index, Known};

/// The longest a query waits for a change.
const WAIT: Duration = Duration::from_secs(30);
/// Pause after the directory did not answer.
const RETRY: Duration = Duration::from_secs(1);

/// Starts the loop.
pub(crate) fn start(context: &Context, directory: Arc<dyn Directory>, index: Arc<Index>, spool: Arc<Spool>) {
    context.ready.set("directory", Check::Missing("not read yet".to_owned()));
    let task = context.clone();
    context.spawn("directory", OnError::Stop, async move {
        let (mut after, mut counted) = (0, BTreeSet::new());
        loop {
            let seen = tokio::select! {
                seen = directory.watch(after, WAIT) => seen,
                () = task.stop.cancelled() => return,
            };
            match seen {
                Ok(snapshot) => {
                    after = snapshot.index;
                    let changes = index.update(snapshot, task.clock.now());
                    for change in &changes {
                        let (instance, status) = (change.instance.as_str(), change.status.as_str());
                        tracing::info!(instance, status, note = change.note, "status changed");
                    }
                    let lost = spool.add(changes);
                    if lost > 0 {
                        tracing::warn!(lost, "status changes lost; the store has been away too long");
                    }
                    count(&index.all().unwrap_or_default(), &mut counted);
                    task.ready.set("directory", Check::Ok);
                }
                Err(error) => {
                    // Indexes may begin anew in a directory that comes back.
                    after = 0;
                    task.ready.set_result("directory", Err(&error));
                    if !task.sleep(RETRY).await {
                        return;
                    }
                }
            }
        }
    });
}

/// Tells how many instances of each service stand how; a service that left is told as none.
fn count(known: &BTreeMap<String, Known>, counted: &mut BTreeSet<String>) {
    counted.extend(known.values().map(|known| known.instance.service.clone()));
    for service in counted.iter() {
        for (status, name) in [
            (InstanceStatus::Passing, "passing"),
            (InstanceStatus::Warning, "warning"),
            (InstanceStatus::Critical, "critical"),
        ] {
            let count = known.values().filter(|k| k.instance.service == *service && k.status == status).count();
            let count = u32::try_from(count).map_or(f64::MAX, f64::from);
            metric::REGISTRY_SERVICES.set(count, &[("name", service), ("status", name)]);
        }
    }
}
