//! Feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed; told apart by what they hold, never by their headers.

mod entry;
mod json_feed;
mod names;
mod xml;

use url::Url;

use crate::extract::{ExtractError, Extracted, begins};
use crate::link::absolute;

/// Reads a decoded feed.
pub(crate) fn read(text: &str, base: Option<&Url>) -> Result<Extracted, ExtractError> {
    if text.starts_with(['{', '[']) {
        return json_feed::read(text, base);
    }
    // Some servers print warnings before the feed; what stands before the first tag is nobody's news.
    let Some(at) = text.find('<') else {
        return Err(ExtractError::NotAFeed { begins: begins(text) });
    };
    if let Some(name) = entity_definition(text) {
        return Err(ExtractError::Entities { name });
    }
    xml::read(&text[at..], base)
}

/// The feed a web page names in its head, or where else to look.
pub(crate) fn named_by_page(page: &str) -> String {
    for kind in ["application/rss+xml", "application/atom+xml", "application/feed+json"] {
        let Some(at) = page.find(kind) else { continue };
        let start = page[..at].rfind('<').unwrap_or(at);
        let Some(len) = page[start..].find('>') else { continue };
        let tag = &page[start..start + len];
        let Some((_, value)) = tag.split_once("href=") else { continue };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let href = quote.and_then(|quote| value[1..].split(quote).next());
        if let Some(href) = href.and_then(|href| absolute(href, None)) {
            return format!("the page names {href}");
        }
    }
    "the page names none; try /feed, /rss.xml or /atom.xml".to_owned()
}

/// The first entity a document type declaration defines. A declaration without definitions (that of RSS 0.91, say) is
/// harmless: nothing here fetches it, and references to what it would define stay as written.
fn entity_definition(text: &str) -> Option<String> {
    let at = text.find("<!ENTITY")?;
    // Only in the prologue: the words may stand in an entry about XML.
    let prologue = &text[..at];
    prologue.contains("<!DOCTYPE").then_some(())?;
    let open = prologue.rfind("<!DOCTYPE")?;
    (!prologue[open..].contains("]>") && !prologue[..open].contains("<![CDATA[")).then(|| {
        text[at + "<!ENTITY".len()..]
            .split_whitespace()
            .find(|word| *word != "%")
            .unwrap_or("")
            .chars()
            .take(40)
            .collect()
    })
}
