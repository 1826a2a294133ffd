//! The agent over a real store and a real memory: it judges by the ruleset in force, and lets another look on.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;
use std::time::Duration;

use tge_agent_keyword_precision::{Parts, app};
use tge_detect::{Detector, Projects, Ruleset};
use tge_local::{LocalBus, ManualClock, SeededEntropy};
use tge_memory_coordinator as memory;
use tge_model::{MemoryTier, Observation, ObservationId, RulesetStep, SourceName, StoredRuleset, Verdict};
use tge_ports::contract::store::{START, document};
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

    /// The verdict on one more launch: told to the agent, awaited by the hint that it goes on.
    async fn judged(&mut self) -> Verdict {
        self.told += 1;
        let (source, key) = (SourceName::new("example-news").unwrap(), format!("launch-{}", self.told));
        let text =
            format!("The Vellum {} $VLM{} token generation event is now live. Claims are open.", self.told, self.told);
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
        let hinted = self.bus.pull(channels::CANDIDATES, "test", 10, Duration::from_secs(30)).await.unwrap();
        assert_eq!(hinted.len(), 1, "the launch goes on");
        self.bus.ack(channels::CANDIDATES, &hinted).await.unwrap();
        self.stores.observations.get(seen.id).await.unwrap().unwrap().verdict.unwrap()
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

async fn hand_in(world: &World, version: &str, body: &[u8]) {
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
    hand_in(&world, &low, &low_body).await;
    hand_in(&world, &high, &high_body).await;
    hand_in(&world, "broken", b"no ruleset").await;

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
