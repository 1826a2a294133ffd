//! The learned weights, found by the hash of a feature's name.

use std::collections::HashMap;

use crate::features::name::{Part, hash};
use crate::ruleset::Weight;

/// Weights in the order of their names, and an open table of hashes at most half full.
pub(crate) struct Weights {
    names: Vec<String>,
    weights: Vec<Weight>,
    /// The low half of the hash and the place, one more than it is; zero is an empty cell. Small, so that it stays near.
    table: Vec<(u32, u32)>,
    /// One bit for every cell of a table eight times as large: most features have no weight, and this says so sooner.
    filter: Vec<u64>,
    shift: u32,
}

// === impl Weights ===

impl Weights {
    pub(crate) fn of(weights: &HashMap<String, Weight>) -> Self {
        let mut names: Vec<String> = weights.keys().cloned().collect();
        names.sort_unstable();
        let cells = (names.len() * 2).next_power_of_two().max(64);
        let mut new = Self {
            weights: names.iter().map(|name| weights[name].clone()).collect(),
            table: vec![(0, 0); cells],
            filter: vec![0; cells / 8],
            shift: 64 - cells.trailing_zeros(),
            names,
        };
        for i in 0..new.names.len() {
            let hash = hash(&[Part::of(&new.names[i])]);
            let mut cell = (hash >> new.shift) as usize;
            while new.table[cell].1 != 0 {
                cell = (cell + 1) & (cells - 1);
            }
            new.table[cell] = (hash as u32, i as u32 + 1);
            let bit = (hash >> (new.shift - 3)) as usize;
            new.filter[bit / 64] |= 1 << (bit % 64);
        }
        new
    }

    /// The feature whose name has this hash, if it has a weight.
    pub(crate) fn find(&self, hash: u64) -> Option<u32> {
        let bit = (hash >> (self.shift - 3)) as usize;
        if self.filter[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        let mut cell = (hash >> self.shift) as usize;
        loop {
            match self.table[cell] {
                (_, 0) => return None,
                (low, place) if low == hash as u32 => return Some(place - 1),
                _ => cell = (cell + 1) & (self.table.len() - 1),
            }
        }
    }

    pub(crate) fn name(&self, feature: u32) -> &str {
        &self.names[feature as usize]
    }

    pub(crate) fn weight(&self, feature: u32) -> &Weight {
        &self.weights[feature as usize]
    }

    pub(crate) fn launch(&self, feature: u32) -> f64 {
        f64::from(self.weight(feature).launch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ruleset;

    #[test]
    fn every_weight_is_found_and_nothing_else() {
        let weights = Ruleset::embedded().expect("the embedded ruleset").model.weights;
        let table = Weights::of(&weights);
        for (name, weight) in &weights {
            let found = table.find(hash(&[Part::of(name)])).expect("a weight of this name");
            assert_eq!((table.name(found), table.weight(found)), (name.as_str(), weight));
            assert_eq!(table.find(hash(&[Part::of(name), Part::of("?")])), None);
        }
        assert_eq!(Weights::of(&HashMap::new()).find(1), None);
    }
}
