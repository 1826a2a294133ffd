//! The specialist that detects: reads each new document and says whether it tells of a launch, and why.
//!
//! It turns the stage `observations -> verdicts`. Its own care is for what misleads: a phrase that makes documents
//! positive although no launch can be read from them (no project, no ticker) is counted in SAFLA as `phrase/<feature>`
//! with how often it misled. One that misleads mostly, on all replicas together, is a finding for whoever tends the ruleset,
//! and until then weighs half in documents that name nobody. Documents near the threshold may get a second opinion
//! ([`OpinionConfig`]). Tokens the swarm saw launch, told by two owners or more, are old once that is no news any more.

#![deny(missing_docs)]

mod opinion;
mod phrases;
mod rules;
mod seen;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tge_agent::{Memory, Stage, StageError, Tally, Worker, run_stage};
use tge_detect::{Detector, Document, Projects};
use tge_model::{AgentKind, Cue, Observation, Verdict};
use tge_ports::store::{Claimed, Judged, Observations, Stores};
use tge_ports::{Bus, Fetch, channels};
use tge_proto::Rpc;
use tge_proto::pb::agent::v1::agent_service_server::AgentServiceServer;
use tge_service::{App, Context, OnError, Registration, chain, follow, metric};

pub use opinion::{OpinionConfig, SETTINGS};

use opinion::{Opinions, Turn};
use phrases::Phrase;
use rules::{AtWork, Rules};

/// Its gRPC services, for health and reflection.
pub const SERVICES: &[&str] = &["tge.agent.v1.AgentService"];
/// Documents taken at once: one commit each batch.
const BATCH: u32 = 200;
/// How long a batch may take before another worker may have it.
const LEASE: Duration = Duration::from_secs(30);
/// A hedged text below the threshold still becomes a rumour from here on: no alert, but a row that can be corroborated.
const RUMOUR: f64 = 0.3;
/// The same where the text says that it is one.
const SAID_RUMOUR: f64 = 0.05;

/// What the agent is made of.
pub struct Parts {
    /// Where documents are.
    pub stores: Stores,
    /// Who is told.
    pub bus: Arc<dyn Bus>,
    /// What judges unless the store has another ruleset in force.
    pub detector: Arc<Detector>,
    /// Whom other rulesets are to know, too.
    pub projects: Projects,
    /// Where it remembers.
    pub memory: Rpc,
    /// Who is asked for a second opinion, and the way there; nobody by default.
    pub opinions: Option<(OpinionConfig, Arc<dyn Fetch>)>,
    /// Where its gRPC answers; empty in one process with everything.
    pub address: String,
    /// How it is registered.
    pub registration: Option<Registration>,
}

/// Starts the agent's loops on `context` and answers its app.
pub fn app(context: &Context, parts: Parts) -> App {
    let worker = Worker::new(context, AgentKind::KeywordPrecision, &parts.address);
    let memory = Memory::new(parts.memory, AgentKind::KeywordPrecision.as_str());
    let opinions = parts.opinions.map(|(config, fetch)| Arc::new(Opinions::new(config, fetch, memory.clone())));
    let phrases = Tally::start(context, memory.clone(), phrases::KIND);
    let read = (parts.stores.rulesets, parts.stores.events);
    let rules = Rules::start(context, parts.bus.clone(), read, parts.detector, parts.projects, memory);
    worker.keep_beating(context, parts.stores.agents.clone(), parts.bus.clone());
    let judging = Judging {
        observations: parts.stores.observations,
        bus: parts.bus.clone(),
        rules,
        phrases,
        opinions,
        worker: worker.clone(),
        context: context.clone(),
    };
    run_stage(context, &worker, parts.bus, channels::OBSERVATIONS, Arc::new(judging));
    App {
        rest: Default::default(),
        grpc: tonic::service::Routes::new(AgentServiceServer::from_arc(worker)),
        services: SERVICES.to_vec(),
        registration: parts.registration,
    }
}

#[derive(Clone)]
struct Judging {
    observations: Arc<dyn Observations>,
    bus: Arc<dyn Bus>,
    rules: Arc<Rules>,
    phrases: Arc<Tally<Phrase>>,
    opinions: Option<Arc<Opinions>>,
    worker: Arc<Worker>,
    context: Context,
}

#[async_trait]
impl Stage for Judging {
    fn batch(&self) -> u32 {
        BATCH
    }

    async fn turn(&self) -> Result<usize, StageError> {
        let work = tokio::select! {
            work = self.rules.at_work() => work,
            () = self.context.stop.cancelled() => None,
        };
        let Some(work) = work else { return Ok(0) };
        let threshold = work.active.threshold();
        let claimed = self
            .observations
            .claim(&self.worker.holder(), BATCH, LEASE)
            .await
            .map_err(StageError::of("claim documents"))?;
        let (taken, mut judged) = (claimed.len(), Vec::new());
        if taken == 0 {
            return Ok(0);
        }
        self.worker.begins(format!("judging {taken} documents"));
        for claimed in claimed {
            let mut verdict = self.judge(&work, &claimed.item);
            self.note(&mut verdict, threshold);
            let asked = self.opinions.as_ref().and_then(|o| Some((o.clone(), o.turn(&verdict, threshold)?)));
            match asked {
                Some((opinions, turn)) => self.ask(opinions, turn, claimed, verdict, threshold),
                None => judged.push(of(&claimed, verdict)),
            }
            // A batch is a hundred judgements of some fifty microseconds: others run between two of them.
            tokio::task::yield_now().await;
        }
        self.keep(&judged).await?;
        Ok(taken)
    }
}

/// What is stored of a judged document.
fn of(claimed: &Claimed<Observation>, verdict: Verdict) -> Judged {
    Judged { observation: claimed.item.id, lease: claimed.lease, candidate: is_candidate(&verdict), verdict }
}

impl Judging {
    /// Stores verdicts and hints at those that go on.
    async fn keep(&self, judged: &[Judged]) -> Result<(), StageError> {
        if judged.is_empty() {
            return Ok(());
        }
        for judged in judged {
            metric::VERDICTS.add(1, &[("positive", if judged.verdict.is_tge { "true" } else { "false" })]);
        }
        let kept = self.observations.commit(judged).await.map_err(StageError::of("store verdicts"))?;
        self.worker.did(kept.iter().map(|held| u64::from(*held)).sum());
        let hints: Vec<String> = judged.iter().filter(|j| j.candidate).map(|j| j.observation.to_string()).collect();
        if !hints.is_empty()
            && let Err(error) = self.bus.push(channels::CANDIDATES, &hints).await
        {
            tracing::debug!(%error, "hints not sent; the sweep will find the rows");
        }
        Ok(())
    }

    /// Asks for a second opinion while the others go on; when the process stops meanwhile, the document goes without.
    fn ask(
        &self,
        opinions: Arc<Opinions>,
        turn: Turn,
        claimed: Claimed<Observation>,
        mut verdict: Verdict,
        threshold: f64,
    ) {
        let judging = self.clone();
        self.context.spawn("second opinion", OnError::Log, async move {
            tokio::select! {
                () = opinions.heed(turn, &claimed.item, &mut verdict, threshold) => {}
                () = judging.context.stop.cancelled() => {}
            }
            if let Err(error) = judging.keep(&[of(&claimed, verdict)]).await {
                tracing::warn!(observation = %claimed.item.id, error = %chain(&error), "verdict not stored; it is judged again when its lease ends");
            }
        });
    }

    /// Counts the strongest phrase and heeds what is known of it; the moment it is seen to mislead mostly is a finding.
    fn note(&self, verdict: &mut Verdict, threshold: f64) {
        let Some((key, counted)) = Phrase::of(verdict) else { return };
        let sum = self.phrases.note(key.clone(), &counted);
        let before = Phrase { positive: sum.positive - counted.positive, misled: sum.misled - counted.misled };
        if sum.misleads() && !before.misleads() {
            metric::FINDINGS.add(1, &[("agent", "keyword-precision"), ("kind", phrases::KIND)]);
            tracing::warn!(phrase = key, sum.positive, sum.misled, "phrase misleads more often than not");
        }
        sum.heed(verdict, threshold);
    }

    fn judge(&self, work: &AtWork, observation: &Observation) -> Verdict {
        let span = tracing::info_span!(parent: None, "detect", observation = %observation.id);
        if let Some(parent) = &observation.traceparent {
            follow(&span, parent);
        }
        let _entered = span.enter();
        let document = Document {
            title: &observation.title,
            text: &observation.text,
            lang: observation.lang.as_deref(),
            published: observation.published,
        };
        let verdict = work.active.judge(&document);
        self.rules.look_on(work, &document, &verdict);
        verdict
    }
}

/// A positive verdict goes on to be decided. So does a hedged one that names somebody, as a rumour, and any that tells of
/// a launch put off or called off: that moves an event we know, and `quality` has floors of its own.
fn is_candidate(verdict: &Verdict) -> bool {
    let moves = |launch: &tge_model::Launch| match launch.cue {
        Cue::Hedged => verdict.probability.get() >= if verdict.is_rumour() { SAID_RUMOUR } else { RUMOUR },
        Cue::Postponed | Cue::Cancelled => true,
        Cue::Announced | Cue::Live => false,
    };
    !verdict.launches.is_empty() && (verdict.is_tge || verdict.launches.iter().any(moves))
}
