//! What is done about what is down: one restart at a time, each verified, and what is told instead of done.

use std::time::Duration;

use tge_model::{Recovery, RecoveryAction, RecoveryId, RecoveryOutcome, Timestamp};

use super::super::Act;
use super::super::component::EXHAUSTED;
use super::super::unit::{Condition, Diagnosis};
use super::{Pending, Recover};

impl Recover {
    // === after a restart ===

    pub(super) fn verify(&mut self, acts: &mut Vec<Act>, random: &mut dyn FnMut() -> u128) {
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

    // === repairs ===

    pub(super) fn repair(&mut self, acts: &mut Vec<Act>, random: &mut dyn FnMut() -> u128) {
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

    pub(super) fn alert(
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
}
