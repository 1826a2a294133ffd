//! Tokens that already trade, and since when: what a text does not say of itself.
//!
//! Three sorts of lines. Knowledge, `TICKER<tab>SINCE<tab>NAME|OTHER NAMES`: a token of that name trades since that day,
//! month or year; a name with `~` is also an ordinary word and counts only beside its ticker. Projects without a token,
//! `-<tab>SINCE..UNTIL<tab>NAME|OTHER NAMES`: known since the one day, and without a token up to the other; of what comes
//! behind it the line says nothing. And counts, `TICKER<tab>DAY<tab>MENTIONS`: the day from which the ticker was spoken of
//! (its third mention, or the last of fewer), in posts and articles nobody labelled. A ticker is no identity: several tokens
//! may share one, so the name beside it decides, and a name that none of them has makes it another token altogether
//! ([`Found::Clash`]).
//!
//! To both come the tokens that were seen to launch ([`SeenToken`]). Those speak only when their launch is no news any
//! more, and by their ticker alone: a name without it may be a word.

mod standing;

use chrono::{Datelike, Days, Months, NaiveDate};
use thiserror::Error;

use crate::SeenToken;
use crate::hashing::QuickMap;
use crate::words::Words;

pub(crate) use standing::{Age, Found, Standing};

/// A line of the file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "failed to read known tokens: line {line} is {text:?}, expected TICKER<tab>YYYY[-MM[-DD]]<tab>NAME|NAME, -<tab>SINCE..UNTIL<tab>NAME|NAME or TICKER<tab>YYYY-MM-DD<tab>MENTIONS"
)]
pub struct KnownError {
    /// Its number, from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
}

/// A token of which knowledge holds when it launched, or a project of which it holds that it has none.
#[derive(Debug, Clone)]
struct Token {
    /// First and last day on which it may have launched; of a project without a token, of what is known of it.
    since: NaiveDate,
    until: NaiveDate,
    /// Letters and digits of its names, a blank between, and of its ticker; a project without a token has none.
    names: String,
    ticker: String,
    /// Its names as shown, `|` between.
    shown: String,
}

/// Days before its launch from which a token is spoken of as near.
const NEAR_BEFORE: u64 = 45;
/// Days after its launch for which it is still news.
const NEAR_AFTER: u64 = 10;

/// Days for which a list that knows of no launch goes on to call a project one without a token.
const BLIND_DAYS: u64 = 60;

/// Mentions of a ticker from which its day is trusted.
const SPOKEN_ENOUGH: u32 = 2;

/// Since when tickers are spoken of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    tokens: Vec<Token>,
    by_ticker: QuickMap<String, Vec<u32>>,
    /// Names that are no ordinary words, by their first word in normal form: the words and the token.
    by_name: Words<Vec<(String, u32)>>,
    spoken: QuickMap<String, (NaiveDate, u32)>,
    /// Tokens from here on were seen to launch; those before them the ruleset knows.
    seen_from: usize,
    /// The last day of which the counts tell. Of what is newer they say nothing: that a ticker is not in them is no sign.
    until: NaiveDate,
    /// Nothing is known of a launch before it is old: see [`Known::as_on_the_day`].
    blind: bool,
}

// === impl Known ===

impl Known {
    pub(crate) fn parse(tsv: &str) -> Result<Self, KnownError> {
        let lines = tsv.bytes().filter(|b| *b == b'\n').count();
        // About half of the lines are of either sort; what is too small grows.
        let mut known = Self { tokens: Vec::with_capacity(lines / 2), ..Self::default() };
        known.by_ticker.reserve(lines / 2);
        known.spoken.reserve(lines / 2);
        let mut by_name = QuickMap::with_capacity_and_hasher(lines / 2, Default::default());
        for (i, line) in tsv.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
            known.line(line, &mut by_name).ok_or_else(|| KnownError { line: i + 1, text: line.to_owned() })?;
        }
        for names in by_name.values_mut() {
            names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        }
        known.by_name = Words::holding(by_name);
        known.until = known.spoken.values().map(|(day, _)| *day).max().unwrap_or_default();
        known.seen_from = known.tokens.len();
        Ok(known)
    }

    /// The same, knowing `seen` in place of what it had seen before.
    pub(crate) fn having_seen(&self, seen: &[SeenToken]) -> Self {
        let mut known = self.clone();
        known.tokens.truncate(self.seen_from);
        for own in known.by_ticker.values_mut() {
            own.retain(|&token| (token as usize) < self.seen_from);
        }
        known.by_ticker.retain(|_, own| !own.is_empty());
        // The earliest first: what is told of one token later is no other token.
        let mut seen: Vec<&SeenToken> = seen.iter().collect();
        seen.sort_by_key(|token| token.since);
        for token in seen {
            let ticker = token.ticker.to_uppercase();
            let symbol = folded(ticker.to_lowercase());
            // Of signs alone it names nothing.
            if symbol.is_empty() {
                continue;
            }
            let name = token.name.as_deref().unwrap_or_default();
            // Events call a token by its ticker where no text named it.
            let names = Some(folded(tge_text::Normal::text_of(name))).filter(|n| *n != symbol).unwrap_or_default();
            let own = known.by_ticker.entry(ticker).or_default();
            // A line of the ruleset that says no more than the year leaves room for the day.
            let is_it =
                |t: &Token| !t.is_vague() && if names.is_empty() { t.names.is_empty() } else { t.is_called(&names) };
            if own.iter().any(|&i| is_it(&known.tokens[i as usize])) {
                continue;
            }
            let Ok(place) = u32::try_from(known.tokens.len()) else { break };
            own.push(place);
            known.tokens.push(Token {
                since: token.since,
                until: token.since,
                shown: if names.is_empty() { String::new() } else { name.to_owned() },
                names,
                ticker: symbol,
            });
        }
        known
    }

    /// The same as it was on the day of each document: what launched about then, or later, was in no list.
    pub(crate) fn as_on_the_day(&self) -> Self {
        Self { blind: true, ..self.clone() }
    }

    /// Whether it was told of tokens that were seen to launch.
    pub(crate) fn has_seen(&self) -> bool {
        self.tokens.len() > self.seen_from
    }

    /// Whether that token may be spoken of on `day`: one that was seen to launch only after it is news.
    fn speaks(&self, token: u32, day: NaiveDate) -> bool {
        let known = &self.tokens[token as usize];
        if known.is_tokenless() {
            // A list of that day would not know that the launch is near.
            let more = if self.blind { BLIND_DAYS } else { 0 };
            return known.since <= day && day <= known.until.checked_add_days(Days::new(more)).unwrap_or(known.until);
        }
        ((token as usize) < self.seen_from && !self.blind) || known.standing(day).is_old()
    }

    /// The tokens with `ticker` (upper case) that may be spoken of on `day`.
    fn tokens_of(&self, ticker: &str, day: NaiveDate) -> impl Iterator<Item = u32> + Clone {
        let own = self.by_ticker.get(ticker).map(Vec::as_slice).unwrap_or_default();
        own.iter().copied().filter(move |&token| self.speaks(token, day))
    }

    /// Whether a token with `ticker` (upper case) was seen to launch, and may be spoken of on `day`.
    pub(crate) fn remembers(&self, ticker: &str, day: NaiveDate) -> bool {
        self.tokens_of(ticker, day).any(|token| token as usize >= self.seen_from)
    }

    fn line(&mut self, line: &str, by_name: &mut QuickMap<String, Vec<(String, u32)>>) -> Option<()> {
        let mut fields = line.split('\t');
        let (ticker, since, said) = (fields.next()?, fields.next()?, fields.next()?);
        if let Ok(mentions) = said.parse() {
            self.spoken.insert(ticker.to_uppercase(), (day(since)?, mentions));
            return Some(());
        }
        let tokenless = ticker == "-";
        let (since, until) = match since.split_once("..") {
            Some((since, until)) if tokenless => (period(since)?.0, period(until)?.1),
            _ if tokenless => return None,
            _ => period(since)?,
        };
        let token = u32::try_from(self.tokens.len()).ok().filter(|_| since <= until)?;
        let mut names = String::with_capacity(said.len() + 4);
        if !tokenless {
            self.by_ticker.entry(ticker.to_uppercase()).or_default().push(token);
        }
        for written in said.split('|') {
            let name = written.trim_start_matches('~');
            let normal = tge_text::Normal::text_of(name);
            let first = normal.split(' ').next().filter(|w| !w.is_empty())?;
            if !tokenless && name.len() <= 8 && crate::reading::is_upper(name) && name != ticker {
                // Tickers it had before, or has on some venues.
                self.by_ticker.entry(name.to_owned()).or_default().push(token);
            } else if name == written && normal.chars().count() > 3 {
                by_name.entry(first.to_owned()).or_default().push((normal.clone(), token));
            }
            names.push_str(if names.is_empty() { "" } else { " " });
            names.push_str(&folded(normal));
        }
        let shown = said.replace('~', "");
        let ticker = if tokenless { String::new() } else { folded(ticker.to_lowercase()) };
        self.tokens.push(Token { since, until, names, ticker, shown });
        Some(())
    }

    /// How long `ticker` (upper case) had been spoken of on `day`.
    pub(crate) fn age(&self, ticker: &str, day: NaiveDate) -> Age {
        // A list that is older than the document cannot tell a new ticker from one that is a month old.
        let unheard = self.blind || self.until < day;
        let counted = self.spoken.get(ticker).copied();
        let counted = counted.filter(|(since, _)| !unheard || (day - *since).num_days() > 30);
        // What was seen to launch is spoken of since then, if not before.
        let seen = self.tokens_of(ticker, day).filter(|&token| token as usize >= self.seen_from);
        let seen = seen.map(|token| (self.tokens[token as usize].since, SPOKEN_ENOUGH)).min();
        let Some((since, mentions)) = counted.into_iter().chain(seen).min() else {
            return if unheard { Age::Unheard } else { Age::Never };
        };
        let days = (day - since).num_days();
        match days {
            _ if mentions < SPOKEN_ENOUGH && days < 30 => Age::Rare,
            ..0 => Age::Never,
            0..=10 => Age::Days10,
            11..=30 => Age::Days30,
            31..=90 => Age::Days90,
            91..=365 => Age::Year,
            _ => Age::Old,
        }
    }

    /// What is known on `day` of the token with `ticker` (upper case). `names` are the tokens named in the text;
    /// `beside` is the name written beside the ticker, when there is one.
    pub(crate) fn ticker(&self, ticker: &str, day: NaiveDate, names: &[u32], beside: Option<&str>) -> Option<Found> {
        let tokens = self.tokens_of(ticker, day);
        let standing = |i: u32| self.tokens[i as usize].standing(day);
        // Of several it may be, the one nearest to its launch: that is the one spoken of.
        if let Some(both) = tokens.clone().filter(|i| names.contains(i)).map(standing).min() {
            return Some(Found::Both(both));
        }
        let any = tokens.clone().map(standing).min()?;
        let beside = beside.map(|n| folded(tge_text::Normal::text_of(n))).filter(|n| n.len() >= 2);
        let Some(beside) = beside else { return Some(Found::Ticker(any)) };
        let same = |i: &u32| self.tokens[*i as usize].is_called(&beside);
        if let Some(both) = tokens.clone().filter(same).map(standing).min() {
            return Some(Found::Both(both));
        }
        // Of a token that nobody named, the name beside the ticker says nothing.
        let nameless = tokens.filter(|i| self.tokens[*i as usize].names.is_empty()).map(standing).min();
        Some(nameless.map_or(Found::Clash, Found::Ticker))
    }

    /// The names of the token with `ticker` (upper case) that is meant on `day`, the one it is shown by first: of the token
    /// the name written beside the ticker means, or without one of the token nearest to its launch.
    pub(crate) fn names(&self, ticker: &str, day: NaiveDate, beside: Option<&str>) -> impl Iterator<Item = &str> {
        let tokens = self.tokens_of(ticker, day).map(|i| &self.tokens[i as usize]);
        let beside = beside.map(|name| folded(tge_text::Normal::text_of(name)));
        let same = |t: &&Token| beside.as_ref().is_none_or(|b| t.is_called(b));
        let meant = tokens.filter(same).min_by_key(|t| t.standing(day));
        meant.into_iter().flat_map(|t| t.shown.split('|')).filter(|name| !name.is_empty())
    }

    /// Whether one of `tokens` has `ticker` (upper case).
    pub(crate) fn has_ticker(&self, tokens: &[u32], ticker: &str) -> bool {
        self.by_ticker.get(ticker).is_some_and(|own| tokens.iter().any(|token| own.contains(token)))
    }

    /// Whether the token with `ticker` (upper case) is nothing new on `day`, as far as the ticker alone tells.
    pub(crate) fn is_old(&self, ticker: &str, day: NaiveDate) -> bool {
        match self.ticker(ticker, day, &[], None) {
            Some(found) => found.standing().is_some_and(Standing::is_old),
            None => self.age(ticker, day) >= Age::Days90,
        }
    }

    /// The tokens whose name `text` (normal form) begins with, what is known of the youngest of them on `day`, and how
    /// many bytes the name has. `word` is the first word of `text`.
    pub(crate) fn named(&self, word: &str, text: &str, day: NaiveDate) -> Option<(Vec<u32>, Standing, usize)> {
        let names = self.by_name.get(word)?;
        let whole = |n: &str| {
            text.strip_prefix(n).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        let named = names.iter().filter(|(name, token)| whole(name) && self.speaks(*token, day));
        let length = named.clone().next()?.0.len();
        let same = named.filter(|(name, _)| name.len() == length);
        let tokens: Vec<u32> = same.map(|(_, token)| *token).collect();
        let standing = tokens.iter().map(|i| self.tokens[*i as usize].standing(day)).min()?;
        Some((tokens, standing, length))
    }
}

// === impl Token ===

impl Token {
    /// Whether `name` (folded) is its name or its ticker.
    fn is_called(&self, name: &str) -> bool {
        self.ticker == name || self.names.split(' ').any(|own| is_same(own, name))
    }

    fn is_tokenless(&self) -> bool {
        self.ticker.is_empty()
    }

    /// Whether all that is known is that it launched in some year or the like.
    fn is_vague(&self) -> bool {
        (self.until - self.since).num_days() > 40
    }

    fn standing(&self, day: NaiveDate) -> Standing {
        let after = |day: NaiveDate, days: u64| day.checked_add_days(Days::new(days)).unwrap_or(day);
        if self.is_tokenless() || after(day, NEAR_BEFORE) < self.since {
            Standing::Ahead
        } else if day <= self.until && self.is_vague() {
            // Some day of that year: it may be news or months old.
            Standing::ThatYear
        } else if day <= after(self.until, NEAR_AFTER) {
            Standing::Near
        } else if day <= after(self.until, 60) {
            Standing::Weeks
        } else if day <= after(self.until, 365) {
            Standing::Months
        } else {
            Standing::Years
        }
    }
}

/// First and last day of `2024`, `2024-03`, `2024-03-09`.
pub(crate) fn period(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let (first, months) = match text.len() {
        4 => (NaiveDate::from_ymd_opt(text.parse().ok()?, 1, 1)?, 12),
        7 => (
            NaiveDate::from_ymd_opt(text.get(..4)?.parse().ok()?, text.get(4..)?.strip_prefix('-')?.parse().ok()?, 1)?,
            1,
        ),
        _ => (day(text)?, 0),
    };
    let first = Some(first).filter(|d| (2009..2100).contains(&d.year()))?;
    let next = first.checked_add_months(Months::new(months))?;
    Some((first, if months == 0 { first } else { next.pred_opt()? }))
}

/// The day that is `2024-03-09`. Read by places: thousands of lines have one, and a grammar of dates costs more than
/// all else in them.
fn day(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Letters and digits.
fn folded(mut normal: String) -> String {
    if !normal.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        normal.retain(char::is_alphanumeric);
    }
    normal
}

/// Whether two folded names mean one token: the same, or one begins with the other (`Example`, `Example Network`).
fn is_same(a: &str, b: &str) -> bool {
    a == b || (a.len().min(b.len()) >= 3 && (a.starts_with(b) || b.starts_with(a) || a.ends_with(b) || b.ends_with(a)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_is_counted_to_the_day_of_the_document() {
        let known = Known::parse("# a comment\nABC\t2024-01-10\t5\nX1\t2024-01-10\t1\nZZ\t2024-06-01\t5\n")
            .expect("good lines");
        let on = |ticker, day: &str| known.age(ticker, day.parse().expect("a day"));
        for (ticker, day, age) in [
            ("ABC", "2024-01-09", Age::Never),
            ("ABC", "2024-01-12", Age::Days10),
            ("ABC", "2026-01-12", Age::Old),
            ("X1", "2024-01-12", Age::Rare),
            ("NEW", "2024-01-12", Age::Never),
            // The lists end in June.
            ("NEW", "2024-06-02", Age::Unheard),
            ("ZZ", "2024-06-20", Age::Unheard),
            ("ABC", "2024-06-20", Age::Year),
        ] {
            assert_eq!(on(ticker, day), age, "{ticker} on {day}");
        }
        let blind = known.as_on_the_day();
        for (ticker, day, age) in [("ABC", "2024-02-08", Age::Unheard), ("ABC", "2024-02-20", Age::Days90)] {
            assert_eq!(blind.age(ticker, day.parse().expect("a day")), age, "{ticker} on {day}");
        }
        assert_eq!(Known::parse("ABC 2024").err().map(|e| e.line), Some(1));
    }

    #[test]
    fn a_project_is_known_to_have_no_token_as_long_as_its_line_says() {
        let lines = "-\t2021-06..2023-03-22\tExample Rollup|~Exr\nEXR\t2023-03-23\tExample Rollup\n";
        let known = Known::parse(lines).expect("good lines");
        let named = |known: &Known, day: &str| {
            let day = day.parse().expect("a day");
            known.named("example", "example rollup is here", day).map(|(_, standing, _)| standing)
        };
        let (blind, alone) = (known.as_on_the_day(), Known::parse("-\t2021-06..2023-03\tExample Rollup\n"));
        let alone = alone.expect("a good line");
        for (day, with_token, on_the_day, without) in [
            ("2021-05-31", Some(Standing::Ahead), None, None),
            ("2021-06-01", Some(Standing::Ahead), Some(Standing::Ahead), Some(Standing::Ahead)),
            ("2023-03-22", Some(Standing::Near), Some(Standing::Ahead), Some(Standing::Ahead)),
            ("2023-03-31", Some(Standing::Near), Some(Standing::Ahead), Some(Standing::Ahead)),
            ("2023-04-30", Some(Standing::Weeks), Some(Standing::Ahead), None),
            ("2023-05-30", Some(Standing::Months), Some(Standing::Months), None),
        ] {
            assert_eq!(
                (named(&known, day), named(&blind, day), named(&alone, day)),
                (with_token, on_the_day, without),
                "{day}"
            );
        }
        for bad in ["-\t2021\tExample", "-\t2023..2021\tExample", "EXR\t2021..2023\tExample"] {
            assert!(Known::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn knowledge_tells_tokens_of_one_ticker_apart() {
        use Found::*;
        use Standing::*;
        let known = Known::parse("QQQ\t2021-03\tQuill Net|QLL\nQQQ\t2024-05-07\tQuorum|~Quiet\n").expect("good lines");
        let on = |ticker, day: &str, beside| known.ticker(ticker, day.parse().expect("a day"), &[], beside);
        for (ticker, day, beside, found) in [
            ("QQQ", "2021-03-20", None, Some(Ticker(Near))),
            ("QQQ", "2024-05-01", Some("Quorum"), Some(Both(Near))),
            ("QQQ", "2024-05-01", Some("Quill"), Some(Both(Years))),
            ("QQQ", "2024-05-01", Some("Quiet"), Some(Both(Near))),
            ("QQQ", "2024-05-01", Some("Other Thing"), Some(Clash)),
            ("QLL", "2021-06-01", None, Some(Ticker(Months))),
            ("QQQ", "2020-01-01", None, Some(Ticker(Ahead))),
            ("ZZZ", "2020-01-01", None, None),
        ] {
            assert_eq!(on(ticker, day, beside), found, "{ticker} {beside:?} on {day}");
        }
        let day = "2024-06-20".parse().expect("a day");
        assert_eq!(known.named("quill", "quill net is here", day), Some((vec![0], Years, 9)));
        assert_eq!(known.named("quorum", "quorum's token", day), Some((vec![1], Weeks, 6)));
        assert_eq!(known.named("quiet", "quiet days", day), None);
        assert_eq!(known.named("quill", "quill nets", day), None);
        assert_eq!(known.ticker("QQQ", day, &[0], None), Some(Both(Years)));
        assert!(known.is_old("QQQ", day) && !known.is_old("ZZZ", day));
    }
}
