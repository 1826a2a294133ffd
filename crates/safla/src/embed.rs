//! Text as a vector whose direction tells what it is about.

use tge_model::MemoryItem;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::words::words;

/// Turns text into a vector. Vectors of one embedder have one length; two embedders' vectors are never compared.
pub trait Embedder: Send + Sync + 'static {
    /// Its name with its version: stored vectors of another name are made anew.
    fn name(&self) -> &str;

    /// Length of its vectors.
    fn dimensions(&self) -> usize;

    /// The vector of a text, of length 1; all zeros for a text without words.
    fn embed(&self, text: &str) -> Vec<f32>;
}

/// Hashed words and character n-grams with signed projection: no download, no training, the same everywhere.
///
/// It sees spelling, not meaning: "launch" is near "launched" and far from "debut".
#[derive(Debug, Clone, Copy)]
pub struct HashedGrams {
    dimensions: usize,
}

const GRAMS: [usize; 2] = [3, 4];
/// A word weighs as much as all its parts of one length together.
const WORD_WEIGHT: f32 = 1.0;
/// Texts longer than this add nothing but time.
const WORDS_MAX: usize = 4_096;

// === impl HashedGrams ===

impl HashedGrams {
    /// Vectors of this length, at least 16.
    pub fn new(dimensions: usize) -> Self {
        Self { dimensions: dimensions.max(16) }
    }

    fn add(vector: &mut [f32], feature: &[u8], seed: u64, weight: f32) {
        let hash = xxh3_64_with_seed(feature, seed);
        let length = u64::try_from(vector.len()).expect("a length fits 64 bits");
        let place = usize::try_from((hash >> 1) % length).expect("below a length");
        // The sign makes collisions cancel in the mean.
        vector[place] += if hash & 1 == 0 { weight } else { -weight };
    }
}

impl Default for HashedGrams {
    /// 384 dimensions.
    fn default() -> Self {
        Self::new(384)
    }
}

impl Embedder for HashedGrams {
    fn name(&self) -> &str {
        "hashed-grams-1"
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        let mut counts: std::collections::BTreeMap<String, f32> = std::collections::BTreeMap::new();
        for word in words(text).into_iter().take(WORDS_MAX) {
            *counts.entry(word).or_default() += 1.0;
        }
        let mut vector = vec![0.0; self.dimensions];
        for (word, count) in counts {
            // The tenth repeat tells little more than the second.
            let weight = 1.0 + f32::ln(count);
            Self::add(&mut vector, word.as_bytes(), 0, WORD_WEIGHT * weight);
            let padded: Vec<char> = std::iter::once('^').chain(word.chars()).chain(['$']).collect();
            for (seed, n) in (1..).zip(GRAMS) {
                let parts = padded.len().saturating_sub(n) + 1;
                #[expect(clippy::cast_precision_loss, reason = "parts of one word")]
                let share = weight / (parts as f32).sqrt();
                for gram in padded.windows(n) {
                    Self::add(&mut vector, gram.iter().collect::<String>().as_bytes(), seed, share);
                }
            }
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length > 0.0 {
            vector.iter_mut().for_each(|x| *x /= length);
        }
        vector
    }
}

/// Cosine of two vectors, from -1 to 1; zero when one is empty or their lengths differ.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    if a.len() != b.len() {
        return 0.0;
    }
    let (mut dot, mut aa, mut bb) = (0.0_f32, 0.0_f32, 0.0_f32);
    for (x, y) in a.iter().zip(b) {
        dot += x * y;
        aa += x * x;
        bb += y * y;
    }
    let lengths = (f64::from(aa) * f64::from(bb)).sqrt();
    if lengths > 0.0 { (f64::from(dot) / lengths).clamp(-1.0, 1.0) } else { 0.0 }
}

/// What of an item is embedded and searched: kind, key, subjects, content.
pub fn text_of(item: &MemoryItem) -> String {
    let mut text = format!("{} {} {} ", item.kind, item.key, item.subjects.join(" "));
    text.push_str(&item.content);
    text
}
