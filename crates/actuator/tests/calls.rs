//! The calls as a monitor meets them, on an engine in memory.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tge_actuator::{Config, Fence, Parts, Server};
use tge_local::{FakeContainers, ManualClock, SeededEntropy};
use tge_model::Timestamp;
use tge_proto::Rpc;
use tge_proto::pb::actuator::v1 as pb;
use tge_proto::pb::actuator::v1::actuator_service_client::ActuatorServiceClient;
use tge_service::{Context, Secret};
use tonic::{Code, Request};

const OURS: &[(&str, &str)] =
    &[("tge.managed", "true"), ("com.docker.compose.project", "tge"), ("tge.component", "agent")];

struct World {
    engine: FakeContainers,
    client: ActuatorServiceClient<Rpc>,
    context: Context,
    state: tempfile::TempDir,
}

fn world() -> World {
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(1_780_000_000)));
    let context = Context::new("actuator", clock.clone(), Arc::new(SeededEntropy::new(1)));
    let engine = FakeContainers::new(clock);
    let state = tempfile::tempdir().expect("a directory");
    let config = Config {
        project: "tge".to_owned(),
        token: Secret::new("right".to_owned()),
        read_token: Some(Secret::new("look".to_owned())),
        state: state.path().to_owned(),
    };
    let fence = Fence::open(state.path()).expect("writable");
    let server = Server::start(&context, Parts { containers: Arc::new(engine.clone()), fence, config });
    World { engine, client: ActuatorServiceClient::new(server.rpc()), context, state }
}

fn with<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    if !token.is_empty() {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("ASCII"));
    }
    request
}

impl World {
    async fn hold(&mut self, holder: &str, fence: Option<u64>) -> Result<bool, Code> {
        let asked = pb::HoldLeaseRequest { holder: holder.to_owned(), fence };
        self.client.hold_lease(with("right", asked)).await.map(|r| r.into_inner().held).map_err(|s| s.code())
    }

    async fn restart(&mut self, container: &str, holder: &str, fence: u64) -> Result<(), (Code, String)> {
        let asked = pb::RestartContainerRequest {
            container_id: container.to_owned(),
            grace: Some(prost_types::Duration { seconds: 1, nanos: 0 }),
            holder: holder.to_owned(),
            fence,
            reason: "died".to_owned(),
        };
        let answer = self.client.restart_container(with("right", asked)).await;
        answer.map(drop).map_err(|s| (s.code(), s.message().to_owned()))
    }

    fn audit(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.state.path().join("audit.jsonl")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_token_opens() {
    let mut world = world();
    for token in ["", "wrong", "righ", "rightt"] {
        let refused = world.client.list_containers(with(token, pb::ListContainersRequest {})).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unauthenticated, "{token:?}");
    }
    assert!(world.client.list_containers(with("right", pb::ListContainersRequest {})).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_may_look_may_not_act() {
    let mut world = world();
    let ours = world.engine.run("ours", OURS);
    assert!(world.client.list_containers(with("look", pb::ListContainersRequest {})).await.is_ok());
    assert!(world.client.get_stats(with("look", pb::GetStatsRequest { container_id: ours.clone() })).await.is_ok());
    let hold = pb::HoldLeaseRequest { holder: "m".to_owned(), fence: Some(1) };
    assert_eq!(world.client.hold_lease(with("look", hold)).await.unwrap_err().code(), Code::PermissionDenied);
    let restart = pb::RestartContainerRequest { container_id: ours, holder: "m".to_owned(), ..Default::default() };
    assert_eq!(world.client.restart_container(with("look", restart)).await.unwrap_err().code(), Code::PermissionDenied);
}

#[tokio::test(start_paused = true)]
async fn only_our_own_containers_exist() {
    let mut world = world();
    let ours = world.engine.run("ours", OURS);
    let foreign = world.engine.run("foreign", &[("tge.managed", "true"), ("com.docker.compose.project", "other")]);
    let unmanaged = world.engine.run("unmanaged", &[("com.docker.compose.project", "tge"), ("secret", "x")]);
    let listed = world.client.list_containers(with("right", pb::ListContainersRequest {})).await.unwrap().into_inner();
    assert_eq!(listed.containers.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), [ours.as_str()]);
    assert!(listed.containers[0].labels.keys().all(|key| key.starts_with("tge.")));
    assert_eq!(world.hold("m", Some(1)).await, Ok(true));
    for id in [foreign.as_str(), unmanaged.as_str(), "nothing", ""] {
        assert_eq!(world.restart(id, "m", 1).await.unwrap_err().0, Code::PermissionDenied, "{id}");
        let asked = with("right", pb::GetStatsRequest { container_id: id.to_owned() });
        assert_eq!(world.client.get_stats(asked).await.unwrap_err().code(), Code::PermissionDenied, "{id}");
    }
    let itself = world.engine.run("self", &[OURS[0], OURS[1], ("tge.component", "actuator")]);
    assert_eq!(world.restart(&itself, "m", 1).await.unwrap_err().0, Code::FailedPrecondition);
    assert!(!world.engine.history(&itself).iter().any(|e| e == "die"));
}

#[tokio::test(start_paused = true)]
async fn a_restart_needs_the_lease_and_a_fresh_fence() {
    let mut world = world();
    let ours = world.engine.run("ours", OURS);
    world.engine.die(&ours, 137);
    assert_eq!(world.restart(&ours, "m", 1).await.unwrap_err().0, Code::FailedPrecondition, "no lease");
    assert_eq!(world.hold("m", Some(7)).await, Ok(true));
    assert_eq!(world.restart(&ours, "n", 7).await.unwrap_err().0, Code::FailedPrecondition, "another's lease");
    assert_eq!(world.restart(&ours, "m", 6).await.unwrap_err().0, Code::FailedPrecondition, "an old fence");
    assert_eq!(world.restart(&ours, "m", 7).await, Ok(()));
    assert_eq!(world.engine.history(&ours).last().map(String::as_str), Some("start"));
    assert_eq!(world.hold("n", Some(6)).await, Err(Code::FailedPrecondition));
    assert_eq!(world.hold("n", Some(8)).await, Ok(true));
    assert_eq!(world.restart(&ours, "m", 7).await.unwrap_err().0, Code::FailedPrecondition, "n leads now");
    let audit = world.audit();
    assert_eq!(audit.len(), 5, "{audit:?}");
    assert!(audit[3].contains("\"outcome\":\"done\"") && audit[3].contains("\"component\":\"agent\""), "{}", audit[3]);
}

#[tokio::test(start_paused = true)]
async fn restarts_have_a_rate() {
    let mut world = world();
    let ours = world.engine.run("ours", OURS);
    assert_eq!(world.hold("m", Some(1)).await, Ok(true));
    for _ in 0..3 {
        assert_eq!(world.restart(&ours, "m", 1).await, Ok(()));
    }
    let (code, text) = world.restart(&ours, "m", 1).await.unwrap_err();
    assert_eq!(code, Code::ResourceExhausted);
    assert!(text.contains("try again in 10.0 s"), "{text}");
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(world.hold("m", Some(1)).await, Ok(true));
    assert_eq!(world.restart(&ours, "m", 1).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn events_follow_from_the_past_until_it_stops() {
    let mut world = world();
    let ours = world.engine.run("ours", OURS);
    let asked = pb::WatchEventsRequest { since: Some(prost_types::Timestamp { seconds: 1, nanos: 0 }) };
    let mut events = world.client.watch_events(with("right", asked)).await.unwrap().into_inner();
    world.engine.die(&ours, 1);
    let mut told = Vec::new();
    while told.last().map(String::as_str) != Some("die") {
        told.push(events.next().await.unwrap().unwrap().action);
    }
    assert_eq!(told, ["create", "start", "die"]);
    world.context.stop.cancel();
    assert_eq!(events.next().await.unwrap().unwrap_err().code(), Code::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_away_is_told_and_not_ready() {
    let mut world = world();
    world.engine.set_away(true);
    let refused = world.client.list_containers(with("right", pb::ListContainersRequest {})).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(!world.context.ready.is_ready());
    world.engine.set_away(false);
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(world.context.ready.is_ready());
}
