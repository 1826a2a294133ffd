//! First sights of the sites behind links: the store's, with those of late in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tge_model::{Arrival, Timestamp};
use tge_ports::StoreError;
use tge_ports::store::{Candidate, Claimed, Sites};
use tge_quality::{Sights, sites};

/// Sites remembered here; beyond them all are asked for again.
const REMEMBERED_MAX: usize = 20_000;

pub(crate) struct FirstSights {
    store: Arc<dyn Sites>,
    remembered: Mutex<Sights>,
}

// === impl FirstSights ===

impl FirstSights {
    pub(crate) fn new(store: Arc<dyn Sites>) -> Self {
        Self { store, remembered: Mutex::default() }
    }

    /// When the sites of these candidates were first seen, `now` included. Of what is no news nothing is answered: its
    /// sites are older than our first sight of them. The demo world's are not noted.
    pub(crate) async fn of(&self, claimed: &[Claimed<Candidate>], now: Timestamp) -> Result<Sights, StoreError> {
        let of = |wanted: &dyn Fn(&Candidate) -> bool| -> Vec<String> {
            let wanted = claimed.iter().map(|claimed| &claimed.item).filter(|candidate| wanted(candidate));
            wanted.flat_map(|c| sites(&c.observation, &c.verdict)).collect()
        };
        let seen = of(&|candidate| !candidate.observation.demo);
        let news = of(&|candidate| !candidate.observation.demo && candidate.observation.arrival == Arrival::Live);
        let (asked, looked_long) = {
            let remembered = self.remembered();
            let asked: Vec<String> = seen.into_iter().filter(|site| !remembered.first.contains_key(site)).collect();
            (asked, remembered.looked_long())
        };
        let noted = if asked.is_empty() { Vec::new() } else { self.store.note(&asked, now).await? };
        // Who has looked on for long has for ever; until then every new site may bring the day.
        let days = if asked.is_empty() || looked_long { None } else { Some(self.store.days().await?) };
        let mut remembered = self.remembered();
        remembered.days = remembered.days.max(days.unwrap_or_default());
        remembered.first.extend(asked.into_iter().zip(noted));
        // A site that was forgotten meanwhile is as good as old: nothing is told of it.
        let first: HashMap<String, Timestamp> =
            news.into_iter().filter_map(|site| Some((site.clone(), *remembered.first.get(&site)?))).collect();
        if remembered.first.len() > REMEMBERED_MAX {
            remembered.first.clear();
        }
        Ok(Sights { days: remembered.days, first })
    }

    fn remembered(&self) -> MutexGuard<'_, Sights> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
