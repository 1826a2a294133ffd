//! What a text does to a launch: it tells of it, doubts it, puts it off, calls it off.
//!
//! The same words stand beside launches that nothing happens to: "may not be available in your region", "orders will be
//! cancelled", "with delayed vesting". So they are read where the act is told, and only if they are said of it.

use std::ops::Range;

use tge_model::Cue;
use tge_text::TokenKind;

use super::schedule::{BEFORE, UNTIL};
use super::{Context, concepts};
use crate::extract::dates::Found;
use crate::frames::CLAUSES_ROOM;
use crate::lexicon::slot;
use crate::line::LabelKind;
use crate::reading::{HEAD_CHARS, is_ticker};
use crate::reserve::{NO, Reserve};

/// Items between a word and the act it is said of.
const NEAR: usize = 5;

/// Items between a word for the future and what it is said of.
const AHEAD: usize = 2;
/// Items between a word and its date.
const DATED_WITHIN: usize = 4;

/// What is cancelled, delayed or doubted beside a launch, and is none.
const OTHERS: [&str; 30] = [
    "orders",
    "order",
    "fee",
    "fees",
    "vesting",
    "lockup",
    "lock-up",
    "round",
    "restrictions",
    "eligibility",
    "subscription",
    "资格",
    "資格",
    "质押",
    "質押",
    "订单",
    "訂單",
    "手续费",
    "手續費",
    "锁仓",
    "鎖倉",
    "限制",
    "认购",
    "認購",
    "주문",
    "수수료",
    "注文",
    "手数料",
    "заявки",
    "комиссии",
];

/// Who may do something: no doubt that it can be done.
const DOES: [&str; 22] = [
    "now",
    "claim",
    "claimed",
    "buy",
    "sell",
    "trade",
    "trading",
    "traded",
    "deposit",
    "withdraw",
    "participate",
    "subscribe",
    "swap",
    "check",
    "use",
    "connect",
    "access",
    "join",
    "start",
    "redeem",
    "receive",
    "view",
];

/// What makes a condition of a sentence.
const IF: [&str; 16] = [
    "if", "unless", "wenn", "falls", "jeśli", "jeżeli", "если", "якщо", "如果", "若", "jika", "nếu", "eğer", "indien",
    "إذا", "اگر",
];

/// Items between what is open and the word that says so.
const SAID_OF: usize = 9;

/// What may be open beside a launch.
const BESIDE: [&str; 6] = ["DEPOSIT", "WITHDRAW", "ELIGIBLE", "REGISTER", "TESTNET", "POINTS"];

/// Words of registrations by which one takes part.
const SUBSCRIBES: [&str; 5] = ["subscri", "认购", "申购", "認購", "申購"];

/// How trading is called.
const TRADES: [&str; 14] = [
    "trading",
    "交易",
    "거래",
    "取引",
    "торги",
    "торгів",
    "торговл",
    "işlem",
    "giao dịch",
    "perdagangan",
    "negociaci",
    "négociation",
    "handel",
    "التداول",
];

/// Where one reads of a launch.
const SITES: [&str; 16] = [
    "website",
    "site",
    "page",
    "portal",
    "app",
    "dapp",
    "docs",
    "form",
    "dashboard",
    "whitepaper",
    "litepaper",
    "waitlist",
    "wallet",
    "сайт",
    "官网",
    "サイト",
];

/// What stands between the thing that is open and what it is for.
const OF: [&str; 17] = [
    "for", "of", "to", "für", "zum", "zur", "para", "de", "del", "pour", "per", "di", "dla", "voor", "untuk", "cho",
    "для",
];

impl Context<'_> {
    /// What the text does to the launch of `kind` that it tells of.
    pub(super) fn cue(&self, kind: LabelKind, live: Option<usize>) -> Cue {
        if let Some(cue) = self.reserve.and_then(Reserve::cue) {
            return cue;
        }
        let told = self.telling(kind);
        let first = told.first();
        if told.iter().any(|clause| self.calls_off(clause, first == Some(clause))) {
            Cue::Cancelled
        } else if told.iter().any(|clause| self.postpones(clause)) {
            Cue::Postponed
        } else if first.is_some_and(|clause| self.doubts(clause)) {
            Cue::Hedged
        } else if live.is_some() || (self.has("COMPLETE") && !self.has("WILL")) {
            Cue::Live
        } else {
            Cue::Announced
        }
    }

    /// Where the head says that a launch is live, and not that it will be: "will go live", "goes live on Thursday".
    pub(super) fn live_at(&self) -> Option<usize> {
        let (live, will) = (self.lexicon.label("LIVE"), self.lexicon.label("WILL"));
        let is = |at: usize, label: Option<_>| label.is_some_and(|label| self.reading.items[at].is(label));
        let dated = |at: usize| {
            let end = self.clause_of(at).end;
            let mut behind = self
                .reading
                .dates
                .iter()
                .filter(|date| (at..=at + DATED_WITHIN).contains(&date.first) && date.first < end);
            let before = |date: &Found| match self.word_before(date.first) {
                ":" => self.word_before(date.first - 1),
                word => word,
            };
            let ends = |date: &Found| {
                UNTIL.contains(&before(date)) || BEFORE.contains(&before(date)) || self.ends_before(date)
            };
            behind.any(|date| self.published.is_some_and(|day| date.day > day) && !ends(date))
        };
        let ahead = |at: usize| (at.saturating_sub(AHEAD)..=at).any(|near| is(near, will)) || dated(at);
        let head = self.reading.items.iter().take_while(|item| item.at < HEAD_CHARS).count();
        (0..head).find(|&at| is(at, live) && !ahead(at) && !self.is_live_beside(at))
    }

    /// The clause that item `at` stands in.
    pub(super) fn clause_of(&self, at: usize) -> Range<usize> {
        self.clauses.around(self.reading, at)
    }

    /// Whether what the word at item `live` says to be open is another thing than the launch: deposits, a registration, a site.
    fn is_live_beside(&self, live: usize) -> bool {
        let clause = self.clause_of(live);
        let others = self.labels(&BESIDE);
        let items = &self.reading.items;
        let told = |at: usize| {
            let item = &items[at];
            // A sale's subscription is the sale.
            let others =
                item.is_of(&others) && !SUBSCRIBES.iter().any(|word| self.reading.word(item).starts_with(word));
            if others || SITES.contains(&self.reading.word(item)) {
                return Some(true);
            }
            let launch = is_ticker(item) || item.is_of(&self.lexicon.act_set) || item.is_of(&self.lexicon.tokens);
            launch.then_some(false)
        };
        // "Claim is live" is one phrase; so may "deposits are open" be.
        let own = items[live].labels().iter().any(|label| Some(*label) != self.lexicon.label("LIVE"));
        if own && let Some(beside) = told(live) {
            return beside;
        }
        let before = clause.start.max(live.saturating_sub(SAID_OF))..live;
        // "Deposits and trading are open".
        if self.says_trade(&before) {
            return false;
        }
        let nearest = before.clone().rev().find_map(|at| Some((at, told(at)?)));
        let Some((at, beside)) = nearest else {
            // "Ya están abiertos los depósitos", `已开放充值`: what is open is told behind.
            let near = live + 1..clause.end.min(live + 1 + NEAR).max(live + 1);
            let part = near.clone().take_while(|at| self.reading.word_at(*at) != ",").count();
            let behind = near.start..near.start + part;
            let mut told = behind.clone().filter(|at| !is_ticker(&items[*at])).filter_map(told).peekable();
            return told.peek().is_some() && told.all(|beside| beside) && !self.says_trade(&behind);
        };
        if beside {
            // "The claim page is live", "the claim dashboard on the site".
            let page = SITES.contains(&self.reading.word_at(at));
            return !(page && (before.start..at).any(|at| items[at].is_of(&self.lexicon.act_set)));
        }
        // "Registration for the sale", "deposits of the token".
        let joins = |at: usize| OF.contains(&self.reading.word_at(at)) && items[at - 1].is_of(&others);
        (before.start + 1..at).any(joins)
    }

    /// Whether trading is spoken of among the items of `range`.
    pub(super) fn says_trade(&self, range: &Range<usize>) -> bool {
        if range.is_empty() {
            return false;
        }
        let (first, last) = (&self.reading.items[range.start], &self.reading.items[range.end - 1]);
        let words = self.reading.normal(first.zone).get(first.range.start..last.range.end).unwrap_or_default();
        TRADES.iter().any(|trade| words.contains(trade))
    }

    /// The clauses of the head that tell the act of `kind`; of a text that does so nowhere, its opening sentence.
    fn telling(&self, kind: LabelKind) -> Vec<Range<usize>> {
        let acts = self.labels(concepts(kind));
        let tells = |clause: &Range<usize>| self.reading.items[clause.clone()].iter().any(|item| item.is_of(&acts));
        let items = &self.reading.items;
        let head = self.reading.sentences.iter().take_while(|sentence| items[sentence.start].at < HEAD_CHARS);
        let (mut told, mut clauses) = (Vec::new(), Vec::with_capacity(CLAUSES_ROOM));
        for sentence in head.filter(|sentence| tells(sentence)) {
            self.clauses.cut(self.reading, sentence.clone(), &mut clauses);
            told.extend(clauses.iter().filter(|clause| tells(clause)).cloned());
        }
        if told.is_empty() { self.reading.opening().into_iter().collect() } else { told }
    }

    /// Whether `clause` calls off what it tells: "cancels the sale" anywhere, "the sale is cancelled" where it is told `first`.
    pub(super) fn calls_off(&self, clause: &Range<usize>, first: bool) -> bool {
        let mut said = self.said(clause, "CANCEL");
        said.any(|at| {
            if self.is_negated(at) || self.is_conditional(clause) || self.other_near(clause, at) {
                return false;
            }
            let behind = at + 1..(at + 1 + NEAR).min(clause.end);
            let before = at.saturating_sub(NEAR).max(clause.start)..at;
            self.object(behind) || first && self.object(before)
        })
    }

    /// Whether `clause` puts off what it tells.
    pub(super) fn postpones(&self, clause: &Range<usize>) -> bool {
        let doubted = self.said(clause, "HEDGE").next().is_some() || self.is_conditional(clause);
        let mut said = self.said(clause, "POSTPONE");
        said.any(|at| {
            let past = matches!(self.word_before(at), "after" | "being" | "following" | "despite" | "while");
            !doubted && !past && !self.is_negated(at) && !self.other_near(clause, at)
        })
    }

    /// Whether `clause` doubts its act: the word of doubt stands shortly before it or right behind.
    pub(super) fn doubts(&self, clause: &Range<usize>) -> bool {
        let acts = self.lexicon.act_set;
        let Some(act) = clause.clone().find(|at| self.reading.items[*at].is_of(&acts)) else {
            return self.said(clause, "HEDGE").next().is_some();
        };
        if self.said(clause, "ANNOUNCE").next().is_some() {
            return false;
        }
        let mut said = self.said(clause, "HEDGE");
        said.any(|at| {
            let near = self.reading.words_between(at.min(act), at.max(act)) <= NEAR;
            let does = (at + 1..at + 4).any(|behind| DOES.contains(&self.reading.word_at(behind)));
            let within = self.reading.word_at(at).split(' ').any(|word| DOES.contains(&word));
            near && !does && !within
        })
    }

    /// The items of `clause` with this concept.
    fn said<'a>(&'a self, clause: &Range<usize>, concept: &str) -> impl Iterator<Item = usize> + 'a {
        let label = self.lexicon.label(concept);
        let is = move |at: &usize| label.is_some_and(|label| self.reading.items[*at].is(label));
        clause.clone().filter(is)
    }

    /// Whether what is launched, or its launch, stands among the items of `range`.
    fn object(&self, range: Range<usize>) -> bool {
        let items = &self.reading.items[range];
        items.iter().any(|item| {
            let marked = item.is(slot::CASHTAG) || item.is(slot::PAREN_TICKER);
            marked || item.is_of(&self.lexicon.act_set) || item.is_of(&self.lexicon.tokens)
        })
    }

    /// Whether something else than a launch stands near item `at`.
    fn other_near(&self, clause: &Range<usize>, at: usize) -> bool {
        let near = at.saturating_sub(NEAR).max(clause.start)..(at + 1 + NEAR).min(clause.end);
        near.into_iter().any(|i| {
            let pair = || [self.reading.word_at(i), self.reading.word_at(i + 1)].concat();
            let unspaced = self.reading.items[i].kind == TokenKind::Ideograph;
            OTHERS.contains(&self.reading.word_at(i))
                || unspaced && OTHERS.iter().any(|other| pair().starts_with(other))
        })
    }

    /// Whether the word at item `at` is taken back by one of the two before it.
    fn is_negated(&self, at: usize) -> bool {
        let deny = self.lexicon.label("DENY");
        (at.saturating_sub(2)..at).any(|before| {
            let item = &self.reading.items[before];
            NO.contains(&self.reading.word(item)) || deny.is_some_and(|deny| item.is(deny))
        })
    }

    fn is_conditional(&self, clause: &Range<usize>) -> bool {
        let is = |at: usize| match self.reading.word_at(at) {
            // One item each.
            "如" => self.reading.word_at(at + 1) == "果",
            word => IF.contains(&word),
        };
        clause.clone().any(is)
    }

    fn word_before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |before| self.reading.word_at(before))
    }
}
