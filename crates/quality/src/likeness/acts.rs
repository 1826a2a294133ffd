//! What is done, and how far it is: acts with stages, read sentence by sentence.
//!
//! A sale announced, opened and completed is three happenings of one act. Acts that are no launch (price talk, a court's
//! sentence, a theft) are here too: they tell two texts of one project apart.

use std::collections::BTreeSet;

use super::phrases::{Mark, Meaning, meanings};

/// What is done to a token, or what is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Act {
    /// A venue will list it.
    List,
    /// A venue opens trading of it.
    Trade,
    /// Trading before it exists.
    Premarket,
    /// Futures, margin.
    Side,
    /// An exchange's market for the young.
    Alpha,
    /// It is sold: launchpad, presale, auction.
    Sale,
    /// It is farmed by staking.
    Pool,
    /// It is given away.
    Airdrop,
    /// Holders of another token are given it by an exchange's programme.
    Hodler,
    /// Who will be given is checked or registered.
    Checker,
    /// Holdings are recorded.
    Snapshot,
    /// How it will be shared out.
    Tokenomics,
    /// It comes into being.
    Genesis,
    /// A network starts.
    Mainnet,
    /// A network is tried.
    Testnet,
    /// A prize pool or campaign with a token that exists.
    Promotion,
    /// A programme that earns points or early shares.
    Booster,
    /// A chain splits.
    Fork,
    /// A venue takes it away.
    Delist,
    /// Locked tokens come free.
    Unlock,
    /// It changes its chain or name.
    Migrate,
    /// It is stolen.
    Hack,
    /// Software changes.
    Upgrade,
    /// Prices, volumes, capitalisation.
    Price,
    /// Courts and authorities.
    Law,
    /// Shares of a company, funding.
    Funding,
    /// Tokens of a treasury are bought.
    Treasury,
}

/// How many acts there are.
pub(crate) const ACTS: usize = Act::Treasury as usize + 1;

/// How far an act is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Stage {
    /// It will happen; also without any word on it.
    Announced,
    /// It has begun and may be taken part in.
    Open,
    /// It is over, or handed out.
    Done,
    /// It comes later than was said.
    Delayed,
    /// Its terms are told anew.
    Changed,
    /// It will not come.
    Cancelled,
}

/// From here on they are no acts of a launch but news, and how far these are is not asked.
const FIRST_OF_NEWS: usize = Act::Hack as usize;

/// Acts found, each with the stages it is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Acts([u8; ACTS]);

/// What `completes` and `is now open` speak of when a listing stands beside it: "completes the lottery draw and will open
/// trading" announces the trading.
const ALWAYS_AHEAD: [Act; 6] = [Act::List, Act::Trade, Act::Premarket, Act::Side, Act::Delist, Act::Unlock];

/// What the phrases of a flat text say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Said {
    sentences: Vec<Sentence>,
    /// Venues named, as bits.
    pub(crate) venues: u128,
}

/// The same of one sentence, each kind as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sentence {
    acts: u32,
    stages: u8,
    marks: u16,
}

/// Parts the sentences of a flat text.
pub(crate) const END: char = '\n';

// === impl Said ===

impl Said {
    /// Reads a flat text that names these tickers.
    pub(crate) fn of(flat: &str, tickers: &BTreeSet<String>) -> Self {
        let mut said = Self::default();
        let tickers: Vec<String> = tickers.iter().map(|ticker| ticker.to_lowercase()).collect();
        // "Launches EXM" launches a token.
        let named = |rest: &str| {
            let word = rest.split('_').find(|word| !word.is_empty());
            word.is_some_and(|word| tickers.iter().any(|ticker| ticker == word))
        };
        for sentence in flat.split(END) {
            let (mut read, mut venues) = (Sentence::default(), 0);
            for (meaning, end) in meanings(sentence) {
                if meaning == Meaning::Mark(Mark::Launches) && named(&sentence[end..]) {
                    read.marks |= 1 << Mark::Coin as u8;
                }
                match meaning {
                    Meaning::Act(act) => read.acts |= bit(act),
                    Meaning::Stage(stage) => read.stages |= 1 << stage as u8,
                    Meaning::Mark(mark) => read.marks |= 1 << mark as u8,
                    Meaning::Venue(venue) => venues |= 1 << venue,
                }
            }
            read.complete(sentence, venues != 0);
            said.venues |= venues;
            if read != Sentence::default() {
                said.sentences.push(read);
            }
        }
        said
    }
}

// === impl Sentence ===

impl Sentence {
    fn marked(self, mark: Mark) -> bool {
        self.marks & 1 << mark as u8 != 0
    }

    /// What two words say together, and stages that silence others.
    fn complete(&mut self, flat: &str, at_venue: bool) {
        // "开启 X/USDT 现货交易" opens trading; "上线 X 现货交易" lists.
        let opened = flat
            .split_once("开启")
            .map(|(_, rest)| rest.split_once("交易").map_or(usize::MAX, |(gap, _)| gap.chars().count()));
        if opened.is_some_and(|gap| gap < 20) && !self.marked(Mark::OnLine) {
            self.acts |= bit(Act::Trade);
        }
        // "To open EXM trading", "opens spot trading of".
        let between = |verb: &str| flat.split_once(verb).and_then(|(_, rest)| rest.split_once("trading_"));
        let near = |verb: &&str| between(verb).is_some_and(|(gap, _)| gap.matches('_').count() <= 3);
        if self.acts & bit(Act::Premarket) == 0 && ["_open_", "_opens_"].iter().any(near) {
            self.acts |= bit(Act::Trade);
        }
        let spot = self.marked(Mark::Spot) && self.acts & bit(Act::Trade) == 0;
        let offered = self.marked(Mark::Adds) || spot;
        if offered && at_venue && self.acts & (bit(Act::Funding) | bit(Act::Hack) | bit(Act::Side)) == 0 {
            self.acts |= bit(Act::List);
        }
        if self.marked(Mark::Claim) && self.acts & bit(Act::Sale) == 0 {
            self.acts |= bit(Act::Airdrop);
        }
        // "To sell 5% of its tokens".
        if flat.contains("_to_sell_") && flat.contains("_of_its_token") {
            self.acts |= bit(Act::Sale);
        }
        // "Drops 5M EXM on 9,000 wallets" gives them away at once.
        if self.marked(Mark::Drops) && self.marked(Mark::Wallets) && self.acts & LAUNCHES == 0 {
            self.acts |= bit(Act::Airdrop);
            self.stages |= if self.stages == 0 { 1 << Stage::Open as u8 } else { 0 };
        }
        // "With 12% for an airdrop": how a supply is shared out is told beside what is done.
        let share = flat.contains('%') && !self.marked(Mark::Claim) && self.acts & bit(Act::Airdrop) != 0;
        let beside = if share { bit(Act::Airdrop) } else { 0 };
        // A token that is launched, where nothing else is said to be.
        if self.marked(Mark::Launches) && self.marked(Mark::Coin) && self.acts & LAUNCHES & !beside == 0 {
            self.acts |= bit(Act::Genesis);
        }
        if self.acts & (bit(Act::Genesis) | bit(Act::List) | bit(Act::Trade) | bit(Act::Tokenomics)) != 0 {
            self.acts &= !beside;
        }
        // "Will begin" holds "begin", and is not open yet.
        if WILL.iter().any(|phrase| flat.contains(phrase)) {
            self.stages &= !(1 << Stage::Open as u8);
        }
        // Dutch parts its verbs: "stelt de claim een week uit".
        if flat.split_once("_stelt_").is_some_and(|(_, rest)| rest.contains("_uit_")) {
            self.stages |= 1 << Stage::Delayed as u8;
        }
        if self.stages & PUT_OFF != 0 {
            self.stages &= PUT_OFF;
        } else if self.stages & 1 << Stage::Done as u8 != 0 {
            self.stages &= !(1 << Stage::Announced as u8 | 1 << Stage::Open as u8);
        }
    }
}

/// Stages of what does not come as it was told.
const PUT_OFF: u8 = 1 << Stage::Delayed as u8 | 1 << Stage::Cancelled as u8;
/// What is said to open later.
const WILL: [&str; 5] = ["_will_begin_", "_will_go_live_", "_will_open_", "_will_start_", "_will_be_live_"];
/// Acts of a launch.
const LAUNCHES: u32 = (1 << Act::Fork as u8) - 1;

fn bit(act: Act) -> u32 {
    1 << act as u8
}

// === impl Acts ===

impl Acts {
    /// The acts of a text whose parts said this, each at the stages of the sentences it stands in, else at those of
    /// sentences without any.
    pub(crate) fn of(parts: &[&Said]) -> Self {
        let sentences = || parts.iter().flat_map(|said| &said.sentences);
        let whole = sentences().fold(Sentence::default(), |all, one| Sentence {
            acts: all.acts | one.acts,
            stages: all.stages | one.stages,
            marks: all.marks | one.marks,
        });
        let announced = 1 << Stage::Announced as u8;
        // A sentence without an act speaks of the others' acts.
        let of_others = sentences().filter(|s| s.acts == 0).fold(0, |all, s| all | s.stages);
        let or_announced = |stages: u8| if stages == 0 { announced } else { stages };
        let mut acts = Self::default();
        for (place, stages) in acts.0.iter_mut().enumerate().filter(|(place, _)| whole.acts & 1 << place != 0) {
            let own = sentences().filter(|s| s.acts & 1 << place != 0).fold(0, |all, s| all | s.stages);
            let own = or_announced(if own == 0 { of_others } else { own });
            let lasting = own & PUT_OFF;
            *stages = if place >= FIRST_OF_NEWS {
                announced
            } else if ALWAYS_AHEAD.iter().any(|act| *act as usize == place) {
                or_announced(lasting)
            } else {
                own
            };
        }
        acts.refine(whole);
        acts
    }

    /// What one word alone would mistake.
    fn refine(&mut self, whole: Sentence) {
        let mut drop = |act: Act| self.0[act as usize] = 0;
        let has = |act: Act| whole.acts & bit(act) != 0;
        let spot = whole.marked(Mark::Spot);
        if (has(Act::Premarket) || has(Act::Delist)) && !spot && !whole.marked(Mark::WillList) {
            drop(Act::List);
        }
        // Contracts on it are listed and traded, not the token.
        if has(Act::Side) && !spot {
            drop(Act::List);
            drop(Act::Trade);
        }
        // A network, a page or a portal that goes on line is not listed.
        if whole.marked(Mark::OnLine) && !whole.marked(Mark::Trading) && (has(Act::Mainnet) || has(Act::Checker)) {
            drop(Act::List);
        }
        if has(Act::Delist) || has(Act::Funding) {
            drop(Act::List);
        }
        if has(Act::Delist) {
            drop(Act::Trade);
        }
        // A holders' programme is named with "airdrops" and "subscriptions", and is neither of them.
        if has(Act::Hodler) {
            drop(Act::Airdrop);
        }
        // What is recorded or looked up for an airdrop is not given away yet.
        if (has(Act::Snapshot) || has(Act::Checker)) && !whole.marked(Mark::Claim) {
            drop(Act::Airdrop);
        }
        // Those who tried the network are given something, or may buy.
        if has(Act::Airdrop) || has(Act::Sale) {
            drop(Act::Testnet);
        }
        if has(Act::Alpha) {
            drop(Act::Booster);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|stages| *stages == 0)
    }

    /// An act is in both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| *a != 0 && b != 0)
    }

    /// An act is in both at one stage.
    pub(crate) fn meets_at_stage(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| a & b != 0)
    }

    /// An act of both is put off or called off in one alone, or in each otherwise.
    pub(crate) fn reverses(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| *a != 0 && b != 0 && (a ^ b) & PUT_OFF != 0 && a & b & PUT_OFF == 0)
    }

    /// An act is in both, announced or open in each.
    pub(crate) fn meets_in_progress(&self, other: &Self) -> bool {
        let early = 1 << Stage::Announced as u8 | 1 << Stage::Open as u8;
        self.0.iter().zip(other.0).any(|(a, b)| a & early != 0 && b & early != 0)
    }

    /// The share of the acts of both that stand in one alone, half of it where the other has none beside them.
    pub(crate) fn alone(&self, other: &Self) -> f64 {
        let count = |held: fn(bool, bool) -> bool| {
            self.0.iter().zip(other.0).filter(|(a, b)| held(**a != 0, *b != 0)).count() as f64
        };
        let (here, there) = (count(|a, b| a && !b), count(|a, b| b && !a));
        let weight = if here == 0.0 || there == 0.0 { 0.5 } else { 1.0 };
        weight * (here + there) / count(|a, b| a || b).max(1.0)
    }

    /// Without what is only news of it.
    pub(crate) fn of_token(&self) -> Self {
        let mut kept = *self;
        kept.0[FIRST_OF_NEWS..].fill(0);
        kept
    }

    /// Only acts of a launch: what a key of an event can be made of.
    pub(crate) fn of_launch(&self) -> Self {
        let mut launch = *self;
        launch.0[Act::Fork as usize + 1..].fill(0);
        launch
    }
}

#[cfg(test)]
mod tests {
    use super::super::phrases::ACTS as ACTS_TABLE;
    use super::super::telling::{Telling, Text};
    use super::*;

    impl Acts {
        fn has(&self, act: Act) -> bool {
            self.0[act as usize] != 0
        }
    }

    /// Acts, stages, languages and texts of invented projects, as natives would write them.
    const TEXTS: &str = include_str!("acts.tsv");

    #[test]
    fn acts_in_eighteen_languages() {
        let mut missed = Vec::new();
        for line in TEXTS.lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            let [act, stage, _, text] = columns[..] else { panic!("four columns: {line}") };
            let told = Telling::of(&Text { title: text, text, source: "a", published: None }).acts;
            let every = || ACTS_TABLE.iter().map(|(act, _)| *act);
            let found: Vec<String> = every()
                .filter(|found| told.has(*found))
                .map(|found| format!("{found:?} {:b}", told.0[found as usize]))
                .collect();
            let stages = [Stage::Announced, Stage::Open, Stage::Done, Stage::Delayed, Stage::Changed, Stage::Cancelled];
            let expected = every().find(|a| format!("{a:?}") == act).expect("an act");
            let stage = *stages.iter().find(|s| format!("{s:?}") == stage).expect("a stage") as u8;
            let missed_it = told.0[expected as usize] >> stage & 1 == 0;
            // What is put off, called off or taken away is so in every word of it.
            let lasting = told.0[expected as usize] & PUT_OFF & !(1 << stage);
            if missed_it || lasting != 0 || (told.has(Act::Delist) && expected != Act::Delist) {
                missed.push(format!("{line}: {found:?}"));
            }
        }
        assert!(missed.is_empty(), "{} missed\n{}", missed.len(), missed.join("\n"));
    }

    fn acts(flat: &str) -> Acts {
        Acts::of(&[&Said::of(flat, &BTreeSet::new())])
    }

    #[test]
    fn acts_stand_with_their_stages() {
        for (flat, act, stage) in [
            ("_introducing_the_example_(exm)_token_sale_on_binance_launchpad_", Act::Sale, Stage::Announced),
            ("_ticket_claim_for_the_example_token_sale_is_now_open_", Act::Sale, Stage::Open),
            ("_binance_completes_example_lottery_draw_and_will_open_trading_for_exm_", Act::Sale, Stage::Done),
            ("_binance_completes_example_lottery_draw_and_will_open_trading_for_exm_", Act::Trade, Stage::Announced),
            ("_欧易关于上线_exm_example_现货交易的公告_", Act::List, Stage::Announced),
            ("_欧易关于开启_exm_/_usdt_现货交易的公告_", Act::Trade, Stage::Announced),
            ("_欧易关于_exm_现货交易延迟上线的公告_", Act::List, Stage::Delayed),
            ("_欧易关于完成发放_exm_空投币的公告_", Act::Airdrop, Stage::Done),
        ] {
            let acts = acts(flat);
            assert!(acts.0[act as usize] & 1 << stage as u8 != 0, "{flat}: {acts:?}");
        }
        assert!(!acts("_欧易关于_exm_盘前交易正式上线的公告_").has(Act::List));
        assert!(!acts("_introducing_exm_on_binance_hodler_airdrops_").has(Act::Airdrop));
        assert!(acts("_a_quiet_day_").is_empty());
    }
}
