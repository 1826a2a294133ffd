//! Which documents only repeat another: a copy is its original's voice, whoever prints it.

use tge_model::{Evidence, Observation};
use tge_text::hash;

// What is made here is kept there; neither crate knows the other.
const _: () = assert!(hash::SKETCH_MAX == tge_model::SKETCH_MAX);

/// The share of a text's shingles from which another that has them repeats it. Of posts and news of one month by two sources
/// that share so many, those read were copies, or notices of one desk's pattern for two tokens, which are no evidence of
/// one event; where a copy has words of its own, SimHashes of short texts differ in 11 to 23 of 64 bits.
const COPIED: f64 = 0.7;
/// How many times as long as the other one of them may be: a post with a tail ("join our channel") repeats, a
/// report that quotes a notice is its author's own.
const LONGER: usize = 3;
/// Shingles of the shorter one below which only equals are copies: "$EXMPL is now live on Example Exchange" is what everybody says.
const SHINGLES_MIN: usize = 6;
/// How much of a text is read: a copy is known by its beginning, and a bound on the text is a bound on the time.
const READ_CHARS: usize = 20_000;

/// The sketch of a document's words; its headline is not counted twice where the text begins with it.
pub(crate) fn sketch(observation: &Observation) -> Vec<u32> {
    let end = observation.text.char_indices().nth(READ_CHARS).map_or(observation.text.len(), |(at, _)| at);
    let text = &observation.text[..end];
    if text.starts_with(observation.title.as_str()) {
        hash::sketch(text)
    } else {
        hash::sketch(&format!("{}\n{text}", observation.title))
    }
}

/// Whether one of two documents repeats the other word for word, but for small edits and what it adds before or behind.
pub fn repeats(a: &Evidence, b: &Evidence) -> bool {
    a.sha256 == b.sha256 || repeat_each_other(&a.sketch, &b.sketch)
}

/// The same of two texts' sketches; nothing is known of empty ones.
pub fn repeat_each_other(a: &[u32], b: &[u32]) -> bool {
    let common = hash::common(a, b);
    let alike = common.shared as f64 >= COPIED * common.fewer as f64;
    !a.is_empty() && a == b || common.fewer >= SHINGLES_MIN && common.more <= LONGER * common.fewer && alike
}

/// How many owners of `theirs` add a voice to `ours`: not those who are there already, nor those who only repeat.
pub(crate) fn new_owners(ours: &[Evidence], theirs: &[Evidence]) -> usize {
    let mut owners: Vec<&str> = theirs.iter().map(|e| e.owner.as_str()).collect();
    owners.sort_unstable();
    owners.dedup();
    let known = |owner: &str| {
        let mut own = theirs.iter().filter(|e| e.owner == owner);
        ours.iter().any(|e| e.owner == owner) || own.all(|e| ours.iter().any(|o| repeats(o, e)))
    };
    owners.into_iter().filter(|owner| !known(owner)).count()
}
