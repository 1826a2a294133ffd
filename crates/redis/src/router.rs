//! Every command to the master that owns its key.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use fred::prelude::{Error, ErrorKind, Server, Value};
use fred::util::redis_keyslot;
use futures::StreamExt;
use futures::future::join_all;
use futures::stream::FuturesUnordered;
use tokio::sync::{Mutex, Notify};
use tokio::time::{Duration, Instant, sleep, timeout};

use crate::config::RedisConfig;
use crate::error::refused;
use crate::node::{Command, Node};
use crate::slots::{Redirection, SLOTS, Slots};

/// Times a command follows a redirection.
const REDIRECTIONS_MAX: usize = 2;
/// The least time between two looks at the cluster.
const UPKEEP_MIN: Duration = Duration::from_millis(100);
/// The least time between two clients for a node whose client gives up at once, as with a wrong password.
const REVIVE_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Router {
    pub(crate) config: RedisConfig,
    seeds: Vec<Server>,
    map: RwLock<Arc<Map>>,
    /// One refresh at a time; its value counts those that succeeded.
    refreshed: Mutex<u64>,
    /// Rung when a node is lost or the map looks wrong.
    trouble: Arc<Notify>,
}

/// A state of the cluster as we know it.
#[derive(Debug, Clone)]
struct Map {
    /// For each slot the index of its node, `NOBODY` where unknown.
    owner: Vec<u16>,
    nodes: Vec<Arc<Node>>,
    version: u64,
}

const NOBODY: u16 = u16::MAX;

/// Commands of one batch that go to one node.
struct Parcel {
    node: Arc<Node>,
    asking: bool,
    indices: Vec<usize>,
}

// === impl Router: the map ===

impl Router {
    pub(crate) fn new(config: RedisConfig) -> Self {
        let map = Map { owner: vec![NOBODY; SLOTS], nodes: Vec::new(), version: 0 };
        Self {
            seeds: config.seeds(),
            config,
            map: RwLock::new(Arc::new(map)),
            refreshed: Mutex::new(0),
            trouble: Arc::new(Notify::new()),
        }
    }

    fn map(&self) -> Arc<Map> {
        Arc::clone(&self.map.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn edit<T>(&self, change: impl FnOnce(&mut Map) -> T) -> T {
        let mut held = self.map.write().unwrap_or_else(PoisonError::into_inner);
        let mut map = (**held).clone();
        let result = change(&mut map);
        *held = Arc::new(map);
        result
    }

    /// The masters we know, or the seeds before we know any.
    pub(crate) fn nodes(&self) -> Vec<Arc<Node>> {
        self.map().nodes.clone()
    }

    /// Slots that nobody owns.
    pub(crate) fn uncovered(&self) -> usize {
        self.map().owner.iter().filter(|&&owner| owner == NOBODY).count()
    }

    pub(crate) fn owner(&self, key: &str) -> Option<Arc<Node>> {
        let map = self.map();
        map.nodes.get(usize::from(map.owner[usize::from(redis_keyslot(key.as_bytes()))])).cloned()
    }

    /// The node at an address, made when it is new.
    fn node(&self, at: &Server) -> Result<Arc<Node>, Error> {
        let find = |map: &Map| map.nodes.iter().find(|node| node.at == *at).cloned();
        if let Some(node) = find(&self.map()) {
            return Ok(node);
        }
        self.edit(|map| match find(map) {
            Some(node) => Ok(node),
            None => {
                let node = self.connect(at)?;
                map.nodes.push(Arc::clone(&node));
                Ok(node)
            }
        })
    }

    fn connect(&self, at: &Server) -> Result<Arc<Node>, Error> {
        Node::new(&self.config, at, Arc::clone(&self.trouble)).map(Arc::new)
    }

    /// Reads the map again, unless somebody has since `seen`. The first node to answer is believed.
    pub(crate) async fn refresh(&self, seen: u64) -> Result<(), Error> {
        let mut count = self.refreshed.lock().await;
        if self.map().version != seen {
            return Ok(());
        }
        let mut nodes: Vec<Arc<Node>> = self.nodes().into_iter().filter(|node| node.connected()).collect();
        if nodes.is_empty() {
            nodes = self.seeds.iter().map(|seed| self.node(seed)).collect::<Result<_, _>>()?;
        }
        let patience = self.config.connect_timeout;
        let mut asked: FuturesUnordered<_> = nodes.iter().map(|node| ask(node, patience)).collect();
        let mut failure: Option<Error> = None;
        while let Some(answer) = asked.next().await {
            match answer {
                Ok(slots) => {
                    drop(asked);
                    *count += 1;
                    return self.adopt(&slots, *count);
                }
                // Of several failures a refusal says most.
                Err(error) if failure.as_ref().is_none_or(|known| !refused(known)) => failure = Some(error),
                Err(_) => {}
            }
        }
        Err(failure.unwrap_or_else(|| Error::new(ErrorKind::Config, "no nodes are configured")))
    }

    /// Reads the map again, whatever we know.
    pub(crate) async fn refresh_now(&self) -> Result<(), Error> {
        self.refresh(self.map().version).await
    }

    /// Takes over a map: keeps the clients of nodes that stay, makes those of new ones, lets go of the others.
    fn adopt(&self, slots: &Slots, version: u64) -> Result<(), Error> {
        self.edit(|map| {
            let mut nodes = Vec::new();
            let mut index = BTreeMap::new();
            for at in slots.masters() {
                let known = map.nodes.iter().find(|node| node.at == at).cloned();
                let node = match known {
                    Some(node) => node,
                    None => self.connect(&at)?,
                };
                index.insert(at, u16::try_from(nodes.len()).unwrap_or(NOBODY));
                nodes.push(node);
            }
            let mut owner = vec![NOBODY; SLOTS];
            for (first, last, at) in &slots.ranges {
                owner[usize::from(*first)..=usize::from(*last)].fill(index[at]);
            }
            *map = Map { owner, nodes, version };
            Ok(())
        })
    }

    /// Puts new clients in the place of lost ones, and of those that gave up when it is time to try them again.
    fn replace_lost(&self, revive: bool) {
        self.edit(|map| {
            for node in map.nodes.iter_mut().filter(|node| node.lost() || revive && node.gave_up()) {
                match self.connect(&node.at) {
                    Ok(new) => {
                        tracing::debug!(node = %node.at, "replaced the client of a lost node");
                        std::mem::replace(node, new).end();
                    }
                    Err(error) => tracing::warn!(node = %node.at, %error, "no client can be made for this node"),
                }
            }
        });
    }

    /// Looks after nodes and map for ever.
    pub(crate) async fn keep_up(&self) {
        let mut revived = Instant::now();
        loop {
            // Trouble or time, whichever is first: a failover to a replica rings no bell, its master is dead.
            drop(timeout(self.config.refresh_every, self.trouble.notified()).await);
            let revive = revived.elapsed() >= REVIVE_EVERY;
            if self.nodes().iter().any(|node| node.lost() || revive && node.gave_up()) {
                self.replace_lost(revive);
                revived = if revive { Instant::now() } else { revived };
            }
            if let Err(error) = self.refresh_now().await {
                tracing::debug!(%error, "the slot map cannot be read");
            }
            sleep(UPKEEP_MIN).await;
        }
    }
}

async fn ask(node: &Node, patience: Duration) -> Result<Slots, Error> {
    // The wait's own end says no more than the call below.
    node.wait(patience).await;
    let answer = timeout(patience, node.call("CLUSTER", vec![Value::from("SLOTS")]));
    let answer = answer.await.map_err(|_| Error::new(ErrorKind::Timeout, format!("no answer from {}", node.at)))?;
    Slots::read(answer?, &node.at)
}

// === impl Router: commands ===

impl Router {
    /// Sends each command to its key's owner, one write per node, and follows redirections. An answer for each.
    pub(crate) async fn run(&self, commands: &[Command]) -> Vec<Result<Value, Error>> {
        let homeless = |command: &Command| {
            Err(Error::new(ErrorKind::Cluster, format!("CLUSTERDOWN no master is known for {}", command.key)))
        };
        let mut answers: Vec<Result<Value, Error>> = commands.iter().map(homeless).collect();
        let seen = self.map().version;
        let mut parcels = Vec::new();
        for (index, command) in commands.iter().enumerate() {
            match self.owner(&command.key) {
                Some(node) => pack(&mut parcels, node, false, index),
                None => self.trouble.notify_one(),
            }
        }
        for round in 0..=REDIRECTIONS_MAX {
            let sent = parcels.iter().map(|parcel: &Parcel| {
                let held: Vec<&Command> = parcel.indices.iter().map(|&index| &commands[index]).collect();
                async move { parcel.node.send(&held, parcel.asking).await }
            });
            let mut next = Vec::new();
            for (parcel, results) in parcels.iter().zip(join_all(sent).await) {
                for (&index, result) in parcel.indices.iter().zip(results) {
                    let redirection = match &result {
                        Err(error) => Redirection::read(error, &parcel.node.at),
                        Ok(_) => None,
                    };
                    match redirection {
                        Some(redirection) if round < REDIRECTIONS_MAX => {
                            match self.redirect(&redirection, seen).await {
                                Ok(node) => pack(&mut next, node, !redirection.moved, index),
                                Err(error) => answers[index] = Err(error),
                            }
                            continue;
                        }
                        Some(_) => self.trouble.notify_one(),
                        None if result.as_ref().is_err_and(|error| !refused(error)) => self.trouble.notify_one(),
                        None => {}
                    }
                    answers[index] = result;
                }
            }
            if next.is_empty() {
                break;
            }
            parcels = next;
        }
        answers
    }

    /// One command.
    pub(crate) async fn one(&self, command: Command) -> Result<Value, Error> {
        self.run(&[command]).await.pop().expect("run gives an answer for each command")
    }

    /// The node a redirection names, ready to be asked, and the map corrected where the slot has moved for good.
    async fn redirect(&self, redirection: &Redirection, seen: u64) -> Result<Arc<Node>, Error> {
        if redirection.moved {
            // Whether or not the map can be read now, the redirection itself is believed below.
            if let Err(error) = self.refresh(seen).await {
                tracing::debug!(%error, "the slot map cannot be read after a redirection");
            }
        }
        let node = self.node(&redirection.to)?;
        if redirection.moved {
            let slot = usize::from(redirection.slot);
            self.edit(|map| {
                let index = map.nodes.iter().position(|known| known.at == redirection.to);
                if let Some(index) = index.and_then(|index| u16::try_from(index).ok()) {
                    // The node that was asked for the map may have lagged behind the one that moved us.
                    map.owner[slot] = index;
                }
            });
        }
        node.wait(self.config.connect_timeout).await;
        Ok(node)
    }
}

fn pack(parcels: &mut Vec<Parcel>, node: Arc<Node>, asking: bool, index: usize) {
    match parcels.iter_mut().find(|parcel| parcel.asking == asking && Arc::ptr_eq(&parcel.node, &node)) {
        Some(parcel) => parcel.indices.push(index),
        None => parcels.push(Parcel { node, asking, indices: vec![index] }),
    }
}
