//! Locks: a key held by a session that lives as long as a TTL check of its own.
//!
//! Consul's session TTL is at least 10 s and counted up to twice that. A session bound to a TTL check is gone the moment
//! the check is, so a hung holder loses the lock after `ttl`, and the next gets it a lock-delay of 1 s later. The check
//! hangs on a small service of its own (`tge-lock-…`): as a check of the node it would, when failing, make every service
//! of that node look ill.
//!
//! The token's index is the key's `LockIndex`, which grows with each holder. It begins again when Consul has lost its
//! data: whoever fences by it must be told then (start Consul with a data directory).

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tge_ports::{DirectoryError, Instance, InstanceStatus, LockToken};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use crate::client::{Client, Failure};
use crate::endpoints::{AgentDeregister, KeyEntry, KeyRead, KeyWrite, SessionCreate, SessionDestroy, consistent};
use crate::services::{LOCK_SERVICE, check_id, plain, registration, update};

/// The least time between a lost lock and its next holder: what the old one sent last can still arrive.
const LOCK_DELAY: &str = "1s";
/// A lock's check is forgotten this long after its holder; Consul knows no less.
const FORGET_AFTER: &str = "1m";
/// How long a check just registered may take to be known to the servers, and how often that is looked at.
const SYNC_MAX: Duration = Duration::from_secs(2);
const SYNC_LOOK: Duration = Duration::from_millis(50);

/// The sessions of this process, by lock and holder.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    // One call at a time: two for one holder would each make a session.
    sessions: Mutex<HashMap<(String, String), String>>,
}

/// What one holder does about one lock.
struct Attempt<'a> {
    client: &'a Client,
    name: &'a str,
    holder: &'a str,
    ttl: Duration,
}

// === impl Locks ===

impl Locks {
    pub(crate) async fn lock(
        &self,
        client: &Client,
        name: &str,
        holder: &str,
        ttl: Duration,
    ) -> Result<Option<LockToken>, DirectoryError> {
        let attempted = "locking";
        for word in [name, holder] {
            plain(client, attempted, word)?;
        }
        let attempt = Attempt { client, name, holder, ttl };
        let key = (name.to_owned(), holder.to_owned());
        let mut sessions = self.sessions.lock().await;
        if let Some(session) = sessions.get(&key) {
            match attempt.hold(session).await {
                Ok(token) => return Ok(token),
                // The check or the session is gone: missed beats, or a Consul that has forgotten all.
                Err(failure) if failure.is_forgotten() => drop(sessions.remove(&key)),
                Err(failure) => return Err(client.failed(attempted, failure)),
            }
        }
        let session = attempt.begin().await.map_err(|failure| client.failed(attempted, failure))?;
        sessions.insert(key, session.clone());
        attempt.hold(&session).await.map_err(|failure| client.failed(attempted, failure))
    }

    pub(crate) async fn unlock(&self, client: &Client, name: &str, holder: &str) -> Result<(), DirectoryError> {
        let attempt = Attempt { client, name, holder, ttl: Duration::ZERO };
        let mut sessions = self.sessions.lock().await;
        let Some(session) = sessions.remove(&(name.to_owned(), holder.to_owned())) else { return Ok(()) };
        attempt.end(&session).await.map_err(|failure| client.failed("unlocking", failure))
    }
}

// === impl Attempt ===

impl Attempt<'_> {
    fn key(&self) -> String {
        format!("tge/lock/{}", self.name)
    }

    fn service_id(&self) -> String {
        format!("{LOCK_SERVICE}{}-{}", self.name, self.holder)
    }

    /// Registers the check and makes a session that lives as long as it passes.
    async fn begin(&self) -> Result<String, Failure> {
        let id = self.service_id();
        let service = format!("{LOCK_SERVICE}{}", self.name);
        let meta = BTreeMap::from([("holder".to_owned(), self.holder.to_owned())]);
        let instance = Instance { id: id.clone(), service, host: String::new(), port: 0, meta };
        self.client.tell(registration(&instance, self.ttl, InstanceStatus::Passing, FORGET_AFTER)).await?;
        let deadline = Instant::now() + SYNC_MAX;
        loop {
            self.beat().await?;
            let endpoint = SessionCreate {
                features: None,
                name: id.clone(),
                lock_delay: LOCK_DELAY,
                behavior: "release",
                checks: vec!["serfHealth".to_owned(), check_id(&id)],
            };
            match self.client.ask(endpoint).await {
                Ok(answer) => return Ok(answer.response.id),
                // The agent tells the servers of a new check a moment later.
                Err(failure) if failure.is_forgotten() && Instant::now() < deadline => sleep(SYNC_LOOK).await,
                Err(failure) => return Err(failure),
            }
        }
    }

    async fn beat(&self) -> Result<(), Failure> {
        self.client.tell(update(&self.service_id(), InstanceStatus::Passing, "holds or waits")).await
    }

    /// Beats, and takes the lock when it is free. `None` when somebody else has it, or had it a moment ago.
    async fn hold(&self, session: &str) -> Result<Option<LockToken>, Failure> {
        self.beat().await?;
        let found = self.read().await?;
        match found.and_then(|entry| entry.session.map(|holder| (holder, entry.lock_index))) {
            Some((holder, index)) if holder == session => return Ok(Some(self.token(index, session))),
            Some(_) => return Ok(None),
            None => {}
        }
        if !self.write(Some(session), None).await? {
            return Ok(None);
        }
        let taken = self.read().await?.filter(|entry| entry.session.as_deref() == Some(session));
        Ok(taken.map(|entry| self.token(entry.lock_index, session)))
    }

    fn token(&self, index: u64, session: &str) -> LockToken {
        LockToken { index, session: session.to_owned() }
    }

    async fn read(&self) -> Result<Option<KeyEntry>, Failure> {
        match self.client.ask(KeyRead { features: consistent(), key: self.key() }).await {
            Ok(answer) => Ok(answer.response.into_iter().next()),
            // Nobody has ever held it.
            Err(Failure::Status { status: 404, .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    async fn write(&self, acquire: Option<&str>, release: Option<&str>) -> Result<bool, Failure> {
        let endpoint = KeyWrite {
            features: None,
            key: self.key(),
            acquire: acquire.map(str::to_owned),
            release: release.map(str::to_owned),
            value: self.holder.as_bytes().to_vec(),
        };
        self.client.ask(endpoint).await.map(|answer| answer.response)
    }

    /// Gives the lock back and leaves nothing behind.
    async fn end(&self, session: &str) -> Result<(), Failure> {
        // The release comes first: destroying a session that holds a lock brings the lock-delay with it.
        let release = self.write(None, Some(session)).await.map(drop);
        let destroy = self.client.ask(SessionDestroy { features: None, id: session.to_owned() }).await.map(drop);
        let deregister = self.client.tell(AgentDeregister { features: None, id: self.service_id() }).await;
        for result in [release, destroy, deregister] {
            match result {
                Err(failure) if !failure.is_forgotten() => return Err(failure),
                _ => {}
            }
        }
        Ok(())
    }
}
