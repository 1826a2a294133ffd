//! The specialist that detects: reads each new document and says whether it tells of a launch, and why.
//!
//! It turns the stage `observations -> verdicts`. Its own care is for what misleads: a phrase that makes documents
//! positive although no launch can be read from them (no project, no ticker) is counted in SAFLA as `phrase/<feature>`
//! with how often it misled, and a phrase that misleads mostly becomes a finding for whoever tends the ruleset.

#![deny(missing_docs)]

mod phrases;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tge_agent::{Memory, Stage, StageError, Tally, Worker, run_stage};
use tge_detect::{Detector, Document};
use tge_model::{AgentKind, Cue, Observation, Verdict};
use tge_ports::store::{Judged, Observations, Stores};
use tge_ports::{Bus, channels};
use tge_proto::Rpc;
use tge_proto::pb::agent::v1::agent_service_server::AgentServiceServer;
use tge_service::{App, Context, Registration, follow, metric};

use phrases::Phrase;

/// Its gRPC services, for health and reflection.
pub const SERVICES: &[&str] = &["tge.agent.v1.AgentService"];
/// Documents taken at once: one commit each batch.
const BATCH: u32 = 200;
/// How long a batch may take before another worker may have it.
const LEASE: Duration = Duration::from_secs(30);
/// A hedged text below the threshold still becomes a rumour from here on: no alert, but a row that can be corroborated.
const RUMOUR: f64 = 0.3;

/// What the agent is made of.
pub struct Parts {
    /// Where documents are.
    pub stores: Stores,
    /// Who is told.
    pub bus: Arc<dyn Bus>,
    /// What judges.
    pub detector: Arc<Detector>,
    /// Where it remembers.
    pub memory: Rpc,
    /// Where its gRPC answers; empty in one process with everything.
    pub address: String,
    /// How it is registered.
    pub registration: Option<Registration>,
}

/// Starts the agent's loops on `context` and answers its app.
pub fn app(context: &Context, parts: Parts) -> App {
    let worker = Worker::new(context, AgentKind::KeywordPrecision, &parts.address);
    let memory = Memory::new(parts.memory, AgentKind::KeywordPrecision.as_str());
    let phrases = Tally::start(context, memory, phrases::KIND);
    worker.keep_beating(context, parts.stores.agents.clone(), parts.bus.clone());
    let judging = Judging {
        observations: parts.stores.observations,
        bus: parts.bus.clone(),
        detector: parts.detector,
        phrases,
        worker: worker.clone(),
    };
    run_stage(context, &worker, parts.bus, channels::OBSERVATIONS, Arc::new(judging));
    App {
        rest: Default::default(),
        grpc: tonic::service::Routes::new(AgentServiceServer::from_arc(worker)),
        services: SERVICES.to_vec(),
        registration: parts.registration,
    }
}

struct Judging {
    observations: Arc<dyn Observations>,
    bus: Arc<dyn Bus>,
    detector: Arc<Detector>,
    phrases: Arc<Tally<Phrase>>,
    worker: Arc<Worker>,
}

#[async_trait]
impl Stage for Judging {
    async fn turn(&self) -> Result<usize, StageError> {
        let claimed = self
            .observations
            .claim(&self.worker.holder(), BATCH, LEASE)
            .await
            .map_err(StageError::of("claim documents"))?;
        let (taken, mut judged, mut hints) = (claimed.len(), Vec::new(), Vec::new());
        if taken == 0 {
            return Ok(0);
        }
        self.worker.begins(format!("judging {taken} documents"));
        for claimed in claimed {
            let verdict = self.judge(&claimed.item);
            let candidate = is_candidate(&verdict);
            if candidate {
                hints.push(claimed.item.id.to_string());
            }
            metric::VERDICTS.add(1, &[("positive", if verdict.is_tge { "true" } else { "false" })]);
            self.note(&verdict);
            judged.push(Judged { observation: claimed.item.id, lease: claimed.lease, verdict, candidate });
            // A batch is a hundred judgements of some fifty microseconds: others run between two of them.
            tokio::task::yield_now().await;
        }
        let kept = self.observations.commit(&judged).await.map_err(StageError::of("store verdicts"))?;
        self.worker.did(kept.iter().map(|held| u64::from(*held)).sum());
        if !hints.is_empty()
            && let Err(error) = self.bus.push(channels::CANDIDATES, &hints).await
        {
            tracing::debug!(%error, "hints not sent; the sweep will find the rows");
        }
        Ok(taken)
    }
}

impl Judging {
    /// Counts the strongest phrase; the moment it is seen to mislead mostly, that is a finding.
    fn note(&self, verdict: &Verdict) {
        let Some((key, counted)) = Phrase::of(verdict) else { return };
        let sum = self.phrases.note(key.clone(), &counted);
        let before = Phrase { positive: sum.positive - counted.positive, misled: sum.misled - counted.misled };
        if sum.misleads() && !before.misleads() {
            metric::FINDINGS.add(1, &[("agent", "keyword-precision"), ("kind", phrases::KIND)]);
            tracing::warn!(phrase = key, sum.positive, sum.misled, "phrase misleads more often than not");
        }
    }

    fn judge(&self, observation: &Observation) -> Verdict {
        let span = tracing::info_span!(parent: None, "detect", observation = %observation.id);
        if let Some(parent) = &observation.traceparent {
            follow(&span, parent);
        }
        let _entered = span.enter();
        self.detector.judge(&Document {
            title: &observation.title,
            text: &observation.text,
            lang: observation.lang.as_deref(),
            published: observation.published,
        })
    }
}

/// A positive verdict goes on to be decided. So does a hedged one that names somebody, as a rumour, and any that tells of
/// a launch put off or called off: that moves an event we know, and `quality` has floors of its own.
fn is_candidate(verdict: &Verdict) -> bool {
    let moves = |launch: &tge_model::Launch| match launch.cue {
        Cue::Hedged => verdict.probability.get() >= RUMOUR,
        Cue::Postponed | Cue::Cancelled => true,
        Cue::Announced | Cue::Live => false,
    };
    !verdict.launches.is_empty() && (verdict.is_tge || verdict.launches.iter().any(moves))
}
