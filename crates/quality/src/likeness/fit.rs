//! Weights from labelled pairs: logistic regression with a ridge, by Newton's steps, without any chance in it.

use super::compare::{Side, TRAITS};

const N: usize = TRAITS.len();
/// Pulls every weight but the bias towards zero, so that a trait seen in three pairs does not get the weight of a law.
const RIDGE: f64 = 0.3;
/// Rounds over all weights; a fit of some hundred pairs needs a fraction of them.
const ROUNDS: usize = 2_000;

/// A pair: what its traits are, and whether it is one happening.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Values of the traits, in their order.
    pub values: [f64; N],
    /// The truth.
    pub same: bool,
    /// How often it counts.
    pub count: f64,
}

/// What each trait adds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// The score of a pair without any trait.
    pub bias: f64,
    /// Per trait, in their order.
    pub weights: [f64; N],
}

// === impl Weights ===

impl Weights {
    /// The probability of a pair with these traits.
    pub fn probability(&self, values: &[f64; N]) -> f64 {
        let score: f64 = self.bias + values.iter().zip(&self.weights).map(|(v, w)| v * w).sum::<f64>();
        1.0 / (1.0 + (-score).exp())
    }
}

/// Fits weights to `examples`, each counted as often as its `count` says, by Newton's steps one coordinate after the
/// other: the loss is convex, so the bounds of the traits' sides are kept exactly by clamping each step.
pub fn fit(examples: &[Example]) -> Weights {
    let mut theta = [0.0; N + 1];
    let mut scores = vec![0.0; examples.len()];
    for _ in 0..ROUNDS {
        let mut moved = 0.0_f64;
        for (i, weight) in theta.iter_mut().enumerate() {
            let value = |example: &Example| if i == 0 { 1.0 } else { example.values[i - 1] };
            let ridge = if i == 0 { 1e-6 } else { RIDGE };
            let (mut slope, mut curve) = (ridge * *weight, ridge);
            for (example, score) in examples.iter().zip(&scores) {
                let (x, p) = (value(example), 1.0 / (1.0 + f64::exp(-*score)));
                slope += example.count * x * (p - f64::from(u8::from(example.same)));
                curve += example.count * x * x * p * (1.0 - p);
            }
            // A bounded step keeps the first ones, far from the optimum, from overshooting.
            let free = *weight - (slope / curve).clamp(-1.0, 1.0);
            let kept = match i.checked_sub(1).map(|i| TRAITS[i].1) {
                None => free,
                Some(Side::For) => free.max(0.0),
                Some(Side::Against) => free.min(0.0),
            };
            let step = kept - *weight;
            *weight = kept;
            moved = moved.max(step.abs());
            examples.iter().zip(&mut scores).for_each(|(example, score)| *score += step * value(example));
        }
        if moved < 1e-7 {
            break;
        }
    }
    let mut weights = [0.0; N];
    weights.copy_from_slice(&theta[1..]);
    Weights { bias: theta[0], weights }
}

/// Divides pairs into `count` folds so that pairs joined by a shared key (a document, a project) are in one fold: a model
/// that has seen a document in one pair knows it in the next. `keys` holds each pair's. Answers each pair's fold.
pub fn folds(keys: &[Vec<String>], count: usize) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..keys.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    let mut first = std::collections::HashMap::new();
    for (pair, keys) in keys.iter().enumerate() {
        for key in keys {
            let other = *first.entry(key.as_str()).or_insert(pair);
            let (a, b) = (root(&mut parent, pair), root(&mut parent, other));
            parent[a.max(b)] = a.min(b);
        }
    }
    let roots: Vec<usize> = (0..keys.len()).map(|pair| root(&mut parent, pair)).collect();
    let mut sizes: Vec<(usize, usize)> =
        (0..keys.len()).filter(|&r| roots[r] == r).map(|r| (roots.iter().filter(|&&x| x == r).count(), r)).collect();
    sizes.sort_by_key(|&(size, root)| (std::cmp::Reverse(size), root));
    let mut loads = vec![0; count.max(1)];
    let mut fold_of = std::collections::HashMap::new();
    for (size, root) in sizes {
        let least = (0..loads.len()).min_by_key(|&f| loads[f]).unwrap_or(0);
        loads[least] += size;
        fold_of.insert(root, least);
    }
    roots.iter().map(|root| fold_of[root]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_gets_the_weight() {
        let mut examples = Vec::new();
        for i in 0..200 {
            let mut values = [0.0; N];
            values[0] = f64::from(i % 2);
            values[3] = f64::from(1 - i % 2);
            values[1] = f64::from(i / 2 % 2);
            // The second trait says nothing; the first is right nine times in ten.
            examples.push(Example { values, same: (i % 2 == 1) != (i % 20 == 3), count: 1.0 });
        }
        let weights = fit(&examples);
        assert!(weights.weights[0] > 1.0 && weights.weights[3] < -1.0, "{weights:?}");
        assert!(weights.weights[1].abs() < 0.3, "{weights:?}");
        let wrong: Vec<Example> = examples.iter().map(|e| Example { same: !e.same, ..e.clone() }).collect();
        assert_eq!(fit(&wrong).weights[0], 0.0, "a trait does not change sides");
        assert!(weights.weights[2].abs() < 1e-6, "a trait never seen stays without weight");
    }

    #[test]
    fn joined_pairs_share_a_fold() {
        let keys = |list: &[&str]| list.iter().map(|k| (*k).to_owned()).collect::<Vec<_>>();
        let pairs = [keys(&["a", "b"]), keys(&["c", "d"]), keys(&["b", "e"]), keys(&["e", "d"]), keys(&["x"])];
        let found = folds(&pairs, 2);
        assert_eq!(found[0], found[2]);
        assert_eq!(found[0], found[1], "joined through e and d");
        assert_ne!(found[0], found[4]);
    }
}
