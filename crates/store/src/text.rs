//! Texts as databases take them.

use std::borrow::Cow;

use tge_model::Event;

/// The text without U+0000, which PostgreSQL refuses and SQLite's functions stop at; the replacement character stands
/// in its place. A hostile document must not stop the batch it came in.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// The same for a text that may be absent.
pub(crate) fn clean_opt(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.map(clean)
}

/// What the text filter of events looks through: project, tickers, venues and headlines, in lower case.
pub(crate) fn search(event: &Event) -> String {
    let mut words = Vec::new();
    if let Some(project) = &event.project {
        words.push(project.name.as_str());
        words.push(project.slug.as_str());
    }
    words.extend(event.assets.iter().map(|asset| asset.ticker.as_str()));
    words.extend(event.venues.iter().map(|venue| venue.name.as_str()));
    words.extend(event.evidence.iter().map(|evidence| evidence.title.as_str()));
    clean(&words.join("\n")).to_lowercase()
}

/// The tickers of an event, in lower case.
pub(crate) fn tickers(event: &Event) -> Vec<String> {
    event.assets.iter().map(|asset| clean(&asset.ticker).to_lowercase()).collect()
}

/// The venues of an event, in lower case.
pub(crate) fn venues(event: &Event) -> Vec<String> {
    event.venues.iter().map(|venue| clean(&venue.name).to_lowercase()).collect()
}
