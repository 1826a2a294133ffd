//! Whether two documents tell of the same happening: by what they mean first, by their words second.
//!
//! Likeness of words alone is worse than always answering yes. An exchange's notices are one template with another name
//! in it; two desks retell one announcement with hardly a word in common; and a sale that is announced, opened and
//! completed is three happenings told in nearly the same words. So each document is read into a [`Telling`]: who
//! (tickers and telling words, across scripts), what is done and how far it is (an *act* with its *stage*), where, which
//! round, when, which figures. Two tellings are compared trait by trait, each trait is a number between 0 and 1 a reader
//! can check, and a logistic model weighs them. Its weights are the table [`WEIGHTS`]; the reasons of a [`Likeness`] are
//! the traits with what they add to the score.
//!
//! The weights were fitted by [`fit`] on labelled pairs (`tgectl quality dups FILE --more config/labels/pairs.jsonl
//! --weights`); figures on pairs it was not fitted on are what that command prints with `--folds`. Phrases of acts, days
//! and rounds are known in eighteen languages, never all of them: pairs that are not all English are also fitted with one
//! document's acts taken away, so that a token on a day is weighed for what it is worth alone. Rejected: comparing
//! embeddings (templates again), and a tree of rules (nobody could say how sure it is).

mod acts;
mod compare;
mod everyday;
mod figures;
mod fit;
mod phrases;
mod telling;
mod venues;
mod words;

pub use compare::{Side, TRAITS, Trait};
pub use fit::{Example, Weights, fit, folds};
pub use telling::{Telling, Text};

use compare::{moves_on, traits};

/// What each trait adds to the score, in the order of [`TRAITS`]; the bias is where a comparison without traits starts.
pub const WEIGHTS: Weights = Weights {
    bias: -0.73,
    weights: [
        2.65,  // near-verbatim copy with the same figures
        1.77,  // copy in part
        -2.11, // different tokens
        0.00,  // one names a token, the other none
        1.36,  // same act at the same stage
        2.48,  // same act at the same stage, one in the body
        -2.30, // same act at different stages
        -1.78, // acts of a launch that one alone tells of
        -2.77, // different acts of a launch
        -0.95, // one tells of a launch, the other not
        1.77,  // same token, act and stage within days
        1.06,  // same token, act and stage on a day
        1.73,  // same token on a day, the act in unknown words
        3.73,  // day, venue or figures in common, the act in unknown words
        -3.12, // different venues
        -1.71, // different rounds
        0.00,  // news, telling words in common
        0.27,  // news, the headlines' telling words in the other text
        2.86,  // news, names in common
        0.00,  // news, the first names in the other text
        -0.83, // the first name of a headline in one text only
        -2.10, // no name of the headlines in common
        -0.58, // no telling word of the headlines in common
        1.40,  // news, figures in common
        0.00,  // different days named
        0.20,  // a link in common
        -1.16, // days apart, same token, act and stage
        -3.62, // days apart, else
        -1.98, // more than two weeks apart
        -1.86, // one source
    ],
};

/// From this probability on two documents tell of the same happening.
pub const SAME_FROM: f64 = 0.5;

/// What two documents are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They tell of the same happening.
    Same,
    /// One tells of what the other told of, further on or on other terms: opened, completed, put off, changed.
    Update,
    /// They tell of different happenings.
    Other,
}

/// How likely two documents tell of the same happening, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// What they are called.
    pub relation: Relation,
    /// Calibrated on labelled pairs.
    pub probability: f64,
    /// Traits that hold, the heaviest first, with what they add to the score (log odds).
    pub reasons: Vec<(Trait, f64)>,
}

// === impl Likeness ===

impl Likeness {
    /// Whether it is called the same.
    pub fn is_same(&self) -> bool {
        self.relation == Relation::Same
    }
}

/// How likely `a` and `b` tell of the same happening. The order of the two makes no difference.
pub fn same_happening(a: &Telling, b: &Telling) -> Likeness {
    weigh(a, b, &WEIGHTS)
}

/// The same with weights of one's own.
pub fn weigh(a: &Telling, b: &Telling, weights: &Weights) -> Likeness {
    let values = traits(a, b);
    let mut reasons: Vec<(Trait, f64)> = TRAITS
        .iter()
        .zip(values.iter().zip(&weights.weights))
        .map(|((name, _), (value, weight))| (*name, value * weight))
        .filter(|(_, added)| added.abs() > 0.01)
        .collect();
    reasons.sort_by(|x, y| y.1.abs().total_cmp(&x.1.abs()));
    let probability = weights.probability(&values);
    let relation = match probability {
        p if p >= SAME_FROM => Relation::Same,
        _ if moves_on(a, b) => Relation::Update,
        _ => Relation::Other,
    };
    Likeness { relation, probability, reasons }
}

/// A pair to fit with: its traits, the truth, and how often it counts.
pub fn example(a: &Telling, b: &Telling, same: bool, count: f64) -> Example {
    Example { values: traits(a, b), same, count }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tge_model::Timestamp;

    use super::*;

    fn told(title: &str, text: &str, source: &str, day: i64) -> Telling {
        let published = Some(Timestamp::from_secs(1_700_000_000 + day * 86_400));
        Telling::of(&Text { title, text, source, published })
    }

    fn post(text: &str, source: &str, day: i64) -> Telling {
        told("", text, source, day)
    }

    #[test]
    fn one_happening_is_one_in_other_words() {
        for (name, a, b) in [
            (
                "a notice and what a channel makes of it",
                post("Introducing Exemplar Finance (EXM) Token Sale on Binance Launchpad", "binance", 0),
                post("New #Binance Launchpad project: Exemplar Finance\n\n$EXM is a lending protocol.", "channel", 1),
            ),
            (
                "two languages",
                told("币安将上线 Exemplar (EXM) 现货交易", "", "flash", 0),
                post("Binance Will List Exemplar (EXM)", "binance", 0),
            ),
            (
                "a claim in Russian and in Portuguese",
                post("Открыт клейм Orvelo: $ORV можно забрать на сайте проекта", "a", 0),
                post("Orvelo abriu o claim do airdrop, já dá para resgatar ORV", "b", 0),
            ),
            (
                "a sale that opens on a day both name",
                post("Orvelo startet den Vorverkauf (ORV) am 12. Juli", "a", 0),
                post("Orvelo ($ORV) presale goes live July 12", "b", 0),
            ),
            (
                "words that are in no list",
                post("Orvelo ($ORV) zwartkrieuwelt op Bybit, 0,34 dollar, 12 juli", "a", 0),
                post("Bybit will list Orvelo (ORV) on July 12 at $0.34", "b", 0),
            ),
            (
                "a listing with deposits and withdrawals",
                post("Bybit lista Orvelo ($ORV) hoy, se podrá depositar y retirar", "a", 0),
                post("Bybit lists Orvelo ($ORV) today", "b", 0),
            ),
            (
                "a claim that is set open",
                post("Orvelo stelt de claim van $ORV open", "a", 0),
                post("Orvelo opens the claim of $ORV", "b", 0),
            ),
            (
                "two desks",
                told(
                    "Miner Rockholm unveils $850 million bitcoin plan",
                    "Rockholm Mining will offer $850 million of notes due 2032, Erika Lindgren said.",
                    "a",
                    0,
                ),
                told(
                    "Rockholm Mining to raise $850M",
                    "The Stockholm firm led by Erika Lindgren offers notes worth $850M to buy coins.",
                    "b",
                    0,
                ),
            ),
            (
                "a share of the supply told beside",
                post("Orvelo token to debut July 12 with 8% airdrop", "a", 0),
                post("Lending market Orvelo confirms it: the token launches on July 12", "b", 0),
            ),
            (
                "handed out on wallets",
                post("Orvelo drops 90M ORV on 30,000 wallets", "a", 0),
                post("Раздача Orvelo началась, клейм ORV открыт", "b", 0),
            ),
            (
                "a token comes into being in other words",
                post("$ORVELO TGE is in 9 hours", "a", 0),
                post("Orvelo's ORVELO token generates tonight", "b", 0),
            ),
            (
                "trading that opens at a venue",
                post("Kraken to open ORV trading on July 12", "a", 0),
                post("ORVELO (ORV) is coming to Kraken: trading starts 12 July", "b", 0),
            ),
            (
                "called off in two languages",
                post("Orvelo cancels its TGE", "a", 0),
                post("Orvelo sagt seinen Token-Launch ab: TGE abgesagt", "b", 0),
            ),
            (
                "a copy with another link",
                post("Exemplar opens its mainnet to everybody after years of work https://a.example/1", "a", 0),
                post("Exemplar opens its mainnet to everybody after years of work https://b.example/2", "b", 1),
            ),
        ] {
            let likeness = same_happening(&a, &b);
            assert!(likeness.is_same(), "{name}: {likeness:?}");
        }
    }

    #[test]
    fn updates_namesakes_and_templates_are_others() {
        let sale = || post("Introducing Exemplar Finance (EXM) Token Sale on Binance Launchpad", "binance", 0);
        let list = || post("Binance Will List Exemplar (EXM)", "binance", 0);
        for (name, a, b) in [
            (
                "completed",
                sale(),
                post("Binance Completes the Exemplar Lottery Draw and Will Open Trading for EXM", "x", 9),
            ),
            (
                "open",
                sale(),
                post("Subscription for the Exemplar (EXM) Token Sale on Binance Launchpad Is Now Open", "x", 4),
            ),
            ("another venue", list(), post("欧易关于上线 EXM (Exemplar) 现货交易的公告", "okx", 0)),
            (
                "before the market",
                list(),
                post("Bitget pre-market trading: Exemplar (EXM) is set to launch soon", "b", 0),
            ),
            ("a template", list(), post("Binance Will List Samplia (SMP)", "binance", 1)),
            ("postponed", list(), post("Exemplar (EXM) Listing Will Be Postponed", "binance", 0)),
            (
                "another round",
                post("Binance Completes the Third Round of EXM Airdrop Distribution", "binance", 0),
                post("Binance Completes the Fourth Round of EXM Airdrop Distribution", "binance", 90),
            ),
            (
                "two exchanges in two languages",
                post("업비트, Orvelo(ORV) 신규 거래지원 안내", "a", 0),
                post("Bithumb lists Orvelo (ORV) today", "b", 0),
            ),
            (
                "two exchanges in one language",
                post("Paribu, Orvelo (ORV) listeliyor, işlemler 12 Temmuz'da başlıyor", "a", 0),
                post("BtcTurk, Orvelo (ORV) listelemesini duyurdu, işlemler 12 Temmuz'da", "b", 0),
            ),
            (
                "the token and contracts on it",
                post("Bybit listará Orvelo (ORV) al contado", "a", 0),
                post("Bybit 上线 ORVUSDT 永续合约", "b", 0),
            ),
            (
                "recorded and given away",
                post("Orvelo зробив снапшот для аірдропу $ORV", "a", 0),
                post("Klaim airdrop Orvelo ($ORV) sudah dibuka", "b", 1),
            ),
            (
                "opened and put off",
                post("Orvelo ouvre le claim de $ORV", "a", 0),
                post("Orvelo verschiebt den $ORV-Claim", "b", 0),
            ),
            (
                "another season",
                post("Клейм второго сезона Orvelo открыт, $ORV уже можно забрать", "a", 0),
                post("Season 3 claims open: $ORV for Orvelo users", "b", 1),
            ),
            (
                "recorded and claimed, no ticker",
                post("Orvelo snapshot is on Friday", "a", 0),
                post("Клейм аирдропа Orvelo открыт", "b", 0),
            ),
            (
                "looked up and claimed, no ticker",
                post("Orvelo eligibility checker is live", "a", 0),
                post("Orvelo airdrop claim is live, it opens at $0.20", "b", 0),
            ),
            (
                "another season, no ticker",
                post("Orvelo season 1 claim is open", "a", 0),
                post("Orvelo season 2 claim is open", "b", 5),
            ),
            (
                "launched and unlocked",
                post("Orvelo launches ORV on July 12", "a", 0),
                post("Orvelo backers' ORV unlock starts July 12, 2027", "b", 0),
            ),
            (
                "announced and called off",
                post("Orvelo TGE on Monday", "a", 0),
                post("Orvelo cancela el TGE del lunes", "b", 0),
            ),
            (
                "given away and fallen",
                post("Orvelo's airdrop goes live", "a", 0),
                post("Orvelo tumbles 30% on its second day", "b", 1),
            ),
            (
                "given away and stolen from",
                post("Le claim de l'airdrop Orvelo est ouvert", "a", 0),
                post("Orvelo exploit drains $4M", "b", 1),
            ),
            (
                "another name in the same sentence",
                post("Orvelo Labs sets July 12 for its token generation event", "a", 0),
                post("Orvana Network sets July 12 for its token generation event", "b", 0),
            ),
            (
                "another name, and a word in the names of many",
                post("Orvelo Labs opens its public sale on June 3", "a", 0),
                post("Orvana Labs opens its public sale on June 3", "b", 0),
            ),
            (
                "another venue in the same sentence",
                post("Kraken will list Orvelo (ORV) on July 12", "a", 0),
                post("OKX will list Orvelo (ORV) on July 12", "b", 0),
            ),
            (
                "will open and is open",
                post("The Orvelo presale of $ORV will begin in July", "a", 0),
                post("The Orvelo presale of $ORV is now open", "b", 0),
            ),
            ("nothing at all", list(), told("Rates stay where they are", "The bank said so.", "press", 0)),
            ("two of nothing", told("Rates stay", "The bank said.", "a", 0), told("Rain again", "It pours.", "b", 0)),
        ] {
            let likeness = same_happening(&a, &b);
            assert!(!likeness.is_same(), "{name}: {likeness:?}");
        }
    }

    proptest! {
        #[test]
        fn order_makes_no_difference(a in "[A-Za-z0-9$#()空投上线 ]{0,80}", b in "\\PC{0,80}", day in 0_i64..60) {
            let (a, b) = (post(&a, "a", 0), told(&b, &b, "b", day));
            let (ab, ba) = (same_happening(&a, &b).probability, same_happening(&b, &a).probability);
            prop_assert!((0.0..=1.0).contains(&ab));
            prop_assert!((ab - ba).abs() < 1e-12);
        }

        #[test]
        fn a_text_beside_itself_is_the_same(words in proptest::collection::vec("[a-z]{4,9}", 8..30)) {
            let text = words.join(" ");
            prop_assert!(same_happening(&post(&text, "a", 0), &post(&text, "b", 2)).is_same());
        }
    }
}
