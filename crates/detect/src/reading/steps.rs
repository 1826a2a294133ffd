//! How far apart two items are, in words.
//!
//! Frames allow so many words between their elements. A date ("March 4, 2026") is one word of a sentence, not four, and an
//! aside in parentheses is none.

use tge_text::TokenKind;

use super::Reading;

/// Items an aside may have: what is not closed by then is none.
const ASIDE_ITEMS: usize = 8;

// === impl Reading ===

impl Reading<'_> {
    /// Counts the words up to each item, once the dates are known.
    pub(super) fn count_steps(&mut self) {
        let mut steps = Vec::with_capacity(self.items.len());
        let (mut at, mut aside) = (0u32, 0usize);
        let mut dates = self.dates.iter().peekable();
        for (i, item) in self.items.iter().enumerate() {
            while dates.peek().is_some_and(|date| date.last < i) {
                dates.next();
            }
            let in_date = dates.peek().is_some_and(|date| date.first < i);
            at += u32::from(!in_date && aside == 0);
            aside = match self.word(item) {
                _ if item.kind != TokenKind::Sign => aside.saturating_sub(1),
                "(" if aside == 0 => ASIDE_ITEMS,
                ")" => 0,
                _ => aside.saturating_sub(1),
            };
            steps.push(at);
        }
        self.steps = steps;
    }

    /// Words between items `from` and `to` of one sentence; items, where dates were not looked for.
    pub(crate) fn words_between(&self, from: usize, to: usize) -> usize {
        match (self.steps.get(from), self.steps.get(to)) {
            (Some(from), Some(to)) => (to.saturating_sub(*from) as usize).saturating_sub(1),
            _ => to.saturating_sub(from + 1),
        }
    }
}
