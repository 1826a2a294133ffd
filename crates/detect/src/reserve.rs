//! What no weight outvotes: a launch that is denied, rumoured, long past, warned of or asked about in the words that tell of it
//! is none; nor is a presale with the gain it promises, a sale that is advertised, or what is given away behind a thief's address.
//!
//! The labels are words that say so and little else ("denies", "unconfirmed", "a year ago"), so where one stands in the clause
//! that first speaks of an act or a token (an anniversary also before it, a question as its sentence), the verdict stays below the
//! threshold. Weights alone cannot say this: of every thousand texts in feeds a handful deny anything, and "no" and "may" stand
//! in plain announcements, too.

mod before;
mod offers;

use std::ops::Range;

use chrono::{Days, NaiveDate};
use tge_model::{Cue, RUMOURED};

use crate::extract::dates::Found;
use crate::frames::Frames;
use crate::lexicon::{LabelId, LabelSet, Lexicon, slot};
use crate::reading::{HEAD_CHARS, Item, Reading, is_ticker};

/// Of the threshold, the most that such a text is given: near enough that a rumour is kept as one.
const KEPT: f64 = 0.9;

/// What stands behind a question that is none: a day, a time, an address.
const ANSWERS: LabelSet = LabelSet::of_slots(&[slot::DATE, slot::MONTH, slot::TIME, slot::URL]);

/// Items at the beginning among which an advertisement says that it is one.
const FIRST_ITEMS: usize = 2;

/// Words that take the meaning from what stands behind them.
pub(crate) const NO: [&str; 31] = [
    "no", "not", "never", "without", "won't", "isn't", "不", "未", "没有", "不会", "nicht", "kein", "keine", "ohne",
    "sin", "sem", "sans", "senza", "zonder", "geen", "niet", "bez", "nie", "без", "не", "ні", "нет", "değil", "لا",
    "بدون", "لن",
];

/// Items between an act and the words for when it was.
const WHEN_ITEMS: usize = 6;

/// Days after the end of a day, month or year from which what was then is long past.
const PAST_DAYS: u64 = 60;

/// With which reserve a launch is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reserve {
    Denied,
    Rumoured,
    Past,
    /// What is warned of.
    Warned,
    /// A sale with the gain it is said to bring.
    Promised,
    /// Free tokens behind an address as thieves make them.
    Baited,
    /// An advertisement of a sale.
    Sponsored,
    /// What the word means, where no token is named.
    Explained,
    /// A question, where nothing else speaks of it.
    Asked,
    /// What trades elsewhere already.
    Traded,
    /// What is no longer traded.
    Delisted,
}

/// The labels of each reserve, and what they are told of.
#[derive(Debug)]
pub(crate) struct Reserves {
    says: [(Reserve, LabelSet); 4],
    /// Words of anniversaries, which may stand before the sentence of the act.
    since: LabelSet,
    /// Words that take a meaning away: "no rumour any more".
    no: LabelSet,
    /// Acts, and what they are done to.
    acts: LabelSet,
    act_set: LabelSet,
    tokens: LabelSet,
    /// "There is no", which denies what stands right behind it.
    absent: LabelSet,
    /// What is told of now is not past, whatever else was a year ago.
    now: LabelSet,
    /// What begins: an anniversary tells how something began.
    begins: LabelSet,
    /// What is announced is no rumour any more.
    official: LabelSet,
    presales: LabelSet,
    explains: LabelSet,
    sponsored: LabelSet,
    sales: LabelSet,
    /// What stands open, or is to.
    opens: LabelSet,
    claims: LabelSet,
    /// The words that deny a launch or tell it as a rumour.
    deciding: LabelSet,
    /// The same, and the words of doubt beside them.
    lifted: LabelSet,
    /// What is done with tokens and nothing else.
    crypto: LabelSet,
    doubts: LabelSet,
    /// Acts of venues.
    listed: LabelSet,
    /// What is handed out or sold to whom has done something before.
    handed: LabelSet,
    /// What is told of other things than a token.
    others: LabelSet,
    /// What is the first of its kind.
    firsts: LabelSet,
    today: LabelSet,
    /// Beside a claim that ends: what begins.
    begun: LabelSet,
    launch: Option<LabelId>,
}

// === impl Reserve ===

impl Reserve {
    /// The name of the feature that says so.
    pub(crate) fn feature(self) -> &'static str {
        match self {
            Self::Denied => "J:denied",
            Self::Rumoured => RUMOURED,
            Self::Past => "J:past",
            Self::Warned => "J:warned",
            Self::Promised => "J:promised",
            Self::Baited => "J:baited",
            Self::Sponsored => "J:sponsored",
            Self::Explained => "J:explained",
            Self::Asked => "J:asked",
            Self::Traded => "J:traded",
            Self::Delisted => "J:delisted",
        }
    }

    /// What the text does to an event, where that is not what its other words say.
    pub(crate) fn cue(self) -> Option<Cue> {
        match self {
            Self::Denied => Some(Cue::Cancelled),
            Self::Rumoured => Some(Cue::Hedged),
            Self::Past
            | Self::Warned
            | Self::Promised
            | Self::Baited
            | Self::Sponsored
            | Self::Explained
            | Self::Asked
            | Self::Traded
            | Self::Delisted => None,
        }
    }

    /// The most a text told so may be given where `threshold` is asked of a launch.
    pub(crate) fn most(threshold: f64) -> f64 {
        // A ruleset may ask for nothing at all, and odds of nothing are endless.
        KEPT * threshold.clamp(1e-6, 1.0)
    }
}

// === impl Reserves ===

impl Reserves {
    pub(crate) fn of(lexicon: &Lexicon) -> Self {
        let labels = |names: &[&str]| LabelSet::of(names.iter().filter_map(|name| lexicon.label(name)));
        let mut acts = lexicon.act_set;
        lexicon.tokens.iter().for_each(|label| acts.insert(label));
        Self {
            says: [
                (Reserve::Denied, labels(&["DENIES"])),
                (Reserve::Rumoured, labels(&["RUMOUR"])),
                (Reserve::Past, labels(&["AGO"])),
                (Reserve::Warned, labels(&["WARNS"])),
            ],
            acts,
            act_set: lexicon.act_set,
            tokens: lexicon.tokens,
            since: labels(&["SINCE"]),
            no: labels(&["DENY", "ABSENT"]),
            absent: labels(&["ABSENT"]),
            now: labels(&["WILL", "TODAY", "ANNOUNCE"]),
            begins: labels(&["START"]),
            official: labels(&["ANNOUNCE"]),
            presales: labels(&["PRESALE"]),
            explains: labels(&["EXPLAINS"]),
            sponsored: labels(&["SPONSORED"]),
            sales: labels(&["PRESALE", "SALE", "ICO"]),
            claims: labels(&["CLAIM"]),
            opens: labels(&["LIVE", "OPENTRADE"]),
            deciding: labels(&["DENIES", "RUMOUR", "ABSENT"]),
            lifted: labels(&["DENIES", "RUMOUR", "ABSENT", "DENY", "HEDGE"]),
            crypto: labels(&["AIRDROP", "TGE", "ICO", "TOKENOMICS", "PRESALE", "NATIVE", "LAUNCHPAD"]),
            doubts: labels(&["HEDGE"]),
            listed: labels(&["LIST", "OPENTRADE"]),
            handed: labels(&["AIRDROP", "SNAPSHOT", "ELIGIBLE", "SALE", "ICO", "TGE"]),
            others: labels(&["TESTNET", "NFT", "POINTS", "STAKE", "PRODUCT", "MAINNET", "TOOL"]),
            firsts: labels(&["INITIAL", "LAUNCHPOOL", "PREMARKET", "TGE", "AIRDROP", "SNAPSHOT", "SALE", "ICO"]),
            today: labels(&["TODAY"]),
            begun: labels(&["LIVE", "START", "OPENTRADE", "LIST", "SNAPSHOT", "TGE", "SALE", "ICO", "ANNOUNCE"]),
            launch: lexicon.label("LAUNCH"),
        }
    }

    /// The reserve that the head is told with, where it speaks of an act or a token, and the item that says so.
    pub(crate) fn find(
        &self,
        reading: &Reading<'_>,
        frames: &Frames,
        published: Option<NaiveDate>,
    ) -> Option<(Reserve, usize)> {
        let head = reading.sentences.iter().take_while(|sentence| reading.items[sentence.start].at < HEAD_CHARS);
        let mut telling =
            head.filter(|sentence| reading.items[(*sentence).clone()].iter().any(|i| i.is_of(&self.acts)));
        let before = before::Past { reserves: self, words: &frames.before, frames, reading, published };
        let Some(sentence) = telling.next() else { return before.find() };
        let items = &reading.items[sentence.clone()];
        // "The sale of 2025 is over, trading opens": what opens now is told of now.
        let opens = items.iter().any(|item| item.is_of(&self.opens) || item.is_of(&self.claims));
        let past = published.filter(|_| !opens).and_then(|day| long_past(reading, sentence, day));
        // Most say none of it anywhere.
        let words =
            || items.iter().any(|i| i.is_of(&self.absent) || self.says.iter().any(|(_, labels)| i.is_of(labels)));
        let told = if past.is_some() || words() { self.told(reading, frames, sentence, past) } else { None };
        let asked = || {
            let sign = reading.word_at(sentence.end);
            // "Ready for the sale? March 12" is no question.
            let answered = || {
                let mut behind = reading.items.iter().skip(sentence.end).take_while(|item| item.at < HEAD_CHARS);
                behind.any(|item| item.is_of(&self.now) || item.is_of(&self.begins) || item.is_of(&ANSWERS))
            };
            let asks = matches!(sign, "?" | "\u{61f}") && telling.next().is_none() && !answered();
            asks.then_some((Reserve::Asked, sentence.end))
        };
        let since = || self.anniversary(reading, sentence);
        told.or_else(since)
            .or_else(|| offers::promised(reading, &self.presales))
            .or_else(|| offers::baited(reading))
            .or_else(|| self.advertised(reading))
            .or_else(|| self.explained(reading))
            .or_else(|| before.find())
            .or_else(asked)
    }

    /// Whether the head of `reading` has a word by which a launch may be denied or rumoured.
    pub(crate) fn may_lift(&self, reading: &Reading<'_>) -> bool {
        let mut head = reading.items.iter().take_while(|item| item.at < HEAD_CHARS);
        head.any(|item| item.is_of(&self.deciding))
    }

    /// Takes the words of `reserve`, which stands at item `at`, out of `reading`: what is left says of which launch it is a
    /// rumour, or what is denied. Where they were the only words for an act ("is not launching"), they stand for a launch.
    ///
    /// Answers the items as they were; `None` where nothing is to be lifted.
    pub(crate) fn lift(&self, reading: &mut Reading<'_>, reserve: Reserve, at: usize) -> Option<Vec<Item>> {
        // A rumour of a product, or what a ministry denies, is about no token.
        let head = || reading.items.iter().take_while(|item| item.at < HEAD_CHARS);
        let trade = |item: &Item| {
            item.is_of(&self.tokens)
                || item.is_of(&self.crypto)
                || item.is(slot::CASHTAG)
                || item.is(slot::PAREN_TICKER)
        };
        if reserve.cue().is_none() || !head().any(trade) {
            return None;
        }
        let written = reading.items.clone();
        let around = reading.sentences.iter().find(|sentence| sentence.contains(&at)).cloned().unwrap_or(at..at + 1);
        // "Could launch" tells the act where there is one, and not "sources say".
        let doubted = around.clone().find(|i| *i != at && reading.items[*i].is_of(&self.doubts)).unwrap_or(at);
        reading.items.iter_mut().for_each(|item| item.remove(&self.lifted));
        if let Some(launch) = self.launch
            && !reading.items[around].iter().any(|item| item.is_of(&self.act_set))
        {
            reading.items[doubted].add(launch);
        }
        Some(written)
    }

    /// A sale that the head tells of, where it calls itself an advertisement.
    fn advertised(&self, reading: &Reading<'_>) -> Option<(Reserve, usize)> {
        let head = || reading.items.iter().take_while(|item| item.at < HEAD_CHARS);
        // It says so at its beginning, or with a hashtag anywhere: "advertisement" may be what somebody builds, too.
        let says = |(at, item): &(usize, &Item)| {
            item.is_of(&self.sponsored) && (*at < FIRST_ITEMS || reading.word(item).starts_with('#'))
        };
        let (at, _) = head().enumerate().find(says)?;
        head().any(|item| item.is_of(&self.sales)).then_some((Reserve::Sponsored, at))
    }

    /// What a word of the trade means, said in the head ("what is a TGE?"), where no ticker is marked.
    fn explained(&self, reading: &Reading<'_>) -> Option<(Reserve, usize)> {
        let head = || reading.items.iter().take_while(|item| item.at < HEAD_CHARS);
        let at = head().position(|item| item.is_of(&self.explains))?;
        let named = head().any(|item| item.is(slot::CASHTAG) || item.is(slot::PAREN_TICKER));
        (!named).then_some((Reserve::Explained, at))
    }

    /// What has its anniversary, up to the end of the `sentence` of the act, where nothing of this day is told beside it; in a
    /// sentence before that one, where nothing opens in it.
    fn anniversary(&self, reading: &Reading<'_>, sentence: &Range<usize>) -> Option<(Reserve, usize)> {
        let end = sentence.end;
        let opens = reading.items[sentence.clone()].iter().any(|item| item.is_of(&self.opens));
        let from = if opens { sentence.start } else { 0 };
        let find = |labels: &LabelSet| (from..end).find(|at| reading.items[*at].is_of(labels));
        // "Happy birthday to" tells of nothing to come.
        let ahead = || (0..end).any(|at| reading.items[at].is_of(&self.now) && reading.word_at(at) != "to");
        find(&self.since).filter(|_| !ahead()).map(|at| (Reserve::Past, at))
    }

    /// Whether "a year ago" at item `at` says when it was: it opens the sentence, or stands close behind an act. "Founded two
    /// years ago" says when something else was.
    fn tells_when(&self, reading: &Reading<'_>, sentence: &Range<usize>, at: usize) -> bool {
        let near = at.saturating_sub(WHEN_ITEMS).max(sentence.start)..at;
        at == sentence.start || reading.items[near].iter().any(|item| item.is_of(&self.acts))
    }

    /// Whether item `at` stands in what opens the sentence before its act: "amid rumours about another coin, Example lists".
    fn is_aside(&self, reading: &Reading<'_>, sentence: &Range<usize>, at: usize, frames: &Frames) -> bool {
        let opens = frames.before.amid.at(reading, sentence.start);
        let comma = || (at..sentence.end).find(|at| reading.word_at(*at) == ",");
        let act = |from: usize| (from..sentence.end).any(|at| reading.items[at].is_of(&self.act_set));
        opens && comma().is_some_and(act)
    }

    /// Whether the word before item `at` takes its meaning away.
    fn denies_it(&self, reading: &Reading<'_>, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).and_then(|before| reading.items.get(before)) else { return false };
        NO.contains(&reading.word(before)) || before.is_of(&self.no)
    }

    /// What the first clause of `sentence` that speaks of an act says of it; `past` is the item of a date long past in it.
    fn told(
        &self,
        reading: &Reading<'_>,
        frames: &Frames,
        sentence: &Range<usize>,
        past: Option<usize>,
    ) -> Option<(Reserve, usize)> {
        let mut clauses = Vec::new();
        frames.clauses.cut(reading, sentence.clone(), &mut clauses);
        let clause =
            clauses.iter().find(|clause| reading.items[(*clause).clone()].iter().any(|i| i.is_of(&self.acts)))?;
        let says = |labels: &LabelSet| clause.clone().find(|at| reading.items[*at].is_of(labels));
        // "There is no claim deadline" denies no claim; "there is no Example token" has a name between.
        let what = |at: usize| reading.items.get(at).is_some_and(|item| item.is_of(&self.tokens) || is_ticker(item));
        let name = |at: usize| reading.items.get(at).is_some_and(|item| item.is(slot::CAPITAL));
        let absent = clause
            .clone()
            .find(|at| reading.items[*at].is_of(&self.absent) && (what(at + 1) || name(at + 1) && what(at + 2)));
        absent.map(|at| (Reserve::Denied, at)).or_else(|| {
            self.says.iter().find_map(|(reserve, labels)| {
                let past = past.filter(|at| *reserve == Reserve::Past && clause.contains(at));
                let mended = |at: usize| match reserve {
                    Reserve::Past => {
                        // "A year ago today" is no day of now.
                        let now = |i: &usize| i.abs_diff(at) > 1 && reading.items[*i].is_of(&self.now);
                        clause.clone().any(|i| now(&i))
                            || says(&self.begins).is_some()
                            || !self.tells_when(reading, sentence, at)
                    }
                    Reserve::Rumoured => {
                        says(&self.official).is_some()
                            || self.denies_it(reading, at)
                            || self.is_aside(reading, sentence, at, frames)
                    }
                    // The others are not told by these words.
                    _ => false,
                };
                [says(labels), past].into_iter().flatten().find(|at| !mended(*at)).map(|at| (*reserve, at))
            })
        })
    }
}

/// The first item of the first date in `sentence`, if that is long past on the day of publication: what has dates of today
/// beside it tells of today. A day without its year may be the next one.
fn long_past(reading: &Reading<'_>, sentence: &Range<usize>, published: NaiveDate) -> Option<usize> {
    let mut told = reading.dates.iter().filter(|date| sentence.contains(&date.first));
    let is_year = |part: &str| part.len() == 4 && part.starts_with("20");
    let has_year =
        |date: &Found| (date.first..=date.last).any(|at| reading.word_at(at).split(['-', '/', '.', ' ']).any(is_year));
    let is_past = |date: &Found| {
        let end = date.day.checked_add_days(Days::new(date.days() + PAST_DAYS));
        (date.relative || has_year(date)) && end.is_some_and(|end| end < published)
    };
    let first = told.next().filter(|date| is_past(date))?;
    told.all(is_past).then_some(first.first)
}

#[cfg(test)]
mod tests;
