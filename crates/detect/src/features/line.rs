//! A document of one line that names no ticker, a headline or a post of a few words: what it does not say is not said further
//! on either.
//!
//! In a longer text a name and an act mean little without a ticker, a date or a link beside them. A line has no room for these:
//! "Example opens claims" is all of it. So what stands in a line is weighed once more, by itself. Of a ticker there is more to
//! know, since when it trades above all, and lines with one are judged by that.

use tge_text::TokenKind;

use crate::features::name::Part;
use crate::features::{AND, Features, Firsts, Sink};
use crate::reading::{Item, Reading, is_ticker};

const S: Part<'_> = Part::of("S:");
/// Words and characters a line has at most.
const WORDS_MAX: usize = 14;
const CHARS_MAX: usize = 120;
/// How many words of a line say nothing to the lexicon; the last stands for more, too.
const LEFT: [&str; 5] = ["0", "1", "2", "3", "4"];

impl Features<'_> {
    /// `S`: what stands in a line, what stands there together, and beside an act how much else; `out` where no word is of
    /// this trade.
    pub(super) fn line(&self, reading: &Reading<'_>, firsts: &Firsts, sink: &mut impl Sink) {
        if !is_line(reading) {
            return;
        }
        let spoken = firsts.seen.meets(&self.lexicon.trade);
        let side = Part::of(if spoken { "" } else { "out:" });
        for la in firsts.seen.iter() {
            let (name, i) = (self.lexicon.part(la), firsts.item(la));
            sink.put(&[S, side, name], 1.1, Some((i, i)));
            for lb in firsts.seen.iter().filter(|&lb| lb > la) {
                let j = firsts.item(lb);
                let place = Some((i.min(j), i.max(j)));
                sink.put(&[S, side, name, AND, self.lexicon.part(lb)], 0.8, place);
            }
        }
        let plain = |item: &&Item| item.labels().is_empty() && item.kind == TokenKind::Word;
        let left = Part::of(LEFT[reading.items.iter().filter(plain).count().min(LEFT.len() - 1)]);
        let acts = firsts.seen.intersection(&self.lexicon.act_set);
        if !acts.is_empty() {
            sink.put(&[S, side, Part::of("act:"), left], 0.8, None);
        }
        for act in acts.iter() {
            let i = firsts.item(act);
            sink.put(&[S, side, self.lexicon.part(act), Part::of(":"), left], 0.8, Some((i, i)));
        }
    }
}

fn is_line(reading: &Reading<'_>) -> bool {
    let is_word = |kind| matches!(kind, TokenKind::Word | TokenKind::Number);
    reading.chars <= CHARS_MAX
        && !reading.items.iter().any(is_ticker)
        && reading.items.iter().filter(|item| item.phrase || is_word(item.kind)).count() <= WORDS_MAX
}
