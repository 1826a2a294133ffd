//! The loop that decides and acts: once a second, or at once when something happens.

use std::sync::Arc;
use std::time::Duration;

use tge_control::recover::{Act, Recover, Round, Sighting, Signal, What};
use tge_model::{Recovery, RecoveryAction, RecoveryOutcome, ServiceStatus};
use tge_service::{OnError, chain, metric};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::lead::Standing;
use crate::record::Records;
use crate::server::Shared;
use crate::watch;

/// The longest a step waits for news.
const STEP: Duration = Duration::from_secs(1);
/// Between two listings, when nothing happens.
const LIST: Duration = Duration::from_secs(5);
/// How long a listing may take.
const LIST_PATIENCE: Duration = Duration::from_secs(10);
/// Between two sweeps of heartbeats.
const BEATS: Duration = Duration::from_secs(5);
/// Between two writings of the components' states, when none changed.
const TELL: Duration = Duration::from_secs(5);
/// Who lost the lead for longer begins anew from what is stored.
const FORGET: Duration = Duration::from_secs(10);
/// What earlier monitors did within this still counts: the longest a breaker stays open, and some.
const REMEMBER: Duration = Duration::from_secs(6 * 3_600);
/// Signals kept until the first listing says whom they are about.
const EARLY_MAX: usize = 10_000;

/// What the leader knows.
struct Mind {
    recover: Recover,
    /// The store told what was done before this moment.
    restored: bool,
    began: tge_model::Timestamp,
    restore_tried_at: Option<Instant>,
    /// Listed at least once, so that signals have somebody to be about.
    listed: bool,
    listed_at: Option<Instant>,
    beats_at: Option<Instant>,
    told_at: Option<Instant>,
    early: Vec<Signal>,
    wants_listing: bool,
    wants_verification: bool,
}

/// Runs until the process stops.
pub(crate) async fn run(shared: &Arc<Shared>, mut heard: mpsc::Receiver<Signal>, tell: mpsc::Sender<Signal>) {
    let mut records = Records::new(shared.recoveries.clone());
    let mut mind: Option<Mind> = None;
    let mut led_at: Option<Instant> = None;
    loop {
        let mut signals = Vec::new();
        tokio::select! {
            () = tokio::time::sleep(STEP) => {}
            _ = heard.recv_many(&mut signals, 1_000) => {}
            () = shared.context.stop.cancelled() => break,
        }
        let standing = *shared.standing.borrow();
        if standing.leads() {
            led_at = Some(Instant::now());
            let mind = mind.get_or_insert_with(|| Mind::new(shared));
            mind.step(shared, standing, signals, &tell, &mut records).await;
        } else if standing == Standing::Follows || led_at.is_none_or(|at| at.elapsed() > FORGET) {
            // Another may have acted since: what it did is read from the store when we lead again.
            mind = None;
        }
        records.flush().await;
    }
    records.flush().await;
}

// === impl Mind ===

impl Mind {
    fn new(shared: &Shared) -> Self {
        Self {
            recover: Recover::new(shared.config.recover),
            restored: false,
            began: shared.context.clock.now(),
            restore_tried_at: None,
            listed: false,
            listed_at: None,
            beats_at: None,
            told_at: None,
            early: Vec::new(),
            wants_listing: true,
            wants_verification: false,
        }
    }

    async fn step(
        &mut self,
        shared: &Arc<Shared>,
        standing: Standing,
        signals: Vec<Signal>,
        tell: &mpsc::Sender<Signal>,
        records: &mut Records,
    ) {
        self.restore(shared).await;
        self.wants_listing |= signals.iter().any(|s| {
            matches!(s.what, What::Died { .. } | What::Started | What::Paused | What::Unpaused | What::Acted(_))
        });
        self.early.extend(signals);
        let listing = self.list(shared).await;
        if !self.listed {
            self.early.truncate(EARLY_MAX);
            return;
        }
        let mut round = Round { signals: std::mem::take(&mut self.early), ..Round::default() };
        if self.beats_at.is_none_or(|at| at.elapsed() >= BEATS) {
            self.beats_at = Some(Instant::now());
            round.signals.extend(watch::beats(shared, &shared.units()));
        }
        if let Some((at, sightings)) = listing {
            if std::mem::take(&mut self.wants_verification) {
                round.verified = Some(at);
            }
            round.listing = Some((at, sightings));
        }
        let now = shared.context.clock.now();
        let acts = self.recover.step(&round, now, &mut || shared.context.entropy.bits());
        for act in acts {
            self.carry_out(shared, standing, act, tell, records);
        }
        self.publish(shared, records).await;
    }

    /// Reads once what earlier monitors did. Without it nothing is known of attempts; that must not keep the database
    /// itself from being repaired, so a store that is away is asked again but not waited for.
    async fn restore(&mut self, shared: &Shared) {
        if self.restored || self.restore_tried_at.is_some_and(|at| at.elapsed() < TELL) {
            return;
        }
        self.restore_tried_at = Some(Instant::now());
        let since = shared.context.clock.now().minus(REMEMBER);
        match tokio::time::timeout(Duration::from_secs(2), shared.recoveries.since(since)).await {
            Ok(Ok(mut recoveries)) => {
                // What we did ourselves while the store was away is known already.
                recoveries.retain(|r| r.started_at < self.began);
                tracing::info!(recoveries = recoveries.len(), "remembering what earlier monitors did");
                self.recover.restore(&recoveries);
                self.restored = true;
            }
            Ok(Err(error)) => tracing::warn!(error = %chain(&error), "what earlier monitors did is not known yet"),
            Err(_) => tracing::warn!("what earlier monitors did is not known yet: the store does not answer"),
        }
    }

    /// Lists the containers when it is time, or something happened.
    async fn list(&mut self, shared: &Shared) -> Option<(tge_model::Timestamp, Vec<Sighting>)> {
        let due = self.wants_listing || self.wants_verification || self.listed_at.is_none_or(|at| at.elapsed() >= LIST);
        if !due {
            return None;
        }
        // The moment before: what happens while the engine answers is newer than its answer.
        let at = shared.context.clock.now();
        self.listed_at = Some(Instant::now());
        let listed = tokio::time::timeout(LIST_PATIENCE, shared.actuator.list()).await;
        match listed {
            Ok(Ok(sightings)) => {
                self.wants_listing = false;
                self.listed = true;
                shared.units().clone_from(&sightings);
                Some((at, sightings))
            }
            Ok(Err(status)) => {
                tracing::debug!(%status, "containers not listed");
                None
            }
            Err(_) => None,
        }
    }

    fn carry_out(
        &mut self,
        shared: &Arc<Shared>,
        standing: Standing,
        act: Act,
        tell: &mpsc::Sender<Signal>,
        records: &mut Records,
    ) {
        match act {
            Act::Verify => self.wants_verification = true,
            Act::Alert(recovery) => {
                tracing::error!(
                    component = recovery.component,
                    container = recovery.container,
                    cause = recovery.cause,
                    evidence = recovery.evidence.join("; "),
                    "a person is needed"
                );
                count(&recovery);
                records.keep(recovery);
            }
            Act::Record(recovery) => {
                tracing::info!(
                    component = recovery.component,
                    container = recovery.container,
                    attempt = recovery.attempt,
                    outcome = %recovery.outcome,
                    detail = recovery.detail,
                    "recovery ended"
                );
                count(&recovery);
                if let Some(end) = recovery.ended_at {
                    metric::RECOVERY_DURATION.record(end.since(recovery.started_at), &[]);
                }
                records.keep(recovery);
            }
            Act::Restart { recovery, grace } => {
                tracing::warn!(
                    component = recovery.component,
                    container = recovery.container,
                    attempt = recovery.attempt,
                    cause = recovery.cause,
                    evidence = recovery.evidence.join("; "),
                    grace_ms = grace.as_millis(),
                    "restarting"
                );
                records.keep(recovery.clone());
                restart(shared, standing, recovery, grace, tell.clone());
            }
        }
    }

    async fn publish(&mut self, shared: &Shared, records: &mut Records) {
        let statuses = self.recover.statuses();
        let changed = {
            let mut known = shared.statuses();
            let same = known.len() == statuses.len()
                && known.iter().zip(&statuses).all(|(a, b)| {
                    (&a.component, a.status, a.attempts, a.breaker_open)
                        == (&b.component, b.status, b.attempts, b.breaker_open)
                });
            known.clone_from(&statuses);
            !same
        };
        for s in &statuses {
            let labels = [("component", s.component.as_str())];
            // What is stopped on purpose is not down.
            let up = matches!(s.status, ServiceStatus::Passing | ServiceStatus::Warning | ServiceStatus::Unknown);
            metric::COMPONENT_UP.set(f64::from(u8::from(up)), &labels);
            metric::COMPONENT_ATTEMPTS.set(f64::from(s.attempts), &labels);
            metric::COMPONENT_BREAKER_OPEN.set(f64::from(u8::from(s.breaker_open)), &labels);
        }
        if changed || self.told_at.is_none_or(|at| at.elapsed() >= TELL) {
            self.told_at = Some(Instant::now());
            records.put_components(&statuses).await;
        }
    }
}

fn count(recovery: &Recovery) {
    let labels = [
        ("component", recovery.component.as_str()),
        ("action", recovery.action.as_str()),
        ("outcome", recovery.outcome.as_str()),
    ];
    metric::RECOVERY_ACTIONS.add(1, &labels);
    debug_assert!(recovery.action == RecoveryAction::Restart || recovery.outcome == RecoveryOutcome::Alerted);
}

/// Asks the actuator, in a task of its own, and reports how it went.
fn restart(shared: &Arc<Shared>, standing: Standing, recovery: Recovery, grace: Duration, tell: mpsc::Sender<Signal>) {
    let state = shared.clone();
    shared.context.spawn("restart", OnError::Log, async move {
        let result = match standing {
            Standing::Leads { fence } => {
                let reason = format!("{}: {}", recovery.cause, recovery.evidence.join("; "));
                let asked = state.actuator.restart(&recovery.container, grace, &state.holder, fence, &reason);
                match tokio::time::timeout(state.config.recover.act_for, asked).await {
                    Ok(done) => done.map_err(|status| format!("the actuator refused: {}", chain(&status))),
                    Err(_) => Err(format!("the actuator did not answer within {:?}", state.config.recover.act_for)),
                }
            }
            _ => Err("the actuator does not answer".to_owned()),
        };
        if let Err(error) = &result {
            tracing::error!(component = recovery.component, error, "not restarted");
        }
        let at = state.context.clock.now();
        // Where the loop has ended the process is ending, and the next monitor looks for itself.
        drop(tell.send(Signal { at, unit: recovery.container, what: What::Acted(result) }).await);
    });
}
