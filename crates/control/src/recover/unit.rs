//! What is known of one container, and what it adds up to.

use std::collections::VecDeque;
use std::time::Duration;

use tge_model::Timestamp;

use super::{Check, Life, RecoverConfig, Sighting, What};

/// Deaths within this count as one crash loop: the engine lets up to a minute pass between two starts.
const LOOP_WITHIN: Duration = Duration::from_secs(240);
/// So many of them.
const LOOP_DEATHS: usize = 3;
/// Times of deaths kept, to know a repeated word from a second death.
const DEATHS_KEPT: usize = 8;
/// A unit without any check is up when it ran this long.
const RUN_FOR: Duration = Duration::from_secs(5);

/// A value with the moment at which it was so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fact<T> {
    is: T,
    at: Timestamp,
}

impl<T> Fact<T> {
    /// Takes newer news; an older word never overrules. Answers whether it was newer.
    fn update(&mut self, is: T, at: Timestamp) -> bool {
        let newer = at >= self.at;
        if newer {
            *self = Self { is, at };
        }
        newer
    }
}

/// What the facts add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// A check says so, or it runs and has none.
    Up,
    /// Too early to tell.
    Starting,
    /// Something is wrong and not enough agree.
    Unsure(Vec<String>),
    /// Enough agree.
    Down(Diagnosis),
    /// Meant to be so.
    Stopped,
}

/// Why a unit is down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Diagnosis {
    pub(super) cause: &'static str,
    pub(super) evidence: Vec<String>,
    /// It does not answer: no grace.
    pub(super) hung: bool,
}

/// One container.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) name: String,
    pub(super) component: String,
    pub(super) depends: Vec<String>,
    life: Fact<Life>,
    /// Paused, by the engine's event and by its listing: two ways to learn of it.
    paused_event: bool,
    paused_listed: bool,
    check: Fact<Check>,
    beat: Option<Fact<bool>>,
    probe: Option<Fact<u32>>,
    probe_error: String,
    /// In this run something said it is well: it has begun, and silence is no longer patience.
    was_well: bool,
    deaths: VecDeque<Timestamp>,
    /// When its last run began; an operator's stop counts until the next.
    begun_at: Timestamp,
    /// When an operator stopped it last.
    stopped_at: Option<Timestamp>,
    pub(super) condition: Condition,
    pub(super) down_since: Option<Timestamp>,
    /// The component it waits for, and that this was told.
    pub(super) waits_for: Option<String>,
}

// === impl Unit ===

impl Unit {
    pub(super) fn new(seen: &Sighting, at: Timestamp) -> Self {
        let started = seen.started_at.unwrap_or(at);
        let mut unit = Self {
            name: seen.name.clone(),
            component: seen.component.clone(),
            depends: seen.depends.clone(),
            life: Fact { is: seen.life, at: if seen.life == Life::Running { started } else { at } },
            paused_event: false,
            paused_listed: false,
            check: Fact { is: Check::Silent, at: started },
            beat: None,
            probe: None,
            probe_error: String::new(),
            was_well: false,
            deaths: VecDeque::new(),
            // An engine with a restart policy leaves only what was stopped on purpose ended with a clean code; ours is
            // the first look, so no event tells.
            stopped_at: matches!(seen.life, Life::Created | Life::Exited(Some(0 | 143))).then_some(at),
            begun_at: started.min(at.minus(Duration::from_micros(1))),
            condition: Condition::Starting,
            down_since: None,
            waits_for: None,
        };
        unit.see(seen, at);
        unit
    }

    /// A listing's word, asked for at `at`.
    pub(super) fn see(&mut self, seen: &Sighting, at: Timestamp) {
        self.depends.clone_from(&seen.depends);
        self.paused_listed = seen.life == Life::Paused;
        if let (Life::Exited(None), Life::Exited(code)) = (self.life.is, seen.life) {
            // The event told when, the listing tells how.
            self.life.is = Life::Exited(code);
        }
        if at >= self.life.at && self.life.is != seen.life {
            match seen.life {
                Life::Running => self.begin(seen.started_at.unwrap_or(at).max(self.life.at)),
                life => self.life = Fact { is: life, at },
            }
        }
        if self.life.is == Life::Running && at >= self.life.at {
            // A run that began after the one we know: an end and a start passed unseen.
            if let Some(started) = seen.started_at.filter(|s| *s > self.life.at) {
                self.begin(started);
            }
            self.check.update(seen.check, at);
            self.was_well |= seen.check == Check::Healthy;
        }
    }

    /// A new run: what was said of the old one no longer counts.
    fn begin(&mut self, at: Timestamp) {
        self.life = Fact { is: Life::Running, at };
        self.paused_event = false;
        self.paused_listed = false;
        self.begun_at = at;
        self.check = Fact { is: Check::Silent, at };
        self.beat = None;
        self.probe = None;
        self.was_well = false;
    }

    /// A signal's word. `acting`: a restart of ours was under way then, so a stop is our own.
    pub(super) fn hear(&mut self, what: &What, at: Timestamp, acting: bool) {
        match what {
            What::Died { code } => {
                if !self.deaths.contains(&at) {
                    self.deaths.push_back(at);
                    if self.deaths.len() > DEATHS_KEPT {
                        self.deaths.pop_front();
                    }
                }
                self.life.update(Life::Exited(*code), at);
            }
            What::Started if at >= self.life.at && (self.life.is != Life::Running || at > self.life.at) => {
                self.begin(at)
            }
            What::Stopped if !acting => self.stopped_at = self.stopped_at.max(Some(at)),
            What::Paused if at >= self.begun_at => {
                // The listing that this very event caused may be newer and come first.
                self.paused_event |= self.life.update(Life::Paused, at) || self.life.is == Life::Paused;
            }
            What::Unpaused if self.life.is == Life::Paused && at >= self.life.at => {
                // What it missed while frozen is no fault of its own any more.
                self.begin(at);
            }
            What::Checked(check) if at >= self.life.at => {
                self.check.update(*check, at);
                self.was_well |= *check == Check::Healthy;
            }
            What::Beat | What::MissedBeat if at >= self.life.at => {
                let beats = *what == What::Beat;
                self.beat.get_or_insert(Fact { is: beats, at }).update(beats, at);
                self.was_well |= beats;
            }
            What::Answered if at >= self.life.at => {
                self.probe.get_or_insert(Fact { is: 0, at }).update(0, at);
                self.was_well = true;
            }
            What::NoAnswer(error) if at >= self.life.at => {
                let probe = self.probe.get_or_insert(Fact { is: 0, at: self.life.at });
                // The same failure told twice has the same time: it counts once.
                if at > probe.at || probe.is == 0 {
                    let failures = probe.is + 1;
                    probe.update(failures, at);
                    self.probe_error.clone_from(error);
                }
            }
            _ => {}
        }
    }

    /// Something said after `moment` that it is well.
    pub(super) fn is_well_since(&self, moment: Timestamp, now: Timestamp) -> bool {
        if self.life.is != Life::Running {
            return false;
        }
        let checked = self.check.is == Check::Healthy && self.check.at > moment;
        let beats = self.beat.is_some_and(|b| b.is && b.at > moment);
        let answers = self.probe.is_some_and(|p| p.is == 0 && p.at > moment);
        let unwatched = self.check.is == Check::Silent && self.beat.is_none() && self.probe.is_none();
        let bad = self.check.is == Check::Unhealthy || self.probe.is_some_and(|p| p.is > 0);
        !bad && (checked || beats || answers || (unwatched && now.since(self.life.at.max(moment)) >= RUN_FOR))
    }

    /// It ended again after `moment`, and neither we nor the engine have it up.
    pub(super) fn fell_again_since(&self, moment: Timestamp) -> bool {
        let dead = matches!(&self.condition, Condition::Down(d) if matches!(d.cause, "died" | "crash_loop"));
        dead && self.deaths.iter().any(|at| *at > moment)
    }

    pub(super) fn diagnose(&self, now: Timestamp, config: &RecoverConfig) -> Condition {
        let fresh = |at: Timestamp| now.since(at) <= config.fresh_for;
        let lasted = now.since(self.life.at);
        let missed = self.beat.is_some_and(|b| !b.is && fresh(b.at));
        let failed = self.probe.filter(|p| fresh(p.at)).map_or(0, |p| p.is);
        let unhealthy = self.check.is == Check::Unhealthy;
        let mut evidence = Vec::new();
        if missed {
            evidence.push("its heartbeat is missing".to_owned());
        }
        if failed > 0 {
            evidence.push(format!("{failed} probe(s) failed: {}", self.probe_error));
        }
        if unhealthy {
            evidence.push("its own health check fails".to_owned());
        }
        let down = |cause, evidence, hung| Condition::Down(Diagnosis { cause, evidence, hung });
        match self.life.is {
            Life::Created => Condition::Stopped,
            Life::Exited(code) => {
                if self.stopped_at.is_some_and(|at| at > self.begun_at) {
                    return Condition::Stopped;
                }
                // An unknown code is waited for; SIGTERM's is often an operator's stop whose word is still on its way.
                let (told, patience) = match code {
                    Some(143) => ("code 143".to_owned(), config.rung_zero * 10),
                    Some(code) => (format!("code {code}"), config.rung_zero),
                    None => ("an unknown code".to_owned(), config.rung_zero * 10),
                };
                evidence.insert(0, format!("it ended with {told} {:.1} s ago", lasted.as_secs_f64()));
                if lasted < patience {
                    return Condition::Unsure(evidence);
                }
                if code == Some(0) {
                    // Done, or told to end: an engine with a restart policy starts again whatever else ends so.
                    return Condition::Stopped;
                }
                evidence.push("the engine did not start it again".to_owned());
                down("died", evidence, false)
            }
            Life::Paused => {
                let words = [
                    (self.paused_event, "the engine told it was paused"),
                    (self.paused_listed, "it is listed as paused"),
                ];
                evidence.extend(words.iter().filter(|w| w.0).map(|w| w.1.to_owned()));
                if evidence.len() >= 2 { down("paused", evidence, true) } else { Condition::Unsure(evidence) }
            }
            Life::Restarting | Life::Running => {
                let recent = self.deaths.iter().filter(|d| now.since(**d) <= LOOP_WITHIN).count();
                let well = self.deaths.iter().max().is_none_or(|d| self.is_well_since(*d, now));
                if recent >= LOOP_DEATHS && !well {
                    evidence.insert(0, format!("it ended {recent} times in {} s", LOOP_WITHIN.as_secs()));
                    return down("crash_loop", evidence, false);
                }
                if self.life.is == Life::Restarting {
                    return Condition::Starting;
                }
                let hung = failed >= 2;
                let begun = lasted > config.start_for || self.was_well;
                match (missed, hung, unhealthy) {
                    _ if evidence.is_empty() => {
                        if self.is_well_since(self.life.at, now) {
                            Condition::Up
                        } else {
                            Condition::Starting
                        }
                    }
                    _ if !begun => Condition::Starting,
                    (true, true, _) => down("hung", evidence, true),
                    (_, true, true) => down("hung", evidence, true),
                    (true, _, true) => down("unhealthy", evidence, false),
                    (_, false, true) if failed > 0 => down("unhealthy", evidence, false),
                    _ => Condition::Unsure(evidence),
                }
            }
        }
    }
}
