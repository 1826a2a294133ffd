//! What the model weighs: every feature has a name a reader understands, a value, and the words it stands on.
//!
//! Families, by the first letter of the name:
//! `F` frames · `G` frame x age of the token · `C` concepts · `P`, `Q` two and three labels in order · `N` n-grams of
//! words in the head · `D` two labels side by side · `B` two labels of the first sentence · `X` act x age
//! · `K` label x what is known of the token · `Y` act x what stands around it · `Z` act x how near a token is named · `T`
//! act x when its date is · `A` age · `U` hosts of links · `E` evidence of the whole document · `S` labels of a document of
//! one line. The head (title and lead) speaks louder than what comes behind it.

mod evidence;
mod line;
pub(crate) mod name;
mod sink;

use chrono::NaiveDate;
use tge_text::TokenKind;

use crate::extract::tickers;
use crate::frames::{Filled, Found, Frames};
use crate::known::{Age, Found as Of, Known};
use crate::lexicon::{LABELS_MAX, LabelId, LabelSet, Lexicon};
use crate::reading::{HEAD_CHARS, Reading};

use name::Part;

pub(crate) use evidence::{TOKENS, TRADE};
pub(crate) use sink::{Family, Sink};

/// Acts whose meaning depends on what stands around them.
pub(crate) const ACTS: [&str; 23] = [
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
    "DISTRIBUTE",
    "HARDFORK",
    "MAINNET",
    "PRESALE",
    "TOKENOMICS",
];

/// What may stand around an act and change what it means.
pub(crate) const AROUND: [&str; 28] = [
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
    "WE",
    "SAYS",
];

/// Items between the first and last label of a pair or triple.
const REACH: usize = 8;

/// Items of the opening sentence that are read: what is said first is what is meant.
const FIRST_ITEMS: usize = 45;

const C: Part<'_> = Part::of("C:");
const P: Part<'_> = Family::Pair.part();
const D: Part<'_> = Family::Near.part();
const Q: Part<'_> = Family::Triple.part();
const B: Part<'_> = Family::Both.part();
const N: Part<'_> = Part::of("N:");
const R: Part<'_> = Part::of("R:");
const FOR: Part<'_> = Part::of("for");
const AGAINST: Part<'_> = Part::of("not");
const THEN: Part<'_> = Part::of(">");
const AND: Part<'_> = Part::of("&");
const BLANK: Part<'_> = Part::of(" ");
const HEAD: Part<'_> = Part::of(":H");
const BEHIND: Part<'_> = Part::of(":B");
const FIRST: Part<'_> = Part::of(":1");
const NOTHING: Part<'_> = Part::of("");

#[derive(Clone, Copy)]
pub(crate) struct Features<'a> {
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) frames: &'a Frames,
    pub(crate) known: &'a Known,
}

/// The labels of the head, and the first item of each.
struct Firsts {
    seen: LabelSet,
    items: [u32; LABELS_MAX],
}

/// An age label: which token of the text, and how old it is.
type AgeName = [Part<'static>; 3];

// === impl Firsts ===

impl Default for Firsts {
    fn default() -> Self {
        Self { seen: LabelSet::default(), items: [u32::MAX; LABELS_MAX] }
    }
}

impl Firsts {
    fn see(&mut self, label: LabelId, item: usize) {
        if let Some(first) = self.items.get_mut(usize::from(label)) {
            self.seen.insert(label);
            *first = (*first).min(item as u32);
        }
    }

    /// The first item of a label that was seen.
    fn item(&self, label: LabelId) -> usize {
        self.items[usize::from(label)] as usize
    }
}

// === impl Features ===

impl Features<'_> {
    /// Puts every feature of a reading into `sink` and returns the frames found.
    pub(crate) fn extract(&self, reading: &Reading<'_>, day: Option<NaiveDate>, sink: &mut impl Sink) -> Vec<Found> {
        let mut head = Firsts::default();
        let mut frames = Vec::with_capacity(8);
        let ages = self.ages(reading, day);
        for (label, item) in &ages {
            sink.put(&[Part::of("A:"), label[0], label[1], label[2]], 1.0, item.map(|i| (i, i)));
        }
        let mut sequence: Vec<(usize, LabelId)> = Vec::with_capacity(64);
        let mut clauses = Vec::with_capacity(8);
        for sentence in &reading.sentences {
            let in_head = reading.items[sentence.start].at < HEAD_CHARS;
            sequence.clear();
            sequence
                .extend(sentence.clone().flat_map(|i| reading.items[i].labels().iter().map(move |&label| (i, label))));
            self.labels(&sequence, in_head, &mut head, sink);
            let from = frames.len();
            self.frames.clauses.cut(reading, sentence.clone(), &mut clauses);
            let mut rest = sequence.as_slice();
            for clause in &clauses {
                let (labels, behind) = rest.split_at(rest.partition_point(|label| label.0 < clause.end));
                let before = frames.len();
                self.frames.find(reading, clause.clone(), labels, from, &mut frames);
                for found in &frames[before..] {
                    self.roles(reading, labels, found, in_head, sink);
                }
                rest = behind;
            }
            for found in &frames[from..] {
                let id = self.frames.part(found.frame);
                let zone = if in_head { HEAD } else { BEHIND };
                let value = if in_head { 1.5 } else { 0.75 };
                sink.put(&[Part::of("F:"), id, zone], value, Some((found.first, found.last)));
                for (age, _) in ages.iter().filter(|_| in_head) {
                    sink.put(&[Part::of("G:"), id, AND, age[0], age[1], age[2]], 0.9, Some((found.first, found.last)));
                }
            }
        }
        self.first(reading, sink);
        self.crosses(&head, &ages, sink);
        self.ngrams(reading, sink);
        self.evidence(reading, day, sink);
        frames
    }

    /// `R`: with which roles a launch, or what only looks like one, is told.
    fn roles(
        &self,
        reading: &Reading<'_>,
        labels: &[(usize, LabelId)],
        found: &Found,
        in_head: bool,
        sink: &mut impl Sink,
    ) {
        let side = if self.frames.frames[found.frame].against { AGAINST } else { FOR };
        let value = if in_head { 0.6 } else { 0.3 };
        for Filled { role, label, item } in self.frames.roles.filled(reading, self.lexicon, labels, found) {
            let (role, place) = (self.frames.roles.part(role), Some((item, item)));
            sink.put(&[R, side, AND, role], value, place);
            sink.put(&[R, side, AND, role, THEN, self.lexicon.part(label)], value, place);
        }
    }

    fn labels(&self, sequence: &[(usize, LabelId)], in_head: bool, head: &mut Firsts, sink: &mut impl Sink) {
        let label = |label: LabelId| self.lexicon.part(label);
        for (a, &(first, la)) in sequence.iter().enumerate() {
            sink.put(
                &[C, label(la), if in_head { HEAD } else { BEHIND }],
                if in_head { 1.0 } else { 0.5 },
                Some((first, first)),
            );
            if in_head {
                head.see(la, first);
            }
            let [pair, near, triple] =
                [Family::Pair, Family::Near, Family::Triple].map(|family| sink.beside(family, la));
            let any = pair.union(&near).union(&triple);
            for (b, &(second, lb)) in sequence.iter().enumerate().skip(a + 1).take(6) {
                if second - first > REACH {
                    break;
                }
                if !any.contains(lb) {
                    continue;
                }
                if la != lb && second > first {
                    if pair.contains(lb) {
                        let value = if in_head { 0.6 } else { 0.3 };
                        sink.put(&[P, label(la), THEN, label(lb)], value, Some((first, second)));
                    }
                    if in_head && second - first <= 2 && near.contains(lb) {
                        sink.put(&[D, label(la), THEN, label(lb)], 0.5, Some((first, second)));
                    }
                }
                if !in_head || b > a + 2 || !triple.contains(lb) {
                    continue;
                }
                for &(third, lc) in sequence.iter().skip(b + 1).take(2) {
                    if third - first > REACH {
                        break;
                    }
                    sink.put(&[Q, label(la), THEN, label(lb), THEN, label(lc)], 0.4, Some((first, third)));
                }
            }
        }
    }

    /// `C:..:1` and `B`: what stands together in the first sentence.
    fn first(&self, reading: &Reading<'_>, sink: &mut impl Sink) {
        let Some(sentence) = reading.opening() else { return };
        let mut firsts = Firsts::default();
        for i in sentence.take(FIRST_ITEMS) {
            reading.items[i].labels().iter().for_each(|&label| firsts.see(label, i));
        }
        for la in firsts.seen.iter() {
            let (name, i) = (self.lexicon.part(la), firsts.item(la));
            sink.put(&[C, name, FIRST], 0.7, Some((i, i)));
            // One name for a pair, whichever stands first.
            for lb in firsts.seen.intersection(&sink.beside(Family::Both, la)).iter().filter(|&lb| lb > la) {
                let j = firsts.item(lb);
                sink.put(&[B, name, AND, self.lexicon.part(lb)], 0.35, Some((i.min(j), i.max(j))));
            }
        }
        self.line(reading, &firsts, sink);
    }

    fn crosses(&self, head: &Firsts, ages: &[(AgeName, Option<usize>)], sink: &mut impl Sink) {
        // What is known of the token beside every label.
        if let Some((age, _)) = ages.first() {
            for label in head.seen.iter() {
                let (name, item) = (self.lexicon.part(label), head.item(label));
                sink.put(&[Part::of("K:"), age[0], age[1], age[2], AND, name], 0.4, Some((item, item)));
            }
        }
        if !self.lexicon.act_set.meets(&head.seen) {
            sink.put(&[Part::of("Y:noact")], 1.0, None);
            return;
        }
        let of_head = |labels: &'_ [LabelId]| -> Vec<LabelId> {
            labels.iter().copied().filter(|label| head.seen.contains(*label)).collect()
        };
        let around = of_head(&self.lexicon.around);
        for act in of_head(&self.lexicon.acts) {
            let (name, item) = (self.lexicon.part(act), head.item(act));
            for (age, _) in ages {
                sink.put(&[Part::of("X:"), age[0], age[1], age[2], AND, name], 0.6, Some((item, item)));
            }
            for &around in around.iter().filter(|around| **around != act) {
                let other = head.item(around);
                sink.put(&[Part::of("Y:"), name, AND, self.lexicon.part(around)], 0.5, Some((other, other)));
            }
        }
    }

    fn ngrams(&self, reading: &Reading<'_>, sink: &mut impl Sink) {
        let sign = |word: &str| matches!(word, "." | "," | "(" | ")" | ":" | "[" | "]" | "、");
        // The two words before.
        let mut before: [Option<(usize, Part<'_>)>; 2] = [None; 2];
        for (i, item) in reading.items.iter().enumerate().take_while(|(_, item)| item.at < HEAD_CHARS) {
            let word = reading.word(item);
            if item.kind == TokenKind::Sign && word == "/" {
                continue;
            }
            // An endless word makes no feature worth its bytes.
            let word = if item.kind == TokenKind::Stop { "." } else { crate::document::head(word, 40) };
            let slot = item.labels().first().filter(|_| !item.phrase).map(|&label| self.lexicon.part(label));
            let part = slot.unwrap_or_else(|| Part::of(word));
            if !sign(word) {
                sink.put(&[N, part], 0.25, Some((i, i)));
            }
            if let [first, Some((at, second))] = before {
                sink.put(&[N, second, BLANK, part], 0.25, Some((at, i)));
                if let Some((at, first)) = first {
                    sink.put(&[N, first, BLANK, second, BLANK, part], 0.18, Some((at, i)));
                }
            }
            before = [before[1], Some((i, part))];
        }
    }

    /// Labels of the ages of the tokens named at the beginning, and the item each stands on: how long the tickers are
    /// spoken of, and what is known of the one token the text is most likely about.
    fn ages(&self, reading: &Reading<'_>, day: Option<NaiveDate>) -> Vec<(AgeName, Option<usize>)> {
        let bare = |text| [Part::of(text), NOTHING, NOTHING];
        // Without a day nothing is said of age: that most undated documents of one kind are launches is no knowledge.
        let Some(day) = day else { return Vec::new() };
        let found = tickers::candidates(reading);
        let mut told = Vec::with_capacity(4);
        let head = reading.items.iter().enumerate().take_while(|(_, item)| item.at < HEAD_CHARS);
        let known = head.filter_map(|(i, item)| Some((item.known?, i)));
        let both = known.clone().find(|(token, _)| matches!(token, Of::Both(_)));
        let minor = |t: &&tickers::Ticker| !matches!(t.symbol.as_str(), "BTC" | "ETH" | "BNB" | "XRP" | "SOL");
        let first = found.iter().find(minor);
        let by_ticker = first.and_then(|t| Some((reading.items[t.item].known?, t.item)));
        let by_name = known.clone().find(|(token, _)| matches!(token, Of::Name(_)));
        let one = both.or(by_ticker).or(by_name.filter(|_| first.is_none()));
        if let Some((token, item)) = one {
            let [how, what] = token.names();
            told.push(([Part::of("K:"), Part::of(how), Part::of(what)], Some(item)));
        }
        let ages: Vec<(Age, usize)> =
            found.iter().filter(minor).map(|t| (self.known.age(&t.symbol, day), t.item)).collect();
        let plain = found.first().is_some_and(|t| t.mark == tickers::Mark::Bare);
        let tail = if plain { Part::of(" bare") } else { NOTHING };
        let of = |which, age: Age| [Part::of(which), Part::of(age.name()), tail];
        match ages.first() {
            Some(&(first, item)) => {
                let least = ages.iter().map(|a| a.0).min().unwrap_or(first);
                let most = ages.iter().map(|a| a.0).max().unwrap_or(first);
                told.push((of("first:", first), Some(item)));
                told.push((of("min:", least), None));
                told.push((of("max:", most), None));
                if one.is_none() {
                    told.push(([Part::of("K:unknown:"), Part::of(first.name()), tail], Some(item)));
                }
            }
            None if !told.is_empty() => {}
            None if found.is_empty() => told.push((bare("nosym"), None)),
            None => told.push((bare("onlymajor"), None)),
        }
        told
    }
}

#[cfg(test)]
mod tests;
