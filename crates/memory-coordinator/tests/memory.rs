//! A coordinator as its clients see it: in-process calls, a store and a bus in memory, a paused clock.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "memory/fake.rs"]
mod fake;

use std::sync::Arc;
use std::time::Duration;

use fake::FakeStore;
use futures::StreamExt;
use tge_agent::{Memory, Tally};
use tge_local::{LocalBus, SeededEntropy, TokioClock};
use tge_memory_coordinator::{Config, Parts, Server};
use tge_model::{MemoryTier, Timestamp};
use tge_ports::Bus;
use tge_proto::Rpc;
use tge_proto::pb::memory::v1 as pb;
use tge_proto::pb::memory::v1::memory_service_client::MemoryServiceClient;
use tge_service::Context;
use tonic::Code;
use tonic_types::StatusExt;

type Client = MemoryServiceClient<Rpc>;

/// One store and one bus, with as many coordinators as a test wants.
struct World {
    context: Context,
    store: Arc<FakeStore>,
    bus: Arc<LocalBus>,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(TokioClock::new(Timestamp::from_secs(1_000_000)));
        let store = Arc::new(FakeStore::new(clock.clone()));
        let context = Context::new("memory-coordinator", clock, Arc::new(SeededEntropy::new(1)));
        Self { context, store, bus: Arc::new(LocalBus::default()) }
    }

    fn coordinator(&self, config: Config) -> Client {
        self.on_bus(config, self.bus.clone())
    }

    fn on_bus(&self, config: Config, bus: Arc<dyn Bus>) -> Client {
        Client::new(self.rpc(config, bus))
    }

    /// A further coordinator on the same store.
    fn rpc(&self, config: Config, bus: Arc<dyn Bus>) -> Rpc {
        let parts = Parts { memory: self.store.clone(), bus, config };
        Server::start(&self.context, parts).rpc()
    }
}

fn write(key: &str, content: &str) -> pb::StoreRequest {
    pb::StoreRequest {
        tier: pb::Tier::Episodic.into(),
        key: key.to_owned(),
        writer: "tester".to_owned(),
        kind: "note".to_owned(),
        content: content.to_owned(),
        importance: 0.5,
        ..Default::default()
    }
}

fn named(key: &str) -> pb::GetRequest {
    pb::GetRequest { tier: pb::Tier::Episodic.into(), key: key.to_owned() }
}

async fn content(client: &mut Client, key: &str) -> Option<String> {
    match client.get(named(key)).await {
        Ok(answer) => Some(answer.into_inner().item.unwrap().content),
        Err(status) if status.code() == Code::NotFound => None,
        Err(status) => panic!("{status}"),
    }
}

/// Lets every task that can run do so; with a paused clock this is a moment without duration.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[tokio::test(start_paused = true)]
async fn writes_are_versioned_and_same_content_is_no_write() {
    let world = World::new();
    let mut memory = world.coordinator(Config::default());
    let first = memory.store(write("a", "{\"n\": 1}")).await.unwrap().into_inner();
    assert!(!first.unchanged && first.item.unwrap().version == 1);
    let same = memory.store(write("a", "{ \"n\":1 }")).await.unwrap().into_inner();
    assert!(same.unchanged && same.item.unwrap().version == 1);
    let second = memory.store(write("a", "{\"n\": 2}")).await.unwrap().into_inner();
    assert_eq!(second.item.unwrap().version, 2);
    let refused = memory.store(pb::StoreRequest { expected_version: Some(1), ..write("a", "3") }).await.unwrap_err();
    assert_eq!(refused.code(), Code::Aborted);
    assert!(refused.message().contains("expected version 1, found version 2"), "{refused}");
    let fresh = pb::StoreRequest { expected_version: Some(0), ..write("a", "3") };
    assert_eq!(memory.store(fresh).await.unwrap_err().code(), Code::Aborted);
    let right = pb::StoreRequest { expected_version: Some(2), ..write("a", "3") };
    assert_eq!(memory.store(right).await.unwrap().into_inner().item.unwrap().version, 3);
}

#[tokio::test(start_paused = true)]
async fn two_coordinators_see_each_other_at_once_by_hint() {
    let world = World::new();
    let (mut one, mut two) = (world.coordinator(Config::default()), world.coordinator(Config::default()));
    settle().await;
    one.store(write("a", "1")).await.unwrap();
    settle().await;
    assert_eq!(content(&mut two, "a").await.as_deref(), Some("1"));
    two.store(write("a", "2")).await.unwrap();
    settle().await;
    assert_eq!(content(&mut one, "a").await.as_deref(), Some("2"));
    let before = world.store.reads();
    for _ in 0..10 {
        content(&mut one, "a").await;
    }
    assert_eq!(world.store.reads(), before, "reads come from the replica");
    one.forget(pb::ForgetRequest { tier: pb::Tier::Episodic.into(), key: "a".to_owned() }).await.unwrap();
    settle().await;
    assert_eq!(content(&mut two, "a").await, None);
    let again = one.forget(pb::ForgetRequest { tier: pb::Tier::Episodic.into(), key: "a".to_owned() }).await;
    assert_eq!(again.unwrap_err().code(), Code::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_lost_hint_costs_one_sweep() {
    let world = World::new();
    let deaf = Arc::new(LocalBus::default());
    let (mut one, mut two) = (world.coordinator(Config::default()), world.on_bus(Config::default(), deaf));
    settle().await;
    one.store(write("a", "1")).await.unwrap();
    tokio::time::sleep(Duration::from_secs(91)).await;
    assert_eq!(content(&mut two, "a").await.as_deref(), Some("1"));
    one.store(write("a", "2")).await.unwrap();
    settle().await;
    assert_eq!(content(&mut two, "a").await.as_deref(), Some("1"), "nobody told it yet");
    let refused = two.store(pb::StoreRequest { expected_version: Some(1), ..write("a", "3") }).await.unwrap_err();
    assert_eq!(refused.code(), Code::Aborted);
    assert_eq!(content(&mut two, "a").await.as_deref(), Some("2"), "after a refusal the truth is read");
    one.store(write("b", "1")).await.unwrap();
    one.store(write("a", "4")).await.unwrap();
    tokio::time::sleep(Duration::from_secs(91)).await;
    assert_eq!(content(&mut two, "a").await.as_deref(), Some("4"));
}

#[tokio::test(start_paused = true)]
async fn an_absent_store_is_told_and_waited_for() {
    let world = World::new();
    world.store.set_away(true);
    let mut memory = world.coordinator(Config::default());
    settle().await;
    let missing = world.context.ready.missing();
    assert!(missing.iter().any(|(name, why)| *name == "memory" && why.contains("unavailable")), "{missing:?}");
    let refused = memory.store(write("a", "1")).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(refused.get_details_retry_info().is_some());
    assert_eq!(memory.get(named("a")).await.unwrap_err().code(), Code::Unavailable);
    world.store.set_away(false);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(world.context.ready.is_ready());
    memory.store(write("a", "1")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_talkative_writer_is_slowed_and_others_are_not() {
    let world = World::new();
    let config = Config { writes_per_second: 2, write_burst: 5, ..Config::default() };
    let mut memory = world.coordinator(config);
    for n in 0..5 {
        memory.store(write("a", &n.to_string())).await.unwrap();
    }
    let refused = memory.store(write("a", "6")).await.unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    let wait = refused.get_details_retry_info().unwrap().retry_delay.unwrap();
    assert!(wait <= Duration::from_millis(500) && wait > Duration::ZERO, "{wait:?}");
    let other = pb::StoreRequest { writer: "other".to_owned(), ..write("b", "1") };
    memory.store(other).await.unwrap();
    tokio::time::sleep(wait).await;
    memory.store(write("a", "6")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn many_writers_share_transactions() {
    let world = World::new();
    let memory = world.coordinator(Config { write_burst: 1_000, ..Config::default() });
    let writes = (0..500).map(|n| {
        let mut memory = memory.clone();
        async move { memory.store(write(&format!("k{n}"), "1")).await.unwrap().into_inner().item.unwrap().seq }
    });
    let mut seqs = futures::future::join_all(writes).await;
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=500).collect::<Vec<_>>());
    assert!(world.store.transactions() <= 10, "{} transactions", world.store.transactions());
}

#[tokio::test(start_paused = true)]
async fn one_write_the_store_cannot_take_harms_no_other() {
    let world = World::new();
    let memory = world.coordinator(Config::default());
    let writes = ["good", "refuse me", "fine"].map(|key| {
        let mut memory = memory.clone();
        async move { memory.store(write(key, "1")).await.map(drop).map_err(|status| status.code()) }
    });
    let outcomes = futures::future::join_all(writes).await;
    assert_eq!(outcomes, [Ok(()), Err(Code::Internal), Ok(())]);
}

#[tokio::test(start_paused = true)]
async fn findings_are_told_to_the_agents_they_concern() {
    let world = World::new();
    let mut memory = world.coordinator(Config::default());
    let mut heard =
        world.bus.subscribe(&["swarm:channels:agent-communication", "swarm:memory:episodic"]).await.unwrap();
    memory.store(write("a", "1")).await.unwrap();
    let subjects = vec!["host:b".to_owned(), "host:a".to_owned(), "host:a".to_owned()];
    memory.store(pb::StoreRequest { kind: "finding".to_owned(), subjects, ..write("f", "1") }).await.unwrap();
    let told: Vec<String> = heard.by_ref().take(3).map(|message| message.payload).collect().await;
    assert_eq!(told[0], r#"{"tier":"episodic","key":"a","seq":1}"#);
    assert_eq!(told[1], r#"{"tier":"episodic","key":"f","seq":2}"#);
    let expected = r#"{"tier":"episodic","key":"f","seq":2,"writer":"tester","subjects":["host:a","host:b"]}"#;
    assert_eq!(told[2], expected);
}

async fn seqs(stream: &mut tonic::Streaming<pb::WatchResponse>, count: usize) -> Vec<(u64, bool)> {
    let mut seqs = Vec::new();
    while seqs.len() < count {
        let item = stream.next().await.unwrap().unwrap().item.unwrap();
        seqs.push((item.seq, item.tombstone));
    }
    seqs
}

#[tokio::test(start_paused = true)]
async fn a_stream_replays_follows_and_resumes() {
    let world = World::new();
    let (mut one, mut two) = (world.coordinator(Config::default()), world.coordinator(Config::default()));
    for n in 0..3 {
        one.store(write(&format!("k{n}"), "1")).await.unwrap();
    }
    let working = pb::StoreRequest { tier: pb::Tier::Working.into(), ..write("w", "1") };
    one.store(working).await.unwrap();
    let mut all = two.watch(pb::WatchRequest::default()).await.unwrap().into_inner();
    assert_eq!(seqs(&mut all, 4).await, [(1, false), (2, false), (3, false), (4, false)]);
    let only = pb::WatchRequest { since: 1, tier: pb::Tier::Episodic.into() };
    let mut only = two.watch(only).await.unwrap().into_inner();
    assert_eq!(seqs(&mut only, 2).await, [(2, false), (3, false)]);
    one.forget(pb::ForgetRequest { tier: pb::Tier::Episodic.into(), key: "k1".to_owned() }).await.unwrap();
    assert_eq!(seqs(&mut all, 1).await, [(5, true)]);
    assert_eq!(seqs(&mut only, 1).await, [(5, true)]);
    let beyond = two.watch(pb::WatchRequest { since: 900, tier: 0 }).await.unwrap_err();
    assert_eq!(beyond.code(), Code::OutOfRange);
    world.context.stop.cancel();
    assert_eq!(all.next().await.unwrap().unwrap_err().code(), Code::Unavailable);
    assert!(world.context.drained(Duration::from_secs(1)).await);
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_ended_with_the_place_to_resume_at() {
    let world = World::new();
    let config = Config { write_burst: 1_000, watchers_max: 1, ..Config::default() };
    let mut memory = world.coordinator(config);
    let mut slow = memory.watch(pb::WatchRequest::default()).await.unwrap().into_inner();
    let refused = memory.watch(pb::WatchRequest::default()).await.unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    for n in 0..300 {
        memory.store(write(&format!("k{n}"), "1")).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(11)).await;
    let end = loop {
        if let Err(status) = slow.next().await.unwrap() {
            break status;
        }
    };
    assert_eq!(end.code(), Code::ResourceExhausted);
    let resume: u64 = end.message().rsplit(' ').next().unwrap().parse().unwrap();
    assert!(slow.next().await.is_none());
    let mut last = resume;
    let mut again = memory.watch(pb::WatchRequest { since: resume, tier: 0 }).await.unwrap().into_inner();
    while last < 300 {
        let seq = again.next().await.unwrap().unwrap().item.unwrap().seq;
        assert_eq!(seq, last + 1);
        last = seq;
    }
}

#[tokio::test(start_paused = true)]
async fn search_filters_ranks_and_says_why() {
    let world = World::new();
    let mut memory = world.coordinator(Config { items_max: 1_000, ..Config::default() });
    let important = pb::StoreRequest { importance: 0.9, ..write("a", "\"launch of the moon token\"") };
    memory.store(important).await.unwrap();
    memory.store(pb::StoreRequest { kind: "finding".to_owned(), ..write("b", "\"moon phase\"") }).await.unwrap();
    memory.store(write("c", "\"rate limit of example.org\"")).await.unwrap();
    settle().await;
    let search = |query: &str, kind: &str| pb::SearchRequest {
        query: query.to_owned(),
        kind: kind.to_owned(),
        ..Default::default()
    };
    let hits = memory.search(search("moon token launch", "")).await.unwrap().into_inner().hits;
    assert_eq!(hits[0].item.as_ref().unwrap().key, "a");
    for part in ["likeness", "words", "importance 0.90", "recency 1.00"] {
        assert!(hits[0].why.contains(part), "{}", hits[0].why);
    }
    let spelled = memory.search(search("launching tokens", "")).await.unwrap().into_inner().hits;
    assert_eq!(spelled[0].item.as_ref().unwrap().key, "a", "found by likeness, no word is the same");
    assert!(hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
    let findings = memory.search(search("", "finding")).await.unwrap().into_inner().hits;
    assert_eq!(findings.len(), 1);
    let none = memory.search(search("", "nothing such")).await.unwrap().into_inner().hits;
    assert!(none.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_found_in_the_store() {
    let world = World::new();
    let mut memory = world.coordinator(Config { items_max: 10, ..Config::default() });
    for n in 0..40 {
        let kind = if n == 0 { "rare" } else { "note" };
        let request = pb::StoreRequest {
            kind: kind.to_owned(),
            importance: if n == 0 { 0.0 } else { 0.5 },
            ..write(&format!("k{n}"), "1")
        };
        memory.store(request).await.unwrap();
    }
    settle().await;
    assert_eq!(content(&mut memory, "k0").await.as_deref(), Some("1"));
    let rare = pb::SearchRequest { kind: "rare".to_owned(), ..Default::default() };
    assert_eq!(memory.search(rare).await.unwrap().into_inner().hits.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn attention_fades_in_the_working_tier_and_uses_are_counted() {
    let world = World::new();
    let mut memory = world.coordinator(Config::default());
    for tier in [pb::Tier::Working, pb::Tier::Episodic] {
        memory.store(pb::StoreRequest { tier: tier.into(), importance: 0.8, ..write("a", "1") }).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(8 * 3_600)).await;
    let hits = memory.search(pb::SearchRequest::default()).await.unwrap().into_inner().hits;
    let importance = |tier: pb::Tier| {
        let hit = hits.iter().find(|hit| hit.item.as_ref().unwrap().tier() == tier).unwrap();
        hit.item.as_ref().unwrap().importance
    };
    assert!(importance(pb::Tier::Working) < 0.4, "{}", importance(pb::Tier::Working));
    assert_eq!(importance(pb::Tier::Episodic), 0.8);
    for _ in 0..3 {
        memory.get(named("a")).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(16)).await;
    assert!(world.store.uses("a") >= 1, "the store learned of the use");
}

/// What two replicas of an agent count.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
struct Seen(u64);

impl tge_agent::Counts for Seen {
    fn add(&mut self, other: &Self) {
        self.0 += other.0;
    }

    fn describe(&self, _: &str) -> (Vec<String>, f64) {
        (Vec::new(), 0.5)
    }
}

#[tokio::test(start_paused = true)]
async fn two_replicas_add_to_one_sum_through_two_coordinators() {
    let world = World::new();
    let replica = || Memory::new(world.rpc(Config::default(), world.bus.clone()), "counter");
    let (one, two) = (replica(), replica());
    let tallies = [&one, &two].map(|memory| Tally::<Seen>::start(&world.context, memory.clone(), "seen"));
    // Both write in the same moment, again and again, each what it counted since.
    for _ in 0..10 {
        for tally in &tallies {
            tally.note("seen/a".to_owned(), &Seen(3));
            tally.note("seen/b".to_owned(), &Seen(1));
        }
        tokio::time::sleep(Duration::from_secs(16)).await;
    }
    for (key, sum) in [("seen/a", 60), ("seen/b", 20)] {
        assert_eq!(one.recall(MemoryTier::Semantic, key).await.unwrap(), Some(Seen(sum)), "{key}");
    }
    // What the other counted is part of the sum a replica knows, the other's last write aside.
    let mut known = tallies.map(|tally| tally.note("seen/a".to_owned(), &Seen(1)).0);
    known.sort_unstable();
    assert_eq!(known, [58, 61]);
    // A replica that begins anew goes on from the sum, and what it counted before it could write is not lost.
    world.store.set_away(true);
    let third = Tally::<Seen>::start(&world.context, replica(), "seen");
    third.note("seen/b".to_owned(), &Seen(5));
    tokio::time::sleep(Duration::from_secs(40)).await;
    world.store.set_away(false);
    tokio::time::sleep(Duration::from_secs(40)).await;
    assert_eq!(two.recall(MemoryTier::Semantic, "seen/b").await.unwrap(), Some(Seen(25)));
}

#[tokio::test(start_paused = true)]
async fn a_change_loses_to_nobody_and_answers_what_stands_there() {
    let world = World::new();
    let memory = || Memory::new(world.rpc(Config::default(), world.bus.clone()), "changer");
    let replicas: Vec<Memory> = (0..4).map(|_| memory()).collect();
    let add = |memory: Memory| async move {
        let change = |known: Option<Seen>| (Seen(known.unwrap_or_default().0 + 1), Vec::new(), 0.5);
        memory.change(MemoryTier::Semantic, "one", "seen", change).await.unwrap().0
    };
    let mut answers = futures::future::join_all(replicas.iter().cloned().map(add)).await;
    answers.sort_unstable();
    assert_eq!(answers, [1, 2, 3, 4], "each saw the sum that its own addition made");
}
