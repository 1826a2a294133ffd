//! The machine: takes a round of news, answers what to do.

mod repairs;
mod status;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tge_model::{Recovery, RecoveryAction, RecoveryOutcome, Timestamp};

use super::component::Component;
use super::unit::{Condition, Unit};
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
}
