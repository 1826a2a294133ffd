//! Words that tell texts apart, and words that every text of this trade has.

/// Currencies and abbreviations: no subject of a launch, however they are marked.
pub(crate) const NO_TICKER: &str = "AI AM API APR APY ATH BEP BNB BTC BUSD CEO CEST CET CEX CFO COO CTO DAI DAO DAPP DAPPS DEFI DEX DOJ EDT ERC EST \
ETF ETFS ETH EU EUR EVM FAQ FBI FDUSD GBP GMT ICO IDO IEO IMF IPO IRS ITO JPY KRW KST KYC NFT NFTS NYSE OTC P2P \
PM POS POW PST ROI RWA SEC TGE TRY TUSD TVL UAE UK UN US USA USD USDC USDT UTC VIP";

/// Words that stand in capitals for loudness or as names of venues: tickers only where they are marked as such (`$OPEN`).
pub(crate) const NO_BARE_TICKER: &str = "AIRDROP AIRDROPS ALERT ALL AMA AML AN AND AS AT BIG BINANCE BINGX BITGET BITHUMB BREAKING BST BUY BY BYBIT COIN \
COINLIST COINS DATE DESCRIPTION DETAILS DON DYOR EVENT EVENTS FOMO FOR FROM FUD GATE GET HODL HOT HOUR HTX IDEA \
IF IMPORTANT IN INFO IS IT JUST KUCOIN L1 L2 LAUNCH LBANK LINK LINKS LIST LISTING LISTS LIVE LP MAINNET MARKET \
MEXC NEW NEWS NO NOTICE NOW OF OKEX OKX ON OPEN OR OUR PAYMENT POST POSTED PRESALE PRICE ROUND SALE SCHEDULE \
SELL SOON START STARTS STATS TESTNET THE TIME TO TODAY TOKEN TOKENS TWEET UP UPBIT UPDATE WE WILL WITH YOUR ZK";

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

/// What a word says about what is told: nothing (0), or that it is no word of every day (1).
pub(crate) fn telling_weight(word: &str) -> f64 {
    let long_enough = word.chars().count() >= 3;
    let numeric = word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | ':' | '%'));
    if !long_enough || numeric || stands_in(COMMON, singular(word)) || stands_in(COMMON, word) { 0.0 } else { 1.0 }
}

/// A word without what English and Turkish hang on it, so that `Optimism's` is `optimism`.
pub(crate) fn singular(word: &str) -> &str {
    let word = word.split(['\'', '’']).next().unwrap_or(word);
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 3 && !stem.ends_with(['s', 'u', 'i']) => stem,
        _ => word,
    }
}

/// Venues by what stands in texts, across scripts.
const VENUES: &[(&str, &str)] = &[
    ("binance", "_binance_|币安|幣安|바이낸스|バイナンス|_бинанс|بينانس"),
    ("okx", "_okx_|_okex_|欧易|歐易|오케이엑스"),
    ("bitget", "_bitget_|비트겟"),
    ("upbit", "_upbit_|업비트"),
    ("bithumb", "_bithumb_|빗썸"),
    ("coinone", "_coinone_|코인원"),
    ("bybit", "_bybit_|바이비트"),
    ("kucoin", "_kucoin_|쿠코인|库币"),
    ("gate", "_gate.io_|_gateio_|_gate_|芝麻开门"),
    ("mexc", "_mexc_|抹茶"),
    ("htx", "_htx_|_huobi_|火币|火幣|후오비"),
    ("coinbase", "_coinbase_|코인베이스"),
    ("kraken", "_kraken_"),
    ("wazirx", "_wazirx_"),
    ("poloniex", "_poloniex_"),
    ("bittrex", "_bittrex_"),
    ("pancakeswap", "_pancakeswap_"),
    ("coinlist", "_coinlist_|코인리스트"),
    ("yobit", "_yobit_"),
    ("bitfinex", "_bitfinex_"),
    ("lbank", "_lbank_"),
    ("blofin", "_blofin_"),
    ("bingx", "_bingx_"),
    ("bitmart", "_bitmart_"),
    ("xt", "_xt.com_|_xt_"),
    ("coinex", "_coinex_"),
    ("phemex", "_phemex_"),
    ("weex", "_weex_"),
    ("toobit", "_toobit_"),
    ("whitebit", "_whitebit_"),
    ("ascendex", "_ascendex_"),
    ("probit", "_probit_"),
    ("korbit", "_korbit_|코빗"),
    ("gopax", "_gopax_|고팍스"),
    ("bitstamp", "_bitstamp_"),
    ("gemini", "_gemini_"),
    ("crypto.com", "_crypto.com_"),
    ("robinhood", "_robinhood_"),
    ("uniswap", "_uniswap_"),
    ("raydium", "_raydium_"),
    ("hyperliquid", "_hyperliquid_"),
    ("bitflyer", "_bitflyer_"),
    ("coincheck", "_coincheck_|コインチェック"),
    ("bitrue", "_bitrue_"),
    ("hashkey", "_hashkey_"),
    ("poolz", "_poolz_"),
    ("dao maker", "_dao_maker_|_daomaker_"),
    ("polkastarter", "_polkastarter_"),
    ("seedify", "_seedify_"),
];

/// The venues a flat text names, as bits.
pub(crate) fn venues(flat: &str) -> u64 {
    VENUES
        .iter()
        .enumerate()
        .filter(|(_, (_, names))| names.split('|').any(|n| flat.contains(n)))
        .fold(0, |bits, (i, _)| bits | 1 << i)
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

/// A word that is a venue's name says where, not whose.
pub(crate) fn is_venue(word: &str) -> bool {
    VENUES.iter().any(|(name, _)| *name == word)
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
        for list in [NO_TICKER, NO_BARE_TICKER, COMMON] {
            let words: Vec<&str> = list.split(' ').collect();
            assert!(words.is_sorted(), "found by halves, so it must be sorted");
            assert!(words.iter().all(|word| stands_in(list, word)));
            for word in ["", " ", "zzzz", "!", "\u{e9}", words[0].trim_end_matches(char::is_alphanumeric)] {
                assert!(!stands_in(list, word), "{word:?}");
            }
        }
    }

    #[test]
    fn venues_are_known_in_other_scripts() {
        assert_eq!(venues("_欧易关于上线_exm_的公告_"), venues("_okx_lists_exm_"));
        assert_ne!(venues("_바이낸스에_상장_"), 0);
        assert_eq!(venues("_a_floodgate_opens_"), 0);
    }
}
