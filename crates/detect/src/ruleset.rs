//! A ruleset: the words, the frames, the known tokens, the words of amounts and the weights learned over them, as one text
//! file.
//!
//! The parts are kept as the texts they were read from, so that a ruleset can be written again, byte for byte, and
//! its version is the hash of what it says. In a file each part follows a line `%% name`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::amounts::{Amounts, AmountsError};
use crate::frames::{Frames, FramesError};
use crate::known::{Known, KnownError};
use crate::lexicon::{Lexicon, LexiconError};
use crate::line::LabelKind;
use crate::lineage::Lineage;
use crate::places::{Place, Places, PlacesError, Venue};
use crate::reserve::Reserves;

/// A ruleset that cannot be used.
#[derive(Debug, Error)]
pub enum RulesetError {
    /// Not text.
    #[error("failed to read the ruleset: it is not UTF-8 text")]
    NotText(#[source] std::str::Utf8Error),
    /// A part is missing.
    #[error("failed to read the ruleset: it has no part `%% {part}`; make one with `tgectl ruleset train`")]
    MissingPart {
        /// Which.
        part: &'static str,
    },
    /// The words.
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
    /// The frames.
    #[error(transparent)]
    Frames(#[from] FramesError),
    /// The known tokens.
    #[error(transparent)]
    Known(#[from] KnownError),
    /// The words of amounts.
    #[error(transparent)]
    Amounts(#[from] AmountsError),
    /// The places.
    #[error(transparent)]
    Places(#[from] PlacesError),
    /// A line of the weights.
    #[error("failed to read the weights: line {line} is {text:?}, expected {expected}")]
    Weights {
        /// Its number, from 1.
        line: usize,
        /// What it says.
        text: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A line of its descent.
    #[error(
        "failed to read the lineage: line {line} is {text:?}, expected parent<tab>VERSION or trained<tab>FEATURE<tab>NUMBER"
    )]
    Lineage {
        /// Its number, from 1.
        line: usize,
        /// What it says.
        text: String,
    },
}

const PARTS: [&str; 4] = ["lexicon", "frames", "tokens", "weights"];
/// The parts that rulesets of before there were any do not have.
const AMOUNTS: &str = "amounts";
const WORDS: &str = "words";
const PLACES: &str = "places";
/// The part only a ruleset has that learned from marks.
const LINEAGE: &str = "lineage";

const KINDS: usize = LabelKind::ALL.len();

/// What one feature adds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weight {
    /// To the log-odds of a launch.
    pub(crate) launch: f32,
    /// To the score of each kind; all zero for features no kind is told by.
    pub(crate) kinds: [f32; KINDS],
}

/// The learned numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Model {
    /// Probability from which a document is a launch.
    pub(crate) threshold: f64,
    /// Slope and shift from score to log-odds.
    pub(crate) calibration: (f64, f64),
    pub(crate) bias: f64,
    pub(crate) kind_bias: [f64; KINDS],
    pub(crate) weights: BTreeMap<String, Weight>,
}

/// Words, frames, tokens and amounts, ready for use.
pub(crate) struct Parts {
    pub(crate) lexicon: Arc<Lexicon>,
    pub(crate) frames: Frames,
    pub(crate) known: Arc<Known>,
    pub(crate) amounts: Amounts,
    pub(crate) reserves: Reserves,
    places: Places,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}

/// The parts of a ruleset as texts, as they stand in `config/rulesets`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Texts<'a> {
    /// Concepts as phrases: `lexicon.yaml`.
    pub lexicon: &'a str,
    /// More phrases of the lexicon, by language: `words.tsv`. May be empty.
    pub words: &'a str,
    /// Venues and chains with their days: `places.tsv`. May be empty.
    pub places: &'a str,
    /// How launches are told: `frames.yaml`.
    pub frames: &'a str,
    /// Tokens and projects with their days: `tokens.tsv`.
    pub tokens: &'a str,
    /// Words of amounts: `amounts.yaml`. A ruleset without them tells none.
    pub amounts: &'a str,
    /// What was learned: `weights.tsv`. Empty before training.
    pub weights: &'a str,
}

/// A ruleset.
#[derive(Debug, Clone)]
pub struct Ruleset {
    lexicon: String,
    words: String,
    places: String,
    pub(crate) frames: String,
    tokens: String,
    amounts: String,
    /// The texts above, read; shared by all rulesets that differ only in what was learned.
    pub(crate) parts: Arc<Parts>,
    /// The model as text, as it was read or as it will be written.
    weights: String,
    pub(crate) model: Model,
    lineage: Lineage,
    version: String,
}

// === impl Ruleset ===

impl Ruleset {
    /// The ruleset built into this program.
    ///
    /// # Errors
    /// None in a program whose tests passed: they read it.
    pub fn embedded() -> Result<Self, RulesetError> {
        Self::from_texts(Texts {
            lexicon: include_str!("../../../config/rulesets/lexicon.yaml"),
            words: include_str!("../../../config/rulesets/words.tsv"),
            places: include_str!("../../../config/rulesets/places.tsv"),
            frames: include_str!("../../../config/rulesets/frames.yaml"),
            tokens: include_str!("../../../config/rulesets/tokens.tsv"),
            amounts: include_str!("../../../config/rulesets/amounts.yaml"),
            weights: include_str!("../../../config/rulesets/weights.tsv"),
        })
    }

    /// Reads a file written by [`Ruleset::to_bytes`].
    ///
    /// # Errors
    /// [`RulesetError`] saying which part or line is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RulesetError> {
        let text = std::str::from_utf8(bytes).map_err(RulesetError::NotText)?;
        let mut parts: HashMap<&str, &str> = HashMap::new();
        for part in text.strip_prefix("%% ").unwrap_or_default().split("\n%% ") {
            if let Some((name, body)) = part.split_once('\n') {
                parts.insert(name.trim(), body);
            }
        }
        let part = |part: &'static str| parts.get(part).copied().ok_or(RulesetError::MissingPart { part });
        let read = {
            let newer = |part: &str| parts.get(part).copied().unwrap_or_default();
            let [lexicon, frames, tokens, weights] = PARTS.map(part);
            Self::from_texts(Texts {
                lexicon: lexicon?,
                words: newer(WORDS),
                places: newer(PLACES),
                frames: frames?,
                tokens: tokens?,
                amounts: newer(AMOUNTS),
                weights: weights?,
            })?
        };
        Ok(match parts.get(LINEAGE) {
            Some(lineage) => read.with_lineage(Lineage::parse(lineage)?),
            None => read,
        })
    }

    /// Builds a ruleset from its parts.
    ///
    /// # Errors
    /// [`RulesetError`] saying which part or line is wrong.
    pub fn from_texts(texts: Texts<'_>) -> Result<Self, RulesetError> {
        let Texts { lexicon, words, places, frames, tokens, amounts, weights } = texts;
        let all_places = Places::parse(places)?;
        // The words take as long as all else together, and are read beside it.
        let read = || -> Result<_, RulesetError> { Ok((Arc::new(Known::parse(tokens)?), Model::parse(weights)?)) };
        let (all, read) = std::thread::scope(|scope| {
            let beside = std::thread::Builder::new().spawn_scoped(scope, read);
            let all = Lexicon::parse(lexicon, words, &all_places, &[]);
            let read = match beside {
                Ok(beside) => beside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                // Without another thread, one after the other.
                Err(_) => read(),
            };
            (all, read)
        });
        let (all, (known, model)) = (all?, read?);
        let parts = Parts {
            frames: Frames::parse(frames, &all)?,
            known,
            reserves: Reserves::of(&all),
            lexicon: Arc::new(all),
            amounts: Amounts::parse(amounts)?,
            places: all_places,
        };
        let mut ruleset = Self {
            lexicon: lexicon.to_owned(),
            words: words.to_owned(),
            places: places.to_owned(),
            frames: frames.to_owned(),
            tokens: tokens.to_owned(),
            amounts: amounts.to_owned(),
            parts: Arc::new(parts),
            model,
            weights: weights.to_owned(),
            lineage: Lineage::default(),
            version: String::new(),
        };
        ruleset.version = ruleset.hashed();
        Ok(ruleset)
    }

    /// The same words, frames and tokens with other weights, descended from nothing.
    pub(crate) fn with_model(&self, model: Model) -> Self {
        let (weights, lineage) = (model.to_text(), Lineage::default());
        let mut ruleset = Self { weights, model, lineage, ..self.clone() };
        ruleset.version = ruleset.hashed();
        ruleset
    }

    pub(crate) fn with_lineage(mut self, lineage: Lineage) -> Self {
        self.lineage = lineage;
        self.version = self.hashed();
        self
    }

    fn hashed(&self) -> String {
        let mut digest = Sha256::new();
        self.write(|piece| digest.update(piece));
        hex::encode(&digest.finalize()[..6])
    }

    /// The ruleset as one file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(|piece| bytes.extend_from_slice(piece.as_bytes()));
        bytes
    }

    /// Hands the file to `to` piece by piece: to be hashed it need not be copied.
    fn write(&self, mut to: impl FnMut(&str)) {
        let bodies = [&self.lexicon, &self.frames, &self.tokens, &self.weights];
        for (name, body) in PARTS.iter().zip(bodies) {
            ["%% ", name, "\n", body.trim_end(), "\n"].into_iter().for_each(&mut to);
        }
        for (name, body) in [(AMOUNTS, &self.amounts), (WORDS, &self.words), (PLACES, &self.places)] {
            if !body.trim().is_empty() {
                ["%% ", name, "\n", body.trim_end(), "\n"].into_iter().for_each(&mut to);
            }
        }
        if !self.lineage.is_empty() {
            ["%% ", LINEAGE, "\n", &self.lineage.to_text()].into_iter().for_each(&mut to);
        }
    }

    /// The parts that are not learned, by name.
    pub(crate) fn texts(&self) -> [(&'static str, &str); 6] {
        [
            ("lexicon", &self.lexicon),
            ("words", &self.words),
            ("places", &self.places),
            ("frames", &self.frames),
            ("tokens", &self.tokens),
            ("amounts", &self.amounts),
        ]
    }

    /// Its words and places, and the names of watched projects with their numbers.
    pub(crate) fn watching(&self, projects: &[(u16, String)]) -> Result<Lexicon, LexiconError> {
        Lexicon::parse(&self.lexicon, &self.words, &self.parts.places, projects)
    }

    /// The phrases of its words and places, see [`Lexicon::patterns`].
    pub(crate) fn patterns(&self) -> Result<Vec<String>, LexiconError> {
        Lexicon::patterns(&self.lexicon, &self.words, &self.parts.places)
    }

    /// The venues it knows.
    pub fn venues(&self) -> impl Iterator<Item = Venue> + '_ {
        self.parts.lexicon.places.iter().filter_map(Place::venue)
    }

    /// Only the learned numbers, as they stand in `config/rulesets/weights.tsv`.
    pub fn weights_text(&self) -> &str {
        &self.weights
    }

    /// Twelve hexadecimal digits of the hash of everything it says.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The versions it descends from and what marks moved since it was trained.
    pub fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    /// Probability from which a document is called a launch.
    pub fn threshold(&self) -> f64 {
        self.model.threshold
    }

    /// How many features have a weight.
    pub fn weight_count(&self) -> usize {
        self.model.weights.len()
    }
}

// === impl Model ===

impl Model {
    /// A model that knows nothing: every document has the probability one half, and none is a launch.
    pub(crate) fn blank() -> Self {
        Self { threshold: 1.0, calibration: (1.0, 0.0), bias: 0.0, kind_bias: [0.0; KINDS], weights: BTreeMap::new() }
    }

    fn parse(text: &str) -> Result<Self, RulesetError> {
        let mut model = Self::blank();
        // Put in order once: a file we wrote is in order already.
        let mut weights: Vec<(String, Weight)> = Vec::with_capacity(text.len() / 24);
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
            let wrong = |expected| RulesetError::Weights { line: i + 1, text: line.to_owned(), expected };
            let (name, rest) = line.split_once('\t').ok_or_else(|| wrong("NAME<tab>NUMBERS"))?;
            let (numbers, count) = numbers(rest).ok_or_else(|| wrong("numbers behind the name"))?;
            match (name, numbers.get(..count).unwrap_or_default()) {
                ("threshold", &[threshold]) => model.threshold = threshold,
                ("calibration", &[slope, shift]) => model.calibration = (slope, shift),
                ("bias", &[bias]) => model.bias = bias,
                ("kind_bias", biases) => {
                    model.kind_bias = biases.try_into().map_err(|_| wrong("a number for each kind"))?;
                }
                (feature, &[launch, ref kinds @ ..]) if feature.contains(':') && matches!(kinds.len(), 0 | KINDS) => {
                    let mut weight = Weight { launch: launch as f32, kinds: [0.0; KINDS] };
                    for (to, from) in weight.kinds.iter_mut().zip(kinds) {
                        *to = *from as f32;
                    }
                    weights.push((feature.to_owned(), weight));
                }
                _ => return Err(wrong("threshold, calibration, bias, kind_bias or a feature with 1 or 6 numbers")),
            }
        }
        model.weights = weights.into_iter().collect();
        Ok(model)
    }

    fn to_text(&self) -> String {
        use std::fmt::Write as _;
        let mut text =
            String::from("# Learned by `tgectl ruleset train`; do not edit. FEATURE<tab>LAUNCH[<tab>KINDS]\n");
        let list = |numbers: &[f64]| numbers.iter().map(|n| format!("{n:.4}")).collect::<Vec<_>>().join(" ");
        text.push_str(&format!("threshold\t{:.4}\n", self.threshold));
        text.push_str(&format!("calibration\t{}\n", list(&[self.calibration.0, self.calibration.1])));
        text.push_str(&format!("bias\t{:.4}\nkind_bias\t{}\n", self.bias, list(&self.kind_bias)));
        for (name, weight) in &self.weights {
            let mut line = format!("{name}\t{:.3}", weight.launch);
            if weight.kinds.iter().any(|k| *k != 0.0) {
                for (i, kind) in weight.kinds.iter().enumerate() {
                    // Writing into a String cannot fail.
                    let written = write!(line, "{}{kind:.2}", if i == 0 { '\t' } else { ' ' });
                    debug_assert!(written.is_ok(), "a String takes all");
                }
            }
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

/// The numbers of a line, as far as a feature may have some, and how many there are; none where one is no number.
fn numbers(text: &str) -> Option<([f64; 1 + KINDS], usize)> {
    let (mut numbers, mut count) = ([0.0; 1 + KINDS], 0);
    for number in text.split(['\t', ' ']) {
        let number = number.parse::<f64>().ok().filter(|n| n.is_finite())?;
        if let Some(place) = numbers.get_mut(count) {
            *place = number;
        }
        count += 1;
    }
    Some((numbers, count))
}
