//! Keeping a process known: register, beat with its readiness, register again when forgotten, and leave at the end.

use std::sync::Arc;
use std::time::Duration;

use tge_ports::{Directory, DirectoryError, Instance, InstanceStatus};
use tokio::time::Instant;

use crate::{Context, OnError};

/// Beats stop for this long: the instance is critical. Three beats may be missed.
const TTL: Duration = Duration::from_secs(10);
const BEAT: Duration = Duration::from_secs(3);
/// Pause while another holds the id.
const TAKEN: Duration = Duration::from_secs(1);

/// How a process is registered.
#[derive(Clone)]
pub struct Registration {
    /// Where.
    pub directory: Arc<dyn Directory>,
    /// As whom.
    pub instance: Instance,
}

/// Keeps the process registered until it stops; the directory may be away at start and later.
pub fn keep_registered(context: &Context, registration: Registration) {
    let task = context.clone();
    context.spawn("registration", OnError::Log, async move {
        let Registration { directory, instance } = registration;
        let mut known = false;
        let mut taken_since = None;
        loop {
            if !known {
                match directory.register(&instance, TTL).await {
                    Ok(()) => {
                        tracing::info!(id = instance.id, "registered");
                        (known, taken_since) = (true, None);
                    }
                    Err(error @ DirectoryError::Taken { .. }) => {
                        // Who ran here before and died is forgotten when its beats have stopped for long enough; another
                        // that lives is not.
                        let since = *taken_since.get_or_insert_with(Instant::now);
                        if since.elapsed() > TTL + BEAT {
                            tracing::error!(%error, "cannot register: two processes have one id");
                        } else {
                            tracing::info!(%error, "not registered yet; a predecessor's beats run out first");
                        }
                        if !task.sleep(TAKEN).await {
                            return;
                        }
                        continue;
                    }
                    Err(error) => tracing::warn!(error = %crate::boot::chain(&error), "cannot register yet"),
                }
            }
            if known {
                let missing = task.ready.missing();
                let (status, note) = if missing.is_empty() {
                    (InstanceStatus::Passing, "ready".to_owned())
                } else {
                    let why = missing.iter().map(|(name, why)| format!("{name}: {why}")).collect::<Vec<_>>();
                    (InstanceStatus::Warning, why.join("; "))
                };
                if let Err(error) = directory.beat(&instance.id, status, &note).await {
                    tracing::warn!(error = %crate::boot::chain(&error), "beat not taken; registering again");
                    known = false;
                }
            }
            if !task.sleep(BEAT).await {
                break;
            }
        }
        if let Err(error) = directory.deregister(&instance.id).await {
            tracing::warn!(error = %crate::boot::chain(&error), "could not deregister; the directory will notice");
        }
    });
}
