//! Leases on planned work: take, keep alive, finish with evidence or fail with a reason.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tge_model::{Task, TaskKind, TaskState};
use tge_ports::store::{Claimed, Tasks};
use tge_service::{Check, Context, OnError, chain, metric};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::Worker;

/// How long a lease lasts without renewal; renewed each third of it.
const LEASE: Duration = Duration::from_secs(15);
/// The holder stops itself this long before its lease may be given away, by its own monotonic clock.
const MARGIN: Duration = Duration::from_secs(2);
/// How often the store is asked for due tasks while there is room.
const SWEEP: Duration = Duration::from_millis(250);

/// Why a task was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFailure {
    /// What went wrong, in words.
    pub error: String,
    /// When to try again.
    pub retry_after: Duration,
}

/// Does the work of tasks.
#[async_trait]
pub trait TaskHandler: Send + Sync + 'static {
    /// Does one task. Answers what came out, in words with numbers. Dropped when the lease is lost.
    async fn handle(&self, task: &Task) -> Result<String, TaskFailure>;
}

/// Works tasks of these kinds, at most `parallel` at once, until the process stops.
pub fn run_tasks(
    context: &Context,
    worker: &Arc<Worker>,
    tasks: Arc<dyn Tasks>,
    kinds: &'static [TaskKind],
    parallel: u32,
    handler: Arc<dyn TaskHandler>,
) {
    let (context, worker, spawner) = (context.clone(), worker.clone(), context.clone());
    spawner.spawn("tasks", OnError::Stop, async move {
        let room = Arc::new(Semaphore::new(usize::try_from(parallel).unwrap_or(1)));
        while context.sleep(SWEEP).await {
            let free = u32::try_from(room.available_permits()).unwrap_or(0);
            if free == 0 || worker.is_draining() {
                continue;
            }
            let claimed_at = Instant::now();
            let claimed = match tasks.claim(&worker.holder(), kinds, free, LEASE).await {
                Ok(claimed) => {
                    context.ready.set("tasks", Check::Ok);
                    claimed
                }
                Err(error) => {
                    context.ready.set_result("tasks", Err(&error));
                    Vec::new()
                }
            };
            if claimed.is_empty() {
                worker.begins("waiting for tasks");
            }
            for task in claimed {
                let Ok(permit) = room.clone().acquire_owned().await else { return };
                let one = One { tasks: tasks.clone(), worker: worker.clone(), handler: handler.clone() };
                let now = context.clone();
                context.spawn("task", OnError::Log, async move {
                    one.work(&now, task, claimed_at).await;
                    drop(permit);
                });
            }
        }
    });
}

struct One {
    tasks: Arc<dyn Tasks>,
    worker: Arc<Worker>,
    handler: Arc<dyn TaskHandler>,
}

impl One {
    async fn work(&self, context: &Context, claimed: Claimed<Task>, claimed_at: Instant) {
        let Claimed { item: task, lease, .. } = claimed;
        let kind = task.kind.as_str();
        self.worker.begins(format!("{kind} {}", task.subject));
        let begun = Instant::now();
        let outcome = tokio::select! {
            outcome = self.handler.handle(&task) => outcome,
            () = self.keep(&task, lease, claimed_at) => {
                tracing::warn!(task = %task.id, "lease lost; the work is dropped");
                return;
            }
        };
        metric::TASK_DURATION.record(begun.elapsed(), &[("kind", kind)]);
        let stored = match outcome {
            Ok(result) => {
                self.worker.did(1);
                metric::TASKS.add(1, &[("kind", kind), ("outcome", "done")]);
                self.tasks.finish(task.id, lease, &result).await.map(|held| held.then_some(TaskState::Done))
            }
            Err(failure) => {
                self.worker.failed();
                let retry_at = context.clock.now().plus(failure.retry_after);
                let state = self.tasks.fail(task.id, lease, &failure.error, retry_at).await;
                let dead = matches!(state, Ok(Some(TaskState::Dead)));
                metric::TASKS.add(1, &[("kind", kind), ("outcome", if dead { "dead" } else { "failed" })]);
                state
            }
        };
        match stored {
            Ok(Some(_)) => {}
            Ok(None) => tracing::warn!(task = %task.id, "lease lost before the result was stored"),
            Err(error) => {
                tracing::warn!(task = %task.id, error = %chain(&error), "result not stored; it will be done again")
            }
        }
    }

    /// Renews the lease until it is lost: refused, or not renewed in time.
    async fn keep(&self, task: &Task, lease: tge_model::Lease, claimed_at: Instant) {
        let mut good_until = claimed_at + LEASE - MARGIN;
        loop {
            let asked_at = Instant::now();
            match tokio::time::timeout_at(good_until, self.tasks.renew(&[(task.id, lease)], LEASE)).await {
                Ok(Ok(held)) if held.first() == Some(&true) => good_until = asked_at + LEASE - MARGIN,
                Ok(Ok(_)) => return,
                Ok(Err(error)) => tracing::debug!(task = %task.id, %error, "lease not renewed yet"),
                Err(_) => return,
            }
            tokio::time::sleep_until((asked_at + LEASE / 3).min(good_until)).await;
            if Instant::now() >= good_until {
                return;
            }
        }
    }
}
