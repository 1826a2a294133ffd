//! Whole sources into folds.

use std::collections::BTreeMap;

/// The fold of each document: its source's. Sources go from the largest down, each into the fold with fewest documents,
/// so that folds are even and the same for the same sources.
pub fn folds_by_source(sources: &[&str], folds: usize) -> Vec<usize> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for source in sources {
        *sizes.entry(source).or_default() += 1;
    }
    let mut ordered: Vec<(&str, usize)> = sizes.into_iter().collect();
    ordered.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut filled = vec![0usize; folds.max(1)];
    let mut fold_of: BTreeMap<&str, usize> = BTreeMap::new();
    for (source, size) in ordered {
        let least = filled.iter().enumerate().min_by_key(|&(i, n)| (*n, i)).map_or(0, |(i, _)| i);
        filled[least] += size;
        fold_of.insert(source, least);
    }
    sources.iter().map(|source| fold_of[source]).collect()
}

#[cfg(test)]
mod tests {
    use super::folds_by_source;

    #[test]
    fn a_source_is_in_one_fold_and_folds_are_even() {
        let sources = ["a", "a", "a", "b", "b", "c", "d", "a"];
        let folds = folds_by_source(&sources, 2);
        assert_eq!(folds, [0, 0, 0, 1, 1, 1, 1, 0]);
    }
}
