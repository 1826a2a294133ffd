//! The reader of XML feeds: a walk over events with a stack, no tree, that keeps what it has when the document breaks.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use super::entry::{Entry, Raw};
use super::names::{Part, Space, part};
use crate::extract::{ExtractError, Extracted, Limits, Problem, begins, page_error};
use crate::item::Item;
use crate::link::absolute;
use crate::plain::{Markup, entity, unescape};

/// Reads a feed that begins with `<`.
pub(super) fn read(text: &str, base: Option<&Url>) -> Result<Extracted, ExtractError> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    config.expand_empty_elements = true;
    let mut walk = Walk { base, ..Walk::default() };
    let broken = loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => break Some((reader.error_position(), error.to_string())),
        };
        let stop = match event {
            Event::Start(tag) => walk.open(&tag),
            Event::End(tag) => {
                walk.close(&lower(tag.name().as_ref()));
                None
            }
            Event::Text(text) => walk.text(&text),
            Event::CData(text) => walk.text(&text),
            Event::GeneralRef(name) => {
                let name = name.as_ref();
                walk.text(&entity(name).unwrap_or_else(|| Cow::Owned(format!("&{name};"))))
            }
            Event::Eof => {
                break walk.unclosed().map(|name| (reader.buffer_position(), format!("<{name}> is not closed")));
            }
            _ => None,
        };
        match stop {
            Some(Stop::Page) => return Err(page_error(text)),
            Some(Stop::Deep) => {
                let reason = format!("more than {} elements within one another", Limits::DEPTH);
                break Some((reader.buffer_position(), reason));
            }
            Some(Stop::Enough) => {
                walk.problems.push(Problem::TooMany { taken: Limits::ITEMS });
                break None;
            }
            None => {}
        }
    };
    walk.finish(text, broken)
}

/// Why the walk ends before the document does.
enum Stop {
    Page,
    Deep,
    Enough,
}

/// An open element.
struct Open {
    name: String,
    base: Option<Url>,
    lang: Option<String>,
    /// Namespace declarations to forget when it closes.
    bindings: usize,
}

/// A text that is being collected.
struct Collect {
    part: Part,
    depth: usize,
    raw: Raw,
    escape: bool,
    permalink: bool,
}

#[derive(Default)]
struct Walk<'a> {
    base: Option<&'a Url>,
    stack: Vec<Open>,
    bindings: Vec<(String, Space)>,
    entry: Option<(Entry, usize)>,
    collect: Option<Collect>,
    feed_lang: Option<String>,
    is_feed: bool,
    entries: usize,
    items: Vec<Item>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    fn open(&mut self, tag: &BytesStart<'_>) -> Option<Stop> {
        let name = lower(tag.name().as_ref());
        if self.stack.len() >= Limits::DEPTH {
            return Some(Stop::Deep);
        }
        let attributes = attributes(tag);
        let bindings = self.bindings.len();
        for (key, value) in &attributes {
            if let Some(prefix) = key.strip_prefix("xmlns") {
                self.bindings.push((prefix.trim_start_matches(':').to_owned(), Space::of_uri(value)));
            }
        }
        let get = |wanted: &str| attributes.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str());
        let above = self.stack.last();
        let base = match (get("xml:base"), above.and_then(|open| open.base.clone()).or_else(|| self.base.cloned())) {
            (Some(given), Some(outer)) => outer.join(given.trim()).ok().or(Some(outer)),
            (Some(given), None) => Url::parse(given.trim()).ok(),
            (None, outer) => outer,
        };
        let lang = get("xml:lang").map(str::to_owned).or_else(|| above.and_then(|open| open.lang.clone()));
        self.stack.push(Open { name: name.clone(), base, lang, bindings });
        let (space, local) = self.resolve(&name);

        if self.collect.is_some() && !self.ends_collecting(space, &local) {
            self.nested(&name, &attributes);
            return None;
        }
        if self.stack.len() == 1 && local == "html" && !self.is_feed {
            return Some(Stop::Page);
        }
        if space == Space::Core && matches!(local.as_str(), "item" | "entry") {
            self.settle();
            self.is_feed = true;
            self.entries += 1;
            if self.items.len() >= Limits::ITEMS {
                return Some(Stop::Enough);
            }
            let about = get("rdf:about").map(str::to_owned);
            let lang = self.stack.last().and_then(|open| open.lang.clone());
            self.entry = Some((Entry::with_about(about, lang), self.stack.len()));
            return None;
        }
        if space == Space::Core && matches!(local.as_str(), "rss" | "feed" | "channel") || local == "rdf" {
            self.is_feed = true;
        }
        self.open_part(space, &local, &attributes);
        None
    }

    /// Begins to collect a part of the entry, or of the feed, that starts here.
    fn open_part(&mut self, space: Space, local: &str, attributes: &[(String, String)]) {
        let get = |wanted: &str| attributes.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str());
        let base = self.stack.last().and_then(|open| open.base.clone());
        let Some(found) = part(space, local) else { return };
        let Some((entry, at)) = &mut self.entry else {
            if found == Part::Language && self.feed_lang.is_none() {
                self.collect(found, Raw { text: String::new(), markup: Markup::Text, base }, false, false);
            }
            return;
        };
        // Only what stands directly in the entry is about it: `source` has a title, too. Media groups are transparent.
        let direct = self.stack.len() == *at + 1 || found == Part::SpareSummary;
        if !direct {
            return;
        }
        if found == Part::Link
            && let Some(href) = get("href")
        {
            entry.take_href(get("rel"), get("type"), absolute(href, base.as_ref()));
            return;
        }
        // Content that stands elsewhere is a link for an entry that has none.
        if found == Part::Content
            && let Some(src) = get("src")
        {
            entry.take_href(Some("related"), get("type"), absolute(src, base.as_ref()));
        }
        let kind = get("type").map(str::trim).map(str::to_ascii_lowercase);
        let encoded = get("mode").is_some_and(|mode| mode == "escaped");
        let (markup, escape) = match (kind.as_deref(), found) {
            (Some("xhtml" | "application/xhtml+xml"), _) => (Markup::Html, true),
            (Some("html" | "text/html"), _) | (_, Part::Content) => (Markup::Html, false),
            (Some("text" | "text/plain"), Part::Title) if !encoded => (Markup::Text, false),
            (_, Part::Summary | Part::SpareSummary | Part::Title) => (Markup::Guess, false),
            _ => (Markup::Text, false),
        };
        let permalink = get("ispermalink").is_none_or(|given| given.trim().eq_ignore_ascii_case("true"));
        self.collect(found, Raw { text: String::new(), markup, base }, escape, permalink);
    }

    fn collect(&mut self, part: Part, raw: Raw, escape: bool, permalink: bool) {
        self.collect = Some(Collect { part, depth: self.stack.len(), raw, escape, permalink });
    }

    /// An entry cannot stand in a text: the text's own end is missing.
    fn ends_collecting(&mut self, space: Space, local: &str) -> bool {
        let ends = space == Space::Core && matches!(local, "item" | "entry");
        if ends {
            self.settle_collect();
        }
        ends
    }

    /// An element within a text is markup that was not escaped.
    fn nested(&mut self, name: &str, attributes: &[(String, String)]) {
        let Some(collect) = &mut self.collect else { return };
        collect.raw.markup = Markup::Html;
        if collect.raw.text.len() > 4 * Limits::TEXT_CHARS {
            return;
        }
        let local = name.rsplit(':').next().unwrap_or(name);
        collect.raw.text.push('<');
        collect.raw.text.push_str(local);
        for (key, value) in attributes.iter().filter(|(key, _)| key == "href") {
            let value = value.replace('&', "&amp;").replace('"', "&quot;");
            collect.raw.text.push_str(&format!(" {key}=\"{value}\""));
        }
        collect.raw.text.push('>');
    }

    fn text(&mut self, text: &str) -> Option<Stop> {
        if let Some(collect) = &mut self.collect {
            // A text is cut later; this only keeps one entry from holding the whole body several times.
            if collect.raw.text.len() > 16 * Limits::TEXT_CHARS {
                return None;
            }
            if collect.escape {
                collect.raw.text.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
            } else {
                collect.raw.text.push_str(text);
            }
        }
        None
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.stack.iter().rposition(|open| open.name == name) else { return };
        if let Some(collect) = &mut self.collect {
            if at + 1 > collect.depth {
                let local = name.rsplit(':').next().unwrap_or(name);
                collect.raw.text.push_str(&format!("</{local}>"));
            } else {
                self.settle_collect();
            }
        }
        if self.entry.as_ref().is_some_and(|(_, depth)| at < *depth) {
            self.settle();
        }
        if let Some(open) = self.stack.get(at) {
            self.bindings.truncate(open.bindings);
        }
        self.stack.truncate(at);
    }

    fn settle_collect(&mut self) {
        let Some(collect) = self.collect.take() else { return };
        match &mut self.entry {
            Some((entry, _)) => entry.take(collect.part, collect.raw, collect.permalink),
            None => self.feed_lang = Some(collect.raw.text.trim().to_owned()),
        }
    }

    /// Ends the entry that is open.
    fn settle(&mut self) {
        self.settle_collect();
        if let Some((entry, _)) = self.entry.take()
            && let Some(item) = entry.finish(self.entries, self.feed_lang.as_ref(), self.base, &mut self.problems)
        {
            self.items.push(item);
        }
    }

    fn resolve(&self, name: &str) -> (Space, String) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let bound = self.bindings.iter().rev().find(|(bound, _)| bound == prefix).map(|(_, space)| *space);
        let space = match bound {
            // A default namespace nobody knows is a feed's own spelling of RSS.
            Some(Space::Other) if prefix.is_empty() => Space::Core,
            Some(space) => space,
            None => Space::of_prefix(prefix),
        };
        (space, local.to_owned())
    }

    fn unclosed(&self) -> Option<&str> {
        self.stack.last().map(|open| open.name.as_str())
    }

    fn finish(mut self, text: &str, broken: Option<(u64, String)>) -> Result<Extracted, ExtractError> {
        self.settle();
        if !self.is_feed {
            let page = text.get(..2048.min(text.len())).unwrap_or(text).to_ascii_lowercase();
            if page.contains("<html") || page.contains("<!doctype html") {
                return Err(page_error(text));
            }
            return Err(match broken {
                Some((at, reason)) => ExtractError::Broken { at, reason },
                None => ExtractError::NotAFeed { begins: begins(text) },
            });
        }
        if let Some((at, reason)) = broken {
            if self.items.is_empty() {
                return Err(ExtractError::Broken { at, reason });
            }
            self.problems.push(Problem::Broken { at, reason });
        }
        Ok(Extracted { items: self.items, problems: self.problems, next_page: None })
    }
}

fn lower(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

/// Attributes with lower-cased names; those that break a rule are passed over.
fn attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut all = tag.attributes();
    all.with_checks(false);
    all.flatten()
        .take(64)
        .map(|attribute| (lower(attribute.key.as_ref()), unescape(&attribute.value).into_owned()))
        .collect()
}
