//! What waits where, as metrics: read from the store by every queen, each few seconds.

use std::time::Duration;

use tge_model::{AgentKind, AgentState, StageCounts, Timestamp};
use tge_ports::StoreError;
use tge_service::{Check, Context, OnError, chain, metric};

use crate::Queen;

/// Often enough for a scrape each 15 s.
const EACH: Duration = Duration::from_secs(5);

/// Surveys until the process stops; readiness of the queen is that the store answers.
pub(crate) fn start(context: &Context, queen: &Queen) {
    let (task, queen) = (context.clone(), queen.clone());
    context.spawn("survey", OnError::Stop, async move {
        loop {
            match survey(&queen).await {
                Ok(()) => task.ready.set("store", Check::Ok),
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "the store cannot be read");
                    task.ready.set_result("store", Err(&error));
                }
            }
            if !task.sleep(EACH).await {
                return;
            }
        }
    });
}

/// The stages with what waits at each and since when.
pub(crate) fn stages(counts: &StageCounts) -> [(&'static str, u64, Option<Timestamp>); 5] {
    [
        ("observations", counts.observations, counts.observations_oldest),
        ("candidates", counts.candidates, counts.candidates_oldest),
        ("outbox", counts.outbox, counts.outbox_oldest),
        ("deliveries", counts.deliveries, counts.deliveries_oldest),
        ("tasks", counts.tasks, counts.tasks_oldest),
    ]
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts below 2^53 are exact in a double")]
async fn survey(queen: &Queen) -> Result<(), StoreError> {
    let now = queen.clock.now();
    let (counts, dead) = queen.stores.observations.counts().await?;
    for (stage, waiting, oldest) in stages(&counts) {
        metric::QUEUE_DEPTH.set(waiting as f64, &[("stage", stage)]);
        let age = oldest.map_or(0.0, |at| now.since(at).as_secs_f64());
        metric::QUEUE_OLDEST_AGE.set(age, &[("stage", stage)]);
    }
    for (kind, count) in &dead {
        metric::DEAD_LETTERS.set(*count as f64, &[("kind", kind)]);
    }
    let agents = queen.stores.agents.all().await?;
    for kind in AgentKind::ALL {
        for state in [AgentState::Active, AgentState::Lost, AgentState::Draining] {
            let count = agents.iter().filter(|a| a.kind == *kind && a.state == state).count();
            metric::AGENTS.set(count as f64, &[("kind", kind.as_str()), ("state", state.as_str())]);
        }
    }
    Ok(())
}
