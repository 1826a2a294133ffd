//! Work queues on Redis Streams, each spread over twelve partitions.
//!
//! A pull reads without blocking: the partitions of which it was told that something was pushed (a channel for each
//! queue, heard only by those who pull it), and once a second all of them, one write per master. Blocking reads would
//! need a connection per partition and consumer, and a shared one would delay everybody else on it.
//!
//! An acknowledged entry is deleted, so that a queue's length is its depth. What a lost acknowledgement left behind is
//! trimmed below the oldest pending entry when the queue is swept; sweeping also hands on the entries of consumers that
//! died.

mod ear;
mod upkeep;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fred::prelude::{Error, ErrorKind, Value};
use tge_ports::Hint;
use tokio::time::{Instant, timeout_at};

use crate::error::refused;
use crate::node::Command;
use crate::partitions::{self, PARTITIONS};
use crate::pubsub::Hub;
use crate::reply::{self, Entry};
use crate::router::Router;
use ear::Ear;

/// The consumer group of every queue.
const GROUP: &str = "tge";
/// How long a lost word of a push may delay a pull.
const POLL: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Streams {
    router: Arc<Router>,
    hub: Arc<Hub>,
    queues: Mutex<HashMap<String, Known>>,
}

/// What this process knows of a queue.
#[derive(Debug, Default)]
struct Known {
    grouped: bool,
    swept_at: Option<Instant>,
    /// Between two pulls, so that what was said in between is heard.
    ear: Option<Ear>,
    /// Which partition is read first; moves on, so that none waits behind the others.
    turn: usize,
}

/// What came of reading.
struct Taken {
    hints: Vec<Hint>,
    /// A partition's failure, when none could be read.
    failure: Option<Error>,
}

// === impl Streams: the port's verbs ===

impl Streams {
    pub(crate) fn new(router: Arc<Router>, hub: Arc<Hub>) -> Self {
        Self { router, hub, queues: Mutex::default() }
    }

    /// Adds ids, each to its partition, and says so; what a dead master cannot take goes to the others.
    pub(crate) async fn push(&self, queue: &str, bodies: &[String]) -> Result<(), Error> {
        let mut parts: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for body in bodies {
            parts.entry(partitions::of(body)).or_default().push(body);
        }
        let mut working = None;
        let mut failed = Vec::new();
        for (partition, body, answer) in self.add(queue, &parts).await {
            match answer {
                Ok(_) => working = Some(partition),
                Err(error) => failed.push((body, error)),
            }
        }
        if let Some((_, error)) = failed.first() {
            // Whether these were added is not known; a hint that comes twice does no harm.
            let Some(partition) = working.or_else(|| self.working(queue)) else { return Err(error.clone()) };
            let again = BTreeMap::from([(partition, failed.iter().map(|(body, _)| *body).collect())]);
            for (_, _, answer) in self.add(queue, &again).await {
                answer?;
            }
        }
        Ok(())
    }

    /// Adds ids to partitions, and tells of each partition through the master that has it: in one write, so that who is
    /// told finds them. Answers how each id fared.
    async fn add<'a>(
        &self,
        queue: &str,
        parts: &BTreeMap<usize, Vec<&'a str>>,
    ) -> Vec<(usize, &'a str, Result<Value, Error>)> {
        let mut commands = Vec::new();
        for (&partition, bodies) in parts {
            let key = partitions::key(queue, partition);
            commands.extend(bodies.iter().map(|body| Command::new("XADD", &key, ["*", "b", body].map(Value::from))));
            let word = [ear::channel(queue), self.hub.frame(&partition.to_string())];
            commands.push(Command::keyed("PUBLISH", &key, word.map(Value::from).into()));
        }
        let mut answers = self.router.run(&commands).await.into_iter();
        let mut fared = Vec::new();
        for (&partition, bodies) in parts {
            fared.extend(bodies.iter().zip(answers.by_ref()).map(|(body, answer)| (partition, *body, answer)));
            // Nobody may have heard a word that failed; who pulls looks by itself.
            drop(answers.next());
        }
        fared
    }

    /// A partition whose master is connected.
    fn working(&self, queue: &str) -> Option<usize> {
        let connected = |partition: &usize| {
            self.router.owner(&partitions::key(queue, *partition)).is_some_and(|node| node.connected())
        };
        (0..PARTITIONS).find(connected)
    }

    pub(crate) async fn pull(
        &self,
        queue: &str,
        consumer: &str,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<Hint>, Error> {
        if max == 0 {
            return Ok(Vec::new());
        }
        let deadline = Instant::now() + wait;
        let mut ear = match self.borrow_ear(queue) {
            Some(ear) => ear,
            None => Ear::new(&self.hub, queue, deadline).await,
        };
        if wait < POLL {
            // Too short a wait to hear of everything in.
            ear.doubt();
        }
        let pulled = self.listen_and_read(&mut ear, queue, consumer, max, deadline).await;
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).entry(queue.to_owned()).or_default().ear = Some(ear);
        pulled
    }

    /// The ear that the last pull left; two pulls at once have one each.
    fn borrow_ear(&self, queue: &str) -> Option<Ear> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).get_mut(queue)?.ear.take()
    }

    async fn listen_and_read(
        &self,
        ear: &mut Ear,
        queue: &str,
        consumer: &str,
        max: usize,
        deadline: Instant,
    ) -> Result<Vec<Hint>, Error> {
        loop {
            // What is said from here on may be of entries that the reading below does not find.
            let told = ear.told();
            let everywhere = told.is_none();
            let taken = match told {
                Some(told) if told.is_empty() => Taken { hints: Vec::new(), failure: None },
                Some(told) => self.read(queue, consumer, max, told, Vec::new()).await,
                None => self.take(queue, consumer, max).await,
            };
            if taken.hints.len() >= max {
                ear.doubt();
            }
            if !taken.hints.is_empty() {
                return Ok(taken.hints);
            }
            if let Some(error) = taken.failure {
                ear.doubt();
                if everywhere {
                    return Err(error);
                }
                // One master is away, as it seems; the others are looked at before that counts as failed.
                continue;
            }
            if Instant::now() >= deadline || timeout_at(deadline, ear.hear()).await.is_err() {
                return Ok(Vec::new());
            }
        }
    }

    pub(crate) async fn ack(&self, queue: &str, hints: &[Hint]) -> Result<(), Error> {
        let mut ids: HashMap<usize, Vec<&str>> = HashMap::new();
        for hint in hints {
            let Some((partition, id)) = partitions::parse(&hint.entry) else {
                return Err(Error::new(ErrorKind::InvalidArgument, format!("{:?} is no entry's name", hint.entry)));
            };
            ids.entry(partition).or_default().push(id);
        }
        let mut commands = Vec::new();
        for (partition, ids) in ids {
            let key = partitions::key(queue, partition);
            let group = std::iter::once(Value::from(GROUP));
            commands.push(Command::new("XACK", &key, group.chain(ids.iter().map(|&id| Value::from(id)))));
            commands.push(Command::new("XDEL", &key, ids.iter().map(|&id| Value::from(id))));
        }
        for answer in self.router.run(&commands).await {
            match answer {
                // The stream or its group is gone with its master; so is what was to be acknowledged.
                Err(error) if error.details().starts_with("NOGROUP") => {}
                other => drop(other?),
            }
        }
        Ok(())
    }

    pub(crate) async fn depth(&self, queue: &str) -> Result<u64, Error> {
        let mut depth = 0;
        for answer in self.on_all(queue, "XLEN", &[]).await {
            depth += answer?.as_u64().unwrap_or(0);
        }
        Ok(depth)
    }

    /// The same command for the key of each partition.
    async fn on_all(&self, queue: &str, name: &'static str, rest: &[&str]) -> Vec<Result<Value, Error>> {
        let commands: Vec<Command> = (0..PARTITIONS)
            .map(|partition| {
                Command::new(name, &partitions::key(queue, partition), rest.iter().map(|&word| Value::from(word)))
            })
            .collect();
        self.router.run(&commands).await
    }
}

// === impl Streams: reading ===

impl Streams {
    /// Takes what there is, others' forgotten entries first.
    async fn take(&self, queue: &str, consumer: &str, max: usize) -> Taken {
        let (grouped, turn) = self.begin(queue);
        if !grouped {
            self.make_groups(queue).await;
        }
        let mut hints = Vec::new();
        if self.sweep_due(queue) {
            hints = self.reclaim(queue, consumer, max, turn).await;
            self.tidy(queue).await;
        }
        self.read(queue, consumer, max, in_turn(turn), hints).await
    }

    /// Whether the partitions have their groups, and which is read first.
    fn begin(&self, queue: &str) -> (bool, usize) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let known = queues.entry(queue.to_owned()).or_default();
        known.turn = (known.turn + 1) % PARTITIONS;
        (known.grouped, known.turn)
    }

    /// True, once in half the time an entry may stay unacknowledged.
    fn sweep_due(&self, queue: &str) -> bool {
        let now = Instant::now();
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let known = queues.entry(queue.to_owned()).or_default();
        let due = known.swept_at.is_none_or(|at| at + self.router.config.reclaim_after / 2 <= now);
        if due {
            known.swept_at = Some(now);
        }
        due
    }

    /// Makes the group of every partition; those that have it say so.
    async fn make_groups(&self, queue: &str) {
        let commands: Vec<Command> = (0..PARTITIONS).map(|partition| make_group(queue, partition)).collect();
        let answers = self.router.run(&commands).await;
        let all = answers.iter().all(|answer| match answer {
            Ok(_) => true,
            Err(error) => error.details().starts_with("BUSYGROUP"),
        });
        if all {
            let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            queues.entry(queue.to_owned()).or_default().grouped = true;
        }
    }

    /// Reads new entries, in rounds: who gave fewer than asked is empty, the rest share what is still wanted.
    async fn read(
        &self,
        queue: &str,
        consumer: &str,
        max: usize,
        mut waiting: Vec<usize>,
        mut hints: Vec<Hint>,
    ) -> Taken {
        let mut readable = !hints.is_empty();
        let mut failure = None;
        let mut remade = false;
        while hints.len() < max && !waiting.is_empty() {
            let shares = partitions::shares(&waiting, max - hints.len());
            let commands: Vec<Command> = shares
                .iter()
                .map(|&(partition, count)| {
                    let key = partitions::key(queue, partition);
                    let count = count.to_string();
                    let words = ["GROUP", GROUP, consumer, "COUNT", &count, "STREAMS", &key, ">"];
                    Command::keyed("XREADGROUP", &key, words.map(Value::from).into())
                })
                .collect();
            let mut ungrouped = Vec::new();
            for (&(partition, count), answer) in shares.iter().zip(self.router.run(&commands).await) {
                let got = match answer {
                    Ok(answer) => {
                        readable = true;
                        let entries = reply::read_group(answer);
                        let got = entries.len();
                        hints.extend(named(partition, entries));
                        got
                    }
                    Err(error) if error.details().starts_with("NOGROUP") && !remade => {
                        ungrouped.push(make_group(queue, partition));
                        continue;
                    }
                    Err(error) => {
                        failure = failure.filter(refused).or(Some(error));
                        0
                    }
                };
                if got < count {
                    waiting.retain(|&other| other != partition);
                }
            }
            if !ungrouped.is_empty() {
                // A key was lost with its master, or by hand. Whatever this answers, the next round tells.
                remade = true;
                drop(self.router.run(&ungrouped).await);
            }
        }
        Taken { failure: failure.filter(|_| !readable), hints }
    }
}

fn make_group(queue: &str, partition: usize) -> Command {
    let key = partitions::key(queue, partition);
    // From the first entry on: what was pushed before anybody pulled is wanted too.
    let words = ["CREATE", key.as_str(), GROUP, "0", "MKSTREAM"];
    Command::keyed("XGROUP", &key, words.map(Value::from).into())
}

fn in_turn(turn: usize) -> Vec<usize> {
    (0..PARTITIONS).map(|index| (index + turn) % PARTITIONS).collect()
}

fn named(partition: usize, entries: Vec<Entry>) -> impl Iterator<Item = Hint> {
    entries.into_iter().map(move |(id, body)| Hint { entry: partitions::entry(partition, &id), body })
}
