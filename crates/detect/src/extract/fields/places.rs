//! Where a launch happens: the venues and chains a text names, or whose pages it links to.

use tge_model::VenueKind;
use tge_text::TokenKind;

use super::Context;
use crate::extract::names;
use crate::lexicon::slot;
use crate::places::{Place, PlaceKind};
use crate::reading::{HEAD_CHARS, stem};

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

/// What a standard of tokens begins with, whose chain need not be the token's.
const STANDARDS: [&str; 5] = ["erc", "bep", "trc", "spl ", "brc"];

/// Before a place that somebody was at.
const FORMER: [&str; 2] = ["former", "ex"];

/// Before the name of a chain.
const CHAIN_WORDS: [&str; 19] = [
    "rede",
    "rete",
    "réseau",
    "cadena",
    "chaîne",
    "netzwerk",
    "netwerk",
    "сеть",
    "сети",
    "мережа",
    "мережі",
    "блокчейн",
    "блокчейне",
    "блокчейні",
    "sieć",
    "sieci",
    "mạng",
    "jaringan",
    "شبكه",
];

/// What the word behind the name of a chain begins with, in scripts without blanks.
const CHAIN_ENDS: [&str; 6] = ["체", "네", "기", "チ", "网", "網"];

/// Before the name of a chain or a venue.
const PLACE_WORDS: [&str; 12] = ["on", "sur", "su", "sobre", "auf", "op", "na", "trên", "на", "علي", "روي", "在"];

/// Before the name of a venue.
const VENUE_WORDS: [&str; 13] = [
    "en",
    "no",
    "w",
    "via",
    "di",
    "عبر",
    "در",
    "plateforme",
    "plataforma",
    "piattaforma",
    "plattform",
    "платформе",
    "platformie",
];

/// Parts of the hosts of networks whose tokens are worth nothing.
const TESTS: [&str; 6] = ["sepolia", "holesky", "goerli", "testnet", "hoodi", "devnet"];

impl Context<'_> {
    /// The venues and chains named at the beginning, each once.
    pub(super) fn places(&self) -> Vec<&Place> {
        let items = &self.reading.items;
        // The surest first; the chain that a standard of tokens is of, where no other is named: "ERC-20 on Arbitrum".
        let [mut named, mut told, mut standards] = [const { Vec::<&Place>::new() }; 3];
        for (at, item) in items.iter().enumerate().take_while(|(_, item)| item.at < 2 * HEAD_CHARS) {
            if at > 0 && FORMER.contains(&self.reading.word_at(at - 1)) {
                continue;
            }
            let standard = STANDARDS.iter().any(|standard| self.reading.word(item).starts_with(standard));
            let place = self.lexicon.place(item.sense).or_else(|| self.split_place(at));
            let (list, place) = match place {
                Some(place) => (if standard { &mut standards } else { &mut named }, Some(place)),
                None => (&mut told, self.told_place(at)),
            };
            if let Some(place) = place.filter(|place| !list.contains(place)) {
                list.push(place);
            }
        }
        let mut found = named;
        for less in [told, standards] {
            let has = |chain: bool| found.iter().any(|place| (place.kind == PlaceKind::Chain) == chain);
            let (chains, venues) = (has(true), has(false));
            found.extend(less.into_iter().filter(|place| match place.kind {
                PlaceKind::Chain => !chains,
                PlaceKind::Venue(_) => !venues,
            }));
        }
        found
    }

    /// The place whose name, a word of its own elsewhere, stands at item `at` where a place is told: "en la red Base",
    /// "Chain: Base", "(Base)", `基于 Base`, "auf Legion".
    fn told_place(&self, at: usize) -> Option<&Place> {
        let item = self.reading.items.get(at).filter(|item| item.kind == TokenKind::Word && item.capital)?;
        // "Core Summit", "Brightfen Story" are names of something else.
        let joined = |first: usize| names::joined(self.reading, first, first + 1, false);
        let capital = |at: usize| self.reading.items.get(at).is_some_and(|item| item.is(slot::CAPITAL) && !item.phrase);
        let longer = capital(at + 1) && joined(at) || at > 0 && capital(at - 1) && joined(at - 1);
        let of_person = at > 1 && self.reading.word_at(at - 1) == "(" && capital(at - 2);
        if longer || of_person {
            return None;
        }
        let word = self.reading.word(item);
        let name = word.strip_suffix("-native").unwrap_or(stem(word));
        // Of a phrase, the last word: "vente sur Base".
        let word_before = |back: usize| at.checked_sub(back).map_or("", |before| self.reading.word_at(before));
        let before = |back: usize| word_before(back).rsplit(' ').next().unwrap_or_default();
        let behind = self.reading.word_at(at + 1);
        let of_chain = |word: &str| CHAIN_WORDS.contains(&word);
        let labelled =
            before(1) == ":" && matches!(before(2), "chain" | "network" | "blockchain" | "red" | "rede" | "сеть");
        let spanish = before(1) == "red" && matches!(before(2), "la" | "una");
        let chain = labelled
            || spanish
            || of_chain(before(1))
            || matches!(behind, "chain" | "l2" | "mainnet" | "ağında" | "ağı" | "链" | "鏈")
            || CHAIN_ENDS.iter().any(|end| behind.starts_with(end))
            || before(1) == "(" && behind == ")"
            || name.len() < word.len() && word.ends_with("-native");
        // "En base a": no place.
        let aside = matches!(behind, "a" | "al");
        let any = !aside && (PLACE_WORDS.contains(&before(1)) || matches!((before(2), before(1)), ("基", "于" | "於")));
        let venue = !aside && VENUE_WORDS.contains(&before(1));
        if !chain && !any && !venue {
            return None;
        }
        let open = |place: &&Place| {
            let fits = any || if place.kind == PlaceKind::Chain { chain } else { venue };
            fits && place.name.eq_ignore_ascii_case(name) && self.published.is_none_or(|day| place.is_open(day))
        };
        self.lexicon.places.iter().find(open)
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
