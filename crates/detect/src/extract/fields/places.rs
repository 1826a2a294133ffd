//! Where a launch happens: the venues and chains a text names, or whose pages it links to.

use tge_model::VenueKind;

use super::Context;
use crate::extract::names;
use crate::lexicon::slot;
use crate::places::{Place, PlaceKind};
use crate::reading::HEAD_CHARS;

/// Parts of the addresses of an exchange's notices; its other pages (prices, courses, what users write) tell of no listing.
const NOTICES: [&str; 13] = [
    "support",
    "announcement",
    "announcements",
    "notice",
    "notices",
    "hc",
    "help",
    "news",
    "article",
    "articles",
    "launchpad",
    "launchpool",
    "listing",
];

/// Where an explorer shows an address.
const ADDRESSES: [&str; 5] = ["token", "address", "account", "contract", "coin"];

/// Parts of the hosts of networks whose tokens are worth nothing.
const TESTS: [&str; 6] = ["sepolia", "holesky", "goerli", "testnet", "hoodi", "devnet"];

impl Context<'_> {
    /// The venues and chains named at the beginning, each once.
    pub(super) fn places(&self) -> Vec<&Place> {
        let mut found: Vec<&Place> = Vec::new();
        let items = &self.reading.items;
        for (at, item) in items.iter().enumerate().filter(|(_, item)| item.phrase && item.at < 2 * HEAD_CHARS) {
            let place = self.lexicon.place(item.sense).or_else(|| self.split_place(at));
            if let Some(place) = place
                && !found.contains(&place)
            {
                found.push(place);
            }
        }
        found
    }

    /// A place that is only called so behind "on", which a longer phrase has taken: "launches on Base".
    fn split_place(&self, at: usize) -> Option<&Place> {
        let (_, on) = self.reading.word_at(at).rsplit_once(' ').filter(|(_, last)| names::is_before_place(last))?;
        let name = self.reading.items.get(at + 1).filter(|item| item.is(slot::CAPITAL) && !item.phrase)?;
        let told = format!("{on} {}", self.reading.word(name));
        let hit = self.lexicon.hits(&told).into_iter().find(|hit| hit.start == 0 && hit.end == told.len())?;
        self.lexicon.place(hit.sense).filter(|place| self.published.is_none_or(|day| place.is_open(day)))
    }

    /// A venue or chain that launches a token of its own: "Example Chain will launch its EXMPL token".
    pub(super) fn launching_place(&self) -> Option<String> {
        let items = &self.reading.items;
        let (launch, native) = (self.lexicon.label("LAUNCH")?, self.lexicon.label("NATIVE")?);
        let is_own = |at: usize| {
            let its = matches!(
                self.reading.word_at(at),
                "its" | "su" | "sua" | "sa" | "son" | "seinen" | "suo" | "свой" | "свій"
            );
            let token = |at: usize| items.get(at).is_some_and(|item| item.is_of(&self.lexicon.coins));
            items[at].is(native) || its && (token(at + 1) || token(at + 2))
        };
        let head = items.iter().enumerate().take_while(|(_, item)| item.at < HEAD_CHARS);
        let mut places = head.filter(|(_, item)| item.is(slot::VENUE) || item.is(slot::CHAIN));
        let (_, item) = places.find(|(at, _)| {
            let launches = (at + 1..(at + 4).min(items.len())).find(|i| items[*i].is(launch));
            launches.is_some_and(|from| (from + 1..(from + 4).min(items.len())).any(is_own))
        })?;
        Some(self.reading.written(item).to_owned())
    }

    /// The venue whose notice, or the chain on whose explorer an address, the first of `links` is that is any's: an exchange's
    /// channel need not name it.
    pub(super) fn linked(&self, links: &[String], is: impl Fn(PlaceKind) -> bool) -> Option<&Place> {
        let open = |place: &&Place| is(place.kind) && self.published.is_none_or(|day| place.is_open(day));
        let own = |host: &str, place: &Place| {
            let holds = |domain: &&String| {
                host.strip_suffix(domain.as_str()).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
            };
            place.domains.iter().filter(holds).map(String::len).max()
        };
        links.iter().find_map(|link| {
            let host = tge_text::domain::host(link)?;
            if host.split('.').any(|label| TESTS.contains(&label)) {
                return None;
            }
            let owners = self.lexicon.places.iter().filter(open).filter_map(|place| Some((own(&host, place)?, place)));
            let (_, owner) = owners.max_by_key(|(length, _)| *length)?;
            let wanted = if owner.kind == PlaceKind::Chain { &ADDRESSES[..] } else { &NOTICES[..] };
            let mut parts = link.split(['/', '?', '#', '&', '=']);
            parts.any(|part| wanted.contains(&part.to_ascii_lowercase().as_str())).then_some(owner)
        })
    }

    /// Whether all of `venues` are exchanges without an owner, and there are some.
    pub(super) fn are_decentral(venues: &[&Place]) -> bool {
        !venues.is_empty() && venues.iter().all(|venue| venue.kind == PlaceKind::Venue(VenueKind::Dex))
    }
}
