//! The features of one document that have a weight: each once, with its largest value.

use std::cell::Cell;

use crate::features::name::{Part, hash};
use crate::features::{Family, Sink};
use crate::lexicon::{LabelId, LabelSet};
use crate::weights::Weights;

/// Features a document has room for at first; one of some hundred words has no more.
const ROOM: usize = 256;

/// A feature that has a weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hit {
    /// Its place among the weights.
    pub(crate) feature: u32,
    value: f32,
    /// What a value of one adds to the log-odds of a launch.
    launch: f32,
    /// The items it stands on, one more than they are; zeros for none, which come before all others.
    items: (u32, u32),
}

// === impl Hit ===

impl Hit {
    pub(crate) fn value(self) -> f64 {
        f64::from(self.value)
    }

    /// The first and last item it stands on.
    pub(crate) fn items(self) -> Option<(usize, usize)> {
        let (first, last) = self.items;
        Some(((first as usize).checked_sub(1)?, (last as usize).checked_sub(1)?))
    }

    /// Whether it says more than `other`, or as much of what stands before.
    fn replaces(self, other: Self) -> bool {
        self.value > other.value || (self.value == other.value && self.items < other.items)
    }
}

/// Receives the features of a document, and keeps those that have a weight.
pub(crate) struct Weighed<'a> {
    weights: &'a Weights,
    /// In the order in which they were first told, so that a sum over them depends on the document alone.
    hits: Vec<Hit>,
    /// By feature: its place among the hits, one more than it is; zero for all others.
    places: Vec<u32>,
}

// === impl Weighed ===

thread_local! {
    /// The room of the document before: empty hits, and places that are zeros.
    static SPARE: Cell<(Vec<Hit>, Vec<u32>)> = const { Cell::new((Vec::new(), Vec::new())) };
}

impl<'a> Weighed<'a> {
    pub(crate) fn by(weights: &'a Weights) -> Self {
        let (mut hits, mut places) = SPARE.take();
        hits.reserve(ROOM);
        if places.len() < weights.count() {
            places.resize(weights.count(), 0);
        }
        Self { weights, hits, places }
    }

    pub(crate) fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// What all features add to the log-odds of a launch, before calibration.
    pub(crate) fn score(&self) -> f64 {
        self.hits.iter().map(|hit| f64::from(hit.launch) * hit.value()).sum()
    }

    /// The `most` features that add the most, either way, each with what it adds when the score is multiplied by `slope`.
    /// How it is told is among them, however light it weighs: the last is the heaviest frame where no other is one.
    pub(crate) fn heaviest(&self, slope: f64, most: usize) -> Vec<(f64, Hit)> {
        let mut kept: Vec<(f64, Hit)> = Vec::with_capacity(most + 1);
        let mut frame: Option<(f64, Hit)> = None;
        // The least that is kept once all places are taken.
        let mut least = 0.0;
        for &hit in &self.hits {
            let weight = slope * f64::from(hit.launch) * hit.value();
            let heavier = |other: &(f64, Hit)| weight.abs() > other.0.abs();
            if self.weights.is_frame(hit.feature) && frame.as_ref().is_none_or(heavier) {
                frame = Some((weight, hit));
            }
            if kept.len() < most || weight.abs() > least {
                kept.insert(kept.partition_point(|other| !heavier(other)), (weight, hit));
                kept.truncate(most);
                least = kept.last().map_or(f64::INFINITY, |(weight, _)| weight.abs());
            }
        }
        if let Some(frame) = frame
            && kept.len() == most
            && !kept.iter().any(|(_, hit)| self.weights.is_frame(hit.feature))
        {
            kept.pop();
            kept.push(frame);
        }
        kept
    }

    /// Keeps the feature whose name has this hash, if it has a weight.
    fn keep(&mut self, hash: u64, value: f32, items: Option<(usize, usize)>) {
        let Some((feature, launch)) = self.weights.find(hash) else { return };
        let items = items.map_or((0, 0), |(first, last)| (first as u32 + 1, last as u32 + 1));
        let hit = Hit { feature, value, launch, items };
        let place = &mut self.places[feature as usize];
        match *place {
            0 => {
                self.hits.push(hit);
                *place = self.hits.len() as u32;
            }
            known => {
                let known = &mut self.hits[known as usize - 1];
                if hit.replaces(*known) {
                    *known = hit;
                }
            }
        }
    }
}

impl Drop for Weighed<'_> {
    /// Keeps its room for the next document.
    fn drop(&mut self) {
        let (mut hits, mut places) = (std::mem::take(&mut self.hits), std::mem::take(&mut self.places));
        hits.drain(..).for_each(|hit| places[hit.feature as usize] = 0);
        // At the end of a thread there is no next one.
        SPARE.try_with(|spare| spare.set((hits, places))).unwrap_or_default();
    }
}

impl Sink for Weighed<'_> {
    // Part of each of its callers, so that the hash of a name whose parts are known there is a few multiplications.
    #[inline(always)]
    fn put(&mut self, name: &[Part<'_>], value: f32, items: Option<(usize, usize)>) {
        let hash = hash(name);
        if self.weights.may_have(hash) {
            self.keep(hash, value, items);
        }
    }

    #[inline(always)]
    fn beside(&self, family: Family, first: LabelId) -> LabelSet {
        self.weights.beside(family, first)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ruleset::Weight;

    fn weights(launch: &[(&str, f32)]) -> Weights {
        let weight = |launch| Weight { launch, kinds: [0.0; 5] };
        Weights::of(
            &launch.iter().map(|&(name, launch)| (name.to_owned(), weight(launch))).collect::<BTreeMap<_, _>>(),
            |_| None,
        )
    }

    #[test]
    fn a_feature_counts_once_with_its_largest_value() {
        let weights = weights(&[("C:A", 1.0), ("C:B", -2.0)]);
        let mut weighed = Weighed::by(&weights);
        for (name, value, item) in
            [("C:B", 0.5, 7), ("C:A", 0.5, 3), ("C:A", 1.0, 9), ("C:A", 1.0, 5), ("C:C", 9.0, 1), ("C:A", 0.2, 0)]
        {
            weighed.put(&[Part::of(name)], value, Some((item, item)));
        }
        let told: Vec<_> =
            weighed.hits().iter().map(|hit| (weights.name(hit.feature), hit.value(), hit.items())).collect();
        assert_eq!(told, [("C:B", 0.5, Some((7, 7))), ("C:A", 1.0, Some((5, 5)))]);
        assert_eq!(weighed.score(), 0.0);
    }

    #[test]
    fn many_features_are_kept_apart() {
        let names: Vec<String> = (0..5_000).map(|i| format!("C:{i}")).collect();
        let weights = weights(&names.iter().map(|name| (name.as_str(), 1.0)).collect::<Vec<_>>());
        let mut weighed = Weighed::by(&weights);
        for _ in 0..2 {
            names.iter().for_each(|name| weighed.put(&[Part::of(name)], 1.0, None));
        }
        assert_eq!((weighed.hits().len(), weighed.score()), (5_000, 5_000.0));
    }

    #[test]
    fn the_heaviest_come_first_and_a_frame_is_among_them() {
        let all = weights(&[("C:A", 1.0), ("C:B", -3.0), ("C:C", 2.0), ("F:x:H", 0.25), ("F:y:H", -0.5)]);
        let mut weighed = Weighed::by(&all);
        for name in ["F:x:H", "C:A", "C:B", "F:y:H", "C:C"] {
            weighed.put(&[Part::of(name)], 1.0, None);
        }
        let told =
            |most| weighed.heaviest(2.0, most).into_iter().map(|(_, hit)| all.name(hit.feature)).collect::<Vec<_>>();
        assert_eq!(told(5), ["C:B", "C:C", "C:A", "F:y:H", "F:x:H"]);
        assert_eq!(told(4), ["C:B", "C:C", "C:A", "F:y:H"]);
        assert_eq!(told(2), ["C:B", "F:y:H"]);
        assert_eq!(weighed.heaviest(2.0, 1).first().map(|(weight, _)| *weight), Some(-1.0));
    }
}
