//! The detector: a document in, a verdict with its reasons out.

use std::sync::Arc;

use chrono::NaiveDate;
use tge_model::{Probability, Reason, ReasonPart, Verdict, Zone};

use crate::document::Document;
use crate::extract::fields::Context;
use crate::features::name::{Part, hash};
use crate::features::{Features, Sink};
use crate::frames::Word;
use crate::known::Known;
use crate::lexicon::Lexicon;
use crate::line::LabelKind;
use crate::projects::Projects;
use crate::reading::{Reading, is_ticker};
use crate::ruleset::{Model, Parts, Ruleset, RulesetError};
use crate::several;
use crate::weights::Weights;

/// Reasons kept of one verdict.
const REASONS_MAX: usize = 14;

/// Below this probability nobody asks for the fields of the launch that is not there.
const FIELDS_FROM: f64 = 0.02;
/// Below this one no event is begun or changed, and nobody asks for the amounts.
const TERMS_FROM: f64 = 0.1;

/// A token that was seen to launch, for a detector to know beside those of its ruleset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenToken {
    /// Its ticker, whatever the case.
    pub ticker: String,
    /// Its name, where one was told.
    pub name: Option<String>,
    /// The day since when it trades.
    pub since: NaiveDate,
}

/// Judges documents. Pure: what it says depends on the ruleset, the watch-list, the tokens seen and the document alone.
#[derive(Clone)]
pub struct Detector {
    /// The lexicon of the ruleset with the watched names.
    pub(crate) lexicon: Arc<Lexicon>,
    pub(crate) parts: Arc<Parts>,
    known: Arc<Known>,
    model: Arc<Model>,
    weights: Arc<Weights>,
    watched: Arc<[String]>,
    version: String,
}

// === impl Detector ===

impl Detector {
    /// A detector for a ruleset and a watch-list. Takes some ten milliseconds; share it by `Arc`.
    ///
    /// # Errors
    /// [`RulesetError`] when the watched names cannot be put into one tree with the words of the ruleset.
    pub fn new(ruleset: Ruleset, projects: Projects) -> Result<Self, RulesetError> {
        let names = projects.names();
        // The labels are the same with and without names, so frames fit both.
        let lexicon = match names.as_slice() {
            [] => Arc::clone(&ruleset.parts.lexicon),
            names => Arc::new(Lexicon::parse(&ruleset.lexicon, &ruleset.words, names)?),
        };
        let version = ruleset.version().to_owned();
        let watched = projects.iter().map(|p| p.name.clone()).collect();
        let weights = Arc::new(Weights::of(&ruleset.model.weights));
        let (known, model) = (ruleset.parts.known.clone(), Arc::new(ruleset.model));
        Ok(Self { lexicon, parts: ruleset.parts, known, model, weights, watched, version })
    }

    /// The same, which also knows the tokens that were `seen` to launch (and no more those it was told of before). One is
    /// taken for old only some days after its launch, and by its ticker: nothing said of the launch itself is judged
    /// otherwise. Reasons that stand on this knowledge alone are of the stage `memory`.
    #[must_use]
    pub fn having_seen(&self, seen: &[SeenToken]) -> Self {
        Self { known: Arc::new(self.known.having_seen(seen)), ..self.clone() }
    }

    /// The same, knowing of no launch before it is old: as a new document is judged, whose token no list has yet.
    #[must_use]
    pub fn as_on_the_day(&self) -> Self {
        Self { known: Arc::new(self.known.as_on_the_day()), ..self.clone() }
    }

    /// Version of the ruleset it judges by.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The probability from which on a document is taken for a launch.
    pub fn threshold(&self) -> f64 {
        self.model.threshold
    }

    pub(crate) fn features(&self) -> Features<'_> {
        Features { lexicon: &self.lexicon, frames: &self.parts.frames, known: &self.known }
    }

    pub(crate) fn read<'a>(&self, document: &Document<'a>, day: Option<NaiveDate>) -> Reading<'a> {
        let mut reading = Reading::of(document, &self.lexicon, &self.known, day);
        self.parts.frames.mute(&mut reading);
        reading.look(&self.lexicon, day);
        reading
    }

    /// What `document` says. Only its first [`crate::JUDGED_CHARS_MAX`] characters are read.
    pub fn judge(&self, document: &Document<'_>) -> Verdict {
        let mut verdict = self.judge_whole(document);
        if verdict.is_tge {
            let lines = several::lines(document).into_iter().map(|line| self.judge_whole(&line));
            several::told_apart(&mut verdict.launches, lines.filter(|line| line.is_tge));
        }
        verdict
    }

    fn judge_whole(&self, document: &Document<'_>) -> Verdict {
        let day = day(document);
        let reading = self.read(document, day);
        let mut weighed = Weighed { weights: &self.weights, hits: Vec::with_capacity(256) };
        let frames = self.features().extract(&reading, day, &mut weighed);
        weighed.settle();
        let score = self.model.bias
            + weighed.hits.iter().map(|h| self.weights.launch(h.feature()) * f64::from(h.value())).sum::<f64>();
        let (slope, shift) = self.model.calibration;
        let probability = Probability::clamped(logistic(slope * score + shift));
        let mut launches = Vec::new();
        if probability.get() >= FIELDS_FROM {
            let context = Context {
                reading: &reading,
                lexicon: &self.lexicon,
                known: &self.known,
                amounts: &self.parts.amounts,
                frames: &frames,
                watched: &self.watched,
                published: day,
            };
            let mut launch = context.launch(self.kind(&weighed));
            let others = context.together(&launch);
            // Whose of several an amount is, nobody tells.
            if others.is_empty() && probability.get() >= TERMS_FROM {
                launch.terms = context.terms(&launch);
            }
            launches.push(launch);
            launches.extend(others);
        }
        Verdict {
            is_tge: probability.get() >= self.model.threshold,
            probability,
            launches,
            reasons: reasons(&reading, self.features(), &weighed, slope, self.remembers(&reading, day)),
            ruleset: self.version.clone(),
        }
    }

    /// Whether a token of the document was seen to launch.
    fn remembers(&self, reading: &Reading<'_>, day: Option<NaiveDate>) -> bool {
        let Some(day) = day.filter(|_| self.known.has_seen()) else { return false };
        reading.items.iter().any(|item| is_ticker(item) && self.known.remembers(&reading.ticker(item), day))
    }

    /// Every feature of `document` with its value, weighed or not: what [`crate::learn`] learns from.
    pub fn evidence(&self, document: &Document<'_>) -> std::collections::BTreeMap<String, f32> {
        let day = day(document);
        let reading = self.read(document, day);
        let mut sink = crate::learn::Collected::default();
        self.features().extract(&reading, day, &mut sink);
        sink.0
    }

    fn kind(&self, weighed: &Weighed<'_>) -> LabelKind {
        let mut scores = self.model.kind_bias;
        for hit in &weighed.hits {
            for (score, kind) in scores.iter_mut().zip(self.weights.weight(hit.feature()).kinds) {
                *score += f64::from(kind) * f64::from(hit.value());
            }
        }
        let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(i, _)| i);
        LabelKind::ALL[best]
    }
}

pub(crate) fn day(document: &Document<'_>) -> Option<NaiveDate> {
    document.published.map(|moment| moment.to_chrono().date_naive())
}

pub(crate) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// A feature that has a weight: its place among the weights, its value and the items it stands on. One number, because a
/// document has hundreds of them to be put in order, and numbers are compared at once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit(u128);

// === impl Hit ===

impl Hit {
    fn of(feature: u32, value: f32, items: Option<(usize, usize)>) -> Self {
        // One more than they are, so that no items come before all others.
        let (first, last) = items.map_or((0, 0), |(first, last)| (first as u32 + 1, last as u32 + 1));
        // Values are positive, so that their bits are in their order; the largest first.
        let parts = [feature, !value.to_bits(), first, last];
        Self(parts.into_iter().fold(0, |all, part| all << 32 | u128::from(part)))
    }

    fn feature(self) -> u32 {
        (self.0 >> 96) as u32
    }

    fn value(self) -> f32 {
        f32::from_bits(!(self.0 >> 64) as u32)
    }

    fn items(self) -> Option<(usize, usize)> {
        let (first, last) = ((self.0 >> 32) as u32 as usize, self.0 as u32 as usize);
        Some((first.checked_sub(1)?, last.checked_sub(1)?))
    }
}

/// The features that have a weight, each once with its largest value.
struct Weighed<'a> {
    weights: &'a Weights,
    hits: Vec<Hit>,
}

// === impl Weighed ===

impl Weighed<'_> {
    /// Brings the hits into the order of the weights (a sum must not depend on anything else), each once.
    fn settle(&mut self) {
        self.hits.sort_unstable();
        self.hits.dedup_by_key(|hit| hit.feature());
    }
}

impl Sink for Weighed<'_> {
    // Part of each of its callers, so that the hash of a name whose parts are known there is a few multiplications.
    #[inline(always)]
    fn put(&mut self, name: &[Part<'_>], value: f32, items: Option<(usize, usize)>) {
        if let Some(feature) = self.weights.find(hash(name)) {
            self.hits.push(Hit::of(feature, value, items));
        }
    }
}

fn reasons(
    reading: &Reading<'_>,
    features: Features<'_>,
    weighed: &Weighed<'_>,
    slope: f64,
    remembers: bool,
) -> Vec<Reason> {
    let mut heaviest: Vec<(f64, &Hit)> = weighed
        .hits
        .iter()
        .map(|hit| (slope * weighed.weights.launch(hit.feature()) * f64::from(hit.value()), hit))
        .collect();
    let heavier = |a: &(f64, &Hit), b: &(f64, &Hit)| b.0.abs().total_cmp(&a.0.abs());
    if heaviest.len() > REASONS_MAX {
        let is_frame = |hit: &Hit| weighed.weights.is_frame(hit.feature());
        let frame = heaviest.iter().filter(|(_, hit)| is_frame(hit)).min_by(|a, b| heavier(a, b)).copied();
        heaviest.select_nth_unstable_by(REASONS_MAX, heavier);
        heaviest.truncate(REASONS_MAX);
        // How it is told is shown, however light it weighs.
        if let Some(frame) = frame.filter(|_| !heaviest.iter().any(|(_, hit)| is_frame(hit))) {
            let lightest = heaviest.iter().enumerate().max_by(|a, b| heavier(a.1, b.1)).map(|(i, _)| i);
            lightest.into_iter().for_each(|i| heaviest[i] = frame);
        }
    }
    heaviest.sort_by(heavier);
    heaviest
        .into_iter()
        .map(|(weight, hit)| reason(reading, features, weight, weighed.weights.name(hit.feature()), hit, remembers))
        .collect()
}

/// Whether a feature stands on how old a token is: what its age adds, and what is told otherwise because it is old.
fn tells_age(name: &str) -> bool {
    let tells = |part| {
        matches!(part, "both" | "ticker" | "clash" | "first" | "min" | "max" | "OLD" | "OLDP" | "not-old-listing")
    };
    name.starts_with("A:") || name.split([':', '>', '&']).any(tells)
}

fn reason(
    reading: &Reading<'_>,
    features: Features<'_>,
    weight: f64,
    name: &str,
    hit: &Hit,
    remembers: bool,
) -> Reason {
    let stage = match name.as_bytes().first() {
        _ if remembers && tells_age(name) => "memory",
        Some(b'F' | b'G' | b'R') => "frame",
        Some(b'C' | b'P' | b'Q' | b'X' | b'Y' | b'Z' | b'D' | b'B') => "lexicon",
        Some(b'A' | b'K') => "project",
        _ => "model",
    };
    let span = hit.items().and_then(|(first, last)| {
        let (zone, range) = reading.span(first, last)?;
        let quote = reading.written_between(&reading.items[first], &reading.items[last]);
        Some((zone, range, quote.to_owned()))
    });
    let parts = hit.items().map(|items| parts(reading, features, name, items)).unwrap_or_default();
    let (zone, range, quote) = span.unwrap_or((Zone::Text, 0..0, String::new()));
    Reason {
        stage: stage.to_owned(),
        feature: name.to_owned(),
        weight,
        quote,
        zone,
        start: range.start,
        end: range.end,
        parts,
    }
}

/// The words of a frame: of `F:frame:..` and `G:frame&..`.
fn parts(reading: &Reading<'_>, features: Features<'_>, name: &str, (first, last): (usize, usize)) -> Vec<ReasonPart> {
    let Some(id) = name.strip_prefix("F:").or_else(|| name.strip_prefix("G:")) else { return Vec::new() };
    let id = id.split([':', '&']).next().unwrap_or(id);
    let part = |word: Word| {
        let (_, range) = reading.span(word.first, word.last)?;
        Some(ReasonPart {
            role: word.role.map(|role| features.frames.roles.name(role).to_owned()),
            label: features.lexicon.name(word.label).to_owned(),
            quote: reading.written_between(&reading.items[word.first], &reading.items[word.last]).to_owned(),
            start: range.start,
            end: range.end,
        })
    };
    features.frames.words(id, reading, features.lexicon, first, last).into_iter().filter_map(part).collect()
}
