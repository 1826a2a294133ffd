//! A document as its source tells it, before anybody says when and why we saw it.

use std::collections::HashMap;

use tge_model::{Arrival, Observation, ObservationId, Source, SourceName, Timestamp};

use crate::extract::{Limits, Problem};
use crate::link::canonical;
use crate::plain::{Markup, Plain, cut, line};

/// A document as its source tells it. Text only: markup was stripped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name at the source, as given (a feed's guid, an API's id).
    pub id: Option<String>,
    /// What tells it from the source's other documents: the id, else the address, else a hash of the content.
    pub key: String,
    /// Its address as given, made absolute; empty when there is none.
    pub link: String,
    /// Its address in the one spelling of [`canonical`]; empty when there is none.
    pub url: String,
    /// Headline in one line; may be empty.
    pub title: String,
    /// Body as plain text; may be empty when there is a headline.
    pub text: String,
    /// Language as declared, if it is.
    pub lang: Option<String>,
    /// When it was published, or else last changed, as the source says.
    pub published: Option<Timestamp>,
    /// Addresses its markup linked to.
    pub links: Vec<String>,
}

/// The parts an item is made of, not yet bounded.
pub(crate) struct Parts {
    pub(crate) id: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) title: String,
    pub(crate) body: Plain,
    pub(crate) lang: Option<String>,
    pub(crate) published: Option<Timestamp>,
}

impl Item {
    /// Bounds the parts and names the item; `None` when it has neither headline nor body.
    pub(crate) fn new(parts: Parts) -> Option<Self> {
        let title = cut(parts.title, Limits::TITLE_CHARS);
        let text = cut(parts.body.text, Limits::TEXT_CHARS);
        if title.is_empty() && text.is_empty() {
            return None;
        }
        let id = parts.id.map(|id| cut(line(&id, Markup::Text), Limits::KEY_CHARS)).filter(|id| !id.is_empty());
        let link = parts.link.unwrap_or_default();
        let url = canonical(&link);
        let key = match (&id, url.as_str()) {
            (Some(id), _) => id.clone(),
            (None, "") => format!("sha256:{}", hex::encode(Observation::hash_content(&title, &text))),
            (None, url) => cut(url.to_owned(), Limits::KEY_CHARS),
        };
        let lang = parts.lang.map(|lang| lang.trim().to_owned()).filter(|lang| is_language(lang));
        Some(Self { id, key, link, url, title, text, lang, published: parts.published, links: parts.body.links })
    }

    /// The hash that tells an edit from a repeat.
    pub fn fingerprint(&self) -> [u8; 32] {
        Observation::hash_content(&self.title, &self.text)
    }

    /// Makes the observation of it: `now` is when we saw it, `previous_poll_at` the poll that did not hold it yet.
    pub fn observe(
        &self,
        source: &Source,
        now: Timestamp,
        previous_poll_at: Option<Timestamp>,
        arrival: Arrival,
        traceparent: Option<String>,
    ) -> Observation {
        let seen = Seen { now, previous_poll_at, arrival, demo: source.demo, traceparent };
        self.seen(&source.name, seen)
    }

    pub(crate) fn seen(&self, source: &SourceName, seen: Seen) -> Observation {
        let sha256 = self.fingerprint();
        Observation {
            id: ObservationId::derive(source, &self.key, &sha256),
            source: source.clone(),
            key: self.key.clone(),
            url: self.url.clone(),
            title: self.title.clone(),
            text: self.text.clone(),
            lang: self.lang.clone(),
            published: self.published,
            first_seen_at: seen.now,
            previous_poll_at: seen.previous_poll_at,
            sha256,
            arrival: seen.arrival,
            demo: seen.demo,
            traceparent: seen.traceparent,
        }
    }
}

/// How a document was seen.
pub(crate) struct Seen {
    pub(crate) now: Timestamp,
    pub(crate) previous_poll_at: Option<Timestamp>,
    pub(crate) arrival: Arrival,
    pub(crate) demo: bool,
    pub(crate) traceparent: Option<String>,
}

/// A language tag that may be stored: BCP 47's letters, digits and hyphens.
fn is_language(lang: &str) -> bool {
    (2..=35).contains(&lang.len()) && lang.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Makes keys unique within one answer. Some feeds give every entry the same guid: with one key each entry would pass
/// for an edit of the other, at every poll anew. Repeats are left out; entries that differ get their content's hash
/// behind the key.
pub(crate) fn distinct(items: Vec<Item>, problems: &mut Vec<Problem>) -> Vec<Item> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for item in &items {
        *counts.entry(item.key.clone()).or_default() += 1;
    }
    let mut seen = std::collections::HashSet::new();
    let mut out = Vec::with_capacity(items.len());
    for (at, mut item) in items.into_iter().enumerate() {
        if counts.get(&item.key).is_some_and(|count| *count > 1) {
            let hash = item.fingerprint();
            if !seen.insert((item.key.clone(), hash)) {
                problems.push(Problem::Repeated { entry: at + 1, key: item.key });
                continue;
            }
            item.key = format!("{}#{}", item.key, hex::encode(&hash[..8]));
        }
        out.push(item);
    }
    out
}
