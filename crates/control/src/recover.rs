//! What to repair, how, and when to leave it alone.
//!
//! A state machine over *units* (containers) that belong to *components* (services). Signals come in, late, twice or not
//! at all; each carries its own time, and an older word never overrules a newer one. Out come [`Act`]s: at most one
//! restart per step, alerts, and the recoveries to record.
//!
//! The rules, each an invariant of the simulation in `tests/recover_sim.rs`:
//! - **Two must agree.** A restart needs two agreeing signals of different kinds, or an end that the engine's own restart
//!   policy (rung 0) did not mend in time.
//! - **Causes, not symptoms.** A unit whose dependency is not healthy is degraded, alerted once and not touched.
//! - **What was stopped stays stopped.** An operator's stop, or a desired state other than running, rules out every act.
//! - **Little at a time.** One restart in ten seconds, one replica of a component at once, three attempts per component
//!   until it was healthy for ten minutes, a cooldown after each; then the breaker opens and a person is told.
//! - **Doubt yourself.** When much goes down at once the observer is suspected first: nothing is restarted until the
//!   monitor has verified what it sees by another way.
//! - **Verify.** A restart counts as a recovery only when a later check says so.
//!
//! Rejected: deciding per event. Events are lost and repeated; facts with times converge whatever the order.

mod component;
mod machine;
mod unit;

use std::time::Duration;

use tge_model::{Recovery, Timestamp};

pub use machine::Recover;

/// Windows and limits; the defaults are the specification's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecoverConfig {
    /// Attempts per component until it was healthy for `window`.
    pub attempts: u32,
    /// This long healthy, and attempts are forgotten.
    pub window: Duration,
    /// From the end of one restart of a unit to the next, before jitter.
    pub cooldown: Duration,
    /// Jitter adds up to this share of the cooldown, 0 to 100.
    pub jitter_percent: u32,
    /// Between two restarts of anything.
    pub gap: Duration,
    /// What the engine's own restart policy gets before we step in.
    pub rung_zero: Duration,
    /// A unit that was started this recently may still be silent.
    pub start_for: Duration,
    /// Carrying out a restart may take this long.
    pub act_for: Duration,
    /// After a restart the unit must be seen healthy within this.
    pub verify_for: Duration,
    /// Bad news older than this is no news.
    pub fresh_for: Duration,
    /// A stop's grace for a unit that still answers; what is hung has lost its right to one.
    pub grace: Duration,
    /// So many units down within `suspect_for`: suspect the observer.
    pub suspect_units: usize,
    /// Or so many percent of all units, if more than one.
    pub suspect_percent: usize,
    /// The time within which they must have gone down.
    pub suspect_for: Duration,
    /// How long the breaker stays open the first time; doubles up to `breaker_max`.
    pub breaker: Duration,
    /// The longest the breaker stays open.
    pub breaker_max: Duration,
}

impl Default for RecoverConfig {
    fn default() -> Self {
        let secs = Duration::from_secs;
        Self {
            attempts: 3,
            window: secs(600),
            cooldown: secs(300),
            jitter_percent: 25,
            gap: secs(10),
            rung_zero: secs(3),
            start_for: secs(45),
            act_for: secs(60),
            verify_for: secs(90),
            fresh_for: secs(60),
            grace: secs(10),
            suspect_units: 3,
            suspect_percent: 30,
            suspect_for: secs(30),
            breaker: secs(1_800),
            breaker_max: secs(14_400),
        }
    }
}

/// The life of a unit as the engine tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Made and never started.
    Created,
    /// Runs.
    Running,
    /// Frozen.
    Paused,
    /// The engine is about to start it again.
    Restarting,
    /// Ended, with this code where it is known.
    Exited(Option<i64>),
}

/// What a unit's own health check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// It has none, or it is too early to tell.
    Silent,
    /// Answers.
    Healthy,
    /// Failed too often.
    Unhealthy,
}

/// One unit in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The engine's id.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// The component it belongs to.
    pub component: String,
    /// Components it cannot do without.
    pub depends: Vec<String>,
    /// Its life.
    pub life: Life,
    /// Its own check.
    pub check: Check,
    /// Start of its last run.
    pub started_at: Option<Timestamp>,
}

/// What happened to a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It ended.
    Died {
        /// With this code, where it is known.
        code: Option<i64>,
    },
    /// It was started.
    Started,
    /// Somebody asked the engine to stop it.
    Stopped,
    /// It was frozen.
    Paused,
    /// It was thawed.
    Unpaused,
    /// Its own health check changed.
    Checked(Check),
    /// Its heartbeat is there.
    Beat,
    /// Its heartbeat is missing.
    MissedBeat,
    /// It answered our probe.
    Answered,
    /// It did not answer our probe, for this reason.
    NoAnswer(String),
    /// Our restart was carried out, or failed for this reason.
    Acted(Result<(), String>),
}

/// Something heard about one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// When it was so, by the clock of who says it.
    pub at: Timestamp,
    /// The unit's id.
    pub unit: String,
    /// What.
    pub what: What,
}

/// What an operator wants a component to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desired {
    /// Up.
    Running,
    /// Down.
    Stopped,
    /// Left alone, whatever it does.
    Maintenance,
}

/// What the monitor learned since the last step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// All units there are, when the engine was asked, and the moment before it was.
    pub listing: Option<(Timestamp, Vec<Sighting>)>,
    /// What was heard, in any order.
    pub signals: Vec<Signal>,
    /// Wishes that changed.
    pub desired: Vec<(String, Desired)>,
    /// The observer checked itself, beginning at this moment: the engine answered anew and what it said is in this round.
    pub verified: Option<Timestamp>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Record the recovery, restart its container with this grace, and report [`What::Acted`].
    Restart {
        /// To record first.
        recovery: Recovery,
        /// Time to end by itself; zero kills at once.
        grace: Duration,
    },
    /// Record this recovery; a person is told by it.
    Alert(Recovery),
    /// Record what is new of this recovery.
    Record(Recovery),
    /// Check yourself, then say so in [`Round::verified`].
    Verify,
}
