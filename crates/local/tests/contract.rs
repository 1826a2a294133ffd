//! The contract suites on the adapters of one process.

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use libtest_mimic::{Arguments, Trial};
use tge_local::{FakeContainers, LocalBus, LocalDirectory, TokioClock};
use tge_model::Timestamp;
use tge_ports::contract::containers::{Scene, Stage};
use tge_ports::contract::{bus, containers, directory};
use tge_ports::{Clock, Containers};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for &(name, case) in bus::CASES {
        trials.push(Trial::test(format!("bus::{name}"), move || {
            paused(async move { case(Arc::new(LocalBus::new(bus::RECLAIM_AFTER))).await })
        }));
    }
    for &(name, case) in directory::CASES {
        trials.push(Trial::test(format!("directory::{name}"), move || {
            paused(async move { case(Arc::new(LocalDirectory::new())).await })
        }));
    }
    for &(name, case) in containers::CASES {
        trials.push(Trial::test(format!("containers::{name}"), move || paused(async move { case(scene()).await })));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Runs a trial on a paused clock: what would wait, does not.
fn paused(trial: impl Future<Output = ()>) -> Result<(), libtest_mimic::Failed> {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?.block_on(trial);
    Ok(())
}

fn scene() -> Scene {
    let clock = Arc::new(TokioClock::new(Timestamp::from_secs(1_800_000_000)));
    let engine = FakeContainers::new(Arc::<TokioClock>::clone(&clock));
    let stage = Script { engine: engine.clone(), clock };
    Scene { engine: Arc::new(engine), stage: Arc::new(stage), mark: "suite".to_owned() }
}

struct Script {
    engine: FakeContainers,
    clock: Arc<TokioClock>,
}

#[async_trait]
impl Stage for Script {
    async fn create(&self, name: &str, labels: &[(&str, &str)]) -> String {
        self.engine.create(name, labels)
    }

    async fn start(&self, id: &str) {
        self.tick().await;
        self.engine.restart(id, Duration::ZERO).await.expect("starts");
    }

    async fn crash(&self, id: &str) {
        self.tick().await;
        self.engine.die(id, 137);
        self.tick().await;
    }

    async fn pause(&self, id: &str) {
        self.tick().await;
        self.engine.pause(id);
        self.tick().await;
    }

    async fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl Script {
    /// No two things happen at the same moment.
    async fn tick(&self) {
        tokio::time::advance(Duration::from_millis(1)).await;
    }
}
