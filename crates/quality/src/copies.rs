//! Which documents only repeat another: a copy is its original's voice, whoever prints it.

use tge_model::{Evidence, Observation};
use tge_text::hash;

/// Bits in which copies with small edits differ at most. On the labelled pairs copies with small edits differ in 3 to 9
/// bits, retellings of one announcement by two desks in 20 and more.
pub const COPY_BITS: u32 = 10;
/// How much of a text is hashed: a copy is known by its beginning, and a bound on the text is a bound on the time.
const HASHED_CHARS: usize = 20_000;

/// The SimHash of a document's words; its headline is not counted twice where the text begins with it.
pub(crate) fn simhash(observation: &Observation) -> u64 {
    let end = observation.text.char_indices().nth(HASHED_CHARS).map_or(observation.text.len(), |(at, _)| at);
    let text = &observation.text[..end];
    if text.starts_with(observation.title.as_str()) {
        hash::simhash(text)
    } else {
        hash::simhash(&format!("{}\n{text}", observation.title))
    }
}

/// Whether one of two documents repeats the other word for word, but for small edits.
pub fn repeats(a: &Evidence, b: &Evidence) -> bool {
    let known = a.simhash != 0 && b.simhash != 0;
    a.sha256 == b.sha256 || (known && hash::distance(a.simhash, b.simhash) <= COPY_BITS)
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
