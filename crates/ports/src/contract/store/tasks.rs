//! Work is planned once, held by one, finished once.

use std::collections::HashSet;
use std::time::Duration;

use futures::future::join_all;
use tge_model::{Lease, Priority, TaskKind, TaskState};

use super::fixture::{MINUTE, SECOND, task};
use super::{START, TimeTravel};
use crate::store::{MAX_ATTEMPTS, NewTask, TaskFilter};
use crate::{Page, StoreError, Stores};

const ANY: &[TaskKind] = TaskKind::ALL;

pub(super) async fn planned_once(stores: &Stores, time: &dyn TimeTravel) {
    let batch = [task(1), task(2), NewTask { id: task(3).id, ..task(1) }];
    assert_eq!(stores.tasks.plan(&batch, None).await.expect("planned"), 2, "one key is one task");
    assert_eq!(stores.tasks.plan(&batch, None).await.expect("planned"), 0);
    let plans = join_all((10..14).map(|n| {
        let same = NewTask { id: task(n).id, ..task(5) };
        async move { stores.tasks.plan(&[same], None).await.expect("planned") }
    }))
    .await;
    assert_eq!(plans.iter().sum::<u64>(), 1, "two queens plan one task");
    time.advance(SECOND).await;
    let claims = join_all(["a", "b", "c", "d"].map(|worker| stores.tasks.claim(worker, ANY, 1, MINUTE))).await;
    let mut seen = HashSet::new();
    for claimed in claims.into_iter().flat_map(|claimed| claimed.expect("claimed")) {
        assert!(seen.insert(claimed.item.id), "two workers got one task");
    }
    for claimed in stores.tasks.claim("e", ANY, 10, MINUTE).await.expect("claimed") {
        assert!(seen.insert(claimed.item.id), "two workers got one task");
    }
    assert_eq!(seen.len(), 3);
    let held = &stores.tasks.list(&TaskFilter::default(), &Page::first(10)).await.expect("listed").items;
    assert!(held.iter().all(|one| one.state == TaskState::Leased && one.worker.is_some() && one.created_at == START));
    assert_eq!(stores.tasks.plan(&[NewTask { id: task(8).id, ..task(1) }], None).await.expect("planned"), 0);
}

pub(super) async fn only_the_leader_plans(stores: &Stores, time: &dyn TimeTravel) {
    let lease = stores.leases.hold("queen", "a", MINUTE).await.expect("held").expect("free");
    assert_eq!(stores.tasks.plan(&[task(1)], Some(("queen", lease))).await.expect("planned"), 1);
    let older = Lease { token: lease.token - 1 };
    assert_eq!(stores.tasks.plan(&[task(2)], Some(("queen", older))).await.expect("planned"), 0);
    assert_eq!(stores.tasks.plan(&[task(2)], Some(("nobody", lease))).await.expect("planned"), 0);
    time.advance(MINUTE + SECOND).await;
    let late = stores.tasks.plan(&[task(2)], Some(("queen", lease))).await.expect("planned");
    assert_eq!(late, 0, "a leader that slept is none, though nobody took its place yet");
    let next = stores.leases.hold("queen", "b", MINUTE).await.expect("held").expect("free");
    assert_eq!(stores.tasks.plan(&[task(2)], Some(("queen", lease))).await.expect("planned"), 0);
    assert_eq!(stores.tasks.plan(&[task(2)], Some(("queen", next))).await.expect("planned"), 1);
}

pub(super) async fn priority_and_age(stores: &Stores, time: &dyn TimeTravel) {
    let of = |n: u64, priority| NewTask {
        priority,
        not_before: START.plus(SECOND * u32::try_from(n).expect("small")),
        ..task(n)
    };
    let batch = [
        of(1, Priority::Low),
        of(2, Priority::Normal),
        of(3, Priority::Critical),
        of(4, Priority::Normal),
        of(5, Priority::High),
    ];
    stores.tasks.plan(&batch, None).await.expect("planned");
    assert!(stores.tasks.claim("w", ANY, 10, MINUTE).await.expect("claimed").is_empty(), "none is due");
    time.advance(SECOND * 10).await;
    assert!(stores.tasks.claim("w", &[TaskKind::Sample], 10, MINUTE).await.expect("claimed").is_empty());
    assert!(stores.tasks.claim("w", &[], 10, MINUTE).await.expect("claimed").is_empty());
    let order: Vec<_> =
        stores.tasks.claim("w", ANY, 10, MINUTE).await.expect("claimed").iter().map(|one| one.item.id).collect();
    assert_eq!(order, [3, 5, 2, 4, 1].map(|n| task(n).id));

    // What is low and has waited three minutes goes before what is high and new.
    let low = NewTask { priority: Priority::Low, not_before: START, ..task(11) };
    stores.tasks.plan(&[low], None).await.expect("planned");
    time.advance(MINUTE * 3).await;
    let high = NewTask { priority: Priority::High, not_before: START.plus(MINUTE * 3), ..task(12) };
    stores.tasks.plan(&[high], None).await.expect("planned");
    let first = stores.tasks.claim("w", ANY, 1, MINUTE).await.expect("claimed");
    // The five above ran out meanwhile and have aged as well; the critical one leads.
    assert_eq!(first[0].item.id, task(3).id);
    let order: Vec<_> =
        stores.tasks.claim("w", ANY, 10, MINUTE).await.expect("claimed").iter().map(|one| one.item.id).collect();
    let place = |n: u64| order.iter().position(|id| *id == task(n).id).expect("claimed");
    assert!(place(11) < place(12), "aging: {order:?}");
}

pub(super) async fn a_lease_is_renewed_and_lost(stores: &Stores, time: &dyn TimeTravel) {
    stores.tasks.plan(&[task(1), task(2)], None).await.expect("planned");
    let claimed = stores.tasks.claim("slow", ANY, 10, MINUTE).await.expect("claimed");
    assert_eq!(claimed.iter().map(|one| one.attempt).collect::<Vec<_>>(), [1, 1]);
    time.advance(MINUTE - SECOND).await;
    let kept = stores.tasks.renew(&[(claimed[0].item.id, claimed[0].lease)], MINUTE).await.expect("renewed");
    assert_eq!(kept, [true]);
    time.advance(SECOND * 2).await;
    let taken = stores.tasks.claim("quick", ANY, 10, MINUTE).await.expect("claimed");
    assert_eq!(taken.len(), 1, "what was renewed is still held");
    assert_eq!((taken[0].item.id, taken[0].attempt), (claimed[1].item.id, 2));
    let held: Vec<_> = claimed.iter().map(|one| (one.item.id, one.lease)).collect();
    assert_eq!(stores.tasks.renew(&held, MINUTE).await.expect("renewed"), [true, false]);
    assert!(!stores.tasks.finish(claimed[1].item.id, claimed[1].lease, "late").await.expect("answered"));
    let lost = stores.tasks.fail(claimed[1].item.id, claimed[1].lease, "late", START).await.expect("answered");
    assert_eq!(lost, None);
    assert!(stores.tasks.finish(taken[0].item.id, taken[0].lease, "3 documents").await.expect("stored"));
    assert!(!stores.tasks.finish(taken[0].item.id, taken[0].lease, "twice").await.expect("answered"));
    let done = stores
        .tasks
        .list(&TaskFilter { state: Some(TaskState::Done), kind: None }, &Page::first(10))
        .await
        .expect("listed");
    assert_eq!(done.items.len(), 1);
    assert_eq!(done.items[0].result.as_deref(), Some("3 documents"));
    assert_eq!(done.items[0].finished_at, Some(START.plus(MINUTE + SECOND)));
    assert!(stores.tasks.renew(&[], MINUTE).await.expect("renewed").is_empty());
}

pub(super) async fn failures_wait_then_bury(stores: &Stores, time: &dyn TimeTravel) {
    stores.tasks.plan(&[task(1)], None).await.expect("planned");
    let mut now = START;
    for attempt in 1..=MAX_ATTEMPTS {
        let claimed = stores.tasks.claim("w", ANY, 1, MINUTE).await.expect("claimed");
        assert_eq!(claimed[0].attempt, attempt);
        let state = stores
            .tasks
            .fail(task(1).id, claimed[0].lease, &format!("error {attempt}"), now.plus(MINUTE))
            .await
            .expect("stored");
        let expected = if attempt == MAX_ATTEMPTS { TaskState::Dead } else { TaskState::Pending };
        assert_eq!(state, Some(expected), "attempt {attempt}");
        assert!(!stores.tasks.finish(task(1).id, claimed[0].lease, "").await.expect("answered"));
        assert!(stores.tasks.claim("w", ANY, 1, MINUTE).await.expect("claimed").is_empty(), "it waits for its moment");
        time.advance(MINUTE).await;
        now = now.plus(MINUTE);
    }
    assert!(stores.tasks.claim("w", ANY, 1, MINUTE).await.expect("claimed").is_empty(), "it is dead");
    let dead = stores.tasks.list(&TaskFilter::default(), &Page::first(1)).await.expect("listed").items.remove(0);
    assert_eq!((dead.state, dead.error.as_deref()), (TaskState::Dead, Some("error 5")));
    let (counts, buried) = stores.observations.counts().await.expect("counted");
    assert_eq!(counts.tasks, 0);
    assert_eq!(buried.iter().find(|one| one.0 == "tasks").map(|one| one.1), Some(1), "{buried:?}");
    assert!(stores.tasks.revive(task(1).id).await.expect("revived"));
    assert!(!stores.tasks.revive(task(1).id).await.expect("answered"), "it is not dead any more");
    assert!(!stores.tasks.revive(task(9).id).await.expect("answered"));
    assert_eq!(stores.tasks.claim("w", ANY, 1, MINUTE).await.expect("claimed")[0].attempt, 1);
}

pub(super) async fn never_finished_is_buried(stores: &Stores, time: &dyn TimeTravel) {
    stores.tasks.plan(&[task(1)], None).await.expect("planned");
    for _ in 0..MAX_ATTEMPTS {
        assert_eq!(stores.tasks.claim("killer", ANY, 1, MINUTE).await.expect("claimed").len(), 1);
        time.advance(MINUTE + SECOND).await;
    }
    assert!(stores.tasks.claim("w", ANY, 1, MINUTE).await.expect("claimed").is_empty());
    let dead = stores.tasks.list(&TaskFilter::default(), &Page::first(1)).await.expect("listed").items.remove(0);
    assert_eq!(dead.state, TaskState::Dead);
    assert!(dead.error.as_deref().is_some_and(|error| error.contains("killer")), "{:?}", dead.error);
}

pub(super) async fn done_is_pruned(stores: &Stores, time: &dyn TimeTravel) {
    stores.tasks.plan(&[task(1), task(2), task(3)], None).await.expect("planned");
    for claimed in stores.tasks.claim("w", ANY, 2, MINUTE).await.expect("claimed") {
        stores.tasks.finish(claimed.item.id, claimed.lease, "done").await.expect("stored");
        time.advance(SECOND).await;
    }
    assert_eq!(stores.tasks.prune(START, 10).await.expect("pruned"), 0, "none was done before");
    let later = START.plus(Duration::from_secs(3_600));
    assert_eq!(stores.tasks.prune(later, 1).await.expect("pruned"), 1);
    assert_eq!(stores.tasks.prune(later, 10).await.expect("pruned"), 1);
    assert_eq!(stores.tasks.prune(later, 10).await.expect("pruned"), 0, "what is open stays");
    assert_eq!(stores.tasks.list(&TaskFilter::default(), &Page::first(10)).await.expect("listed").items.len(), 1);
}

pub(super) async fn filters_and_pages(stores: &Stores, time: &dyn TimeTravel) {
    for n in 0..5 {
        let kind = if n == 2 { TaskKind::Sample } else { TaskKind::PollFeed };
        stores.tasks.plan(&[NewTask { kind, ..task(n) }], None).await.expect("planned");
        time.advance(SECOND).await;
    }
    let sampled = TaskFilter { kind: Some(TaskKind::Sample), state: Some(TaskState::Pending) };
    let got = stores.tasks.list(&sampled, &Page::first(10)).await.expect("listed");
    assert_eq!(got.items.iter().map(|one| one.id).collect::<Vec<_>>(), [task(2).id]);
    let first = stores.tasks.list(&TaskFilter::default(), &Page::first(3)).await.expect("listed");
    let rest = Page { size: 3, after: first.next };
    let rest = stores.tasks.list(&TaskFilter::default(), &rest).await.expect("listed");
    let ids: Vec<_> = first.items.iter().chain(&rest.items).map(|one| one.id).collect();
    assert_eq!(ids, [4, 3, 2, 1, 0].map(|n| task(n).id), "newest first");
    let nonsense = Page { size: 1, after: Some("x".to_owned()) };
    let refused = stores.tasks.list(&TaskFilter::default(), &nonsense).await;
    assert!(matches!(refused, Err(StoreError::Cursor { .. })));
    let (counts, _) = stores.observations.counts().await.expect("counted");
    assert_eq!((counts.tasks, counts.tasks_oldest), (5, Some(START)));
}
