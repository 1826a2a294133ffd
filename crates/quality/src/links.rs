//! How far a link may be trusted: whose domain it is, and what it tries to look like.
//!
//! Nothing here says a link is good because it looks good. `VERIFIED` comes only from the lists a person keeps;
//! `SUSPICIOUS` needs a likeness to one of those names or an address that hides what it is; an odd ending alone is told
//! as a reason and decides nothing, and so is a site that nobody saw before, unless it claims to pay out.

mod known;
mod sights;

use std::collections::HashSet;

use tge_model::{Link, LinkKind, LinkTrust, Slug, Timestamp};
use tge_text::Contract;
use tge_text::domain::{self, skeleton};
use url::{Host, Url};

use crate::clean;

pub use known::{Known, Place};
pub use sights::{Sights, site};

use known::{Domain, Whose};

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
/// What stands before an address that is no token's, in a path.
const NO_TOKENS: [&str; 14] = [
    "account",
    "accounts",
    "address",
    "block",
    "hash",
    "market",
    "pair",
    "pairs",
    "pool",
    "pools",
    "transaction",
    "tx",
    "txn",
    "wallet",
];
/// Sites whose pages are named by the pool a token trades in.
const POOL_SITES: [&str; 3] = ["dexscreener.com", "dextools.io", "geckoterminal.com"];
/// Shorter names are words of every day; one letter more or less says nothing of them.
const MIN_BRAND_CHARS: usize = 5;
/// Names so short are still somebody's when a lure hangs on them (`okx-airdrop`) or foreign letters spell them.
const MIN_LURED_CHARS: usize = 3;

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
    let (mut trust, mut reasons) = trust(&url, project, known, now);
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

fn trust(url: &Url, project: Option<&Slug>, known: &Known, now: Timestamp) -> (LinkTrust, Vec<String>) {
    let host = match url.host() {
        Some(Host::Domain(host)) => host.trim_end_matches('.').to_owned(),
        _ => return (LinkTrust::Suspicious, vec!["a bare address in place of a name".to_owned()]),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return (LinkTrust::Suspicious, vec![format!("what stands before @ hides the real host {host}")]);
    }
    if let Some(domain) = known.domains.iter().find(|d| d.holds(&host)) {
        return match &domain.whose {
            Whose::Venue(venue, Some(until)) if *until < now.to_chrono().date_naive() => {
                (LinkTrust::Suspicious, vec![format!("{} was {venue}'s, which closed on {until}", domain.name)])
            }
            Whose::Venue(venue, _) => (LinkTrust::Verified, vec![format!("{} is {venue}'s own", domain.name)]),
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
    let own: Vec<&Contract> = known.contracts.iter().filter(|(slug, _)| slug == project).map(|(_, c)| c).collect();
    // Only what is written as a known one is: the same token has other addresses on other chains.
    let named: Vec<Contract> =
        contracts(url).into_iter().filter(|named| own.iter().any(|own| own.form() == named.form())).collect();
    let right = named.iter().find(|named| own.iter().any(|own| own.is_same(named)));
    // A page that trades one token for another names both.
    if right.is_none()
        && let Some(wrong) = named.first()
    {
        return Some((LinkTrust::Suspicious, format!("names {wrong}, which is not the project's token")));
    }
    let elsewhere = kind == LinkKind::Claim && trust == LinkTrust::Unverified && known.has_domain(project);
    if !elsewhere {
        // The right token on a stranger's page: the page is as strange as before.
        return right.map(|right| (trust, format!("names the project's own token {right}")));
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

/// The addresses of tokens in a link's path and query. What stands behind `tx` or `pool` is no token, though written as one,
/// and sites of charts are all about pools.
fn contracts(url: &Url) -> Vec<Contract> {
    let host = url.host_str().unwrap_or_default();
    if POOL_SITES.iter().any(|site| host == *site || host.ends_with(&format!(".{site}"))) {
        return Vec::new();
    }
    let text = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let text = text.replace("%3A", ":").replace("%3a", ":").replace("%2F", "/").replace("%2f", "/");
    let (path, query) = text.split_once('?').unwrap_or((&text, ""));
    let mut found: Vec<Contract> = Vec::new();
    let mut before = String::new();
    for part in path.split('/') {
        if !NO_TOKENS.contains(&before.as_str()) {
            found.extend(named_in(part));
        }
        before = part.to_ascii_lowercase();
    }
    found.extend(query.split(['?', '&', '=', ',', ';', '/']).flat_map(named_in));
    found
}

/// The address that a part of a link is, or those between signs in it: "eth:0x...", "ETH-0x...".
fn named_in(part: &str) -> Vec<Contract> {
    let whole = Contract::parse(part);
    let pieces = || part.split(|c: char| !c.is_ascii_alphanumeric()).filter(|piece| piece.starts_with("0x"));
    whole.map_or_else(|| pieces().filter_map(Contract::parse).collect(), |contract| vec![contract])
}

/// In which way `shown` looks like a known domain that it is not.
fn likeness(shown: &str, known: &Domain, cheap: bool) -> Option<String> {
    // A subdomain that spells the whole known name: `example.org.evil.net`.
    // A longer name that only ends so is its own: `stargate.com.tr`.
    let hidden = |shown: &str| {
        let mut found = shown.match_indices(&known.name).map(|(at, name)| (&shown[..at], &shown[at + name.len()..]));
        found.any(|(before, behind)| behind.starts_with('.') && (before.is_empty() || before.ends_with(['.', '-'])))
    };
    // In front of the name that was registered any part of a name is bait: `myexample.org.evil.net`.
    let front = psl::domain_str(shown).and_then(|own| shown.strip_suffix(own)).unwrap_or_default();
    if front.contains(&format!("{}.", known.name)) || hidden(shown) || hidden(&shown.replace('-', ".")) {
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
mod tests;
