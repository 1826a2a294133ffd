//! Words that tell texts apart, and words that every text of this trade has.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::everyday;
use super::venues::VENUES;

/// Currencies and abbreviations: no subject of a launch, however they are marked.
pub(crate) const NO_TICKER: &str = "AI AM API APR APY ATH AUD BEP BNB BRL BRT BTC BUSD CAD CEO CEST CET CEX CFO CHF COO CTO DAI DAO DAPP DAPPS \
DEFI DEPIN DEX DOJ DUYURU EDT EEST EET ERC EST ETF ETFS ETH EU EUR EVM FAQ FBI FDUSD FDV GBP GMT GMT7 HKT ICO \
ICT IDO IDR IEO IMF INR IPO IRS ITO JPY JST KRW KST KYC MSK NFT NFTS NGN NYSE OTC P2P PLN PM POS POW PST ROI \
RPC RUB RWA SEC SGT TGE TL TRY TSI TUSD TVL UAE UAH UI UK UN US USA USD USD1 USDC USDE USDS USDT UTC UX VIP VN \
VND WIB WITA";

/// Words that stand in capitals for loudness or as names of venues: tickers only where they are marked as such (`$OPEN`).
pub(crate) const NO_BARE_TICKER: &str = "AGORA AHORA AIRDROP AIRDROPS ALERT ALL ALPHA AMA AML AN AND APAC AS AT BGB BIG BINANCE BINGX BITGET BITHUMB BR \
BREAKING BST BUY BY BYBIT CLAIM CLAIMS COIN COINLIST COINS CONFIRMED DAS DATE DE DER DESCRIPTION DETAILS DIE DON \
DROP DROPS DU DYOR EL EVENT EVENTS FOMO FOR FROM FUD FUTURES GATE GET GM GMT GT HODL HOJE HOT HOUR HOY HTX ID \
IDEA IF IL IMPORTANT IMPORTANTE IN INFO IS IT JUST KCS KUCOIN L1 L2 LA LAUNCH LAUNCHPOOL LBANK LE LINK LINKS \
LIST LISTING LISTS LIVE LP MAINNET MARKET MEXC MX NEW NEWS NO NOTICE NOW OF OFFICIAL OG OKB OKEX OKX ON OPEN OR \
OUR PAYMENT PERP PERPS POST POSTED PRESALE PRICE ROUND RPG SALE SCHEDULE SELL SNAPSHOT SOON SPOT START STARTS \
STATS TESTNET THE TIME TO TODAY TOKEN TOKENS TR TWEET UP UPBIT UPDATE URGENT URGENTE VIP WALLET WE WILL WITH \
YOUR ZK";

/// Words of every day and of the trade: two texts that share them share nothing. What is not here is a name, a figure of
/// speech of one author, or a detail: it tells.
const COMMON: &str = "a able about above according account accounts across action active activity actual actually add added adding \
additional address addresses after again against ago ahead ai aim aiming aims all allocation allow allows almost \
alone along already also altcoin altcoins although always am amid among amount an analysis analyst analysts and \
announce announced announcement announcements announces announcing annual another any anyone anything app \
appeared apr april are area around article as asked asset assets at ath attention attract aug august available \
average back backed bank banking based be became because become becomes been before began begin beginning begins \
behind being believe below benefit benefits best better between beyond big biggest billion binance bitcoin \
bitcoins bitcoinworld blockchain blockchains blog board both bought breaking bring brings bsc btc build builders \
building built bull bullish business but buy buying by bybit call called came campaign can cannot cap capital \
case cash catch center central ceo certain chain chains chance change changes channel chasing check claim \
claimed claims clear click close closed co code coin coinbase coindesk coinotag coinpedia coins cointelegraph \
com come comes coming comment comments committed common community companies company compared complete completed \
completes complex conditions confirm confirmed confirms consider contact content continue continued continues \
contract contracts control cost could countries country create created creating creation creator cross crowdsale \
crucial crypto crypto's cryptocurrencies cryptocurrency cryptonews cryptopolitan currencies currency current \
currently customers daily data date day days deal dear debut debuts dec december decentralized decided decision \
decrypt defi deposit deposits description despite detail detailed details develop developed developer developers \
development did different digital directly disclaimer discount discover distribute distributed distribution \
distributions do does doing dollar dollars don done down drop drops due during e each early earn earning \
earnings easy ecosystem eligible email end ended ends ensure enter entire entry especially essential etf eth \
ether ethereum even event events ever every everyone example exchange exchanges exciting exclusive executive \
expect expected experience explained explore facebook fact fan far farm feb february federal fee fees few field \
file filed files final finally finance financial find first five follow followed following follows for force \
form former forward found foundation founded founder four free friday from full fully fund funds further future \
futures gain gains game gaming gas gate general get gets getting give given gives global go goes going gold good \
got governance government great greater ground group growing growth guide had half happen happens has have \
having he head heads health help helps her here high higher highest highlights him his hit hits hold holder \
holders holding holdings hour hours house how however http https hub huge idea if impact important in inc \
include includes including increase increased increasing industry info information infrastructure initial \
initiative innovation innovative inside instead institutional institutions interest international into introduce \
introduces introducing investing investment investments investor investors investors' is issue issued issues it \
its itself jan january join joined jul july jun june just keep key know known korea korean large larger largest \
last late later latest launch launched launches launching launchpad launchpool law layer lead leader leading \
leads learn least legal less let level life like likely limited line link links liquidity list listed listing \
listings lists little live ll local long longer look looking lot low lower made main mainnet maintain major make \
makes making management many mar march market marketcap marketing markets may me mean means media medium meet \
member members message million mind minutes mobile moment monday money month months more moreover most move \
moves much must my name named native nd near nearly need needed needs network networks never new newest news \
next nft nfts no non not note notice nov november now number o oct october of off offer offered offering offers \
official officially officials often ok okx on once one ones online only open opened opening opens operations \
opportunities opportunity option options or order org original other others our out outside over own owned page \
pair pairs part participants participate participating participation particular partner partners partnership \
party past pay payment payments people per percent percentage performance period phase pic place plan planned \
planning plans platform platforms play player players please plus point points policy pool popular position \
positive possible post posted potential power powered predict prediction premarket presale present president \
press previous price prices prior private prize probably problem process product products profit program project \
projects property proposal proposed protocol protocols provide provided provider provides providing public \
published purchase purchased purchases purpose put quarter question quick quickly raise raised range rapidly \
rate rates rather rd re read reader real really reason reasons received recent recently record reduce regarding \
region register registration regulation regulations related release released remain remains report reported \
reportedly reports research reserve responsible result results return returns revealed revenue review reward \
rewards right rise rises rising risk risks road role rose round rules run running s said sale sales same \
saturday saw say saying says scam season second sector secure security see seed seek seeks seen sell selling \
send sent sep sept september series service services session set several share shared shares she shift short \
shortly should show shows side sign signal significant significantly similar simple since single site six small \
smart so social software sold solution solutions some something soon source south space special specific spot st \
stable stablecoin stablecoins stage stake staked staking standard start started starting starts state statement \
states status stay step still stock stocks stop store story strategic strategies strategy strong structure \
subject subscribe subscription such sunday supply support supported supports sure surge swap system systems t \
t.me take taken takes taking target team tech technical technologies technology telegram tell ten terms test \
testing th than thank thanks that the their them themselves then there these they thing things think third this \
those though three through throughout thursday ticker ticket time times to today together token tokenomics \
tokens told tomorrow too took top total towards trade traded trader traders trades trading traditional \
transaction transactions transfer transfers true trust try tuesday turn tweet twitter two type u uk under \
understand understanding unique united until unveil unveiled unveiling unveils up upcoming update updated \
updates upon us usd usdt use used user users uses using usually utc utility value values various ve venture \
version very via video view visit volatile volatility vote voting voucher wallet wallets want warning was watch \
way ways we wealth web web3 website wednesday week weekly weeks well went were what when where whether which \
while white who whole whose why wide wider will win wire with withdraw withdrawal withdrawals within without \
work working works world worldwide worth would write www x y year years yes yesterday yet yield you your z zone";

/// Every word of the lists of all languages, with the languages it is of as bits, and names of venues, which say where,
/// not whose.
static EVERYDAY: LazyLock<HashMap<&'static str, u16>> = LazyLock::new(|| {
    let mut words: HashMap<&str, u16> = VENUES.iter().map(|(name, _)| (*name, 0)).collect();
    for (language, list) in std::iter::once(COMMON).chain(everyday::EVERYDAY).enumerate() {
        list.split(' ').for_each(|word| *words.entry(word).or_default() |= 1 << language);
    }
    words
});

/// The languages a word is an everyday one of, as bits; `None` for all others.
pub(crate) fn everyday_in(word: &str) -> Option<u16> {
    EVERYDAY.get(word).copied()
}

/// What a word says about what is told: nothing (0), or that it is no word of every day (1).
pub(crate) fn telling_weight(word: &str) -> f64 {
    let long_enough = word.chars().count() >= 3;
    let numeric = word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | ':' | '%'));
    let common = || everyday_in(singular(word)).or_else(|| everyday_in(word)).is_some();
    if !long_enough || numeric || common() { 0.0 } else { 1.0 }
}

/// The language a text is in, as far as its own words say: good enough to know that two texts share no words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    Chinese,
    Japanese,
    Korean,
    /// One of the lists of everyday words, English the first.
    Listed(u32),
}

// === impl Tongue ===

impl Tongue {
    /// The language whose words and signs are the most.
    pub(crate) fn of<'a>(words: impl Iterator<Item = &'a str>) -> Option<Self> {
        let (mut counts, mut all, mut han, mut kana, mut hangul) = ([0_u32; 16], 0, 0, 0, 0);
        for word in words {
            all += 1;
            match word.chars().next() {
                Some('\u{3040}'..='\u{30ff}') => kana += 1,
                Some('\u{4e00}'..='\u{9fff}') => han += 1,
                Some('\u{ac00}'..='\u{d7a3}') => hangul += 1,
                _ => {}
            }
            let languages = everyday_in(word).unwrap_or(0);
            counts.iter_mut().enumerate().for_each(|(i, count)| *count += u32::from(languages >> i & 1));
        }
        if 4 * (han + kana + hangul) > all {
            return Some(if hangul > han + kana {
                Self::Korean
            } else if 6 * kana >= han {
                Self::Japanese
            } else {
                Self::Chinese
            });
        }
        // The first of equals.
        let best = (0..counts.len()).rev().max_by_key(|&i| counts[i])?;
        (counts[best] > 0).then_some(Self::Listed(best as u32))
    }

    /// Whether its letters are of the Latin script.
    pub(crate) fn is_latin(self) -> bool {
        // Russian and Ukrainian, Arabic and Persian.
        !matches!(self, Self::Chinese | Self::Japanese | Self::Korean | Self::Listed(3 | 4 | 11 | 12))
    }

    /// Whether it is English.
    pub(crate) fn is_english(self) -> bool {
        self == Self::Listed(0)
    }
}

/// What hangs in front of a word: `l'airdrop`, `dell'airdrop`.
const ELIDED: &str = "all c d dall dell j l m n nell qu s sull t un";

/// A word without what English and Turkish hang on it and French and Italian in front of it, so that `Optimism's` is
/// `optimism`.
pub(crate) fn singular(word: &str) -> &str {
    let word = match word.split_once(['\'', '’']) {
        Some((before, after)) if stands_in(ELIDED, before) && after.len() > 2 => after,
        Some((before, _)) => before,
        None => word,
    };
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 3 && !stem.ends_with(['s', 'u', 'i']) => stem,
        _ => word,
    }
}

/// Whether a word stands in one of the sorted lists above: by halves, for every word of every text is asked for.
pub(crate) fn stands_in(sorted: &str, word: &str) -> bool {
    let (mut from, mut to) = (0, sorted.len());
    while from < to {
        let middle = from + (to - from) / 2;
        let start = sorted[from..middle].rfind(' ').map_or(from, |at| from + at + 1);
        let end = sorted[middle..to].find(' ').map_or(to, |at| middle + at);
        match word.cmp(&sorted[start..end]) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => to = start.saturating_sub(1).max(from),
            std::cmp::Ordering::Greater => from = (end + 1).min(to),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_and_words_of_the_trade_do_not() {
        for word in ["optimism", "fetch.ai", "ransomware", "midnight"] {
            assert_eq!(telling_weight(word), 1.0, "{word}");
        }
        for word in ["tokens", "announcement", "exchange's", "the", "2025", "16:30", "ok"] {
            assert_eq!(telling_weight(word), 0.0, "{word}");
        }
    }

    #[test]
    fn every_word_of_a_list_is_found() {
        for list in [NO_TICKER, NO_BARE_TICKER, COMMON, ELIDED] {
            let words: Vec<&str> = list.split(' ').collect();
            assert!(words.is_sorted(), "found by halves, so it must be sorted");
            assert!(words.iter().all(|word| stands_in(list, word)));
            for word in ["", " ", "zzzz", "!", "\u{e9}", words[0].trim_end_matches(char::is_alphanumeric)] {
                assert!(!stands_in(list, word), "{word:?}");
            }
        }
    }

    #[test]
    fn words_of_every_day_tell_in_no_language() {
        for list in everyday::EVERYDAY {
            assert!(list.split(' ').is_sorted(), "{list:.40}");
            for word in list.split(' ') {
                assert_eq!(tge_text::Normal::text_of(word), word, "found in texts of normal form");
                assert_eq!(telling_weight(word), 0.0, "{word}");
            }
        }
        assert_eq!(singular("l'airdrop"), "airdrop");
        assert_eq!(singular("dell'oasis"), "oasis");
    }

    #[test]
    fn languages_are_told_by_their_words() {
        let tongue = |text: &'static str| Tongue::of(text.split(' '));
        for (a, b) in [
            ("the token is open for all users", "token claim opens on monday"),
            ("токен можно забрать на сайте проекта", "открыт клейм для участников тестнета"),
            ("el token ya se puede reclamar", "preventa abierta para los primeros usuarios"),
            ("開 始 し ま し た", "上 場 を 発 表"),
        ] {
            assert!(tongue(a).is_some());
            assert_eq!(tongue(a), tongue(b), "{a}: {b}");
        }
        assert_ne!(tongue("токен можно забрать на сайте"), tongue("токен можна забрати на сайті"));
        assert_ne!(
            tongue("il token è già disponibile per gli utenti"),
            tongue("o token já está disponível para os usuários")
        );
        assert_eq!(tongue("exm orvelo"), None);
    }
}
