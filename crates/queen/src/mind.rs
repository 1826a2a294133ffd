//! The reconciler: who leads plans, once a second, from nothing but the state.

use std::time::Duration;

use tge_model::{AgentState, Lease};
use tge_service::{Context, OnError, chain, metric};
use tokio::time::Instant;

use crate::{LEASE, Queen, plan};

/// The lease row's name.
pub(crate) const LEADERSHIP: &str = "queen";
/// A queen looks, renews and plans this often.
const BEAT: Duration = Duration::from_secs(1);
/// Three beats of five seconds: who is silent for longer is lost.
const SILENCE: Duration = Duration::from_secs(15);
/// Done tasks are kept this long.
const KEEP_DONE: Duration = Duration::from_secs(24 * 3600);

/// Contends for the lease and plans while holding it, until the process stops.
pub(crate) fn reign(context: &Context, queen: &Queen, holder: String) {
    let (task, queen) = (context.clone(), queen.clone());
    context.spawn("mind", OnError::Stop, async move {
        let mut led = false;
        loop {
            let asked_at = Instant::now();
            let lease = match queen.stores.leases.hold(LEADERSHIP, &holder, LEASE).await {
                Ok(lease) => lease,
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "leadership cannot be asked for");
                    None
                }
            };
            if lease.is_some() != led {
                led = lease.is_some();
                tracing::info!(leader = led, holder, "leadership changed");
            }
            metric::LEADER.set(f64::from(u8::from(led)), &[]);
            if let Some(lease) = lease {
                // Everything a leader writes is fenced by the lease row; the deadline only keeps a stuck turn short.
                let left = (LEASE - BEAT).saturating_sub(asked_at.elapsed());
                if tokio::time::timeout(left, lead(&queen, lease)).await.is_err() {
                    tracing::warn!("planning took longer than the lease allows; trying again");
                }
            }
            if !task.sleep(BEAT.saturating_sub(asked_at.elapsed())).await {
                break;
            }
        }
        if let Err(error) = queen.stores.leases.release(LEADERSHIP, &holder).await {
            tracing::warn!(error = %chain(&error), "leadership not given back; it runs out by itself");
        }
    });
}

async fn lead(queen: &Queen, lease: Lease) {
    if let Err(error) = plan::plan(queen, lease).await {
        tracing::warn!(error = %chain(&error), "planning failed");
    }
    match queen.stores.agents.mark_lost(SILENCE).await {
        Ok(lost) => {
            for agent in lost.iter().filter(|agent| agent.state == AgentState::Lost) {
                tracing::warn!(agent = %agent.id, kind = %agent.kind, "agent lost; its leases run out by themselves");
            }
        }
        Err(error) => tracing::warn!(error = %chain(&error), "agents cannot be read"),
    }
    let before = queen.clock.now().minus(KEEP_DONE);
    if let Err(error) = queen.stores.tasks.prune(before, 500).await {
        tracing::warn!(error = %chain(&error), "old tasks cannot be pruned");
    }
}
