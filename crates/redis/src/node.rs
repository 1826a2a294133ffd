//! One master's client, watched.
//!
//! The client library's own check for silence is put off by every write, so it never fires under load; a PING of ours
//! does. After a lost connection the library still takes commands for its reconnect delay and lets them wait for their
//! timeout; so a lost or hung node is marked at once, and the router puts a new one in its place.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fred::clients::Pipeline;
use fred::interfaces::{ClientLike, EventInterface};
use fred::prelude::{Client, Error, ErrorKind, Options, Server, Value};
use fred::types::CustomCommand;
use tokio::sync::{Notify, broadcast};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};

use crate::config::RedisConfig;

/// How often a wait for a connection looks.
const LOOK: Duration = Duration::from_millis(5);

/// A command and the key that says where it goes.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) key: String,
    /// Everything after the name, the key included.
    pub(crate) arguments: Vec<Value>,
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) at: Server,
    client: Client,
    connection: AbortHandle,
    health: Arc<Health>,
    _watch: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Health {
    lost: AtomicBool,
    last_error: Mutex<Option<Error>>,
}

// === impl Command ===

impl Command {
    /// A command whose first argument is its key.
    pub(crate) fn new(name: &'static str, key: &str, rest: impl IntoIterator<Item = Value>) -> Self {
        let arguments = std::iter::once(Value::from(key)).chain(rest).collect();
        Self { name, key: key.to_owned(), arguments }
    }

    /// A command whose key stands elsewhere among its arguments.
    pub(crate) fn keyed(name: &'static str, key: &str, arguments: Vec<Value>) -> Self {
        Self { name, key: key.to_owned(), arguments }
    }
}

// === impl Node ===

impl Node {
    /// Begins to connect; `trouble` is told when the node must be replaced.
    pub(crate) fn new(config: &RedisConfig, at: &Server, trouble: Arc<Notify>) -> Result<Self, Error> {
        let client = config.commander(at)?;
        let health = Arc::new(Health::default());
        // Listening begins before connecting: a refused password shows nowhere else.
        let errors = client.error_rx();
        let connection = client.connect().abort_handle();
        let mut watching = JoinSet::new();
        watching.spawn(watch(client.clone(), errors, Arc::clone(&health), trouble, config.watchdog));
        Ok(Self { at: at.clone(), client, connection, health, _watch: watching })
    }

    pub(crate) fn connected(&self) -> bool {
        self.client.is_connected() && !self.health.lost.load(Ordering::Relaxed)
    }

    /// It was connected and is lost or hung: it must be replaced at once.
    pub(crate) fn lost(&self) -> bool {
        self.health.lost.load(Ordering::Relaxed)
    }

    /// Its client tries no more, as with a wrong password: it must be replaced, but not in haste.
    pub(crate) fn gave_up(&self) -> bool {
        self.connection.is_finished()
    }

    /// Ends its connection; whoever waits for an answer is told at once.
    pub(crate) fn end(&self) {
        self.connection.abort();
    }

    /// Waits for its connection, up to `limit`.
    pub(crate) async fn wait(&self, limit: Duration) -> bool {
        let connected = timeout(limit, async {
            while !self.connected() && !self.lost() && !self.gave_up() {
                sleep(LOOK).await;
            }
        });
        connected.await.is_ok() && self.connected()
    }

    /// One command that has no key, sent to this very node.
    pub(crate) async fn call(&self, name: &'static str, arguments: Vec<Value>) -> Result<Value, Error> {
        self.gone()?;
        let command = CustomCommand::new_static(name, None, false);
        let answer = self.client.with_options(&options()).custom(command, arguments).await;
        answer.map_err(|error| self.explain(error))
    }

    /// Several commands in one write; an answer for each.
    pub(crate) async fn send(&self, commands: &[&Command], asking: bool) -> Vec<Result<Value, Error>> {
        if let Err(error) = self.gone() {
            return commands.iter().map(|_| Err(error.clone())).collect();
        }
        let pipeline = Pipeline::from(self.client.with_options(&options()));
        for command in commands {
            if asking {
                queue(&pipeline, "ASKING", Vec::new()).await;
            }
            queue(&pipeline, command.name, command.arguments.clone()).await;
        }
        let mut answers = pipeline.try_all::<Value>().await;
        let width = if asking { 2 } else { 1 };
        if answers.len() != commands.len() * width {
            // The library gives a single error when the whole pipeline failed.
            let error = answers.pop().and_then(Result::err).unwrap_or_else(|| self.silent());
            let error = self.explain(error);
            return commands.iter().map(|_| Err(error.clone())).collect();
        }
        let answers = answers.into_iter().skip(width - 1).step_by(width);
        answers.map(|answer| answer.map_err(|error| self.explain(error))).collect()
    }

    fn gone(&self) -> Result<(), Error> {
        if self.connected() { Ok(()) } else { Err(self.explain(self.silent())) }
    }

    fn silent(&self) -> Error {
        Error::new(ErrorKind::Canceled, format!("no connection to {}", self.at))
    }

    /// An error of the wire, replaced by the refusal that caused it, where there was one.
    fn explain(&self, error: Error) -> Error {
        if !matches!(error.kind(), ErrorKind::IO | ErrorKind::Timeout | ErrorKind::Canceled) {
            return error;
        }
        let last = self.health.last_error.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(cause) if crate::error::refused(cause) || !self.client.is_connected() => cause.clone(),
            _ => error,
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Not `quit`, which waits for a hung server for ever.
        self.end();
    }
}

/// Every command fails at once on a node without a connection, and is tried once.
fn options() -> Options {
    Options { fail_fast: true, max_attempts: Some(1), ..Options::default() }
}

async fn queue(pipeline: &Pipeline<impl ClientLike>, name: &'static str, arguments: Vec<Value>) {
    let command = CustomCommand::new_static(name, None, false);
    // Only remembered here; the answer comes with the whole pipeline's.
    let _queued: Result<Value, Error> = pipeline.custom(command, arguments).await;
}

/// Looks after a node until it is lost.
async fn watch(
    client: Client,
    mut errors: broadcast::Receiver<(Error, Option<Server>)>,
    health: Arc<Health>,
    trouble: Arc<Notify>,
    limit: Duration,
) {
    let mut was_connected = false;
    loop {
        let reported = tokio::select! {
            error = errors.recv() => {
                if let Ok((error, _)) = error {
                    *health.last_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
                true
            }
            () = sleep(limit / 4) => false,
        };
        let connected = client.is_connected();
        if connected && !reported {
            *health.last_error.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        was_connected |= connected;
        let lost = was_connected && reported;
        let hung = !lost && connected && timeout(limit, client.ping::<Value>(None)).await.is_err();
        if lost || hung {
            health.lost.store(true, Ordering::Relaxed);
            trouble.notify_one();
            return;
        }
    }
}
