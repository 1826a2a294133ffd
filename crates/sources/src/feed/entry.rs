//! One entry of an XML feed while it is being read, and what becomes of it.

use url::Url;

use super::names::Part;
use crate::date;
use crate::extract::Problem;
use crate::item::{Item, Parts};
use crate::link::absolute;
use crate::plain::{Markup, line, strip};

/// A text element as it stands in the feed.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) text: String,
    pub(super) markup: Markup,
    pub(super) base: Option<Url>,
}

/// The parts of an entry seen so far; of each the first that is not empty counts.
#[derive(Debug, Default)]
pub(super) struct Entry {
    id: Option<String>,
    id_may_be_link: bool,
    title: Option<Raw>,
    link: Option<String>,
    spare_link: Option<String>,
    content: Option<Raw>,
    summary: Option<Raw>,
    spare_summary: Option<Raw>,
    published: Option<String>,
    updated: Option<String>,
    pub(super) lang: Option<String>,
}

impl Entry {
    pub(super) fn with_about(about: Option<String>, lang: Option<String>) -> Self {
        Self { id: about, id_may_be_link: true, lang, ..Self::default() }
    }

    /// Takes the text of one of the parts.
    pub(super) fn take(&mut self, part: Part, raw: Raw, is_permalink: bool) {
        if raw.text.trim().is_empty() {
            return;
        }
        let text = || line(&raw.text, Markup::Text);
        match part {
            Part::Id => {
                self.id_may_be_link = is_permalink;
                self.id = Some(text());
            }
            Part::Link => {
                if self.link.is_none() {
                    self.link = absolute(&raw.text, raw.base.as_ref());
                }
            }
            Part::Title => first(&mut self.title, raw),
            Part::Content => first(&mut self.content, raw),
            Part::Summary => first(&mut self.summary, raw),
            Part::SpareSummary => first(&mut self.spare_summary, raw),
            Part::Published => first(&mut self.published, text()),
            Part::Updated => first(&mut self.updated, text()),
            Part::Language => self.lang = Some(text()),
        }
    }

    /// Takes an Atom link.
    pub(super) fn take_href(&mut self, rel: Option<&str>, kind: Option<&str>, href: Option<String>) {
        let Some(href) = href else { return };
        let rel = rel.map_or("alternate", str::trim);
        let page = kind.is_none_or(|kind| kind.contains("html") || kind.starts_with("text/"));
        match rel {
            "alternate" | "" if page => first(&mut self.link, href),
            "alternate" | "self" | "related" | "via" => first(&mut self.spare_link, href),
            _ => {}
        }
    }

    /// The item; `None`, with a problem told, where there is nothing to read.
    pub(super) fn finish(
        self,
        number: usize,
        feed_lang: Option<&String>,
        base: Option<&Url>,
        problems: &mut Vec<Problem>,
    ) -> Option<Item> {
        // A guid is the address unless it says otherwise, and an Atom id often is one; many are plain numbers or tags.
        let page = self.id.as_ref().filter(|_| self.id_may_be_link);
        let page = page.filter(|id| Url::parse(id).is_ok_and(|url| matches!(url.scheme(), "http" | "https")));
        let link = self.link.or(self.spare_link).or_else(|| page.cloned());
        let given = [self.published, self.updated];
        let published = given.iter().flatten().find_map(|text| date::parse(text));
        if published.is_none()
            && let Some(given) = given.into_iter().flatten().next()
        {
            problems.push(Problem::Date { entry: number, given: given.chars().take(80).collect() });
        }
        let title = self.title.map(|raw| line(&raw.text, raw.markup)).unwrap_or_default();
        // The fullest text speaks: some feeds put a lead into `content` and the article into `description`.
        let body = [self.content, self.summary, self.spare_summary]
            .into_iter()
            .flatten()
            .map(|raw| strip(&raw.text, raw.markup, raw.base.as_ref().or(base)))
            .reduce(|best, next| if best.text.is_empty() { next } else { best })
            .unwrap_or_default();
        let lang = self.lang.or_else(|| feed_lang.cloned());
        let item = Item::new(Parts { id: self.id, link, title, body, lang, published });
        if item.is_none() {
            problems.push(Problem::Empty { entry: number });
        }
        item
    }
}

fn first<T>(slot: &mut Option<T>, value: T) {
    if slot.is_none() {
        *slot = Some(value);
    }
}
