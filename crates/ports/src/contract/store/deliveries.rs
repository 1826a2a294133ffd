//! Each change goes to each subscriber once.

use std::collections::HashSet;

use futures::future::join_all;
use tge_model::DeliveryState;

use super::fixture::{MINUTE, SECOND, candidates, creation, decision, delivery, event, webhook};
use super::{START, TimeTravel};
use crate::store::DeliveryResult;
use crate::{Page, Stores};

/// Commits `n` events that alert.
async fn changes(stores: &Stores, n: u64) {
    let taken = candidates(stores, 0, n).await;
    let batch: Vec<_> = taken.iter().zip(0..).map(|(one, n)| decision(one, vec![creation(event(n), n)])).collect();
    stores.events.commit(&batch).await.expect("committed");
}

fn result(state: DeliveryState) -> DeliveryResult {
    DeliveryResult { state, next_at: START, error: None }
}

pub(super) async fn the_outbox_becomes_deliveries_once(stores: &Stores, _time: &dyn TimeTravel) {
    changes(stores, 3).await;
    let (first, second) = (webhook(1), webhook(2));
    for hook in [&second, &first] {
        stores.deliveries.put_webhook(hook).await.expect("stored");
    }
    assert_eq!(stores.deliveries.webhooks().await.expect("read"), [first.clone(), second.clone()], "oldest first");
    let seqs: Vec<_> = stores.deliveries.outbox(2).await.expect("read").iter().map(|one| one.seq).collect();
    assert_eq!(seqs, [1, 2], "in order, no more than asked");

    let plan: Vec<_> = [(1, &first, 1), (2, &second, 1), (3, &first, 2), (4, &second, 2)]
        .map(|(n, hook, seq)| delivery(n, hook, seq, event(seq - 1).id))
        .to_vec();
    // The same, by a dispatcher that read the outbox at the same time and drew other names.
    let twin: Vec<_> = plan
        .iter()
        .zip(11..)
        .map(|(one, n)| tge_model::Delivery { id: delivery(n, &first, 1, one.event).id, ..one.clone() })
        .collect();
    let (one, two) =
        futures::join!(stores.deliveries.dispatch(&[1, 2], &plan), stores.deliveries.dispatch(&[2, 1], &twin));
    one.expect("dispatched");
    two.expect("dispatched");
    stores.deliveries.dispatch(&[1, 2, 77], &twin).await.expect("a row that is gone is passed over");
    let all = stores.deliveries.list(None, &Page::first(100)).await.expect("listed").items;
    let pairs: HashSet<_> = all.iter().map(|one| (one.webhook, one.seq)).collect();
    assert_eq!((all.len(), pairs.len()), (4, 4), "no change goes to one subscriber twice: {all:?}");
    let seqs: Vec<_> = stores.deliveries.outbox(10).await.expect("read").iter().map(|one| one.seq).collect();
    assert_eq!(seqs, [3]);

    let workers: Vec<_> = (0..4).map(|n| format!("w{n}")).collect();
    let claims = join_all(workers.iter().map(|worker| stores.deliveries.claim(worker, 1, MINUTE))).await;
    let mut seen = HashSet::new();
    for claimed in claims.into_iter().flat_map(|claimed| claimed.expect("claimed")) {
        assert!(seen.insert(claimed.item.id), "two workers got one delivery");
    }
    for claimed in stores.deliveries.claim("last", 10, MINUTE).await.expect("claimed") {
        assert!(seen.insert(claimed.item.id), "two workers got one delivery");
    }
    assert_eq!(seen.len(), 4);
    let (counts, _) = stores.observations.counts().await.expect("counted");
    assert_eq!((counts.outbox, counts.deliveries), (1, 4));
}

pub(super) async fn attempts_are_counted_and_wait(stores: &Stores, time: &dyn TimeTravel) {
    changes(stores, 1).await;
    let hook = webhook(1);
    stores.deliveries.put_webhook(&hook).await.expect("stored");
    let planned = delivery(1, &hook, 1, event(0).id);
    stores.deliveries.dispatch(&[1], std::slice::from_ref(&planned)).await.expect("dispatched");
    let claimed = stores.deliveries.claim("w", 10, MINUTE).await.expect("claimed");
    assert_eq!((claimed[0].item.clone(), claimed[0].attempt), (planned.clone(), 1));
    let again = DeliveryResult {
        state: DeliveryState::Pending,
        next_at: START.plus(MINUTE),
        error: Some("answered 503".to_owned()),
    };
    assert!(stores.deliveries.finish(planned.id, claimed[0].lease, &again).await.expect("stored"));
    assert!(stores.deliveries.claim("w", 10, MINUTE).await.expect("claimed").is_empty(), "it waits for its moment");
    time.advance(MINUTE).await;
    let claimed = stores.deliveries.claim("w", 10, MINUTE).await.expect("claimed");
    assert_eq!((claimed[0].item.attempt, claimed[0].attempt), (1, 2));
    assert_eq!(claimed[0].item.error.as_deref(), Some("answered 503"));
    let done = result(DeliveryState::Delivered);
    assert!(stores.deliveries.finish(planned.id, claimed[0].lease, &done).await.expect("stored"));
    let stored = &stores.deliveries.list(None, &Page::first(1)).await.expect("listed").items[0];
    assert_eq!((stored.state, stored.attempt, stored.error.as_deref()), (DeliveryState::Delivered, 2, None));
    assert_eq!(stored.finished_at, Some(START.plus(MINUTE)));
    time.advance(MINUTE * 60).await;
    assert!(stores.deliveries.claim("w", 10, MINUTE).await.expect("claimed").is_empty(), "delivered is delivered");
}

pub(super) async fn a_lost_lease_is_refused(stores: &Stores, time: &dyn TimeTravel) {
    changes(stores, 1).await;
    let hook = webhook(1);
    stores.deliveries.put_webhook(&hook).await.expect("stored");
    let planned = delivery(1, &hook, 1, event(0).id);
    stores.deliveries.dispatch(&[1], std::slice::from_ref(&planned)).await.expect("dispatched");
    let slow = stores.deliveries.claim("slow", 1, MINUTE).await.expect("claimed");
    time.advance(MINUTE + SECOND).await;
    let quick = stores.deliveries.claim("quick", 1, MINUTE).await.expect("claimed");
    assert_eq!(quick.len(), 1, "a dead worker's delivery is taken over");
    let dead = result(DeliveryState::Dead);
    assert!(!stores.deliveries.finish(planned.id, slow[0].lease, &dead).await.expect("answered"));
    assert!(stores.deliveries.finish(planned.id, quick[0].lease, &dead).await.expect("stored"));
    assert!(!stores.deliveries.finish(planned.id, quick[0].lease, &dead).await.expect("answered"), "finished once");
    let (_, dead) = stores.observations.counts().await.expect("counted");
    assert_eq!(dead.iter().find(|one| one.0 == "deliveries").map(|one| one.1), Some(1), "{dead:?}");
}

pub(super) async fn a_webhook_is_switched_off(stores: &Stores, _time: &dyn TimeTravel) {
    changes(stores, 2).await;
    let (gone, stays) = (webhook(1), webhook(2));
    for hook in [&gone, &stays] {
        stores.deliveries.put_webhook(hook).await.expect("stored");
    }
    let plan: Vec<_> = [(1, &gone, 1), (2, &stays, 1), (3, &gone, 2)]
        .map(|(n, hook, seq)| delivery(n, hook, seq, event(seq - 1).id))
        .to_vec();
    stores.deliveries.dispatch(&[1, 2], &plan).await.expect("dispatched");
    assert!(stores.deliveries.disable_webhook(gone.id, "answered 410").await.expect("stored"));
    assert!(!stores.deliveries.disable_webhook(webhook(9).id, "?").await.expect("answered"));
    let webhooks = stores.deliveries.webhooks().await.expect("read");
    assert_eq!(webhooks.iter().map(|one| one.disabled_at).collect::<Vec<_>>(), [Some(START), None]);
    let due = stores.deliveries.claim("w", 10, MINUTE).await.expect("claimed");
    assert_eq!(due.iter().map(|one| one.item.webhook).collect::<Vec<_>>(), [stays.id]);
    let dead = stores.deliveries.list(Some(DeliveryState::Dead), &Page::first(10)).await.expect("listed").items;
    assert_eq!(dead.len(), 2);
    assert!(dead.iter().all(|one| one.error.as_deref() == Some("answered 410") && one.finished_at.is_some()));
    stores.deliveries.put_webhook(&gone).await.expect("a person switches it on again");
    assert_eq!(stores.deliveries.webhooks().await.expect("read")[0].disabled_at, None);
}

pub(super) async fn lists_and_replays(stores: &Stores, time: &dyn TimeTravel) {
    changes(stores, 5).await;
    let hook = webhook(1);
    stores.deliveries.put_webhook(&hook).await.expect("stored");
    let plan: Vec<_> = (1..=5).map(|n| delivery(n, &hook, n, event(n - 1).id)).collect();
    stores.deliveries.dispatch(&[1, 2, 3, 4, 5], &plan).await.expect("dispatched");
    let first = stores.deliveries.list(None, &Page::first(3)).await.expect("listed");
    let rest = stores.deliveries.list(None, &Page { size: 3, after: first.next }).await.expect("listed");
    let ids: Vec<_> = first.items.iter().chain(&rest.items).map(|one| one.id).collect();
    assert_eq!(ids, plan.iter().rev().map(|one| one.id).collect::<Vec<_>>(), "newest first");
    assert_eq!(rest.next, None);

    let claimed = stores.deliveries.claim("w", 2, MINUTE).await.expect("claimed");
    let (dead, done) = (&claimed[0], &claimed[1]);
    stores.deliveries.finish(dead.item.id, dead.lease, &result(DeliveryState::Dead)).await.expect("stored");
    stores.deliveries.finish(done.item.id, done.lease, &result(DeliveryState::Delivered)).await.expect("stored");
    time.advance(SECOND).await;
    assert!(stores.deliveries.replay(dead.item.id).await.expect("replayed"));
    assert!(stores.deliveries.replay(done.item.id).await.expect("replayed"), "a delivered one, too");
    assert!(!stores.deliveries.replay(dead.item.id).await.expect("answered"), "it waits already");
    assert!(!stores.deliveries.replay(delivery(9, &hook, 1, event(0).id).id).await.expect("answered"));
    let due = stores.deliveries.claim("w", 10, MINUTE).await.expect("claimed");
    let again = due.iter().find(|one| one.item.id == dead.item.id).expect("it is due at once");
    assert_eq!((again.attempt, again.item.finished_at), (1, None), "it begins anew");
    assert_eq!(due.len(), 5);
}
