//! Under which names an event is found, and when two names may be one project.
//!
//! Strong keys decide alone: the project, and the venue with the ticker for listings. Weak ones are shared by strangers
//! now and then (two projects with one ticker, a page that tells of several launches), so they count only where the
//! projects do not speak against it, and are left out of a write when another event has them already.

use tge_model::{EventKey, EventKind, Launch, Observation, Slug, Verdict};

use crate::clean;
use crate::decide::Context;
use crate::document::Document;

/// How many like events one project may have; what comes later stays with the last.
pub const MAX_OCCURRENCE: u32 = 6;

/// Words that end a project's name without changing whose it is.
const ENDINGS: [&str; 9] = ["network", "protocol", "labs", "foundation", "finance", "chain", "dao", "token", "coin"];

/// The keys of one launch.
pub(crate) struct Keys {
    pub(crate) strong: Vec<EventKey>,
    pub(crate) weak: Vec<EventKey>,
    /// The document at its source.
    pub(crate) item: Option<EventKey>,
}

/// Every key an event made of this launch gets, the n-th of its kind: strong ones first.
///
/// `observation`'s link is among them; leave it out for a document that tells of several launches of one kind, as
/// [`lookup_keys`] and [`decide`](crate::decide) do.
pub fn keys_of(launch: &Launch, observation: &Observation, occurrence: u32) -> Vec<EventKey> {
    let launch = clean::launch(launch, observation.first_seen_at);
    let mut keys = of_launch(&launch, occurrence);
    keys.weak.extend(link(&observation.url, launch.kind));
    keys.strong.append(&mut keys.weak);
    keys.strong
}

/// Every key under which the launches of a document may already be known: what to ask the store for.
pub fn lookup_keys(observation: &Observation, verdict: &Verdict, context: &Context<'_>) -> Vec<EventKey> {
    let mut keys = Vec::new();
    for index in 0..verdict.launches.len() {
        let document = Document::new(observation, verdict, index, context);
        for occurrence in 1..=MAX_OCCURRENCE {
            let mut found = of_document(&document, occurrence);
            keys.append(&mut found.strong);
            keys.append(&mut found.weak);
            keys.extend(found.item);
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

pub(crate) fn of_document(document: &Document<'_>, occurrence: u32) -> Keys {
    let mut keys = of_launch(&document.launch, occurrence);
    if document.alone {
        keys.weak.extend(link(&document.observation.url, document.kind()));
    }
    keys.item = item(document);
    keys
}

fn of_launch(launch: &Launch, occurrence: u32) -> Keys {
    let kind = launch.kind;
    let mut keys = Keys { strong: Vec::new(), weak: Vec::new(), item: None };
    if let Some(slug) = launch.project.as_deref().and_then(Slug::of) {
        if let Some(core) = core(&slug) {
            keys.weak.push(EventKey::project(&core, kind, occurrence));
        }
        keys.strong.push(EventKey::project(&slug, kind, occurrence));
    }
    if let Some(ticker) = &launch.symbol {
        if matches!(kind, EventKind::CexListing | EventKind::DexLiquidity) {
            keys.strong.extend(launch.venues.iter().map(|v| EventKey::venue(v, ticker, kind, occurrence)));
        }
        keys.weak.push(EventKey::from_stored(format!("asset:{}:{kind}:{occurrence}", ticker.to_lowercase())));
    }
    keys
}

/// The page itself; a bare host, with or without a language (`/en`), is everybody's.
fn link(url: &str, kind: EventKind) -> Option<EventKey> {
    let url = clean::url(url)?;
    let own = url.path().trim_matches('/').len() > 2 || url.query().is_some();
    own.then(|| EventKey::link(url.as_str(), kind))
}

/// The document at its source, so that an edit finds what its first form made, whatever it now names.
fn item(document: &Document<'_>) -> Option<EventKey> {
    let whose = if document.alone {
        String::new()
    } else {
        document.slug().map(|s| s.to_string()).or_else(|| document.launch.symbol.clone())?
    };
    let seen = document.observation;
    Some(EventKey::from_stored(format!("item:{}:{}:{whose}:{}", seen.source, seen.key, document.kind())))
}

/// The name without an ending that says nothing; `None` when nothing is left or nothing was taken.
fn core(slug: &Slug) -> Option<Slug> {
    let (head, tail) = slug.as_str().rsplit_once('-')?;
    ENDINGS.contains(&tail).then(|| Slug::of(head)).flatten()
}

/// Two names that may be one project's: equal, or equal but for an ending ("Fuel", "Fuel Network").
pub(crate) fn same_project(a: &Slug, b: &Slug) -> bool {
    a == b || core(a).as_ref() == Some(b) || core(b).as_ref() == Some(a)
}

/// Words of names that many projects share.
const COMMON: [&str; 8] = ["the", "fan", "capital", "exchange", "world", "digital", "crypto", "bitcoin"];

/// Two different names with one ticker that may be one project's: they share a telling word ("FC Porto Fan Token", "Porto
/// Fan Token"), or one of them is the ticker itself.
pub(crate) fn same_by_ticker(a: &Slug, b: &Slug, ticker: &str) -> bool {
    let ticker = ticker.to_lowercase();
    if a.as_str() == ticker || b.as_str() == ticker {
        return true;
    }
    let telling = |w: &&str| w.chars().count() >= 3 && !ENDINGS.contains(w) && !COMMON.contains(w);
    a.as_str().split('-').filter(telling).any(|word| b.as_str().split('-').any(|other| other == word))
}
