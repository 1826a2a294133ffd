//! The agent over a real store and a real memory: it judges by the ruleset in force, and lets another look on.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;
use std::time::Duration;

use tge_agent_keyword_precision::{Parts, app};
use tge_detect::{Detector, Projects, Ruleset};
use tge_local::{LocalBus, ManualClock, SeededEntropy};
use tge_memory_coordinator as memory;
use tge_model::{
    Asset, ChangeKind, Event, EventKind, EventStatus, MemoryTier, Observation, ObservationId, Project, RulesetStep,
    Schedule, Slug, SourceName, StoredRuleset, Verdict,
};
use tge_ports::contract::store::{START, document, event};
use tge_ports::store::{CommitOutcome, Decision, EventWrite};
use tge_ports::{Bus, Stores, channels};
use tge_proto::Rpc;
use tge_proto::record::ShadowRecord;
use tge_service::Context;

struct World {
    stores: Stores,
    bus: Arc<LocalBus>,
    memory: Rpc,
    /// Keeps memory's loops.
    context: Context,
    told: u64,
    _directory: tempfile::TempDir,
}

impl World {
    async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(START));
        let stores = tge_store::sqlite::open(&directory.path().join("tge.db"), clock.clone()).await.unwrap();
        let bus = Arc::new(LocalBus::new(Duration::from_secs(60)));
        let context = Context::new("memory-coordinator", clock, Arc::new(SeededEntropy::new(1)));
        let parts =
            memory::Parts { memory: stores.memory.clone(), bus: bus.clone(), config: memory::Config::default() };
        let memory = memory::Server::start(&context, parts).rpc();
        Self { stores, bus, memory, context, told: 0, _directory: directory }
    }

    fn agent(&self) -> Context {
        let context = Context::new("keyword-precision", self.context.clock.clone(), Arc::new(SeededEntropy::new(2)));
        let detector = Detector::new(Ruleset::embedded().unwrap(), Projects::default()).unwrap();
        let parts = Parts {
            stores: self.stores.clone(),
            bus: self.bus.clone(),
            detector: Arc::new(detector),
            projects: Projects::default(),
            memory: self.memory.clone(),
            opinions: None,
            address: String::new(),
            registration: None,
        };
        drop(app(&context, parts));
        context
    }

    /// Hands in one more document.
    async fn hand_in(&mut self, text: String) -> ObservationId {
        self.told += 1;
        let (source, key) = (SourceName::new("example-news").unwrap(), format!("launch-{}", self.told));
        let sha256 = Observation::hash_content("", &text);
        let seen = Observation {
            id: ObservationId::derive(&source, &key, &sha256),
            source,
            key,
            title: String::new(),
            text,
            sha256,
            ..document(1)
        };
        self.stores.observations.ingest(std::slice::from_ref(&seen), None).await.unwrap();
        self.bus.push(channels::OBSERVATIONS, &[seen.id.to_string()]).await.unwrap();
        seen.id
    }

    async fn verdict(&self, id: ObservationId) -> Option<Verdict> {
        self.stores.observations.get(id).await.unwrap().unwrap().verdict
    }

    /// The verdict on one more launch: told to the agent, awaited by the hint that it goes on.
    async fn judged(&mut self) -> Verdict {
        let n = self.told + 1;
        let seen =
            self.hand_in(format!("The Vellum {n} $VLM{n} token generation event is now live. Claims are open.")).await;
        let hinted = self.bus.pull(channels::CANDIDATES, "test", 10, Duration::from_secs(30)).await.unwrap();
        assert_eq!(hinted.len(), 1, "the launch goes on");
        self.bus.ack(channels::CANDIDATES, &hinted).await.unwrap();
        self.verdict(seen).await.unwrap()
    }

    /// Which of these tickers are called launches by a notice that lists them.
    async fn called_launches(&mut self, tickers: &[String]) -> Vec<String> {
        let mut notices = Vec::new();
        for ticker in tickers {
            let text =
                format!("Binance Will List Brightfen ({ticker}) and open trading on Monday, notice {}", self.told);
            notices.push((ticker.clone(), self.hand_in(text).await));
        }
        // Documents are judged in the order they came: once this one is, all of them are.
        let last = self.hand_in(format!("The $VLM{} token generation event is now live.", self.told)).await;
        let mut waiting = true;
        while waiting {
            let hinted = self.bus.pull(channels::CANDIDATES, "test", 10, Duration::from_secs(30)).await.unwrap();
            assert!(!hinted.is_empty(), "the launch goes on");
            self.bus.ack(channels::CANDIDATES, &hinted).await.unwrap();
            waiting = !hinted.iter().any(|hint| hint.body == last.to_string());
        }
        let mut called = Vec::new();
        for (ticker, id) in notices {
            if self.verdict(id).await.unwrap().is_tge {
                called.push(ticker);
            }
        }
        called
    }

    /// Stores these events, each caused by a candidate that waits.
    async fn believe(&self, events: &[Event]) {
        let lease = Duration::from_secs(30);
        let taken = self.stores.observations.claim_candidates("test", events.len() as u32, lease).await.unwrap();
        let decisions: Vec<Decision> = taken
            .iter()
            .zip(events)
            .map(|(taken, event)| Decision {
                candidate: taken.item.observation.id,
                lease: taken.lease,
                writes: vec![EventWrite {
                    event: event.clone(),
                    keys: Vec::new(),
                    kind: ChangeKind::Created,
                    alert: false,
                    status_from: None,
                }],
            })
            .collect();
        assert_eq!(decisions.len(), events.len(), "enough candidates wait");
        let outcome = self.stores.events.commit(&decisions).await.unwrap();
        assert!(matches!(outcome, CommitOutcome::Committed(_)), "{outcome:?}");
    }

    async fn step(&self, last: u64, step: RulesetStep, version: &str) {
        assert!(self.stores.rulesets.step(last, step, version, START).await.unwrap());
        self.bus.publish(channels::QUEEN_COMMANDS, channels::RULESETS).await.unwrap();
    }

    /// Launches until one is judged by `version`; the agent is told at once, and may be in the middle of another.
    async fn judged_by(&mut self, version: &str) {
        for _ in 0..500 {
            if self.judged().await.ruleset == version {
                return;
            }
        }
        panic!("{version} never judged");
    }
}

/// The built-in ruleset with another threshold, as a file, with its version.
fn variant(threshold: f64) -> (String, Vec<u8>) {
    let built_in = Ruleset::embedded().unwrap();
    let text = String::from_utf8(built_in.to_bytes()).unwrap();
    let line = format!("\nthreshold\t{:.4}\n", built_in.threshold());
    assert!(text.contains(&line), "the threshold stands in the file");
    let changed =
        Ruleset::from_bytes(text.replace(&line, &format!("\nthreshold\t{threshold:.4}\n")).as_bytes()).unwrap();
    assert_ne!(changed.version(), built_in.version());
    (changed.version().to_owned(), changed.to_bytes())
}

async fn keep(world: &World, version: &str, body: &[u8]) {
    let ruleset = StoredRuleset {
        version: version.to_owned(),
        parent: None,
        note: String::new(),
        stored_at: START,
        size: body.len() as u64,
    };
    assert!(world.stores.rulesets.put(&ruleset, body).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ruleset_in_force_judges_and_another_looks_on() {
    let mut world = World::start().await;
    let built_in = Ruleset::embedded().unwrap().version().to_owned();
    let ((low, low_body), (high, high_body)) = (variant(0.05), variant(0.9999));
    keep(&world, &low, &low_body).await;
    keep(&world, &high, &high_body).await;
    keep(&world, "broken", b"no ruleset").await;

    let agent = world.agent();
    assert_eq!(world.judged().await.ruleset, built_in, "nothing else is in force");
    world.step(0, RulesetStep::Activate, &low).await;
    world.judged_by(&low).await;
    // What cannot be used changes nothing: the agent goes on with what it has.
    world.step(1, RulesetStep::Activate, "broken").await;
    assert_eq!(world.judged().await.ruleset, low);
    world.step(2, RulesetStep::Rollback, "broken").await;
    world.step(3, RulesetStep::Shadow, &high).await;
    // Nobody says when it looks on; a life that begins with it has it look on from the first document.
    agent.stop.cancel();
    assert!(agent.drained(Duration::from_secs(10)).await);
    let agent = world.agent();
    for _ in 0..20 {
        assert_eq!(world.judged().await.ruleset, low);
    }
    agent.stop.cancel();
    assert!(agent.drained(Duration::from_secs(10)).await);
    let memory = tge_agent::Memory::new(world.memory.clone(), "test");
    let figures: ShadowRecord = memory.recall(MemoryTier::Semantic, &ShadowRecord::key(&high)).await.unwrap().unwrap();
    assert!(figures.judged >= 20 && figures.lowered == figures.judged && figures.raised == 0, "{figures:?}");

    // The next life begins with what is in force, from its first document on.
    let agent = world.agent();
    assert_eq!(world.judged().await.ruleset, low);
    world.step(4, RulesetStep::Rollback, &low).await;
    world.judged_by(&built_in).await;
    // A shadow that cannot be used is no obstacle.
    world.step(5, RulesetStep::Shadow, "broken").await;
    world.step(6, RulesetStep::Activate, &low).await;
    world.judged_by(&low).await;
    world.step(7, RulesetStep::Activate, "broken").await;
    agent.stop.cancel();
    assert!(agent.drained(Duration::from_secs(10)).await);

    // A life that begins with what cannot be used judges by what it has, rather than not at all.
    let agent = world.agent();
    assert_eq!(world.judged().await.ruleset, built_in);
    agent.stop.cancel();
    assert!(agent.drained(Duration::from_secs(10)).await);
    world.context.stop.cancel();
}

/// What the swarm itself saw launch is old afterwards: the same notice is a launch before the event and none after it, for
/// as long as the event stands.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_was_seen_to_launch_is_old() {
    const DAY: Duration = Duration::from_secs(86_400);
    let mut world = World::start().await;
    let published = document(1).published.unwrap();
    let ago = |days: u32| Some(Schedule { start: published.minus(DAY * days), ..event(1).schedule.unwrap() });
    // Told of on the day it is of, unless the day is said to be long before.
    let live = |n: u64, ticker: &str, owners: u32, schedule: Option<Schedule>| {
        let mut event = Event { status: EventStatus::Live, assets: vec![], ..event(n) };
        event.evidence[0].published = schedule.as_ref().map(|schedule| schedule.start);
        event.schedule = schedule;
        event.project = Some(Project { name: "Brightfen".to_owned(), slug: Slug::of("Brightfen").unwrap() });
        event.assets.push(Asset { ticker: ticker.to_owned() });
        event.confidence.independent_sources = owners;
        event
    };
    let events = [
        live(1, "BRFN", 2, ago(200)),
        live(2, "ONEF", 1, ago(200)),
        live(3, "NEWF", 2, ago(3)),
        Event { status: EventStatus::Confirmed, ..live(4, "CONF", 2, ago(200)) },
        Event { status: EventStatus::Postponed, ..live(5, "PUTF", 2, ago(200)) },
        Event { kind: EventKind::PublicSale, ..live(6, "SALF", 2, ago(200)) },
        Event { demo: true, ..live(7, "DEMF", 2, ago(200)) },
        // Nobody has named it: the ticker stands for its project, too.
        Event {
            project: Some(Project { name: "NONF".to_owned(), slug: Slug::of("NONF").unwrap() }),
            ..live(8, "NONF", 2, ago(200))
        },
        // A day read out of the company's history, of a launch told of today.
        Event { schedule: ago(400), ..live(9, "HISF", 2, ago(0)) },
        // The day passed without a word: it may have slipped.
        Event { status: EventStatus::Confirmed, schedule: ago(150), ..live(10, "SLPF", 2, ago(200)) },
    ];
    let tickers: Vec<String> = events.iter().map(|event| event.assets[0].ticker.clone()).collect();

    // Each is a launch to who has seen nothing.
    let agent = world.agent();
    assert_eq!(world.called_launches(&tickers).await, tickers);
    agent.stop.cancel();
    assert!(agent.drained(Duration::from_secs(10)).await);

    world.believe(&events).await;
    let agent = world.agent();
    let others: Vec<String> =
        tickers.iter().filter(|t| !["BRFN", "CONF", "NONF"].contains(&t.as_str())).cloned().collect();
    assert_eq!(world.called_launches(&tickers).await, others);
    agent.stop.cancel();
    assert!(agent.drained(Duration::from_secs(10)).await);

    // Taken back: the next change is all an agent at work must hear of.
    let taken_back = Event { status: EventStatus::Retracted, revision: 2, ..events[0].clone() };
    let agent = world.agent();
    world.judged().await;
    world.believe(&[taken_back]).await;
    world.bus.publish(channels::QUEEN_COMMANDS, channels::RULESETS).await.unwrap();
    for tries in 0.. {
        assert!(tries < 500, "never forgotten");
        if world.called_launches(&["BRFN".to_owned()]).await == ["BRFN"] {
            break;
        }
    }
    agent.stop.cancel();
    assert!(agent.drained(Duration::from_secs(10)).await);
    world.context.stop.cancel();
}
