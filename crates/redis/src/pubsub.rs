//! Channels, heard on all nodes.
//!
//! A cluster carries every message to every node, so whoever listens on one only loses what is said while that one is
//! away. Here each node has an ear; a message is told once, by the first ear that hears it, and the order of one
//! speaker is kept, because each node passes on what it got in order. Sharded channels would be cheaper and lose a
//! subscription for good when its slot moves.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fred::interfaces::{ClientLike, EventInterface, PubsubInterface};
use fred::prelude::{Error, ErrorKind, Server, Value};
use tge_ports::Message;
use tokio::sync::{broadcast, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};

use crate::config::RedisConfig;
use crate::error::refused;

/// Messages a slow listener may lag behind before it misses some.
const MESSAGES_MAX: usize = 4_096;
/// Ids remembered to recognise doubles, which come within a second or so.
const IDS_MAX: usize = 20_000;
/// The pause before an ear that failed tries again.
const PAUSE: Duration = Duration::from_millis(200);
/// How long a new subscription waits for ears that are connected to confirm it.
const CONFIRM_MAX: Duration = Duration::from_secs(2);

/// All ears of a process.
#[derive(Debug)]
pub(crate) struct Hub {
    config: RedisConfig,
    /// Tells this process's messages from all others'.
    nonce: String,
    serial: AtomicU64,
    mouth: Arc<Mouth>,
    wanted: watch::Sender<Wanted>,
    ears: Mutex<HashMap<Server, Ear>>,
}

/// What the ears listen to; the version grows with each addition.
#[derive(Debug, Clone, Default)]
struct Wanted {
    version: u64,
    channels: BTreeSet<String>,
}

#[derive(Debug)]
struct Ear {
    state: watch::Receiver<EarState>,
    _listening: JoinSet<()>,
}

#[derive(Debug, Clone)]
enum EarState {
    /// Not connected yet, or no more.
    Deaf,
    /// Subscribed to everything wanted up to a version.
    Hears(u64),
    /// The server will not have it.
    Refused(Error),
}

/// Passes on what the ears hear, once.
#[derive(Debug)]
struct Mouth {
    out: broadcast::Sender<Message>,
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
struct Told {
    ids: HashSet<String>,
    order: VecDeque<String>,
}

// === impl Hub ===

impl Hub {
    pub(crate) fn new(config: RedisConfig, nonce: String) -> Self {
        let mouth = Mouth { out: broadcast::channel(MESSAGES_MAX).0, told: Mutex::default() };
        Self {
            config,
            nonce,
            serial: AtomicU64::new(0),
            mouth: Arc::new(mouth),
            wanted: watch::Sender::default(),
            ears: Mutex::default(),
        }
    }

    /// A payload with an id of its own, as it goes over the wire.
    pub(crate) fn frame(&self, payload: &str) -> String {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        format!("{}-{serial}\n{payload}", self.nonce)
    }

    /// Everything heard from now on, of all channels.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Message> {
        self.mouth.out.subscribe()
    }

    /// Gives each of these nodes an ear, and takes those of others away.
    pub(crate) fn attend(&self, nodes: &[Server]) {
        let mut ears = self.ears.lock().unwrap_or_else(PoisonError::into_inner);
        ears.retain(|at, _| nodes.contains(at));
        for at in nodes {
            ears.entry(at.clone()).or_insert_with(|| {
                let (state, seen) = watch::channel(EarState::Deaf);
                let mut listening = JoinSet::new();
                let ear =
                    attentive(self.config.clone(), at.clone(), self.wanted.subscribe(), Arc::clone(&self.mouth), state);
                listening.spawn(ear);
                Ear { state: seen, _listening: listening }
            });
        }
    }

    /// Listens to these channels too, and waits until every connected node has confirmed it.
    pub(crate) async fn want(&self, channels: &[&str]) -> Result<(), Error> {
        self.wanted.send_if_modified(|wanted| {
            let before = wanted.channels.len();
            wanted.channels.extend(channels.iter().map(|&channel| channel.to_owned()));
            let grown = wanted.channels.len() > before;
            wanted.version += u64::from(grown);
            grown
        });
        let version = self.wanted.borrow().version;
        self.confirmed(version, false).await
    }

    /// Waits a little for every ear to hear at all; used once, at the start.
    pub(crate) async fn settled(&self) -> Result<(), Error> {
        self.confirmed(0, true).await
    }

    /// Waits until the ears hear `version`; deaf ones are only waited for when `deaf_too`.
    async fn confirmed(&self, version: u64, deaf_too: bool) -> Result<(), Error> {
        let states: Vec<watch::Receiver<EarState>> = {
            let ears = self.ears.lock().unwrap_or_else(PoisonError::into_inner);
            ears.values().map(|ear| ear.state.clone()).collect()
        };
        let all = async {
            for mut state in states {
                let reached = state.wait_for(|state| match state {
                    EarState::Deaf => !deaf_too,
                    EarState::Hears(heard) => *heard >= version,
                    EarState::Refused(_) => true,
                });
                if let Ok(state) = reached.await
                    && let EarState::Refused(error) = &*state
                {
                    return Err(error.clone());
                }
            }
            Ok(())
        };
        // A hung node must not hold up the others: it is waited for in the background.
        timeout(CONFIRM_MAX, all).await.unwrap_or(Ok(()))
    }
}

// === impl Mouth ===

impl Mouth {
    /// Tells a message unless another ear was first.
    fn tell(&self, channel: String, frame: &str) {
        let Some((id, payload)) = frame.split_once('\n') else {
            tracing::debug!(%channel, "heard a message that is not from this program");
            return;
        };
        let message = Message { channel, id: id.to_owned(), payload: payload.to_owned() };
        // Telling happens under the same lock as remembering, or two ears could change the order.
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.remember(id) {
            // An error only says that nobody listens.
            drop(self.out.send(message));
        }
    }
}

// === impl Told ===

impl Told {
    /// True when the id is new.
    fn remember(&mut self, id: &str) -> bool {
        if !self.ids.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > IDS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

/// Ends a client's connection with the ear that uses it.
struct Connection(AbortHandle);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Listens to one node for ever, with a new client after each trouble.
async fn attentive(
    config: RedisConfig,
    at: Server,
    mut wanted: watch::Receiver<Wanted>,
    mouth: Arc<Mouth>,
    state: watch::Sender<EarState>,
) {
    loop {
        let error = hear(&config, &at, &mut wanted, &mouth, &state).await;
        tracing::debug!(node = %at, %error, "stopped hearing this node");
        state.send_replace(if refused(&error) { EarState::Refused(error) } else { EarState::Deaf });
        sleep(PAUSE).await;
    }
}

/// Listens to one node until something fails.
async fn hear(
    config: &RedisConfig,
    at: &Server,
    wanted: &mut watch::Receiver<Wanted>,
    mouth: &Mouth,
    state: &watch::Sender<EarState>,
) -> Error {
    let client = match config.listener(at) {
        Ok(client) => client,
        Err(error) => return error,
    };
    let (mut errors, mut messages) = (client.error_rx(), client.message_rx());
    let _connection = Connection(client.connect().abort_handle());
    let silent = || Error::new(ErrorKind::Timeout, "no answer");
    match timeout(config.connect_timeout * 2, client.wait_for_connect()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return error,
        Err(_) => return silent(),
    }
    let mut subscribed = BTreeSet::new();
    loop {
        let now = wanted.borrow_and_update().clone();
        let new: Vec<String> = now.channels.difference(&subscribed).cloned().collect();
        if !new.is_empty() {
            if let Err(error) = client.subscribe(new).await {
                return error;
            }
            subscribed.clone_from(&now.channels);
        }
        state.send_replace(EarState::Hears(now.version));
        loop {
            tokio::select! {
                message = messages.recv() => match message {
                    Ok(message) => {
                        let frame = message.value.as_string().unwrap_or_default();
                        mouth.tell(message.channel.to_string(), &frame);
                    }
                    Err(broadcast::error::RecvError::Lagged(missed)) => {
                        tracing::warn!(node = %at, missed, "messages came faster than they were heard");
                    }
                    Err(broadcast::error::RecvError::Closed) => return silent(),
                },
                error = errors.recv() => return error.map_or_else(|_| silent(), |(error, _)| error),
                changed = wanted.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return silent(),
                },
                () = sleep(config.watchdog) => {
                    if timeout(config.watchdog, client.ping::<Value>(None)).await.is_err() {
                        return silent();
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_told_once_and_memory_is_bounded() {
        let mouth = Mouth { out: broadcast::channel(64).0, told: Mutex::default() };
        let mut heard = mouth.out.subscribe();
        for frame in ["a-1\nx", "a-1\nx", "a-2\ny\nz", "no id", "a-1\nx"] {
            mouth.tell("c".to_owned(), frame);
        }
        let told: Vec<String> = std::iter::from_fn(|| heard.try_recv().ok()).map(|message| message.payload).collect();
        assert_eq!(told, ["x", "y\nz"]);
        let mut memory = Told::default();
        for n in 0..IDS_MAX + 5 {
            assert!(memory.remember(&n.to_string()));
        }
        assert_eq!((memory.ids.len(), memory.order.len()), (IDS_MAX, IDS_MAX));
        assert!(!memory.remember("5") && memory.remember("4"));
    }
}
