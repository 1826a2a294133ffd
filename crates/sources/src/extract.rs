//! What a source answered, as items: the door to the readers of feeds and of JSON.

use tge_model::SourceKind;
use thiserror::Error;
use url::Url;

use crate::item::{Item, distinct};
use crate::{SourceFile, challenge, charset, feed, json};

/// What one answer held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extracted {
    /// The documents, in the answer's order.
    pub items: Vec<Item>,
    /// What could not be used, an entry or a field at a time; the items are good without it.
    pub problems: Vec<Problem>,
    /// Where the next page is, for APIs that page and as long as their file allows more.
    pub next_page: Option<String>,
}

/// The bounds of extraction.
#[derive(Debug, Clone, Copy)]
pub struct Limits;

impl Limits {
    /// Entries taken from one answer.
    pub const ITEMS: usize = 5_000;
    /// Characters of a headline.
    pub const TITLE_CHARS: usize = 1_000;
    /// Characters of a body.
    pub const TEXT_CHARS: usize = 100_000;
    /// Characters of a key.
    pub const KEY_CHARS: usize = 1_000;
    /// Elements within one another.
    pub const DEPTH: usize = 256;
    /// Problems told of one answer.
    pub const PROBLEMS: usize = 100;
}

/// Something in an answer that could not be used. `entry` counts from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// An entry has neither headline nor body.
    #[error("entry {entry} was left out: it has neither a title nor a text")]
    Empty {
        /// Which entry.
        entry: usize,
    },
    /// An entry's date cannot be read.
    #[error("entry {entry} has no date: {given:?} cannot be read as one")]
    Date {
        /// Which entry.
        entry: usize,
        /// What stands there.
        given: String,
    },
    /// An entry stands twice.
    #[error("entry {entry} was left out: it repeats the one with key {key:?}")]
    Repeated {
        /// Which entry.
        entry: usize,
        /// Their key.
        key: String,
    },
    /// The document breaks off or breaks a rule that cannot be read past.
    #[error("the document is broken at byte {at}: {reason}; entries before it were taken")]
    Broken {
        /// Where.
        at: u64,
        /// The rule.
        reason: String,
    },
    /// There were more entries than are taken from one answer.
    #[error("only the first {taken} entries were taken")]
    TooMany {
        /// How many were taken.
        taken: usize,
    },
    /// Some bytes are not in the charset of the document.
    #[error("some bytes are not valid {charset} and were replaced")]
    Charset {
        /// The charset it was read in.
        charset: &'static str,
    },
}

/// Why nothing could be taken from an answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExtractError {
    /// There is nothing in it.
    #[error("the answer is empty; check the address in a browser")]
    Empty,
    /// It asks whether we are human.
    #[error(
        "the answer is a challenge page (it holds {mark:?}); the server blocks programs: ask its owner for an API or use another source"
    )]
    Blocked {
        /// What told it.
        mark: String,
    },
    /// It is a web page.
    #[error("the answer is a web page, not a feed; look for its feed's address ({hint})")]
    WebPage {
        /// The feed the page names, or where to look.
        hint: String,
    },
    /// It is something else.
    #[error("the answer is no feed: it begins with {begins:?}; RSS, Atom, RDF and JSON Feed are read")]
    NotAFeed {
        /// Its first characters.
        begins: String,
    },
    /// It defines entities.
    #[error("the feed defines entities of its own ({name:?}); they are refused, as they can be used for attacks")]
    Entities {
        /// The first of them.
        name: String,
    },
    /// It breaks before the first entry.
    #[error("the feed is broken at byte {at} before its first entry: {reason}")]
    Broken {
        /// Where.
        at: u64,
        /// The rule.
        reason: String,
    },
    /// It is no JSON.
    #[error("the answer is no JSON: {reason}; it begins with {begins:?}")]
    NotJson {
        /// What the reader met.
        reason: String,
        /// Its first characters.
        begins: String,
    },
    /// The API says that it failed.
    #[error("the API refused: {path} is {found}, expected {expected}")]
    Refused {
        /// Where it says so.
        path: String,
        /// What stands there, and the message beside it if one is.
        found: String,
        /// What stands there when all is well.
        expected: String,
    },
    /// The items are not where the source's file says.
    #[error(
        "the answer has nothing at {path}: it goes as far as {reached}, which holds {holds}; correct json.items of {source_name}"
    )]
    NoItems {
        /// The path of the items.
        path: String,
        /// The part of it that exists.
        reached: String,
        /// What is there.
        holds: String,
        /// The source.
        source_name: String,
    },
    /// No entry has what every entry must have: the API changed, or the file is wrong.
    #[error("none of the {entries} entries has a title or a text; correct json.title and json.text of {source_name}")]
    NoText {
        /// How many entries there are.
        entries: usize,
        /// The source.
        source_name: String,
    },
    /// The source is not fetched.
    #[error("source {source_name} is of kind {kind}, which is not fetched")]
    NotFetched {
        /// The source.
        source_name: String,
        /// Its kind.
        kind: SourceKind,
    },
}

/// Takes the items from what a source answered. `content_type` is the HTTP header as sent, `fetched_url` where the
/// redirects ended: relative links are resolved against it.
///
/// # Errors
/// [`ExtractError`] when nothing could be taken; what is wrong with single entries is in [`Extracted::problems`].
pub fn extract(
    source: &SourceFile,
    body: &[u8],
    content_type: Option<&str>,
    fetched_url: &str,
) -> Result<Extracted, ExtractError> {
    let decoded = charset::decode(body, content_type);
    let text = decoded.text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n', '\0']);
    if text.is_empty() {
        return Err(ExtractError::Empty);
    }
    let base = Url::parse(fetched_url).ok();
    let mut extracted = match (source.source.kind, &source.json) {
        (SourceKind::Feed, _) => feed::read(text, base.as_ref())?,
        (SourceKind::Json, Some(spec)) => json::read(source.source.name.as_str(), spec, text, base.as_ref())?,
        (kind, _) => {
            return Err(ExtractError::NotFetched { source_name: source.source.name.to_string(), kind });
        }
    };
    if decoded.lossy {
        extracted.problems.insert(0, Problem::Charset { charset: decoded.charset });
    }
    if extracted.items.len() > Limits::ITEMS {
        extracted.items.truncate(Limits::ITEMS);
        extracted.problems.push(Problem::TooMany { taken: Limits::ITEMS });
    }
    extracted.items = distinct(extracted.items, &mut extracted.problems);
    for item in &mut extracted.items {
        if item.lang.is_none() {
            item.lang.clone_from(&source.lang);
        }
    }
    extracted.problems.truncate(Limits::PROBLEMS);
    Ok(extracted)
}

/// What an answer begins with, for an error's text.
pub(crate) fn begins(text: &str) -> String {
    text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A web page where a document was expected: a challenge, or a page that may name its feed.
pub(crate) fn page_error(text: &str) -> ExtractError {
    if let Some(mark) = challenge::mark(text) {
        return ExtractError::Blocked { mark: mark.to_owned() };
    }
    ExtractError::WebPage { hint: feed::named_by_page(text) }
}
