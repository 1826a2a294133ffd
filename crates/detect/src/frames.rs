//! Frames: who does what to which token, told in one clause; and the look-alikes, told almost so.
//!
//! A frame is data (`frames.yaml`): elements in order, each one or more labels of the lexicon or slots (`CLAIM`,
//! `LIVE|START`), with at most so many items between neighbours (`~5`; four where nothing is said), and what breaks it
//! (`unless`: labels that must not stand in the clause). Each frame carries a sentence it is for and one it is not
//! for; the loader's test runs both.

mod clauses;

use serde::Deserialize;
use thiserror::Error;

use crate::features::name::{Hashed, Part};
use crate::lexicon::{LabelId, LabelSet, Lexicon};
use crate::reading::{HEAD_CHARS, Reading};

use clauses::Clauses;

/// Items between two elements where a frame says nothing.
const GAP_DEFAULT: usize = 4;
/// The widest gap a frame may ask for: beyond it two words of a sentence have little to do with each other.
const GAP_MAX: usize = 14;

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
    /// Two frames have one id.
    #[error("failed to read the frames: {frame} stands there twice")]
    Twice {
        /// The frame.
        frame: String,
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
struct File {
    version: u32,
    #[serde(default)]
    clauses: clauses::Lines,
    frames: Vec<Line>,
    #[serde(default)]
    mutes: Vec<MuteLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MuteLine {
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
struct Line {
    id: String,
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

struct Element {
    labels: LabelSet,
    /// Items allowed between this element and the one before.
    gap: usize,
}

/// One frame.
pub(crate) struct Frame {
    pub(crate) id: String,
    orders: Vec<Vec<Element>>,
    unless: LabelSet,
    hashed: Hashed,
    /// A sentence it is for, and one it is not for.
    #[cfg(test)]
    examples: [String; 2],
}

/// What takes the meaning from a word: where one of `by` stands in the sentence (or the head), `mute` says nothing.
pub(crate) struct Mute {
    mute: LabelSet,
    by: LabelSet,
    unless: LabelSet,
    head: bool,
    /// Where one of `by` stands in the opening sentence, `mute` says nothing in the whole document.
    first: bool,
    #[cfg(test)]
    examples: [String; 2],
}

/// All frames, found by the label they begin with.
pub(crate) struct Frames {
    pub(crate) frames: Vec<Frame>,
    pub(crate) clauses: Clauses,
    mutes: Vec<Mute>,
    /// By label: frames and which of their orders begin with it.
    by_first: Vec<Vec<(usize, usize)>>,
}

/// A frame found: which, and its first and last item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) frame: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

// === impl Frames ===

impl Frames {
    pub(crate) fn parse(yaml: &str, lexicon: &Lexicon) -> Result<Self, FramesError> {
        let file: File = serde_yaml_ng::from_str(yaml).map_err(FramesError::Shape)?;
        if file.version != 1 {
            return Err(FramesError::Version { found: file.version });
        }
        let mut frames: Vec<Frame> = Vec::with_capacity(file.frames.len());
        for line in file.frames {
            if frames.iter().any(|f| f.id == line.id) {
                return Err(FramesError::Twice { frame: line.id });
            }
            frames.push(frame(line, lexicon)?);
        }
        let mut by_first: Vec<Vec<(usize, usize)>> = vec![Vec::new(); lexicon.label_count()];
        for (i, frame) in frames.iter().enumerate() {
            for (j, order) in frame.orders.iter().enumerate() {
                for label in order.first().into_iter().flat_map(|element| element.labels.iter()) {
                    by_first[usize::from(label)].push((i, j));
                }
            }
        }
        let mutes = file.mutes.into_iter().map(|line| mute(line, lexicon)).collect::<Result<_, _>>()?;
        Ok(Self { frames, clauses: Clauses::of(file.clauses, lexicon)?, mutes, by_first })
    }

    /// The frame's id as a part of a feature's name.
    pub(crate) fn part(&self, frame: usize) -> Part<'_> {
        let frame = &self.frames[frame];
        frame.hashed.part(&frame.id)
    }

    /// Puts the frames in one clause of a reading behind `found`, each at most once among those from `from` on. `labels`
    /// are those of the clause's items, in order.
    pub(crate) fn find(
        &self,
        reading: &Reading<'_>,
        clause: std::ops::Range<usize>,
        labels: &[(usize, LabelId)],
        from: usize,
        found: &mut Vec<Found>,
    ) {
        let seen = LabelSet::of(labels.iter().map(|l| l.1));
        for &(first, label) in labels {
            for &(frame, order) in &self.by_first[usize::from(label)] {
                let Frame { unless, orders, .. } = &self.frames[frame];
                let rest = &orders[order][1..];
                // Most frames lack a word, and none need be looked for in its place.
                let lacks = rest.iter().any(|element| element.labels.intersection(&seen).is_empty());
                if lacks || !unless.intersection(&seen).is_empty() || found[from..].iter().any(|f| f.frame == frame) {
                    continue;
                }
                if let Some(last) = follow(reading, rest, first, clause.end) {
                    found.push(Found { frame, first, last });
                }
            }
        }
    }

    /// What stands for the elements of frame `id` where it was found from item `first` to item `last`: labels and items.
    pub(crate) fn elements(&self, id: &str, reading: &Reading<'_>, first: usize, last: usize) -> Vec<(LabelId, usize)> {
        let Some(frame) = self.frames.iter().find(|frame| frame.id == id) else { return Vec::new() };
        let told = |order: &Vec<Element>| {
            // The first element stands where the frame begins, whatever its gap.
            let head = order.first()?;
            reading.items.get(first)?.labels().iter().find(|label| head.labels.contains(**label))?;
            let rest = match order.get(1..)? {
                [] => (first == last).then(Vec::new)?,
                rest => path(reading, rest, first + 1, last)?,
            };
            let items = std::iter::once(first).chain(rest);
            let label = |element: &Element, item: usize| {
                reading.items[item].labels().iter().copied().find(|label| element.labels.contains(*label))
            };
            order.iter().zip(items).map(|(element, item)| Some((label(element, item)?, item))).collect()
        };
        frame.orders.iter().find_map(told).unwrap_or_default()
    }

    /// Takes from the items of a reading the labels that say nothing beside others.
    pub(crate) fn mute(&self, reading: &mut Reading<'_>) {
        let labels = |reading: &Reading<'_>, range: std::ops::Range<usize>| {
            LabelSet::of(reading.items[range].iter().flat_map(|item| item.labels().iter().copied()))
        };
        let opening = reading.opening().unwrap_or_default();
        for mute in self.mutes.iter().filter(|mute| mute.first) {
            if mute.applies(&labels(reading, opening.clone())) {
                reading.items.iter_mut().for_each(|item| item.remove(&mute.mute));
            }
        }
        let head_end = reading.items.iter().position(|item| item.at >= HEAD_CHARS).unwrap_or(reading.items.len());
        let mut head = labels(reading, 0..head_end);
        for i in 0..reading.sentences.len() {
            let sentence = reading.sentences[i].clone();
            let mut seen = labels(reading, sentence.clone());
            for mute in self.mutes.iter().filter(|mute| !mute.first) {
                let applies = mute.applies(if mute.head { &head } else { &seen });
                if applies && !mute.mute.intersection(&seen).is_empty() {
                    reading.items[sentence.clone()].iter_mut().for_each(|item| item.remove(&mute.mute));
                    seen = labels(reading, sentence.clone());
                }
            }
            if sentence.start < head_end && i == 0 {
                head = labels(reading, 0..head_end);
            }
        }
    }
}

// === impl Mute ===

impl Mute {
    /// Whether it takes effect among these labels.
    fn applies(&self, around: &LabelSet) -> bool {
        !self.by.intersection(around).is_empty() && self.unless.intersection(around).is_empty()
    }
}

/// The items at which the elements of `order` stand from item `first` to item `last`.
fn path(reading: &Reading<'_>, order: &[Element], first: usize, last: usize) -> Option<Vec<usize>> {
    let (element, rest) = order.split_first()?;
    let here = |at: usize| reading.items[at].labels().iter().any(|&label| element.labels.contains(label));
    let candidates = first..(first + element.gap + 1).min(last + 1);
    candidates.filter(|&at| here(at)).find_map(|at| {
        if rest.is_empty() {
            return (at == last).then(|| vec![at]);
        }
        let mut path = path(reading, rest, at + 1, last)?;
        path.insert(0, at);
        Some(path)
    })
}

/// The item at which `rest` ends when it follows `from`. Depth and width are bounded by the frame, so a hostile text
/// cannot make it long.
fn follow(reading: &Reading<'_>, rest: &[Element], from: usize, end: usize) -> Option<usize> {
    let Some((element, rest)) = rest.split_first() else { return Some(from) };
    (from + 1..end.min(from + element.gap + 2))
        .filter(|&next| reading.items[next].labels().iter().any(|&label| element.labels.contains(label)))
        .find_map(|next| follow(reading, rest, next, end))
}

fn frame(line: Line, lexicon: &Lexicon) -> Result<Frame, FramesError> {
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
    if line.any_order && elements.len() > 1 {
        let widest = elements.iter().skip(1).map(|e| e.1).max().unwrap_or(GAP_DEFAULT);
        orders.push(elements.iter().rev().map(|(labels, _)| Element { labels: *labels, gap: widest }).collect());
    }
    Ok(Frame {
        hashed: Hashed::of(&line.id),
        id: line.id,
        orders,
        unless,
        #[cfg(test)]
        examples: [line.yes, line.no],
    })
}

fn mute(line: MuteLine, lexicon: &Lexicon) -> Result<Mute, FramesError> {
    let set = |names: &[String]| -> Result<LabelSet, FramesError> {
        let label = |name: &String| {
            let unknown = || FramesError::UnknownLabel { frame: "mutes".to_owned(), label: name.clone() };
            lexicon.label(name).ok_or_else(unknown)
        };
        Ok(LabelSet::of(names.iter().map(label).collect::<Result<Vec<_>, _>>()?))
    };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::Known;
    use crate::{Document, Ruleset};

    fn parts() -> (Lexicon, Ruleset) {
        let ruleset = Ruleset::embedded().expect("the embedded ruleset");
        (Lexicon::parse(&ruleset.lexicon, &[]).expect("its lexicon"), ruleset)
    }

    #[test]
    fn every_frame_keeps_what_its_examples_promise() {
        let (lexicon, ruleset) = parts();
        let frames = Frames::parse(&ruleset.frames, &lexicon).expect("its frames");
        let known = Known::default();
        let holds = |frame: usize, text: &str| {
            let document = Document { title: "", text, lang: None, published: None };
            let mut reading = Reading::of(&document, &lexicon, &known, None);
            frames.mute(&mut reading);
            let (mut found, mut clauses) = (Vec::new(), Vec::new());
            for sentence in &reading.sentences {
                frames.clauses.cut(&reading, sentence.clone(), &mut clauses);
                for clause in &clauses {
                    frames.find(&reading, clause.clone(), &reading.labels(clause.clone()), 0, &mut found);
                }
            }
            found.iter().any(|f| f.frame == frame)
        };
        let mut wrong = Vec::new();
        for (i, frame) in frames.frames.iter().enumerate() {
            let [yes, no] = &frame.examples;
            if !holds(i, yes) {
                wrong.push(format!("{} does not hold for {yes:?}", frame.id));
            }
            if holds(i, no) {
                wrong.push(format!("{} holds for {no:?}", frame.id));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_mute_keeps_what_its_examples_promise() {
        let (lexicon, ruleset) = parts();
        let frames = Frames::parse(&ruleset.frames, &lexicon).expect("its frames");
        let speaks = |mute: &Mute, text: &str, muted: bool| {
            let document = Document { title: "", text, lang: None, published: None };
            let mut reading = Reading::of(&document, &lexicon, &Known::default(), None);
            if muted {
                frames.mute(&mut reading);
            }
            reading.items.iter().any(|item| item.labels().iter().any(|label| mute.mute.contains(*label)))
        };
        for mute in &frames.mutes {
            let [yes, no] = &mute.examples;
            assert!(speaks(mute, yes, false) && !speaks(mute, yes, true), "muted in {yes:?}");
            assert!(speaks(mute, no, true), "not muted in {no:?}");
        }
    }

    #[test]
    fn bad_files_say_what_is_wrong() {
        let (lexicon, _) = parts();
        let file = |say: &str| format!("{{version: 1, frames: [{{id: a, say: \"{say}\", yes: x, no: y}}]}}");
        let error = |yaml: &str| Frames::parse(yaml, &lexicon).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error(&file("CLAIM NOSUCH")).contains("\"NOSUCH\""));
        assert!(error(&file("CLAIM ~99 LIVE")).contains("~99"));
        assert!(error(&file("")).contains("says nothing"));
        assert!(error("{version: 3, frames: []}").contains("version 3"));
        assert!(error("frames: x").contains("expected"));
    }
}
