//! What every directory must do.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::time::{Instant, timeout};

use crate::{Directory, DirectoryError, Instance, InstanceStatus, Snapshot};

/// One promise, checked on a directory that may know instances of other cases.
pub type Case = fn(Arc<dyn Directory>) -> BoxFuture<'static, ()>;

/// Longer than any healthy directory takes to tell; reaching it is a failure.
const PATIENCE: Duration = Duration::from_secs(20);
/// Beats may be this far apart.
const TTL: Duration = Duration::from_secs(2);
/// Time enough to see a case through without a beat.
const LONG: Duration = Duration::from_secs(60);

/// Every promise with its name. Instances and locks differ from case to case, so one server may serve all.
pub const CASES: &[(&str, Case)] = &[
    ("an_instance_is_critical_until_its_first_beat", |d| Box::pin(first_beat(d))),
    ("a_snapshot_tells_everything_sorted_by_id", |d| Box::pin(tells_everything(d))),
    ("missed_beats_make_an_instance_critical", |d| Box::pin(missed_beats(d))),
    ("a_beat_may_warn", |d| Box::pin(warns(d))),
    ("beating_for_an_unknown_instance_is_refused", |d| Box::pin(unknown_beat(d))),
    ("a_live_id_is_not_given_to_another_address", |d| Box::pin(taken(d))),
    ("registering_again_from_the_same_address_is_allowed", |d| Box::pin(again(d))),
    ("a_deregistered_instance_is_gone", |d| Box::pin(deregisters(d))),
    ("watch_answers_at_once_when_behind", |d| Box::pin(behind(d))),
    ("watch_wakes_at_a_change", |d| Box::pin(watch_wakes(d))),
    ("watch_gives_up_after_its_wait", |d| Box::pin(watch_waits(d))),
    ("a_lock_has_one_holder", |d| Box::pin(one_holder(d))),
    ("a_released_lock_goes_to_another_with_a_greater_index", |d| Box::pin(released(d))),
    ("a_lock_that_is_not_kept_is_lost", |d| Box::pin(lost(d))),
    ("unlocking_what_one_does_not_hold_changes_nothing", |d| Box::pin(unlock_unheld(d))),
];

async fn first_beat(d: Arc<dyn Directory>) {
    let it = instance("first", 1);
    d.register(&it, LONG).await.expect("registers");
    until(&d, &it.id, Some(InstanceStatus::Critical)).await;
    d.beat(&it.id, InstanceStatus::Passing, "fine").await.expect("beats");
    let snapshot = until(&d, &it.id, Some(InstanceStatus::Passing)).await;
    let note = snapshot.instances.iter().find(|(i, _, _)| i.id == it.id).map(|(_, _, note)| note.clone());
    assert_eq!(note.as_deref(), Some("fine"));
    d.deregister(&it.id).await.expect("deregisters");
}

async fn tells_everything(d: Arc<dyn Directory>) {
    let mut one = instance("all-b", 1);
    one.meta =
        BTreeMap::from([("version".to_owned(), "1.2.3".to_owned()), ("metrics-port".to_owned(), "8001".to_owned())]);
    let two = instance("all-a", 2);
    for it in [&one, &two] {
        d.register(it, LONG).await.expect("registers");
        d.beat(&it.id, InstanceStatus::Passing, "").await.expect("beats");
    }
    until(&d, &one.id, Some(InstanceStatus::Passing)).await;
    let snapshot = until(&d, &two.id, Some(InstanceStatus::Passing)).await;
    let ids: Vec<&str> = snapshot.instances.iter().map(|(i, _, _)| i.id.as_str()).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    assert_eq!(ids, sorted);
    for it in [&one, &two] {
        assert!(snapshot.instances.iter().any(|(i, _, _)| i == it), "{it:?} is not in {snapshot:?}");
        d.deregister(&it.id).await.expect("deregisters");
    }
}

async fn missed_beats(d: Arc<dyn Directory>) {
    let it = instance("silent", 1);
    d.register(&it, TTL).await.expect("registers");
    d.beat(&it.id, InstanceStatus::Passing, "").await.expect("beats");
    until(&d, &it.id, Some(InstanceStatus::Passing)).await;
    let started = Instant::now();
    until(&d, &it.id, Some(InstanceStatus::Critical)).await;
    assert!(started.elapsed() <= TTL * 3, "took {:?} with a ttl of {TTL:?}", started.elapsed());
    d.deregister(&it.id).await.expect("deregisters");
}

async fn warns(d: Arc<dyn Directory>) {
    let it = instance("warning", 1);
    d.register(&it, LONG).await.expect("registers");
    d.beat(&it.id, InstanceStatus::Warning, "queue is long").await.expect("beats");
    until(&d, &it.id, Some(InstanceStatus::Warning)).await;
    d.deregister(&it.id).await.expect("deregisters");
}

async fn unknown_beat(d: Arc<dyn Directory>) {
    let refused = d.beat("t-nobody-1", InstanceStatus::Passing, "").await;
    assert!(matches!(refused, Err(DirectoryError::Refused { .. })), "{refused:?}");
}

async fn taken(d: Arc<dyn Directory>) {
    let it = instance("twice", 1);
    d.register(&it, LONG).await.expect("registers");
    d.beat(&it.id, InstanceStatus::Passing, "").await.expect("beats");
    until(&d, &it.id, Some(InstanceStatus::Passing)).await;
    let mut other = it.clone();
    other.port = 2;
    match d.register(&other, LONG).await {
        Err(DirectoryError::Taken { id, holder }) => {
            assert_eq!((id, holder), (it.id.clone(), "127.0.0.1:1".to_owned()))
        }
        other => panic!("expected Taken, got {other:?}"),
    }
    // Another process at the same address: one was started twice, or the port is another host's.
    let process = |name: &str| {
        let mut twin = instance("twin", 1);
        twin.meta.insert(crate::PROCESS.to_owned(), name.to_owned());
        twin
    };
    d.register(&process("one"), LONG).await.expect("registers");
    d.beat(&process("one").id, InstanceStatus::Passing, "").await.expect("beats");
    until(&d, &process("one").id, Some(InstanceStatus::Passing)).await;
    let twin = d.register(&process("two"), LONG).await;
    assert!(matches!(twin, Err(DirectoryError::Taken { .. })), "{twin:?}");
    d.register(&process("one"), LONG).await.expect("registers again");
    d.deregister(&process("one").id).await.expect("deregisters");
    // A dead one gives way.
    d.beat(&it.id, InstanceStatus::Critical, "gone").await.expect("beats");
    until(&d, &it.id, Some(InstanceStatus::Critical)).await;
    d.register(&other, LONG).await.expect("takes over from a dead one");
    d.deregister(&it.id).await.expect("deregisters");
}

async fn again(d: Arc<dyn Directory>) {
    let it = instance("again", 1);
    d.register(&it, LONG).await.expect("registers");
    d.beat(&it.id, InstanceStatus::Passing, "").await.expect("beats");
    until(&d, &it.id, Some(InstanceStatus::Passing)).await;
    d.register(&it, LONG).await.expect("registers again");
    d.beat(&it.id, InstanceStatus::Passing, "").await.expect("beats");
    until(&d, &it.id, Some(InstanceStatus::Passing)).await;
    d.deregister(&it.id).await.expect("deregisters");
}

async fn deregisters(d: Arc<dyn Directory>) {
    let it = instance("leaving", 1);
    d.register(&it, LONG).await.expect("registers");
    until(&d, &it.id, Some(InstanceStatus::Critical)).await;
    d.deregister(&it.id).await.expect("deregisters");
    until(&d, &it.id, None).await;
    d.deregister(&it.id).await.expect("an unknown id is no error");
}

async fn behind(d: Arc<dyn Directory>) {
    let snapshot = timeout(Duration::from_secs(5), d.watch(0, LONG)).await.expect("at once").expect("answers");
    assert!(snapshot.index > 0, "an index begins above 0");
}

async fn watch_wakes(d: Arc<dyn Directory>) {
    let it = instance("woken", 1);
    let index = d.watch(0, LONG).await.expect("answers").index;
    let (snapshot, ()) = tokio::join!(until_from(&d, index, &it.id, Some(InstanceStatus::Critical)), async {
        tokio::task::yield_now().await;
        d.register(&it, LONG).await.expect("registers");
    });
    assert!(snapshot.index > index, "{} is not after {index}", snapshot.index);
    d.deregister(&it.id).await.expect("deregisters");
}

async fn watch_waits(d: Arc<dyn Directory>) {
    // Other cases may still be settling, so the first quiet wait counts.
    let mut index = d.watch(0, LONG).await.expect("answers").index;
    timeout(PATIENCE, async {
        loop {
            let started = Instant::now();
            let snapshot = d.watch(index, Duration::from_millis(500)).await.expect("answers");
            if snapshot.index == index {
                assert!(started.elapsed() >= Duration::from_millis(490), "gave up after {:?}", started.elapsed());
                return;
            }
            index = snapshot.index;
        }
    })
    .await
    .expect("a quiet half second");
}

async fn one_holder(d: Arc<dyn Directory>) {
    let token = acquire(&d, "t-one", "a", LONG).await;
    assert_eq!(d.lock("t-one", "b", LONG).await.expect("answers"), None);
    let kept = d.lock("t-one", "a", LONG).await.expect("answers").expect("still held");
    assert_eq!(kept, token, "keeping a lock changes nothing");
    d.unlock("t-one", "a").await.expect("releases");
}

async fn released(d: Arc<dyn Directory>) {
    let first = acquire(&d, "t-released", "a", LONG).await;
    d.unlock("t-released", "a").await.expect("releases");
    let second = acquire(&d, "t-released", "b", LONG).await;
    assert!(second.index > first.index, "{second:?} does not come after {first:?}");
    assert_eq!(d.lock("t-released", "a", LONG).await.expect("answers"), None);
    d.unlock("t-released", "b").await.expect("releases");
}

async fn lost(d: Arc<dyn Directory>) {
    let first = acquire(&d, "t-lost", "a", TTL).await;
    let started = Instant::now();
    let second = acquire(&d, "t-lost", "b", LONG).await;
    let waited = started.elapsed();
    assert!(second.index > first.index, "{second:?} does not come after {first:?}");
    assert!(waited >= TTL - Duration::from_millis(500), "taken {waited:?} after a lock of {TTL:?}");
    assert_eq!(d.lock("t-lost", "a", TTL).await.expect("answers"), None);
    d.unlock("t-lost", "b").await.expect("releases");
}

async fn unlock_unheld(d: Arc<dyn Directory>) {
    d.unlock("t-unheld", "a").await.expect("an unheld lock");
    acquire(&d, "t-unheld", "a", LONG).await;
    d.unlock("t-unheld", "b").await.expect("another's lock");
    assert_eq!(d.lock("t-unheld", "b", LONG).await.expect("answers"), None);
    d.unlock("t-unheld", "a").await.expect("releases");
}

// === helpers ===

fn instance(service: &str, port: u16) -> Instance {
    Instance {
        id: format!("t-{service}-{port}"),
        service: format!("t-{service}"),
        host: "127.0.0.1".to_owned(),
        port,
        meta: BTreeMap::new(),
    }
}

/// Watches until the instance has this status, or is gone.
async fn until(d: &Arc<dyn Directory>, id: &str, status: Option<InstanceStatus>) -> Snapshot {
    until_from(d, 0, id, status).await
}

async fn until_from(d: &Arc<dyn Directory>, mut index: u64, id: &str, status: Option<InstanceStatus>) -> Snapshot {
    let mut seen = None;
    let waited = timeout(PATIENCE, async {
        loop {
            let snapshot = d.watch(index, Duration::from_secs(5)).await.expect("answers");
            index = snapshot.index;
            seen = snapshot.instances.iter().find(|(i, _, _)| i.id == id).map(|(_, status, _)| *status);
            if seen == status {
                return snapshot;
            }
        }
    });
    match waited.await {
        Ok(snapshot) => snapshot,
        Err(_) => panic!("{id} did not become {status:?} within {PATIENCE:?}; it is {seen:?}"),
    }
}

/// Tries until the lock is free.
async fn acquire(d: &Arc<dyn Directory>, name: &str, holder: &str, ttl: Duration) -> crate::LockToken {
    timeout(PATIENCE, async {
        loop {
            if let Some(token) = d.lock(name, holder, ttl).await.expect("answers") {
                return token;
            }
            // Between tries, as a standby monitor waits; tokio's clock, so a paused test does not.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .unwrap_or_else(|_| panic!("{holder} did not get {name} within {PATIENCE:?}"))
}
