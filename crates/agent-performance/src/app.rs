//! The agent's loop: look, measure, judge, write.

use std::sync::Arc;

use tge_agent::Worker;
use tge_model::AgentKind;
use tge_ports::{Bus, SlowLog, Stores};
use tge_proto::Rpc;
use tge_proto::pb::agent::v1::agent_service_server::AgentServiceServer;
use tge_service::{App, Check, Context, OnError, Registration, metric};
use tonic::service::Routes;

use crate::measure::{Past, measure};
use crate::memory::Findings;
use crate::sample::{Sample, Sampler};
use crate::{Config, Judge, Step};

/// Its gRPC services, for health and reflection.
pub const SERVICES: &[&str] = &["tge.agent.v1.AgentService"];

/// What the agent is made of.
pub struct Parts {
    /// What it watches, and where it beats.
    pub stores: Stores,
    /// Where it is told to drain.
    pub bus: Arc<dyn Bus>,
    /// The cache's slow log, where there is a cache.
    pub slow_log: Option<Arc<dyn SlowLog>>,
    /// Where it remembers.
    pub memory: Rpc,
    /// How it behaves.
    pub config: Config,
    /// Where its gRPC answers; empty in one process with everything.
    pub address: String,
    /// How it is registered.
    pub registration: Option<Registration>,
}

/// Starts the agent's loop on `context` and answers its app.
pub fn app(context: &Context, parts: Parts) -> App {
    let worker = Worker::new(context, AgentKind::Performance, &parts.address);
    worker.keep_beating(context, parts.stores.agents.clone(), parts.bus);
    let sampler = Sampler {
        context: context.clone(),
        observations: parts.stores.observations,
        diagnostics: parts.stores.diagnostics,
        slow_log: parts.slow_log,
        gaps: Vec::new(),
    };
    let watcher = Watcher {
        context: context.clone(),
        worker: worker.clone(),
        sampler,
        findings: Findings::new(parts.memory),
        config: parts.config,
        judge: None,
        before: None,
        past: Past::default(),
    };
    context.ready.set("memory", Check::Missing("earlier findings have not been read yet".to_owned()));
    context.spawn("watch", OnError::Stop, watcher.run());
    App {
        rest: Default::default(),
        grpc: Routes::new(AgentServiceServer::from_arc(worker)),
        services: SERVICES.to_vec(),
        registration: parts.registration,
    }
}

struct Watcher {
    context: Context,
    worker: Arc<Worker>,
    sampler: Sampler,
    findings: Findings,
    config: Config,
    /// `None` until earlier findings were read: before that nothing may be opened, for it may be open already.
    judge: Option<Judge>,
    before: Option<Sample>,
    past: Past,
}

// === impl Watcher ===

impl Watcher {
    async fn run(mut self) {
        loop {
            if self.worker.is_draining() {
                self.worker.begins("draining");
            } else {
                self.turn().await;
            }
            if !self.context.sleep(self.config.every).await {
                return;
            }
        }
    }

    async fn turn(&mut self) {
        self.worker.begins("sampling");
        let sample = self.sampler.look().await;
        self.worker.begins("judging");
        if self.judge.is_none() {
            self.resume().await;
        }
        if let (Some(judge), Some(before)) = (&mut self.judge, &self.before) {
            let measured = measure(before, &sample, &mut self.past, self.context.name);
            let steps = judge.judge(&measured.figures, &measured.read, &self.config.thresholds, sample.at);
            for step in steps {
                tell(&step);
                self.findings.add(step.finding().clone());
            }
            self.write().await;
        }
        self.before = Some(sample);
        self.worker.begins("waiting for the next sample");
    }

    async fn resume(&mut self) {
        match self.findings.read().await {
            Ok(earlier) => {
                let judge = Judge::resume(earlier);
                tracing::info!(open = judge.open().count(), "earlier findings read");
                self.judge = Some(judge);
                self.context.ready.set("memory", Check::Ok);
            }
            Err(status) => self.context.ready.set_result("memory", Err(&*status)),
        }
    }

    async fn write(&mut self) {
        match self.findings.write().await {
            Ok(written) => {
                self.worker.did(written);
                self.context.ready.set("memory", Check::Ok);
            }
            Err(error) => {
                self.worker.failed();
                self.context.ready.set_result("memory", Err(&error));
            }
        }
    }
}

fn tell(step: &Step) {
    let finding = step.finding();
    let (rule, subject, value) = (finding.rule.as_str(), finding.subject.as_str(), finding.value);
    match step {
        Step::Opened(_) => {
            metric::FINDINGS.add(1, &[("agent", AgentKind::Performance.as_str()), ("kind", rule)]);
            tracing::info!(rule, subject, value, threshold = finding.threshold, "finding opened");
        }
        Step::Closed(_) => tracing::info!(rule, subject, value, worst = finding.worst, "finding closed"),
        Step::Updated(_) => tracing::debug!(rule, subject, value, "finding updated"),
    }
}
