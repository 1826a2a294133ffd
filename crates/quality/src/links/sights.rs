//! When the sites behind links were first seen.

use std::collections::HashMap;
use std::time::Duration;

use tge_model::Timestamp;
use url::Host;

use crate::clean;

/// For so long after its first sight a site is new.
const FRESH: Duration = Duration::from_secs(7 * 86_400);
/// Before new sites were noted on so many days, most of them are new, which says nothing.
const DAYS_MIN: u32 = 20;
/// The longest name DNS allows.
const SITE_BYTES_MAX: usize = 253;

/// When sites were first seen behind a link.
#[derive(Debug, Clone, Default)]
pub struct Sights {
    /// On how many days a site was seen for the first time: how long somebody has looked on.
    pub days: u32,
    /// The first sight of each, by the name [`site`] gives it.
    pub first: HashMap<String, Timestamp>,
}

impl Sights {
    /// Sites were noted on so many days that a new one among them says something.
    pub fn looked_long(&self) -> bool {
        self.days >= DAYS_MIN
    }

    /// When `site` was first seen, if that is no long time ago at `now` although sites have been noted for long.
    pub(super) fn fresh(&self, site: &str, now: Timestamp) -> Option<Timestamp> {
        self.first.get(site).copied().filter(|first| self.looked_long() && now.since(*first) < FRESH)
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
