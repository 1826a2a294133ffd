//! The learned weights, found by the hash of a feature's name.

use std::collections::BTreeMap;

use crate::features::Family;
use crate::features::name::{Part, hash};
use crate::lexicon::{LABELS_MAX, LabelId, LabelSet};
use crate::ruleset::Weight;

/// Weights in the order of their names, and an open table of hashes at most two thirds full: small, so that it stays near.
pub(crate) struct Weights {
    /// The names behind each other, and where each ends.
    names: String,
    ends: Vec<usize>,
    weights: Vec<Weight>,
    table: Vec<Cell>,
    /// One bit for every cell of a table sixteen times as large.
    filter: Vec<u64>,
    shift: u32,
    /// The features that are frames: names are in order, so theirs follow each other.
    frames: std::ops::Range<u32>,
    /// By family and label: the labels beside which it has a weight. To ask this costs less than to make the name and hash it.
    beside: Box<[[LabelSet; LABELS_MAX]; Family::ALL.len()]>,
}

/// A cell of the table.
#[derive(Clone, Copy, Default)]
struct Cell {
    /// The low half of the hash.
    low: u32,
    /// The place, one more than it is; zero in an empty cell.
    place: u32,
    /// What the feature adds to a launch: every document asks for it, and hardly one for more.
    launch: f32,
}

// === impl Weights ===

impl Weights {
    /// The weights by name, with `label` for the label of a name.
    pub(crate) fn of(weights: &BTreeMap<String, Weight>, label: impl Fn(&str) -> Option<LabelId>) -> Self {
        let cells = (weights.len() * 3 / 2).next_power_of_two().max(64);
        let before = |name: &str| weights.keys().take_while(|known| known.as_str() < name).count() as u32;
        let mut new = Self {
            names: String::with_capacity(weights.keys().map(String::len).sum()),
            ends: Vec::with_capacity(weights.len()),
            weights: weights.values().cloned().collect(),
            table: vec![Cell::default(); cells],
            filter: vec![0; cells / 4],
            shift: 64 - cells.trailing_zeros(),
            frames: before("F:")..before("F;"),
            beside: Box::new([[LabelSet::default(); LABELS_MAX]; Family::ALL.len()]),
        };
        for (i, (name, weight)) in weights.iter().enumerate() {
            new.names.push_str(name);
            new.ends.push(new.names.len());
            let hash = hash(&[Part::of(name)]);
            let mut cell = (hash >> new.shift) as usize;
            while new.table[cell].place != 0 {
                cell = (cell + 1) & (cells - 1);
            }
            new.table[cell] = Cell { low: hash as u32, place: i as u32 + 1, launch: weight.launch };
            let bit = (hash >> (new.shift - 4)) as usize;
            new.filter[bit / 64] |= 1 << (bit % 64);
        }
        for family in Family::ALL {
            // Names are in order, so those of a family follow each other.
            let begins = family.begins();
            let names = weights.range(begins.to_owned()..).map_while(|(name, _)| name.strip_prefix(begins));
            for mut labels in names.map(|name| name.split(family.joins())) {
                let pair = labels.next().and_then(&label).zip(labels.next().and_then(&label));
                if let Some((first, second)) = pair {
                    new.beside[family as usize][usize::from(first)].insert(second);
                }
            }
        }
        new
    }

    /// The labels that have a weight of `family` behind `first`, or with it.
    #[inline(always)]
    pub(crate) fn beside(&self, family: Family, first: LabelId) -> LabelSet {
        self.beside[family as usize].get(usize::from(first)).copied().unwrap_or_default()
    }

    /// Whether the feature whose name has this hash may have a weight. Most have none, and this says so soon.
    #[inline(always)]
    pub(crate) fn may_have(&self, hash: u64) -> bool {
        let bit = (hash >> (self.shift - 4)) as usize;
        self.filter[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// The feature whose name has this hash, if it has a weight, and what it adds to the log-odds of a launch.
    pub(crate) fn find(&self, hash: u64) -> Option<(u32, f32)> {
        let mut cell = (hash >> self.shift) as usize;
        loop {
            match self.table[cell] {
                Cell { place: 0, .. } => return None,
                Cell { low, place, launch } if low == hash as u32 => return Some((place - 1, launch)),
                _ => cell = (cell + 1) & (self.table.len() - 1),
            }
        }
    }

    pub(crate) fn name(&self, feature: u32) -> &str {
        let feature = feature as usize;
        let begins = feature.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.names[begins..self.ends[feature]]
    }

    /// Whether the feature is a frame by itself, crossed with nothing.
    pub(crate) fn is_frame(&self, feature: u32) -> bool {
        self.frames.contains(&feature)
    }

    /// How many features have a weight: all places are below it.
    pub(crate) fn count(&self) -> usize {
        self.weights.len()
    }

    pub(crate) fn weight(&self, feature: u32) -> &Weight {
        &self.weights[feature as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ruleset;

    #[test]
    fn every_weight_is_found_and_nothing_else() {
        let weights = Ruleset::embedded().expect("the embedded ruleset").model.weights;
        let table = Weights::of(&weights, |_| None);
        for (name, weight) in &weights {
            let (found, launch) = table.find(hash(&[Part::of(name)])).expect("a weight of this name");
            assert_eq!((table.name(found), table.weight(found), launch), (name.as_str(), weight, weight.launch));
            assert_eq!(table.is_frame(found), name.starts_with("F:"), "{name}");
            assert!(table.may_have(hash(&[Part::of(name)])), "{name}");
            assert_eq!(table.find(hash(&[Part::of(name), Part::of("?")])), None);
        }
        let none = Weights::of(&BTreeMap::new(), |_| None);
        assert!(!none.may_have(1) && none.find(1).is_none());
    }
}
