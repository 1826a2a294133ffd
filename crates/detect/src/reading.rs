//! A document as the rest of this crate sees it: items with labels, in sentences, each with its place in the original.
//!
//! An item is a phrase of the lexicon or a token between phrases. Its labels are the concepts it stands for, or the slot
//! its shape puts it in (`$abc`, `(ABC)`, an amount, a date, a capitalised word); a plain word has none.

mod items;
mod placing;
mod slots;
mod steps;

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use chrono::NaiveDate;
use tge_model::Zone;
use tge_text::{Normal, TokenKind, is_unspaced};

use crate::document::{Document, JUDGED_CHARS_MAX, head};
use crate::extract::dates;
use crate::extract::tickers::{self, Ticker};
use crate::known::{Found, Known};
use crate::lexicon::{LabelId, LabelSet, Lexicon, NONE, Sense, slot};
use crate::words::{Case, with_case};

use items::{is_dotted, item, plain, shadows, tickers_in_parentheses};
use slots::is_month;
pub(crate) use slots::{is_old_ticker, is_ticker, is_upper, stem};

/// Characters that count as the head of a document: its title and lead.
pub(crate) const HEAD_CHARS: usize = 320;

/// What stands in parentheses and is no ticker: times of day, and what the words before them are short for.
pub(crate) const NEVER_NAMED: [&str; 20] = [
    "TGE", "IDO", "ICO", "ICOS", "IEO", "LBP", "IAO", "UTC", "GMT", "KST", "JST", "EST", "EDT", "PST", "CET", "HKT",
    "KYC", "FDV", "DEX", "CEX",
];

/// Sentences read; a text of one word per line has no more to say.
const SENTENCES_MAX: usize = 80;

/// Items there is room for between documents: more than a short one has, less than would be missed.
const ITEMS_KEPT: usize = 1024;

/// Items of a name that are shown on either side of one of them.
const NAME_ITEMS: usize = 4;

/// Items a sentence must have to be more than a greeting.
const OPENING_ITEMS: usize = 4;

/// One item.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// What it stands for; at most two are kept, and behind them [`NONE`].
    labels: [LabelId; 2],
    pub(crate) sense: Sense,
    pub(crate) kind: TokenKind,
    /// Whether a phrase of the lexicon was found here.
    pub(crate) phrase: bool,
    pub(crate) zone: Zone,
    /// Bytes in the normal form of its zone.
    pub(crate) range: Range<usize>,
    /// Characters of title and text before it.
    pub(crate) at: usize,
    /// It has a capital as written, anywhere: "edgeX".
    pub(crate) capital: bool,
    /// What is known, on the day of publication, of the token whose ticker or name begins here.
    pub(crate) known: Option<Found>,
}

impl Item {
    fn label_count(&self) -> usize {
        self.labels.iter().map(|label| usize::from(*label != NONE)).sum()
    }

    pub(crate) fn labels(&self) -> &[LabelId] {
        &self.labels[..self.label_count()]
    }

    // Both places are asked: how many labels there are, no processor foretells.
    #[inline]
    pub(crate) fn is(&self, label: LabelId) -> bool {
        (self.labels[0] == label) | (self.labels[1] == label)
    }

    /// Whether it has a label of `set`.
    #[inline]
    pub(crate) fn is_of(&self, set: &LabelSet) -> bool {
        set.contains(self.labels[0]) | set.contains(self.labels[1])
    }

    /// Puts its labels into `set`.
    #[inline]
    pub(crate) fn tell(&self, set: &mut LabelSet) {
        self.labels.iter().for_each(|&label| set.insert(label));
    }

    pub(crate) fn add(&mut self, label: LabelId) {
        let count = self.label_count();
        if count < self.labels.len() && !self.is(label) {
            self.labels[count] = label;
        }
    }

    /// Takes the labels of `set` away.
    pub(crate) fn remove(&mut self, set: &LabelSet) {
        if !self.is_of(set) {
            return;
        }
        for label in std::mem::replace(&mut self.labels, [NONE; 2]) {
            if label != NONE && !set.contains(label) {
                self.add(label);
            }
        }
    }

    fn swap(&mut self, from: LabelId, to: LabelId) {
        self.labels.iter_mut().filter(|label| **label == from).for_each(|label| *label = to);
    }
}

/// Small letters from which on it is no accident that none is large.
const LOWER_LETTERS: usize = 100;

/// `text` in capitals; most tickers are written so.
fn in_capitals(text: &str) -> Cow<'_, str> {
    match text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_lowercase()) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.to_uppercase()),
    }
}

/// What the slots are decided by.
struct Words<'a> {
    lexicon: &'a Lexicon,
    known: &'a Known,
    day: Option<NaiveDate>,
}

impl Words<'_> {
    /// Whether `sense` is a place that was not open on the day, or only a word for want of a `capital`.
    fn is_no_place(&self, sense: Sense, capital: bool) -> bool {
        let Some(place) = self.lexicon.place(sense) else { return false };
        let word = matches!(sense, Sense::Proper(_)) && !capital;
        word || self.day.is_some_and(|day| !place.is_open(day))
    }

    /// Whether `ticker` (lower case) names a token that trades since long.
    fn is_old(&self, ticker: &str) -> bool {
        let old = |day| with_case(ticker, Case::Capitals, |ticker| self.known.is_old(ticker, day));
        self.lexicon.is_major(ticker) || self.day.is_some_and(old)
    }
}

struct Part<'a> {
    source: &'a str,
    normal: Normal,
    /// Bytes of the zone before `source`.
    skipped: usize,
}

/// A document, read.
pub(crate) struct Reading<'a> {
    title: Part<'a>,
    text: Part<'a>,
    pub(crate) items: Vec<Item>,
    /// Ranges of `items`, without the stops between them.
    pub(crate) sentences: Vec<Range<usize>>,
    /// Tickers and dates of the beginning, looked for once the items have all their labels: see [`Reading::look`].
    pub(crate) tickers: Vec<Ticker>,
    pub(crate) dates: Vec<dates::Found>,
    /// Words up to each item: see [`Reading::words_between`].
    steps: Vec<u32>,
    /// Characters read.
    pub(crate) chars: usize,
    /// A fifth of the head or more is of a script without blanks.
    pub(crate) unspaced: bool,
}

// === impl Part ===

impl<'a> Part<'a> {
    /// Bytes `range` of the normal form as written.
    fn original(&self, range: Range<usize>) -> &'a str {
        self.source.get(self.normal.origin(range)).unwrap_or_default()
    }
}

thread_local! {
    /// Room for items, from the document before.
    static SPARE: Cell<Vec<Item>> = const { Cell::new(Vec::new()) };
}

// === impl Reading ===

impl Drop for Reading<'_> {
    /// Keeps its room for the next document, unless a long one needed so much that it would only lie there.
    fn drop(&mut self) {
        if self.items.capacity() <= ITEMS_KEPT {
            self.items.clear();
            let room = std::mem::take(&mut self.items);
            // At the end of a thread there is no next one.
            SPARE.try_with(|spare| spare.set(room)).unwrap_or_default();
        }
    }
}

impl<'a> Reading<'a> {
    /// Reads a document with the words of `lexicon`; tickers that `known` calls old on `day` are put into the slots of
    /// the majors, for what is old on that day is not launched.
    pub(crate) fn of(document: &Document<'a>, lexicon: &Lexicon, known: &Known, day: Option<NaiveDate>) -> Self {
        let title = head(document.title, JUDGED_CHARS_MAX / 4);
        let whole = head(document.text, JUDGED_CHARS_MAX);
        // Many feeds repeat the headline as the first words of the body: said twice is not said stronger.
        let skipped = if !title.is_empty() && whole.starts_with(title) { title.len() } else { 0 };
        let part = |source, skipped| Part { source, normal: Normal::of(source), skipped };
        let mut reading = Self {
            title: part(title, 0),
            text: part(&whole[skipped..], skipped),
            items: SPARE.take(),
            sentences: Vec::with_capacity(8),
            tickers: Vec::new(),
            dates: Vec::new(),
            steps: Vec::new(),
            chars: 0,
            unspaced: false,
        };
        let words = Words { lexicon, known, day };
        for zone in [Zone::Title, Zone::Text] {
            reading.read(zone, &words);
        }
        reading.split();
        if let Some(day) = day {
            reading.place(lexicon, known, day);
        }
        reading.sign_tickers(lexicon);
        // Most texts have few of the labels that these ask for, and need not be gone through for the others.
        let mut seen = LabelSet::default();
        reading.items.iter().for_each(|item| item.tell(&mut seen));
        reading.mark_stable(lexicon, &seen);
        reading.mark_money(lexicon, &seen);
        reading.mark_quotes(lexicon, &seen);
        reading.mark_exchanges(lexicon, &seen);
        let normals = [reading.title.normal.as_str(), reading.text.normal.as_str()];
        let first = normals.iter().flat_map(|text| text.chars()).take(300);
        reading.unspaced =
            !normals.iter().all(|text| text.is_ascii()) && first.filter(|&c| is_unspaced(c)).nth(20).is_some();
        reading
    }

    /// Looks for tickers and dates, which features and fields both need. Mutes take labels away, so it comes after them.
    pub(crate) fn look(&mut self, lexicon: &Lexicon, day: Option<NaiveDate>) {
        self.tickers = tickers::all(self, lexicon);
        self.dates = dates::find(self, lexicon, day);
        self.mark_dates();
        self.count_steps();
    }

    fn part(&self, zone: Zone) -> &Part<'a> {
        match zone {
            Zone::Title => &self.title,
            Zone::Text => &self.text,
        }
    }

    /// The labels of the items in `range`, in order, each with its item.
    pub(crate) fn labels(&self, range: Range<usize>) -> Vec<(usize, LabelId)> {
        range.flat_map(|i| self.items[i].labels().iter().map(move |&label| (i, label))).collect()
    }

    /// Whether the beginning is in small letters throughout, as some archives and posters write.
    pub(crate) fn is_lower(&self) -> bool {
        let text = head(self.text.source, HEAD_CHARS).as_bytes();
        let small = text.iter().filter(|b| b.is_ascii_lowercase()).count();
        small > LOWER_LETTERS && !text.iter().any(u8::is_ascii_uppercase)
    }

    /// The item's words in normal form.
    pub(crate) fn word(&self, item: &Item) -> &str {
        &self.part(item.zone).normal.as_str()[item.range.clone()]
    }

    /// The words of item `at` in normal form; none where there is no such item.
    pub(crate) fn word_at(&self, at: usize) -> &str {
        self.items.get(at).map_or("", |item| self.word(item))
    }

    /// The item as a ticker: upper case, without its mark; of letters that only look otherwise ("ＡＢＣ") the plain ones.
    pub(crate) fn ticker(&self, item: &Item) -> Cow<'a, str> {
        const SIGNS: [char; 2] = ['$', '#'];
        let (written, word) = (self.written(item), self.word(item));
        if !written.is_ascii() && word.is_ascii() {
            return Cow::Owned(stem(word).trim_start_matches(SIGNS).to_uppercase());
        }
        in_capitals(stem(written).trim_start_matches(SIGNS))
    }

    /// The item's words as written.
    pub(crate) fn written(&self, item: &Item) -> &'a str {
        self.written_between(item, item)
    }

    /// The words from `first` to `last` as written; only `first` when they are of different zones.
    pub(crate) fn written_between(&self, first: &Item, last: &Item) -> &'a str {
        let (part, origin) = self.origin(first, last);
        part.source.get(origin).unwrap_or_default()
    }

    /// Where the words from `first` to `last` stand in the source of their zone.
    fn origin(&self, first: &Item, last: &Item) -> (&Part<'a>, Range<usize>) {
        let part = self.part(first.zone);
        let end = if first.zone == last.zone { last.range.end.max(first.range.end) } else { first.range.end };
        (part, part.normal.origin(first.range.start..end))
    }

    /// Bytes `range` of the normal form of `zone` as written.
    pub(crate) fn written_range(&self, zone: Zone, range: Range<usize>) -> &'a str {
        self.part(zone).original(range)
    }

    /// Title and text as written, as far as the head goes.
    pub(crate) fn head_written(&self) -> [&'a str; 2] {
        [head(self.title.source, HEAD_CHARS), head(self.text.source, HEAD_CHARS)]
    }

    /// The words from item `first` to item `last` as written, and where they stand in the document as given; only `first` when
    /// they are of different zones.
    pub(crate) fn quoted(&self, first: usize, last: usize) -> Option<(Zone, Range<usize>, &'a str)> {
        let (first, last) = (self.items.get(first)?, self.items.get(last)?);
        let (part, origin) = self.origin(first, last);
        let quote = part.source.get(origin.clone()).unwrap_or_default();
        Some((first.zone, origin.start + part.skipped..origin.end + part.skipped, quote))
    }

    /// The first and last item of what item `at` is a part of, for a reader: the date, or the capitalised words of a name.
    pub(crate) fn whole(&self, at: usize, lexicon: &Lexicon) -> (usize, usize) {
        let date = |at: usize| self.dates.iter().find(|date| (date.first..=date.last).contains(&at));
        if let Some(date) = date(at) {
            return (date.first, date.last);
        }
        let capital = |at: &usize| {
            self.items.get(*at).is_some_and(|item| {
                let word = item.kind == TokenKind::Word && item.labels() == [slot::CAPITAL];
                word && date(*at).is_none() && !lexicon.is_common(self.word(item))
            })
        };
        if !capital(&at) {
            return (at, at);
        }
        let joined = |first: usize| {
            let (a, b) = (&self.items[first], &self.items[first + 1]);
            let gap = self.part(a.zone).normal.as_str().get(a.range.end..b.range.start);
            a.zone == b.zone && gap.is_some_and(|gap| gap.trim().is_empty())
        };
        let before = (0..at).rev().take(NAME_ITEMS).take_while(|i| capital(i) && joined(*i)).count();
        let behind = (at + 1..self.items.len()).take(NAME_ITEMS).take_while(|i| capital(i) && joined(i - 1)).count();
        (at - before, at + behind)
    }

    /// The sentence that says what the document is about: the first that is more than a greeting.
    pub(crate) fn opening(&self) -> Option<Range<usize>> {
        let long = self.sentences.iter().find(|s| s.len() >= OPENING_ITEMS);
        long.or(self.sentences.first()).cloned()
    }

    /// The normal form of a zone.
    pub(crate) fn normal(&self, zone: Zone) -> &str {
        self.part(zone).normal.as_str()
    }

    fn read(&mut self, zone: Zone, words: &Words<'_>) {
        let mut items = std::mem::take(&mut self.items);
        let part = self.part(zone);
        let text = part.normal.as_str();
        // Phrases inside addresses and names of accounts say nothing.
        let shadows = shadows(text);
        let begin = items.len();
        let mut shadow = 0;
        let mut free_from = 0;
        words.lexicon.each_hit(text, |hit| {
            while shadows.get(shadow).is_some_and(|s| s.end <= hit.start) {
                shadow += 1;
            }
            if shadows.get(shadow).is_some_and(|s| s.start <= hit.start)
                || is_month(text, hit.start..hit.end, part.normal.has_capital(hit.start..hit.end))
                || is_dotted(text, hit.start..hit.end)
                || words.is_no_place(hit.sense, part.normal.has_capital(hit.start..hit.end))
            {
                return;
            }
            plain(part, free_from..hit.start, zone, words, &mut items);
            let mut found = item(TokenKind::Word, zone, hit.start..hit.end, hit.labels());
            (found.sense, found.phrase) = (hit.sense, true);
            found.capital = part.normal.has_capital(hit.start..hit.end);
            items.push(found);
            free_from = hit.end;
        });
        plain(part, free_from..text.len(), zone, words, &mut items);
        tickers_in_parentheses(&mut items, begin, part, words);
        let (mut chars, mut byte) = (self.chars, 0);
        // Bytes are characters where all is ASCII.
        let ascii = text.is_ascii();
        // Of the bytes of a character, the first alone does not go on with one.
        let begins = |byte: &&u8| byte.cast_signed() >= -0x40;
        let count = |range: Range<usize>| {
            if ascii { range.len() } else { text.as_bytes()[range].iter().filter(begins).count() }
        };
        for item in &mut items[begin..] {
            chars += count(byte..item.range.start);
            byte = item.range.start;
            item.at = chars;
        }
        let (all, end) = (chars + count(byte..text.len()), text.len());
        self.items = items;
        self.chars = all;
        if zone == Zone::Title && self.chars > 0 {
            // A headline is a sentence of its own, whatever sign it ends with.
            let mut stop = item(TokenKind::Stop, zone, end..end, &[]);
            stop.at = self.chars;
            self.items.push(stop);
        }
    }

    /// Whether the full stop at item `at` is one of a date: "4. März", "Nov. 24".
    fn in_date(&self, at: usize) -> bool {
        let [Some(before), Some(next)] = [at.checked_sub(1).and_then(|i| self.items.get(i)), self.items.get(at + 1)]
        else {
            return false;
        };
        let day = |item: &Item| item.is(slot::NUMBER) && item.range.len() <= 2;
        let dated = (day(before) && next.is(slot::MONTH)) || (before.is(slot::MONTH) && day(next));
        dated && self.word(&self.items[at]) == "."
    }

    fn split(&mut self) {
        let mut start = 0;
        for at in 0..=self.items.len() {
            let ends =
                self.items.get(at).is_none_or(|item| item.kind == TokenKind::Stop && !item.phrase && !self.in_date(at));
            if ends {
                if at > start && self.sentences.len() < SENTENCES_MAX {
                    self.sentences.push(start..at);
                }
                start = at + 1;
            }
        }
    }
}
