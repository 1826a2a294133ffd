//! The detector as its callers see it: verdicts on texts of our own, exact quotes, hostile input, learning.

use proptest::prelude::*;
use tge_detect::labels::{Labelled, parse_jsonl, parse_published};
use tge_detect::learn::{self, Options};
use tge_detect::{Detector, Document, LabelKind, Projects, Ruleset, SeenToken, explained_line, verdict_line};
use tge_model::{ReasonPart, Verdict, Zone};

const WATCHED: &str = "{version: 1, projects: [{name: Lumen Harbor, aliases: [lumenharbor], symbol: LHB}]}";

fn detector() -> Detector {
    let projects = Projects::parse(WATCHED).expect("a good watch-list");
    Detector::new(Ruleset::embedded().expect("the embedded ruleset"), projects).expect("a detector")
}

fn document<'a>(title: &'a str, text: &'a str) -> Document<'a> {
    Document { title, text, lang: None, published: parse_published("2026-03-02T09:00:00Z") }
}

fn quotes_are_exact(document: &Document<'_>, verdict: &Verdict) {
    for reason in &verdict.reasons {
        let zone = match reason.zone {
            Zone::Title => document.title,
            Zone::Text => document.text,
        };
        assert_eq!(zone.get(reason.start..reason.end), Some(reason.quote.as_str()), "{reason:?}");
        let within = |part: &ReasonPart| zone.get(part.start..part.end) == Some(part.quote.as_str());
        assert!(reason.parts.iter().all(within), "{reason:?}");
    }
}

#[test]
fn tokens_listed_together_and_lines_of_a_digest_are_launches_of_their_own() {
    let detector = detector();
    let told = |text: &str| -> Vec<String> {
        let verdict = detector.judge(&document("", text));
        assert!(verdict.is_tge, "{text:?}: {:?}", verdict.probability);
        let mut symbols: Vec<String> = verdict.launches.into_iter().filter_map(|launch| launch.symbol).collect();
        symbols.sort_unstable();
        symbols
    };
    let together = "Binance Will List Brightfen (BRFN), Oakmere (OKMR) and Tarnwick (TRNW) and open trading on March 4";
    assert_eq!(told(together), ["BRFN", "OKMR", "TRNW"]);
    let digest = "Binance Will List Brightfen (BRFN) with Seed Tag Applied\n\nKuCoin gets Oakmere (OKMR) listed! World premiere, trading starts on March 4\n\nBitcoin price falls 4% as traders take profit";
    assert_eq!(told(digest), ["BRFN", "OKMR"]);
    // The sentences of a paragraph are told apart as its lines are.
    let paragraph = "Binance Will List Brightfen (BRFN) on March 4. Trading of Oakmere (OKMR) opens on KuCoin on March 5, a first listing. Bitcoin falls 4% as traders take profit.";
    assert_eq!(told(paragraph), ["BRFN", "OKMR"]);
    let update = "The Tarnwick airdrop claim for $TRNW is open\n\nUpdate of March 1: rewards of the airdrop were sent through 0x17...E2\n\nThe claim ends on March 30";
    assert_eq!(told(update), ["TRNW"]);
    let one = "Binance Will List Brightfen (BRFN) on March 4. Trading of Brightfen (BRFN) opens at 10:00.";
    assert_eq!(told(one), ["BRFN"]);
}

#[test]
fn tickers_and_names_are_read_however_they_are_written() {
    let detector = detector();
    for (text, project, symbol) in [
        ("Brightfen TGE is live. Ticker: BRFN7. Claim at brightfen.example", Some("Brightfen"), "BRFN7"),
        ("TGE проекта Брайтфен уже завтра, тикер BRFN", None, "BRFN"),
        ("Brightfen token ＄ＢＲＦＮ is live, claim your airdrop today", Some("Brightfen"), "BRFN"),
        ("O token BRFN lança amanhã, e o claim abre às 15h", Some("BRFN"), "BRFN"),
    ] {
        let line = verdict_line("x", &detector.judge(&document("", text)));
        assert_eq!(line.symbol.as_deref(), Some(symbol), "{text}");
        if project.is_some() {
            assert_eq!(line.project.as_deref(), project, "{text}");
        }
    }
}

#[test]
fn launches_of_a_digest_have_each_its_own_kind_and_day() {
    let digest = "This week in launches\n\n- Zephyrix (ZPX) launches its native token on March 12\n\n- Lumodrift (LUMD) public token sale starts on March 14 on CoinList";
    let line = verdict_line("x", &detector().judge(&document("", digest)));
    assert_eq!(
        (line.symbol.as_deref(), line.event_type, line.event_date.as_deref()),
        (Some("ZPX"), Some("tge"), Some("2026-03-12"))
    );
    assert_eq!(line.others, ["Lumodrift (LUMD) token_sale 2026-03-14"]);
}

#[test]
fn what_ends_on_a_day_does_not_begin_on_it() {
    let detector = detector();
    for (text, day) in [
        ("Quillstone 已开放 QLS 空投申领，符合资格的用户可在 3 月 13 日 3:00（UTC）前申领 QLS 代币", "2026-03-02"),
        ("Quillstone (QLS) 空投申领将于 3 月 9 日开放，4 月 9 日 21:00 结束", "2026-03-09"),
        ("Quillstone (QLS) airdrop claims are now open, until April 9", "2026-03-02"),
    ] {
        let line = verdict_line("x", &detector.judge(&document("", text)));
        assert!(line.is_tge, "{text}");
        assert_eq!(line.event_date.as_deref(), Some(day), "{text}");
    }
}

#[test]
fn what_is_put_off_happens_on_the_later_day() {
    let detector = detector();
    for (text, day) in [
        ("The Quillstone (QLS) token listing is postponed from March 12 to April 2", "2026-04-02"),
        ("Quillstone (QLS) listing has been postponed from Q1 to Q3 2026", "2026-Q3"),
        ("Листинг Quillstone (QLS) перенесён с 12 марта на 2 апреля", "2026-04-02"),
        ("Le lancement du token QLS de Quillstone est reporté du 12 mars au 2 avril", "2026-04-02"),
        ("Quillstone (QLS) 代币上线时间由 3 月 12 日推迟至 4 月 2 日", "2026-04-02"),
        ("Quillstone (QLS) lists on March 12 and withdrawals open to April 2", "2026-03-12"),
        ("No delays: Quillstone launches its token $QLS on March 12, claim until April 2", "2026-03-12"),
        ("Quillstone TGE is set for end Q2 2026, ticker $QLS", "2026-Q2"),
    ] {
        let line = verdict_line("x", &detector.judge(&document("", text)));
        assert_eq!(line.event_date.as_deref(), Some(day), "{text}");
        assert_eq!(line.symbol.as_deref(), Some("QLS"), "{text}");
    }
}

#[test]
fn few_reasons_are_kept_of_what_is_surely_no_launch() {
    let detector = detector();
    let nothing =
        document("", "Bitcoin fell by four per cent on Monday as traders took profit, analysts of two banks said.");
    let (kept, all) = (detector.judge(&nothing), detector.explain(&nothing));
    assert!(kept.probability.get() < 0.02 && kept.reasons.len() < all.reasons.len());
    assert_eq!((kept.probability, &kept.reasons[..4]), (all.probability, &all.reasons[..4]));
    let launch = document("", "Quillstone launches its native token $QLS on March 12");
    assert_eq!(detector.judge(&launch), detector.explain(&launch));
}

#[test]
fn names_and_tickers_are_told_as_they_are_written() {
    let detector = detector();
    for (text, project, symbol) in [
        // The last of words written onto each other, initials of them, and a ticker that goes on from the name.
        ("LunarSea confirms the airdrop of its SEA token on March 9", "LunarSea", "SEA"),
        ("Binance will list New BrineStones (NBS), deposits are open", "New BrineStones", "NBS"),
        // A script without blanks: foreign words side by side are one name.
        ("Quillo Markets：将于 3 月 9 日开放 QLO 代币空投申领", "Quillo Markets", "QLO"),
        ("Quillo TGE 将于 3 月 9 日进行，QLO 代币空投开放申领，敬请期待", "Quillo", "QLO"),
        // Where it happens is not whose it is.
        ("The EMBR token public sale on Polterhub starts on March 9", "EMBR", "EMBR"),
        ("BitMart lists $MART on March 9, a first listing", "MART", "MART"),
        // What stands in parentheses behind a ticker is none.
        ("Until then PLMR (QXZT) trades on Alpha. Binance lists Plumora (PLMR) on March 9", "Plumora", "PLMR"),
        // Pictures of letters are no names.
        ("🅰️ The $VLN token airdrop claim is live", "VLN", "VLN"),
        // Without any capital.
        ("the firm will hold an ico of its petrolo (ptl) coin on march 9, officials said", "petrolo", "PTL"),
        ("hartven will airdrop its hrt tokens to users, claims open on march 9", "hartven", "HRT"),
        ("the firm will hold an ico on march 9, and the exchange will list litecoin (ltc)", "litecoin", ""),
        ("the island state will launch its own cryptocurrency called the meridian on march 9", "meridian", ""),
    ] {
        let verdict = detector.judge(&document("", text));
        let launch = verdict.launches.first().unwrap_or_else(|| panic!("{text}: {:?}", verdict.probability));
        let told = (launch.project.as_deref(), launch.symbol.as_deref().unwrap_or_default());
        assert_eq!(told, (Some(project), symbol), "{text}");
    }
}

#[test]
fn names_are_found_by_their_ticker() {
    let detector = detector();
    for (text, project, symbol) in [
        ("Game RPG Lanternbay opens the public sale of its token $LTBY today", "Lanternbay", "LTBY"),
        ("three years. $brsh goes live tomorrow. thank you for not giving up on brineshift", "brineshift", "BRSH"),
        ("The $HXRA claim is open: https://claim.hexorra.example", "hexorra", "HXRA"),
        ("오르비엘(ORBL) 신규 상장 안내", "오르비엘", "ORBL"),
        ("当取引所は暗号資産「ホタルネット(HTRN)」の取扱いを開始、新規上場", "ホタルネット", "HTRN"),
        ("Quillstone launches its token: claim 640 QLST for early users today", "Quillstone", "QLST"),
    ] {
        let line = verdict_line("x", &detector.judge(&document("", text)));
        assert_eq!((line.project.as_deref(), line.symbol.as_deref()), (Some(project), Some(symbol)), "{text}");
    }
}

#[test]
fn fields_hold_nothing_unseen() {
    let text = "Quill\u{200b}stone launches its native token $Q\u{200b}LS on March 12, claim at https://quillstone.example/claim.";
    let verdict = detector().judge(&document("", text));
    let launch = verdict.launches.first().expect("a launch");
    assert_eq!((launch.project.as_deref(), launch.symbol.as_deref()), (Some("Quillstone"), Some("QLS")));
    assert_eq!(launch.links, ["https://quillstone.example/claim"]);
}

/// A token that no list has yet: on a day the lists do not know, that it is in none says nothing against it.
#[test]
fn what_no_list_can_know_is_no_reason_against_a_launch() {
    let detector = detector();
    let mut document = document("", "Claims for $QLSX are live. Head to claim.quillstone.example to check eligibility");
    let judged = |document: &Document<'_>, detector: &Detector| detector.judge(document).probability.get();
    let listed = judged(&document, &detector);
    assert!(judged(&document, &detector.as_on_the_day()) > listed);
    document.published = parse_published("2031-03-02T09:00:00Z");
    assert!(judged(&document, &detector) > listed);
    assert_eq!(judged(&document, &detector), judged(&document, &detector.as_on_the_day()));
}

#[test]
fn a_frame_shows_its_words_and_their_roles() {
    let detector = detector();
    for (text, frame, expected) in [
        (
            "Team Alpha launches its native token $ALPHX today",
            "launch-ticker",
            "subject=Team Alpha act=launches token=$ALPHX time=today",
        ),
        (
            "Team Alpha launches its own token for its users next week, and calls it $ALPHX",
            "to-launch-native",
            "subject=Team Alpha act=launches NATIVE=own token time=next week token=$ALPHX",
        ),
        (
            "Brightfen will launch its native token, MON, built with NVIDIA on March 10",
            "to-launch-native",
            "subject=Brightfen tense=will act=launch token=native token time=March 10",
        ),
        (
            "Binance will list Brightfen (BRFN) on March 4",
            "venue-lists",
            "venue=Binance tense=will act=list token=BRFN time=March 4",
        ),
        (
            "币安将于 3 月 4 日上线 Brightfen (BRFN)",
            "venue-lists",
            "venue=币安 tense=将于 time=3 月 4 日 act=上线 token=BRFN",
        ),
        (
            "Acme reportedly plans to launch a token, while bitcoin falls on Binance",
            "not-rumour",
            "subject=Acme hedge=reportedly tense=plans act=launch token=token",
        ),
    ] {
        let verdict = detector.judge(&document("", text));
        let is_frame = |feature: &str| feature.strip_prefix("F:").is_some_and(|name| name.starts_with(frame));
        let found = verdict.reasons.iter().find(|reason| is_frame(&reason.feature));
        let features = || verdict.reasons.iter().map(|reason| reason.feature.as_str()).collect::<Vec<_>>();
        let found = found.unwrap_or_else(|| panic!("no {frame} among {:?}", features()));
        let told: Vec<String> = found.parts.iter().map(|part| format!("{}={}", part.name(), part.quote)).collect();
        assert_eq!(told.join(" "), expected, "{text}");
        let other = verdict.reasons.iter().find(|r| !r.feature.starts_with(['F', 'G'])).expect("another reason");
        assert_eq!(other.parts, []);
    }
}

#[test]
fn launches_and_look_alikes() {
    let detector = detector();
    let mut wrong = Vec::new();
    for (title, text, launch) in [
        (
            "Quillstone announces its token: QLS claims open on March 9",
            "The Quillstone Foundation said today that holders can claim QLS from March 9. The airdrop hands 12% of the total supply to early users.",
            true,
        ),
        ("", "Binance Will List Brightfen (BRFN) with Seed Tag Applied", true),
        ("", "币安将于 3 月 5 日上线 Oakmere (OKMR)，开放 OKMR/USDT 现货交易", true),
        (
            "",
            "The Tarn Protocol public sale will start on March 12 on CoinList. $2M worth of TARN tokens is allocated for the public sale.",
            true,
        ),
        (
            "Bitcoin price falls 4% as traders take profit",
            "Analysts see support at 60,000 and expect volume to recover.",
            false,
        ),
        ("What is an airdrop?", "A beginner's guide to how projects hand out tokens.", false),
        ("City council approves new bridge", "The mayor said work begins in autumn.", false),
        ("", "Exchange Launches EXMPL perpetual futures with up to 50x leverage", false),
        ("", "Binance adds DOGE/JPY trading pair", false),
    ] {
        let document = document(title, text);
        let verdict = detector.judge(&document);
        if verdict.is_tge != launch {
            wrong.push(format!("{title} {text}: {:?}", verdict.probability));
        }
        assert!(!verdict.reasons.is_empty());
        quotes_are_exact(&document, &verdict);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fields_of_a_launch() {
    let detector = detector();
    let mut wrong = Vec::new();
    for (text, project, symbol, kind, date) in [
        (
            "Binance Will List Brightfen Network (BRFN) on 2026-03-05",
            "Brightfen Network",
            Some("BRFN"),
            LabelKind::Listing,
            "2026-03-05",
        ),
        (
            "币安将于 3 月 5 日上线 Oakmere (OKMR)，开放现货交易",
            "Oakmere",
            Some("OKMR"),
            LabelKind::Listing,
            "2026-03-05",
        ),
        ("The lumenharbor airdrop claim opens tomorrow", "Lumen Harbor", None, LabelKind::AirdropClaim, "2026-03-03"),
        (
            "Tarn Protocol ($TARN) public sale starts on March 12 on CoinList",
            "Tarn Protocol",
            Some("TARN"),
            LabelKind::TokenSale,
            "2026-03-12",
        ),
    ] {
        let line = verdict_line("x", &detector.judge(&document("", text)));
        let expected = (Some(project), symbol, Some(kind.name()), Some(date));
        let found = (line.project.as_deref(), line.symbol.as_deref(), line.event_type, line.event_date.as_deref());
        if found != expected {
            wrong.push(format!("{text}\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hostile_texts_end_and_their_quotes_are_exact() {
    let detector = detector();
    let texts = [
        String::new(),
        "\u{200b}\u{202e}".to_owned(),
        "claim airdrop ".repeat(400_000),
        "a".repeat(5_000_000),
        "上线".repeat(1_000_000),
        (0..10_000).map(|i| format!("$T{i} ")).collect(),
        "e\u{301}".repeat(100_000),
        "(".repeat(100_000),
        "list\u{202e}ing ｔｏｋｅｎ to\u{200b}ken $ab\u{301}c الايردروب 상장 🚀\u{fe0f}".repeat(1_000),
        "\n".repeat(1_000_000),
    ];
    for text in &texts {
        for (title, text) in [("", text.as_str()), (text.as_str(), "x"), (text.as_str(), text.as_str())] {
            let document = document(title, text);
            quotes_are_exact(&document, &detector.judge(&document));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn quotes_slice_any_text(
        title in "\\PC{0,30}",
        words in proptest::collection::vec(
            "\\PC{0,6}|claim|airdrop|上线|Ｌｉｓｔ|\\(ABC\\)|\\$abc|listing|token sale|에어드랍|\u{200b}|\n", 0..40),
    ) {
        thread_local!(static DETECTOR: Detector = detector());
        let text = words.join(" ");
        DETECTOR.with(|detector| {
            let document = document(&title, &text);
            quotes_are_exact(&document, &detector.judge(&document));
        });
    }
}

/// Texts written for this project; all of one hand, so sources are made up, to have something to leave out.
fn synthetic() -> Vec<Labelled> {
    let mut labels = parse_jsonl(include_str!("data/synthetic.jsonl")).expect("our own documents");
    for (i, label) in labels.iter_mut().enumerate() {
        label.record.source = format!("source-{}", i % 9);
    }
    labels
}

#[test]
fn learning_twice_gives_the_same_ruleset() {
    let base = Ruleset::embedded().expect("the embedded ruleset");
    let labels = synthetic();
    let options = Options { folds: 4, ..Options::default() };
    let first = learn::train(&labels, &base, options).expect("learned");
    let second = learn::train(&labels, &base, options).expect("learned");
    assert_eq!(first.to_bytes(), second.to_bytes());
    assert_ne!(first.version(), base.version());
    let read = Ruleset::from_bytes(&first.to_bytes()).expect("its own file");
    assert_eq!(read.to_bytes(), first.to_bytes());
    assert_eq!(read.version(), first.version());
    let report = learn::evaluate(&labels, read).expect("measured");
    assert!(report.all.f1 > 0.85, "what was learned is known: {:?}", report.all);
    let grouped = learn::evaluate_grouped(&labels, &base, options).expect("measured").measured;
    assert_eq!(grouped.outcomes.len(), labels.len());
    assert!(grouped.all.f1 > 0.6, "{:?}", grouped.all);
}

#[test]
fn labels_that_teach_nothing_are_refused() {
    let base = Ruleset::embedded().expect("the embedded ruleset");
    let labels = synthetic();
    let one_sided: Vec<Labelled> = labels.iter().filter(|l| l.label.is_tge).cloned().collect();
    for (labels, part) in [(one_sided, "both sorts"), (Vec::new(), "both sorts"), (labels, "sources")] {
        let error = learn::train(&labels, &base, Options::default()).expect_err("nothing to learn");
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn bad_rulesets_say_what_is_wrong() {
    let good = String::from_utf8(Ruleset::embedded().expect("the embedded ruleset").to_bytes()).expect("text");
    assert!(Ruleset::from_bytes(good.as_bytes()).is_ok());
    for (bytes, part) in [
        (vec![0xff], "UTF-8"),
        (Vec::new(), "lexicon"),
        (good.replace("%% weights", "%% others").into_bytes(), "weights"),
        (good.replace("\nthreshold\t", "\nthreshold\tx").into_bytes(), "numbers"),
        (good.replace("\nthreshold\t", "\nthrash\t").into_bytes(), "expected threshold"),
    ] {
        let error = Ruleset::from_bytes(&bytes).expect_err("a bad ruleset");
        assert!(error.to_string().contains(part), "{error}");
    }
}

/// A notice of an exchange is a launch while the token is new; once it was seen to launch, the same notice some months
/// later is a later listing. What is said about the launch itself is judged as before, and so is a namesake.
#[test]
fn tokens_seen_to_launch_are_old_afterwards() {
    let fresh = detector();
    let since = "2026-03-01".parse().expect("a day");
    let seen = |ticker: &str| SeenToken { ticker: ticker.to_owned(), name: Some("Brightfen".to_owned()), since };
    let knowing = fresh.having_seen(&[seen("brfn")]);
    let notice = "Binance Will List Brightfen (BRFN) and open trading on Monday";
    let on = |detector: &Detector, text: &str, day: &str| {
        detector.judge(&Document { title: "", text, lang: None, published: parse_published(day) })
    };
    let remembered = |verdict: &Verdict| verdict.reasons.iter().any(|reason| reason.stage == "memory");
    for day in ["2025-12-01", "2026-02-27", "2026-03-01", "2026-03-11"] {
        let (before, after) = (on(&fresh, notice, day), on(&knowing, notice, day));
        assert!(before.is_tge, "{day}: {:?}", before.probability);
        assert_eq!(before, after, "{day}");
    }
    let weeks = on(&knowing, notice, "2026-03-12");
    assert!(weeks.probability < on(&fresh, notice, "2026-03-12").probability && remembered(&weeks));
    for day in ["2026-05-01", "2026-06-01", "2028-06-01"] {
        let (before, after) = (on(&fresh, notice, day), on(&knowing, notice, day));
        assert!(before.is_tge && !remembered(&before), "{day}: {:?}", before.probability);
        assert!(!after.is_tge && remembered(&after), "{day}: {:?}", after.probability);
        assert_eq!(on(&knowing.having_seen(&[]), notice, day), before, "{day}: forgotten again");
        let namesake = "Binance Will List Harrowgate (BRFN) and open trading on Monday";
        assert!(on(&knowing, namesake, day).is_tge, "{day}: another token of that ticker");
    }
    // Without a day nothing is known of age.
    assert_eq!(fresh.judge(&Document { published: None, ..document("", notice) }), {
        knowing.judge(&Document { published: None, ..document("", notice) })
    });
    // Told of twice, it is as old as the first time; whom nobody named is known by the ticker, whatever stands beside it.
    let later = SeenToken { since: "2026-05-20".parse().expect("a day"), ..seen("BRFN") };
    let sooner = SeenToken { name: Some("Brightfen Network".to_owned()), ..seen("BRFN") };
    let nameless = SeenToken { name: Some("BRFN".to_owned()), ..seen("BRFN") };
    for known in [vec![later, sooner], vec![nameless], vec![SeenToken { name: None, ..seen("BRFN") }]] {
        let verdict = on(&fresh.having_seen(&known), notice, "2026-06-01");
        assert!(!verdict.is_tge && remembered(&verdict), "{known:?}: {:?}", verdict.probability);
    }
    // What the ruleset knows by ticker and name is not told again.
    let known = fresh.having_seen(&[SeenToken { ticker: "UNI".to_owned(), name: Some("Uniswap".to_owned()), since }]);
    let text = "Exchange will list Uniswap (UNI)";
    assert_eq!(on(&known, text, "2026-06-01"), on(&fresh, text, "2026-06-01"));
}

/// A reader can add up where a score comes from: of a text with few features all are shown, and nothing is left over.
#[test]
fn what_is_shown_comes_to_the_score() {
    let detector = detector();
    let mut whole = 0;
    for text in ["rain", "so it goes", "Brumal launches token"] {
        let document = Document { title: "", text, lang: None, published: parse_published("2026-11-20") };
        let line = explained_line("1", &detector.explain(&document), detector.base());
        if line.reasons.len() < 14 {
            whole += 1;
            assert!(line.rest.abs() < 0.02, "{text}: nothing is left out, yet {} is left over", line.rest);
        }
    }
    assert!(whole >= 2, "of {whole} texts all was shown");
}
