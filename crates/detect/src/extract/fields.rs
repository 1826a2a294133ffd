//! A launch put together: kind, project, ticker, date, venues, chain, amounts, links and what the text does to its status.

mod cue;
mod places;
mod schedule;
mod second;

use chrono::NaiveDate;
use tge_model::{EventKind, Launch, Term};

use crate::amounts::Amounts;
use crate::extract::names;
use crate::extract::terms::Terms;
use crate::extract::tickers::{Mark, Ticker};
use crate::frames::{Clauses, Found as Frame};
use crate::known::{Found, Known, Standing};
use crate::lexicon::{LabelSet, Lexicon, slot};
use crate::line::LabelKind;
use crate::places::{Place, PlaceKind};
use crate::reading::{HEAD_CHARS, Reading, is_old_ticker};
use crate::reserve::Reserve;

/// Links kept of one document.
const LINKS_MAX: usize = 16;

pub(crate) struct Context<'a> {
    pub(crate) reading: &'a Reading<'a>,
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) known: &'a Known,
    pub(crate) amounts: &'a Amounts,
    pub(crate) frames: &'a [Frame],
    pub(crate) clauses: &'a Clauses,
    pub(crate) watched: &'a [String],
    pub(crate) published: Option<NaiveDate>,
    /// With which reserve the launch is told.
    pub(crate) reserve: Option<Reserve>,
}

/// The concepts that tell a launch of `kind`.
fn concepts(kind: LabelKind) -> &'static [&'static str] {
    match kind {
        LabelKind::Tge | LabelKind::MainnetToken => &["TGE", "LAUNCH", "LIVE", "TOKENOMICS", "NATIVE", "MAINNET"],
        LabelKind::AirdropClaim => &["AIRDROP", "CLAIM", "SNAPSHOT", "ELIGIBLE", "DISTRIBUTE"],
        LabelKind::Listing => &["LIST", "OPENTRADE", "INITIAL", "LAUNCHPOOL", "PREMARKET", "ALPHA", "DEPOSIT"],
        LabelKind::TokenSale => &["SALE", "ICO", "LAUNCHPAD", "AUCTION", "PRESALE", "FAIRLAUNCH"],
    }
}

/// Items between a claim and the word that says that it is open.
const CLAIM_NEAR: usize = 4;

// === impl Context ===

impl Context<'_> {
    /// The amounts told of `launch`.
    pub(crate) fn terms(&self, launch: &Launch) -> Vec<Term> {
        Terms { reading: self.reading, amounts: self.amounts, symbol: launch.symbol.as_deref(), kind: launch.kind }
            .find()
    }

    /// The launch a document tells of, when it is of kind `kind`; without its amounts.
    pub(crate) fn launch(&self, kind: LabelKind) -> Launch {
        let (chains, venues): (Vec<&Place>, Vec<&Place>) =
            self.places().into_iter().partition(|place| place.kind == PlaceKind::Chain);
        let links = self.links();
        let linked = |is: fn(PlaceKind) -> bool| self.linked(&links, is);
        let venue = if venues.is_empty() { linked(|kind| kind != PlaceKind::Chain) } else { None };
        let venues: Vec<&Place> = venues.into_iter().chain(venue).collect();
        let chain = chains.first().copied().or_else(|| linked(|kind| kind == PlaceKind::Chain));
        let live = self.live_at();
        // "The claim is open, trading starts tomorrow": what has begun is told, not what follows.
        let claimed = live.is_some_and(|live| kind == LabelKind::Listing && self.is_claimed(live));
        let kind = if claimed { LabelKind::AirdropClaim } else { kind };
        let act = self.act(kind);
        let ticker = self.ticker(act);
        let cue = self.cue(kind, live);
        // Signs nobody sees make another name of it for whoever compares.
        let project = self.project(ticker.as_ref(), act).map(|name| tge_text::sanitise(&name));
        let kind_of = self.kind(kind, &venues);
        let symbol = ticker.map(|t| tge_text::sanitise(&t.symbol));
        Launch {
            project,
            symbol,
            kind: kind_of,
            with_mainnet: kind == LabelKind::MainnetToken,
            schedule: self.schedule(kind, act, cue, live),
            venues: venues.iter().map(|venue| venue.name.clone()).collect(),
            chain: chain.map(|chain| chain.name.clone()),
            terms: Vec::new(),
            links,
            cue,
        }
    }

    /// The name beside the ticker, a watched name, the name knowledge has for the ticker, one that the ticker shortens, one in
    /// quotation marks, whose the token is, the subject, a marked ticker, what a text without capitals is about, a known name.
    fn project(&self, ticker: Option<&Ticker>, act: Option<usize>) -> Option<String> {
        let beside = ticker.and_then(|t| names::beside(self.reading, self.lexicon, t.item, t.mark >= Mark::Pair));
        // Only a name the text itself writes: what a ticker stands for elsewhere is not what is said here.
        let known = |beside: Option<&str>| {
            let ticker = ticker?;
            let mut names = self.known.names(&ticker.symbol, self.published?, beside);
            let first = names.next()?;
            let both = matches!(self.reading.items[ticker.item].known, Some(Found::Both(_)));
            let written = std::iter::once(first).chain(names).find(|name| name.len() > 2 && self.writes(name));
            let written = written.filter(|name| *name != ticker.symbol).map(str::to_owned);
            Some((written, Some(first).filter(|_| both).map(str::to_owned)))
        };
        if let Some(written) = beside {
            // "Further Example" is Example: what stands before a known name is no part of it.
            let longer =
                |name: &String| written.len() > name.len() && written.to_lowercase().ends_with(&name.to_lowercase());
            let spelt = ticker.is_some_and(|t| names::spells(&written, &t.symbol.to_lowercase()));
            let known = known(Some(&written)).and_then(|(named, both)| named.or(both)).filter(|_| !spelt);
            return Some(known.filter(longer).unwrap_or(written));
        }
        let named = || {
            let head = self.reading.items.iter().take_while(|item| item.at < HEAD_CHARS);
            let head = head.filter(|item| !item.is(slot::VENUE) && !item.is(slot::CHAIN));
            let mut young = head.filter(|item| matches!(item.known, Some(Found::Name(standing)) if !standing.is_old()));
            young.next().map(|item| self.reading.written(item).to_owned())
        };
        // A watched name is often a word, too: it is the project only where the trade is spoken of.
        let watched = names::watched(self.reading, self.watched).filter(|_| self.speaks_of_trade());
        let native = || ticker.and_then(|t| names::native(self.reading, self.lexicon, t.item));
        let akin = || ticker.and_then(|t| names::akin(self.reading, self.lexicon, &t.symbol));
        let (known, both) = known(None).unwrap_or_default();
        let longer = |name: String| names::extended(self.reading, self.lexicon, &name).unwrap_or(name);
        watched
            .or(known.map(longer))
            .or_else(native)
            .or_else(|| akin().map(longer))
            .or(both)
            .or_else(|| self.launching_place())
            .or_else(|| names::quoted(self.reading, self.lexicon))
            .or_else(|| names::owner(self.reading, self.lexicon, &self.lexicon.owned))
            .or_else(|| names::subject(self.reading, self.lexicon, act.unwrap_or(0)))
            .or_else(|| ticker.filter(|t| t.mark > Mark::Bare).map(|t| t.symbol.clone()))
            .or_else(|| names::lowered(self.reading, self.lexicon))
            .or_else(|| ticker.map(|t| t.symbol.clone()))
            .or_else(named)
    }

    /// Whether the head writes `name` so, as words of their own.
    fn writes(&self, name: &str) -> bool {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        self.reading.head_written().iter().any(|text| {
            text.match_indices(name)
                .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + name.len()..].chars().next()))
        })
    }

    fn speaks_of_trade(&self) -> bool {
        let airdrop = self.lexicon.label("AIRDROP");
        let mut labels = self.reading.items.iter().flat_map(|item| item.labels());
        labels.any(|label| self.lexicon.trade.contains(*label) || Some(*label) == airdrop)
    }

    /// The labels of these concepts.
    fn labels(&self, concepts: &[&str]) -> LabelSet {
        LabelSet::of(concepts.iter().filter_map(|concept| self.lexicon.label(concept)))
    }

    fn has(&self, concept: &str) -> bool {
        self.find(concept).is_some()
    }

    /// First item of the head with this concept.
    fn find(&self, concept: &str) -> Option<usize> {
        let label = self.lexicon.label(concept)?;
        self.reading.items.iter().take_while(|item| item.at < HEAD_CHARS).position(|item| item.is(label))
    }

    /// The item that tells the act: of a frame where one was found, else of the kind's first concept.
    fn act(&self, kind: LabelKind) -> Option<usize> {
        let told = concepts(kind).iter().filter_map(|concept| self.find(concept)).min();
        told.or_else(|| self.frames.first().map(|f| f.first))
    }

    /// Whether what item `live` says to be open is a claim, and its clause tells of no listing and no trading.
    fn is_claimed(&self, live: usize) -> bool {
        let clause = self.clause_of(live);
        let says = |range: std::ops::Range<usize>, concept: &str| {
            let label = self.lexicon.label(concept);
            label.is_some_and(|label| self.reading.items[range].iter().any(|item| item.is(label)))
        };
        let near = clause.start.max(live.saturating_sub(CLAIM_NEAR))..clause.end.min(live + 1 + CLAIM_NEAR);
        let listed = ["LIST", "OPENTRADE", "INITIAL"].iter().any(|concept| says(clause.clone(), concept));
        says(near, "CLAIM") && !listed && !self.says_trade(&clause)
    }

    /// The ticker the text is about: never a major while another is named; a bare one only beside the act's words.
    fn ticker(&self, act: Option<usize>) -> Option<Ticker> {
        let found = &self.reading.tickers;
        let marked = found.iter().any(|t| t.mark != Mark::Bare);
        let near = |t: &Ticker| act.is_some_and(|act| act.abs_diff(t.item) <= 14);
        let standing = |t: &Ticker| self.reading.items[t.item].known.and_then(Found::standing);
        let new = |t: &Ticker| matches!(standing(t), Some(Standing::Near | Standing::Ahead));
        let young = |t: &Ticker| !is_old_ticker(&self.reading.items[t.item]);
        // A bare word is a ticker beside the act's words, and beside marked ones only when knowledge calls it new.
        let told = |t: &Ticker| {
            let own = |i: &usize| *i == t.item || self.reading.ticker(&self.reading.items[*i]) == t.symbol;
            let head = self.reading.items.iter().take_while(|item| item.at < HEAD_CHARS).count();
            (t.item..head.max(t.item + 1)).filter(own).any(|i| self.beside_token(i))
        };
        // "EXMPL (LINK)": what stands behind another ticker, which is marked elsewhere, is none.
        let aside = |t: &Ticker| {
            let beside =
                names::beside(self.reading, self.lexicon, t.item, true).filter(|_| t.mark == Mark::Parenthesis);
            beside.is_some_and(|name| {
                name != t.symbol && found.iter().any(|other| other.mark != Mark::Bare && other.symbol == name)
            })
        };
        let speaks = |t: &Ticker| if t.mark == Mark::Bare { (!marked || new(t)) && told(t) } else { !aside(t) };
        found
            .iter()
            .filter(|t| speaks(t) && !self.lexicon.is_major(&t.symbol.to_lowercase()))
            .max_by_key(|t| (new(t), young(t), near(t), t.mark, std::cmp::Reverse(t.item)))
            .cloned()
            .or_else(|| {
                let old = |t: &Ticker| self.published.is_some_and(|day| self.known.is_old(&t.symbol, day));
                names::lowered_ticker(self.reading, self.lexicon).filter(|t| !old(t))
            })
    }

    /// Whether the sentence of an item speaks of tokens that are handed out.
    fn hands_out(&self, item: usize) -> bool {
        const WORDS: [&str; 6] = ["TOKEN", "NATIVE", "AIRDROP", "CLAIM", "TOKENOMICS", "DISTRIBUTE"];
        let labels: Vec<_> = WORDS.iter().filter_map(|w| self.lexicon.label(w)).collect();
        let sentence = self.reading.sentences.iter().find(|sentence| sentence.contains(&item));
        sentence.is_some_and(|sentence| {
            self.reading.items[sentence.clone()].iter().flat_map(|i| i.labels()).any(|label| labels.contains(label))
        })
    }

    /// Whether a word of tokens stands within two items of `item`, or a number counts it.
    fn beside_token(&self, item: usize) -> bool {
        const WORDS: [&str; 14] = [
            "TOKEN",
            "NATIVE",
            "AIRDROP",
            "CLAIM",
            "LIST",
            "TGE",
            "TOKENOMICS",
            "SALE",
            "LAUNCH",
            "OPENTRADE",
            "LIVE",
            "DISTRIBUTE",
            "SPOT",
            "DEPOSIT",
        ];
        // "640 EXM", "2 billion EXM".
        let number = (item.saturating_sub(2)..item).any(|i| self.reading.items[i].is(slot::NUMBER));
        let counted = number && self.hands_out(item);
        let labels: Vec<_> = WORDS.iter().filter_map(|w| self.lexicon.label(w)).collect();
        let mut near = (item.saturating_sub(2)..=item + 2).filter_map(|i| self.reading.items.get(i));
        counted
            || near.any(|other| {
                self.reading.word(other) == "枚" || other.labels().iter().any(|label| labels.contains(label))
            })
    }

    fn kind(&self, kind: LabelKind, venues: &[&Place]) -> EventKind {
        match kind {
            LabelKind::Tge | LabelKind::MainnetToken => EventKind::TokenGeneration,
            LabelKind::TokenSale => EventKind::PublicSale,
            LabelKind::Listing if Self::are_decentral(venues) => EventKind::DexLiquidity,
            LabelKind::Listing => EventKind::CexListing,
            LabelKind::AirdropClaim if self.has("SNAPSHOT") && !self.has("CLAIM") => EventKind::Snapshot,
            LabelKind::AirdropClaim if self.has("ELIGIBLE") && !self.has("CLAIM") => EventKind::EligibilityOpen,
            LabelKind::AirdropClaim => EventKind::ClaimOpen,
        }
    }

    /// Whether item `at` is a sign behind which something else may be told.
    fn is_break(&self, at: &usize) -> bool {
        matches!(self.reading.word(&self.reading.items[*at]), "," | ":" | "、")
    }

    /// Whether item `at` says that something is put off.
    fn puts_off(&self, at: usize) -> bool {
        let label = self.lexicon.postpone;
        label.is_some_and(|label| self.reading.items.get(at).is_some_and(|item| item.is(label)))
    }

    fn links(&self) -> Vec<String> {
        let mut links: Vec<String> = Vec::new();
        for item in self.reading.items.iter().filter(|item| item.is(slot::URL)) {
            let link = self.reading.written(item).to_owned();
            if links.len() < LINKS_MAX && !links.contains(&link) {
                links.push(link);
            }
        }
        links
    }
}
