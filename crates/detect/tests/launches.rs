//! What a verdict tells of a launch beside whose it is: what becomes of it, and where it happens.

use tge_detect::labels::parse_published;
use tge_detect::{Detector, Document, Projects, Ruleset, event_date};
use tge_model::{Cue, EventKind, Launch, Verdict};

fn judge(detector: &Detector, title: &str, text: &str, day: &str) -> Verdict {
    detector.judge(&Document { title, text, lang: None, published: parse_published(day) })
}

fn detector() -> Detector {
    Detector::new(Ruleset::embedded().expect("the embedded ruleset"), Projects::default()).expect("a detector")
}

fn launch(verdict: &Verdict) -> &Launch {
    verdict.launches.first().expect("a launch")
}

#[test]
fn only_what_is_said_of_the_act_changes_what_becomes_of_it() {
    let detector = detector();
    for (title, text, cue) in [
        (
            "Brightfen (BRFN) Will Be Available on Binance Alpha",
            "This is a general announcement. Products and services referred to here may not be available in your region.",
            Cue::Announced,
        ),
        ("Brightfen (BRFN) Listing Will Be Postponed", "The start of trading is moved.", Cue::Postponed),
        ("", "The $BRFN claim opens on Monday. Sybil wallets may be excluded.", Cue::Announced),
        ("", "Brightfen 空投申领现已开放，女巫地址已被取消资格。", Cue::Live),
        ("", "$BRFN TGE is in May", Cue::Announced),
        ("", "The $BRFN token will go live on May 9", Cue::Announced),
        ("", "$BRFN goes live tomorrow on Uniswap", Cue::Announced),
        ("", "$BRFN is live on Uniswap, listing on Gate on May 9", Cue::Live),
        ("", "$BRFN presale is live now! TGE December 5", Cue::Live),
        ("", "$BRFN claim is live. Deadline: December 5", Cue::Live),
        // What is open is not the launch.
        ("", "Deposits for $BRFN are open now, trading starts on Monday at 10:00 UTC", Cue::Announced),
        ("", "$BRFN deposits are live! Trading will begin December 4, 12:00 UTC.", Cue::Announced),
        ("", "Deposits and trading for $BRFN are open now.", Cue::Live),
        ("", "The $BRFN airdrop checker is live. Claims open on December 1.", Cue::Announced),
        (
            "",
            "Registration for the Brightfen (BRFN) token sale is now live; the sale runs December 5 to 8.",
            Cue::Announced,
        ),
        ("", "Our website is live! $BRFN launches on Raydium December 5.", Cue::Announced),
        ("", "The $BRFN claim portal is live", Cue::Live),
        ("", "The $BRFN claim dashboard on the foundation site is now live", Cue::Live),
        ("", "$BRFN deposits and trading are now live on Bitget", Cue::Live),
        ("", "Gate 已开放 BRFN 交易和充值", Cue::Live),
        ("", "Gate 已开放 BRFN 充值，将于12月4日开放交易", Cue::Announced),
        // Called off.
        ("", "Brightfen 取消 BRFN 代币公开销售", Cue::Cancelled),
        ("", "Brightfen cancels the $BRFN token sale", Cue::Cancelled),
        ("", "Brightfen calls off its $BRFN airdrop", Cue::Cancelled),
        ("", "The $BRFN token sale has been cancelled", Cue::Cancelled),
        ("", "Brightfen отменяет токенсейл BRFN", Cue::Cancelled),
        ("", "Brightfen cancela la venta de tokens BRFN", Cue::Cancelled),
        ("", "Brightfen BRFN token satışını iptal etti", Cue::Cancelled),
        ("", "Brightfen odwołuje sprzedaż tokena BRFN", Cue::Cancelled),
        // Not it, or something else.
        ("", "Gate lists Brightfen (BRFN), all open orders of the old pair are cancelled", Cue::Announced),
        ("", "The $BRFN airdrop claim is live. Claims that are not made by January 5 will be cancelled.", Cue::Live),
        (
            "",
            "Brightfen (BRFN) lists on KuCoin today. Orders placed before trading opens will be cancelled.",
            Cue::Announced,
        ),
        ("", "The $BRFN TGE is not cancelled: it happens on November 24", Cue::Announced),
        ("", "Brightfen cancelled its VC round and launches the $BRFN community sale today", Cue::Announced),
        ("", "MEXC 取消 BRFN 手续费，11月24日上线", Cue::Announced),
        ("", "Brightfen 取消锁仓，BRFN 代币将于11月24日 TGE", Cue::Announced),
        // Put off, and not.
        ("", "$BRFN TGE moved from November 24 to December 10", Cue::Postponed),
        ("", "Brightfen pushes back BRFN token launch to January", Cue::Postponed),
        ("", "$BRFN TGE will not be delayed: November 24 it is", Cue::Announced),
        ("", "BRFN 不会延期，11月24日 TGE", Cue::Announced),
        ("", "Airdrop claim of $BRFN starts November 24 with delayed vesting", Cue::Announced),
        (
            "",
            "After being delayed from September, the $BRFN token generation event will take place on November 30.",
            Cue::Announced,
        ),
        ("", "Brightfen moves its TGE from November 24 to December 10", Cue::Postponed),
        ("", "The Brightfen TGE slips from Q4 2026 to Q1 2027", Cue::Postponed),
        // In doubt, and only allowed.
        ("", "Brightfen may launch its $BRFN token in April", Cue::Hedged),
        ("", "$BRFN may be claimed from 12:00 UTC on November 24", Cue::Announced),
        ("", "Participants may buy BRFN at $0.05 in the public sale starting November 24", Cue::Announced),
    ] {
        let verdict = judge(&detector, title, text, "2026-11-20");
        assert_eq!(launch(&verdict).cue, cue, "{title} {text}: {:?}", verdict.probability);
    }
}

/// A rumour and a denial say of which launch they are, though they are none themselves.
#[test]
fn of_a_rumour_and_a_denial_the_launch_is_told() {
    let detector = detector();
    for (text, symbol, cue) in [
        ("Rumour: Velar is reportedly going to launch its token $VELR", Some("VELR"), Cue::Hedged),
        ("Unconfirmed: Velar airdrop in December according to an insider", None, Cue::Hedged),
        ("Sources say Velar could launch a token next month", None, Cue::Hedged),
        ("Velar Rumored To Launch Its Token On Monday", None, Cue::Hedged),
        ("传闻 Velar 将于下月发币", None, Cue::Hedged),
        ("Velar is not launching the $VELR token, the team says", Some("VELR"), Cue::Cancelled),
        ("There is no $VELR token and there will be none", Some("VELR"), Cue::Cancelled),
        ("Velar denies plans to launch a token", None, Cue::Cancelled),
        ("Velar Denies Plans To Launch Its Token", None, Cue::Cancelled),
        ("Velar dismisses token rumors", None, Cue::Cancelled),
    ] {
        let verdict = judge(&detector, "", text, "2026-11-20");
        let told = launch(&verdict);
        assert_eq!((told.symbol.as_deref(), told.cue), (symbol, cue), "{text}");
        let named = told.project.as_deref() == Some("Velar") || told.project.as_deref() == symbol;
        assert!(named, "{text}: {:?}", told.project);
        assert!(verdict.is_held() && !verdict.is_tge, "{text}: {:?}", verdict.reasons.first());
        assert!(verdict.probability.get() >= 0.1, "{text}: {:?}", verdict.probability);
    }
    // Words of rumour alone make no launch of ordinary news.
    for text in
        ["Sources say Samsung could launch a headset next month", "The minister denies plans to list the railway"]
    {
        let verdict = judge(&detector, "", text, "2026-11-20");
        assert!(verdict.probability.get() < 0.1, "{text}: {:?}", verdict.probability);
    }
}

#[test]
fn a_place_is_told_where_it_is_one_on_the_day() {
    let detector = detector();
    let told = |text: &str, day: &str| {
        let verdict = judge(&detector, "", text, day);
        let launch = launch(&verdict);
        (launch.venues.join(" "), launch.chain.clone().unwrap_or_default())
    };
    for (text, day, venues, chain) in [
        ("FTX will list Brightfen (BRFN), trading opens on Monday", "2022-03-01", "FTX", ""),
        ("FTX will list Brightfen (BRFN), trading opens on Monday", "2023-03-01", "", ""),
        ("Brightfen launches its $BRFN token on Monad today", "2025-12-01", "", "Monad"),
        ("Brightfen launches its $BRFN token on Monad today", "2025-06-01", "", ""),
        ("Binance Alpha will list Brightfen (BRFN)", "2026-03-01", "Binance Alpha", ""),
        ("Brightfen (BRFN) token sale opens https://www.binance.com/en/support/1", "2026-03-01", "Binance", ""),
        ("Brightfen (BRFN) token sale opens https://binance.com.example.net/support/1", "2026-03-01", "", ""),
        ("Brightfen (BRFN) token sale opens https://binance.com:pw@example.net/support/1", "2026-03-01", "", ""),
        ("Brightfen (BRFN) token sale opens, see https://www.coinbase.com/price/ethereum", "2026-03-01", "", ""),
        ("Los usuarios aptos podrán reclamar el airdrop de $BRFN el lunes", "2026-03-01", "", ""),
        ("$BRFN is live, contract: https://sepolia.etherscan.io/token/0x1", "2026-03-01", "", ""),
        ("$BRFN is live, contract: https://bscscan.com/token/0x1", "2026-03-01", "", "BNB Chain"),
        ("$BRFN is live, contract: https://optimistic.etherscan.io/token/0x1", "2026-03-01", "", "Optimism"),
        // A name that is a word, where a place is told.
        ("Brightfen lanza su token BRFN en la red Polygon", "2026-03-01", "", "Polygon"),
        ("Brightfen startet den BRFN-Token auf Base", "2026-03-01", "", "Base"),
        ("Токен $BRFN выйдет в сети Base завтра", "2026-03-01", "", "Base"),
        ("Brightfen TGE tomorrow. Ticker: $BRFN, Chain: Base", "2026-03-01", "", "Base"),
        ("$BRFN TGE tomorrow on Kraken (Base)", "2026-03-01", "Kraken", "Base"),
        ("The $BRFN token launches tomorrow, an ERC-20 on Arbitrum", "2026-03-01", "", "Arbitrum"),
        ("The $BRFN token launches tomorrow, an ERC-20", "2026-03-01", "", "Ethereum"),
        ("Vente publique du token $BRFN sur Legion demain", "2026-03-01", "Legion", ""),
        ("En base a los resultados, $BRFN se lanza mañana en Solana", "2026-03-01", "", "Solana"),
        ("At Core Summit the $BRFN token launches tomorrow", "2026-03-01", "", ""),
        ("CEO Bo (Story) launches the $BRFN token tomorrow", "2026-03-01", "", ""),
        ("Former Revolut engineers launch the $BRFN token tomorrow", "2026-03-01", "", ""),
        ("The base story of the $BRFN token: it launches tomorrow", "2026-03-01", "", ""),
    ] {
        assert_eq!(told(text, day), (venues.to_owned(), chain.to_owned()), "{text} on {day}");
    }
    let own = judge(&detector, "", "Soneium will launch its PLMB token on Monday", "2026-03-01");
    assert_eq!(launch(&own).project.as_deref(), Some("Soneium"));
    for (text, kind) in [
        ("CoinList lists Brightfen (BRFN), a first listing", EventKind::CexListing),
        ("Raydium lists Brightfen (BRFN), a first listing", EventKind::DexLiquidity),
        ("KuCoin lists Brightfen (BRFN), a first listing", EventKind::CexListing),
        ("KuCoin and Raydium list Brightfen (BRFN), a first listing", EventKind::CexListing),
    ] {
        assert_eq!(launch(&judge(&detector, "", text, "2026-03-01")).kind, kind, "{text}");
    }
}

#[test]
fn a_day_of_the_week_before_a_date_only_repeats_it() {
    let detector = detector();
    for (text, day) in [
        ("Lanzamiento del token $BRFN: viernes 11 de diciembre", "2026-12-11"),
        ("De lancering van de $BRFN-token is op vrijdag 11 december", "2026-12-11"),
        ("The $BRFN token launches on Friday, December 11", "2026-12-11"),
        ("$BRFN goes live this Friday, registration closed on December 2", "2026-12-04"),
        ("$BRFN goes live on Friday", "2026-12-04"),
        // What follows what is live, and what ends, is not its day.
        ("The $BRFN claim is open! Trading starts tomorrow on Bitget", "2026-11-30"),
        ("Il claim di $BRFN è aperto, scade il 15 dicembre. Domani alle 12 UTC parte il trading", "2026-11-30"),
        ("Registration for the $BRFN token sale closes on December 8. The sale starts on December 13.", "2026-12-13"),
        ("드디어 $BRFN 클레임 열렸습니다! 마감은 12월 18일", "2026-11-30"),
    ] {
        let verdict = judge(&detector, "", text, "2026-11-30");
        let start =
            launch(&verdict).schedule.as_ref().map(|schedule| schedule.start.to_chrono().date_naive().to_string());
        assert_eq!(start.as_deref(), Some(day), "{text}");
    }
}

/// Of a line without a ticker nothing is known but what it says, and its look-alikes say almost the same.
#[test]
fn a_plain_line_tells_a_launch_or_what_only_looks_like_one() {
    let detector = detector();
    for (text, expected) in [
        ("Brumal airdrop is live", true),
        ("Brumal launches token", true),
        ("Brumal token sale is live", true),
        ("Brumal opens claims", true),
        ("Brumal announces its TGE", true),
        ("Brumal token goes live on Thursday", true),
        ("Brumal startet seinen Token am Donnerstag", true),
        // The article written onto a foreign word.
        ("فريق Brumal يؤكد موعد الـTGE", true),
        // The name begins like a word of another language.
        ("Mintaro 에어드랍 클레임 열렸어요", true),
        ("Brumal app is live", false),
        ("Brumal launches testnet", false),
        ("Brumal opens claims for flood victims", false),
        ("Brumal ticket sale is live", false),
        ("Brumal token staking goes live on Thursday", false),
        ("Brumal token unlock is live", false),
        ("Brumal 官方：从未计划发币", false),
        ("UN airdrops food aid into Sudan", false),
        ("Google launches its own search engine for shoes", false),
        ("White House pushes back on Kremlin claims", false),
        ("Anthropic launches new model with 2 million token context window", false),
        ("City of Graz introduces its own token for public transport", false),
    ] {
        let verdict = judge(&detector, "", text, "2026-11-20");
        assert_eq!(verdict.is_tge, expected, "{text}: {:?}", verdict.probability);
    }
}

/// Days counted, named and written in figures, in eighteen languages.
#[test]
fn a_launch_is_on_the_day_that_is_told() {
    let detector = detector();
    for line in include_str!("days.tsv").lines().filter(|line| !line.starts_with('#')) {
        let (expected, text) = line.split_once('\t').expect("a day and a text");
        let verdict = judge(&detector, "", text, "2026-11-20");
        let day = launch(&verdict).schedule.as_ref().and_then(event_date);
        assert_eq!(day.as_deref().unwrap_or("-"), expected, "{text}");
    }
}

/// Several launches of one text, each with what is its own: tokens of one line, and what one token does on two days.
#[test]
fn a_text_of_several_launches_mixes_nothing() {
    let detector = detector();
    for (text, expected) in [
        (
            "$MRRW TGE on Nov 24, $TIDE claim opens Nov 26, $OSSN lists on Bybit Dec 1",
            &["MRRW TOKEN_GENERATION 2026-11-24", "TIDE CLAIM_OPEN 2026-11-26", "OSSN CEX_LISTING 2026-12-01 Bybit"][..],
        ),
        (
            "Bybit will list Velmora (VLMR) on December 3 and Quorvex (QRVX) on December 5",
            &["VLMR CEX_LISTING 2026-12-03 Bybit", "QRVX CEX_LISTING 2026-12-05 Bybit"],
        ),
        (
            "Bybit lists Velmora ($VLMR) tomorrow while Gate opens trading for Quorvex ($QRVX) on December 5",
            &["VLMR CEX_LISTING 2026-11-21 Bybit", "QRVX CEX_LISTING 2026-12-05 Gate"],
        ),
        (
            "Bybit listará Velmora (VLMR) el 3 de diciembre y Quorvex (QRVX) el 5 de diciembre",
            &["VLMR CEX_LISTING 2026-12-03 Bybit", "QRVX CEX_LISTING 2026-12-05 Bybit"],
        ),
        (
            "Claims for $VLMR open December 3 and trading on Bybit starts December 5.",
            &["VLMR CLAIM_OPEN 2026-12-03 Bybit", "VLMR CEX_LISTING 2026-12-05 Bybit"],
        ),
        (
            "$VLMR claim is live! Trading on Binance starts tomorrow at 10:00 UTC",
            &["VLMR CLAIM_OPEN 2026-11-20 Binance", "VLMR CEX_LISTING 2026-11-21 Binance"],
        ),
        (
            "Velmora (VLMR) 空投申领已开启，12月5日在 Bybit 上线交易",
            &["VLMR CLAIM_OPEN 2026-11-20 Bybit", "VLMR CEX_LISTING 2026-12-05 Bybit"],
        ),
        (
            "Velmora ($VLMR) public sale starts December 3 on CoinList, the listing on Gate follows on December 12",
            &["VLMR PUBLIC_SALE 2026-12-03 CoinList Gate", "VLMR CEX_LISTING 2026-12-12 Gate"],
        ),
        // No days of their own, or none of the same token's.
        ("$VLMR claim is live. Deposits open December 3, withdrawals December 6", &["VLMR CLAIM_OPEN 2026-11-20"]),
        ("$VLMR claim is live. It may be listed on December 5", &["VLMR CLAIM_OPEN 2026-11-20"]),
        ("$VLMR claim is live. The trading fee discount begins December 5", &["VLMR CLAIM_OPEN 2026-11-20"]),
        ("$VLMR claim is live. The perpetual lists on December 5", &["VLMR CLAIM_OPEN 2026-11-20"]),
        (
            "Bybit lists Velmora (VLMR) on December 3, rival Quorvex (QRVX) is unmoved",
            &["VLMR CEX_LISTING 2026-12-03 Bybit"],
        ),
    ] {
        let verdict = judge(&detector, "", text, "2026-11-20");
        let told = verdict.launches.iter().map(|launch| {
            let day = launch.schedule.as_ref().and_then(event_date).unwrap_or_default();
            let told =
                [launch.symbol.clone().unwrap_or_default(), launch.kind.to_string(), day, launch.venues.join(" ")];
            told.join(" ").trim_end().to_owned()
        });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{text}");
    }
}

/// A place behind "on" is where it happens, and no project.
#[test]
fn a_chain_behind_a_phrase_is_where_it_happens() {
    let detector = detector();
    for text in ["$KRELL launches on Base Dec 3", "Krell (KRELL) launches on Base on December 3"] {
        let verdict = judge(&detector, "", text, "2026-11-20");
        let told = launch(&verdict);
        assert_eq!(told.chain.as_deref(), Some("Base"), "{text}");
        assert_ne!(told.project.as_deref(), Some("Base"), "{text}");
    }
}
