//! Frames: who does what to which token, told in one clause; and the look-alikes, told almost so.
//!
//! A frame is data (`frames.yaml`): elements in order, each one or more labels of the lexicon or slots (`CLAIM`,
//! `LIVE|START`), with at most so many words between neighbours (`~5`; four where nothing is said), and what breaks it
//! (`unless`: labels that must not stand in the clause). Each frame carries a sentence it is for and one it is not
//! for; the loader's test runs both. What stands around a frame in its clause has roles ([`roles`]).

mod before;
mod clauses;
mod file;
mod roles;
mod starts;

use crate::features::name::{Hashed, Part};
use crate::hashing::QuickMap;
use crate::lexicon::{LabelId, LabelSet, Lexicon};
use crate::reading::{HEAD_CHARS, Reading};

pub(crate) use before::{Before, Said};
pub(crate) use clauses::{CLAUSES_ROOM, Clauses};
use file::File;
pub use file::FramesError;
pub(crate) use roles::Filled;
use roles::Roles;
use starts::Start;

/// What the id of a frame begins with that says how a look-alike is told.
pub(crate) const AGAINST: &str = "not-";

struct Element {
    labels: LabelSet,
    /// Words allowed between this element and the one before.
    gap: usize,
}

/// One frame.
pub(crate) struct Frame {
    pub(crate) id: String,
    orders: Vec<Vec<Element>>,
    unless: LabelSet,
    hashed: Hashed,
    /// It is how a look-alike is told.
    pub(crate) against: bool,
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

/// Words that speak for a launch or say nothing, and words that speak against one or say nothing.
pub(crate) struct Speaks {
    pub(crate) launch: LabelSet,
    pub(crate) against: LabelSet,
}

/// All frames, found by the label they begin with.
pub(crate) struct Frames {
    pub(crate) frames: Vec<Frame>,
    pub(crate) clauses: Clauses,
    pub(crate) before: Before,
    pub(crate) roles: Roles,
    pub(crate) speaks: Speaks,
    mutes: Vec<Mute>,
    /// The labels that some of them take away within a sentence.
    muted: LabelSet,
    by_id: QuickMap<String, usize>,
    /// By label: what begins with it.
    by_first: Vec<Vec<Start>>,
    /// The same of the frames that are only shown.
    shown: Vec<Vec<Start>>,
}

/// A frame found: which, and its first and last item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) frame: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// A word of a frame: the role it has, if any, what it stands for, and its first and last item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) role: Option<usize>,
    pub(crate) label: LabelId,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

// === impl Element ===

impl Element {
    /// The items before `end` that may stand for the element behind item and label `from`, each with the label it does so
    /// by. One word may be two elements: a verb in the future tense (`lanzará`) says WILL and LAUNCH.
    fn places(
        &self,
        reading: &Reading<'_>,
        from: (usize, LabelId),
        end: usize,
    ) -> impl Iterator<Item = (usize, LabelId)> {
        let near = (from.0..end).take_while(move |&at| reading.words_between(from.0, at) <= self.gap);
        near.filter_map(move |at| {
            let said = |label: &LabelId| self.labels.contains(*label) && (at != from.0 || *label != from.1);
            reading.items[at].labels().iter().copied().find(said).map(|label| (at, label))
        })
    }
}

// === impl Word ===

impl Word {
    fn overlaps(&self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

// === impl Frames ===

impl Frames {
    pub(crate) fn parse(yaml: &str, lexicon: &Lexicon) -> Result<Self, FramesError> {
        let file: File = serde_yaml_ng::from_str(yaml).map_err(FramesError::Shape)?;
        if file.version != 1 {
            return Err(FramesError::Version { found: file.version });
        }
        let mut frames: Vec<Frame> = Vec::with_capacity(file.frames.len() + file.shown.len());
        let weighed = file.frames.len();
        for line in file.frames.into_iter().chain(file.shown) {
            if frames.iter().any(|f| f.id == line.id) {
                return Err(FramesError::Twice { frame: line.id });
            }
            frames.push(file::frame(line, lexicon)?);
        }
        let none = || -> Vec<Vec<Start>> { (0..lexicon.label_count()).map(|_| Vec::new()).collect() };
        let (mut by_first, mut shown) = (none(), none());
        for (i, frame) in frames.iter().enumerate() {
            let starts = if i < weighed { &mut by_first } else { &mut shown };
            for (j, order) in frame.orders.iter().enumerate() {
                for label in order.first().into_iter().flat_map(|element| element.labels.iter()) {
                    starts[usize::from(label)].push(Start::of(i, j, order));
                }
            }
        }
        let mutes = file.mutes.into_iter().map(|line| file::mute(line, lexicon)).collect::<Result<Vec<_>, _>>()?;
        let within = mutes.iter().filter(|mute| !mute.first);
        let muted = within.fold(LabelSet::default(), |all, mute| all.union(&mute.mute));
        let (clauses, roles) = (Clauses::of(file.clauses, lexicon)?, Roles::of(file.roles, lexicon)?);
        let (before, speaks) = (Before::of(file.before), file::speaks(&file.speaks, lexicon)?);
        let by_id = frames.iter().enumerate().map(|(i, frame)| (frame.id.clone(), i)).collect();
        Ok(Self { frames, clauses, before, roles, speaks, mutes, muted, by_id, by_first, shown })
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
        self.find_of(&self.by_first, reading, clause, labels, from, found);
    }

    /// The first frame in the head of a reading that is only shown: how it is told where nothing that is weighed says so.
    pub(crate) fn first_shown(&self, reading: &Reading<'_>) -> Option<Found> {
        let head = reading.sentences.iter().take_while(|sentence| reading.items[sentence.start].at < HEAD_CHARS);
        let (mut clauses, mut found) = (Vec::new(), Vec::new());
        for sentence in head {
            self.clauses.cut(reading, sentence.clone(), &mut clauses);
            for clause in &clauses {
                let labels = reading.labels(clause.clone());
                self.find_of(&self.shown, reading, clause.clone(), &labels, 0, &mut found);
                if let Some(first) = found.first() {
                    return Some(*first);
                }
            }
        }
        None
    }

    fn find_of(
        &self,
        starts: &[Vec<Start>],
        reading: &Reading<'_>,
        clause: std::ops::Range<usize>,
        labels: &[(usize, LabelId)],
        from: usize,
        found: &mut Vec<Found>,
    ) {
        let seen = LabelSet::of(labels.iter().map(|l| l.1));
        let folded = seen.folded();
        for &(first, label) in labels {
            // Most frames lack a word, and none need be looked for in its place.
            for start in starts[usize::from(label)].iter().filter(|start| start.may_be(folded)) {
                let (frame, order) = (start.frame as usize, start.order as usize);
                let Frame { unless, orders, .. } = &self.frames[frame];
                let rest = &orders[order][1..];
                let lacks = !rest.iter().all(|element| element.labels.meets(&seen));
                if lacks || unless.meets(&seen) || found[from..].iter().any(|f| f.frame == frame) {
                    continue;
                }
                if let Some(last) = follow(reading, rest, (first, label), clause.end) {
                    found.push(Found { frame, first, last });
                }
            }
        }
    }

    /// The words of frame `id` where it was found from item `first` to item `last`: those that stand for its elements, and
    /// those that fill a role in its clause, each once, in order. An element leaves its role to what has it rather.
    pub(crate) fn words(
        &self,
        id: &str,
        reading: &Reading<'_>,
        lexicon: &Lexicon,
        first: usize,
        last: usize,
    ) -> Vec<Word> {
        let Some(&frame) = self.by_id.get(id) else { return Vec::new() };
        let word = |role, label, item| {
            let (first, last) = reading.whole(item, lexicon);
            Word { role, label, first, last }
        };
        let elements = self.elements(frame, reading, first, last);
        let elements = elements.map(|(label, item)| word(self.roles.role_of(label), label, item));
        let mut words: Vec<Word> = Vec::new();
        // An element that is no more than a part of another ("July 2017", a month and a year) is told with it.
        for new in elements {
            if !words.iter().any(|told| told.overlaps(new)) {
                words.push(new);
            }
        }
        let labels = reading.labels(self.clauses.around(reading, first));
        for Filled { role, label, item } in self.roles.filled(reading, lexicon, &labels, &Found { frame, first, last })
        {
            let new = word(Some(role), label, item);
            if words.iter().any(|told| told.overlaps(new)) {
                continue;
            }
            match words.iter_mut().find(|told| told.role == new.role) {
                // The frame says "its own token", and its clause which one that is.
                Some(told) if self.roles.rather(role, new.label) && !self.roles.rather(role, told.label) => {
                    told.role = None;
                }
                Some(_) => continue,
                None => {}
            }
            words.push(new);
        }
        words.sort_by_key(|word| word.first);
        words
    }

    /// The labels and items that stand for the elements of a frame.
    fn elements(
        &self,
        frame: usize,
        reading: &Reading<'_>,
        first: usize,
        last: usize,
    ) -> impl Iterator<Item = (LabelId, usize)> {
        let told = |order: &Vec<Element>| {
            // The first element stands where the frame begins, whatever its gap.
            let head = order.first()?;
            let labels = reading.items.get(first)?.labels().iter().copied();
            labels.filter(|label| head.labels.contains(*label)).find_map(|label| {
                let rest = match order.get(1..)? {
                    [] => (first == last).then(Vec::new)?,
                    rest => path(reading, rest, (first, label), last)?,
                };
                Some(std::iter::once((label, first)).chain(rest).collect())
            })
        };
        let told: Option<Vec<(LabelId, usize)>> = self.frames[frame].orders.iter().find_map(told);
        told.unwrap_or_default().into_iter()
    }

    /// Takes from the items of a reading the labels that say nothing beside others.
    pub(crate) fn mute(&self, reading: &mut Reading<'_>) {
        let labels = |reading: &Reading<'_>, range: std::ops::Range<usize>| {
            let mut labels = LabelSet::default();
            reading.items[range].iter().for_each(|item| item.tell(&mut labels));
            labels
        };
        let opening = reading.opening().unwrap_or_default();
        let mut opens = labels(reading, opening.clone());
        for mute in self.mutes.iter().filter(|mute| mute.first) {
            if mute.applies(&opens) {
                reading.items.iter_mut().for_each(|item| item.remove(&mute.mute));
                opens = labels(reading, opening.clone());
            }
        }
        let head_end = reading.items.partition_point(|item| item.at < HEAD_CHARS);
        // Most texts have no label that is taken away within a sentence, and nobody asks for those of their heads.
        let mut head: Option<LabelSet> = None;
        for i in 0..reading.sentences.len() {
            let sentence = reading.sentences[i].clone();
            let mut seen = labels(reading, sentence.clone());
            if !self.muted.meets(&seen) {
                continue;
            }
            let around = *head.get_or_insert_with(|| labels(reading, 0..head_end));
            for mute in self.mutes.iter().filter(|mute| !mute.first) {
                if mute.mute.meets(&seen) && mute.applies(if mute.head { &around } else { &seen }) {
                    reading.items[sentence.clone()].iter_mut().for_each(|item| item.remove(&mute.mute));
                    seen = labels(reading, sentence.clone());
                }
            }
            if sentence.start < head_end && i == 0 {
                head = Some(labels(reading, 0..head_end));
            }
        }
    }
}

// === impl Mute ===

impl Mute {
    /// Whether it takes effect among these labels.
    fn applies(&self, around: &LabelSet) -> bool {
        self.by.meets(around) && !self.unless.meets(around)
    }
}

/// The labels and items that stand for the elements of `order` behind item and label `from`, the last of them item `last`.
fn path(
    reading: &Reading<'_>,
    order: &[Element],
    from: (usize, LabelId),
    last: usize,
) -> Option<Vec<(LabelId, usize)>> {
    let (element, rest) = order.split_first()?;
    element.places(reading, from, last + 1).find_map(|next| {
        let here = (next.1, next.0);
        if rest.is_empty() {
            return (next.0 == last).then(|| vec![here]);
        }
        let mut path = path(reading, rest, next, last)?;
        path.insert(0, here);
        Some(path)
    })
}

/// The item at which `rest` ends when it follows item and label `from`. Depth and width are bounded by the frame: so many
/// words and a dozen items that count for none, so a hostile text cannot make it long.
fn follow(reading: &Reading<'_>, rest: &[Element], from: (usize, LabelId), end: usize) -> Option<usize> {
    let Some((element, rest)) = rest.split_first() else { return Some(from.0) };
    element.places(reading, from, end).find_map(|next| follow(reading, rest, next, end))
}

#[cfg(test)]
mod tests;
