//! The words by which a text says that what it tells of was there before.

use serde::Deserialize;
use tge_text::{Normal, is_unspaced};

use crate::reading::Reading;
use crate::words::Words;

/// These words, as the frames' file has them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Lines {
    already: Vec<String>,
    since: Vec<String>,
    from: Vec<String>,
    from_behind: Vec<String>,
    trades: Vec<String>,
    which: Vec<String>,
    ends: Vec<String>,
    last: Vec<String>,
    delists: Vec<String>,
    been: Vec<String>,
    amid: Vec<String>,
}

/// Words that are items of their own, stand in a phrase of the lexicon, or in a script without blanks; with `*` behind it, one
/// stands for every word beginning so.
#[derive(Default)]
pub(crate) struct Said {
    spaced: Words,
    unspaced: Vec<String>,
    begun: Vec<String>,
}

/// The words by which a text says that what it tells of was there before.
#[derive(Default)]
pub(crate) struct Before {
    /// "Already".
    pub(crate) already: Said,
    /// "Since", before or behind a day.
    pub(crate) since: Said,
    /// What may also be "from", before a day.
    pub(crate) from: Said,
    /// The same, behind it.
    pub(crate) from_behind: Said,
    /// "Trades".
    pub(crate) trades: Said,
    /// What begins a clause on something named before it: "which".
    pub(crate) which: Said,
    /// "Ends".
    pub(crate) ends: Said,
    /// Before days and hours: "last".
    pub(crate) last: Said,
    /// At the beginning of what stands before the act: "amid".
    pub(crate) amid: Said,
    /// Before what is open: "been".
    pub(crate) been: Said,
    /// "Delists".
    pub(crate) delists: Said,
}

// === impl Said ===

impl Said {
    fn of(words: Vec<String>) -> Self {
        let (begun, whole): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.ends_with('*'));
        let begun = begun.into_iter().map(|word| Normal::text_of(word.trim_end_matches('*'))).collect();
        let whole = whole.into_iter().map(|word| Normal::text_of(word));
        let (unspaced, spaced): (Vec<_>, Vec<_>) = whole.partition(|word| word.chars().any(is_unspaced));
        Self { spaced: Words::of(spaced), unspaced, begun }
    }

    /// Whether item `at` says one of them.
    pub(crate) fn at(&self, reading: &Reading<'_>, at: usize) -> bool {
        let Some(item) = reading.items.get(at) else { return false };
        let word = reading.word(item);
        let behind = &reading.normal(item.zone)[item.range.start..];
        self.spaced.contains(word)
            || word.split(' ').any(|part| self.spaced.contains(part) || self.begins(part))
            || self.unspaced.iter().any(|word| behind.starts_with(word.as_str()))
    }

    /// Whether item `at` ends with one of them, written onto it: `10일부터`.
    pub(crate) fn ends(&self, reading: &Reading<'_>, at: usize) -> bool {
        let word = reading.word_at(at);
        self.unspaced.iter().any(|end| word.len() > end.len() && word.ends_with(end.as_str()))
    }

    fn begins(&self, word: &str) -> bool {
        self.begun.iter().any(|begun| word.starts_with(begun.as_str()))
    }
}

// === impl Before ===

impl Before {
    pub(super) fn of(lines: Lines) -> Self {
        Self {
            already: Said::of(lines.already),
            since: Said::of(lines.since),
            from: Said::of(lines.from),
            from_behind: Said::of(lines.from_behind),
            trades: Said::of(lines.trades),
            which: Said::of(lines.which),
            ends: Said::of(lines.ends),
            last: Said::of(lines.last),
            delists: Said::of(lines.delists),
            been: Said::of(lines.been),
            amid: Said::of(lines.amid),
        }
    }
}
