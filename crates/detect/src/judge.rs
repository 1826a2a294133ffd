//! The detector: a document in, a verdict with its reasons out.

use std::sync::Arc;

use chrono::NaiveDate;
use tge_model::{Probability, Reason, Verdict};

use crate::document::Document;
use crate::extract::fields::Context;
use crate::extract::tickers::Mark;
use crate::features::Features;
use crate::frames::Found as Frame;
use crate::known::Known;
use crate::lexicon::Lexicon;
use crate::line::LabelKind;
use crate::projects::Projects;
use crate::reading::{Reading, is_ticker};
use crate::reasons::Told;
use crate::reserve::Reserve;
use crate::ruleset::{Model, Parts, Ruleset, RulesetError};
use crate::several;
use crate::weighing::Weighed;
use crate::weights::Weights;

/// Reasons kept of one verdict.
const REASONS_MAX: usize = 14;
/// Reasons kept of what is surely no launch, as most of what is read: a verdict is stored with each document.
const REASONS_FEW: usize = 5;

/// Below this probability nobody asks for the fields of the launch that is not there, and few reasons are kept.
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
            names => Arc::new(ruleset.watching(names)?),
        };
        let version = ruleset.version().to_owned();
        let watched = projects.iter().map(|p| p.name.clone()).collect();
        let weights = Arc::new(Weights::of(&ruleset.model.weights, |name| lexicon.label(name)));
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

    /// The log-odds of a launch before a text has said anything; what its features add comes on top.
    pub fn base(&self) -> f64 {
        self.odds(0.0)
    }

    /// The calibrated log-odds where all features come to `score`.
    fn odds(&self, score: f64) -> f64 {
        let (slope, shift) = self.model.calibration;
        slope * (self.model.bias + score) + shift
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

    /// What `document` says. Only its first [`crate::JUDGED_CHARS_MAX`] characters are read. What is surely no launch keeps
    /// only its heaviest reasons.
    pub fn judge(&self, document: &Document<'_>) -> Verdict {
        self.judge_with(document, |probability| if probability < FIELDS_FROM { REASONS_FEW } else { REASONS_MAX })
    }

    /// The same with as many reasons whatever it is, for a reader who asks why.
    pub fn explain(&self, document: &Document<'_>) -> Verdict {
        self.judge_with(document, |_| REASONS_MAX)
    }

    fn judge_with(&self, document: &Document<'_>, reasons: fn(f64) -> usize) -> Verdict {
        let (reading, day) = self.opened(document);
        let mut verdict = self.judge_read(reading, day, reasons);
        if verdict.is_tge {
            let parts = several::parts(document);
            let parts = parts.iter().filter_map(|part| {
                let (reading, day) = self.opened(part);
                // A word in capitals is not enough for a launch of its own: the ticker has a mark.
                let marked = reading.tickers.iter().filter(|t| t.mark > Mark::Bare);
                let marked: Vec<String> = marked.map(|t| t.symbol.clone()).collect();
                if marked.is_empty() {
                    return None;
                }
                let mut told = self.judge_read(reading, day, |_| 0);
                told.launches.retain(|launch| launch.symbol.as_ref().is_some_and(|symbol| marked.contains(symbol)));
                Some(told).filter(|part| part.is_tge)
            });
            several::told_apart(&mut verdict.launches, parts);
        }
        verdict
    }

    fn opened<'a>(&self, document: &Document<'a>) -> (Reading<'a>, Option<NaiveDate>) {
        let day = day(document);
        (self.read(document, day), day)
    }

    /// The features of a reading with their weights, the frames in it, and the log-odds of a launch that they come to.
    fn weigh(&self, reading: &Reading<'_>, day: Option<NaiveDate>) -> (Weighed<'_>, Vec<Frame>, f64) {
        let mut weighed = Weighed::by(&self.weights);
        let frames = self.features().extract(reading, day, &mut weighed);
        let odds = self.odds(weighed.score());
        (weighed, frames, odds)
    }

    fn judge_read(&self, mut reading: Reading<'_>, day: Option<NaiveDate>, reasons: fn(f64) -> usize) -> Verdict {
        let (mut weighed, mut frames, mut odds) = self.weigh(&reading, day);
        let most = log_odds(Reserve::most(self.model.threshold));
        let reserves = &self.parts.reserves;
        // Of what is surely no launch nobody asks with which reserve it is told, unless that is a launch denied or rumoured.
        let asked = odds > most || logistic(odds) >= FIELDS_FROM || reserves.may_lift(&reading);
        let reserve = asked.then(|| reserves.find(&reading, &self.parts.frames, day)).flatten();
        let written = reserve.and_then(|(reserve, at)| reserves.lift(&mut reading, reserve, at));
        if written.is_some() {
            drop(weighed);
            (weighed, frames, odds) = self.weigh(&reading, day);
        }
        let probability = Probability::clamped(logistic(if reserve.is_some() { most.min(odds) } else { odds }));
        let held = reserve.map(|(reserve, item)| ((most - odds).min(0.0), reserve, item));
        let count = reasons(probability.get());
        let reasons = self.reasons(&reading, day, &weighed, &frames, held, count);
        // Names are read in the text as it stands: "Velar denies" is called Velar.
        if let Some(written) = written {
            reading.items = written;
        }
        let mut launches = Vec::new();
        if probability.get() >= FIELDS_FROM {
            let context = Context {
                reading: &reading,
                lexicon: &self.lexicon,
                known: &self.known,
                amounts: &self.parts.amounts,
                frames: &frames,
                clauses: &self.parts.frames.clauses,
                watched: &self.watched,
                published: day,
                reserve: reserve.map(|(reserve, _)| reserve),
            };
            let mut launch = context.launch(self.kind(&weighed));
            let mut others = context.together(&launch);
            if others.is_empty() {
                others = context.each_on_its_day(&launch);
            }
            // Whose of several an amount is, nobody tells.
            if others.is_empty() && probability.get() >= TERMS_FROM {
                launch.terms = context.terms(&launch);
            }
            let second = others.is_empty().then(|| context.second(&launch)).flatten();
            launches.push(launch);
            launches.extend(others.into_iter().chain(second));
        }
        Verdict {
            is_tge: probability.get() >= self.model.threshold,
            probability,
            launches,
            reasons,
            ruleset: self.version.clone(),
        }
    }

    /// At most `count` reasons, heaviest first: the reserve that `held` it with what that takes away, the features, and a frame.
    fn reasons(
        &self,
        reading: &Reading<'_>,
        day: Option<NaiveDate>,
        weighed: &Weighed<'_>,
        frames: &[Frame],
        held: Option<(f64, Reserve, usize)>,
        count: usize,
    ) -> Vec<Reason> {
        if count == 0 {
            return Vec::new();
        }
        let told = Told { reading, features: self.features(), remembers: self.remembers(reading, day) };
        let held = held.map(|(weight, reserve, item)| told.reserve(weight, reserve, item));
        let heaviest = weighed.heaviest(self.model.calibration.0, count - usize::from(held.is_some()));
        let framed = heaviest.iter().any(|(_, hit)| self.weights.is_frame(hit.feature));
        let heaviest = heaviest.into_iter().map(|(weight, hit)| told.reason(weight, hit, &self.weights));
        let mut reasons: Vec<Reason> = held.into_iter().chain(heaviest).collect();
        // How it is told is shown where the words have all the weight of it, too; for what is surely no launch nobody looks.
        let frame = || frames.first().copied().or_else(|| self.parts.frames.first_shown(reading));
        if !framed
            && count == REASONS_MAX
            && let Some(frame) = frame()
        {
            reasons.truncate(count - 1);
            reasons.push(told.frame(&frame));
        }
        reasons
    }

    /// Whether a token of the document was seen to launch.
    fn remembers(&self, reading: &Reading<'_>, day: Option<NaiveDate>) -> bool {
        let Some(day) = day.filter(|_| self.known.has_seen()) else { return false };
        reading.items.iter().any(|item| is_ticker(item) && self.known.remembers(&reading.ticker(item), day))
    }

    /// Every feature of `document` with its value, weighed or not: what [`crate::learn`] learns from.
    pub fn evidence(&self, document: &Document<'_>) -> std::collections::BTreeMap<String, f32> {
        let (reading, day) = self.opened(document);
        let mut sink = crate::learn::Collected::default();
        self.features().extract(&reading, day, &mut sink);
        sink.0
    }

    fn kind(&self, weighed: &Weighed<'_>) -> LabelKind {
        let mut scores = self.model.kind_bias;
        for hit in weighed.hits() {
            for (score, kind) in scores.iter_mut().zip(self.weights.weight(hit.feature).kinds) {
                *score += f64::from(kind) * hit.value();
            }
        }
        let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(i, _)| i);
        LabelKind::ALL[best]
    }
}

pub(crate) fn day(document: &Document<'_>) -> Option<NaiveDate> {
    document.published.map(|moment| moment.to_chrono().date_naive())
}

/// The odds of a probability, as a logarithm.
fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

pub(crate) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
