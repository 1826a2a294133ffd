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

/// Words of a text, alone or within a phrase of the lexicon. One with `*` behind it stands for all that begin so; of a script without
/// blanks, or with a blank in it, one is looked for in the running text.
#[derive(Default)]
pub(crate) struct Said {
    words: Words,
    begun: Vec<String>,
    running: Vec<String>,
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
        let is_running = |word: &&String| word.chars().any(|c| c == ' ' || is_unspaced(c));
        let (running, single): (Vec<_>, Vec<_>) = words.iter().partition(is_running);
        let (begun, words): (Vec<_>, Vec<_>) = single.into_iter().partition(|word| word.ends_with('*'));
        let plain = |word: &String| Normal::text_of(word.trim_end_matches('*'));
        let plain = |words: Vec<&String>| words.into_iter().map(plain).collect::<Vec<_>>();
        Self { words: Words::of(plain(words)), begun: plain(begun), running: plain(running) }
    }

    /// Whether item `at` says one of them.
    pub(crate) fn at(&self, reading: &Reading<'_>, at: usize) -> bool {
        let Some(item) = reading.items.get(at) else { return false };
        let begins = |word: &str| self.begun.iter().any(|begun| word.starts_with(begun.as_str()));
        let behind = &reading.normal(item.zone)[item.range.start..];
        reading.word(item).split(' ').any(|word| self.words.contains(word) || begins(word))
            || self.running.iter().any(|word| behind.starts_with(word.as_str()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::Known;
    use crate::{Document, Ruleset};

    #[test]
    fn words_are_found_alone_begun_and_in_running_text() {
        let said = Said::of(["since", "delist*", "bu yana", "以来", "부터"].map(str::to_owned).to_vec());
        let parts = Ruleset::embedded().expect("the embedded ruleset").parts;
        for (text, at) in [
            ("traded since March", Some(1)),
            ("it delists now", Some(1)),
            ("marttan bu yana", Some(1)),
            ("3月以来", Some(2)),
            ("9월 10일부터", Some(4)),
            ("sincere undelisted bu", None),
        ] {
            let document = Document { title: "", text, lang: None, published: None };
            let reading = Reading::of(&document, &parts.lexicon, &Known::default(), None);
            assert_eq!((0..reading.items.len()).find(|at| said.at(&reading, *at)), at, "{text}");
        }
    }
}
