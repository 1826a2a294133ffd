//! Evidence of the whole document: how long, how many tickers, accounts and links, whether the trade is spoken of at all,
//! how near an act stands to a token, and when what is dated happens.

use chrono::NaiveDate;
use tge_model::Precision;
use tge_text::TokenKind;

use crate::features::name::Part;
use crate::features::{AND, Features, Sink};
use crate::lexicon::{LabelSet, slot};
use crate::reading::{HEAD_CHARS, Reading, is_ticker};

const E: &str = "E:";
/// Links looked at.
const LINKS_READ: usize = 6;
const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const LENGTHS: [&str; 16] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"];

/// Labels of this trade: none in news of houses for sale and of phones.
pub(crate) const TRADE: [&str; 20] = [
    "OFTOKEN",
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
    "STAKE",
    "NFT",
    "STABLE",
    "PERP",
    "FAIRLAUNCH",
    "TESTNET",
    "PREMARKET",
    "ALPHA",
];

/// Words for what is launched.
pub(crate) const TOKENS: [&str; 6] = ["OFTOKEN", "TOKEN", "NATIVE", "MEME", "TOKENOMICS", "TGE"];

impl Features<'_> {
    pub(crate) fn evidence(&self, reading: &Reading<'_>, day: Option<NaiveDate>, sink: &mut impl Sink) {
        let mut tell = |name: &'static str, count: usize, most: usize, value: f32| {
            sink.put(&[Part::of(E), Part::of(name), Part::of(DIGITS[count.min(most).min(9)])], value, None);
        };
        let mut named: Vec<&str> = reading
            .items
            .iter()
            .filter(|i| i.is(slot::CASHTAG) | i.is(slot::PAREN_TICKER) | i.is(slot::HASHTAG))
            .map(|i| reading.word(i))
            .collect();
        named.sort_unstable();
        named.dedup();
        tell("ntick:", named.len(), 4, 0.7);
        let mut counts = [0usize; TokenKind::COUNT];
        let mut head = LabelSet::default();
        let head_end = reading.items.partition_point(|item| item.at < HEAD_CHARS);
        for item in &reading.items[..head_end] {
            item.tell(&mut head);
            counts[item.kind as usize] += 1;
        }
        let mut seen = head;
        for item in &reading.items[head_end..] {
            item.tell(&mut seen);
            counts[item.kind as usize] += 1;
        }
        let count = |kind: TokenKind| counts[kind as usize];
        tell("nhash:", count(TokenKind::Hashtag).div_ceil(2), 4, 0.5);
        tell("nhandle:", count(TokenKind::Handle), 4, 0.5);
        tell("nurl:", count(TokenKind::Url), 3, 0.4);
        let spoken = seen.intersection(&self.lexicon.trade).count();
        tell("crypto:", spoken, 4, 0.8);
        let length = (reading.chars + 1).ilog2() as usize;
        sink.put(&[Part::of("E:len:"), Part::of(LENGTHS[length.min(15)])], 0.5, None);
        if spoken == 0 {
            for &act in self.lexicon.acts.iter().filter(|act| head.contains(**act)) {
                sink.put(&[Part::of("E:nocrypto"), AND, self.lexicon.part(act)], 0.8, None);
            }
        }
        // No capital tells a name in letters that have none.
        let arabic = || reading.head_written().iter().any(|text| text.chars().take(40).any(crate::lexicon::is_arabic));
        if !named_anybody(reading) && !arabic() {
            // Where all letters were made small, names cannot be told by their capitals.
            let name = if reading.is_lower() { "E:lower" } else { "E:nobody" };
            sink.put(&[Part::of(name)], 0.7, None);
        }
        let links = count(TokenKind::Url) > 0;
        if links && refers(reading) {
            sink.put(&[Part::of("E:reflink")], 1.0, None);
        }
        sink.put(&[Part::of(if reading.unspaced { "E:script:unspaced" } else { "E:script:spaced" })], 0.3, None);
        let items = if links { reading.items.as_slice() } else { &[] };
        for (i, item) in items.iter().enumerate().filter(|(_, i)| i.kind == TokenKind::Url).take(LINKS_READ) {
            if let Some(host) = tge_text::domain::host(reading.word(item)) {
                sink.put(&[Part::of("U:"), Part::of(&host)], 0.5, Some((i, i)));
            }
        }
        self.nearness(reading, sink);
        if let Some(day) = day {
            self.times(reading, day, &head, sink);
        }
    }

    /// `Z`: how near to an act of the head a ticker and a word for tokens stand in its sentence.
    fn nearness(&self, reading: &Reading<'_>, sink: &mut impl Sink) {
        const NEAR: [&str; 4] = ["2", "5", "10", "no"];
        let step = |distance: usize| match distance {
            0..=2 => 0,
            3..=5 => 1,
            6..=10 => 2,
            _ => 3,
        };
        for sentence in reading.sentences.iter().take_while(|s| reading.items[s.start].at < HEAD_CHARS) {
            let items = &reading.items[sentence.clone()];
            for (at, item) in items.iter().enumerate() {
                let Some(&act) = item.labels().iter().find(|label| self.lexicon.is_act(**label)) else { continue };
                let (mut ticker, mut word) = (usize::MAX, usize::MAX);
                let from = at.saturating_sub(10);
                for (i, other) in (from..).zip(&items[from..items.len().min(at + 11)]).filter(|(i, _)| *i != at) {
                    let distance = i.abs_diff(at);
                    if is_ticker(other) {
                        ticker = ticker.min(distance);
                    }
                    if other.is_of(&self.lexicon.tokens) {
                        word = word.min(distance);
                    }
                }
                let place = Some((sentence.start + at, sentence.start + at));
                let name = self.lexicon.part(act);
                for (what, distance) in [("&tick:", ticker), ("&word:", word)] {
                    let near = Part::of(NEAR[step(distance)]);
                    sink.put(&[Part::of("Z:"), name, Part::of(what), near], 0.5, place);
                }
            }
        }
    }

    /// `T`: when the dates of the head are, seen from the day of publication.
    fn times(&self, reading: &Reading<'_>, day: NaiveDate, head: &LabelSet, sink: &mut impl Sink) {
        for found in &reading.dates {
            let item = &reading.items[found.first];
            if item.at >= HEAD_CHARS {
                break;
            }
            let slack = match found.precision {
                Precision::Year => continue,
                Precision::Quarter => 92,
                Precision::Month => 31,
                _ => 0,
            };
            let days = (found.day - day).num_days();
            let when = match days {
                _ if days + slack < -30 => "long past",
                _ if days + slack < -1 => "past",
                _ if days <= 1 => "now",
                2..=60 => "soon",
                _ => "later",
            };
            let place = Some((found.first, found.last));
            sink.put(&[Part::of("T:"), Part::of(when)], 0.5, place);
            for &act in self.lexicon.acts.iter().filter(|act| head.contains(**act)) {
                sink.put(&[Part::of("T:"), Part::of(when), AND, self.lexicon.part(act)], 0.5, place);
            }
        }
    }
}

/// Whether the head names anybody but venues and majors: a ticker, an account, a capitalised word inside a sentence.
fn named_anybody(reading: &Reading<'_>) -> bool {
    const NAMES: LabelSet = LabelSet::of_slots(&[
        slot::CASHTAG,
        slot::PAREN_TICKER,
        slot::PAREN_MAJOR,
        slot::UPPER,
        slot::HANDLE,
        slot::PROJECT,
        slot::CAPITAL,
    ]);
    reading.items.iter().take_while(|item| item.at < HEAD_CHARS).any(|item| !item.phrase && item.is_of(&NAMES))
}

/// Whether a link pays who posted it.
fn refers(reading: &Reading<'_>) -> bool {
    const MARKS: [&str; 6] = ["?start=", "?ref", "&ref", "/ref/", "referral", "invite"];
    let links = reading.items.iter().filter(|item| item.kind == TokenKind::Url);
    links.map(|item| reading.word(item)).any(|link| MARKS.iter().any(|mark| link.contains(mark)))
}
