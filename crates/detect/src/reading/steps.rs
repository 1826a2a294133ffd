//! How far apart two items are, in words.
//!
//! Frames allow so many words between their elements. A date ("March 4, 2026") is one word of a sentence, not four, and an
//! aside in parentheses is none.

use tge_text::TokenKind;

use super::Reading;

/// Items between two others that may count for nothing: of an aside, and of a date.
const FREE_ITEMS: usize = 13;

/// Items an aside may have: what is longer, or never closed, is none.
const ASIDE_ITEMS: usize = 8;

// === impl Reading ===

impl Reading<'_> {
    /// Counts the words up to each item, once the dates are known.
    pub(super) fn count_steps(&mut self) {
        let mut steps = Vec::with_capacity(self.items.len());
        // The item behind the aside that was opened last.
        let (mut at, mut behind) = (0u32, 0usize);
        let mut dates = self.dates.iter().peekable();
        for i in 0..self.items.len() {
            while dates.peek().is_some_and(|date| date.last < i) {
                dates.next();
            }
            if i >= behind && self.is_sign(i, "(") {
                behind = self.aside(i).unwrap_or(behind);
            }
            let in_date = dates.peek().is_some_and(|date| date.first < i);
            at += u32::from(!in_date && i >= behind);
            steps.push(at);
        }
        self.steps = steps;
    }

    /// The item behind the aside that opens at item `open`; `None` where nothing closes it soon, in its sentence.
    fn aside(&self, open: usize) -> Option<usize> {
        let inside = (open + 1..self.items.len()).take(ASIDE_ITEMS + 1);
        let mut inside = inside.take_while(|&i| self.items[i].kind != TokenKind::Stop);
        inside.find(|&i| self.is_sign(i, ")")).map(|close| close + 1)
    }

    fn is_sign(&self, at: usize, sign: &str) -> bool {
        self.items[at].kind == TokenKind::Sign && self.word(&self.items[at]) == sign
    }

    /// Words between items `from` and `to`. They are counted by [`Reading::look`].
    pub(crate) fn words_between(&self, from: usize, to: usize) -> usize {
        let (Some(steps_from), Some(steps_to)) = (self.steps.get(from), self.steps.get(to)) else { return usize::MAX };
        let words = (steps_to.saturating_sub(*steps_from) as usize).saturating_sub(1);
        // What is free is bounded, or asides in a row would bring the ends of a sentence together.
        let free = to.saturating_sub(from + 1).saturating_sub(words);
        words + free.saturating_sub(FREE_ITEMS)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Detector, Document, Projects, Ruleset};

    #[test]
    fn dates_are_one_word_and_asides_none() {
        let detector =
            Detector::new(Ruleset::embedded().expect("the embedded ruleset"), Projects::default()).expect("a detector");
        let day = "2026-02-20".parse().ok();
        for (text, words) in [
            ("alpha omega", 0),
            ("alpha one two omega", 2),
            ("alpha March 4, 2026 omega", 1),
            ("alpha (one two) omega", 0),
            ("alpha (one two three four five six seven eight nine) omega", 11),
            ("alpha (one two omega", 3),
            ("alpha March 4 (UTC time) one omega", 2),
            ("alpha (one two three) (one two three) (one two three) omega", 2),
        ] {
            let document = Document { title: "", text, lang: None, published: None };
            let reading = detector.read(&document, day);
            let last = reading.items.len() - 1;
            assert_eq!(reading.words_between(0, last), words, "{text}");
        }
    }
}
