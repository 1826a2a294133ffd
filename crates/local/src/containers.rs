//! An engine in memory, whose containers die, freeze and fall ill when the script says so.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::{StreamExt, stream};
use tge_model::Timestamp;
use tge_ports::{
    Clock, Container, ContainerEvent, ContainerEventStream, ContainerHealth, ContainerState, ContainerStats,
    Containers, ContainersError,
};
use tokio::sync::Notify;

/// Events kept for streams that begin in the past or lag behind.
const EVENTS_MAX: usize = 10_000;
/// The exit code of a process ended by SIGKILL.
const KILLED: i64 = 137;

/// What becomes of a container when it is started, as the script wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterStart {
    /// It runs, healthy if it has a health check.
    Runs,
    /// It runs and its health check fails.
    Unhealthy,
    /// It ends at once with this exit code.
    Dies(i64),
    /// The engine refuses to start it.
    Refused,
}

/// An engine in memory. Clones are the same engine.
#[derive(Clone)]
pub struct FakeContainers {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    happened: Notify,
}

#[derive(Debug, Default)]
struct State {
    containers: BTreeMap<String, Fake>,
    events: VecDeque<ContainerEvent>,
    /// How many events were dropped from the front of `events`.
    dropped: usize,
    away: bool,
}

#[derive(Debug)]
struct Fake {
    container: Container,
    stats: ContainerStats,
    after_start: AfterStart,
}

impl fmt::Debug for FakeContainers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeContainers").field("state", &self.shared.state).finish_non_exhaustive()
    }
}

// === impl FakeContainers: the script ===

impl FakeContainers {
    /// An engine without containers, which stamps events by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { shared: Arc::new(Shared { clock, state: Mutex::default(), happened: Notify::new() }) }
    }

    /// Makes a container without starting it; returns its id, which follows from its name.
    pub fn create(&self, name: &str, labels: &[(&str, &str)]) -> String {
        let id = format!("fake-{name}");
        let container = Container {
            id: id.clone(),
            name: name.to_owned(),
            image: "scripted".to_owned(),
            state: ContainerState::Created,
            health: ContainerHealth::None,
            labels: labels.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect(),
            exit_code: None,
            oom_killed: false,
            started_at: None,
            restarts: 0,
        };
        let stats = ContainerStats { cpu_ratio: 0.0, memory_bytes: 0, memory_limit_bytes: 0 };
        self.state().containers.insert(id.clone(), Fake { container, stats, after_start: AfterStart::Runs });
        self.happen(&id, "create", |_| {});
        id
    }

    /// Makes a container and starts it.
    pub fn run(&self, name: &str, labels: &[(&str, &str)]) -> String {
        let id = self.create(name, labels);
        self.start(&id);
        id
    }

    /// Its process ends with this exit code.
    pub fn die(&self, id: &str, exit_code: i64) {
        self.happen(id, "die", |fake| fake.end(exit_code));
    }

    /// Its process is ended for lack of memory.
    pub fn oom(&self, id: &str) {
        self.happen(id, "oom", |fake| fake.container.oom_killed = true);
        self.happen(id, "die", |fake| fake.end(KILLED));
    }

    /// It is frozen.
    pub fn pause(&self, id: &str) {
        self.happen(id, "pause", |fake| fake.container.state = ContainerState::Paused);
    }

    /// Its health check changes its mind.
    pub fn set_health(&self, id: &str, health: ContainerHealth) {
        let action = match health {
            ContainerHealth::None => "health_status: none",
            ContainerHealth::Starting => "health_status: starting",
            ContainerHealth::Healthy => "health_status: healthy",
            ContainerHealth::Unhealthy => "health_status: unhealthy",
        };
        self.happen(id, action, |fake| fake.container.health = health);
    }

    /// What it uses from now on.
    pub fn set_stats(&self, id: &str, stats: ContainerStats) {
        if let Some(fake) = self.state().containers.get_mut(id) {
            fake.stats = stats;
        }
    }

    /// What becomes of it at its next starts.
    pub fn set_after_start(&self, id: &str, after_start: AfterStart) {
        if let Some(fake) = self.state().containers.get_mut(id) {
            fake.after_start = after_start;
        }
    }

    /// The engine stops answering, or answers again. Streams of events fall silent meanwhile and miss nothing.
    pub fn set_away(&self, away: bool) {
        self.state().away = away;
        self.shared.happened.notify_waiters();
    }

    /// Everything that happened to a container, oldest first, as far back as events are kept.
    pub fn history(&self, id: &str) -> Vec<String> {
        let state = self.state();
        state.events.iter().filter(|event| event.id == id).map(|event| event.action.clone()).collect()
    }
}

// === impl FakeContainers: the engine ===

impl FakeContainers {
    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a container and tells; an unknown id changes nothing.
    fn happen(&self, id: &str, action: &str, change: impl FnOnce(&mut Fake)) {
        let at = self.shared.clock.now();
        {
            let mut state = self.state();
            let Some(fake) = state.containers.get_mut(id) else { return };
            change(fake);
            let event = ContainerEvent {
                id: id.to_owned(),
                name: fake.container.name.clone(),
                labels: fake.container.labels.clone(),
                action: action.to_owned(),
                at,
            };
            state.remember(event);
        }
        self.shared.happened.notify_waiters();
    }

    fn start(&self, id: &str) {
        let now = self.shared.clock.now();
        let mut dies = None;
        self.happen(id, "start", |fake| {
            fake.container.state = ContainerState::Running;
            fake.container.started_at = Some(now);
            fake.container.exit_code = None;
            fake.container.oom_killed = false;
            let checked = fake.container.health != ContainerHealth::None;
            match fake.after_start {
                AfterStart::Runs if checked => fake.container.health = ContainerHealth::Healthy,
                AfterStart::Unhealthy => fake.container.health = ContainerHealth::Unhealthy,
                AfterStart::Dies(code) => dies = Some(code),
                AfterStart::Runs | AfterStart::Refused => {}
            }
        });
        if let Some(code) = dies {
            self.die(id, code);
        }
    }

    /// The container's present state and what its next start brings, if the engine answers and knows it.
    fn look(
        &self,
        attempted: &'static str,
        id: &str,
    ) -> Result<(Container, ContainerStats, AfterStart), ContainersError> {
        let state = self.state();
        state.answering(attempted)?;
        let fake = state.containers.values().find(|fake| fake.container.id == id || fake.container.name == id);
        let fake = fake.ok_or_else(|| ContainersError::NotFound { attempted, id: id.to_owned() })?;
        Ok((fake.container.clone(), fake.stats, fake.after_start))
    }
}

#[async_trait]
impl Containers for FakeContainers {
    async fn list(&self, labels: &[(&str, &str)]) -> Result<Vec<Container>, ContainersError> {
        let state = self.state();
        state.answering("listing containers")?;
        let all = state.containers.values().map(|fake| &fake.container);
        Ok(all.filter(|container| carries(&container.labels, labels)).cloned().collect())
    }

    async fn restart(&self, id: &str, _grace: Duration) -> Result<(), ContainersError> {
        let (container, _, after_start) = self.look("restarting", id)?;
        let id = container.id;
        if after_start == AfterStart::Refused {
            let message = "scripted to refuse its start".to_owned();
            return Err(ContainersError::Refused { attempted: "restarting", id, status: 500, message });
        }
        if container.state == ContainerState::Paused {
            self.happen(&id, "unpause", |fake| fake.container.state = ContainerState::Running);
        }
        if matches!(container.state, ContainerState::Paused | ContainerState::Running | ContainerState::Restarting) {
            self.happen(&id, "kill", |_| {});
            self.die(&id, KILLED);
        }
        self.start(&id);
        Ok(())
    }

    async fn stats(&self, id: &str) -> Result<ContainerStats, ContainersError> {
        let (container, stats, _) = self.look("measuring", id)?;
        if container.state == ContainerState::Running {
            return Ok(stats);
        }
        let message = format!("it is {:?}, and only a running container has figures", container.state);
        Err(ContainersError::Refused { attempted: "measuring", id: container.id, status: 409, message })
    }

    async fn events(&self, labels: &[(&str, &str)], since: Timestamp) -> Result<ContainerEventStream, ContainersError> {
        let position = {
            let state = self.state();
            state.answering("listening to events")?;
            state.dropped
        };
        let labels: Vec<(String, String)> = labels.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect();
        let heard = stream::unfold((Arc::clone(&self.shared), position), |(shared, position)| async move {
            loop {
                let mut happened = std::pin::pin!(shared.happened.notified());
                // Listening begins before looking, so an event in between is not missed.
                happened.as_mut().enable();
                let next = shared.state.lock().unwrap_or_else(PoisonError::into_inner).event(position);
                if let Some((event, position)) = next {
                    return Some((event, (Arc::clone(&shared), position)));
                }
                happened.await;
            }
        });
        let wanted = move |event: &ContainerEvent| {
            let labels: Vec<(&str, &str)> = labels.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            futures::future::ready(event.at >= since && carries(&event.labels, &labels))
        };
        Ok(heard.filter(wanted).boxed())
    }
}

// === impl State ===

impl State {
    fn answering(&self, attempted: &'static str) -> Result<(), ContainersError> {
        if !self.away {
            return Ok(());
        }
        let source = std::io::Error::new(std::io::ErrorKind::ConnectionRefused, "scripted to be away");
        Err(ContainersError::Unavailable { attempted, target: "memory".to_owned(), source: Box::new(source) })
    }

    fn remember(&mut self, event: ContainerEvent) {
        if self.events.len() == EVENTS_MAX {
            self.events.pop_front();
            self.dropped += 1;
        }
        self.events.push_back(event);
    }

    /// The event at `position`, counted from the engine's first, and the position after it.
    fn event(&self, position: usize) -> Option<(ContainerEvent, usize)> {
        if self.away {
            return None;
        }
        let position = position.max(self.dropped);
        self.events.get(position - self.dropped).map(|event| (event.clone(), position + 1))
    }
}

// === impl Fake ===

impl Fake {
    fn end(&mut self, exit_code: i64) {
        self.container.state = ContainerState::Exited;
        self.container.exit_code = Some(exit_code);
    }
}

fn carries(labels: &BTreeMap<String, String>, wanted: &[(&str, &str)]) -> bool {
    wanted.iter().all(|&(key, value)| labels.get(key).is_some_and(|have| have == value))
}
