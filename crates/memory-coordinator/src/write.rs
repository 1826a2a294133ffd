//! One task commits for all callers: what waits is stored in one transaction, so that many writers share one fsync.

use std::sync::Arc;

use tge_model::MemoryItem;
use tge_ports::StoreError;
use tge_ports::store::{MemoryStore, MemoryWrite, PutOutcome};
use tge_service::{Context, OnError};
use tokio::sync::{mpsc, oneshot};
use tonic::Status;

use crate::refusal;

/// Writes waiting for the store; more are refused.
const WAITING_MAX: usize = 1_024;
/// Writes in one transaction.
const BATCH_MAX: usize = 100;

struct Waiting {
    write: MemoryWrite,
    answer: oneshot::Sender<Result<PutOutcome, Status>>,
}

/// What became of a write that the store took.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Written {
    Stored(MemoryItem),
    Unchanged(MemoryItem),
}

/// Hands writes to the task; cheap to clone.
#[derive(Clone)]
pub(crate) struct Writer(mpsc::Sender<Waiting>);

impl Writer {
    /// Starts the task.
    pub(crate) fn start(context: &Context, store: Arc<dyn MemoryStore>) -> Self {
        let (sender, mut waiting) = mpsc::channel(WAITING_MAX);
        let stop = context.stop.clone();
        context.spawn("writes", OnError::Stop, async move {
            let mut batch = Vec::with_capacity(BATCH_MAX);
            loop {
                let taken = tokio::select! {
                    taken = waiting.recv_many(&mut batch, BATCH_MAX) => taken,
                    () = stop.cancelled() => break,
                };
                if taken == 0 {
                    return;
                }
                commit(&*store, &mut batch).await;
            }
            // What was accepted before the stop is still stored; nothing more is.
            waiting.close();
            while waiting.recv_many(&mut batch, BATCH_MAX).await > 0 {
                commit(&*store, &mut batch).await;
            }
        });
        Self(sender)
    }

    /// Stores a write; answers when it is durable.
    pub(crate) async fn write(&self, write: MemoryWrite) -> Result<Written, Status> {
        let (tier, key, expected) = (write.tier, write.key.clone(), write.expected);
        let (answer, answered) = oneshot::channel();
        self.0.try_send(Waiting { write, answer }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => refusal::overloaded(WAITING_MAX),
            mpsc::error::TrySendError::Closed(_) => refusal::stopping(),
        })?;
        match answered.await.unwrap_or_else(|_| Err(refusal::stopping()))? {
            PutOutcome::Stored(item) => Ok(Written::Stored(item)),
            PutOutcome::Unchanged(item) => Ok(Written::Unchanged(item)),
            PutOutcome::Conflict { found } => Err(refusal::conflict(tier, &key, expected.unwrap_or(found), found)),
        }
    }
}

/// Stores a batch and answers everybody in it. A batch that the store refuses is tried one by one, so that a write it
/// cannot take harms nobody else's.
async fn commit(store: &dyn MemoryStore, batch: &mut Vec<Waiting>) {
    let (writes, answers): (Vec<_>, Vec<_>) = batch.drain(..).map(|w| (w.write, w.answer)).unzip();
    match put(store, &writes).await {
        Ok(outcomes) => {
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                // An error says that the caller has gone; its write is stored all the same.
                drop(answer.send(Ok(outcome)));
            }
        }
        Err(error) if error.is_transient() || writes.len() == 1 => {
            let status = refusal::store(&error);
            for answer in answers {
                drop(answer.send(Err(status.clone())));
            }
        }
        Err(_) => {
            for (write, answer) in writes.iter().zip(answers) {
                let outcome = put(store, std::slice::from_ref(write)).await;
                let outcome = outcome.map_err(|error| refusal::store(&error));
                drop(answer.send(outcome.map(|mut one| one.remove(0))));
            }
        }
    }
}

/// The store's answer, one for each write.
async fn put(store: &dyn MemoryStore, writes: &[MemoryWrite]) -> Result<Vec<PutOutcome>, StoreError> {
    let outcomes = store.put(writes).await?;
    assert_eq!(outcomes.len(), writes.len(), "a store answers once for each write");
    Ok(outcomes)
}
