//! What was there before: a token that trades elsewhere already or since long, a launch told as what somebody did months ago,
//! a claim that ends, a
//! token that is delisted.

use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate};

use super::{Reserve, Reserves};
use crate::extract::dates::{Found, month_number};
use crate::frames::{Before, Frames, Said};
use crate::lexicon::{LabelSet, slot};
use crate::reading::{HEAD_CHARS, Reading, is_ticker};

/// Days after the end of a day or month from which what is told without its year was then: news tell of the last week.
const OVER_DAYS: u64 = 14;

/// Days ahead from which "from March" is one that was: what begins is told with its year, or sooner.
const FROM_AHEAD_DAYS: u64 = 60;

/// Items between "since" with its day and what has been so since then.
const STATE_NEAR: usize = 6;
/// Items between "already" and what already is.
const ALREADY_NEAR: usize = 4;
/// Items between trading and the venue where it is, where nothing else says so.
const VENUE_NEAR: usize = 3;
/// Items between a claim and the word that says that it ends.
const ENDS_NEAR: usize = 2;
/// Items before a day among which "which" stands.
const OPENING: usize = 12;
/// Items from "last days" to the claim.
const LAST_NEAR: usize = 6;

/// What is looked for in one document.
pub(super) struct Past<'a> {
    pub(super) reserves: &'a Reserves,
    pub(super) words: &'a Before,
    pub(super) frames: &'a Frames,
    pub(super) reading: &'a Reading<'a>,
    pub(super) published: Option<NaiveDate>,
}

// === impl Past ===

impl Past<'_> {
    /// How the head says that nothing begins, and the item that says so.
    pub(super) fn find(&self) -> Option<(Reserve, usize)> {
        let head = self.head();
        self.since(head)
            .or_else(|| self.elsewhere(head))
            .or_else(|| self.did(head))
            .or_else(|| self.ends(head))
            .or_else(|| self.delists(head))
    }

    /// Items of the head.
    fn head(&self) -> usize {
        self.reading.items.iter().take_while(|item| item.at < HEAD_CHARS).count()
    }

    fn is_of(&self, at: usize, labels: &LabelSet) -> bool {
        self.reading.items[at].is_of(labels)
    }

    fn any(&self, mut range: Range<usize>, labels: &LabelSet) -> bool {
        range.any(|at| self.is_of(at, labels))
    }

    fn any_venue(&self, mut range: Range<usize>) -> bool {
        range.any(|at| self.reading.items[at].is(slot::VENUE))
    }

    /// "Has been open for two months".
    fn has_been(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| self.words.been.at(self.reading, before))
            || self.words.been.at(self.reading, at)
    }

    /// Whether item `at` says that something trades.
    fn trades(&self, at: usize) -> bool {
        self.is_of(at, &self.reserves.listed) || self.words.trades.at(self.reading, at)
    }

    /// Whether `date` was over for more than [`OVER_DAYS`] on the day of publication. Of one that lies more than `ahead` days
    /// ahead, which has no year or it would not be told so, the year before counts.
    fn is_over(&self, date: &Found, ahead: Option<u64>) -> bool {
        self.published.is_some_and(|published| {
            let from = ahead.and_then(|days| published.checked_add_days(Days::new(days)));
            let ahead = !date.relative && from.is_some_and(|from| date.day > from);
            let day = if ahead { date.day.with_year(date.day.year() - 1) } else { Some(date.day) };
            let end = day.and_then(|day| day.checked_add_days(Days::new(date.days() + OVER_DAYS)));
            end.is_some_and(|end| end < published)
        })
    }

    /// Whether the words around `date` say "since", and it is long over.
    fn is_since(&self, date: &Found) -> bool {
        let mut before = date.first.saturating_sub(2)..date.first;
        let says = |words: &Said, at: usize| words.at(self.reading, at);
        let behind = |words: &Said| says(words, date.last + 1);
        let sure = before.clone().any(|at| says(&self.words.since, at)) || behind(&self.words.since);
        let mut from = || before.any(|at| says(&self.words.from, at)) || behind(&self.words.from_behind);
        sure && self.is_over(date, Some(0)) || from() && self.is_over(date, Some(FROM_AHEAD_DAYS))
    }

    /// Whether item `at` is a month that is no date by itself ("March"), behind "since", and neither this one nor the one before.
    fn is_since_month(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let since = self.words.since.at(self.reading, before) || self.words.from.at(self.reading, before);
        let month = Some(self.reading.word_at(at)).filter(|_| since).and_then(month_number);
        month.zip(self.published).is_some_and(|(month, day)| (day.month() + 12 - month) % 12 > 1)
    }

    /// Whether the head tells of a day that is today or ahead, and not as an end.
    fn begins(&self) -> bool {
        let head = self.head();
        let ends = |mut range: Range<usize>| range.any(|at| self.words.ends.at(self.reading, at));
        let mut dates = self.reading.dates.iter().filter(|date| date.first < head);
        dates.any(|date| {
            let ahead = self.published.is_some_and(|day| date.day >= day);
            // "It opens tomorrow and ends in a month"; scripts without blanks say it behind the day, a particle between.
            let behind = date.last + 1..date.last + 2 + usize::from(self.reading.unspaced);
            let near = (date.first.saturating_sub(ENDS_NEAR + 1)..date.first, behind);
            ahead && !ends(near.0) && !ends(near.1) && !self.is_since(date)
        })
    }

    /// "Trading on Example since March": since a day long over.
    fn since(&self, head: usize) -> Option<(Reserve, usize)> {
        let dates = || self.reading.dates.iter().filter(|date| date.first < head);
        let dated = dates().find(|date| self.is_since(date)).map(|date| (date.first, date.last));
        let (first, last) = dated.or_else(|| (0..head).find(|at| self.is_since_month(*at)).map(|at| (at, at)))?;
        let clause = self.frames.clauses.around(self.reading, first);
        // Of a script without blanks each character may be an item.
        let reach = if self.reading.unspaced { 3 * STATE_NEAR } else { STATE_NEAR };
        let near = clause.start.max(first.saturating_sub(reach))..clause.end.min(last + reach);
        // "Who used it since March may claim from Monday on".
        let claims = self.any(near.clone(), &self.reserves.claims) && !self.begins();
        let behind = clause.start.max(first.saturating_sub(VENUE_NEAR))..first;
        let trades = self.any_venue(behind) || near.into_iter().any(|at| self.trades(at));
        // Who has traded somewhere since March may claim something now.
        let trades = trades && !self.any(0..head, &self.reserves.handed);
        let others = self.any(clause, &self.reserves.others);
        ((claims || trades) && !others).then_some((Reserve::Past, first))
    }

    /// "Already trades on Example", told beside another venue.
    fn elsewhere(&self, head: usize) -> Option<(Reserve, usize)> {
        let says = |at: &usize| self.words.already.at(self.reading, *at);
        (0..head).filter(says).find_map(|at| {
            let clause = self.frames.clauses.around(self.reading, at);
            let around = |before: usize, behind: usize| {
                clause.start.max(at.saturating_sub(before))..clause.end.min(at + 1 + behind)
            };
            let (near, wide) = (around(1, ALREADY_NEAR), around(ALREADY_NEAR, 2 * ALREADY_NEAR));
            let venue = wide.clone().find(|at| self.reading.items[*at].is(slot::VENUE))?;
            let sense = self.reading.items[venue].sense;
            let another = |at: usize| {
                let item = &self.reading.items[at];
                item.is(slot::VENUE) && item.sense != sense && !wide.contains(&at)
            };
            let reach = if self.reading.unspaced { &wide } else { &near };
            let told = reach.clone().any(|at| self.trades(at)) && (0..head).any(another);
            // "Already trading as of today".
            let first = self.any(0..head, &self.reserves.firsts) || self.any(near, &self.reserves.today);
            (told && !first).then_some((Reserve::Traded, at))
        })
    }

    /// "Example, which launched its token in March, ...", where nothing else is told.
    fn did(&self, head: usize) -> Option<(Reserve, usize)> {
        let mut dates = self.reading.dates.iter().filter(|date| date.first < head && self.is_over(date, None));
        dates.find_map(|date| {
            let clause = self.frames.clauses.around(self.reading, date.first);
            let stop = |at: &usize| matches!(self.reading.word_at(*at), "," | "、" | "，" | "،");
            let behind = |at: usize| at == clause.start || at > 0 && stop(&(at - 1));
            let before = (clause.start..date.first).rev().take(OPENING).take_while(|at| !stop(at));
            let which = before.filter(|at| self.words.which.at(self.reading, *at)).find(|at| behind(*at))?;
            let end = (date.last + 1..clause.end).find(stop).unwrap_or(clause.end);
            let acts = &self.reserves.act_set;
            let told = self.any(which..end, acts) && !self.any(which..end, &self.reserves.others);
            let clause = which..end;
            let elsewhere = (0..clause.start).chain(clause.end..head).any(|at| self.is_of(at, acts));
            (told && !elsewhere && !self.begins()).then_some((Reserve::Past, date.first))
        })
    }

    /// "The claim ends on Friday", "last days to claim", where nothing is said to open.
    fn ends(&self, head: usize) -> Option<(Reserve, usize)> {
        let claim = |at: &usize| self.is_of(*at, &self.reserves.claims);
        let ends = |at: usize| {
            let behind = at + 1..head.min(at + 2 + ENDS_NEAR);
            let own = self.words.ends.at(self.reading, at);
            own.then_some(at).or_else(|| behind.into_iter().find(|at| self.words.ends.at(self.reading, *at)))
        };
        let last = |at: usize| {
            let before = at.saturating_sub(LAST_NEAR)..at;
            before.into_iter().find(|at| self.words.last.at(self.reading, *at))
        };
        let at = (0..head).filter(claim).find_map(|at| ends(at).or_else(|| last(at)))?;
        // "The claim that opened in September ends": it did not open now.
        let over = |at: usize| {
            let clause = self.frames.clauses.around(self.reading, at);
            self.reading.dates.iter().any(|date| {
                let own =
                    clause.contains(&date.first) && !self.words.ends.at(self.reading, date.first.saturating_sub(1));
                own && (self.is_since(date) || self.is_over(date, None))
            })
        };
        let begun = (0..head).any(|at| self.is_of(at, &self.reserves.begun) && !over(at) && !self.has_been(at));
        (!begun && !self.begins()).then_some((Reserve::Past, at))
    }

    /// "Example delists EXM", where nothing is said to be listed or to begin.
    fn delists(&self, head: usize) -> Option<(Reserve, usize)> {
        let at = (0..head).find(|at| self.words.delists.at(self.reading, *at))?;
        let ticker = (0..head).any(|at| is_ticker(&self.reading.items[at]));
        let listed = |at: usize| self.is_of(at, &self.reserves.listed) && !self.words.delists.at(self.reading, at);
        let begins = (0..head).any(listed)
            || self.any(0..head, &self.reserves.firsts)
            || self.any(0..head, &self.reserves.claims);
        (ticker && !begins).then_some((Reserve::Delisted, at))
    }
}
