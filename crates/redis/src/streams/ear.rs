//! What one who pulls a queue hears of pushes to it.

use std::collections::BTreeSet;

use tge_ports::Message;
use tokio::sync::broadcast;
use tokio::time::{Instant, timeout_at};

use super::POLL;
use crate::partitions::PARTITIONS;
use crate::pubsub::Hub;

/// The channel that tells of pushes to `queue`, each by the number of its partition.
pub(super) fn channel(queue: &str) -> String {
    format!("tge:queue-pushed:{queue}")
}

/// Remembers which partitions were pushed to since it was asked last, and when all must be looked at because a word may
/// have been lost.
#[derive(Debug)]
pub(super) struct Ear {
    channel: String,
    said: broadcast::Receiver<Message>,
    told: BTreeSet<usize>,
    all_due: Instant,
}

// === impl Ear ===

impl Ear {
    /// Listens from now on; of what was pushed before it knows nothing. A node that hangs is not waited for beyond
    /// `deadline`.
    pub(super) async fn new(hub: &Hub, queue: &str, deadline: Instant) -> Self {
        let (channel, said) = (channel(queue), hub.listen());
        if let Ok(Err(error)) = timeout_at(deadline, hub.want(&[&channel])).await {
            tracing::debug!(queue, %error, "pushes to this queue are not heard; it is looked at each second");
        }
        Self { channel, said, told: BTreeSet::new(), all_due: Instant::now() }
    }

    /// All partitions must be looked at: there may be more than was told.
    pub(super) fn doubt(&mut self) {
        self.all_due = Instant::now();
    }

    /// The partitions to look at now; `None` when that is all of them.
    pub(super) fn told(&mut self) -> Option<Vec<usize>> {
        loop {
            match self.said.try_recv() {
                Ok(message) => self.note(&message),
                // Among what was missed may have been a word of this queue.
                Err(broadcast::error::TryRecvError::Lagged(_)) => self.doubt(),
                Err(broadcast::error::TryRecvError::Empty | broadcast::error::TryRecvError::Closed) => break,
            }
        }
        let told = std::mem::take(&mut self.told);
        let now = Instant::now();
        if self.all_due <= now {
            self.all_due = now + POLL;
            return None;
        }
        Some(told.into_iter().collect())
    }

    /// Returns when there is something to look at.
    pub(super) async fn hear(&mut self) {
        while self.told.is_empty() {
            match timeout_at(self.all_due, self.said.recv()).await {
                Ok(Ok(message)) => self.note(&message),
                Ok(Err(broadcast::error::RecvError::Lagged(_))) => return self.doubt(),
                Ok(Err(broadcast::error::RecvError::Closed)) => return tokio::time::sleep_until(self.all_due).await,
                Err(_) => return,
            }
        }
    }

    fn note(&mut self, message: &Message) {
        if message.channel == self.channel {
            match message.payload.parse() {
                Ok(partition) if partition < PARTITIONS => _ = self.told.insert(partition),
                // From a program that counts otherwise.
                _ => self.doubt(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ear(messages: usize) -> (broadcast::Sender<Message>, Ear) {
        let (out, said) = broadcast::channel(messages);
        (out, Ear { channel: channel("q"), said, told: BTreeSet::new(), all_due: Instant::now() })
    }

    fn say(out: &broadcast::Sender<Message>, channel: &str, payload: &str) {
        let message = Message { channel: channel.to_owned(), id: String::new(), payload: payload.to_owned() };
        out.send(message).expect("somebody listens");
    }

    #[tokio::test(start_paused = true)]
    async fn looks_where_it_was_told_and_everywhere_once_a_second() {
        let (out, mut ear) = ear(16);
        assert_eq!(ear.told(), None, "nothing is known at first");
        assert_eq!(ear.told(), Some(vec![]));
        for (channel, payload) in
            [("tge:queue-pushed:q", "7"), ("tge:queue-pushed:other", "3"), ("tge:queue-pushed:q", "2")]
        {
            say(&out, channel, payload);
        }
        ear.hear().await;
        assert_eq!(ear.told(), Some(vec![2, 7]));
        let begun = Instant::now();
        ear.hear().await;
        assert_eq!(begun.elapsed(), POLL, "nobody said anything");
        assert_eq!(ear.told(), None);
        ear.doubt();
        assert_eq!(ear.told(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn looks_everywhere_when_it_missed_words_or_does_not_understand_them() {
        let (out, mut ear) = ear(2);
        for payload in ["not a number", "12"] {
            assert_eq!((ear.told(), ear.told()), (None, Some(vec![])));
            say(&out, "tge:queue-pushed:q", payload);
            assert_eq!(ear.told(), None, "{payload}");
            ear.doubt();
        }
        assert_eq!((ear.told(), ear.told()), (None, Some(vec![])));
        for n in 0..5 {
            say(&out, "tge:queue-pushed:q", &n.to_string());
        }
        ear.hear().await;
        assert_eq!(ear.told(), None);
    }
}
