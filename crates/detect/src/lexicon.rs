//! The words: concepts, venues, chains and majors as phrases, and the one tree that finds them all.
//!
//! Phrases are matched on the normal form of a text. A phrase of a script with blanks must begin and end at the edge of
//! a word, or begin a word when it is written `abc*`; an Arabic one may have the article and the like before it; phrases
//! of scripts without blanks match anywhere. Of phrases that overlap,
//! the leftmost wins, then the longest.

mod edges;
mod file;
mod labels;
mod tree;
mod within;

use tge_text::{Normal, ascii_word, binds};

use crate::extract::{dates, names as names_of};
use crate::features;
use crate::features::name::{Hashed, Part};
use crate::hashing::QuickMap;
use crate::places::{Place, Places};
use crate::words::Words;

use edges::proclitic;
pub(crate) use edges::{edge_after, edge_before, is_arabic, word_rest};
pub use file::LexiconError;
use file::{File, Labelled};
pub(crate) use labels::{LABELS_MAX, LabelId, LabelSet, NONE, slot};
use tree::Tree;

/// What makes of a name a word for another one: "Polychain-backed Example".
const DESCRIBES: [&str; 7] = ["backed", "based", "powered", "led", "focused", "biggest", "largest"];

/// What a phrase stands for beyond its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sense {
    /// A concept and no more.
    Concept,
    /// The venue or chain with this number.
    Place(u16),
    /// The same, where the phrase is written with a capital: without one it is a word.
    Proper(u16),
    /// The watched project with this number.
    Project(u16),
}

struct Phrase {
    label: LabelId,
    sense: Sense,
    prefix: bool,
    /// The next phrase with the same letters.
    next: Option<u32>,
}

/// One hit: bytes of the normal form and the phrase found there.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The labels of the phrase, of which an item keeps two.
    labels: [LabelId; 2],
    count: usize,
    pub(crate) sense: Sense,
}

impl Hit {
    pub(crate) fn labels(&self) -> &[LabelId] {
        &self.labels[..self.count]
    }
}

/// The lexicon, ready to match.
pub(crate) struct Lexicon {
    tree: Tree,
    phrases: Vec<Phrase>,
    /// First phrase of each pattern of the tree.
    heads: Vec<u32>,
    names: Vec<String>,
    hashes: Vec<Hashed>,
    by_name: QuickMap<String, LabelId>,
    /// Acts, what may stand around them, words of the trade and words for tokens, as far as this lexicon has them.
    pub(crate) acts: Vec<LabelId>,
    pub(crate) act_set: LabelSet,
    pub(crate) around: Vec<LabelId>,
    /// Concepts whose words end a name.
    pub(crate) not_in_names: LabelSet,
    pub(crate) trade: LabelSet,
    pub(crate) tokens: LabelSet,
    /// Words for money of states.
    pub(crate) currency: Option<LabelId>,
    /// Words for tokens as such.
    pub(crate) coins: LabelSet,
    /// What may hold a day in one of its phrases.
    pub(crate) dated: LabelSet,
    /// What a project is said to have: its token, its claim, its sale.
    pub(crate) owned: LabelSet,
    /// The label of stablecoins.
    pub(crate) stable: Option<LabelId>,
    /// The label of words for putting off.
    pub(crate) postpone: Option<LabelId>,
    /// The label of words for exchanges.
    pub(crate) venue_word: Option<LabelId>,
    pub(crate) places: Vec<Place>,
    /// Words that are no names.
    common: Words,
    majors: Words,
    fiat: Words,
    not_tickers: Words,
}

// === impl Lexicon ===

impl Lexicon {
    /// Reads the lexicon with its words by language, and adds the places and the names of watched projects, so that one tree
    /// finds all.
    pub(crate) fn parse(
        yaml: &str,
        words: &str,
        places: &Places,
        projects: &[(u16, String)],
    ) -> Result<Self, LexiconError> {
        let mut file = File::parse(yaml, words, places)?;
        let mut names: Vec<String> = slot::NAMES.iter().map(|&n| n.to_owned()).collect();
        names.extend(file.concepts.keys().cloned());
        if names.len() > LABELS_MAX {
            return Err(LexiconError::TooMany { count: names.len() });
        }
        let all = file.phrases(projects)?;
        let within = file.within();
        let (patterns, heads, mut phrases) = chained(all);
        let tree = Tree::of(&patterns);
        let by_name: QuickMap<String, LabelId> =
            names.iter().enumerate().map(|(i, n)| (n.clone(), i as LabelId)).collect();
        let labels = |list: &[&str]| -> Vec<LabelId> { list.iter().filter_map(|n| by_name.get(*n).copied()).collect() };
        let acts = labels(&features::ACTS);
        let marked = [slot::CASHTAG, slot::MAJOR, slot::PAREN_MAJOR, slot::VENUE, slot::CHAIN];
        let trade = LabelSet::of(labels(&features::TRADE).into_iter().chain(marked));
        for within in within {
            within.widen(&patterns, &heads, &mut phrases, &trade);
        }
        Ok(Self {
            tree,
            phrases,
            heads,
            hashes: names.iter().map(|name| Hashed::of(name)).collect(),
            act_set: LabelSet::of(acts.iter().copied()),
            acts,
            around: labels(&features::AROUND),
            not_in_names: LabelSet::of(labels(&names_of::NOT_IN_NAMES)),
            trade,
            tokens: LabelSet::of(labels(&features::TOKENS)),
            stable: by_name.get("STABLE").copied(),
            postpone: by_name.get("POSTPONE").copied(),
            venue_word: by_name.get("VENUEWORD").copied(),
            currency: by_name.get("CURRENCY").copied(),
            coins: LabelSet::of(labels(&["TOKEN", "NATIVE"])),
            dated: LabelSet::of(labels(&dates::DATED)),
            owned: LabelSet::of(labels(&names_of::OWNED)),
            names,
            by_name,
            places: file.take_places(),
            common: {
                let more = file.not_names.iter().map(|word| Normal::text_of(word));
                Words::of(names_of::COMMON.iter().map(|&word| word.to_owned()).chain(more))
            },
            majors: Words::of(file.majors.into_iter().map(|m| m.to_lowercase())),
            fiat: Words::of(file.fiat.into_iter().map(|f| f.to_lowercase())),
            not_tickers: Words::of(file.not_tickers.into_iter().map(|m| m.to_lowercase())),
        })
    }

    pub(crate) fn tree_bytes(&self) -> usize {
        self.tree.bytes()
    }

    pub(crate) fn name(&self, label: LabelId) -> &str {
        self.names.get(usize::from(label)).map_or("?", String::as_str)
    }

    /// The label's name as a part of a feature's.
    pub(crate) fn part(&self, label: LabelId) -> Part<'_> {
        let i = usize::from(label);
        match (self.names.get(i), self.hashes.get(i)) {
            (Some(name), Some(hashed)) => hashed.part(name),
            _ => Part::of("?"),
        }
    }

    /// The place that `sense` stands for.
    pub(crate) fn place(&self, sense: Sense) -> Option<&Place> {
        match sense {
            Sense::Place(place) | Sense::Proper(place) => self.places.get(usize::from(place)),
            Sense::Concept | Sense::Project(_) => None,
        }
    }

    /// Whether `word` names nobody, however it is written.
    pub(crate) fn is_common(&self, word: &str) -> bool {
        let describes = |end: &&str| word.strip_suffix(*end).is_some_and(|name| name.ends_with('-'));
        self.common.contains(word) || DESCRIBES.iter().any(describes)
    }

    pub(crate) fn is_act(&self, label: LabelId) -> bool {
        self.act_set.contains(label)
    }

    pub(crate) fn label(&self, name: &str) -> Option<LabelId> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn label_count(&self) -> usize {
        self.names.len()
    }

    /// Whether `ticker` (lower case) is one of the old and large, or money of a state.
    pub(crate) fn is_major(&self, ticker: &str) -> bool {
        self.majors.contains(ticker)
    }

    /// The code of a currency a state issues.
    pub(crate) fn is_fiat(&self, word: &str) -> bool {
        self.fiat.contains(word)
    }

    /// Whether `word` (lower case) is an abbreviation that is never a ticker here.
    pub(crate) fn is_no_ticker(&self, word: &str) -> bool {
        self.not_tickers.contains(word)
    }

    /// The phrases of a lexicon as the tree has them, each once, in the order of their numbers there.
    pub(crate) fn patterns(yaml: &str, words: &str, places: &Places) -> Result<Vec<String>, LexiconError> {
        Ok(chained(File::parse(yaml, words, places)?.phrases(&[])?).0)
    }

    /// The hits in `text` (normal form), leftmost longest, in order and apart from each other.
    pub(crate) fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::with_capacity(text.len() / 16);
        self.each_hit(text, |hit| hits.push(hit));
        hits
    }

    /// Hands them to `then`, one after the other.
    pub(crate) fn each_hit(&self, text: &str, mut then: impl FnMut(Hit)) {
        let (mut at, mut binds_before, mut signed) = (0, false, false);
        while let Some(&byte) = text.as_bytes().get(at) {
            // Most are ASCII, and are characters as they are.
            let first = if byte.is_ascii() { char::from(byte) } else { text[at..].chars().next().unwrap_or(' ') };
            let binding = binds(first);
            let inside = signed || binding && binds_before;
            // The article and the like before a word are a part of what is found.
            let before = if inside && is_arabic(first) { proclitic(text, at) } else { None };
            let hit = if !inside || before.is_some() { self.longest(text, at, byte) } else { None };
            (at, binds_before, signed) = (at + first.len_utf8(), binding, first == '$');
            if let Some(mut hit) = hit {
                hit.start -= before.unwrap_or(0);
                // What is inside a hit begins none.
                at = hit.end;
                let last = text[..at].chars().next_back().unwrap_or(' ');
                (binds_before, signed) = (binds(last), last == '$');
                then(hit);
            }
            if binds_before {
                // No phrase begins inside a word.
                at += ascii_word(&text.as_bytes()[at..]);
            }
        }
    }

    /// The longest hit that begins with the byte `first` at `start`, the edge of a word; an exact phrase before a prefix
    /// of the same extent, the shorter of two prefixes.
    #[inline(always)]
    fn longest(&self, text: &str, start: usize, first: u8) -> Option<Hit> {
        let branch = self.tree.first(first);
        let none = branch == Tree::ROOT || !self.tree.may_begin(text.as_bytes(), start);
        if none { None } else { self.longest_from(branch, text, start) }
    }

    /// The same from the node its first byte leads to.
    fn longest_from(&self, mut node: u32, text: &str, start: usize) -> Option<Hit> {
        let mut best: Option<(usize, bool, u32)> = None;
        let mut found = |end: usize, prefix: bool, head: u32| {
            if best.is_none_or(|(until, other, _)| end > until || (end == until && other && !prefix)) {
                best = Some((end, prefix, head));
            }
        };
        let mut ends = |end: usize, pattern: usize| {
            let head = self.heads[pattern];
            let (exact, prefix) = self.sorts(head);
            if exact && edge_after(text, end) {
                found(end, false, head);
            }
            if prefix {
                found(end + word_rest(text, end), true, head);
            }
        };
        let mut end = start + 1;
        loop {
            if let Some(pattern) = self.tree.end(node) {
                ends(end, pattern);
            }
            let next = text.as_bytes().get(end).and_then(|&byte| self.tree.next(node, byte));
            let Some(next) = next else { break };
            (node, end) = (next, end + 1);
        }
        // Most rests differ in their first byte.
        if let Some((pattern, rest)) = self.tree.rest(node, end - start)
            && text.as_bytes().get(end) == rest.first()
            && text.as_bytes()[end..].starts_with(rest)
        {
            ends(end + rest.len(), pattern);
        }
        best.map(|(end, prefix, head)| self.hit(start, end, head, prefix))
    }

    /// Whether there are whole phrases and prefixes among those chained from `head`.
    fn sorts(&self, head: u32) -> (bool, bool) {
        let chained = std::iter::successors(self.phrases.get(head as usize), |phrase| {
            phrase.next.and_then(|next| self.phrases.get(next as usize))
        });
        chained.fold((false, false), |(exact, prefix), phrase| (exact | !phrase.prefix, prefix | phrase.prefix))
    }

    /// The hits among all places where a pattern stands in `text`, whoever found them: first byte, byte behind the last,
    /// and the number of the pattern. What [`Lexicon::hits`] finds is measured by it.
    pub(crate) fn choose(&self, text: &str, found: impl Iterator<Item = (usize, usize, usize)>) -> Vec<Hit> {
        let mut all: Vec<(usize, usize, u32, bool)> = Vec::with_capacity(text.len() / 8);
        for (start, end, pattern) in found {
            if !edge_before(text, start) {
                continue;
            }
            let head = self.heads[pattern];
            let (exact, prefix) = self.sorts(head);
            if exact && edge_after(text, end) {
                all.push((start, end, head, false));
            }
            if prefix {
                all.push((start, end + word_rest(text, end), head, true));
            }
        }
        // Leftmost first, then longest; an exact phrase before a prefix of the same extent.
        all.sort_by_key(|&(start, end, _, prefix)| (start, std::cmp::Reverse(end), prefix));
        let mut hits: Vec<Hit> = Vec::with_capacity(all.len());
        let mut free_from = 0;
        for (start, end, head, prefix) in all {
            if start < free_from {
                continue;
            }
            let inside = text[..start].chars().next_back().is_some_and(binds) && text[start..].starts_with(is_arabic);
            let before = if inside { proclitic(text, start).unwrap_or(0) } else { 0 };
            hits.push(self.hit(start - before, end, head, prefix));
            free_from = end;
        }
        hits
    }

    fn hit(&self, start: usize, end: usize, head: u32, prefix: bool) -> Hit {
        let mut hit = Hit { start, end, labels: [0; 2], count: 0, sense: Sense::Concept };
        let mut at = Some(head);
        while let Some(phrase) = at.and_then(|i| self.phrases.get(i as usize)) {
            if phrase.prefix == prefix && hit.count < 2 && !hit.labels().contains(&phrase.label) {
                if hit.count == 0 {
                    hit.sense = phrase.sense;
                }
                hit.labels[hit.count] = phrase.label;
                hit.count += 1;
            }
            at = phrase.next;
        }
        hit
    }
}

/// Patterns each once, the first phrase of each, and the phrases chained behind it.
fn chained(mut all: Vec<Labelled>) -> (Vec<String>, Vec<u32>, Vec<Phrase>) {
    // Most phrases differ in their first bytes, and are compared by those as one number.
    let begins = |phrase: &str| {
        let mut bytes = [0; 8];
        let length = phrase.len().min(8);
        bytes[..length].copy_from_slice(&phrase.as_bytes()[..length]);
        u64::from_be_bytes(bytes)
    };
    let mut order: Vec<(u64, u32)> = (0u32..).zip(&all).map(|(i, phrase)| (begins(&phrase.0), i)).collect();
    order.sort_unstable_by(|a, b| {
        a.0.cmp(&b.0).then_with(|| {
            let (a, b) = (&all[a.1 as usize], &all[b.1 as usize]);
            (&a.0, a.1, a.2, a.3).cmp(&(&b.0, b.1, b.2, b.3))
        })
    });
    let all = order.into_iter().map(|(_, i)| {
        let (text, prefix, label, sense) = &mut all[i as usize];
        (std::mem::take(text), *prefix, *label, *sense)
    });
    let mut patterns: Vec<String> = Vec::new();
    let mut heads: Vec<u32> = Vec::new();
    let mut phrases: Vec<Phrase> = Vec::with_capacity(all.len());
    for (text, prefix, label, sense) in all {
        let index = phrases.len() as u32;
        if patterns.last() == Some(&text) {
            if let Some(before) = phrases.last_mut() {
                before.next = Some(index);
            }
        } else {
            patterns.push(text);
            heads.push(index);
        }
        phrases.push(Phrase { label, sense, prefix, next: None });
    }
    (patterns, heads, phrases)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "{version: 1, concepts: {LIST: [list, 'listing*', 上线], SALE: [token sale], TOKEN: [token, توكن]}, venues: {Gate: [gate.io]}, majors: [btc], not_tickers: [ceo]}";

    fn check(text: &str, expected: &[(&str, &str)]) {
        let none = Places::default();
        let lexicon = Lexicon::parse(SMALL, "", &none, &[(0, "Example Net".to_owned())]).expect("a good lexicon");
        let hits = lexicon.hits(text);
        let found: Vec<_> = hits.iter().map(|h| (&text[h.start..h.end], lexicon.name(h.labels()[0]))).collect();
        assert_eq!(found, expected, "{text}");
        let patterns = Lexicon::patterns(SMALL, "", &none).expect("a good lexicon");
        let everywhere = (0..text.len()).filter(|&start| text.is_char_boundary(start)).flat_map(|start| {
            let here =
                patterns.iter().enumerate().filter(move |(_, pattern)| text[start..].starts_with(pattern.as_str()));
            here.map(move |(i, pattern)| (start, start + pattern.len(), i))
        });
        let without = Lexicon::parse(SMALL, "", &none, &[]).expect("a good lexicon");
        let ranges = |hits: Vec<Hit>| hits.iter().map(|h| (h.start, h.end)).collect::<Vec<_>>();
        assert_eq!(ranges(without.hits(text)), ranges(without.choose(text, everywhere)), "{text}");
    }

    #[test]
    fn words_are_whole_and_longest() {
        check("list listed listings", &[("list", "LIST"), ("listings", "LIST")]);
        check("token sale of a token", &[("token sale", "SALE"), ("token", "TOKEN")]);
        check("将上线abc", &[("上线", "LIST")]);
        check("$list on gate.io", &[("gate.io", "V")]);
        check("example net and examples", &[("example net", "PROJ")]);
        check(
            "التوكن وتوكن وبالتوكن بتوكنات خالتوكن بتوك",
            &[("التوكن", "TOKEN"), ("وتوكن", "TOKEN"), ("وبالتوكن", "TOKEN")],
        );
    }
}
