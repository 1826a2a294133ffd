//! An agent's public self: who it is, what it does now, how much it did.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use tge_model::{Agent, AgentId, AgentKind, AgentState, Timestamp};
use tge_ports::store::Agents;
use tge_ports::{Bus, channels};
use tge_proto::pb::agent::v1 as pb;
use tge_proto::pb::agent::v1::agent_service_server::AgentService;
use tge_service::{Check, Context, OnError};
use tokio::time::Instant;
use tonic::{Request, Response, Status};

/// A beat each five seconds; three missed beats are a loss.
const BEAT: Duration = Duration::from_secs(5);

/// An agent's public self; shared by its loops, its heartbeat and its gRPC answers.
pub struct Worker {
    id: AgentId,
    kind: AgentKind,
    address: String,
    started_at: Timestamp,
    draining: AtomicBool,
    done: AtomicU64,
    failed: AtomicU64,
    now: Mutex<(String, Instant)>,
}

impl Worker {
    /// A new self for this process, answering at `address` (empty in one process with everything).
    pub fn new(context: &Context, kind: AgentKind, address: &str) -> Arc<Self> {
        let started_at = context.clock.now();
        Arc::new(Self {
            id: AgentId::new(started_at, context.entropy.bits()),
            kind,
            address: address.to_owned(),
            started_at,
            draining: AtomicBool::new(false),
            done: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            now: Mutex::new(("starting".to_owned(), Instant::now())),
        })
    }

    /// The name under which it holds leases.
    pub fn holder(&self) -> String {
        format!("{}/{}", self.kind, self.id)
    }

    /// It is to take nothing new.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Relaxed)
    }

    /// Says what it begins; each turn of its loop says so, and the age of the last word tells a hang.
    pub fn begins(&self, doing: impl Into<String>) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = (doing.into(), Instant::now());
    }

    /// Counts items done.
    pub fn did(&self, items: u64) {
        self.done.fetch_add(items, Relaxed);
    }

    /// Counts an item that failed.
    pub fn failed(&self) {
        self.failed.fetch_add(1, Relaxed);
    }

    /// Beats until the process stops, then says good-bye. Takes the queen's word on draining, from the answer to each
    /// beat and at once when a command names it.
    pub fn keep_beating(self: &Arc<Self>, context: &Context, agents: Arc<dyn Agents>, bus: Arc<dyn Bus>) {
        let (worker, context, spawner) = (self.clone(), context.clone(), context.clone());
        spawner.spawn("heartbeat", OnError::Stop, async move {
            let mut commands = bus.subscribe(&[channels::QUEEN_COMMANDS]).await.ok();
            loop {
                let agent = worker.describe(&context);
                match agents.beat(&agent).await {
                    Ok(wanted) => {
                        context.ready.set("heartbeat", Check::Ok);
                        worker.obey(wanted);
                    }
                    Err(error) => context.ready.set_result("heartbeat", Err(&error)),
                }
                let beat = format!("{{\"agent\":\"{}\",\"done\":{}}}", agent.id.resource_name(), agent.done);
                if let Err(error) = bus.publish(channels::HEALTH_CHECKS, &beat).await {
                    tracing::debug!(%error, "heartbeat hint not sent");
                }
                let name = worker.id.resource_name();
                tokio::select! {
                    () = tokio::time::sleep(BEAT) => {}
                    () = commanded(&mut commands, &name) => {}
                    () = context.stop.cancelled() => break,
                }
            }
            if let Err(error) = agents.set_state(worker.id, AgentState::Retired).await {
                tracing::warn!(%error, "could not say good-bye; the queen will notice");
            }
        });
    }

    fn obey(&self, wanted: AgentState) {
        let drain = wanted == AgentState::Draining;
        if self.draining.swap(drain, Relaxed) != drain {
            tracing::info!(drain, "the queen changed what she wants of this agent");
        }
    }

    fn describe(&self, context: &Context) -> Agent {
        Agent {
            id: self.id,
            kind: self.kind,
            address: self.address.clone(),
            state: if self.is_draining() { AgentState::Draining } else { AgentState::Active },
            started_at: self.started_at,
            last_seen_at: context.clock.now(),
            doing: self.doing().0,
            done: self.done.load(Relaxed),
            failed: self.failed.load(Relaxed),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    fn doing(&self) -> (String, Instant) {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Resolves when a command names this agent; never, where the bus cannot be heard.
async fn commanded(commands: &mut Option<tge_ports::MessageStream>, name: &str) {
    while let Some(stream) = commands {
        match stream.next().await {
            Some(message) if message.payload == name => return,
            Some(_) => {}
            None => *commands = None,
        }
    }
    std::future::pending().await
}

#[tonic::async_trait]
impl AgentService for Worker {
    async fn get_status(&self, _: Request<pb::GetStatusRequest>) -> Result<Response<pb::GetStatusResponse>, Status> {
        let (doing, since) = self.doing();
        let state = if self.is_draining() { AgentState::Draining } else { AgentState::Active };
        Ok(Response::new(pb::GetStatusResponse {
            name: self.id.resource_name(),
            kind: self.kind.to_string(),
            state: state.to_string(),
            doing,
            done: self.done.load(Relaxed),
            failed: self.failed.load(Relaxed),
            loop_age_ms: u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX),
        }))
    }
}
