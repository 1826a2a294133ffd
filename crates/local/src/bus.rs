//! The bus of one process: a bounded broadcast for channels, bounded queues in memory for work.
//!
//! A subscriber that does not keep up misses the oldest messages, a full queue refuses: both are allowed losses, because
//! whoever listens also wakes by time and reads the store.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use tge_ports::{Bus, BusError, Hint, Message, MessageStream};
use tokio::sync::{Notify, broadcast};
use tokio::time::{Instant, timeout_at};
use tokio_stream::wrappers::BroadcastStream;

/// Messages a slow subscriber may lag behind before it misses some.
const MESSAGES_MAX: usize = 4_096;
/// Entries a queue holds before it refuses more.
const ENTRIES_MAX: usize = 100_000;

/// The bus of one process.
#[derive(Debug)]
pub struct LocalBus {
    channel: broadcast::Sender<Message>,
    queues: Mutex<HashMap<String, Queue>>,
    pushed: Notify,
    serial: AtomicU64,
    reclaim_after: Duration,
}

#[derive(Debug, Default)]
struct Queue {
    ready: VecDeque<Hint>,
    /// What was handed out and not acknowledged, oldest entry first.
    taken: BTreeMap<u64, (Hint, Instant)>,
}

// === impl LocalBus ===

impl Default for LocalBus {
    /// A bus that hands an entry out again when it was not acknowledged within a minute.
    fn default() -> Self {
        Self::new(Duration::from_secs(60))
    }
}

impl LocalBus {
    /// A bus that hands an entry out again when it was not acknowledged within `reclaim_after`.
    pub fn new(reclaim_after: Duration) -> Self {
        Self {
            channel: broadcast::channel(MESSAGES_MAX).0,
            queues: Mutex::default(),
            pushed: Notify::new(),
            serial: AtomicU64::new(1),
            reclaim_after,
        }
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<String, Queue>> {
        // Every change below is a single step on a whole queue; a panicking reader leaves nothing half done.
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> u64 {
        self.serial.fetch_add(1, Ordering::Relaxed)
    }
}

#[async_trait]
impl Bus for LocalBus {
    async fn publish(&self, channel: &str, payload: &str) -> Result<(), BusError> {
        let message = Message { channel: channel.to_owned(), id: self.next().to_string(), payload: payload.to_owned() };
        // An error only says that nobody listens, which is no error for a hint.
        drop(self.channel.send(message));
        Ok(())
    }

    async fn subscribe(&self, channels: &[&str]) -> Result<MessageStream, BusError> {
        let wanted: Vec<String> = channels.iter().map(|&channel| channel.to_owned()).collect();
        let heard = BroadcastStream::new(self.channel.subscribe()).filter_map(move |item| {
            // The error is a lag: some messages were missed, the next ones come.
            let message = item.ok().filter(|message| wanted.contains(&message.channel));
            futures::future::ready(message)
        });
        Ok(heard.boxed())
    }

    async fn push(&self, queue: &str, bodies: &[String]) -> Result<(), BusError> {
        if bodies.is_empty() {
            return Ok(());
        }
        {
            let mut queues = self.queues();
            let held = queues.entry(queue.to_owned()).or_default();
            if held.len() + bodies.len() > ENTRIES_MAX {
                return Err(BusError::Refused {
                    attempted: "pushing ids",
                    target: format!("this process, queue {queue}"),
                    reason: format!(
                        "it holds {} of {ENTRIES_MAX} entries; its consumers are too slow or stopped, the store keeps the ids",
                        held.len()
                    ),
                });
            }
            for body in bodies {
                held.ready.push_back(Hint { entry: self.next().to_string(), body: body.clone() });
            }
        }
        self.pushed.notify_waiters();
        Ok(())
    }

    async fn pull(&self, queue: &str, _consumer: &str, max: usize, wait: Duration) -> Result<Vec<Hint>, BusError> {
        let deadline = Instant::now() + wait;
        loop {
            let mut pushed = std::pin::pin!(self.pushed.notified());
            // Listening begins before looking, so a push in between is not missed.
            pushed.as_mut().enable();
            let (hints, reclaim_at) = {
                let mut queues = self.queues();
                match queues.get_mut(queue) {
                    Some(held) => held.take(max, Instant::now(), self.reclaim_after),
                    None => (Vec::new(), None),
                }
            };
            if !hints.is_empty() || max == 0 {
                return Ok(hints);
            }
            let until = reclaim_at.map_or(deadline, |at| at.min(deadline));
            if timeout_at(until, pushed).await.is_err() && Instant::now() >= deadline {
                return Ok(Vec::new());
            }
        }
    }

    async fn ack(&self, queue: &str, hints: &[Hint]) -> Result<(), BusError> {
        if let Some(held) = self.queues().get_mut(queue) {
            for hint in hints {
                if let Ok(serial) = hint.entry.parse() {
                    held.taken.remove(&serial);
                }
            }
        }
        Ok(())
    }

    async fn depth(&self, queue: &str) -> Result<u64, BusError> {
        let entries = self.queues().get(queue).map_or(0, Queue::len);
        Ok(u64::try_from(entries).unwrap_or(u64::MAX))
    }

    async fn check(&self) -> Result<(), BusError> {
        // There is no wire that could be cut.
        Ok(())
    }
}

// === impl Queue ===

impl Queue {
    fn len(&self) -> usize {
        self.ready.len() + self.taken.len()
    }

    /// Hands out up to `max` entries, forgotten ones of others first, and says when the next will count as forgotten.
    fn take(&mut self, max: usize, now: Instant, reclaim_after: Duration) -> (Vec<Hint>, Option<Instant>) {
        let mut hints: Vec<Hint> = Vec::new();
        for (hint, taken_at) in self.taken.values_mut().filter(|(_, at)| *at + reclaim_after <= now).take(max) {
            *taken_at = now;
            hints.push(hint.clone());
        }
        while hints.len() < max {
            let Some(hint) = self.ready.pop_front() else { break };
            let serial = hint.entry.parse().expect("entries are serial numbers of this bus");
            self.taken.insert(serial, (hint.clone(), now));
            hints.push(hint);
        }
        let reclaim_at = self.taken.values().map(|(_, at)| *at + reclaim_after).min();
        (hints, reclaim_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_refuses_with_numbers() {
        let bus = LocalBus::default();
        let bodies: Vec<String> = (0..ENTRIES_MAX).map(|n| n.to_string()).collect();
        bus.push("q", &bodies).await.expect("fits exactly");
        let refused = bus.push("q", &bodies[..1]).await.expect_err("no room").to_string();
        assert!(refused.contains("100000 of 100000"), "{refused}");
    }

    #[tokio::test]
    async fn a_slow_subscriber_misses_messages_and_hears_the_next() {
        let bus = LocalBus::default();
        let mut heard = bus.subscribe(&["c"]).await.expect("subscribes");
        for n in 0..MESSAGES_MAX + 10 {
            bus.publish("c", &n.to_string()).await.expect("publishes");
        }
        assert_eq!(heard.next().await.expect("goes on").payload, "10");
    }
}
