//! A monitor and an actuator on an engine in memory, with a clock that moves as fast as nothing happens.

mod repairs {
    pub(crate) mod fakes;
}

use std::sync::Arc;
use std::time::Duration;

use repairs::fakes::{Directories, FakeProbe, FakeRecoveries};
use tge_actuator::{Config as ActuatorConfig, Fence, Parts as ActuatorParts, Server as Actuator};
use tge_control::recover::RecoverConfig;
use tge_health_monitor::{Config, Parts, Server};
use tge_local::{AfterStart, FakeContainers, SeededEntropy, TokioClock};
use tge_model::{Recovery, RecoveryAction, RecoveryOutcome, ServiceStatus, Timestamp};
use tge_ports::{ContainerHealth, Instance, InstanceStatus};
use tge_proto::Rpc;
use tge_proto::pb::health::v1 as pb;
use tge_proto::pb::health::v1::health_service_client::HealthServiceClient;
use tge_service::{Context, Secret};

struct World {
    engine: FakeContainers,
    directory: Arc<Directories>,
    recoveries: Arc<FakeRecoveries>,
    probe: Arc<FakeProbe>,
    actuator: Rpc,
    clock: TokioClock,
    _state: tempfile::TempDir,
}

struct Monitor {
    context: Context,
    server: Server,
}

fn labels<'a>(component: &'a str, depends: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("tge.managed", "true"),
        ("com.docker.compose.project", "tge"),
        ("tge.component", component),
        ("tge.depends", depends),
    ]
}

impl World {
    fn new() -> Self {
        let clock = TokioClock::new(Timestamp::from_secs(1_780_000_000));
        let engine = FakeContainers::new(Arc::new(clock));
        let state = tempfile::tempdir().expect("a directory");
        let context = Context::new("actuator", Arc::new(clock), Arc::new(SeededEntropy::new(1)));
        let config = ActuatorConfig {
            project: "tge".to_owned(),
            token: Secret::new("token".to_owned()),
            read_token: None,
            state: state.path().to_owned(),
        };
        let fence = Fence::open(state.path()).expect("writable");
        let parts = ActuatorParts { containers: Arc::new(engine.clone()), fence, config };
        let actuator = Actuator::start(&context, parts).rpc();
        Self {
            engine,
            directory: Arc::default(),
            recoveries: Arc::default(),
            probe: Arc::default(),
            actuator,
            clock,
            _state: state,
        }
    }

    fn monitor(&self, holder: &str, cooldown: Duration) -> Monitor {
        let context = Context::new("health-monitor", Arc::new(self.clock), Arc::new(SeededEntropy::new(2)));
        let config = Config {
            actuator_url: String::new(),
            token: Secret::new("token".to_owned()),
            recover: RecoverConfig { cooldown, ..RecoverConfig::default() },
        };
        let parts = Parts {
            actuator: self.actuator.clone(),
            directory: self.directory.clone(),
            recoveries: self.recoveries.clone(),
            probe: self.probe.clone(),
            config,
            holder: holder.to_owned(),
        };
        Monitor { server: Server::start(&context, parts), context }
    }

    /// Restarts recorded of a component, with what came of them.
    fn restarts(&self, component: &str) -> Vec<Recovery> {
        let mut all = self.recoveries.all();
        all.retain(|r| r.component == component && r.action == RecoveryAction::Restart);
        all
    }
}

async fn secs(n: u64) {
    tokio::time::sleep(Duration::from_secs(n)).await;
}

#[tokio::test(start_paused = true)]
async fn what_died_or_was_frozen_is_restarted_verified_and_recorded() {
    for cause in ["died", "paused"] {
        let world = World::new();
        let id = world.engine.run("agent-1", &labels("agent", ""));
        let monitor = world.monitor("m1", Duration::from_secs(300));
        secs(20).await;
        match cause {
            "died" => world.engine.die(&id, 137),
            _ => world.engine.pause(&id),
        }
        secs(30).await;
        let restarts = world.restarts("agent");
        assert_eq!(restarts.len(), 1, "{cause}: {restarts:#?}");
        assert_eq!((restarts[0].cause.as_str(), restarts[0].outcome), (cause, RecoveryOutcome::Recovered));
        assert!(restarts[0].evidence.len() >= 2, "{:?}", restarts[0].evidence);
        assert_eq!(world.engine.history(&id).last().map(String::as_str), Some("start"));
        let mut client = HealthServiceClient::new(monitor.server.rpc());
        let listed = client.list_components(pb::ListComponentsRequest {}).await.unwrap().into_inner();
        assert!(listed.leader);
        assert_eq!((listed.components[0].name.as_str(), listed.components[0].status.as_str()), ("agent", "passing"));
        assert_eq!(world.recoveries.component("agent").unwrap().status, ServiceStatus::Passing);
    }
}

#[tokio::test(start_paused = true)]
async fn what_hangs_is_killed_at_once() {
    let world = World::new();
    let id = world.engine.run("agent-1", &labels("agent", ""));
    let instance = Instance {
        id: "agent:agent-1:1".to_owned(),
        service: "agent".to_owned(),
        host: "agent-1".to_owned(),
        port: 1,
        meta: Default::default(),
    };
    world.directory.set(instance, InstanceStatus::Passing);
    let _monitor = world.monitor("m1", Duration::from_secs(300));
    secs(30).await;
    world.probe.set_silent("agent-1", true);
    secs(30).await;
    assert!(world.restarts("agent").is_empty(), "a silent probe alone is not enough");
    world.directory.set_status("agent:agent-1:1", InstanceStatus::Critical);
    secs(15).await;
    let restarts = world.restarts("agent");
    assert_eq!(restarts.len(), 1, "{restarts:#?}");
    assert_eq!(restarts[0].cause, "hung");
    assert!(world.engine.history(&id).contains(&"kill".to_owned()));
    world.probe.set_silent("agent-1", false);
    world.directory.set_status("agent:agent-1:1", InstanceStatus::Passing);
    secs(20).await;
    assert_eq!(world.restarts("agent")[0].outcome, RecoveryOutcome::Recovered);
}

#[tokio::test(start_paused = true)]
async fn what_was_stopped_by_an_operator_stays_stopped() {
    let world = World::new();
    let id = world.engine.run("agent-1", &labels("agent", ""));
    let _monitor = world.monitor("m1", Duration::from_secs(5));
    secs(20).await;
    world.engine.die(&id, 0);
    secs(600).await;
    assert!(world.restarts("agent").is_empty());
    assert_eq!(world.recoveries.component("agent").unwrap().status, ServiceStatus::Unknown);
}

#[tokio::test(start_paused = true)]
async fn three_attempts_then_the_breaker_and_a_person() {
    for after in [AfterStart::Dies(1), AfterStart::Refused, AfterStart::Unhealthy] {
        let world = World::new();
        let id = world.engine.run("agent-1", &labels("agent", ""));
        world.engine.set_health(&id, ContainerHealth::Healthy);
        let _monitor = world.monitor("m1", Duration::from_secs(5));
        secs(20).await;
        world.engine.set_after_start(&id, after);
        world.engine.die(&id, 1);
        secs(600).await;
        let restarts = world.restarts("agent");
        let expected = if after == AfterStart::Unhealthy { 1 } else { 3 };
        assert_eq!(restarts.len(), expected, "{after:?}: {restarts:#?}");
        assert!(restarts.iter().all(|r| r.outcome != RecoveryOutcome::Recovered && r.ended_at.is_some()));
        if expected == 3 {
            let alerts: Vec<_> =
                world.recoveries.all().into_iter().filter(|r| r.outcome == RecoveryOutcome::Alerted).collect();
            assert_eq!(alerts.len(), 1, "{after:?}: {alerts:#?}");
            assert!(world.recoveries.component("agent").unwrap().breaker_open);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_dead_store_and_a_dead_directory_are_no_reason_not_to_repair_them() {
    let world = World::new();
    let store = world.engine.run("postgres-1", &labels("postgres", ""));
    world.engine.run("agent-1", &labels("agent", "postgres"));
    let _monitor = world.monitor("m1", Duration::from_secs(300));
    secs(20).await;
    world.recoveries.set_away(true);
    world.directory.set_away(true);
    secs(10).await;
    world.engine.die(&store, 137);
    secs(40).await;
    assert_eq!(world.engine.history(&store).last().map(String::as_str), Some("start"));
    assert!(world.restarts("postgres").is_empty(), "the store is away");
    world.recoveries.set_away(false);
    secs(15).await;
    assert_eq!(world.restarts("postgres").len(), 1);
    assert_eq!(world.restarts("postgres")[0].outcome, RecoveryOutcome::Recovered);
}

#[tokio::test(start_paused = true)]
async fn two_monitors_act_as_one_and_the_second_takes_over() {
    let world = World::new();
    let id = world.engine.run("agent-1", &labels("agent", ""));
    let one = world.monitor("m1", Duration::from_secs(60));
    secs(5).await;
    let two = world.monitor("m2", Duration::from_secs(60));
    secs(20).await;
    world.engine.die(&id, 137);
    secs(30).await;
    assert_eq!(world.restarts("agent").len(), 1);
    one.context.stop.cancel();
    assert!(one.context.drained(Duration::from_secs(4)).await);
    secs(5).await;
    world.engine.die(&id, 137);
    secs(20).await;
    assert_eq!(world.restarts("agent").len(), 1, "the second remembers the cooldown of the first");
    secs(90).await;
    let restarts = world.restarts("agent");
    assert_eq!(restarts.iter().map(|r| r.attempt).collect::<Vec<_>>(), [1, 2]);
    drop(two);
}
