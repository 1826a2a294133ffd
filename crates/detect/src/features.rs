//! What the model weighs: every feature has a name a reader understands, a value, and the words it stands on.
//!
//! Families, by the first letter of the name:
//! `F` frames · `G` frame x age of the ticker · `C` concepts · `P`, `Q` two and three labels in order · `N`, `M` n-grams
//! of words and of labels in the head · `X` act x age · `Y` act x what stands around it · `A` age · `E` evidence of the
//! whole document. The head (title and lead) speaks louder than what comes behind it.

use std::fmt::Write as _;

use chrono::NaiveDate;
use tge_text::TokenKind;

use crate::extract::tickers;
use crate::frames::{Found, Frames};
use crate::known::{Age, Known};
use crate::lexicon::{LabelId, Lexicon, slot};
use crate::reading::{HEAD_CHARS, Reading};

/// Receives features: name, value, first and last item (none for those of the whole document).
pub(crate) trait Sink {
    fn put(&mut self, name: &str, value: f32, items: Option<(usize, usize)>);
}

/// Acts whose meaning depends on what stands around them.
const ACTS: [&str; 18] = [
    "LIST",
    "OPENTRADE",
    "INITIAL",
    "LAUNCH",
    "SALE",
    "ICO",
    "AIRDROP",
    "CLAIM",
    "LAUNCHPOOL",
    "LAUNCHPAD",
    "PREMARKET",
    "TGE",
    "LIVE",
    "SNAPSHOT",
    "PROMO",
    "ALPHA",
    "NATIVE",
    "PERP",
];

/// What may stand around an act and change what it means.
const AROUND: [&str; 26] = [
    "HEDGE",
    "DENY",
    "RETRO",
    "GLOSSARY",
    "PRICE",
    "TRADECALL",
    "PERP",
    "PROMO",
    "SCAM",
    "POINTS",
    "UNLOCK",
    "STABLE",
    "ROUNDUP",
    "TODAY",
    "WILL",
    "COMPLETE",
    "PAIR",
    "PRODUCT",
    "RWA",
    "NFT",
    "TESTNET",
    "MIGRATE",
    "WHALE",
    "PRESALE",
    "NATIVE",
    "DOMAIN",
];

/// Items between the first and last label of a pair or triple.
const REACH: usize = 8;

pub(crate) struct Features<'a> {
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) frames: &'a Frames,
    pub(crate) known: &'a Known,
}

// === impl Features ===

impl Features<'_> {
    /// Puts every feature of a reading into `sink` and returns the frames found.
    pub(crate) fn extract(&self, reading: &Reading<'_>, day: Option<NaiveDate>, sink: &mut dyn Sink) -> Vec<Found> {
        let mut name = String::with_capacity(96);
        let mut head_labels: Vec<Option<usize>> = vec![None; self.lexicon.label_count()];
        let mut frames = Vec::new();
        let ages = self.ages(reading, day);
        for (label, item) in &ages {
            set(&mut name, &["A:", label]);
            sink.put(&name, 1.0, item.map(|i| (i, i)));
        }
        for sentence in &reading.sentences {
            let in_head = reading.items[sentence.start].at < HEAD_CHARS;
            self.labels(reading, sentence.clone(), in_head, &mut name, &mut head_labels, sink);
            for found in self.frames.find(reading, sentence.clone()) {
                let id = &self.frames.frames[found.frame].id;
                set(&mut name, &["F:", id, if in_head { ":H" } else { ":B" }]);
                sink.put(&name, if in_head { 1.0 } else { 0.5 }, Some((found.first, found.last)));
                for (age, _) in ages.iter().filter(|_| in_head) {
                    set(&mut name, &["G:", id, "&", age]);
                    sink.put(&name, 0.6, Some((found.first, found.last)));
                }
                frames.push(found);
            }
        }
        self.crosses(&head_labels, &ages, &mut name, sink);
        self.ngrams(reading, &mut name, sink);
        self.evidence(reading, &mut name, sink);
        frames
    }

    fn labels(
        &self,
        reading: &Reading<'_>,
        sentence: std::ops::Range<usize>,
        in_head: bool,
        name: &mut String,
        head_labels: &mut [Option<usize>],
        sink: &mut dyn Sink,
    ) {
        let sequence: Vec<(usize, LabelId)> =
            sentence.flat_map(|i| reading.items[i].labels().iter().map(move |&label| (i, label))).collect();
        let label = |label: LabelId| self.lexicon.name(label);
        for (a, &(first, la)) in sequence.iter().enumerate() {
            set(name, &["C:", label(la), if in_head { ":H" } else { ":B" }]);
            sink.put(name, if in_head { 1.0 } else { 0.5 }, Some((first, first)));
            if in_head && let Some(seen) = head_labels.get_mut(usize::from(la)) {
                seen.get_or_insert(first);
            }
            for (b, &(second, lb)) in sequence.iter().enumerate().skip(a + 1).take(6) {
                if second - first > REACH {
                    break;
                }
                if la != lb {
                    set(name, &["P:", label(la), ">", label(lb)]);
                    sink.put(name, if in_head { 0.6 } else { 0.3 }, Some((first, second)));
                }
                if !in_head || b > a + 2 {
                    continue;
                }
                for &(third, lc) in sequence.iter().skip(b + 1).take(2) {
                    if third - first > REACH {
                        break;
                    }
                    set(name, &["Q:", label(la), ">", label(lb), ">", label(lc)]);
                    sink.put(name, 0.4, Some((first, third)));
                }
            }
        }
    }

    fn crosses(
        &self,
        head_labels: &[Option<usize>],
        ages: &[(String, Option<usize>)],
        name: &mut String,
        sink: &mut dyn Sink,
    ) {
        let seen = |concept: &str| {
            self.lexicon.label(concept).and_then(|label| head_labels.get(usize::from(label)).copied().flatten())
        };
        let mut acts = 0;
        for (act, item) in ACTS.iter().filter_map(|act| Some((act, seen(act)?))) {
            acts += 1;
            for (age, _) in ages {
                set(name, &["X:", age, "&", act]);
                sink.put(name, 0.6, Some((item, item)));
            }
            for (around, other) in AROUND.iter().filter_map(|around| Some((around, seen(around)?))) {
                if act != around {
                    set(name, &["Y:", act, "&", around]);
                    sink.put(name, 0.5, Some((other, other)));
                }
            }
        }
        if acts == 0 {
            sink.put("Y:noact", 1.0, None);
        }
    }

    fn ngrams(&self, reading: &Reading<'_>, name: &mut String, sink: &mut dyn Sink) {
        let words: Vec<(usize, &str, &str)> = reading
            .items
            .iter()
            .enumerate()
            .take_while(|(_, item)| item.at < HEAD_CHARS)
            .filter(|(_, item)| item.kind != TokenKind::Sign || reading.word(item) != "/")
            .map(|(i, item)| {
                let word = if item.kind == TokenKind::Stop { "." } else { reading.word(item) };
                let slot = item.labels().first().map(|&l| self.lexicon.name(l));
                (i, if item.phrase { word } else { slot.unwrap_or(word) }, slot.unwrap_or(word))
            })
            .collect();
        let sign = |word: &str| matches!(word, "." | "," | "(" | ")" | ":" | "[" | "]" | "、");
        for start in 0..words.len() {
            for n in 1..=3.min(words.len() - start) {
                let window = &words[start..start + n];
                if n == 1 && sign(window[0].1) {
                    continue;
                }
                let items = Some((window[0].0, window[n - 1].0));
                name.clear();
                name.push_str("N:");
                join(name, window.iter().map(|w| w.1));
                sink.put(name, if n < 3 { 0.5 } else { 0.35 }, items);
                if n > 1 {
                    name.clear();
                    name.push_str("M:");
                    join(name, window.iter().map(|w| w.2));
                    sink.put(name, 0.4, items);
                }
            }
        }
    }

    fn evidence(&self, reading: &Reading<'_>, name: &mut String, sink: &mut dyn Sink) {
        let mut named: Vec<&str> = reading
            .items
            .iter()
            .filter(|i| i.is(slot::CASHTAG) || i.is(slot::PAREN_TICKER) || i.is(slot::HASHTAG))
            .map(|i| reading.word(i))
            .collect();
        named.sort_unstable();
        named.dedup();
        name.clear();
        // Writing into a String cannot fail.
        if write!(name, "E:ntick:{}", named.len().min(4)).is_ok() {
            sink.put(name, 0.7, None);
        }
        name.clear();
        if write!(name, "E:len:{}", (reading.chars + 1).ilog2()).is_ok() {
            sink.put(name, 0.5, None);
        }
        let spoken = self.crypto_words(reading);
        name.clear();
        if write!(name, "E:crypto:{}", spoken.min(4)).is_ok() {
            sink.put(name, 0.8, None);
        }
        if spoken == 0 {
            for act in ACTS {
                let label = self.lexicon.label(act);
                if reading.items.iter().take_while(|i| i.at < HEAD_CHARS).any(|i| label.is_some_and(|l| i.is(l))) {
                    set(name, &["E:nocrypto&", act]);
                    sink.put(name, 0.8, None);
                }
            }
        }
        sink.put(if reading.unspaced { "E:script:unspaced" } else { "E:script:spaced" }, 0.3, None);
    }

    /// How many different labels of this trade the text speaks: none in news of houses for sale and of phones.
    fn crypto_words(&self, reading: &Reading<'_>) -> usize {
        const WORDS: [&str; 20] = [
            "TOKEN",
            "NATIVE",
            "MEME",
            "TOKENOMICS",
            "MAINNET",
            "DOMAIN",
            "ICO",
            "TGE",
            "HODLER",
            "LAUNCHPOOL",
            "LAUNCHPAD",
            "PRESALE",
            "STAKE",
            "NFT",
            "STABLE",
            "PERP",
            "FAIRLAUNCH",
            "TESTNET",
            "PREMARKET",
            "ALPHA",
        ];
        const SLOTS: [LabelId; 5] = [slot::CASHTAG, slot::MAJOR, slot::PAREN_MAJOR, slot::VENUE, slot::CHAIN];
        let words: Vec<LabelId> = WORDS.iter().filter_map(|w| self.lexicon.label(w)).chain(SLOTS).collect();
        words.iter().filter(|&&label| reading.items.iter().any(|item| item.is(label))).count()
    }

    /// Labels of the ages of the tickers named at the beginning, and the item each stands on.
    fn ages(&self, reading: &Reading<'_>, day: Option<NaiveDate>) -> Vec<(String, Option<usize>)> {
        let Some(day) = day else { return vec![("nodate".to_owned(), None)] };
        let found = tickers::candidates(reading, self.lexicon);
        if found.is_empty() {
            return vec![("nosym".to_owned(), None)];
        }
        let ages: Vec<(Age, usize)> = found
            .iter()
            .filter(|t| !matches!(t.symbol.as_str(), "BTC" | "ETH" | "BNB" | "XRP" | "SOL"))
            .map(|t| (self.known.age(&t.symbol, day), t.item))
            .collect();
        let Some(&(first, item)) = ages.first() else { return vec![("onlymajor".to_owned(), None)] };
        let least = ages.iter().map(|a| a.0).min().unwrap_or(first);
        let most = ages.iter().map(|a| a.0).max().unwrap_or(first);
        vec![
            (format!("first:{}", first.name()), Some(item)),
            (format!("min:{}", least.name()), None),
            (format!("max:{}", most.name()), None),
        ]
    }
}

fn set(name: &mut String, parts: &[&str]) {
    name.clear();
    for part in parts {
        name.push_str(part);
    }
}

fn join<'a>(name: &mut String, words: impl Iterator<Item = &'a str>) {
    for (i, word) in words.enumerate() {
        if i > 0 {
            name.push(' ');
        }
        // An endless word makes no feature worth its bytes.
        name.push_str(crate::document::head(word, 40));
    }
}
