//! Semantic roles: who acts, on which token, when and where, in which tense, denied or hedged, and who says so.
//!
//! The elements of a frame are what it cannot do without. A role is what any frame may have beside it in its clause, and
//! is the same for all of them: that a launch is told with a day and a venue says as much in one language as in another.

use serde::Deserialize;

use super::{Found, FramesError};
use crate::features::name::{Hashed, Part};
use crate::lexicon::{LabelId, LabelSet, Lexicon, slot};
use crate::reading::Reading;

/// The most roles there may be.
const ROLES_MAX: usize = 16;

/// A role, as the frames' file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    role: String,
    /// It stands before what is told, or begins it.
    #[serde(default)]
    before: bool,
    say: String,
    /// Of several rather one of these, however far away in the clause: a ticker says more than "token".
    rather: Option<String>,
}

struct Role {
    name: String,
    hashed: Hashed,
    before: bool,
    rather: LabelSet,
}

/// The roles, and by label a bit for each that it may have.
pub(crate) struct Roles {
    roles: Vec<Role>,
    by_label: Vec<u16>,
}

/// A role filled: which, by what and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) role: usize,
    pub(crate) label: LabelId,
    pub(crate) item: usize,
}

/// What fills a role so far: whether it is none of what the role rather has and how far it is, its label and its item.
type Nearest = ((bool, usize), LabelId, usize);

// === impl Roles ===

impl Roles {
    pub(super) fn of(lines: Vec<Line>, lexicon: &Lexicon) -> Result<Self, FramesError> {
        if lines.len() > ROLES_MAX {
            return Err(FramesError::Roles { found: lines.len() });
        }
        let mut new = Self { roles: Vec::with_capacity(lines.len()), by_label: vec![0; lexicon.label_count()] };
        for line in lines {
            let role = new.roles.len();
            if new.roles.iter().any(|known| known.name == line.role) {
                return Err(FramesError::Twice { frame: line.role });
            }
            let labels = |names: &str| -> Result<Vec<LabelId>, FramesError> {
                let unknown =
                    |name: &str| FramesError::UnknownLabel { frame: line.role.clone(), label: name.to_owned() };
                names.split('|').map(|name| lexicon.label(name).ok_or_else(|| unknown(name))).collect()
            };
            for label in labels(&line.say)? {
                new.by_label[usize::from(label)] |= 1 << role;
            }
            let rather = line.rather.as_deref().map(labels).transpose()?;
            let rather = LabelSet::of(rather.into_iter().flatten());
            new.roles.push(Role { hashed: Hashed::of(&line.role), name: line.role, before: line.before, rather });
        }
        Ok(new)
    }

    pub(crate) fn name(&self, role: usize) -> &str {
        &self.roles[role].name
    }

    /// The role's name as a part of a feature's.
    pub(crate) fn part(&self, role: usize) -> Part<'_> {
        self.roles[role].hashed.part(&self.roles[role].name)
    }

    /// Whether `role` is rather filled by what has `label`.
    pub(super) fn rather(&self, role: usize, label: LabelId) -> bool {
        self.roles[role].rather.contains(label)
    }

    /// The first role that `label` may have.
    pub(crate) fn role_of(&self, label: LabelId) -> Option<usize> {
        let roles = *self.by_label.get(usize::from(label))?;
        (roles != 0).then(|| roles.trailing_zeros() as usize)
    }

    /// The roles that the clause of a frame fills, in their order: each by what stands nearest to the frame of what it rather
    /// has, else of all; of those as near the first. `labels` are those of the clause's items, in order.
    pub(crate) fn filled(
        &self,
        reading: &Reading<'_>,
        lexicon: &Lexicon,
        labels: &[(usize, LabelId)],
        found: &Found,
    ) -> impl Iterator<Item = Filled> {
        let mut nearest: [Option<Nearest>; ROLES_MAX] = [None; ROLES_MAX];
        for &(item, label) in labels {
            let mut roles = self.by_label[usize::from(label)];
            let distance = if item < found.first { found.first - item } else { item.saturating_sub(found.last) };
            while roles != 0 {
                let role = roles.trailing_zeros() as usize;
                roles &= roles - 1;
                let place = !self.roles[role].before || item <= found.first;
                let far = (!self.roles[role].rather.contains(label), distance);
                let nearer = place && nearest[role].is_none_or(|(least, ..)| far < least);
                // "The" is no name, though it begins a sentence, and UTC no ticker.
                let names = || {
                    let word = reading.word(&reading.items[item]);
                    match label {
                        slot::CAPITAL => !lexicon.is_common(word),
                        slot::UPPER | slot::MAJOR => !lexicon.is_no_ticker(word),
                        _ => true,
                    }
                };
                if nearer && names() {
                    nearest[role] = Some((far, label, item));
                }
            }
        }
        let filled =
            |(role, nearest): (usize, Option<Nearest>)| nearest.map(|(_, label, item)| Filled { role, label, item });
        nearest.into_iter().enumerate().filter_map(filled)
    }
}

#[cfg(test)]
mod tests {
    use crate::Ruleset;
    use crate::frames::Frames;

    #[test]
    fn roles_that_cannot_be_told_apart_are_refused() {
        let ruleset = Ruleset::embedded().expect("the embedded ruleset");
        let lexicon = ruleset.watching(&[]).expect("its words");
        let error = |roles: &str| {
            let yaml = format!("{{version: 1, frames: [], roles: [{roles}]}}");
            Frames::parse(&yaml, &lexicon).err().map(|e| e.to_string()).unwrap_or_default()
        };
        let many: Vec<String> = (0..17).map(|i| format!("{{role: r{i}, say: T}}")).collect();
        assert_eq!(error("{role: token, say: T|PT}"), "");
        assert!(error("{role: token, say: T|NOPE}").contains("\"NOPE\" is neither"));
        assert!(error("{role: token, say: T, rather: NOPE}").contains("\"NOPE\" is neither"));
        assert!(error("{role: token, say: ''}").contains("\"\" is neither"));
        assert!(error("{role: token, say: T}, {role: token, say: PT}").contains("token stands there twice"));
        assert!(error(&many.join(", ")).contains("17 roles"));
    }
}
