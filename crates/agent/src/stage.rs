//! A loop that moves one stage of the pipeline: woken by a hint or by time, it takes what waits and goes on while there
//! is more. The store decides what is there; a lost hint costs one second.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tge_ports::{Bus, Hint, StoreError};
use tge_service::{Check, Context, OnError, chain};
use thiserror::Error;

use crate::Worker;

/// The longest a lost hint may delay.
const SWEEP: Duration = Duration::from_secs(1);
/// Hints taken at once; each is only an id.
const HINTS: usize = 500;

/// Why a turn failed. The loop waits and tries again; rows come back when their leases run out.
#[derive(Debug, Error)]
#[error("failed to {attempted}")]
pub struct StageError {
    /// What was attempted.
    pub attempted: &'static str,
    /// Why.
    #[source]
    pub source: StoreError,
}

impl StageError {
    /// For `map_err`.
    pub fn of(attempted: &'static str) -> impl FnOnce(StoreError) -> Self {
        move |source| Self { attempted, source }
    }
}

/// One stage of the pipeline.
#[async_trait]
pub trait Stage: Send + Sync + 'static {
    /// Rows of one turn at most.
    fn batch(&self) -> u32;

    /// Takes a batch and finishes it. Answers how many rows it took: fewer than a batch means that it took all there were.
    async fn turn(&self) -> Result<usize, StageError>;
}

/// Turns `stage` until the process stops.
pub fn run_stage(
    context: &Context,
    worker: &Arc<Worker>,
    bus: Arc<dyn Bus>,
    queue: &'static str,
    stage: Arc<dyn Stage>,
) {
    let (task, worker) = (context.clone(), worker.clone());
    context.spawn(queue, OnError::Stop, async move {
        let holder = worker.holder();
        let mut pause = Duration::ZERO;
        let mut hints = Vec::new();
        while task.sleep(pause).await {
            pause = Duration::ZERO;
            if worker.is_draining() {
                worker.begins("draining");
                // Whoever goes on finds the rows by time; nobody need be handed these hints again.
                acknowledge(&*bus, queue, std::mem::take(&mut hints)).await;
                pause = SWEEP;
                continue;
            }
            // The store is asked, so the hints have done their work whatever comes of it.
            let (turned, ()) = tokio::join!(stage.turn(), acknowledge(&*bus, queue, std::mem::take(&mut hints)));
            match turned {
                Ok(taken) => {
                    task.ready.set(queue, Check::Ok);
                    if taken < usize::try_from(stage.batch()).unwrap_or(usize::MAX) {
                        worker.begins(format!("waiting for {queue}"));
                        (hints, pause) = wait_for_hint(&task, &*bus, queue, &holder).await;
                    }
                }
                Err(error) => {
                    worker.failed();
                    tracing::warn!(queue, error = %chain(&error), "turn failed; trying again");
                    task.ready.set_result(queue, Err(&error));
                    pause = SWEEP;
                }
            }
        }
    });
}

/// Waits until something was hinted, or it is time to look anyway. Answers the hints, and how much longer to wait.
async fn wait_for_hint(context: &Context, bus: &dyn Bus, queue: &str, holder: &str) -> (Vec<Hint>, Duration) {
    let pulled = tokio::select! {
        pulled = bus.pull(queue, holder, HINTS, SWEEP) => pulled,
        () = context.stop.cancelled() => return (Vec::new(), Duration::ZERO),
    };
    match pulled {
        Ok(hints) => (hints, Duration::ZERO),
        Err(error) => {
            tracing::debug!(queue, error = %chain(&error), "no hints; looking by time");
            (Vec::new(), SWEEP)
        }
    }
}

async fn acknowledge(bus: &dyn Bus, queue: &str, hints: Vec<Hint>) {
    if !hints.is_empty()
        && let Err(error) = bus.ack(queue, &hints).await
    {
        tracing::debug!(queue, %error, "hints not acknowledged; they will come again");
    }
}
