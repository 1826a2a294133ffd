//! The loops that listen and probe; what they learn goes to `drive`.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tge_control::recover::{Life, Sighting, Signal, What};
use tge_ports::{Instance, InstanceStatus};
use tge_resilience::Backoff;
use tge_service::{chain, metric};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::server::Shared;

/// How far back events are asked for at first: an operator's stop must be known to a fresh monitor.
const LOOK_BACK: Duration = Duration::from_secs(600);
const RECONNECT: Backoff = Backoff { base: Duration::from_millis(500), max: Duration::from_secs(10) };
/// How long one watch of the directory waits.
const WATCH: Duration = Duration::from_secs(10);
/// A snapshot older than this says nothing about heartbeats.
const SNAPSHOT_MAX: Duration = Duration::from_secs(20);
/// Between two rounds of probes, and between two looks at whom to probe sooner.
const PROBE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_secs(1);
/// Between two rounds of measuring.
const MEASURE: Duration = Duration::from_secs(30);
/// What the service registry registers for others has this mark; such things do not speak gRPC health.
const REGISTERED_BY: &str = "registered-by";

/// Hands on what happens to containers.
pub(crate) async fn events(shared: &Shared, tell: &mpsc::Sender<Signal>) {
    let mut since = shared.context.clock.now().minus(LOOK_BACK);
    let mut failures = 0;
    loop {
        let stream = tokio::select! {
            stream = shared.actuator.events(since) => stream,
            () = shared.context.stop.cancelled() => return,
        };
        match stream {
            Ok(mut events) => loop {
                let event = tokio::select! {
                    event = events.next() => event,
                    () = shared.context.stop.cancelled() => return,
                };
                match event {
                    Some(Ok(signal)) => {
                        failures = 0;
                        // What is told twice after a cut is known as such by its time.
                        since = since.max(signal.at);
                        if tell.send(signal).await.is_err() {
                            return;
                        }
                    }
                    Some(Err(status)) => {
                        tracing::debug!(%status, "events broke off");
                        break;
                    }
                    None => break,
                }
            },
            Err(status) => tracing::debug!(%status, "no events"),
        }
        failures += 1;
        if !shared.context.sleep(RECONNECT.delay(failures, shared.context.entropy.unit())).await {
            return;
        }
    }
}

/// Follows the directory.
pub(crate) async fn directory(shared: &Shared) {
    let (mut index, mut failures) = (0, 0);
    loop {
        let watched = tokio::select! {
            watched = shared.directory.watch(index, WATCH) => watched,
            () = shared.context.stop.cancelled() => return,
        };
        match watched {
            Ok(snapshot) => {
                index = snapshot.index;
                failures = 0;
                *shared.snapshot() = Some((snapshot, Instant::now()));
            }
            Err(error) => {
                // The index of a directory that lost its data begins anew.
                index = 0;
                failures += 1;
                tracing::debug!(error = %chain(&error), "the directory does not answer");
                if !shared.context.sleep(RECONNECT.delay(failures, shared.context.entropy.unit())).await {
                    return;
                }
            }
        }
    }
}

/// Heartbeats as the directory has them now; none where its word is old.
pub(crate) fn beats(shared: &Shared, units: &[Sighting]) -> Vec<Signal> {
    let at = shared.context.clock.now();
    let snapshot = shared.snapshot();
    let Some((snapshot, _)) = snapshot.as_ref().filter(|(_, read)| read.elapsed() <= SNAPSHOT_MAX) else {
        return Vec::new();
    };
    // One unit may have several registrations, an old one among them: the best counts.
    let mut best: BTreeMap<&str, bool> = BTreeMap::new();
    for (instance, status, _) in &snapshot.instances {
        if let Some(unit) = unit_of(instance, units) {
            *best.entry(unit).or_default() |= *status != InstanceStatus::Critical;
        }
    }
    best.into_iter()
        .map(|(unit, beats)| Signal {
            at,
            unit: unit.to_owned(),
            what: if beats { What::Beat } else { What::MissedBeat },
        })
        .collect()
}

/// The container behind an instance: its host is the container's id or name, or it is the component's only one.
fn unit_of<'a>(instance: &Instance, units: &'a [Sighting]) -> Option<&'a str> {
    let host = instance.host.as_str();
    let named = units.iter().find(|u| u.name == host || (host.len() >= 12 && u.id.starts_with(host)));
    named
        .or_else(|| {
            let mut same = units.iter().filter(|u| u.component == instance.service);
            same.next().filter(|_| same.next().is_none())
        })
        .map(|u| u.id.as_str())
}

/// Probes everybody who speaks gRPC health: each five seconds, and each second who was silent or misses beats.
pub(crate) async fn probes(shared: &Shared, tell: &mpsc::Sender<Signal>) {
    let mut asked: BTreeMap<String, (Instant, bool)> = BTreeMap::new();
    while shared.context.sleep(LOOK).await {
        let now = Instant::now();
        let targets: Vec<(String, Instance)> = {
            let units = shared.units();
            let snapshot = shared.snapshot();
            let instances = snapshot.iter().flat_map(|(s, _)| &s.instances);
            let due = |unit: &str, status: &InstanceStatus| {
                asked.get(unit).is_none_or(|(at, answered)| {
                    let pause = if *answered && *status != InstanceStatus::Critical { PROBE } else { LOOK };
                    now.duration_since(*at) + LOOK / 2 > pause
                })
            };
            let mut targets = BTreeMap::new();
            for (instance, status, _) in instances.filter(|(i, ..)| !i.meta.contains_key(REGISTERED_BY)) {
                let unit = unit_of(instance, &units).filter(|u| due(u, status));
                // Of an old and a new registration of one container, the one that beats is where it answers.
                if let Some(unit) = unit.filter(|u| !targets.contains_key(*u) || *status == InstanceStatus::Passing) {
                    targets.insert(unit.to_owned(), instance.clone());
                }
            }
            let runs =
                |id: &String| units.iter().any(|u| u.id == *id && matches!(u.life, Life::Running | Life::Paused));
            targets.into_iter().filter(|(id, _)| runs(id)).collect()
        };
        let mut answers: FuturesUnordered<_> = targets
            .iter()
            .map(|(unit, instance)| async move { (unit, shared.probe.ask(&instance.host, instance.port).await) })
            .collect();
        while let Some((unit, answer)) = answers.next().await {
            asked.insert(unit.clone(), (Instant::now(), answer.is_ok()));
            let what = answer.map_or_else(What::NoAnswer, |()| What::Answered);
            let signal = Signal { at: shared.context.clock.now(), unit: unit.clone(), what };
            if tell.send(signal).await.is_err() {
                return;
            }
        }
        let units = shared.units();
        asked.retain(|id, _| units.iter().any(|u| u.id == *id));
    }
}

/// Measures what containers use, the highest of a component's replicas being its figure.
pub(crate) async fn usage(shared: &Shared) {
    while shared.context.sleep(MEASURE).await {
        if !shared.standing.borrow().leads() {
            continue;
        }
        let units: Vec<(String, String)> = shared
            .units()
            .iter()
            .filter(|u| u.life == Life::Running)
            .map(|u| (u.id.clone(), u.component.clone()))
            .collect();
        let mut highest: BTreeMap<String, (f64, Option<f64>)> = BTreeMap::new();
        // Two at a time: the engine takes seconds of work for each.
        let mut measured = futures::stream::iter(units)
            .map(|(id, component)| async move { (component, shared.actuator.usage(&id).await) })
            .buffer_unordered(2);
        while let Some((component, usage)) = measured.next().await {
            match usage {
                Ok(usage) => {
                    let (cpu, memory) = highest.entry(component).or_insert((0.0, None));
                    *cpu = cpu.max(usage.cpu_ratio);
                    *memory = match (*memory, usage.memory_ratio) {
                        (Some(a), Some(b)) => Some(a.max(b)),
                        (a, b) => a.or(b),
                    };
                }
                Err(status) => tracing::debug!(component, %status, "not measured"),
            }
        }
        for (component, (cpu, memory)) in highest {
            metric::COMPONENT_CPU.set(cpu, &[("component", &component)]);
            if let Some(memory) = memory {
                metric::COMPONENT_MEMORY.set(memory, &[("component", &component)]);
            }
        }
    }
}
