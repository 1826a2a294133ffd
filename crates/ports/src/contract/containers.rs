//! What every container engine must do.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use futures::future::BoxFuture;
use tge_model::Timestamp;
use tokio::time::timeout;

use crate::{Container, ContainerEventStream, ContainerState, Containers, ContainersError};

/// What the suite does to containers besides what the port may do: a stand-in for the world outside.
#[async_trait]
pub trait Stage: Send + Sync + 'static {
    /// Makes a container that would run for ever, without starting it; returns its id.
    async fn create(&self, name: &str, labels: &[(&str, &str)]) -> String;
    /// Starts it.
    async fn start(&self, id: &str);
    /// Ends its process as a crash would.
    async fn crash(&self, id: &str);
    /// Freezes it.
    async fn pause(&self, id: &str);
    /// The engine's time.
    async fn now(&self) -> Timestamp;
}

/// An engine and the means to trouble it. Labels and names must be the trial's own.
pub struct Scene {
    /// The adapter.
    pub engine: Arc<dyn Containers>,
    /// The world outside.
    pub stage: Arc<dyn Stage>,
    /// Tells this trial's containers from all others.
    pub mark: String,
}

/// One promise, checked on a scene of its own.
pub type Case = fn(Scene) -> BoxFuture<'static, ()>;

/// Every promise with its name.
pub const CASES: &[(&str, Case)] = &[
    ("list_finds_containers_in_any_state_by_all_labels", |scene| Box::pin(lists(scene))),
    ("restart_brings_back_from_any_state", |scene| Box::pin(restarts(scene))),
    ("an_unknown_container_is_not_found", |scene| Box::pin(unknown(scene))),
    ("a_running_container_has_figures", |scene| Box::pin(measures(scene))),
    ("a_stopped_container_has_no_figures", |scene| Box::pin(measures_stopped(scene))),
    ("events_begin_where_asked_and_go_on", |scene| Box::pin(tells(scene))),
    ("events_of_others_are_not_told", |scene| Box::pin(tells_own(scene))),
];

/// Longer than any healthy engine takes to tell; reaching it is a failure.
const PATIENCE: Duration = Duration::from_secs(30);

async fn lists(scene: Scene) {
    let one = scene.create("one", "x").await;
    let two = scene.create("two", "y").await;
    scene.stage.start(&two).await;
    let mark = ("tge.test", scene.mark.as_str());
    let all = scene.engine.list(&[mark]).await.expect("lists");
    assert_eq!(all.len(), 2, "{all:?}");
    let found = scene.engine.list(&[mark, ("tge.test.role", "y")]).await.expect("lists");
    let [container] = found.as_slice() else { panic!("expected one, found {found:?}") };
    assert_eq!((&container.id, container.state), (&two, ContainerState::Running));
    assert_eq!(container.name, format!("{}-two", scene.mark));
    assert_eq!(container.labels.get("tge.test.role").map(String::as_str), Some("y"));
    assert!(container.started_at.is_some(), "{container:?}");
    assert_eq!(scene.look(&one).await.state, ContainerState::Created);
    assert_eq!(scene.engine.list(&[mark, ("tge.test.role", "z")]).await.expect("lists"), []);
}

async fn restarts(scene: Scene) {
    let id = scene.create("restarted", "x").await;
    let mut last = None;
    for before in [ContainerState::Created, ContainerState::Running, ContainerState::Exited, ContainerState::Paused] {
        match before {
            ContainerState::Exited => scene.stage.crash(&id).await,
            ContainerState::Paused => scene.stage.pause(&id).await,
            _ => {}
        }
        let found = scene.look(&id).await;
        assert_eq!(found.state, before);
        if before == ContainerState::Exited {
            assert_eq!(found.exit_code, Some(137), "{found:?}");
        }
        scene.engine.restart(&id, Duration::ZERO).await.unwrap_or_else(|e| panic!("from {before:?}: {e}"));
        let after = scene.look(&id).await;
        assert_eq!(after.state, ContainerState::Running, "from {before:?}");
        assert!(after.started_at >= last, "from {before:?}: started at {:?}, before at {last:?}", after.started_at);
        last = after.started_at;
    }
}

async fn unknown(scene: Scene) {
    let id = "tge-no-such-container";
    let restarted = scene.engine.restart(id, Duration::ZERO).await;
    assert!(matches!(&restarted, Err(ContainersError::NotFound { id: named, .. }) if named == id), "{restarted:?}");
    let measured = scene.engine.stats(id).await;
    assert!(matches!(&measured, Err(ContainersError::NotFound { id: named, .. }) if named == id), "{measured:?}");
}

async fn measures(scene: Scene) {
    let id = scene.create("measured", "x").await;
    scene.stage.start(&id).await;
    for _ in 0..2 {
        let stats = scene.engine.stats(&id).await.expect("measures");
        assert!(stats.cpu_ratio >= 0.0 && stats.cpu_ratio < 64.0, "{stats:?}");
    }
}

async fn measures_stopped(scene: Scene) {
    let id = scene.create("still", "x").await;
    let measured = scene.engine.stats(&id).await;
    assert!(matches!(measured, Err(ContainersError::Refused { .. })), "{measured:?}");
}

async fn tells(scene: Scene) {
    let mark = scene.mark.clone();
    let labels = [("tge.test", mark.as_str())];
    let since = scene.stage.now().await;
    let id = scene.create("told", "x").await;
    scene.stage.start(&id).await;
    // These happened before anybody listened.
    let mut events = scene.engine.events(&labels, since).await.expect("listens");
    for action in ["create", "start"] {
        next(&mut events, &id, action).await;
    }
    scene.stage.crash(&id).await;
    let died = next(&mut events, &id, "die").await;
    scene.engine.restart(&id, Duration::ZERO).await.expect("restarts");
    let started = next(&mut events, &id, "start").await;
    assert!(started >= died, "started at {started}, died at {died}");
    // Listening again from a later moment does not tell the earlier ones.
    let mut later = scene.engine.events(&labels, started.plus(Duration::from_micros(1))).await.expect("listens");
    scene.stage.pause(&id).await;
    let first = timeout(PATIENCE, later.next()).await.expect("in time").expect("goes on");
    assert_eq!(first.action, "pause");
}

async fn tells_own(scene: Scene) {
    let since = scene.stage.now().await;
    let own = scene.create("own", "x").await;
    let other = scene.create("other", "y").await;
    scene.stage.start(&other).await;
    scene.stage.start(&own).await;
    let labels = [("tge.test", scene.mark.as_str()), ("tge.test.role", "x")];
    let mut events = scene.engine.events(&labels, since).await.expect("listens");
    for action in ["create", "start"] {
        let event = timeout(PATIENCE, events.next()).await.expect("in time").expect("goes on");
        assert_eq!((event.id.as_str(), event.action.as_str()), (own.as_str(), action));
        assert_eq!(event.name, format!("{}-own", scene.mark));
        assert_eq!(event.labels.get("tge.test.role").map(String::as_str), Some("x"));
    }
}

// === impl Scene ===

impl Scene {
    async fn create(&self, name: &str, role: &str) -> String {
        let labels = [("tge.test", self.mark.as_str()), ("tge.test.role", role)];
        self.stage.create(&format!("{}-{name}", self.mark), &labels).await
    }

    async fn look(&self, id: &str) -> Container {
        let all = self.engine.list(&[("tge.test", self.mark.as_str())]).await.expect("lists");
        all.into_iter().find(|container| container.id == id).expect("the container is listed")
    }
}

/// Waits for an action on a container, passing over others such as `kill` or `attach`.
async fn next(events: &mut ContainerEventStream, id: &str, action: &str) -> Timestamp {
    let mut passed = Vec::new();
    let found = timeout(PATIENCE, async {
        loop {
            let event = events.next().await.expect("goes on");
            if event.id == id && event.action == action {
                return event.at;
            }
            passed.push(event.action);
        }
    });
    match found.await {
        Ok(at) => at,
        Err(_) => panic!("no {action} came, only {passed:?}"),
    }
}
