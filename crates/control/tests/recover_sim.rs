//! The recovery ladder in a simulated fleet: a virtual clock, an engine with its own restart policy, faults from a seed,
//! signals lost, late and repeated; the invariants of `recover` checked at every step.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tge_control::recover::{Act, Check, Life, Recover, RecoverConfig, Round, Sighting, Signal, What};
use tge_model::{Recovery, RecoveryAction, RecoveryOutcome, Timestamp};

/// SplitMix64: enough for faults, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.roll() % n
    }
    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Truth {
    Running,
    Hung,
    Paused,
    /// Ended; the engine starts it again at that second, if its policy still holds.
    Ended {
        again_at: Option<i64>,
        code: i64,
    },
}

#[derive(Debug, Clone)]
struct Container {
    component: &'static str,
    depends: &'static [&'static str],
    truth: Truth,
    started_at: i64,
    stopped_by_operator: bool,
    /// Comes up and never answers.
    broken: bool,
}

/// A fleet, what it truly does, and what the monitor hears of it.
struct Fleet {
    dice: Dice,
    now: i64,
    containers: BTreeMap<String, Container>,
    /// Signals on their way: when they arrive, and what they say.
    wire: VecDeque<(i64, Signal)>,
    recover: Recover,
    config: RecoverConfig,
    acts: Vec<(i64, Act)>,
    /// Restarts being carried out: when they end.
    acting: Vec<(i64, String)>,
    deaf: bool,
    next_id: u128,
}

fn ts(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_000_000 + secs)
}

impl Fleet {
    fn new(seed: u64) -> Self {
        let mut fleet = Self {
            dice: Dice(seed),
            now: 0,
            containers: BTreeMap::new(),
            wire: VecDeque::new(),
            recover: Recover::new(RecoverConfig::default()),
            config: RecoverConfig::default(),
            acts: Vec::new(),
            acting: Vec::new(),
            deaf: false,
            next_id: 0,
        };
        for (id, component, depends) in [
            ("pg", "postgres", &[][..]),
            ("r1", "redis", &[]),
            ("r2", "redis", &[]),
            ("q1", "queen", &["postgres", "redis"]),
            ("a1", "agent-a", &["queen", "postgres"]),
            ("a2", "agent-a", &["queen", "postgres"]),
            ("b1", "agent-b", &["postgres"]),
            ("c1", "agent-c", &["redis"]),
            ("m1", "memory", &["postgres"]),
            ("s1", "registry", &[]),
            ("h1", "haproxy", &[]),
            ("g1", "grafana", &[]),
        ] {
            let container = Container {
                component,
                depends,
                truth: Truth::Running,
                started_at: -100,
                stopped_by_operator: false,
                broken: false,
            };
            fleet.containers.insert(id.to_owned(), container);
        }
        fleet
    }

    /// An event of the engine: never lost (the stream resumes), sometimes late, sometimes twice.
    fn event(&mut self, id: &str, what: What) {
        let signal = Signal { at: ts(self.now), unit: id.to_owned(), what };
        let late = if self.dice.one_in(10) { self.dice.below(5) } else { 0 };
        let arrives = self.now + i64::try_from(late).expect("in the fleet");
        self.wire.push_back((arrives, signal.clone()));
        if self.dice.one_in(5) {
            self.wire.push_back((arrives + i64::try_from(self.dice.below(20)).expect("in the fleet"), signal));
        }
    }

    /// A check of ours: lost now and then.
    fn heard(&mut self, id: &str, what: What) {
        if !self.dice.one_in(20) {
            self.wire.push_back((self.now, Signal { at: ts(self.now), unit: id.to_owned(), what }));
        }
    }

    fn end(&mut self, id: &str, code: i64, policy: bool) {
        let again_at = policy.then_some(self.now + 1);
        self.containers.get_mut(id).expect("in the fleet").truth = Truth::Ended { again_at, code };
        let told = if self.dice.one_in(2) { Some(code) } else { None };
        self.event(id, What::Died { code: told });
    }

    fn start(&mut self, id: &str) {
        let now = self.now;
        let container = self.containers.get_mut(id).expect("in the fleet");
        container.truth = if container.broken { Truth::Hung } else { Truth::Running };
        container.started_at = now;
        container.stopped_by_operator = false;
        self.event(id, What::Started);
    }

    fn crash(&mut self, id: &str) {
        self.end(id, 139, true);
    }
    fn kill(&mut self, id: &str) {
        self.end(id, 137, false);
    }
    fn hang(&mut self, id: &str) {
        self.containers.get_mut(id).expect("in the fleet").truth = Truth::Hung;
    }
    fn pause(&mut self, id: &str) {
        self.containers.get_mut(id).expect("in the fleet").truth = Truth::Paused;
        self.event(id, What::Paused);
    }
    fn stop(&mut self, id: &str) {
        self.end(id, 0, false);
        self.containers.get_mut(id).expect("in the fleet").stopped_by_operator = true;
        self.event(id, What::Stopped);
    }

    fn is_well(&self, component: &str) -> bool {
        self.containers.values().any(|c| c.component == component && c.truth == Truth::Running)
    }

    /// One second.
    fn tick(&mut self) -> Vec<Act> {
        self.now += 1;
        let now = self.now;
        let ids: Vec<String> = self.containers.keys().cloned().collect();
        for id in &ids {
            let c = self.containers[id].clone();
            if let Truth::Ended { again_at: Some(at), .. } = c.truth
                && now >= at
            {
                self.start(id);
            }
            let age = now - c.started_at;
            if now % 5 == 0 {
                let silent_for_three = !matches!(c.truth, Truth::Running) && age > 15;
                if c.truth == Truth::Running && age > 2 {
                    self.heard(id, What::Beat);
                } else if silent_for_three {
                    self.heard(id, What::MissedBeat);
                }
            }
            // Probes: liveness, so a broken dependency does not fail them.
            if now % 3 == 0 {
                match c.truth {
                    Truth::Running if age > 2 => self.heard(id, What::Answered),
                    Truth::Hung | Truth::Paused => self.heard(id, What::NoAnswer("timed out".to_owned())),
                    _ => {}
                }
            }
        }
        let mut round = Round::default();
        if now % 10 == 0 && !self.deaf {
            round.listing = Some((ts(now), self.listing()));
        }
        let finished: Vec<String> =
            self.acting.iter().filter(|(end, _)| *end <= now).map(|(_, id)| id.clone()).collect();
        self.acting.retain(|(end, _)| *end > now);
        for id in finished {
            if matches!(self.containers[&id].truth, Truth::Running | Truth::Hung | Truth::Paused) {
                self.end(&id, 137, false);
            }
            self.event(&id, What::Stopped);
            self.start(&id);
            self.wire.push_back((now, Signal { at: ts(now), unit: id, what: What::Acted(Ok(())) }));
        }
        let mut later = VecDeque::new();
        for (arrives, signal) in std::mem::take(&mut self.wire) {
            if arrives <= now { round.signals.push(signal) } else { later.push_back((arrives, signal)) }
        }
        self.wire = later;
        // Any order.
        let n = round.signals.len();
        for i in (1..n).rev() {
            let j =
                usize::try_from(self.dice.below(u64::try_from(i + 1).expect("in the fleet"))).expect("in the fleet");
            round.signals.swap(i, j);
        }
        let wants_verify = self.acts.iter().rev().take_while(|(at, _)| *at >= now - 2).any(|(_, a)| *a == Act::Verify);
        if wants_verify && !self.deaf {
            round.verified = Some(ts(now));
            round.listing = Some((ts(now), self.listing()));
        }
        let mut next = self.next_id;
        let acts = self.recover.step(&round, ts(now), &mut || {
            next += 1;
            next.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        });
        self.next_id = next;
        for act in &acts {
            if let Act::Restart { recovery, .. } = act {
                self.allowed(recovery);
                self.acting.push((
                    now + 1 + i64::try_from(self.dice.below(3)).expect("in the fleet"),
                    recovery.container.clone(),
                ));
            }
            self.acts.push((now, act.clone()));
        }
        acts
    }

    fn listing(&self) -> Vec<Sighting> {
        self.containers
            .iter()
            .map(|(id, c)| Sighting {
                id: id.clone(),
                name: id.clone(),
                component: c.component.to_owned(),
                depends: c.depends.iter().map(|d| (*d).to_owned()).collect(),
                life: match c.truth {
                    Truth::Running | Truth::Hung => Life::Running,
                    Truth::Paused => Life::Paused,
                    Truth::Ended { again_at: Some(_), .. } => Life::Restarting,
                    Truth::Ended { again_at: None, code } => Life::Exited(Some(code)),
                },
                check: Check::Silent,
                started_at: Some(ts(c.started_at)),
            })
            .collect()
    }

    /// The invariants, at the moment of a restart.
    fn allowed(&self, recovery: &Recovery) {
        let now = self.now;
        let c = &self.containers[&recovery.container];
        let restarts = || {
            self.acts.iter().filter_map(|(at, act)| match act {
                Act::Restart { recovery, .. } => Some((*at, recovery)),
                _ => None,
            })
        };
        let secs = |d: Duration| i64::try_from(d.as_secs()).expect("in the fleet");
        assert!(!c.stopped_by_operator, "{now}: {} was stopped by an operator", recovery.container);
        assert!(
            restarts().all(|(at, _)| now - at >= secs(self.config.gap)),
            "{now}: two destructive acts within the gap"
        );
        let window = restarts()
            .filter(|(at, r)| r.component == recovery.component && now - at < secs(self.config.window))
            .count();
        assert!(window < 3, "{now}: a fourth attempt at {} in the window", recovery.component);
        assert!(
            restarts().all(|(at, r)| r.container != recovery.container || now - at >= secs(self.config.cooldown)),
            "{now}: {} within its cooldown",
            recovery.container
        );
        assert!(recovery.evidence.len() >= 2, "{now}: one signal alone: {:?}", recovery.evidence);
        assert!(recovery.evidence.iter().any(|e| !e.is_empty()));
        let sick = !matches!(c.truth, Truth::Running) || now - c.started_at < 8;
        assert!(sick, "{now}: {} was well: {recovery:?}", recovery.container);
    }

    fn run(&mut self, seconds: i64) {
        for _ in 0..seconds {
            self.tick();
        }
    }

    fn restarts_of(&self, id: &str) -> Vec<i64> {
        self.acts
            .iter()
            .filter(|(_, a)| matches!(a, Act::Restart { recovery, .. } if recovery.container == id))
            .map(|(at, _)| *at)
            .collect()
    }

    fn alerts(&self, cause: &str) -> Vec<&Recovery> {
        self.acts
            .iter()
            .filter_map(|(_, a)| match a {
                Act::Alert(recovery) if recovery.cause == cause => Some(recovery),
                _ => None,
            })
            .collect()
    }

    fn outcomes(&self) -> Vec<RecoveryOutcome> {
        self.acts
            .iter()
            .filter_map(|(_, a)| match a {
                Act::Record(recovery) => Some(recovery.outcome),
                _ => None,
            })
            .collect()
    }
}

fn settled(seed: u64) -> Fleet {
    let mut fleet = Fleet::new(seed);
    fleet.run(60);
    assert!(fleet.acts.is_empty(), "a healthy fleet needs nothing: {:?}", fleet.acts);
    fleet
}

#[test]
fn a_crash_that_the_engine_mends_needs_no_act() {
    for seed in 0..20 {
        let mut fleet = settled(seed);
        fleet.crash("a1");
        fleet.run(300);
        assert!(fleet.acts.is_empty(), "seed {seed}: {:?}", fleet.acts);
    }
}

#[test]
fn what_the_engine_leaves_down_is_restarted_once_and_verified() {
    for seed in 0..20 {
        for (name, fault, within) in
            [("kill", Fleet::kill as fn(&mut Fleet, &str), 20), ("hang", Fleet::hang, 60), ("pause", Fleet::pause, 30)]
        {
            let mut fleet = settled(seed);
            fault(&mut fleet, "b1");
            fleet.run(300);
            let restarts = fleet.restarts_of("b1");
            assert_eq!(restarts.len(), 1, "seed {seed}, {name}: {:?}", fleet.acts);
            assert!(restarts[0] - 60 <= within, "seed {seed}, {name}: took {} s", restarts[0] - 60);
            assert_eq!(fleet.outcomes(), [RecoveryOutcome::Recovered], "seed {seed}, {name}");
        }
    }
}

#[test]
fn a_pause_is_believed_whichever_word_comes_first() {
    for event_at in [20, 25] {
        let mut recover = Recover::new(RecoverConfig::default());
        let mut random = || 7;
        let listing = |at: i64, life: Life| {
            let sighting = Sighting {
                id: "x".to_owned(),
                name: "x".to_owned(),
                component: "x".to_owned(),
                depends: vec![],
                life,
                check: Check::Silent,
                started_at: Some(ts(0)),
            };
            Round { listing: Some((ts(at), vec![sighting])), ..Round::default() }
        };
        recover.step(&listing(10, Life::Running), ts(10), &mut random);
        let mut round = listing(22, Life::Paused);
        round.signals.push(Signal { at: ts(event_at), unit: "x".to_owned(), what: What::Paused });
        let acts = recover.step(&round, ts(26), &mut random);
        assert!(matches!(&acts[..], [Act::Restart { recovery, .. }] if recovery.cause == "paused"), "{acts:?}");
    }
}

#[test]
fn what_an_operator_stopped_stays_stopped() {
    for seed in 0..20 {
        let mut fleet = settled(seed);
        fleet.stop("h1");
        fleet.run(3_600);
        assert!(fleet.restarts_of("h1").is_empty(), "seed {seed}: {:?}", fleet.acts);
    }
}

#[test]
fn what_is_broken_for_good_gets_three_attempts_then_the_breaker() {
    let mut fleet = settled(1);
    fleet.containers.get_mut("b1").expect("in the fleet").broken = true;
    fleet.kill("b1");
    fleet.run(1_500);
    let restarts = fleet.restarts_of("b1");
    assert_eq!(restarts.len(), 3, "{restarts:?}");
    assert_eq!(fleet.alerts("attempts_exhausted").len(), 1);
    let status = fleet.recover.statuses().into_iter().find(|s| s.component == "agent-b").expect("in the fleet");
    assert!(status.breaker_open && status.attempts == 3, "{status:?}");
    // Half open after 30 min, then 60, 120, 240, 240.
    fleet.run(12 * 3_600);
    let all = fleet.restarts_of("b1");
    let gaps: Vec<i64> = all.windows(2).skip(2).map(|w| (w[1] - w[0]) / 60).collect();
    assert_eq!(gaps.len(), 5, "{gaps:?}");
    assert!(gaps.iter().zip([30, 60, 120, 240, 240]).all(|(gap, least)| (least..least + 8).contains(gap)), "{gaps:?}");
    assert_eq!(fleet.alerts("attempts_exhausted").len(), 6);
    // Mended by hand: healthy for the window, and everything is forgotten.
    fleet.containers.get_mut("b1").expect("in the fleet").broken = false;
    fleet.start("b1");
    fleet.run(700);
    let status = fleet.recover.statuses().into_iter().find(|s| s.component == "agent-b").expect("in the fleet");
    assert!(!status.breaker_open && status.attempts == 0, "{status:?}");
}

#[test]
fn dependents_are_told_once_and_left_alone() {
    let mut fleet = settled(3);
    // Down for a while: the breaker-like case of an operator's stop of the cause.
    fleet.stop("pg");
    fleet.run(5);
    fleet.hang("b1");
    fleet.run(600);
    assert!(fleet.restarts_of("b1").is_empty(), "{:?}", fleet.acts);
    assert_eq!(fleet.alerts("degraded").iter().filter(|r| r.container == "b1").count(), 1);
    fleet.start("pg");
    fleet.run(60);
    assert_eq!(fleet.restarts_of("b1").len(), 1, "its dependency is back, so it is the cause now");
}

#[test]
fn much_at_once_is_verified_first() {
    let mut fleet = settled(4);
    fleet.deaf = true; // the engine does not answer, so nothing can be verified
    for id in ["b1", "h1", "g1", "s1"] {
        fleet.kill(id);
    }
    fleet.run(400);
    let restarts = fleet.acts.iter().filter(|(_, a)| matches!(a, Act::Restart { .. })).count();
    assert_eq!(restarts, 0, "{:?}", fleet.acts);
    assert_eq!(fleet.alerts("observer_suspected").len(), 1);
    fleet.deaf = false;
    fleet.run(120);
    for id in ["b1", "h1", "g1", "s1"] {
        assert_eq!(fleet.restarts_of(id).len(), 1, "{id}");
    }
}

#[test]
fn a_restarted_monitor_remembers() {
    for broken_at in [30, 400, 800, 2_000, 3_500] {
        let mut fleet = settled(5);
        fleet.containers.get_mut("b1").expect("in the fleet").broken = true;
        fleet.kill("b1");
        fleet.run(broken_at);
        // The monitor dies; what it stored is all that is left.
        let mut stored: BTreeMap<String, Recovery> = BTreeMap::new();
        for (_, act) in &fleet.acts {
            if let Act::Restart { recovery, .. } | Act::Alert(recovery) | Act::Record(recovery) = act {
                stored.insert(recovery.id.to_string(), recovery.clone());
            }
        }
        let mut rows: Vec<Recovery> = stored.into_values().collect();
        rows.sort_by_key(|r| r.started_at);
        fleet.recover = Recover::new(fleet.config);
        fleet.recover.restore(&rows);
        // `allowed` checks window, cooldown and gap over both lives.
        fleet.run(1_400);
        let in_first_half_hour = fleet.restarts_of("b1").iter().filter(|at| **at < 1_800).count();
        assert!(in_first_half_hour <= 3, "{broken_at}: {:?}", fleet.restarts_of("b1"));
    }
}

#[test]
fn a_storm_of_faults_breaks_no_rule() {
    for seed in 0..16 {
        let mut fleet = settled(seed);
        let ids: Vec<String> = fleet.containers.keys().cloned().collect();
        for _ in 0..7_200 {
            if fleet.dice.one_in(120) {
                let n = usize::try_from(fleet.dice.below(u64::try_from(ids.len()).expect("in the fleet")))
                    .expect("in the fleet");
                let id = ids[n].as_str();
                let up = fleet.containers[id].truth == Truth::Running;
                let acting = fleet.acting.iter().any(|(_, a)| a == id);
                match fleet.dice.below(7) {
                    _ if acting => {}
                    0 | 1 if up => fleet.crash(id),
                    2 if up => fleet.kill(id),
                    3 if up => fleet.hang(id),
                    4 if up => fleet.pause(id),
                    5 if up && fleet.containers[id].started_at < fleet.now => fleet.stop(id),
                    6 if fleet.containers[id].stopped_by_operator => fleet.start(id),
                    _ => {}
                }
            }
            fleet.tick();
        }
        // Left in peace, everything that no operator stopped comes back, unless its breaker is open.
        fleet.run(3_600);
        let statuses = fleet.recover.statuses();
        for (id, c) in &fleet.containers {
            let status = statuses.iter().find(|s| s.component == c.component).expect("in the fleet");
            let waits = c.depends.iter().any(|d| !fleet.is_well(d));
            let fine = c.truth == Truth::Running || c.stopped_by_operator || status.breaker_open || waits;
            assert!(fine, "seed {seed}: {id} is {:?}, {status:?}", c.truth);
        }
        let every = |id: &Recovery| id.action == RecoveryAction::Restart;
        let ended = fleet.acts.iter().filter(|(_, a)| matches!(a, Act::Record(r) if every(r))).count();
        let begun = fleet.acts.iter().filter(|(_, a)| matches!(a, Act::Restart { .. })).count();
        assert_eq!(begun, ended, "seed {seed}: a restart without an outcome");
    }
}
