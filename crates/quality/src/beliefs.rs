//! The events a batch of documents touches, as they will be once the batch is written.

use std::collections::HashMap;

use tge_model::{ChangeKind, Event, EventId, EventKey, EventStatus};

/// One write of one event; the store's `EventWrite` has the same fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposed {
    /// The event as it is to be, its `revision` one above what was read.
    pub event: Event,
    /// Keys that from now on lead to it (its old ones stay).
    pub keys: Vec<EventKey>,
    /// What the change does.
    pub kind: ChangeKind,
    /// Subscribers are told.
    pub alert: bool,
    /// The status before, where it moved.
    pub status_from: Option<EventStatus>,
}

/// What is believed now, by key.
#[derive(Debug, Clone, Default)]
pub struct Beliefs {
    by_key: HashMap<EventKey, EventId>,
    events: HashMap<EventId, Event>,
}

// === impl Beliefs ===

impl Beliefs {
    /// What the store found for the keys of a batch.
    pub fn new(found: impl IntoIterator<Item = (EventKey, Event)>) -> Self {
        let mut beliefs = Self::default();
        for (key, event) in found {
            beliefs.by_key.insert(key, event.id);
            beliefs.events.insert(event.id, event);
        }
        beliefs
    }

    /// The event this key leads to; a merged event's survivor in its place.
    pub fn get(&self, key: &EventKey) -> Option<&Event> {
        let mut event = self.events.get(self.by_key.get(key)?)?;
        // Merges point from younger to older, so the walk ends; the bound guards against a broken record.
        for _ in 0..16 {
            match event.merged_into.and_then(|id| self.events.get(&id)) {
                Some(survivor) => event = survivor,
                None => break,
            }
        }
        Some(event)
    }

    /// Lays a write over what was read, so that the next document of the batch sees it.
    pub fn apply(&mut self, write: &Proposed) {
        for key in &write.keys {
            self.by_key.insert(key.clone(), write.event.id);
        }
        self.events.insert(write.event.id, write.event.clone());
    }
}
