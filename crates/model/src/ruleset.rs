//! Which ruleset judges, which only looks on, and what people said of documents.

use crate::names::names;
use crate::{ObservationId, Timestamp};

names! {
    /// What was done about rulesets.
    pub enum RulesetStep {
        /// One looks on: it judges beside the one in force, and nobody hears of it.
        Shadow = "shadow",
        /// One judges from now on.
        Activate = "activate",
        /// The one before the last activation judges again.
        Rollback = "rollback",
    }
}

/// A ruleset that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRuleset {
    /// Its version: the hash of what it says.
    pub version: String,
    /// The version it was learned from, if it was.
    pub parent: Option<String>,
    /// Why it was made, in somebody's words; may be empty.
    pub note: String,
    /// When it was handed in.
    pub stored_at: Timestamp,
    /// How large it is, in bytes.
    pub size: u64,
}

/// A step, in the one order of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesetTurn {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// What was done.
    pub step: RulesetStep,
    /// To which ruleset; for a rollback the one that was given up.
    pub version: String,
    /// When.
    pub at: Timestamp,
}

/// Which rulesets are at work. `None` for the one built into the programs, and for no shadow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RulesetsInForce {
    /// Judges.
    pub active: Option<String>,
    /// Looks on.
    pub shadow: Option<String>,
}

impl RulesetsInForce {
    /// What all steps, oldest first, amount to. Activations stand on each other, and a rollback takes the last one off.
    pub fn of(turns: &[RulesetTurn]) -> Self {
        let (mut active, mut shadow): (Vec<&String>, Option<&String>) = (Vec::new(), None);
        for turn in turns {
            match turn.step {
                RulesetStep::Shadow => shadow = Some(&turn.version),
                RulesetStep::Activate => {
                    active.push(&turn.version);
                    shadow = shadow.filter(|version| **version != turn.version);
                }
                RulesetStep::Rollback => drop(active.pop()),
            }
        }
        Self { active: active.pop().cloned(), shadow: shadow.cloned() }
    }
}

/// What a person says of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The document.
    pub observation: ObservationId,
    /// It tells of a launch.
    pub is_tge: bool,
    /// When it was said.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activations_stand_on_each_other() {
        use RulesetStep::{Activate, Rollback, Shadow};
        let cases = [
            (vec![], None, None),
            (vec![(Shadow, "a")], None, Some("a")),
            (vec![(Shadow, "a"), (Activate, "a")], Some("a"), None),
            (vec![(Shadow, "a"), (Activate, "b")], Some("b"), Some("a")),
            (vec![(Activate, "a"), (Activate, "b"), (Rollback, "b")], Some("a"), None),
            (vec![(Activate, "a"), (Activate, "b"), (Rollback, "b"), (Rollback, "a")], None, None),
            (vec![(Activate, "a"), (Rollback, "a"), (Rollback, "a"), (Activate, "c")], Some("c"), None),
            (vec![(Shadow, "a"), (Shadow, "b")], None, Some("b")),
        ];
        for (steps, active, shadow) in cases {
            let turn = |(n, (step, version)): (usize, &(RulesetStep, &str))| RulesetTurn {
                seq: n as u64 + 1,
                step: *step,
                version: (*version).to_owned(),
                at: Timestamp::EPOCH,
            };
            let turns: Vec<RulesetTurn> = steps.iter().enumerate().map(turn).collect();
            let expected = RulesetsInForce { active: active.map(str::to_owned), shadow: shadow.map(str::to_owned) };
            assert_eq!(RulesetsInForce::of(&turns), expected, "{steps:?}");
        }
    }
}
