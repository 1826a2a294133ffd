//! Instances: registered with a check that waits for their beats, and seen by everybody.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use tge_ports::{DirectoryError, Instance, InstanceStatus, Snapshot};

use crate::client::{Client, Failure};
use crate::endpoints::{
    AgentDeregister, AgentRegister, Check, CheckUpdate, ChecksInAnyState, ServiceEntry, ServiceHealth, TokenSelf,
    TtlCheck, consistent, waiting,
};

/// A silent instance is forgotten after this; long enough for an operator to see that it was there.
const FORGET_AFTER: &str = "10m";
/// Services that hold a lock's check begin with this and are no instances; see [`crate::locks`].
pub(crate) const LOCK_SERVICE: &str = "tge-lock-";
/// Services read at the same time.
const READS_MAX: usize = 8;
/// Consul waits for ten minutes at most.
const WAIT_MAX: Duration = Duration::from_secs(600);

/// How Consul writes durations.
pub(crate) fn millis(duration: Duration) -> String {
    format!("{}ms", duration.as_millis().max(1))
}

/// The check of a service, as Consul names it by itself.
pub(crate) fn check_id(service_id: &str) -> String {
    format!("service:{service_id}")
}

pub(crate) fn status_word(status: InstanceStatus) -> &'static str {
    match status {
        InstanceStatus::Passing => "passing",
        InstanceStatus::Warning => "warning",
        InstanceStatus::Critical => "critical",
    }
}

fn status_of(word: &str) -> InstanceStatus {
    match word {
        "passing" => InstanceStatus::Passing,
        "warning" => InstanceStatus::Warning,
        // Also `maintenance`: it takes no calls.
        _ => InstanceStatus::Critical,
    }
}

/// What is registered when an instance is.
pub(crate) fn registration(instance: &Instance, ttl: Duration, status: InstanceStatus, forget: &str) -> AgentRegister {
    AgentRegister {
        features: None,
        id: instance.id.clone(),
        name: instance.service.clone(),
        address: instance.host.clone(),
        port: instance.port,
        meta: instance.meta.clone(),
        check: TtlCheck {
            check_id: check_id(&instance.id),
            name: "beats".to_owned(),
            ttl: millis(ttl),
            status: status_word(status),
            deregister_critical_service_after: forget.to_owned(),
        },
    }
}

pub(crate) async fn register(client: &Client, instance: &Instance, ttl: Duration) -> Result<(), DirectoryError> {
    let attempted = "registering";
    for name in [&instance.id, &instance.service] {
        plain(client, attempted, name)?;
    }
    let health = ServiceHealth { features: consistent(), name: instance.service.clone() };
    let known = client.ask(health).await.map_err(|failure| client.failed(attempted, failure))?.response;
    for entry in known.iter().filter(|entry| entry.service.id == instance.id) {
        let (other, status, _) = view(entry);
        if !other.is_same_process(instance) && status != InstanceStatus::Critical {
            let holder = format!("{}:{}", other.host, other.port);
            return Err(DirectoryError::Taken { id: instance.id.clone(), holder });
        }
    }
    let endpoint = registration(instance, ttl, InstanceStatus::Critical, FORGET_AFTER);
    client.tell(endpoint).await.map_err(|failure| client.failed(attempted, failure))
}

pub(crate) async fn beat(client: &Client, id: &str, status: InstanceStatus, note: &str) -> Result<(), DirectoryError> {
    let attempted = "beating";
    plain(client, attempted, id)?;
    client.tell(update(id, status, note)).await.map_err(|failure| match failure {
        Failure::Status { words, .. } => DirectoryError::Refused {
            attempted,
            target: client.config().url.clone(),
            reason: format!("instance {id} is not registered ({words}); register it again"),
        },
        other => client.failed(attempted, other),
    })
}

pub(crate) fn update(id: &str, status: InstanceStatus, note: &str) -> CheckUpdate {
    CheckUpdate { features: None, check: check_id(id), status: status_word(status), output: note.to_owned() }
}

pub(crate) async fn deregister(client: &Client, id: &str) -> Result<(), DirectoryError> {
    let attempted = "deregistering";
    plain(client, attempted, id)?;
    match client.tell(AgentDeregister { features: None, id: id.to_owned() }).await {
        Ok(()) => Ok(()),
        // Unknown ids are what was wanted.
        Err(failure) if failure.is_forgotten() => Ok(()),
        Err(failure) => Err(client.failed(attempted, failure)),
    }
}

pub(crate) async fn watch(client: &Client, after: u64, wait: Duration) -> Result<Snapshot, DirectoryError> {
    let attempted = "watching";
    let failed = |failure| client.failed(attempted, failure);
    // Asked first without waiting: an index from before a restart of Consul may be ahead of it, and would wait in vain.
    let (mut index, mut checks) = checks(client, None).await.map_err(failed)?;
    if index == after && !wait.is_zero() {
        (index, checks) = self::checks(client, Some((after, wait.min(WAIT_MAX)))).await.map_err(failed)?;
    }
    if checks.is_empty() {
        // A Consul that works has at least its own node's check.
        allowed(client).await?;
    }
    let names: BTreeSet<String> = checks
        .into_iter()
        .map(|check| check.service_name)
        .filter(|name| !name.is_empty() && !name.starts_with(LOCK_SERVICE))
        .collect();
    let entries: Vec<Vec<ServiceEntry>> = stream::iter(names)
        .map(|name| async move {
            let health = ServiceHealth { features: None, name };
            client.ask(health).await.map(|answer| answer.response)
        })
        .buffer_unordered(READS_MAX)
        .try_collect()
        .await
        .map_err(failed)?;
    let mut instances: Vec<_> = entries.iter().flatten().map(view).collect();
    instances.sort_by(|(a, _, _), (b, _, _)| a.id.cmp(&b.id));
    Ok(Snapshot { index, instances })
}

/// All checks and their index, at once or after a change.
async fn checks(client: &Client, change: Option<(u64, Duration)>) -> Result<(u64, Vec<Check>), Failure> {
    let limit = client.config().timeout;
    let answer = match change {
        None => client.ask(ChecksInAnyState { features: None }).await?,
        Some((index, wait)) => {
            let endpoint = ChecksInAnyState { features: waiting(index, millis(wait)) };
            // Consul adds up to a sixteenth, so that watchers do not come back all at once.
            client.ask_within(wait + wait / 16 + limit, endpoint).await?
        }
    };
    let index = answer.index.and_then(|index| index.parse().ok()).unwrap_or(0);
    Ok((index, answer.response))
}

/// Tells an empty directory from one that hides everything for want of a token, which looks the same.
async fn allowed(client: &Client) -> Result<(), DirectoryError> {
    if client.config().token.is_some() {
        // A wrong token is refused by name, so this one is known; what its policies hide cannot be told.
        return Ok(());
    }
    match client.ask(TokenSelf { features: None }).await {
        // Access is not controlled here.
        Err(Failure::Denied { words }) if words.contains("ACL support disabled") => Ok(()),
        Ok(_) | Err(Failure::Denied { .. }) => {
            let words = "it shows nothing to callers without a token".to_owned();
            Err(client.failed("watching", Failure::Denied { words }))
        }
        Err(failure) => Err(client.failed("watching", failure)),
    }
}

/// An instance with what its own check says; the node's checks say nothing of it.
fn view(entry: &ServiceEntry) -> (Instance, InstanceStatus, String) {
    let service = &entry.service;
    let host = if service.address.is_empty() { &entry.node.address } else { &service.address };
    let instance = Instance {
        id: service.id.clone(),
        service: service.name.clone(),
        host: host.clone(),
        port: service.port,
        meta: service.meta.clone().unwrap_or_default().into_iter().collect(),
    };
    let own = entry.checks.iter().filter(|check| check.service_id == service.id);
    // Of several checks the worst counts; without any nobody has complained.
    let severity = |status: InstanceStatus| match status {
        InstanceStatus::Passing => 0,
        InstanceStatus::Warning => 1,
        InstanceStatus::Critical => 2,
    };
    let worst = own.max_by_key(|check| severity(status_of(&check.status)));
    let (status, note) = worst
        .map_or((InstanceStatus::Passing, String::new()), |check| (status_of(&check.status), check.output.clone()));
    (instance, status, note)
}

/// Names become parts of addresses, where these letters need no disguise.
pub(crate) fn plain(client: &Client, attempted: &'static str, name: &str) -> Result<(), DirectoryError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    if !name.is_empty() && name.bytes().all(plain) {
        return Ok(());
    }
    Err(DirectoryError::Refused {
        attempted,
        target: client.config().url.clone(),
        reason: format!("{name:?} cannot be a name here: use letters, digits and any of - _ . :"),
    })
}
