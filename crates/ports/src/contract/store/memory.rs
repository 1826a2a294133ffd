//! SAFLA's items: versioned, ordered, forgotten with a tombstone.

use futures::future::join_all;
use tge_model::{MemoryItem, MemoryTier};

use super::fixture::SECOND;
use super::{START, TimeTravel};
use crate::Stores;
use crate::store::{MemoryFilter, MemoryWrite, PutOutcome};

fn write(key: &str, content: &str, expected: Option<u64>) -> MemoryWrite {
    MemoryWrite {
        tier: MemoryTier::Semantic,
        key: key.to_owned(),
        expected,
        writer: "scraping-efficiency".to_owned(),
        kind: "host_limits".to_owned(),
        subjects: vec!["host:example.org".to_owned()],
        content: content.to_owned(),
        importance: 0.5,
    }
}

async fn put(stores: &Stores, write: MemoryWrite) -> PutOutcome {
    stores.memory.put(&[write]).await.expect("answered").remove(0)
}

fn stored(outcome: PutOutcome) -> MemoryItem {
    match outcome {
        PutOutcome::Stored(item) => item,
        other => panic!("expected it stored: {other:?}"),
    }
}

pub(super) async fn writes_are_versioned(stores: &Stores, time: &dyn TimeTravel) {
    let first = stored(put(stores, write("k", "{\"a\":1}", Some(0))).await);
    assert_eq!((first.version, first.seq, first.uses, first.created_at), (1, 1, 0, START));
    assert_eq!(put(stores, write("k", "{}", Some(0))).await, PutOutcome::Conflict { found: 1 });
    assert_eq!(put(stores, write("new", "{}", Some(3))).await, PutOutcome::Conflict { found: 0 });
    time.advance(SECOND).await;
    let second = stored(put(stores, write("k", "{\"a\":2}", Some(1))).await);
    assert_eq!((second.version, second.created_at, second.updated_at), (2, START, START.plus(SECOND)));
    // A writer that repeats what went through is told so, not that it lost.
    assert_eq!(put(stores, write("k", "{\"a\":2}", Some(1))).await, PutOutcome::Unchanged(second.clone()));
    let third = stored(put(stores, write("k", "{\"a\":3}", None)).await);
    assert_eq!((third.version, third.seq), (3, 3), "an unchanged write uses no number up");

    time.advance(SECOND).await;
    let read = stores.memory.get(MemoryTier::Semantic, "k").await.expect("read").expect("there");
    assert_eq!((read.uses, read.accessed_at, read.seq), (1, START.plus(SECOND * 2), 3), "reading is no write");
    assert_eq!(read.content, "{\"a\":3}");
    assert!(stores.memory.get(MemoryTier::Working, "k").await.expect("read").is_none(), "a key is its tier's own");
    let batch = [write("x", "1", None), write("x", "2", Some(1)), write("x", "3", Some(1))];
    let outcomes = stores.memory.put(&batch).await.expect("answered");
    assert!(matches!(outcomes[1], PutOutcome::Stored(_)), "each is judged after the one before: {outcomes:?}");
    assert_eq!(outcomes[2], PutOutcome::Conflict { found: 2 });
    assert!(stores.memory.put(&[]).await.expect("answered").is_empty());
    for (given, kept) in [(f64::NAN, 0.0), (7.0, 1.0), (0.25, 0.25)] {
        let item =
            stored(put(stores, MemoryWrite { importance: given, ..write(&format!("i{kept}"), "1", None) }).await);
        assert_eq!(item.importance, kept, "a share from 0 to 1, whatever was given");
    }
}

pub(super) async fn forgetting_leaves_a_tombstone(stores: &Stores, _time: &dyn TimeTravel) {
    put(stores, write("a", "1", None)).await;
    put(stores, write("b", "1", None)).await;
    put(stores, write("a", "2", None)).await;
    let seqs = |items: &[MemoryItem]| items.iter().map(|one| (one.key.clone(), one.seq)).collect::<Vec<_>>();
    let since = stores.memory.since(0, 10).await.expect("read");
    assert_eq!(seqs(&since), [("b".to_owned(), 2), ("a".to_owned(), 3)], "the last write of each, in order");
    assert!(stores.memory.forget(MemoryTier::Semantic, "a").await.expect("forgotten"));
    assert!(!stores.memory.forget(MemoryTier::Semantic, "a").await.expect("answered"), "once");
    assert!(!stores.memory.forget(MemoryTier::Semantic, "zzz").await.expect("answered"));
    assert!(stores.memory.get(MemoryTier::Semantic, "a").await.expect("read").is_none());
    let since = stores.memory.since(3, 10).await.expect("read");
    assert_eq!(seqs(&since), [("a".to_owned(), 4)]);
    assert_eq!((since[0].kind.as_str(), since[0].content.as_str(), since[0].version), ("tombstone", "", 3));
    let listed = stores.memory.list(&MemoryFilter::default(), 10).await.expect("listed");
    assert_eq!(seqs(&listed), [("b".to_owned(), 2)]);

    let reborn = stored(put(stores, write("a", "2", Some(0))).await);
    assert_eq!((reborn.version, reborn.seq, reborn.uses), (4, 5, 0), "versions go on after a tombstone");
    assert_eq!(stores.memory.since(3, 1).await.expect("read").len(), 1);
}

pub(super) async fn filters_and_counts(stores: &Stores, _time: &dyn TimeTravel) {
    let batch = [
        write("host/a.org/limits", "1", None),
        MemoryWrite { tier: MemoryTier::Working, ..write("host/a.org/limits", "2", None) },
        MemoryWrite { kind: "finding".to_owned(), ..write("finding/1", "3", None) },
        MemoryWrite {
            subjects: vec!["project:x".to_owned(), "host:b.org".to_owned()],
            ..write("host/b.org/limits", "4", None)
        },
        write("host/%_/limits", "5", None),
    ];
    let outcomes = stores.memory.put(&batch).await.expect("stored");
    assert!(outcomes.iter().all(|outcome| matches!(outcome, PutOutcome::Stored(_))), "{outcomes:?}");
    let none = MemoryFilter::default;
    let prefix = |prefix: &str| MemoryFilter { key_prefix: Some(prefix.to_owned()), ..none() };
    let subject = |subject: &str| MemoryFilter { subject: Some(subject.to_owned()), ..none() };
    let cases = [
        (none(), vec!["5", "4", "3", "2", "1"]),
        (MemoryFilter { tier: Some(MemoryTier::Working), ..none() }, vec!["2"]),
        (prefix("host/"), vec!["5", "4", "2", "1"]),
        (prefix("host/%"), vec!["5"]),
        (prefix("Host/"), vec![]),
        (MemoryFilter { kind: Some("finding".to_owned()), ..none() }, vec!["3"]),
        (subject("host:b.org"), vec!["4"]),
        (subject("host"), vec![]),
        (MemoryFilter { tier: Some(MemoryTier::Semantic), ..prefix("host/a") }, vec!["1"]),
    ];
    for (filter, expected) in cases {
        let got = stores.memory.list(&filter, 10).await.expect("listed");
        assert_eq!(got.iter().map(|one| one.content.as_str()).collect::<Vec<_>>(), expected, "{filter:?}");
    }
    assert_eq!(stores.memory.list(&none(), 2).await.expect("listed").len(), 2);
    let counts = stores.memory.counts().await.expect("counted");
    let of = |tier| counts.iter().find(|one| one.0 == tier).map(|one| one.1);
    assert_eq!(
        (of(MemoryTier::Semantic), of(MemoryTier::Working), of(MemoryTier::Vector)),
        (Some(4), Some(1), Some(0))
    );
}

pub(super) async fn racing_writes_win_once(stores: &Stores, _time: &dyn TimeTravel) {
    let outcomes = join_all((0..8).map(|n| put(stores, write("k", &n.to_string(), Some(0))))).await;
    let won = outcomes.iter().filter(|outcome| matches!(outcome, PutOutcome::Stored(_))).count();
    let lost = outcomes.iter().filter(|outcome| **outcome == PutOutcome::Conflict { found: 1 }).count();
    assert_eq!((won, lost), (1, 7), "{outcomes:?}");
    // Unconditional writers of several keys in opposite order do not block one another for good.
    let batches = [["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"]];
    let all = join_all(batches.iter().enumerate().map(|(n, keys)| async move {
        let writes: Vec<_> = keys.iter().map(|key| write(key, &n.to_string(), None)).collect();
        stores.memory.put(&writes).await.expect("stored")
    }))
    .await;
    assert_eq!(all.iter().flatten().filter(|outcome| matches!(outcome, PutOutcome::Stored(_))).count(), 9);
    let seqs: Vec<_> = stores.memory.since(0, 100).await.expect("read").iter().map(|one| one.seq).collect();
    assert!(seqs.is_sorted() && seqs.last() == Some(&10), "{seqs:?}");
}
