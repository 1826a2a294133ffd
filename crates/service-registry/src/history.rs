//! Changes of status on their way to the store: bounded while it is away, and none twice over a restart.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tge_model::{ServiceStatus, ServiceTransition};
use tge_ports::store::Services;
use tge_ports::{Page, StoreError};
use tge_service::{Context, OnError, chain};
use tokio::sync::Notify;

use crate::index::{Index, Known, LEFT};

/// Changes kept while the store is away; beyond it the oldest are lost, and the loss is said.
const SPOOL_MAX: usize = 1_000;
/// Changes handed over at once.
const BATCH_MAX: usize = 200;
/// Pause after the store did not answer.
const RETRY: Duration = Duration::from_secs(2);
/// How far back a starting registry reads to learn what it wrote last.
const PAST: u32 = 1_000;

/// What waits for the store.
#[derive(Default)]
pub(crate) struct Spool {
    waiting: Mutex<VecDeque<ServiceTransition>>,
    wake: Notify,
}

impl Spool {
    /// Adds changes; answers how many older ones were lost for it.
    pub(crate) fn add(&self, transitions: Vec<ServiceTransition>) -> usize {
        let lost = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.extend(transitions);
            let lost = waiting.len().saturating_sub(SPOOL_MAX);
            waiting.drain(..lost);
            lost
        };
        self.wake.notify_one();
        lost
    }

    fn take(&self) -> Vec<ServiceTransition> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.len().min(BATCH_MAX);
        waiting.drain(..count).collect()
    }

    /// Puts back what was not taken, as far as there is room; answers how many were lost.
    fn give_back(&self, batch: Vec<ServiceTransition>) -> usize {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let lost = batch.len().saturating_sub(SPOOL_MAX - waiting.len());
        for transition in batch.into_iter().skip(lost).rev() {
            waiting.push_front(transition);
        }
        lost
    }
}

/// Starts the loop that hands changes to the store.
pub(crate) fn start(context: &Context, index: Arc<Index>, spool: Arc<Spool>, store: Arc<dyn Services>) {
    let task = context.clone();
    context.spawn("history", OnError::Stop, async move {
        let mut last: Option<Last> = None;
        loop {
            match turn(&index, &spool, &*store, &mut last, &task).await {
                Ok(true) => {}
                Ok(false) => {
                    tokio::select! {
                        () = spool.wake.notified() => {}
                        () = task.stop.cancelled() => return,
                    }
                }
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "status history not stored yet");
                    if !task.sleep(RETRY).await {
                        return;
                    }
                }
            }
        }
    });
}

/// What the history says last of each instance.
type Last = HashMap<String, ServiceStatus>;

/// Hands over one batch; answers whether to go on at once.
async fn turn(
    index: &Index,
    spool: &Spool,
    store: &dyn Services,
    last: &mut Option<Last>,
    context: &Context,
) -> Result<bool, StoreError> {
    let Some(known) = index.all() else { return Ok(false) };
    let last = match last {
        Some(last) => last,
        None => {
            let (read, gone) = past(store, &known, context).await?;
            spool.add(gone);
            last.insert(read)
        }
    };
    let batch = spool.take();
    if batch.is_empty() {
        return Ok(false);
    }
    let news: Vec<ServiceTransition> = {
        let mut told = last.clone();
        batch.iter().filter(|t| told.insert(t.instance.clone(), t.status) != Some(t.status)).cloned().collect()
    };
    if !news.is_empty()
        && let Err(error) = store.append(&news).await
    {
        let lost = spool.give_back(batch);
        if lost > 0 {
            tracing::warn!(lost, "status changes lost; the store has been away too long");
        }
        return Err(error);
    }
    for transition in news {
        if transition.status == ServiceStatus::Unknown {
            last.remove(&transition.instance);
        } else {
            last.insert(transition.instance, transition.status);
        }
    }
    Ok(true)
}

/// What the history says last of each instance, and the leaving of those who left while nobody looked.
async fn past(
    store: &dyn Services,
    known: &BTreeMap<String, Known>,
    context: &Context,
) -> Result<(Last, Vec<ServiceTransition>), StoreError> {
    let mut last: HashMap<String, ServiceTransition> = HashMap::new();
    for transition in store.list(None, &Page::first(PAST)).await?.items {
        // Newest first: the first word on an instance is the last one said.
        last.entry(transition.instance.clone()).or_insert(transition);
    }
    last.retain(|_, transition| transition.status != ServiceStatus::Unknown);
    let mut gone: Vec<ServiceTransition> = last
        .values()
        .filter(|transition| !known.contains_key(&transition.instance))
        .map(|transition| ServiceTransition {
            status: ServiceStatus::Unknown,
            note: LEFT.to_owned(),
            at: context.clock.now(),
            ..transition.clone()
        })
        .collect();
    gone.sort_by(|a, b| a.instance.cmp(&b.instance));
    Ok((last.into_iter().map(|(instance, transition)| (instance, transition.status)).collect(), gone))
}

#[cfg(test)]
mod tests {
    use tge_model::Timestamp;

    use super::*;

    fn transition(n: usize) -> ServiceTransition {
        ServiceTransition {
            service: "queen".to_owned(),
            instance: n.to_string(),
            address: "h:1".to_owned(),
            status: ServiceStatus::Passing,
            note: String::new(),
            at: Timestamp::EPOCH,
        }
    }

    #[test]
    fn the_spool_is_bounded_and_keeps_order() {
        let spool = Spool::default();
        assert_eq!(spool.add((0..SPOOL_MAX + 3).map(transition).collect()), 3);
        let batch = spool.take();
        assert_eq!((batch.len(), batch[0].instance.as_str()), (BATCH_MAX, "3"));
        assert_eq!(spool.add(vec![transition(9_999)]), 0);
        assert_eq!(spool.give_back(batch), 1);
        assert_eq!(spool.take()[0].instance, "4");
    }
}
