//! Several launches told by one document: tokens listed together, and the items of a digest.
//!
//! Tokens told of in one breath ("will list Example (EXM) and Sample (SMP)") happen together: what is said of one is said
//! of all. Of a digest each line, and each sentence of one that names several tickers, is judged by itself, and its launch
//! counts when the part alone would be one, of another token than those before.

use tge_model::{Launch, Precision, Schedule, ScheduleBasis, Verdict};

use crate::document::Document;
use crate::extract::fields::Context;
use crate::extract::names;
use crate::extract::tickers::{Mark, Ticker};
use crate::reading::is_old_ticker;

/// Launches kept of one document.
const LAUNCHES_MAX: usize = 12;
/// Parts of a digest that are judged.
const LINES_MAX: usize = 24;
/// Lines a text must have to be a digest.
const LINES_MIN: usize = 3;
/// Characters a line or sentence must have to tell of a launch.
const LINE_CHARS: std::ops::RangeInclusive<usize> = 12..=600;

/// What joins tokens that are told of together.
const JOINS: [&str; 19] =
    ["and", "&", ",", "、", "与", "和", "及", "y", "e", "и", "und", "et", "та", "i", "en", "ve", "dan", "và", "و"];

/// Items between a ticker and the day that is its own: "on", "am".
const DAY_WITHIN: usize = 2;

impl Context<'_> {
    /// What happens to the tokens listed together with that of `launch`.
    pub(crate) fn together(&self, launch: &Launch) -> Vec<Launch> {
        let named: Vec<&Ticker> = self.reading.tickers.iter().filter(|t| t.mark == Mark::Parenthesis).collect();
        let Some(at) = named.iter().position(|t| launch.symbol.as_ref() == Some(&t.symbol)) else { return Vec::new() };
        let follows = |pair: &[&Ticker]| self.joined(pair[0].item, pair[1].item);
        let before = named[..=at].windows(2).rev().take_while(|pair| follows(pair)).count();
        let behind = named[at..].windows(2).take_while(|pair| follows(pair)).count();
        let others = named[at - before..=at + behind].iter().filter(|t| Some(&t.symbol) != launch.symbol.as_ref());
        others
            .filter(|t| !is_old_ticker(&self.reading.items[t.item]))
            .map(|t| Launch {
                project: names::beside(self.reading, self.lexicon, t.item, true),
                symbol: Some(t.symbol.clone()),
                ..launch.clone()
            })
            .collect()
    }

    /// What happens to the tokens named behind that of `launch` in its sentence, each with a day of its own and no act: "will list
    /// Example (EXM) on May 3 and Sample (SMP) on May 5".
    pub(crate) fn each_on_its_day(&self, launch: &Launch) -> Vec<Launch> {
        let marked = || self.reading.tickers.iter().filter(|t| t.mark > Mark::Pair);
        let Some(first) = marked().find(|t| launch.symbol.as_ref() == Some(&t.symbol)) else { return Vec::new() };
        let sentence = self.reading.sentences.iter().find(|sentence| sentence.contains(&first.item));
        let Some(end) = sentence.map(|sentence| sentence.end) else { return Vec::new() };
        let behind = marked().filter(|t| (first.item + 1..end).contains(&t.item) && t.symbol != first.symbol);
        let dated = behind.filter(|t| !is_old_ticker(&self.reading.items[t.item])).filter_map(|ticker| {
            let name = names::beside_items(self.reading, self.lexicon, ticker.item, true);
            let begins = name.map_or(ticker.item, |(begins, _)| begins);
            let joins = begins.checked_sub(1).is_some_and(|at| JOINS.contains(&self.reading.word_at(at)));
            let near = ticker.item + 1..=ticker.item + DAY_WITHIN;
            let day = self.reading.dates.iter().find(|date| near.contains(&date.first) && date.first < end)?;
            // "TIDE claim opens Nov 26" has an act of its own.
            let plain = (ticker.item + 1..day.first).all(|at| !self.reading.items[at].phrase);
            let project = names::beside(self.reading, self.lexicon, ticker.item, true);
            (joins && plain).then(|| Launch {
                project: project.or_else(|| Some(ticker.symbol.clone())),
                symbol: Some(ticker.symbol.clone()),
                schedule: Some(self.on(day)),
                terms: Vec::new(),
                ..launch.clone()
            })
        });
        dated.collect()
    }

    /// Whether nothing but "and" or a comma and a name stands between the tickers at items `first` and `second`.
    fn joined(&self, first: usize, second: usize) -> bool {
        let joins = self.reading.items.get(first + 1).is_some_and(|item| JOINS.contains(&self.reading.word(item)));
        let name = names::beside_items(self.reading, self.lexicon, second, true);
        joins && name.is_some_and(|(begins, _)| begins > first && begins <= first + 3)
    }
}

/// The parts of `document` that may each tell of a launch of its own: the lines of a list, and the sentences of a line of
/// which two or more may name a ticker.
pub(crate) fn parts<'a>(document: &Document<'a>) -> Vec<Document<'a>> {
    let text = crate::document::head(document.text, crate::JUDGED_CHARS_MAX);
    let long = |part: &&str| LINE_CHARS.contains(&part.chars().take(LINE_CHARS.end() + 1).count());
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_list = lines.iter().filter(|line| long(line)).count() >= LINES_MIN;
    let told = lines.into_iter().flat_map(|line| {
        let sentences = if names_several(line) { tge_text::sentences(line) } else { Vec::new() };
        let sentences: Vec<&str> = sentences.into_iter().map(|range| line[range].trim()).collect();
        let apart = |parts: &[&str]| parts.iter().filter(|part| marks(part) > 0).count() > 1;
        if apart(&sentences) {
            return sentences;
        }
        let pieces = if names_several(line) { pieces(line) } else { Vec::new() };
        match apart(&pieces) {
            true => pieces,
            false => vec![line].into_iter().filter(|_| is_list).collect(),
        }
    });
    told.filter(long).take(LINES_MAX).map(|text| Document { title: "", text, ..*document }).collect()
}

/// What parts the items of a digest told in one line.
const SIGNS: [char; 6] = [',', ';', '、', '，', '；', '|'];

/// Words that do so, too.
const WORDS: [&str; 14] =
    [" and ", " while ", " y ", " e ", " et ", " und ", " и ", " i ", " та ", " oraz ", " ve ", " dan ", " và ", " و "];

/// The pieces of a line between commas, semicolons and such words, each with a ticker: what stands before the next one belongs to
/// the last.
fn pieces(line: &str) -> Vec<&str> {
    let mut cuts: Vec<usize> = line.match_indices(SIGNS).map(|(at, sign)| at + sign.len()).collect();
    cuts.extend(WORDS.iter().flat_map(|word| line.match_indices(word).map(|(at, _)| at + 1)));
    cuts.sort_unstable();
    cuts.push(line.len());
    let mut pieces: Vec<&str> = Vec::new();
    let (mut from, mut at, mut named) = (0, 0, false);
    for end in cuts {
        let part = &line[at..end];
        let marked = marks(part) > 0;
        // "1,000": no comma of a sentence.
        let digit = |c: char| c.is_ascii_digit();
        let figure = part.starts_with(digit) && line[..at].trim_end_matches(SIGNS).ends_with(digit);
        if named && marked && !figure {
            pieces.push(line[from..at].trim_end_matches(SIGNS).trim());
            (from, named) = (at, false);
        }
        named |= marked;
        at = end;
    }
    pieces.push(line[from..].trim());
    pieces
}

/// Whether a line may name two tickers or more.
fn names_several(line: &str) -> bool {
    marks(line) > 1
}

/// The signs before tickers in `text`: brackets and dollars before a capital.
fn marks(text: &str) -> usize {
    let signs = text.match_indices(['(', '（', '$']);
    let named = |(at, sign): &(usize, &str)| {
        let behind = &text[at + sign.len()..];
        match *sign {
            "$" => behind.starts_with(tge_text::is_capital) && !text[..*at].ends_with(['(', '（']),
            _ => behind.strip_prefix('$').unwrap_or(behind).starts_with(tge_text::is_capital),
        }
    };
    signs.filter(named).count()
}

/// Adds the launches of parts to those of the whole, when they are of other tokens than all before. Where parts tell of two
/// tokens or more, the first launch takes the kind of its own part, and the day or month told there.
pub(crate) fn told_apart(launches: &mut Vec<Launch>, parts: impl Iterator<Item = Verdict>) {
    let same = |a: &Launch, b: &Launch| {
        let either = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        // Some write the name in capitals where others write the ticker.
        let crossed = |a: &Launch, b: &Launch| a.project.is_some() && a.project == b.symbol;
        either(&a.symbol, &b.symbol) || either(&a.project, &b.project) || crossed(a, b) || crossed(b, a)
    };
    let told = parts.flat_map(|part| part.launches);
    let told: Vec<Launch> = told.filter(|launch| launch.symbol.is_some() && launch.project.is_some()).collect();
    if let Some(first) = launches.first_mut()
        && let Some(own) = told.iter().find(|launch| same(launch, first))
        && told.iter().any(|launch| !same(launch, first))
    {
        let told_day = |schedule: &Schedule| {
            let exact = matches!(schedule.precision, Precision::Day | Precision::Month);
            exact && schedule.basis != ScheduleBasis::Inferred
        };
        let schedule = own.schedule.clone().filter(told_day).or_else(|| first.schedule.take());
        let elsewhere = |venue: &String| {
            !own.venues.contains(venue) && told.iter().any(|other| !same(other, first) && other.venues.contains(venue))
        };
        let venues = first.venues.iter().filter(|venue| !elsewhere(venue)).cloned().collect();
        *first =
            Launch { kind: own.kind, with_mainnet: own.with_mainnet, cue: own.cue, schedule, venues, ..first.clone() };
    }
    for launch in told {
        if launches.len() < LAUNCHES_MAX && !launches.iter().any(|other| same(other, &launch)) {
            launches.push(launch);
        }
    }
}
