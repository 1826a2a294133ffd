//! Who leads: the directory's lock says who, the actuator's lease makes it so.

use std::time::Duration;

use tge_service::{Check, metric};
use tokio::time::Instant;

use crate::server::Shared;

/// The lock at the directory.
const LOCK: &str = "health-monitor";
/// It is lost this long after the last word of ours.
const TTL: Duration = Duration::from_secs(4);
const RENEW: Duration = Duration::from_secs(1);
/// How long the directory and the actuator may take for one word.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// Our standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// We may act, with this fence.
    Leads {
        /// The fence.
        fence: u64,
    },
    /// We lead as far as the directory says, and the actuator does not answer: nothing can be done, but it can be told.
    Powerless,
    /// Another leads.
    Follows,
    /// Nobody could be asked.
    Unknown,
}

impl Standing {
    pub(crate) fn leads(self) -> bool {
        matches!(self, Self::Leads { .. } | Self::Powerless)
    }
}

/// Keeps asking until the process stops, then gives the lock back.
pub(crate) async fn keep(shared: &Shared) {
    loop {
        let began = Instant::now();
        let standing = ask(shared).await;
        if shared.standing.send_if_modified(|old| std::mem::replace(old, standing) != standing) {
            tracing::info!(?standing, "leadership");
        }
        metric::MONITOR_LEADER.set(f64::from(u8::from(standing.leads())), &[]);
        if !shared.context.sleep(RENEW.saturating_sub(began.elapsed())).await {
            break;
        }
    }
    let unlock = shared.directory.unlock(LOCK, &shared.holder);
    // The lock runs out by itself where this does not reach.
    drop(tokio::time::timeout(PATIENCE, unlock).await);
}

async fn ask(shared: &Shared) -> Standing {
    let lock = shared.directory.lock(LOCK, &shared.holder, TTL);
    let (fence, directory) = match tokio::time::timeout(PATIENCE, lock).await {
        Ok(Ok(Some(token))) => (Some(token.index), true),
        Ok(Ok(None)) => {
            // A monitor that stands by is ready: it needs the actuator only when it leads.
            shared.context.ready.set("actuator", Check::Ok);
            return Standing::Follows;
        }
        Ok(Err(error)) => {
            tracing::debug!(error = %tge_service::chain(&error), "the directory is away; the actuator's lease decides");
            (None, false)
        }
        Err(_) => (None, false),
    };
    let held = tokio::time::timeout(PATIENCE, shared.actuator.hold(&shared.holder, fence)).await;
    let (standing, check) = match held {
        Ok(Ok((true, fence))) => (Standing::Leads { fence }, Check::Ok),
        Ok(Ok((false, _))) => (Standing::Follows, Check::Ok),
        Ok(Err(status)) => {
            (if directory { Standing::Powerless } else { Standing::Unknown }, Check::Missing(status.to_string()))
        }
        Err(_) => (
            if directory { Standing::Powerless } else { Standing::Unknown },
            Check::Missing(format!("no answer within {PATIENCE:?}")),
        ),
    };
    shared.context.ready.set("actuator", check);
    standing
}
