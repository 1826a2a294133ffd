//! What every part of a process shares: its name, clock, tasks, stop signal and readiness.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tge_ports::{Clock, Entropy};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::Readiness;

/// What happens when a task ends before the process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// The process stops: it cannot do its work without this task.
    Stop,
    /// It is logged; the rest goes on.
    Log,
}

/// What every part of a process shares; cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The program's name.
    pub name: &'static str,
    /// Time of day.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Cancelled when the process is to stop.
    pub stop: CancellationToken,
    /// What keeps the process from being ready.
    pub ready: Readiness,
    tasks: TaskTracker,
}

impl Context {
    /// A context of its own, with nothing running.
    pub fn new(name: &'static str, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            name,
            clock,
            entropy,
            stop: CancellationToken::new(),
            ready: Readiness::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// Runs a task until it ends. It should watch [`Context::stop`] and end soon after it; [`Context::drained`] waits
    /// for it. A panic is an error like any other.
    pub fn spawn<F>(&self, task: &'static str, policy: OnError, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = self.stop.clone();
        let run = async move {
            let panicked = std::panic::AssertUnwindSafe(future).catch_unwind().await.is_err();
            if stop.is_cancelled() {
                return;
            }
            match (policy, panicked) {
                (OnError::Stop, _) => {
                    tracing::error!(task, panicked, "task ended before the process; stopping");
                    stop.cancel();
                }
                (OnError::Log, true) => tracing::error!(task, "task panicked"),
                (OnError::Log, false) => tracing::debug!(task, "task ended"),
            }
        };
        #[expect(clippy::disallowed_methods, reason = "the one place where tasks are spawned, with an owner")]
        drop(tokio::spawn(self.tasks.track_future(run.instrument(tracing::info_span!("task", task)))));
    }

    /// Sleeps, or wakes early because the process stops. Answers whether to go on.
    pub async fn sleep(&self, time: Duration) -> bool {
        if time.is_zero() {
            // The timer would make a millisecond of it.
            tokio::task::yield_now().await;
            return !self.stop.is_cancelled();
        }
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            () = self.stop.cancelled() => false,
        }
    }

    /// Waits until every task has ended, at most `limit`. Answers whether all had.
    pub async fn drained(&self, limit: Duration) -> bool {
        self.tasks.close();
        tokio::time::timeout(limit, self.tasks.wait()).await.is_ok()
    }
}
