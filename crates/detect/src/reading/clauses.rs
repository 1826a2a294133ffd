//! Clauses: the parts of a sentence that each tell of one act.

use std::ops::Range;

use super::Reading;
use crate::lexicon::LabelSet;

impl Reading<'_> {
    /// The clauses of `sentence`.
    pub(crate) fn clauses(&self, sentence: Range<usize>, acts: &LabelSet) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let (mut begin, mut told) = (sentence.start, false);
        // Where the part behind the last sign begins, and whether it tells an act.
        let (mut part, mut telling) = (sentence.start, false);
        for i in sentence.clone() {
            let item = &self.items[i];
            if self.parts(i) {
                if telling && told {
                    found.push(begin..part);
                    (begin, told) = (part, false);
                }
                told |= telling;
                (part, telling) = (i, false);
            }
            telling |= item.labels().iter().any(|label| acts.contains(*label));
        }
        if telling && told && part > begin {
            found.push(begin..part);
            begin = part;
        }
        found.push(begin..sentence.end);
        found
    }

    fn parts(&self, i: usize) -> bool {
        let word = self.word(&self.items[i]);
        let signs = std::env::var("SIGNS").unwrap_or_default();
        signs.split(' ').any(|s| s == word)
    }
}
