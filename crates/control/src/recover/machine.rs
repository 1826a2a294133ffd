//! The machine: takes a round of news, answers what to do.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tge_model::{ComponentStatus, Recovery, RecoveryAction, RecoveryId, RecoveryOutcome, ServiceStatus, Timestamp};

use super::component::{Component, EXHAUSTED};
use super::unit::{Condition, Diagnosis, Unit};
use super::{Act, Desired, RecoverConfig, Round, What};

/// A restart that was asked for and is not verified yet.
#[derive(Debug, Clone)]
struct Pending {
    recovery: Recovery,
    /// When it was carried out.
    acted_at: Option<Timestamp>,
}

/// The observer is doubted since then.
#[derive(Debug, Clone, Copy)]
struct Doubt {
    since: Timestamp,
    verified: bool,
}

/// Everything the health monitor knows, and what follows from it.
#[derive(Debug, Clone)]
pub struct Recover {
    config: RecoverConfig,
    units: BTreeMap<String, Unit>,
    components: BTreeMap<String, Component>,
    pending: BTreeMap<String, Pending>,
    /// By unit: not restarted again before this.
    cooldowns: BTreeMap<String, Timestamp>,
    /// By unit: when our last restart began, and when it was carried out. A stop in between is our own.
    ours: BTreeMap<String, (Timestamp, Option<Timestamp>)>,
    last_act: Option<Timestamp>,
    doubt: Option<Doubt>,
    now: Timestamp,
}

// === impl Recover ===

impl Recover {
    /// Knows nothing yet.
    pub fn new(config: RecoverConfig) -> Self {
        Self {
            config,
            units: BTreeMap::new(),
            components: BTreeMap::new(),
            pending: BTreeMap::new(),
            cooldowns: BTreeMap::new(),
            ours: BTreeMap::new(),
            last_act: None,
            doubt: None,
            now: Timestamp::EPOCH,
        }
    }

    /// Remembers what an earlier monitor did, oldest first: attempts, cooldowns, breakers, restarts under way.
    pub fn restore(&mut self, recoveries: &[Recovery]) {
        for recovery in recoveries {
            let config = self.config;
            let component =
                self.components.entry(recovery.component.clone()).or_insert_with(|| Component::new(&config));
            component.restore(recovery, &config);
            if recovery.action != RecoveryAction::Restart {
                continue;
            }
            self.last_act = self.last_act.max(Some(recovery.started_at));
            let end = recovery.ended_at.unwrap_or(recovery.started_at).plus(self.config.cooldown);
            self.cooldowns.insert(recovery.container.clone(), end);
            let acted = recovery.ended_at.or(Some(recovery.started_at.plus(self.config.act_for)));
            self.ours.insert(recovery.container.clone(), (recovery.started_at, acted));
            match recovery.outcome {
                RecoveryOutcome::Running => {
                    let pending = Pending { recovery: recovery.clone(), acted_at: None };
                    self.pending.insert(recovery.container.clone(), pending);
                }
                _ => {
                    self.pending.remove(&recovery.container);
                }
            }
        }
        for component in self.components.values_mut() {
            // Only what we see ourselves from now on is healthy.
            component.healthy_since = None;
        }
    }

    /// Takes what was learned, answers what to do. `random` gives identifiers and jitter.
    pub fn step(&mut self, round: &Round, now: Timestamp, random: &mut dyn FnMut() -> u128) -> Vec<Act> {
        // A clock set back must not lengthen every wait.
        self.now = self.now.max(now);
        let mut acts = Vec::new();
        self.learn(round, random);
        self.diagnose();
        self.verify(&mut acts, random);
        self.doubt(round, &mut acts, random);
        self.repair(&mut acts, random);
        acts
    }

    /// How every component is, for people and for the queen.
    pub fn statuses(&self) -> Vec<ComponentStatus> {
        self.components.iter().filter_map(|(name, component)| self.status(name, component)).collect()
    }

    // === news ===

    fn learn(&mut self, round: &Round, random: &mut dyn FnMut() -> u128) {
        for (component, desired) in &round.desired {
            self.component(component).desired = *desired;
        }
        if let Some((at, sightings)) = &round.listing {
            for seen in sightings {
                self.component(&seen.component);
                let unit = self.units.entry(seen.id.clone()).or_insert_with(|| Unit::new(seen, *at));
                unit.see(seen, *at);
            }
            let listed: BTreeSet<&String> = sightings.iter().map(|s| &s.id).collect();
            self.units.retain(|id, _| listed.contains(id));
            let now = self.now;
            self.cooldowns.retain(|_, until| *until > now);
        }
        for signal in &round.signals {
            let at = signal.at.min(self.now);
            let ours =
                self.ours.get(&signal.unit).is_some_and(|(from, to)| *from <= at && to.is_none_or(|to| at <= to));
            if let What::Acted(result) = &signal.what {
                self.acted(&signal.unit, result, signal.at, random);
            } else if let Some(unit) = self.units.get_mut(&signal.unit) {
                // A clock ahead of ours would freeze a fact until then.
                unit.hear(&signal.what, at, ours);
            }
        }
    }

    fn component(&mut self, name: &str) -> &mut Component {
        let config = self.config;
        self.components.entry(name.to_owned()).or_insert_with(|| Component::new(&config))
    }

    fn acted(&mut self, id: &str, result: &Result<(), String>, at: Timestamp, random: &mut dyn FnMut() -> u128) {
        let cooling = at.max(self.now).plus(self.cooldown(random));
        let Some(pending) = self.pending.get_mut(id) else { return };
        if pending.acted_at.is_some() {
            return;
        }
        pending.acted_at = Some(at);
        if let Err(error) = result {
            pending.recovery.outcome = RecoveryOutcome::Failed;
            pending.recovery.detail.clone_from(error);
        }
        self.cooldowns.insert(id.to_owned(), cooling);
        if let Some(ours) = self.ours.get_mut(id) {
            ours.1 = Some(at);
        }
    }

    fn cooldown(&self, random: &mut dyn FnMut() -> u128) -> Duration {
        let thousandths = u32::try_from(random() % 1_001).expect("below 1001");
        let most = self.config.cooldown * self.config.jitter_percent.min(100) / 100;
        self.config.cooldown + most * thousandths / 1_000
    }

    // === what it adds up to ===

    fn diagnose(&mut self) {
        let (now, config) = (self.now, self.config);
        for (id, unit) in &mut self.units {
            let desired = self.components.get(&unit.component).map_or(Desired::Running, |c| c.desired);
            unit.condition = if desired == Desired::Running { unit.diagnose(now, &config) } else { Condition::Stopped };
            unit.down_since = match &unit.condition {
                // While our own restart runs, its silence is ours.
                Condition::Down(_) if !self.pending.contains_key(id) => unit.down_since.or(Some(now)),
                Condition::Down(_) => unit.down_since,
                _ => None,
            };
        }
        for (name, component) in &mut self.components {
            let mut units = self.units.values().filter(|u| &u.component == name).peekable();
            let some = units.peek().is_some();
            component.is_healthy(some && units.all(|u| u.condition == Condition::Up), now, &config);
        }
    }

    /// The first dependency of a component that is not healthy. A circle of dependencies is no reason to wait for ever.
    fn broken_dependency<'a>(&self, unit: &'a Unit) -> Option<&'a str> {
        let broken = |name: &str| {
            let mut units = self.units.values().filter(|u| u.component == name).peekable();
            units.peek().is_some() && !units.any(|u| u.condition == Condition::Up)
        };
        unit.depends
            .iter()
            .map(String::as_str)
            .find(|d| *d != unit.component && broken(d) && !self.reaches(d, &unit.component))
    }

    fn reaches(&self, from: &str, to: &str) -> bool {
        let (mut seen, mut open) = (BTreeSet::from([from]), vec![from]);
        while let Some(name) = open.pop() {
            for next in self.units.values().filter(|u| u.component == name).flat_map(|u| &u.depends) {
                if next == to {
                    return true;
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    }

    // === after a restart ===

    fn verify(&mut self, acts: &mut Vec<Act>, random: &mut dyn FnMut() -> u128) {
        let now = self.now;
        let mut ended = Vec::new();
        for (id, pending) in &mut self.pending {
            let unit = self.units.get(id);
            let begun = pending.recovery.started_at;
            let well = |since| unit.is_some_and(|u| u.is_well_since(since, now));
            let recovery = &mut pending.recovery;
            let outcome = match pending.acted_at {
                _ if recovery.outcome == RecoveryOutcome::Failed => Some(RecoveryOutcome::Failed),
                Some(at) if well(at) => {
                    recovery.detail =
                        format!("healthy again {:.1} s after it was found", now.since(begun).as_secs_f64());
                    Some(RecoveryOutcome::Recovered)
                }
                Some(at) if unit.is_some_and(|u| u.fell_again_since(at)) => {
                    "it ended again after the restart".clone_into(&mut recovery.detail);
                    Some(RecoveryOutcome::StillDown)
                }
                Some(at) if now.since(at) > self.config.verify_for => {
                    recovery.detail = format!("not healthy {} s after the restart", self.config.verify_for.as_secs());
                    Some(RecoveryOutcome::StillDown)
                }
                // A monitor that was itself restarted never hears of the act; the unit tells.
                None if now.since(begun) > self.config.act_for && well(begun) => {
                    "healthy again; whether by this restart is not known".clone_into(&mut recovery.detail);
                    Some(RecoveryOutcome::Recovered)
                }
                None if now.since(begun) > self.config.act_for + self.config.verify_for => {
                    "no word on whether the restart was carried out".clone_into(&mut recovery.detail);
                    Some(RecoveryOutcome::Failed)
                }
                _ => None,
            };
            if let Some(outcome) = outcome {
                recovery.outcome = outcome;
                recovery.ended_at = Some(now);
                acts.push(Act::Record(recovery.clone()));
                ended.push((id.clone(), pending.acted_at.is_none()));
            }
        }
        for (id, unheard) in ended {
            self.pending.remove(&id);
            if unheard {
                let cooling = now.plus(self.cooldown(random));
                self.ours.entry(id.clone()).and_modify(|ours| ours.1 = Some(now));
                self.cooldowns.insert(id, cooling);
            }
        }
    }

    // === much at once ===

    fn doubt(&mut self, round: &Round, acts: &mut Vec<Act>, random: &mut dyn FnMut() -> u128) {
        let (now, config) = (self.now, self.config);
        // A component that is being repaired goes down again and again, which says nothing new of the observer.
        let repaired = |u: &Unit| self.components.get(&u.component).is_some_and(|c| !c.attempts.is_empty());
        let recent: Vec<&Unit> = self
            .units
            .values()
            .filter(|u| u.down_since.is_some_and(|s| now.since(s) <= config.suspect_for))
            .filter(|u| !repaired(u) && self.broken_dependency(u).is_none())
            .collect();
        let still =
            self.units.values().filter(|u| u.down_since.is_some() && self.broken_dependency(u).is_none()).count();
        let watched = self.units.values().filter(|u| u.condition != Condition::Stopped).count();
        let is_many = |n: usize| n >= config.suspect_units || (n >= 2 && n * 100 > watched * config.suspect_percent);
        // Unverified doubt does not pass by waiting, only by what was down coming back.
        let many = is_many(recent.len()) || (self.doubt.is_some_and(|d| !d.verified) && is_many(still));
        match (&mut self.doubt, many) {
            (None, true) => {
                let names: Vec<String> = recent.iter().map(|u| u.name.clone()).collect();
                let evidence = vec![
                    format!(
                        "{} of {watched} went down within {} s: {}",
                        names.len(),
                        config.suspect_for.as_secs(),
                        names.join(", ")
                    ),
                    "nothing is restarted until the monitor has verified what it sees".to_owned(),
                ];
                self.doubt = Some(Doubt { since: now, verified: false });
                acts.push(Act::Alert(self.alert("health-monitor", "", "observer_suspected", evidence, random)));
                acts.push(Act::Verify);
            }
            (Some(doubt), true) if !doubt.verified => {
                if round.verified.is_some_and(|at| at >= doubt.since) {
                    doubt.verified = true;
                } else {
                    acts.push(Act::Verify);
                }
            }
            (Some(_), false) => self.doubt = None,
            _ => {}
        }
    }

    // === repairs ===

    fn repair(&mut self, acts: &mut Vec<Act>, random: &mut dyn FnMut() -> u128) {
        let mut down: Vec<(Timestamp, String, Diagnosis)> = Vec::new();
        let mut waits: Vec<(String, Option<String>)> = Vec::new();
        for (id, unit) in &self.units {
            let troubled = matches!(unit.condition, Condition::Down(_) | Condition::Unsure(_));
            let dependency = if troubled { self.broken_dependency(unit) } else { None };
            waits.push((id.clone(), dependency.map(str::to_owned)));
            if let (Condition::Down(why), Some(since), None) = (&unit.condition, unit.down_since, dependency)
                && !self.pending.contains_key(id)
            {
                down.push((since, id.clone(), why.clone()));
            }
        }
        for (id, dependency) in waits {
            self.wait_for(&id, dependency, acts, random);
        }
        down.sort();
        for (_, id, why) in down {
            self.repair_one(&id, why, acts, random);
        }
    }

    /// Notes that a unit waits for a dependency, and tells it once.
    fn wait_for(
        &mut self,
        id: &str,
        dependency: Option<String>,
        acts: &mut Vec<Act>,
        random: &mut dyn FnMut() -> u128,
    ) {
        let Some(unit) = self.units.get_mut(id) else { return };
        let news = dependency.is_some() && unit.waits_for != dependency;
        unit.waits_for.clone_from(&dependency);
        if let (true, Some(dependency)) = (news, dependency) {
            let component = unit.component.clone();
            let evidence = vec![format!("{dependency} is not healthy; repairing the cause repairs this")];
            let alert = self.alert(&component, id, "degraded", evidence, random);
            acts.push(Act::Alert(alert));
        }
    }

    fn repair_one(&mut self, id: &str, why: Diagnosis, acts: &mut Vec<Act>, random: &mut dyn FnMut() -> u128) {
        let (now, config) = (self.now, self.config);
        let Some(name) = self.units.get(id).map(|u| u.component.clone()) else { return };
        let component = self.component(&name);
        if component.gives_up(now, &config) {
            let attempts = component.attempts.len();
            let mut evidence = why.evidence;
            evidence.push(format!("{attempts} restart(s) did not mend it; the breaker is open"));
            acts.push(Act::Alert(self.alert(&name, id, EXHAUSTED, evidence, random)));
            return;
        }
        let cooling = self.cooldowns.get(id).is_some_and(|until| now < *until);
        let doubted = self.doubt.is_some_and(|d| !d.verified);
        let crowded = self.last_act.is_some_and(|at| now.since(at) < config.gap);
        let sibling = self.pending.keys().any(|p| self.units.get(p).is_some_and(|u| u.component == name));
        if cooling || doubted || crowded || sibling || !self.component(&name).attempt(now) {
            return;
        }
        let component = self.component(&name);
        let attempt = u32::try_from(component.attempts.len()).unwrap_or(u32::MAX);
        let recovery = Recovery {
            id: RecoveryId::new(now, random()),
            component: name,
            container: id.to_owned(),
            cause: why.cause.to_owned(),
            evidence: why.evidence,
            action: RecoveryAction::Restart,
            attempt,
            outcome: RecoveryOutcome::Running,
            detail: String::new(),
            started_at: now,
            ended_at: None,
        };
        self.last_act = Some(now);
        // Whatever becomes of it, the next try waits; the end of the act sets this anew.
        let cooling = now.plus(self.cooldown(random));
        self.cooldowns.insert(id.to_owned(), cooling);
        self.ours.insert(id.to_owned(), (now, None));
        self.pending.insert(id.to_owned(), Pending { recovery: recovery.clone(), acted_at: None });
        acts.push(Act::Restart { recovery, grace: if why.hung { Duration::ZERO } else { config.grace } });
    }

    fn alert(
        &self,
        component: &str,
        unit: &str,
        cause: &str,
        evidence: Vec<String>,
        random: &mut dyn FnMut() -> u128,
    ) -> Recovery {
        Recovery {
            id: RecoveryId::new(self.now, random()),
            component: component.to_owned(),
            container: unit.to_owned(),
            cause: cause.to_owned(),
            evidence,
            action: RecoveryAction::AlertOnly,
            attempt: u32::try_from(self.components.get(component).map_or(0, |c| c.attempts.len())).unwrap_or(u32::MAX),
            outcome: RecoveryOutcome::Alerted,
            detail: String::new(),
            started_at: self.now,
            ended_at: Some(self.now),
        }
    }

    fn status(&self, name: &str, component: &Component) -> Option<ComponentStatus> {
        let units: Vec<&Unit> = self.units.values().filter(|u| u.component == name).collect();
        let worst = units.iter().max_by_key(|u| severity(u))?;
        let up = units.iter().filter(|u| u.condition == Condition::Up).count();
        let (status, reason) = match (&worst.condition, &worst.waits_for) {
            (_, Some(dependency)) => (ServiceStatus::Warning, format!("degraded: waits for {dependency}")),
            (Condition::Up, _) => (ServiceStatus::Passing, format!("{up} of {} up", units.len())),
            (Condition::Starting | Condition::Unsure(_), _) if up == 0 && component.is_open(self.now) => {
                (ServiceStatus::Critical, format!("{} does not stay up; the breaker is open", worst.name))
            }
            (Condition::Starting, _) => (ServiceStatus::Warning, format!("{} is starting", worst.name)),
            (Condition::Stopped, _) => match component.desired {
                Desired::Maintenance => (ServiceStatus::Unknown, "in maintenance".to_owned()),
                _ => (ServiceStatus::Unknown, format!("{} was stopped on purpose", worst.name)),
            },
            (Condition::Unsure(why), _) => (ServiceStatus::Warning, format!("{}: {}", worst.name, why.join("; "))),
            (Condition::Down(why), _) => {
                let status = if up > 0 { ServiceStatus::Warning } else { ServiceStatus::Critical };
                (status, format!("{}: {}: {}", worst.name, why.cause, why.evidence.join("; ")))
            }
        };
        Some(ComponentStatus {
            component: name.to_owned(),
            status,
            reason,
            attempts: u32::try_from(component.attempts.len()).unwrap_or(u32::MAX),
            breaker_open: component.is_open(self.now),
            checked_at: self.now,
        })
    }
}

fn severity(unit: &Unit) -> u8 {
    match unit.condition {
        Condition::Up => 0,
        Condition::Stopped => 1,
        Condition::Starting => 2,
        Condition::Unsure(_) => 3,
        Condition::Down(_) => 4,
    }
}
