//! Why a verdict is what it is: the heaviest features, each with the words it stands on.

use std::borrow::Cow;
use std::ops::Range;

use tge_model::{RESERVE, Reason, ReasonPart, Zone};

use crate::features::Features;
use crate::frames::{Found, Word};
use crate::reading::{HEAD_CHARS, Reading};
use crate::reserve::Reserve;
use crate::weighing::Hit;
use crate::weights::Weights;

/// What reasons are told of.
pub(crate) struct Told<'a> {
    pub(crate) reading: &'a Reading<'a>,
    pub(crate) features: Features<'a>,
    /// A token of the document was seen to launch.
    pub(crate) remembers: bool,
}

// === impl Told ===

impl Told<'_> {
    /// The reason that a feature is, which adds `weight` to the log-odds.
    pub(crate) fn reason(&self, weight: f64, hit: Hit, weights: &Weights) -> Reason {
        let name = weights.name(hit.feature);
        let stage = match name.as_bytes().first() {
            _ if self.remembers && tells_age(name) => "memory",
            Some(b'F' | b'G' | b'R') => "frame",
            Some(b'C' | b'P' | b'Q' | b'X' | b'Y' | b'Z' | b'D' | b'B' | b'S') => "lexicon",
            Some(b'A' | b'K') => "project",
            _ => "model",
        };
        let items = hit.items();
        let (zone, range, quote) = self.quoted(items);
        let parts = items.map(|(first, last)| self.parts(name, first, last)).unwrap_or_default();
        Reason {
            stage: Cow::Borrowed(stage),
            feature: name.to_owned(),
            weight,
            quote,
            zone,
            start: range.start,
            end: range.end,
            parts,
        }
    }

    /// A frame that adds nothing by itself: how it is told, for who reads the verdict.
    pub(crate) fn frame(&self, found: &Found) -> Reason {
        let id = self.features.frames.part(found.frame).text;
        let in_head = self.reading.items.get(found.first).is_some_and(|item| item.at < HEAD_CHARS);
        let feature = format!("F:{id}:{}", if in_head { "H" } else { "B" });
        let (zone, range, quote) = self.quoted(Some((found.first, found.last)));
        let parts = self.parts(&feature, found.first, found.last);
        Reason {
            stage: Cow::Borrowed("frame"),
            feature,
            weight: 0.0,
            quote,
            zone,
            start: range.start,
            end: range.end,
            parts,
        }
    }

    /// The reason that a reserve is, which keeps the log-odds `weight` lower than they would be.
    pub(crate) fn reserve(&self, weight: f64, reserve: Reserve, item: usize) -> Reason {
        let (zone, range, quote) = self.quoted(Some((item, item)));
        Reason {
            stage: Cow::Borrowed(RESERVE),
            feature: reserve.feature().to_owned(),
            weight,
            quote,
            zone,
            start: range.start,
            end: range.end,
            parts: Vec::new(),
        }
    }

    fn quoted(&self, items: Option<(usize, usize)>) -> (Zone, Range<usize>, String) {
        let quoted = items.and_then(|(first, last)| self.reading.quoted(first, last));
        quoted.map_or((Zone::Text, 0..0, String::new()), |(zone, range, quote)| (zone, range, quote.to_owned()))
    }

    /// The words of a frame: of `F:frame:..` and `G:frame&..`.
    fn parts(&self, name: &str, first: usize, last: usize) -> Vec<ReasonPart> {
        let Features { lexicon, frames, .. } = self.features;
        let Some(id) = name.strip_prefix("F:").or_else(|| name.strip_prefix("G:")) else { return Vec::new() };
        let id = id.split([':', '&']).next().unwrap_or(id);
        let part = |word: Word| {
            let (_, range, quote) = self.reading.quoted(word.first, word.last)?;
            Some(ReasonPart {
                role: word.role.map(|role| frames.roles.name(role).to_owned()),
                label: lexicon.name(word.label).to_owned(),
                quote: quote.to_owned(),
                start: range.start,
                end: range.end,
            })
        };
        frames.words(id, self.reading, lexicon, first, last).into_iter().filter_map(part).collect()
    }
}

/// Whether a feature stands on how old a token is: what its age adds, and what is told otherwise because it is old.
fn tells_age(name: &str) -> bool {
    let tells = |part| {
        matches!(part, "both" | "ticker" | "clash" | "first" | "min" | "max" | "OLD" | "OLDP" | "not-old-listing")
    };
    name.starts_with("A:") || name.split([':', '>', '&']).any(tells)
}
