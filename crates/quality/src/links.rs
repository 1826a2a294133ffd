//! How far a link may be trusted: whose domain it is, and what it tries to look like.
//!
//! Nothing here says a link is good because it looks good. `VERIFIED` comes only from the lists a person keeps;
//! `SUSPICIOUS` needs a likeness to one of those names or an address that hides what it is; an odd ending alone is told
//! as a reason and decides nothing, and so is a site that nobody saw before, unless it claims to pay out.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tge_model::{EventKind, Link, LinkKind, LinkTrust, Slug, Timestamp, VenueKind};
use tge_text::domain::{self, skeleton};
use url::{Host, Url};

use crate::clean;

/// Endings where throw-away names are cheap.
const CHEAP_ENDINGS: [&str; 18] = [
    "xyz", "top", "click", "icu", "cam", "rest", "live", "buzz", "sbs", "cfd", "monster", "quest", "lol", "zip", "mov",
    "tk", "ml", "gq",
];
/// Words that thieves hang on a known name.
const LURES: [&str; 14] = [
    "airdrop", "airdrops", "app", "bonus", "claim", "claims", "drop", "event", "gift", "login", "reward", "rewards",
    "token", "verify",
];
/// For so long after its first sight a site is new.
const FRESH: Duration = Duration::from_secs(7 * 86_400);
/// Before new sites were noted on so many days, most of them are new, which says nothing.
const DAYS_MIN: u32 = 20;
/// The longest name DNS allows.
const SITE_BYTES_MAX: usize = 253;
/// Shorter names are words of every day; one letter more or less says nothing of them.
const MIN_BRAND_CHARS: usize = 5;
/// Names so short are still somebody's when a lure hangs on them (`okx-airdrop`) or foreign letters spell them.
const MIN_LURED_CHARS: usize = 3;

/// A venue from the list a person keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its common name, as verdicts name it.
    pub name: String,
    /// What kind of place.
    pub kind: VenueKind,
    /// Its own domains.
    pub domains: Vec<String>,
}

struct Domain {
    /// Lower case, ASCII, without a leading `www.`.
    name: String,
    /// The label a person would read as the brand.
    brand: String,
    brand_skeleton: String,
    whose: Whose,
}

enum Whose {
    Project(Slug),
    Venue(String),
}

/// The domains we know to be somebody's own, and the venues.
#[derive(Default)]
pub struct Known {
    domains: Vec<Domain>,
    places: Vec<Place>,
    /// Addresses of tokens, lower case, by whose they are.
    contracts: Vec<(Slug, String)>,
}

// === impl Known ===

impl Known {
    /// From the projects file: each project's name with its own domains, and the venues.
    pub fn new(projects: impl IntoIterator<Item = (String, Vec<String>)>, places: Vec<Place>) -> Self {
        let mut domains = Vec::new();
        for (project, own) in projects {
            if let Some(slug) = Slug::of(&project) {
                domains.extend(own.iter().filter_map(|d| Domain::new(d, Whose::Project(slug.clone()))));
            }
        }
        for place in &places {
            domains.extend(place.domains.iter().filter_map(|d| Domain::new(d, Whose::Venue(place.name.clone()))));
        }
        Self { domains, places, contracts: Vec::new() }
    }

    /// The same, knowing the addresses of projects' tokens.
    #[must_use]
    pub fn with_contracts(mut self, projects: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        for (project, addresses) in projects {
            if let Some(slug) = Slug::of(&project) {
                self.contracts.extend(addresses.iter().map(|a| (slug.clone(), a.trim().to_lowercase())));
            }
        }
        self
    }

    fn has_domain(&self, project: &Slug) -> bool {
        self.domains.iter().any(|d| matches!(&d.whose, Whose::Project(slug) if slug == project))
    }

    /// What kind of place a venue is; by the event's kind where it is not on the list.
    pub(crate) fn venue_kind(&self, name: &str, event: EventKind) -> VenueKind {
        self.places.iter().find(|p| p.name.eq_ignore_ascii_case(name)).map_or(
            match event {
                EventKind::DexLiquidity => VenueKind::Dex,
                EventKind::PublicSale => VenueKind::Launchpad,
                EventKind::ClaimOpen | EventKind::ClaimClose | EventKind::EligibilityOpen => VenueKind::ClaimPortal,
                _ => VenueKind::Cex,
            },
            |p| p.kind,
        )
    }
}

impl Domain {
    fn new(given: &str, whose: Whose) -> Option<Self> {
        let name = idna::domain_to_ascii(given.trim().trim_end_matches('.')).ok()?;
        let name = name.strip_prefix("www.").unwrap_or(&name).to_owned();
        let brand = brand(&idna::domain_to_unicode(&name).0)?;
        Some(Self { brand_skeleton: skeleton(&brand), name, brand, whose })
    }

    fn holds(&self, host: &str) -> bool {
        host == self.name || host.strip_suffix(&self.name).is_some_and(|sub| sub.ends_with('.'))
    }
}

/// When sites were first seen behind a link.
#[derive(Debug, Clone, Default)]
pub struct Sights {
    /// On how many days a site was seen for the first time: how long somebody has looked on.
    pub days: u32,
    /// The first sight of each, by the name [`site`] gives it.
    pub first: HashMap<String, Timestamp>,
}

impl Sights {
    /// When `site` was first seen, if that is no long time ago at `now` although sites have been noted for long.
    fn fresh(&self, site: &str, now: Timestamp) -> Option<Timestamp> {
        self.first.get(site).copied().filter(|first| self.days >= DAYS_MIN && now.since(*first) < FRESH)
    }
}

/// The name somebody registered to be found under, by the public suffix list: `example.co.uk` of `www.example.co.uk`, and
/// `example.github.io` of itself, because such pages are anybody's. `None` for addresses, for suffixes alone,
/// and for what is longer than a name can be.
pub fn site(link: &str) -> Option<String> {
    let url = clean::url(link)?;
    let Some(Host::Domain(host)) = url.host() else { return None };
    psl::domain_str(host.trim_end_matches('.')).filter(|site| site.len() <= SITE_BYTES_MAX).map(str::to_owned)
}

/// Judges one link for an event of `project`, at the moment `now`. `None` when it is no web address at all.
pub fn judge_link(
    text: &str,
    kind: LinkKind,
    project: Option<&Slug>,
    known: &Known,
    sights: &Sights,
    now: Timestamp,
) -> Option<Link> {
    let url = clean::url(text)?;
    let (mut trust, mut reasons) = trust(&url, project, known);
    if let Some((doubt, reason)) = project.and_then(|project| doubt(&url, kind, trust, project, known)) {
        trust = doubt;
        reasons.insert(0, reason);
    }
    if trust != LinkTrust::Verified
        && let Some((lured, reason)) = fresh(&url, kind, sights, now)
    {
        if lured {
            trust = LinkTrust::Suspicious;
        }
        reasons.insert(if lured { 0 } else { reasons.len() }, reason);
    }
    reasons.truncate(4);
    Some(Link { url: url.into(), kind, trust, reasons })
}

/// What a link in a text is for, by its address.
pub(crate) fn kind_of(text: &str) -> LinkKind {
    let Ok(url) = Url::parse(text) else { return LinkKind::Announcement };
    let words: HashSet<String> = format!("{}{}", url.host_str().unwrap_or_default(), url.path())
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_owned)
        .collect();
    let has = |any: &[&str]| any.iter().any(|w| words.contains(*w));
    if has(&["claim", "claims", "airdrop", "eligibility", "checker"]) {
        LinkKind::Claim
    } else if has(&["docs", "documentation", "gitbook", "whitepaper"]) {
        LinkKind::Docs
    } else if has(&["trade", "spot", "swap", "markets", "exchange"]) {
        LinkKind::Trade
    } else {
        LinkKind::Announcement
    }
}

fn trust(url: &Url, project: Option<&Slug>, known: &Known) -> (LinkTrust, Vec<String>) {
    let host = match url.host() {
        Some(Host::Domain(host)) => host.trim_end_matches('.').to_owned(),
        _ => return (LinkTrust::Suspicious, vec!["a bare address in place of a name".to_owned()]),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return (LinkTrust::Suspicious, vec![format!("what stands before @ hides the real host {host}")]);
    }
    if let Some(domain) = known.domains.iter().find(|d| d.holds(&host)) {
        return match &domain.whose {
            Whose::Venue(venue) => (LinkTrust::Verified, vec![format!("{} is {venue}'s own", domain.name)]),
            Whose::Project(slug) if Some(slug) == project => {
                (LinkTrust::Verified, vec![format!("{} is the project's own", domain.name)])
            }
            Whose::Project(slug) => (LinkTrust::Unverified, vec![format!("{} belongs to {slug}", domain.name)]),
        };
    }
    let (shown, _) = idna::domain_to_unicode(&host);
    let mut reasons = Vec::new();
    if shown != host {
        reasons.push(format!("written with foreign letters: {host} is shown as {shown}"));
    }
    let ending = host.rsplit('.').next().unwrap_or_default();
    let cheap = CHEAP_ENDINGS.contains(&ending);
    if cheap {
        reasons.push(format!("throw-away names under .{ending} are common"));
    }
    let likeness = known.domains.iter().find_map(|d| likeness(&shown, d, cheap));
    let suspicious = likeness.is_some();
    // The likeness is what a reader must see first.
    reasons.splice(0..0, likeness);
    (if suspicious { LinkTrust::Suspicious } else { LinkTrust::Unverified }, reasons)
}

/// What an address itself says beside its host: whose token it names, and a claim page that is not where the project is.
fn doubt(url: &Url, kind: LinkKind, trust: LinkTrust, project: &Slug, known: &Known) -> Option<(LinkTrust, String)> {
    if let Some(named) = contract(url) {
        let mut own = known.contracts.iter().filter(|(slug, _)| slug == project).peekable();
        own.peek()?;
        return Some(if own.any(|(_, address)| *address == named) {
            // The right token on a stranger's page: the page is as strange as before.
            (trust, format!("names the project's own token {}", short(&named)))
        } else {
            (LinkTrust::Suspicious, format!("names {}, which is not the project's token", short(&named)))
        });
    }
    let elsewhere = kind == LinkKind::Claim && trust == LinkTrust::Unverified && known.has_domain(project);
    if !elsewhere {
        return None;
    }
    let host = url.host_str().unwrap_or_default();
    let cheap = CHEAP_ENDINGS.contains(&host.rsplit('.').next().unwrap_or_default());
    let hidden = domain::is_international(host);
    let doubt = if cheap || hidden { LinkTrust::Suspicious } else { LinkTrust::Unverified };
    Some((doubt, "a claim page outside the project's own domains".to_owned()))
}

/// A site nobody saw behind a link before. The honest have new sites, too; one that is named for what it pretends to pay out
/// is a thief's more often than not.
fn fresh(url: &Url, kind: LinkKind, sights: &Sights, now: Timestamp) -> Option<(bool, String)> {
    let site = site(url.as_str())?;
    let first = sights.fresh(&site, now)?.to_chrono().date_naive();
    let lured = brand(&site).is_some_and(|brand| LURES.iter().any(|lure| brand.split('-').any(|part| part == *lure)));
    Some(if kind == LinkKind::Claim && lured {
        (true, format!("{site} was first seen on {first} and is named for what it promises"))
    } else {
        (false, format!("{site} was first seen on {first}"))
    })
}

/// The address of a token a link leads to: `0x` and 40 hexadecimal digits in its path or query.
fn contract(url: &Url) -> Option<String> {
    let text = format!("{}?{}", url.path(), url.query().unwrap_or_default()).to_lowercase();
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|part| part.len() == 42 && part.starts_with("0x") && part[2..].bytes().all(|b| b.is_ascii_hexdigit()))
        .map(str::to_owned)
}

/// An address as people show it.
fn short(address: &str) -> String {
    format!("{}…{}", &address[..6], &address[address.len() - 4..])
}

/// In which way `shown` looks like a known domain that it is not.
fn likeness(shown: &str, known: &Domain, cheap: bool) -> Option<String> {
    // A subdomain that spells the whole known name: `example.org.evil.net`.
    if shown.contains(&format!("{}.", known.name)) || shown.replace('-', ".").contains(&format!("{}.", known.name)) {
        return Some(format!("hides behind {} at the front of its name", known.name));
    }
    let given = brand(shown)?;
    let (given_chars, known_chars) = (given.chars().count(), known.brand.chars().count());
    if given_chars < MIN_LURED_CHARS || known_chars < MIN_LURED_CHARS {
        return None;
    }
    if given == known.brand {
        return (cheap && known_chars >= MIN_BRAND_CHARS)
            .then(|| format!("the name of {} under another, cheap ending", known.name));
    }
    if skeleton(&given) == known.brand_skeleton {
        return Some(format!("looks like {} to the eye", known.name));
    }
    let parts: Vec<&str> = given.split('-').collect();
    if parts.contains(&known.brand.as_str()) && parts.iter().any(|p| LURES.contains(p)) {
        return Some(format!("hangs a lure on the name of {}", known.name));
    }
    if given_chars < MIN_BRAND_CHARS || known_chars < MIN_BRAND_CHARS {
        return None;
    }
    let distance = strsim::damerau_levenshtein(&given, &known.brand);
    let allowed = if known_chars >= 10 { 2 } else { 1 };
    if distance <= allowed {
        return Some(format!("{distance} letter(s) away from {}", known.name));
    }
    LURES
        .iter()
        .any(|lure| given == format!("{}{lure}", known.brand) || given == format!("{lure}{}", known.brand))
        .then(|| format!("hangs a lure on the name of {}", known.name))
}

/// The label under which a name was registered: `binance` of `www.binance.com`, `example` of `a.example.co.uk`.
fn brand(host: &str) -> Option<String> {
    let host = host.trim_matches('.').to_lowercase();
    // A suffix under which anybody registers is still the name of who runs it.
    let name = psl::domain_str(&host).or_else(|| host.contains('.').then_some(host.as_str()))?;
    name.split('.').next().filter(|label| !label.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known::new(
            [("Fuel Network".to_owned(), vec!["fuel.network".to_owned(), "fuellabs.org".to_owned()])],
            vec![
                Place { name: "Binance".to_owned(), kind: VenueKind::Cex, domains: vec!["binance.com".to_owned()] },
                Place { name: "OKX".to_owned(), kind: VenueKind::Cex, domains: vec!["okx.com".to_owned()] },
            ],
        )
        .with_contracts([("Fuel Network".to_owned(), vec![OWN.to_uppercase().replacen("0X", "0x", 1)])])
    }

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
    const OWN: &str = "0x00000000000000000000000000000000000f0e1a";

    #[test]
    fn a_token_is_known_by_its_address() {
        use LinkTrust::{Suspicious, Unverified, Verified};
        let fuel = Slug::of("Fuel Network").unwrap();
        let other = OWN.replace("f0e1a", "badad");
        for (url, expected) in [
            (format!("https://explorer.example/token/{OWN}"), Unverified),
            (format!("https://explorer.example/token/{other}"), Suspicious),
            (format!("https://fuel.network/swap?out={OWN}"), Verified),
            (format!("https://fuel.network/swap?out={other}"), Suspicious),
            ("https://explorer.example/token/0x12".to_owned(), Unverified),
        ] {
            let link =
                judge_link(&url, LinkKind::Trade, Some(&fuel), &known(), &Sights::default(), NOW).expect("a link");
            assert_eq!(link.trust, expected, "{url}: {:?}", link.reasons);
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
            (
                "https://a.claim-spark.github.io/",
                LinkKind::Claim,
                sights(90, "claim-spark.github.io", 0),
                Suspicious,
                true,
            ),
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
            let link =
                judge_link(url, LinkKind::Claim, Some(&fuel), &known(), &Sights::default(), NOW).expect("a link");
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
        let link = judge_link("https://fuel.network/", LinkKind::Docs, Some(&other), &known(), &Sights::default(), NOW)
            .unwrap();
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
}
