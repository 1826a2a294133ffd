//! The agent over a real store and a real memory, in one process: a stage that waits becomes a finding, once.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tge_agent_performance::{Config, Finding, FindingState, Parts, app};
use tge_local::{LocalBus, ManualClock, SeededEntropy};
use tge_memory_coordinator as memory;
use tge_ports::Stores;
use tge_ports::contract::store::{START, document, verdict};
use tge_ports::store::Judged;
use tge_proto::Rpc;
use tge_proto::pb::memory::v1 as pb;
use tge_proto::pb::memory::v1::memory_service_client::MemoryServiceClient;
use tge_service::Context;
use tonic::Streaming;

const KEY: &str = "performance/stage_age/stage:observations";

struct World {
    clock: Arc<ManualClock>,
    stores: Stores,
    bus: Arc<LocalBus>,
    memory: Rpc,
    /// Keeps memory's loops.
    context: Context,
}

impl World {
    async fn start(directory: &Path) -> Self {
        let clock = Arc::new(ManualClock::new(START.plus(Duration::from_secs(3_600))));
        let stores = tge_store::sqlite::open(&directory.join("tge.db"), clock.clone()).await.unwrap();
        let bus = Arc::new(LocalBus::default());
        let context = Context::new("memory-coordinator", clock.clone(), Arc::new(SeededEntropy::new(1)));
        let parts =
            memory::Parts { memory: stores.memory.clone(), bus: bus.clone(), config: memory::Config::default() };
        let memory = memory::Server::start(&context, parts).rpc();
        Self { clock, stores, bus, memory, context }
    }

    fn agent(&self, seed: u64) -> Context {
        let context = Context::new("performance", self.clock.clone(), Arc::new(SeededEntropy::new(seed)));
        let parts = Parts {
            stores: self.stores.clone(),
            bus: self.bus.clone(),
            slow_log: None,
            memory: self.memory.clone(),
            config: Config { every: Duration::from_millis(20), ..Config::default() },
            address: String::new(),
            registration: None,
        };
        drop(app(&context, parts));
        context
    }
}

async fn stop(context: Context) {
    context.stop.cancel();
    assert!(context.drained(Duration::from_secs(10)).await);
}

/// The next write of the stage's finding.
async fn next(stream: &mut Streaming<pb::WatchResponse>) -> (pb::Item, Finding) {
    let waiting = async {
        loop {
            let item = stream.message().await.unwrap().unwrap().item.unwrap();
            if item.key == KEY {
                let finding = serde_json::from_str(&item.content).unwrap();
                return (item, finding);
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waiting).await.expect("a finding is written")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stage_that_waits_is_a_finding_until_it_is_worked_off() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::start(directory.path()).await;
    let mut client = MemoryServiceClient::new(world.memory.clone());
    let mut stream = client.watch(pb::WatchRequest::default()).await.unwrap().into_inner();
    world.stores.observations.ingest(&[document(0)], None).await.unwrap();

    let first = world.agent(2);
    let (item, finding) = next(&mut stream).await;
    assert_eq!((item.kind.as_str(), item.writer.as_str(), item.version), ("finding", "performance", 1));
    assert_eq!(item.subjects, ["rule:stage_age", "stage:observations"]);
    assert_eq!((finding.state, finding.times, finding.threshold), (FindingState::Open, 1, 5.0));
    assert_eq!((finding.value, finding.evidence["depth"]), (3_600.0, 1.0));
    stop(first).await;

    // The next life finds it open; what it writes next is the end of it.
    let second = world.agent(3);
    let claimed = world.stores.observations.claim("test", 10, Duration::from_secs(60)).await.unwrap();
    let judged: Vec<Judged> = claimed
        .into_iter()
        .map(|claimed| Judged {
            observation: claimed.item.id,
            lease: claimed.lease,
            verdict: verdict(),
            candidate: false,
        })
        .collect();
    assert_eq!(world.stores.observations.commit(&judged).await.unwrap(), [true]);
    let (item, closed) = next(&mut stream).await;
    assert_eq!((item.version, closed.state, closed.times), (2, FindingState::Closed, 1));
    assert_eq!((closed.opened_at, closed.worst), (finding.opened_at, 3_600.0));
    let agents = world.stores.agents.all().await.unwrap();
    assert_eq!(agents.len(), 2);
    assert!(second.ready.is_ready(), "{:?}", second.ready.missing());
    stop(second).await;
    stop(world.context).await;
}
