//! Links of every kind of trust.

use std::collections::HashMap;
use std::time::Duration;

use tge_model::VenueKind;

use super::*;

fn known() -> Known {
    Known::new(
        [("Fuel Network".to_owned(), vec!["fuel.network".to_owned(), "fuellabs.org".to_owned()])],
        vec![
            venue("Binance", "binance.com", None),
            venue("OKX", "okx.com", None),
            venue("Fallen", "fallen.example", "2022-11-11".parse().ok()),
        ],
    )
    .with_contracts([(
        "Fuel Network".to_owned(),
        vec![OWN.to_uppercase().replacen("0X", "0x", 1), ON_SOLANA.to_owned(), ON_SUI.to_owned()],
    )])
}

fn venue(name: &str, domain: &str, until: Option<chrono::NaiveDate>) -> Place {
    Place { name: name.to_owned(), kind: VenueKind::Cex, domains: vec![domain.to_owned()], until }
}

#[test]
fn what_a_venue_had_is_nobodys_once_it_closed() {
    let day = |day: i64| Timestamp::from_secs(1_668_124_800 + day * 86_400);
    for (now, trust) in [(day(0), LinkTrust::Verified), (day(1), LinkTrust::Suspicious)] {
        let url = "https://www.fallen.example/claims";
        let link = judge_link(url, LinkKind::Claim, None, &known(), &Sights::default(), now).expect("a link");
        assert_eq!(link.trust, trust, "{:?}", link.reasons);
    }
}

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const OWN: &str = "0x00000000000000000000000000000000000f0e1a";
const ON_SOLANA: &str = "2wyq7TS6RWdMrGqkS9UhiDBmeyn2TsmrWXDwELqyZ5Aw";
const ON_SUI: &str = "0x00ab0000000000000000000000000000000000000000000000000000000f0e1a::fuel::FUEL";

#[test]
fn a_token_is_known_by_its_address() {
    use LinkTrust::{Suspicious, Unverified, Verified};
    let fuel = Slug::of("Fuel Network").unwrap();
    let other = OWN.replace("f0e1a", "badad");
    let (own, wrong, silent) = ("the project's own token", "not the project's token", "");
    for (url, expected, told) in [
        (format!("https://explorer.example/token/{OWN}"), Unverified, own),
        (format!("https://explorer.example/token/{other}"), Suspicious, wrong),
        (format!("https://fuel.network/swap?out={OWN}"), Verified, own),
        (format!("https://fuel.network/swap?out={other}"), Suspicious, wrong),
        ("https://explorer.example/token/0x12".to_owned(), Unverified, silent),
        (format!("https://swap.example/?in={other}&out={OWN}"), Unverified, own),
        (format!("https://explorer.example/tx/{other}"), Unverified, silent),
        (format!("https://dexscreener.com/base/{other}"), Unverified, silent),
        (format!("https://explorer.example/token/{ON_SOLANA}"), Unverified, own),
        (format!("https://pump.example/coin/{}", ON_SOLANA.replace("2w", "2x")), Suspicious, wrong),
        (format!("https://explorer.example/coin/{ON_SUI}"), Unverified, own),
        (format!("https://explorer.example/coin/{}", ON_SUI.replace("f0e1a", "badad")), Suspicious, wrong),
        (format!("https://swap.example/?out=eth:{other}"), Suspicious, wrong),
        (format!("https://swap.example/ETH-{other}"), Suspicious, wrong),
        (format!("https://swap.example/?address={other}"), Suspicious, wrong),
        (format!("https://explorer.example/TX/{other}"), Unverified, silent),
        // Of no form the project's own are written in: nothing is known of that chain.
        (format!("https://explorer.example/jetton/0:{}", "0b".repeat(32)), Unverified, silent),
    ] {
        let link = judge_link(&url, LinkKind::Trade, Some(&fuel), &known(), &Sights::default(), NOW).expect("a link");
        assert_eq!(link.trust, expected, "{url}: {:?}", link.reasons);
        let named = link.reasons.iter().find(|reason| reason.contains("token")).map_or("", String::as_str);
        assert!(named.contains(told) && named.is_empty() == told.is_empty(), "{url}: {:?}", link.reasons);
    }
    let blast = Slug::of("Blast").unwrap();
    let link = judge_link(
        &format!("https://explorer.example/token/{other}"),
        LinkKind::Trade,
        Some(&blast),
        &known(),
        &Sights::default(),
        NOW,
    );
    assert_eq!(link.map(|l| l.trust), Some(Unverified), "nothing is known of that project's tokens");
}

#[test]
fn a_site_nobody_saw_before_is_told() {
    use LinkTrust::{Suspicious, Unverified, Verified};
    const DAY: Duration = Duration::from_secs(86_400);
    let fuel = Slug::of("Fuel Network").unwrap();
    let sights = |days: u32, site: &str, first: u32| Sights {
        days,
        first: HashMap::from([(site.to_owned(), NOW.minus(DAY * first))]),
    };
    for (url, kind, seen, expected, told) in [
        ("https://spark.example/claim", LinkKind::Claim, sights(90, "spark.example", 1), Unverified, true),
        ("https://spark.example/claim", LinkKind::Claim, sights(90, "spark.example", 8), Unverified, false),
        ("https://spark.example/claim", LinkKind::Claim, sights(19, "spark.example", 1), Unverified, false),
        ("https://spark.example/claim", LinkKind::Claim, Sights::default(), Unverified, false),
        ("https://spark-claim.example/", LinkKind::Claim, sights(90, "spark-claim.example", 1), Suspicious, true),
        ("https://spark-claim.example/", LinkKind::Docs, sights(90, "spark-claim.example", 1), Unverified, true),
        ("https://spark-claim.example/", LinkKind::Claim, sights(90, "spark-claim.example", 30), Unverified, false),
        ("https://a.claim-spark.github.io/", LinkKind::Claim, sights(90, "claim-spark.github.io", 0), Suspicious, true),
        ("https://www.spark.co.uk/claim", LinkKind::Claim, sights(90, "spark.co.uk", 0), Unverified, true),
        // What a person verified is the project's, however new it is.
        ("https://claim.fuel.network/", LinkKind::Claim, sights(90, "fuel.network", 0), Verified, false),
    ] {
        let link = judge_link(url, kind, Some(&fuel), &known(), &seen, NOW).expect("a link");
        assert_eq!(link.trust, expected, "{url}: {:?}", link.reasons);
        assert_eq!(link.reasons.iter().any(|r| r.contains("first seen on")), told, "{url}: {:?}", link.reasons);
    }
    assert_eq!(site("http://10.0.0.1/"), None);
    assert_eq!(site("https://co.uk/"), None);
    assert_eq!(brand("github.io").as_deref(), Some("github"));
}

#[test]
fn claims_are_made_at_the_projects_own() {
    use LinkTrust::{Suspicious, Unverified, Verified};
    let fuel = Slug::of("Fuel Network").unwrap();
    for (url, expected) in [
        ("https://claim.fuel.network/", Verified),
        ("https://rewards.example.org/claim", Unverified),
        ("https://rewards-portal.xyz/claim", Suspicious),
        ("https://rewärds.example/claim", Suspicious),
    ] {
        let link = judge_link(url, LinkKind::Claim, Some(&fuel), &known(), &Sights::default(), NOW).expect("a link");
        assert_eq!(link.trust, expected, "{url}: {:?}", link.reasons);
        let told = link.reasons.iter().any(|r| r.contains("outside the project's own"));
        assert_eq!(told, expected != Verified, "{url}: {:?}", link.reasons);
    }
}

#[test]
fn links_are_judged_by_whose_they_are() {
    use LinkTrust::{Suspicious, Unverified, Verified};
    let project = Slug::of("Fuel Network").unwrap();
    for (url, expected) in [
        ("https://fuel.network/genesis", Verified),
        ("https://claim.fuel.network/", Verified),
        ("https://www.binance.com/en/support/announcement/1", Verified),
        ("https://news.example.org/fuel", Unverified),
        ("https://notfuel.network.example.org/", Suspicious),
        ("https://fuel.network.evil.example/", Suspicious),
        ("https://bínance.com/", Suspicious),
        ("https://bіnance.com/", Suspicious), // a Cyrillic letter
        ("https://binence.com/", Suspicious),
        ("https://binance-claim.com/", Suspicious),
        ("https://claimfuellabs.com/", Suspicious),
        ("https://binance.xyz/", Suspicious),
        ("https://b1nance.com/", Suspicious),        // a figure for a letter
        ("https://xn--bnance-q1a.com/", Unverified), // no letter of it looks like another
        ("https://xn--bnance-bsf.com/", Suspicious), // punycode of a Cyrillic letter
        ("https://0kx.com/", Suspicious),
        ("https://okx-airdrop.com/", Suspicious),
        ("https://oxx.com/", Unverified),
        ("https://fuel.xyz/", Unverified), // a word of every day
        ("https://fuel-claim.example/", Suspicious),
        ("https://binance.us/", Unverified),
        ("https://some-blog.xyz/", Unverified),
        ("https://münchen.example/", Unverified),
        ("http://10.0.0.1/claim", Suspicious),
        ("http://[::1]/claim", Suspicious),
        ("https://binance.com@evil.example/", Suspicious),
        ("https://finance.example.org/", Unverified),
    ] {
        let link =
            judge_link(url, LinkKind::Announcement, Some(&project), &known(), &Sights::default(), NOW).expect(url);
        assert_eq!(link.trust, expected, "{url}: {:?}", link.reasons);
        assert!(link.trust != Suspicious || !link.reasons.is_empty(), "{url}");
    }
    assert_eq!(judge_link("data:text/html,x", LinkKind::Docs, None, &known(), &Sights::default(), NOW), None);
}

#[test]
fn another_projects_domain_is_not_verified() {
    let other = Slug::of("Blast").unwrap();
    let link =
        judge_link("https://fuel.network/", LinkKind::Docs, Some(&other), &known(), &Sights::default(), NOW).unwrap();
    assert_eq!(link.trust, LinkTrust::Unverified);
}

#[test]
fn addresses_tell_what_a_link_is_for() {
    for (url, kind) in [
        ("https://claim.example.org/", LinkKind::Claim),
        ("https://docs.example.org/token", LinkKind::Docs),
        ("https://example.org/en/trade/FUEL_USDT", LinkKind::Trade),
        ("https://example.org/blog/1", LinkKind::Announcement),
    ] {
        assert_eq!(kind_of(url), kind, "{url}");
    }
}
