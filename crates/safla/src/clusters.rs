//! Finds groups of memories that say the same, worth one semantic node.

use crate::embed::cosine;

/// Groups of at least `least` vectors, each within `likeness` (cosine) of its group's first member; every vector in at most
/// one group, in order of the first members.
///
/// `taken` marks what is consolidated already: it is left out, so that the same group is not made again each cycle.
pub fn clusters(vectors: &[&[f32]], taken: &[bool], likeness: f64, least: usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, vector) in vectors.iter().enumerate() {
        if taken.get(index).copied().unwrap_or(false) {
            continue;
        }
        let near = groups
            .iter_mut()
            .map(|group| (cosine(vectors[group[0]], vector), group))
            .filter(|(c, _)| *c >= likeness)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match near {
            Some((_, group)) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups.retain(|group| group.len() >= least.max(1));
    groups
}
