//! The bus itself: router, ears and queues put together behind the port.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use fred::prelude::{Error, ErrorKind, Server, Value};
use futures::StreamExt;
use futures::future::join_all;
use tge_ports::{Bus, BusError, Entropy, Hint, MessageStream, SlowCommand, SlowLog};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use tokio_stream::wrappers::BroadcastStream;

use crate::config::RedisConfig;
use crate::error::{Uncovered, failed};
use crate::node::{Command, Node};
use crate::pubsub::Hub;
use crate::router::Router;
use crate::slowlog;
use crate::streams::Streams;

/// How often the ears are compared with the masters.
const ATTEND_EVERY: Duration = Duration::from_millis(500);
/// How long a check's key is kept, in milliseconds.
const CHECK_TTL_MS: &str = "60000";

/// A Redis Cluster as a bus. Dropping it ends its connections and streams.
#[derive(Debug)]
pub struct RedisBus {
    router: Arc<Router>,
    hub: Arc<Hub>,
    streams: Streams,
    target: String,
    _upkeep: JoinSet<()>,
}

// === impl RedisBus ===

impl RedisBus {
    /// Connects to a cluster and waits until its map is known.
    ///
    /// # Errors
    /// [`BusError::Refused`] for a server that is no cluster, a wrong password or a missing permission;
    /// [`BusError::Unavailable`] when no node answers. Where that should not stop the caller, see [`RedisBus::start`].
    pub async fn connect(config: RedisConfig, entropy: &dyn Entropy) -> Result<Self, BusError> {
        let bus = Self::assemble(config, entropy);
        bus.router.refresh(0).await.map_err(|error| bus.failed("connecting", error))?;
        bus.settle().await;
        Ok(bus)
    }

    /// A bus that goes on trying: until the cluster answers, every call fails with the reason.
    pub async fn start(config: RedisConfig, entropy: &dyn Entropy) -> Self {
        let bus = Self::assemble(config, entropy);
        match bus.router.refresh(0).await {
            Ok(()) => bus.settle().await,
            Err(error) => tracing::warn!(target = bus.target, %error, "the bus is not there yet"),
        }
        bus
    }

    fn assemble(config: RedisConfig, entropy: &dyn Entropy) -> Self {
        let target = config.target();
        let hub = Arc::new(Hub::new(config.clone(), format!("{:032x}", entropy.bits())));
        let router = Arc::new(Router::new(config));
        let mut upkeep = JoinSet::new();
        let kept = Arc::clone(&router);
        upkeep.spawn(async move { kept.keep_up().await });
        upkeep.spawn(attend(Arc::clone(&router), Arc::clone(&hub)));
        let streams = Streams::new(Arc::clone(&router), Arc::clone(&hub));
        Self { router, hub, streams, target, _upkeep: upkeep }
    }

    /// Gives the other nodes and the ears a moment to connect; one node was enough for the map.
    async fn settle(&self) {
        let limit = self.router.config.connect_timeout;
        let nodes = self.router.nodes();
        self.hub.attend(&addresses(&nodes));
        join_all(nodes.iter().map(|node| node.wait(limit))).await;
        if let Err(error) = self.hub.settled().await {
            tracing::warn!(target = self.target, %error, "the bus will not let us listen");
        }
    }

    fn failed(&self, attempted: &'static str, error: Error) -> BusError {
        failed(attempted, self.target.clone(), error)
    }

    /// Says something through the first node that will carry it.
    async fn say(&self, channel: &str, payload: &str) -> Result<(), Error> {
        // The same id through every node, so that listeners drop what an unclear first attempt has said already.
        let frame = self.hub.frame(payload);
        let mut failure = Error::new(ErrorKind::Cluster, "no master is known yet");
        let owner = self.router.owner(channel);
        let mut nodes = self.router.nodes();
        // One channel goes through one node, as long as it lives, which keeps a speaker's words in order.
        nodes.sort_by_key(|node| owner.as_ref().is_none_or(|owner| !Arc::ptr_eq(owner, node)));
        for node in nodes {
            match node.call("PUBLISH", vec![Value::from(channel), Value::from(frame.as_str())]).await {
                Ok(_) => return Ok(()),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// Writes and reads a key on one master.
    async fn prove(&self, node: &Node) -> Result<(), BusError> {
        let at = node.at.to_string();
        let Some(key) = self.key_on(node) else { return Ok(()) };
        let value = self.hub.frame("check");
        let rest = [value.as_str(), "PX", CHECK_TTL_MS].map(Value::from);
        let written = self.router.one(Command::new("SET", &key, rest)).await;
        written.map_err(|error| failed("writing a key", at.clone(), error))?;
        let read = self.router.one(Command::new("GET", &key, [])).await;
        let read = read.map_err(|error| failed("reading a key", at.clone(), error))?;
        // Another process may have checked in between; any value proves the master.
        if read.is_null() {
            let error = Error::new(ErrorKind::Unknown, "the key just written is not there");
            return Err(failed("reading a key", at, error));
        }
        Ok(())
    }

    /// A key that lives on this master, the same for all processes.
    fn key_on(&self, node: &Node) -> Option<String> {
        let keys = (0..10_000).map(|n| format!("tge:check:{{{n}}}"));
        let mut own = keys.filter(|key| self.router.owner(key).is_some_and(|owner| owner.at == node.at));
        own.next()
    }
}

#[async_trait]
impl SlowLog for RedisBus {
    async fn slow_commands(&self, max: u32) -> Result<Vec<SlowCommand>, BusError> {
        let nodes = self.router.nodes();
        let answers = join_all(nodes.iter().map(|node| async move {
            let arguments = vec![Value::from("GET"), Value::from(i64::from(max))];
            (node.at.to_string(), node.call("SLOWLOG", arguments).await)
        }));
        let mut slow = Vec::new();
        let mut failure = Some(Error::new(ErrorKind::Cluster, "no master is known yet"));
        for (at, answer) in answers.await {
            match answer {
                Ok(answer) => {
                    slow.extend(slowlog::read(&at, answer));
                    failure = None;
                }
                Err(error) => failure = failure.map(|_| error),
            }
        }
        match failure {
            Some(error) => Err(self.failed("reading slow commands", error)),
            None => {
                slow.sort_by_key(|command| std::cmp::Reverse(command.at));
                Ok(slow)
            }
        }
    }
}

#[async_trait]
impl Bus for RedisBus {
    async fn publish(&self, channel: &str, payload: &str) -> Result<(), BusError> {
        self.say(channel, payload).await.map_err(|error| self.failed("publishing", error))
    }

    async fn subscribe(&self, channels: &[&str]) -> Result<MessageStream, BusError> {
        let heard = self.hub.listen();
        self.hub.want(channels).await.map_err(|error| self.failed("subscribing", error))?;
        let wanted: Vec<String> = channels.iter().map(|&channel| channel.to_owned()).collect();
        let stream = BroadcastStream::new(heard).filter_map(move |item| {
            // The error is a lag: some messages were missed, the next ones come.
            futures::future::ready(item.ok().filter(|message| wanted.contains(&message.channel)))
        });
        Ok(stream.boxed())
    }

    async fn push(&self, queue: &str, bodies: &[String]) -> Result<(), BusError> {
        if bodies.is_empty() {
            return Ok(());
        }
        self.streams.push(queue, bodies).await.map_err(|error| self.failed("pushing ids", error))
    }

    async fn pull(&self, queue: &str, consumer: &str, max: usize, wait: Duration) -> Result<Vec<Hint>, BusError> {
        let pulled = self.streams.pull(queue, consumer, max, wait).await;
        pulled.map_err(|error| self.failed("pulling ids", error))
    }

    async fn ack(&self, queue: &str, hints: &[Hint]) -> Result<(), BusError> {
        self.streams.ack(queue, hints).await.map_err(|error| self.failed("acknowledging", error))
    }

    async fn depth(&self, queue: &str) -> Result<u64, BusError> {
        self.streams.depth(queue).await.map_err(|error| self.failed("counting a queue", error))
    }

    async fn check(&self) -> Result<(), BusError> {
        let refreshed = self.router.refresh_now().await;
        refreshed.map_err(|error| self.failed("reading the slots", error))?;
        let missing = self.router.uncovered();
        if missing > 0 {
            let (attempted, target) = ("checking the slots", self.target.clone());
            return Err(BusError::Unavailable { attempted, target, source: Box::new(Uncovered { missing }) });
        }
        let nodes = self.router.nodes();
        let proofs = join_all(nodes.iter().map(|node| self.prove(node))).await;
        proofs.into_iter().collect()
    }
}

/// Keeps an ear on every master.
async fn attend(router: Arc<Router>, hub: Arc<Hub>) {
    let mut tick = interval(ATTEND_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let nodes = router.nodes();
        if !nodes.is_empty() {
            hub.attend(&addresses(&nodes));
        }
    }
}

fn addresses(nodes: &[Arc<Node>]) -> Vec<Server> {
    nodes.iter().map(|node| node.at.clone()).collect()
}
