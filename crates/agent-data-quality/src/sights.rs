//! First sights of the sites behind links: the store's, with those of late in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tge_model::Timestamp;
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

    /// When the sites of these candidates were first seen, this time included.
    pub(crate) async fn of(&self, claimed: &[Claimed<Candidate>]) -> Result<Sights, StoreError> {
        let seen: Vec<(String, Timestamp)> = claimed
            .iter()
            .flat_map(|claimed| {
                let Candidate { observation, verdict } = &claimed.item;
                sites(observation, verdict).into_iter().map(|site| (site, observation.first_seen_at))
            })
            .collect();
        let asked: Vec<(String, Timestamp)> = {
            let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
            seen.iter().filter(|(site, _)| !remembered.first.contains_key(site)).cloned().collect()
        };
        let noted = if asked.is_empty() { None } else { Some(self.store.note(&asked).await?) };
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(noted) = noted {
            if remembered.first.len() > REMEMBERED_MAX {
                remembered.first.clear();
            }
            remembered.since = noted.since;
            remembered.first.extend(asked.into_iter().map(|(site, _)| site).zip(noted.first_seen));
        }
        // A site that was forgotten since is as good as old: nothing is told of it.
        let first: HashMap<String, Timestamp> =
            seen.into_iter().filter_map(|(site, _)| Some((site.clone(), *remembered.first.get(&site)?))).collect();
        Ok(Sights { since: remembered.since, first })
    }
}
