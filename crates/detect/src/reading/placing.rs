//! Whose the tickers and names of a text are: looked up among the known tokens, and put into slots of their own.

use std::borrow::Cow;

use chrono::NaiveDate;
use tge_model::{Precision, Zone};
use tge_text::TokenKind;

use super::slots::TICKERS;
use super::{HEAD_CHARS, Item, Reading, is_ticker, stem};
use crate::extract::names;
use crate::known::{Found, Known, Standing};
use crate::lexicon::{LabelSet, Lexicon, slot};

/// Characters at the beginning within which tokens are looked up by ticker and name.
const AGED_CHARS: usize = 700;

/// A known name: where it stands, whose it may be, and the standing of the youngest of them.
struct Named {
    item: usize,
    /// The item behind it.
    until: usize,
    tokens: Vec<u32>,
    standing: Standing,
}

// === impl Reading ===

impl Reading<'_> {
    /// Looks up the tokens named at the beginning, and puts what is old and what is new into slots of its own.
    pub(super) fn place(&mut self, lexicon: &Lexicon, known: &Known, day: NaiveDate) {
        let aged = self.items.iter().position(|item| item.at >= AGED_CHARS).unwrap_or(self.items.len());
        let mut named = self.named(known, day, aged);
        let mut found: Vec<(usize, Found)> = Vec::new();
        let mut told: Vec<(Cow<'_, str>, Found)> = Vec::new();
        let tickers: Vec<usize> = (0..aged).filter(|&i| may_be_known(self, lexicon, i)).collect();
        for &i in &tickers {
            let item = &self.items[i];
            let ticker = self.ticker(item);
            let marked = item.kind == TokenKind::Cashtag || item.is(slot::PAREN_TICKER) || item.is(slot::PAREN_MAJOR);
            let beside = if marked { names::beside_items(self, lexicon, i, true) } else { None };
            if let Some((first, last)) = beside {
                // A known name within a longer one of another ticker is not that token's: "Example Crystal (ECR)".
                let within =
                    |n: &Named| n.item >= first && n.until <= last + 1 && (n.item, n.until) != (first, last + 1);
                named.retain(|n| !within(n) || known.has_ticker(&n.tokens, &ticker));
            }
            let names: Vec<u32> = named.iter().flat_map(|n| n.tokens.iter().copied()).collect();
            let beside = beside.map(|(first, last)| self.written_between(&self.items[first], &self.items[last]));
            if let Some(token) = known.ticker(&ticker, day, &names, beside) {
                if matches!(token, Found::Both(_) | Found::Clash) {
                    told.push((ticker, token));
                }
                found.push((i, token));
            }
        }
        found.extend(
            named.iter().filter(|n| !is_ticker(&self.items[n.item])).map(|n| (n.item, Found::Name(n.standing))),
        );
        for (i, mut token) in found {
            if matches!(token, Found::Ticker(_)) {
                // Said once whose ticker it is, it is so everywhere.
                let ticker = self.ticker(&self.items[i]);
                token = told.iter().find(|(own, _)| *own == ticker).map_or(token, |(_, whose)| *whose);
            }
            self.mark(i, token, lexicon);
        }
    }

    /// The known names among the first `aged` items.
    fn named(&self, known: &Known, day: NaiveDate, aged: usize) -> Vec<Named> {
        let mut named: Vec<Named> = Vec::new();
        let mut until = 0;
        for (i, item) in self.items[..aged].iter().enumerate().filter(|(_, item)| item.kind == TokenKind::Word) {
            if i < until {
                continue;
            }
            let text = &self.part(item.zone).normal.as_str()[item.range.start..];
            let word = self.word(item);
            // Only a phrase has blanks in it.
            let first = || word.bytes().position(|byte| byte == b' ').map(|blank| &word[..blank]);
            let word = item.phrase.then(first).flatten().unwrap_or(word);
            if let Some((tokens, standing, length)) = known.named(word, text, day) {
                let end = item.range.start + length;
                let inside = |next: &&Item| next.zone == item.zone && next.range.start < end;
                until = i + self.items[i..].iter().take_while(inside).count();
                named.push(Named { item: i, until, tokens, standing });
            }
        }
        named
    }

    /// Puts item `i` into the slots of what is known of it.
    fn mark(&mut self, i: usize, token: Found, lexicon: &Lexicon) {
        let old = token.standing().is_some_and(Standing::is_old);
        let part = if self.items[i].zone == Zone::Title { &self.title } else { &self.text };
        let word = part.normal.as_str()[self.items[i].range.clone()].trim_start_matches(['$', '#']);
        let item = &mut self.items[i];
        item.known = Some(token);
        if matches!(token, Found::Name(_)) {
            match token.standing() {
                Some(Standing::Near) => item.add(slot::NEW_NAME),
                _ if old => item.add(slot::OLD_NAME),
                _ => {}
            }
            return;
        }
        if old {
            item.swap(slot::CASHTAG, slot::MAJOR);
            item.swap(slot::PAREN_TICKER, slot::PAREN_MAJOR);
        } else if !lexicon.is_major(word) {
            item.swap(slot::MAJOR, if item.kind == TokenKind::Cashtag { slot::CASHTAG } else { slot::UPPER });
            item.swap(slot::PAREN_MAJOR, slot::PAREN_TICKER);
        }
        if token.standing() == Some(Standing::Near) && !is_stable(word, lexicon) {
            item.add(slot::NEW);
        }
    }

    /// A major beside an amount (`2,000 BTC`, `raised in ETH`), behind "on", or the second half of a pair (`ABC/USDT`) is what
    /// is paid with or built on: a sum of money, no old token the text is about. What a state issues (`KRW/BTC/USDT`) always
    /// is, though a token may go by its name.
    pub(super) fn mark_quotes(&mut self, lexicon: &Lexicon, seen: &LabelSet) {
        if !seen.contains(slot::MAJOR) && !seen.contains(slot::PAREN_MAJOR) {
            return;
        }
        for i in 0..self.items.len() {
            let marked = self.items[i].is(slot::PAREN_MAJOR);
            if !marked && !self.items[i].is(slot::MAJOR) {
                continue;
            }
            let word = stem(self.word(&self.items[i]));
            let paid = || {
                let Some(before) = i.checked_sub(1).map(|before| &self.items[before]) else { return false };
                let amount = before.is(slot::NUMBER) || before.is(slot::MONEY);
                amount || matches!(self.word(before), "/" | "in" | "with" | "using" | "on")
            };
            let fiat = lexicon.is_fiat(word);
            if fiat || !marked && lexicon.is_major(word) && paid() {
                self.items[i].swap(slot::MAJOR, slot::MONEY);
                self.items[i].swap(slot::PAREN_MAJOR, slot::MONEY);
            }
            if fiat {
                self.items[i].known = None;
            }
        }
    }

    /// A number before or behind a word for money is an amount of it, as if it had the sign: "25 million dollars", "USD 5".
    pub(super) fn mark_money(&mut self, lexicon: &Lexicon, seen: &LabelSet) {
        let Some(currency) = lexicon.currency.filter(|label| seen.contains(*label)) else { return };
        for i in 0..self.items.len() {
            if !self.items[i].is(currency) {
                continue;
            }
            // A word of size may stand between them, and nothing else.
            let zone = self.items[i].zone;
            let joins = |at: &usize| {
                let item = self.items.get(*at);
                item.is_some_and(|item| {
                    item.zone == zone && (item.kind == TokenKind::Number || item.labels().is_empty())
                })
            };
            let word = |at: &usize| joins(at) && matches!(self.items[*at].kind, TokenKind::Word | TokenKind::Ideograph);
            let one = i.checked_sub(1);
            let before = one.filter(|at| self.items[*at].is(slot::NUMBER));
            let beyond = one.filter(word).and_then(|at| at.checked_sub(1)).filter(joins);
            let behind = Some(i + 1).filter(joins);
            let number = |at: &usize| self.items[*at].is(slot::NUMBER);
            if let Some(at) = [before, beyond, behind].into_iter().flatten().find(number) {
                self.items[at].swap(slot::NUMBER, slot::MONEY);
            }
            // What the word is for is said by the amount.
            self.items[i].remove(&LabelSet::of([currency]));
        }
    }

    /// "Example Exchange" is a venue, though nobody listed it.
    pub(super) fn mark_exchanges(&mut self, lexicon: &Lexicon, seen: &LabelSet) {
        let Some(label) = lexicon.venue_word.filter(|label| seen.contains(*label)) else { return };
        for i in 1..self.items.len() {
            let (before, item) = (&self.items[i - 1], &self.items[i]);
            if !item.is(label) || self.word(item) != "exchange" {
                continue;
            }
            let capital = |item: &Item| self.written(item).starts_with(|c: char| c.is_uppercase());
            let named = before.kind == TokenKind::Word && !before.phrase && capital(before);
            if named && capital(item) {
                self.items[i].add(slot::VENUE);
            }
        }
    }

    /// A date is one however it is written: "3 月 4 日" begins with a number or its year, and no word of it is a month by itself.
    pub(super) fn mark_dates(&mut self) {
        for date in &self.dates {
            let named = |item: &Item| item.is(slot::DATE) || item.is(slot::MONTH);
            if !self.items[date.first..=date.last].iter().any(named) {
                let first = &mut self.items[date.first];
                first.swap(slot::NUMBER, slot::DATE);
                if matches!(date.precision, Precision::Day | Precision::Month) {
                    first.swap(slot::YEAR, slot::DATE);
                }
            }
        }
    }

    /// Tickers that are money of a state by their letters say so: HUSD, USDE.
    pub(super) fn mark_stable(&mut self, lexicon: &Lexicon, seen: &LabelSet) {
        let Some(label) = lexicon.stable.filter(|_| seen.meets(&TICKERS)) else { return };
        for i in 0..self.items.len() {
            let item = &self.items[i];
            if is_ticker(item) && is_stable(stem(self.word(item)).trim_start_matches(['$', '#']), lexicon) {
                self.items[i].add(label);
            }
        }
    }

    /// What stands in capitals beside the word for tokens is a ticker as if it had its sign: "the EXMPL token"; and so is what
    /// shortens a name of the head.
    pub(super) fn sign_tickers(&mut self, lexicon: &Lexicon) {
        let says_token = |item: Option<&Item>| {
            let item = item?;
            let small = |c: char| c.is_lowercase() || tge_text::is_unspaced(c);
            let token = item.is_of(&lexicon.coins);
            (token && self.written(item).contains(small)).then_some(())
        };
        let beside = |i: usize| {
            let before = i.checked_sub(1).and_then(|i| self.items.get(i));
            says_token(before).or_else(|| says_token(self.items.get(i + 1))).is_some()
        };
        let plain = |i: &usize| {
            let item = &self.items[*i];
            item.is(slot::UPPER) && item.kind == TokenKind::Word && !lexicon.is_no_ticker(stem(self.word(item)))
        };
        let kin = |i: usize| {
            let item = &self.items[i];
            item.at < HEAD_CHARS && names::kin(self, lexicon, stem(self.word(item))).is_some()
        };
        let signed: Vec<usize> = (0..self.items.len()).filter(plain).filter(|&i| beside(i) || kin(i)).collect();
        signed.into_iter().for_each(|i| self.items[i].swap(slot::UPPER, slot::CASHTAG));
    }
}

/// Whether `ticker` (lower case) stands for a dollar: it has "usd" at one end, and is no pair of a major.
fn is_stable(ticker: &str, lexicon: &Lexicon) -> bool {
    let base = ticker.strip_suffix("usd").or_else(|| ticker.strip_prefix("usd"));
    base.is_some_and(|base| (1..=3).contains(&base.len()) && !lexicon.is_major(base)) && !lexicon.is_major(ticker)
}

/// Whether item `i` has the shape of a ticker; an abbreviation that is a word elsewhere only with a mark.
fn may_be_known(reading: &Reading<'_>, lexicon: &Lexicon, i: usize) -> bool {
    let item = &reading.items[i];
    let bare = item.is(slot::UPPER) || (item.is(slot::MAJOR) && item.kind == TokenKind::Word);
    is_ticker(item) && !(bare && lexicon.is_no_ticker(reading.word(item)))
}
