//! The domains that are known to be somebody's own, and the venues: what a person keeps.

use chrono::NaiveDate;
use tge_model::{EventKind, Slug, VenueKind};
use tge_text::Contract;
use tge_text::domain::skeleton;

use super::brand;

/// A venue from the list a person keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its common name, as verdicts name it.
    pub name: String,
    /// What kind of place.
    pub kind: VenueKind,
    /// Its own domains.
    pub domains: Vec<String>,
    /// Its last day, of one that closed: whose its domains are now, nobody knows.
    pub until: Option<NaiveDate>,
}

pub(super) struct Domain {
    /// Lower case, ASCII, without a leading `www.`.
    pub(super) name: String,
    /// The label a person would read as the brand.
    pub(super) brand: String,
    pub(super) brand_skeleton: String,
    pub(super) whose: Whose,
}

pub(super) enum Whose {
    Project(Slug),
    /// A venue, and its last day.
    Venue(String, Option<NaiveDate>),
}

/// The domains we know to be somebody's own, and the venues.
#[derive(Default)]
pub struct Known {
    pub(super) domains: Vec<Domain>,
    places: Vec<Place>,
    /// Addresses of tokens, by whose they are.
    pub(super) contracts: Vec<(Slug, Contract)>,
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
            let whose = || Whose::Venue(place.name.clone(), place.until);
            domains.extend(place.domains.iter().filter_map(|d| Domain::new(d, whose())));
        }
        Self { domains, places, contracts: Vec::new() }
    }

    /// The same, knowing the addresses of projects' tokens; what is no address says nothing.
    #[must_use]
    pub fn with_contracts(mut self, projects: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        for (project, addresses) in projects {
            if let Some(slug) = Slug::of(&project) {
                let read = addresses.iter().filter_map(|address| Contract::parse(address));
                self.contracts.extend(read.map(|contract| (slug.clone(), contract)));
            }
        }
        self
    }

    pub(super) fn has_domain(&self, project: &Slug) -> bool {
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

    pub(super) fn holds(&self, host: &str) -> bool {
        host == self.name || host.strip_suffix(&self.name).is_some_and(|sub| sub.ends_with('.'))
    }
}
