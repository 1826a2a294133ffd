//! Texts as databases take them.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};
use tge_model::{Event, EventKey};

/// The text without U+0000, which PostgreSQL refuses and SQLite's functions stop at; the replacement character stands
/// in its place. A hostile document must not stop the batch it came in.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// The same for a text that may be absent.
pub(crate) fn clean_opt(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.map(clean)
}

/// The same for a list.
pub(crate) fn clean_all(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| clean(text).into_owned()).collect()
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

/// A text as an index takes it: what is very long keeps its beginning and gets its hash for an end. Texts come from
/// strangers, and no index takes an entry of several kilobytes.
pub(crate) fn indexed(text: &str) -> String {
    const LONGEST: usize = 512;
    let text = clean(text);
    if text.len() <= LONGEST {
        return text.into_owned();
    }
    format!("{}#{:x}", &text[..text.floor_char_boundary(LONGEST - 65)], Sha256::digest(text.as_bytes()))
}

/// A word of an event as it is filtered by.
pub(crate) fn folded(word: &str) -> String {
    indexed(&word.to_lowercase())
}

/// The tickers of an event, as they are filtered by.
pub(crate) fn tickers(event: &Event) -> Vec<String> {
    event.assets.iter().map(|asset| folded(&asset.ticker)).collect()
}

/// The venues of an event, as they are filtered by.
pub(crate) fn venues(event: &Event) -> Vec<String> {
    event.venues.iter().map(|venue| folded(&venue.name)).collect()
}

/// The project of an event, as it is filtered by.
pub(crate) fn project(event: &Event) -> Option<String> {
    event.project.as_ref().map(|project| indexed(project.slug.as_str()))
}

/// Keys as they are stored.
pub(crate) fn keys(keys: &[EventKey]) -> Vec<String> {
    keys.iter().map(|key| indexed(key.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_told_apart_by_their_ends() {
        let (one, two) = (format!("{}1", "ä".repeat(5_000)), format!("{}2", "ä".repeat(5_000)));
        assert!(indexed(&one).len() <= 512);
        assert_ne!(indexed(&one), indexed(&two));
        assert_eq!(indexed("short \0"), "short \u{fffd}");
    }
}
