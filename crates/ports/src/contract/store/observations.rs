//! Documents are taken in once, judged once, decided once.

use std::collections::HashSet;

use futures::future::join_all;
use tge_model::{Observation, SourceHealth, Timestamp};

use super::fixture::{MINUTE, SECOND, decision, document, document_of, source, verdict};
use super::{START, TimeTravel};
use crate::store::{Claimed, CommitOutcome, Ingested, Judged, MAX_ATTEMPTS};
use crate::{Page, StoreError, Stores};

pub(super) async fn taken_in_once(stores: &Stores, _time: &dyn TimeTravel) {
    let (a, b) = (document(1), document(2));
    let mut poll = SourceHealth::unknown(source("example-news"), START);
    poll.etag = Some("\"v1\"".to_owned());
    let batch = [a.clone(), b.clone(), a.clone()];
    let outcomes = stores.observations.ingest(&batch, Some(&poll)).await.expect("stored");
    assert_eq!(outcomes, [Ingested::New, Ingested::New, Ingested::Known], "a repeat within one batch is known");
    poll.observations = 2;
    assert_eq!(stores.sources.get("example-news").await.expect("read"), Some(poll), "the poll state goes with it");

    let edit = document_of("example-news", "guid-1", "Example 1 launches on 1 May instead", 3);
    let elsewhere = document_of("other-news", "guid-1", "Example 1 launches on 1 May instead", 3);
    let outcomes = stores.observations.ingest(&[a.clone(), edit.clone(), elsewhere], None).await.expect("stored");
    assert_eq!(outcomes, [Ingested::Known, Ingested::Edited, Ingested::New], "a key is its source's own");
    let outcomes = stores.observations.ingest(&[a.clone(), edit], None).await.expect("stored");
    assert_eq!(outcomes, [Ingested::Known, Ingested::Known], "going back to the first text is no news");

    let stored = stores.observations.get(a.id).await.expect("read").expect("there");
    assert_eq!(stored.observation, a, "it comes back as it was");
    assert_eq!((stored.stage.as_str(), stored.verdict, stored.error), ("new", None, None));
    assert!(stores.observations.get(document(99).id).await.expect("read").is_none());
    assert!(stores.observations.ingest(&[], None).await.expect("nothing to do").is_empty());
}

pub(super) async fn hostile_text_is_stored(stores: &Stores, _time: &dyn TimeTravel) {
    let texts = ["nul \0 inside", "'; DROP TABLE documents; --", "\u{202e}bidi 😀 新币 \u{1}", "{\"a\": [}", ""];
    let mut batch: Vec<_> =
        (1..).zip(texts).map(|(n, text)| document_of("example-news", &format!("k\0{n}"), text, n)).collect();
    batch[0].title = "a\0b".to_owned();
    batch[0].published = Some(Timestamp::from_micros(i64::MAX));
    let outcomes = stores.observations.ingest(&batch, None).await.expect("no text stops a batch");
    assert!(outcomes.iter().all(|outcome| *outcome == Ingested::New), "{outcomes:?}");
    let claimed = stores.observations.claim("w", 10, MINUTE).await.expect("claimed");
    assert_eq!(claimed.len(), texts.len());
    assert_eq!(claimed[0].item.text, "nul \u{fffd} inside", "what no database takes is replaced");
    assert_eq!(claimed[1].item.text, texts[1]);
    assert_eq!(claimed[2].item.text, texts[2]);
    let mut said = verdict();
    said.reasons[0].quote = "b\0c".to_owned();
    said.reasons[0].weight = f64::NAN;
    let judged: Vec<_> = claimed
        .iter()
        .map(|one| Judged { observation: one.item.id, lease: one.lease, verdict: said.clone(), candidate: false })
        .collect();
    stores.observations.commit(&judged).await.expect("no quote stops a batch");
    let stored = stores.observations.get(claimed[0].item.id).await.expect("read").expect("there");
    assert!(stored.verdict.is_some(), "a verdict with a strange weight can be read back");
}

pub(super) async fn a_lease_runs_out(stores: &Stores, time: &dyn TimeTravel) {
    stores.observations.ingest(&[document(2), document(1), document(3)], None).await.expect("stored");
    let first = stores.observations.claim("first", 2, MINUTE).await.expect("claimed");
    let seen: Vec<_> = first.iter().map(|one| one.item.clone()).collect();
    assert_eq!(seen, [document(1), document(2)], "the oldest first, whole");
    assert!(first.iter().all(|one| one.attempt == 1));
    let other = stores.observations.claim("second", 10, MINUTE).await.expect("claimed");
    assert_eq!(other.len(), 1, "what is held is not given twice");

    time.advance(MINUTE + SECOND).await;
    let second = stores.observations.claim("second", 2, MINUTE).await.expect("claimed");
    assert_eq!(second.iter().map(|one| one.item.id).collect::<Vec<_>>(), [document(1).id, document(2).id]);
    assert!(second.iter().all(|one| one.attempt == 2));

    let judged = |claimed: &[Claimed<Observation>]| -> Vec<Judged> {
        let judge = |one: &Claimed<Observation>| Judged {
            observation: one.item.id,
            lease: one.lease,
            verdict: verdict(),
            candidate: false,
        };
        claimed.iter().map(judge).collect()
    };
    let kept = stores.observations.commit(&judged(&first)).await.expect("committed");
    assert_eq!(kept, [false, false], "the first worker comes too late");
    assert_eq!(stores.observations.get(document(1).id).await.expect("read").expect("there").stage, "new");
    let kept = stores.observations.commit(&judged(&second)).await.expect("committed");
    assert_eq!(kept, [true, true]);
    let kept = stores.observations.commit(&judged(&second)).await.expect("committed");
    assert_eq!(kept, [false, false], "what is finished is finished");
    let stored = stores.observations.get(document(1).id).await.expect("read").expect("there");
    assert_eq!(stored.stage, "judged");
    assert_eq!(stored.verdict, Some(verdict()), "the verdict comes back to the last bit");
    // A lease that ran out and was not given to another is still good: the work is done.
    time.advance(MINUTE + SECOND).await;
    assert_eq!(stores.observations.commit(&judged(&other)).await.expect("committed"), [true]);
}

pub(super) async fn workers_never_share(stores: &Stores, _time: &dyn TimeTravel) {
    let batch: Vec<_> = (0..200).map(document).collect();
    // Two writers of the same documents at once, in opposite order.
    let backward: Vec<_> = batch.iter().rev().cloned().collect();
    let (one, two) =
        futures::join!(stores.observations.ingest(&batch, None), stores.observations.ingest(&backward, None));
    let new = [one.expect("stored"), two.expect("stored")]
        .iter()
        .flatten()
        .filter(|outcome| **outcome == Ingested::New)
        .count();
    assert_eq!(new, batch.len(), "each document is new exactly once");

    let workers: Vec<_> = (0..8).map(|n| format!("worker-{n}")).collect();
    let claims = join_all(workers.iter().map(|worker| stores.observations.claim(worker, 40, MINUTE))).await;
    let mut seen = HashSet::new();
    for claimed in claims {
        for one in claimed.expect("claimed") {
            assert!(seen.insert(one.item.id), "{} was given to two workers", one.item.id);
        }
    }
    // Workers may pass rows another is just taking; nothing is lost by that.
    for one in stores.observations.claim("last", 1_000, MINUTE).await.expect("claimed") {
        assert!(seen.insert(one.item.id));
    }
    assert_eq!(seen.len(), batch.len());
}

pub(super) async fn given_back_and_buried(stores: &Stores, _time: &dyn TimeTravel) {
    let id = document(1).id;
    stores.observations.ingest(&[document(1)], None).await.expect("stored");
    for attempt in 1..=MAX_ATTEMPTS {
        let claimed = stores.observations.claim("w", 1, MINUTE).await.expect("claimed");
        assert_eq!(claimed.len(), 1, "attempt {attempt}");
        assert_eq!(claimed[0].attempt, attempt);
        let lease = claimed[0].lease;
        stores.observations.fail(id, lease, "it broke").await.expect("given back");
        let late = Judged { observation: id, lease, verdict: verdict(), candidate: true };
        assert_eq!(stores.observations.commit(&[late]).await.expect("committed"), [false], "who gave back lost it");
        stores.observations.fail(id, lease, "said twice").await.expect("ignored");
    }
    assert!(stores.observations.claim("w", 1, MINUTE).await.expect("claimed").is_empty(), "it is dead");
    let stored = stores.observations.get(id).await.expect("read").expect("there");
    assert_eq!((stored.stage.as_str(), stored.error.as_deref()), ("dead", Some("it broke")));
    let (counts, dead) = stores.observations.counts().await.expect("counted");
    assert_eq!(counts.observations, 0);
    assert_eq!(dead.iter().find(|one| one.0 == "observations").map(|one| one.1), Some(1), "{dead:?}");
}

pub(super) async fn never_finished_is_buried(stores: &Stores, time: &dyn TimeTravel) {
    stores.observations.ingest(&[document(1), document(2)], None).await.expect("stored");
    for _ in 0..MAX_ATTEMPTS {
        assert_eq!(stores.observations.claim("killer", 1, MINUTE).await.expect("claimed").len(), 1);
        time.advance(MINUTE + SECOND).await;
    }
    let claimed = stores.observations.claim("killer", 1, MINUTE).await.expect("claimed");
    assert_eq!(claimed[0].item.id, document(2).id, "its neighbour is not condemned with it");
    let stored = stores.observations.get(document(1).id).await.expect("read").expect("there");
    assert_eq!(stored.stage, "dead");
    assert!(stored.error.as_deref().is_some_and(|error| error.contains("killer")), "{:?}", stored.error);
}

pub(super) async fn candidates_in_order(stores: &Stores, time: &dyn TimeTravel) {
    let batch: Vec<_> = [3, 1, 2, 4].map(document).to_vec();
    stores.observations.ingest(&batch, None).await.expect("stored");
    let claimed = stores.observations.claim("w", 10, MINUTE).await.expect("claimed");
    let judged: Vec<_> = claimed
        .iter()
        .map(|one| Judged {
            observation: one.item.id,
            lease: one.lease,
            verdict: verdict(),
            candidate: one.item.id != document(4).id,
        })
        .collect();
    stores.observations.commit(&judged).await.expect("committed");
    let (counts, _) = stores.observations.counts().await.expect("counted");
    assert_eq!((counts.observations, counts.candidates), (0, 3));
    assert_eq!(counts.candidates_oldest, Some(document(1).first_seen_at));

    let taken = stores.observations.claim_candidates("d", 10, MINUTE).await.expect("claimed");
    let seen: Vec<_> = taken.iter().map(|one| one.item.observation.clone()).collect();
    assert_eq!(seen, [document(1), document(2), document(3)], "in the order of first sight, whole");
    assert!(taken.iter().all(|one| one.item.verdict == verdict() && one.attempt == 1));
    assert!(stores.observations.claim_candidates("e", 10, MINUTE).await.expect("claimed").is_empty());

    // One is given back, one is decided without a write, one is left to run out.
    stores.observations.fail_candidate(document(1).id, taken[0].lease, "it broke").await.expect("given back");
    let outcome = stores.events.commit(&[decision(&taken[1], Vec::new())]).await.expect("committed");
    assert_eq!(outcome, CommitOutcome::Committed(Vec::new()));
    assert_eq!(stores.observations.get(document(2).id).await.expect("read").expect("there").stage, "decided");
    let again = stores.observations.claim_candidates("e", 10, MINUTE).await.expect("claimed");
    assert_eq!(again.iter().map(|one| one.item.observation.id).collect::<Vec<_>>(), [document(1).id]);
    assert_eq!(again[0].attempt, 2);
    time.advance(MINUTE + SECOND).await;
    let again = stores.observations.claim_candidates("e", 10, MINUTE).await.expect("claimed");
    assert_eq!(again.len(), 2);
    for _ in 0..MAX_ATTEMPTS {
        time.advance(MINUTE + SECOND).await;
        stores.observations.claim_candidates("e", 10, MINUTE).await.expect("claimed");
    }
    let (counts, dead) = stores.observations.counts().await.expect("counted");
    assert_eq!(counts.candidates, 0);
    assert_eq!(dead.iter().find(|one| one.0 == "candidates").map(|one| one.1), Some(2), "{dead:?}");
}

pub(super) async fn lists_in_pages(stores: &Stores, _time: &dyn TimeTravel) {
    let mut batch: Vec<_> = (0..7).map(document).collect();
    batch.push(document_of("other-news", "k", "text", 3));
    // The same moment for many: the position is more than the time.
    batch.extend((10..14).map(|n| document_of("example-news", &format!("same-{n}"), "text", 3)));
    stores.observations.ingest(&batch, None).await.expect("stored");
    let (mut page, mut seen, mut last) = (Page::first(5), HashSet::new(), None);
    loop {
        let got = stores.observations.list(None, &page).await.expect("listed");
        assert!(got.items.len() <= 5);
        for item in got.items {
            assert!(last.is_none_or(|last| item.observation.first_seen_at <= last), "newest first");
            last = Some(item.observation.first_seen_at);
            assert!(seen.insert(item.observation.id), "no page repeats");
        }
        // A document that comes meanwhile moves nothing.
        let late = document_of("example-news", &format!("late-{}", seen.len()), "text", 1_000);
        stores.observations.ingest(&[late], None).await.expect("stored");
        let Some(next) = got.next else { break };
        page.after = Some(next);
    }
    assert_eq!(seen.len(), batch.len(), "every document stood on some page");
    let got = stores.observations.list(Some("other-news"), &Page::first(10)).await.expect("listed");
    assert_eq!((got.items.len(), got.next), (1, None));
    let nonsense = Page { size: 1, after: Some("nonsense".to_owned()) };
    assert!(matches!(stores.observations.list(None, &nonsense).await, Err(StoreError::Cursor { .. })));
    let huge = Page::first(u32::MAX);
    assert_eq!(stores.observations.list(Some("other-news"), &huge).await.expect("listed").items.len(), 1);
}
