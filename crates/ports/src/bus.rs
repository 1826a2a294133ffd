//! Hints between processes: broadcast channels and work queues of ids. Everything here may be lost; nothing may depend on it.

use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use thiserror::Error;

/// One message of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The channel, for example `swarm:channels:memory-sync`.
    pub channel: String,
    /// Unique per publication: an adapter that hears a message on several nodes drops doubles by it.
    pub id: String,
    /// What was said, usually JSON with ids.
    pub payload: String,
}

/// Messages as they come; ends only when the bus is dropped. A gap in the connection loses messages, not the stream.
pub type MessageStream = BoxStream<'static, Message>;

/// One entry of a work queue: an id to look at in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The entry's name in the queue, for [`Bus::ack`].
    pub entry: String,
    /// The id of the row in the store.
    pub body: String,
}

/// A bus's refusal. Callers log it and go on: the store is the truth.
#[derive(Debug, Error)]
pub enum BusError {
    /// Not reachable now; the outcome of what was attempted may be unknown.
    #[error("{attempted}: the bus at {target} is unavailable")]
    Unavailable {
        /// What was attempted.
        attempted: &'static str,
        /// Which bus.
        target: String,
        /// The client's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Reachable and wrong: not a cluster, wrong password, no permission.
    #[error("{attempted}: the bus at {target} refused: {reason}")]
    Refused {
        /// What was attempted.
        attempted: &'static str,
        /// Which bus.
        target: String,
        /// The server's words, and what to do.
        reason: String,
    },
}

/// Hints between processes.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Tells every current subscriber of `channel`; keeps nothing for later ones.
    ///
    /// # Errors
    /// [`BusError`]; the message may still have reached some.
    async fn publish(&self, channel: &str, payload: &str) -> Result<(), BusError>;

    /// Hears every message of `channels` from now on, each once.
    ///
    /// # Errors
    /// [`BusError`] when subscribing is refused; an absent server is waited for instead.
    async fn subscribe(&self, channels: &[&str]) -> Result<MessageStream, BusError>;

    /// Puts ids into a work queue in one batch. Their order is a wish: a queue spread over several servers keeps it
    /// within each part only.
    ///
    /// # Errors
    /// [`BusError`]; some may have been queued.
    async fn push(&self, queue: &str, bodies: &[String]) -> Result<(), BusError>;

    /// Takes up to `max` entries that no other consumer of the queue's group holds; waits up to `wait` for the first.
    /// An entry that is not acknowledged for long (a minute, by default) is handed out again, to whoever asks next.
    ///
    /// # Errors
    /// [`BusError`] when the queue cannot be read.
    async fn pull(&self, queue: &str, consumer: &str, max: usize, wait: Duration) -> Result<Vec<Hint>, BusError>;

    /// Forgets entries that were dealt with.
    ///
    /// # Errors
    /// [`BusError`]; they may be seen again.
    async fn ack(&self, queue: &str, hints: &[Hint]) -> Result<(), BusError>;

    /// Entries waiting in a queue, taken or not.
    ///
    /// # Errors
    /// [`BusError`] when the queue cannot be read.
    async fn depth(&self, queue: &str) -> Result<u64, BusError>;

    /// Proves that the bus can be written and read: on a cluster, on every master.
    ///
    /// # Errors
    /// [`BusError`] naming the part that fails.
    async fn check(&self) -> Result<(), BusError>;
}
