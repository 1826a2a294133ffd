//! JSON Feed 1.0 and 1.1.

use serde_json::Value;
use url::Url;

use crate::date;
use crate::extract::{ExtractError, Extracted, Problem, begins};
use crate::item::{Item, Parts};
use crate::link::absolute;
use crate::path::scalar;
use crate::plain::{Markup, line, strip};

/// Reads a JSON Feed.
pub(super) fn read(text: &str, base: Option<&Url>) -> Result<Extracted, ExtractError> {
    let feed: Value = serde_json::from_str(text)
        .map_err(|error| ExtractError::NotJson { reason: error.to_string(), begins: begins(text) })?;
    let Some(entries) = feed.get("items").and_then(Value::as_array) else {
        return Err(ExtractError::NotAFeed { begins: begins(text) });
    };
    let feed_lang = string(&feed, "language");
    let mut extracted = Extracted::default();
    for (at, entry) in entries.iter().enumerate() {
        let number = at + 1;
        let body = match (string(entry, "content_html"), string(entry, "content_text"), string(entry, "summary")) {
            (Some(html), _, _) => strip(&html, Markup::Html, base),
            (None, Some(text), _) | (None, None, Some(text)) => strip(&text, Markup::Text, None),
            (None, None, None) => strip("", Markup::Text, None),
        };
        let given = string(entry, "date_published").or_else(|| string(entry, "date_modified"));
        let published = given.as_deref().and_then(date::parse);
        if let (None, Some(given)) = (published, given) {
            extracted.problems.push(Problem::Date { entry: number, given: given.chars().take(80).collect() });
        }
        let link = string(entry, "url").or_else(|| string(entry, "external_url"));
        let item = Item::new(Parts {
            id: string(entry, "id"),
            link: link.and_then(|link| absolute(&link, base)),
            title: line(&string(entry, "title").unwrap_or_default(), Markup::Text),
            body,
            lang: string(entry, "language").or_else(|| feed_lang.clone()),
            published,
        });
        match item {
            Some(item) => extracted.items.push(item),
            None => extracted.problems.push(Problem::Empty { entry: number }),
        }
    }
    Ok(extracted)
}

/// A member as text, unless it is missing or blank. (An id may be a number: the specification says to read it as text.)
fn string(value: &Value, key: &str) -> Option<String> {
    scalar(value.get(key)?).filter(|text| !text.trim().is_empty())
}
