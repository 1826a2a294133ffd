//! Decisions are stored whole or not at all, and their changes stand in one order.

use std::collections::HashSet;

use futures::future::{join, join_all};
use tge_model::{ChangeKind, Event, EventId, EventKey, EventKind, EventStatus, Probability, Project, Slug};

use super::fixture::{MINUTE, SECOND, candidates, creation, decision, event, key, revision};
use super::{START, TimeTravel};
use crate::store::{CommitOutcome, EventFilter, EventWrite};
use crate::{Page, StoreError, Stores};

pub(super) async fn a_decision_is_one_transaction(stores: &Stores, time: &dyn TimeTravel) {
    assert_eq!(stores.events.extent().await.expect("read"), (0, 0));
    assert_eq!(stores.events.commit(&[]).await.expect("committed"), CommitOutcome::Committed(Vec::new()));
    let taken = candidates(stores, 1, 2).await;
    time.advance(SECOND).await;
    let outcome = stores.events.commit(&[decision(&taken[0], vec![creation(event(1), 1)])]).await.expect("committed");
    let CommitOutcome::Committed(changes) = outcome else { panic!("nobody else wrote: {outcome:?}") };
    assert_eq!(changes.len(), 1);
    let change = &changes[0];
    assert_eq!((change.seq, change.kind, change.alert), (1, ChangeKind::Created, true));
    assert_eq!((change.cause, change.at), (Some(taken[0].item.observation.id), START.plus(SECOND)));
    assert_eq!(change.event, event(1));

    assert_eq!(stores.events.get(event(1).id).await.expect("read"), Some(event(1)), "it comes back to the last bit");
    assert_eq!(stores.events.find(&[key(9), key(1)]).await.expect("found"), [(key(1), event(1))]);
    assert_eq!(stores.events.changes(0, 10).await.expect("read"), changes);
    assert!(stores.events.changes(1, 10).await.expect("read").is_empty());
    assert_eq!(stores.events.history(event(1).id).await.expect("read"), changes);
    assert_eq!(stores.events.extent().await.expect("read"), (1, 1));
    assert_eq!(stores.deliveries.outbox(10).await.expect("read"), changes);
    let document = stores.observations.get(taken[0].item.observation.id).await.expect("read").expect("there");
    assert_eq!(document.stage, "decided");
    let (counts, _) = stores.observations.counts().await.expect("counted");
    assert_eq!((counts.candidates, counts.outbox, counts.outbox_oldest), (0, 1, Some(START.plus(SECOND))));

    assert!(stores.events.get(EventId::new(START, 77)).await.expect("read").is_none());
    assert!(stores.events.history(EventId::new(START, 77)).await.expect("read").is_empty());
    assert!(stores.events.find(&[]).await.expect("found").is_empty());
}

/// Nothing of a refused commit is to be seen.
async fn assert_untouched(stores: &Stores, events: usize, last: u64) {
    let all = stores.events.list(&EventFilter::default(), &Page::first(100)).await.expect("listed");
    assert_eq!(all.items.len(), events);
    assert_eq!(stores.events.extent().await.expect("read").1, last);
}

pub(super) async fn a_stale_revision_conflicts(stores: &Stores, time: &dyn TimeTravel) {
    let taken = candidates(stores, 1, 4).await;
    stores.events.commit(&[decision(&taken[0], vec![creation(event(1), 1)])]).await.expect("committed");
    let next = revision(&event(1), EventStatus::Announced);
    let outcome = stores.events.commit(&[decision(&taken[1], vec![next.clone()])]).await.expect("committed");
    assert!(matches!(outcome, CommitOutcome::Committed(_)), "{outcome:?}");

    // The third read the first revision, too, and has a good write before its bad one.
    let stale = revision(&event(1), EventStatus::Live);
    let writes = vec![creation(event(3), 3), stale];
    let outcome = stores.events.commit(&[decision(&taken[2], writes)]).await.expect("answered");
    assert_eq!(outcome, CommitOutcome::Conflict(taken[2].item.observation.id));
    assert_untouched(stores, 1, 2).await;
    assert_eq!(stores.events.get(event(1).id).await.expect("read"), Some(next.event.clone()));
    let again = creation(event(1), 1);
    let outcome = stores.events.commit(&[decision(&taken[2], vec![again])]).await.expect("answered");
    assert!(matches!(outcome, CommitOutcome::Conflict(_)), "an event is created once");

    // Its candidate waits as before and can be decided again, by whoever holds it.
    let good = revision(&next.event, EventStatus::Live);
    let outcome = stores.events.commit(&[decision(&taken[2], vec![good])]).await.expect("committed");
    let CommitOutcome::Committed(changes) = outcome else { panic!("{outcome:?}") };
    assert_eq!((changes[0].seq, changes[0].event.revision), (3, 3), "a refused commit uses no number up");
    assert_eq!(changes[0].status_from, Some(EventStatus::Announced));
    let seqs: Vec<_> = stores.events.history(event(1).id).await.expect("read").iter().map(|one| one.seq).collect();
    assert_eq!(seqs, [1, 2, 3]);
    time.advance(MINUTE + SECOND).await;
    assert!(stores.observations.claim_candidates("w", 10, MINUTE).await.expect("claimed").is_empty());
}

pub(super) async fn a_foreign_key_conflicts(stores: &Stores, _time: &dyn TimeTravel) {
    let taken = candidates(stores, 1, 4).await;
    stores.events.commit(&[decision(&taken[0], vec![creation(event(1), 1)])]).await.expect("committed");
    // Another name of the same launch, and one key that says so.
    let twin = EventWrite { keys: vec![key(2), key(1)], ..creation(event(2), 2) };
    let batch = [decision(&taken[2], vec![creation(event(3), 3)]), decision(&taken[1], vec![twin])];
    let outcome = stores.events.commit(&batch).await.expect("answered");
    assert_eq!(outcome, CommitOutcome::Conflict(taken[1].item.observation.id), "it names who stumbled");
    assert_untouched(stores, 1, 1).await;
    assert!(stores.events.find(&[key(2), key(3)]).await.expect("found").is_empty());
    // A key that leads there already is no conflict, and an event may gain more.
    let wider = EventWrite { keys: vec![key(1), key(2)], ..revision(&event(1), EventStatus::Announced) };
    let outcome = stores.events.commit(&[decision(&taken[1], vec![wider])]).await.expect("committed");
    assert!(matches!(outcome, CommitOutcome::Committed(_)), "{outcome:?}");
    let found = stores.events.find(&[key(1), key(2)]).await.expect("found");
    assert_eq!(found.iter().map(|one| one.1.id).collect::<Vec<_>>(), [event(1).id, event(1).id]);
}

pub(super) async fn a_lost_lease_conflicts(stores: &Stores, time: &dyn TimeTravel) {
    let slow = candidates(stores, 1, 2).await;
    time.advance(MINUTE + SECOND).await;
    let quick = stores.observations.claim_candidates("quick", 1, MINUTE).await.expect("claimed");
    let outcome = stores.events.commit(&[decision(&slow[0], vec![creation(event(1), 1)])]).await.expect("answered");
    assert_eq!(outcome, CommitOutcome::Conflict(slow[0].item.observation.id));
    assert_untouched(stores, 0, 0).await;
    let mine = decision(&quick[0], vec![creation(event(2), 2)]);
    let outcome = stores.events.commit(std::slice::from_ref(&mine)).await.expect("committed");
    assert!(matches!(outcome, CommitOutcome::Committed(_)));
    let outcome = stores.events.commit(&[mine]).await.expect("answered");
    assert!(matches!(outcome, CommitOutcome::Conflict(_)), "a decision is stored once");
    assert_untouched(stores, 1, 1).await;
}

pub(super) async fn a_batch_sees_its_own_writes(stores: &Stores, _time: &dyn TimeTravel) {
    let taken = candidates(stores, 1, 4).await;
    let second = revision(&event(1), EventStatus::Announced);
    let third = EventWrite { keys: vec![key(1), key(5)], ..revision(&second.event, EventStatus::Confirmed) };
    let batch = [
        decision(&taken[0], vec![creation(event(1), 1), second]),
        decision(&taken[1], vec![third.clone(), creation(event(2), 2)]),
        decision(&taken[2], Vec::new()),
    ];
    let outcome = stores.events.commit(&batch).await.expect("committed");
    let CommitOutcome::Committed(changes) = outcome else { panic!("{outcome:?}") };
    let told: Vec<_> = changes.iter().map(|one| (one.seq, one.event.id, one.event.revision)).collect();
    assert_eq!(told, [(1, event(1).id, 1), (2, event(1).id, 2), (3, event(1).id, 3), (4, event(2).id, 1)]);
    assert_eq!(stores.events.changes(0, 10).await.expect("read"), changes);
    assert_eq!(stores.events.changes(1, 2).await.expect("read"), changes[1..3]);
    assert_eq!(stores.events.get(event(1).id).await.expect("read"), Some(third.event));
    let outbox: Vec<_> = stores.deliveries.outbox(10).await.expect("read").iter().map(|one| one.seq).collect();
    assert_eq!(outbox, [1, 4], "only what alerts goes out");
}

pub(super) async fn changes_stand_in_one_order(stores: &Stores, _time: &dyn TimeTravel) {
    const WRITERS: u64 = 8;
    const EACH: u64 = 10;
    let taken = candidates(stores, 0, WRITERS * EACH).await;
    let total = WRITERS * EACH;
    let writers = join_all((0..WRITERS).map(|writer| {
        let mine: Vec<_> = (0..EACH).map(|n| writer * EACH + n).collect();
        let taken = &taken;
        async move {
            for n in mine {
                let place = usize::try_from(n).expect("a small number");
                let batch = [decision(&taken[place], vec![creation(event(n), n)])];
                let outcome = stores.events.commit(&batch).await.expect("committed");
                assert!(matches!(outcome, CommitOutcome::Committed(_)), "{outcome:?}");
            }
        }
    }));
    let reader = async {
        let (mut after, mut polls) = (0, 0_u32);
        while after < total {
            polls += 1;
            assert!(polls < 100_000, "the reader stands at {after} of {total}");
            for change in stores.events.changes(after, 7).await.expect("read") {
                assert_eq!(change.seq, after + 1, "a reader that resumes after what it saw must miss nothing");
                after = change.seq;
            }
        }
    };
    join(writers, reader).await;
    let all = stores.events.changes(0, 1_000).await.expect("read");
    let distinct: HashSet<_> = all.iter().map(|one| one.event.id).collect();
    assert_eq!((all.len(), distinct.len()), (taken.len(), taken.len()));
    assert_eq!(stores.events.extent().await.expect("read"), (1, total));
}

pub(super) async fn a_survivor_is_found(stores: &Stores, _time: &dyn TimeTravel) {
    let taken = candidates(stores, 1, 7).await;
    for (one, n) in taken.iter().zip(1..4) {
        let outcome = stores.events.commit(&[decision(one, vec![creation(event(n), n)])]).await.expect("committed");
        assert!(matches!(outcome, CommitOutcome::Committed(_)));
    }
    let merge = |from: &Event, into: &Event| {
        let mut write = revision(from, EventStatus::Merged);
        write.event.merged_into = Some(into.id);
        write.kind = ChangeKind::Merged;
        write
    };
    let outcome =
        stores.events.commit(&[decision(&taken[3], vec![merge(&event(1), &event(2))])]).await.expect("committed");
    assert!(matches!(outcome, CommitOutcome::Committed(_)), "{outcome:?}");
    assert_eq!(stores.events.find(&[key(1)]).await.expect("found"), [(key(1), event(2))]);
    // The survivor may take the tombstone's key: it leads there already.
    let widened = EventWrite { keys: vec![key(1), key(2)], ..revision(&event(2), EventStatus::Announced) };
    let batch = [decision(&taken[4], vec![widened.clone(), merge(&widened.event, &event(3))])];
    let outcome = stores.events.commit(&batch).await.expect("committed");
    assert!(matches!(outcome, CommitOutcome::Committed(_)), "{outcome:?}");
    let found = stores.events.find(&[key(3), key(2), key(1)]).await.expect("found");
    assert_eq!(found, [(key(3), event(3)), (key(2), event(3)), (key(1), event(3))], "through both merges");
    let tombstone = stores.events.get(event(1).id).await.expect("read").expect("there");
    assert_eq!((tombstone.status, tombstone.merged_into), (EventStatus::Merged, Some(event(2).id)));
}

pub(super) async fn filters_and_pages(stores: &Stores, _time: &dyn TimeTravel) {
    let taken = candidates(stores, 0, 12).await;
    for (one, n) in taken.iter().zip(0_u64..) {
        let mut event = event(n);
        // Half of them at the same moment: the position is more than the time.
        event.created_at = START.plus(SECOND * u32::from(n < 6));
        event.demo = n == 11;
        match n {
            0 => event.kind = EventKind::CexListing,
            1 => event.status = EventStatus::Live,
            2 => event.venues[0].name = "Köln Börse".to_owned(),
            3 => event.confidence.probability = Probability::clamped(0.95),
            4 => event.evidence[0].title = "100% of \"SUPPLY\" _unlocked_".to_owned(),
            5 => event.project = None,
            _ => {}
        }
        stores.events.commit(&[decision(one, vec![creation(event, n)])]).await.expect("committed");
    }
    let none = EventFilter::default;
    let text = |text: &str| EventFilter { text: Some(text.to_owned()), ..none() };
    let venue = |venue: &str| EventFilter { venue: Some(venue.to_owned()), ..none() };
    let ticker = |ticker: &str| EventFilter { ticker: Some(ticker.to_owned()), ..none() };
    let cases: Vec<(EventFilter, &[u64])> = vec![
        (EventFilter { kind: Some(EventKind::CexListing), ..none() }, &[0]),
        (EventFilter { status: Some(EventStatus::Live), ..none() }, &[1]),
        (EventFilter { project: Some("project-7".to_owned()), ..none() }, &[7]),
        (EventFilter { project: Some("project-5".to_owned()), ..none() }, &[]),
        (EventFilter { min_probability: Some(Probability::clamped(0.9)), ..none() }, &[3]),
        (ticker("tk8"), &[8]),
        (ticker("TK1"), &[1]),
        (ticker("K8"), &[]),
        (venue("KÖLN BÖRSE"), &[2]),
        (venue("köln"), &[]),
        (text("headline NUMBER 6"), &[6]),
        (text("köln"), &[2]),
        (text("100% of \"supply\""), &[4]),
        (text("_unlocked_"), &[4]),
        (text("%"), &[4]),
        (text("nowhere"), &[]),
        (text("tk9"), &[9]),
        (text("project 7"), &[7]),
        (EventFilter { with_demo: true, ticker: Some("TK11".to_owned()), ..none() }, &[11]),
        (ticker("TK11"), &[]),
        (EventFilter { status: Some(EventStatus::Live), kind: Some(EventKind::CexListing), ..none() }, &[]),
    ];
    for (filter, expected) in cases {
        let got = stores.events.list(&filter, &Page::first(100)).await.expect("listed");
        let ids: Vec<_> = got.items.iter().map(|one| one.id).collect();
        assert_eq!(ids, expected.iter().map(|n| event(*n).id).collect::<Vec<_>>(), "{filter:?}");
    }
    // Chinese has no spaces: any two characters in a row are found.
    assert_eq!(stores.events.list(&text("币上"), &Page::first(100)).await.expect("listed").items.len(), 10);

    let (mut page, mut seen) = (Page::first(4), Vec::new());
    loop {
        let got = stores.events.list(&none(), &page).await.expect("listed");
        seen.extend(got.items.into_iter().map(|one| (one.created_at, one.id)));
        let Some(next) = got.next else { break };
        page.after = Some(next);
    }
    assert_eq!(seen.len(), 11, "all but the demo's");
    assert!(seen.is_sorted_by(|a, b| a > b), "newest first: {seen:?}");
    let nonsense = Page { size: 1, after: Some("1.x'y".to_owned()) };
    assert!(matches!(stores.events.list(&none(), &nonsense).await, Err(StoreError::Cursor { .. })));
    let strange = EventKey::from_stored("link:\0':x".to_owned());
    assert!(stores.events.find(&[strange]).await.expect("found").is_empty());
}

pub(super) async fn strangers_lengths_are_stored(stores: &Stores, _time: &dyn TimeTravel) {
    // Incompressible, so that no database makes it short by itself.
    let long: String = (0..20_000_u64).map(|n| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let taken = candidates(stores, 1, 2).await;
    let mut told = event(1);
    told.project = Some(Project { name: long.clone(), slug: Slug::of(&long).expect("a slug") });
    told.assets[0].ticker = long.clone();
    told.venues[0].name = long.clone();
    told.evidence[0].title = long.clone();
    let link = EventKey::link(&format!("https://example.org/{long}"), EventKind::ClaimOpen);
    let write = EventWrite { keys: vec![link.clone()], ..creation(told.clone(), 1) };
    let outcome = stores.events.commit(&[decision(&taken[0], vec![write])]).await.expect("no length stops a batch");
    assert!(matches!(outcome, CommitOutcome::Committed(_)));
    assert_eq!(stores.events.find(std::slice::from_ref(&link)).await.expect("found"), [(link, told.clone())]);
    let filter = EventFilter { ticker: Some(long.to_uppercase()), venue: Some(long.clone()), ..EventFilter::default() };
    let project = EventFilter { project: Some(long), ..EventFilter::default() };
    for filter in [filter, project] {
        let got = stores.events.list(&filter, &Page::first(10)).await.expect("listed");
        assert_eq!(got.items.len(), 1);
    }
}
