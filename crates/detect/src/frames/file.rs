//! The frames' file: its shape, what may be wrong with it, and frames and mutes of its lines.

use serde::Deserialize;
use thiserror::Error;

use super::{AGAINST, Element, Frame, Mute, Speaks, before, clauses, roles};
use crate::features::name::Hashed;
use crate::lexicon::{LabelSet, Lexicon};

/// Words between two elements where a frame says nothing.
const GAP_DEFAULT: usize = 4;
/// The widest gap a frame may ask for: beyond it two words of a sentence have little to do with each other.
const GAP_MAX: usize = 14;

/// The orders of two and of three elements beside the one they are written in: a verb stands first in Arabic and last in
/// Japanese, Korean and Turkish.
const OTHER_ORDERS: [&[usize]; 6] = [&[1, 0], &[0, 2, 1], &[1, 0, 2], &[1, 2, 0], &[2, 0, 1], &[2, 1, 0]];

/// A frames file that cannot be used.
#[derive(Debug, Error)]
pub enum FramesError {
    /// It is not YAML of the shape wanted.
    #[error("failed to read the frames: expected `version` and `frames` with `id`, `say`, `yes`, `no`")]
    Shape(#[source] serde_yaml_ng::Error),
    /// It is of another version.
    #[error("failed to read the frames: version {found}, this program reads version 1")]
    Version {
        /// What it says.
        found: u32,
    },
    /// A frame names a label the lexicon does not have.
    #[error("failed to read frame {frame}: {label:?} is neither a concept of the lexicon nor a slot")]
    UnknownLabel {
        /// The frame.
        frame: String,
        /// What it names.
        label: String,
    },
    /// A gap is no number, or too wide.
    #[error("failed to read frame {frame}: {gap:?} is no gap, expected ~0 to ~{GAP_MAX}")]
    Gap {
        /// The frame.
        frame: String,
        /// What it says.
        gap: String,
    },
    /// Two frames, or two roles, have one name, or a word speaks for and against.
    #[error("failed to read the frames: {frame} stands there twice")]
    Twice {
        /// The frame, role or word.
        frame: String,
    },
    /// More roles than can be told apart.
    #[error("failed to read the frames: {found} roles, at most 16 can be told apart")]
    Roles {
        /// How many there are.
        found: usize,
    },
    /// A frame has no elements.
    #[error("failed to read frame {frame}: it says nothing")]
    Empty {
        /// The frame.
        frame: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) version: u32,
    #[serde(default)]
    pub(super) clauses: clauses::Lines,
    #[serde(default)]
    pub(super) before: before::Lines,
    #[serde(default)]
    pub(super) speaks: SpeaksLine,
    #[serde(default)]
    pub(super) roles: Vec<roles::Line>,
    pub(super) frames: Vec<Line>,
    /// Frames that are weighed nowhere and shown where no other is found.
    #[serde(default)]
    pub(super) shown: Vec<Line>,
    #[serde(default)]
    pub(super) mutes: Vec<MuteLine>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct SpeaksLine {
    #[serde(default)]
    r#for: Vec<String>,
    #[serde(default)]
    against: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MuteLine {
    mute: Vec<String>,
    by: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    head: bool,
    #[serde(default)]
    first: bool,
    #[cfg_attr(not(test), expect(dead_code, reason = "the file's own test reads it"))]
    yes: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "the file's own test reads it"))]
    no: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) id: String,
    say: String,
    #[serde(default)]
    any_order: bool,
    #[serde(default)]
    unless: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "the file's own test reads it"))]
    yes: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "the file's own test reads it"))]
    no: String,
}

pub(super) fn frame(line: Line, lexicon: &Lexicon) -> Result<Frame, FramesError> {
    let label = |name: &str| {
        lexicon.label(name).ok_or_else(|| FramesError::UnknownLabel { frame: line.id.clone(), label: name.to_owned() })
    };
    let mut gap = GAP_DEFAULT;
    let mut elements: Vec<(LabelSet, usize)> = Vec::new();
    for part in line.say.split_whitespace() {
        if let Some(number) = part.strip_prefix('~') {
            gap = number
                .parse()
                .ok()
                .filter(|&n| n <= GAP_MAX)
                .ok_or_else(|| FramesError::Gap { frame: line.id.clone(), gap: part.to_owned() })?;
        } else {
            elements.push((LabelSet::of(part.split('|').map(label).collect::<Result<Vec<_>, _>>()?), gap));
            gap = GAP_DEFAULT;
        }
    }
    if elements.is_empty() {
        return Err(FramesError::Empty { frame: line.id });
    }
    let unless = LabelSet::of(line.unless.iter().map(|name| label(name)).collect::<Result<Vec<_>, _>>()?);
    let element = |(labels, gap): &(LabelSet, usize)| Element { labels: *labels, gap: *gap };
    let mut orders = vec![elements.iter().map(element).collect()];
    if line.any_order {
        let widest = elements.iter().skip(1).map(|e| e.1).max().unwrap_or(GAP_DEFAULT);
        let other = |order: &&[usize]| order.len() == elements.len();
        for order in OTHER_ORDERS.into_iter().filter(other) {
            orders.push(order.iter().map(|&i| Element { labels: elements[i].0, gap: widest }).collect());
        }
        // Of more than three only backwards: all their orders would be dozens.
        if elements.len() > 3 {
            orders.push(elements.iter().rev().map(|(labels, _)| Element { labels: *labels, gap: widest }).collect());
        }
    }
    Ok(Frame {
        hashed: Hashed::of(&line.id),
        against: line.id.starts_with(AGAINST),
        id: line.id,
        orders,
        unless,
        #[cfg(test)]
        examples: [line.yes, line.no],
    })
}

/// The labels of these names; `of` says where they stand.
pub(super) fn labels(of: &str, names: &[String], lexicon: &Lexicon) -> Result<LabelSet, FramesError> {
    let label = |name: &String| {
        let unknown = || FramesError::UnknownLabel { frame: of.to_owned(), label: name.clone() };
        lexicon.label(name).ok_or_else(unknown)
    };
    Ok(LabelSet::of(names.iter().map(label).collect::<Result<Vec<_>, _>>()?))
}

pub(super) fn speaks(line: &SpeaksLine, lexicon: &Lexicon) -> Result<Speaks, FramesError> {
    let set = |names: &[String]| labels("speaks", names, lexicon);
    let speaks = Speaks { launch: set(&line.r#for)?, against: set(&line.against)? };
    match speaks.launch.intersection(&speaks.against).iter().next() {
        Some(label) => Err(FramesError::Twice { frame: lexicon.name(label).to_owned() }),
        None => Ok(speaks),
    }
}

pub(super) fn mute(line: MuteLine, lexicon: &Lexicon) -> Result<Mute, FramesError> {
    let set = |names: &[String]| labels("mutes", names, lexicon);
    Ok(Mute {
        mute: set(&line.mute)?,
        by: set(&line.by)?,
        unless: set(&line.unless)?,
        head: line.head,
        first: line.first,
        #[cfg(test)]
        examples: [line.yes, line.no],
    })
}
