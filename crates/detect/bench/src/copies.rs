//! Near-duplicates: for each document those before it that are nearly the same, as they come in one after the other.
//!
//! Ours is what [`tge_quality`] tells copies by: a sketch of each document, at most 32 hashes, and two of them that
//! share most. In the swarm only documents of one event are compared; here each is compared with all before it that
//! share a hash of its sketch. gaoya does it by MinHash with a likeness (Jaccard) of .5, once over words between blanks
//! as its examples do, once over our shingles, and by a SimHash index of its own over ours.
//!
//! What should be found is known: every third document comes again, a word in 25 left out and a link behind it.

use std::collections::HashMap;
use std::hash::Hash;
use std::hint::black_box;
use std::io::Write;

use gaoya::minhash::{MinHashIndex, MinHasher, MinHasher32};
use gaoya::simhash::{SimHash, SimHashIndex, SimSipHasher64};
use tge_detect::labels::Record;
use tge_quality::repeat_each_other;
use tge_text::hash::{jaccard, shingles, sketch};

use crate::Outcome;
use crate::turns::{Contender, medians};

/// Every which document comes again.
const COPIED: usize = 3;
/// Which word of a copy is left out.
const LEFT_OUT: usize = 25;
/// Words a text must have to be copied: a greeting has no near-duplicates, only equals.
const WORDS_MIN: usize = 30;
/// Likeness from which gaoya calls two documents near-duplicates.
const LIKENESS: f64 = 0.5;
/// Share of the shorter document's shingles in the other one from which such a pair is none that is wrong.
const SHARE: f64 = 0.5;
/// Bits in which SimHashes of copies with small edits differ at most.
const COPY_BITS: usize = 10;
/// Bands and rows of the MinHash: 128 hashes, as datasketch and gaoya have it in their examples.
const BANDS: usize = 32;
const ROWS: usize = 4;

/// Pairs of documents, the later one first.
type Pairs = Vec<(usize, usize)>;
/// One that finds them: its name and how it does.
type Finder<'a> = (&'a str, fn(&[String]) -> Pairs);

pub(crate) fn compare(records: &[Record], out: &mut impl Write) -> Outcome<()> {
    let (texts, copies) = with_copies(records);
    let finders: [Finder<'_>; 4] = [
        ("own", own),
        ("gaoya MinHash, its words", |texts| minhash(texts, words)),
        ("gaoya MinHash, our shingles", |texts| minhash(texts, shingles)),
        ("gaoya SimHash, our shingles", simhash_index),
    ];
    let sets: Vec<Vec<u64>> = texts.iter().map(String::as_str).map(shingles).collect();
    let mut contenders: Vec<Contender<'_>> = Vec::new();
    for (name, find) in &finders {
        contenders.push((name, Box::new(|| drop(black_box(find(&texts))))));
    }
    let spent = medians(&mut contenders)?;
    writeln!(out, "near-duplicates of {} documents, {} of them edited copies:", texts.len(), copies.len())?;
    for ((name, find), secs) in finders.iter().zip(&spent) {
        let found = find(&texts);
        let missed = copies.iter().filter(|pair| !found.contains(pair)).count();
        let recall = 1.0 - missed as f64 / copies.len().max(1) as f64;
        let wrong = found.iter().filter(|(a, b)| share(&sets[*a], &sets[*b]) < SHARE).count();
        let (speed, ratio) = (texts.len() as f64 / secs, secs / spent[0]);
        let right =
            format!("{recall:.3} of the copies found, {wrong} of {} pairs share less than {SHARE}", found.len());
        writeln!(out, "  {name}: {speed:.0} documents/s, {right}; own / it {ratio:.2}")?;
    }
    Ok(())
}

/// The documents with edited copies behind them, and which is whose copy.
fn with_copies(records: &[Record]) -> (Vec<String>, Pairs) {
    let mut all: Vec<String> = records.iter().map(|record| record.text.clone()).collect();
    let mut copies = Vec::new();
    for (i, record) in records.iter().enumerate().step_by(COPIED) {
        let words: Vec<&str> = record.text.split_whitespace().collect();
        if words.len() < WORDS_MIN {
            continue;
        }
        let kept = words.iter().enumerate().filter(|(at, _)| at % LEFT_OUT != LEFT_OUT - 1).map(|(_, word)| *word);
        let kept: Vec<&str> = kept.collect();
        copies.push((all.len(), i));
        all.push(format!("{} https://example.org/{i}", kept.join(" ")));
    }
    (all, copies)
}

/// How much of the smaller of two sets is in the other, 0 to 1.
fn share(a: &[u64], b: &[u64]) -> f64 {
    let likeness = jaccard(a, b);
    let both = likeness * (a.len() + b.len()) as f64 / (1.0 + likeness);
    both / a.len().min(b.len()).max(1) as f64
}

fn own(texts: &[String]) -> Pairs {
    let mut seen: Vec<Vec<u32>> = Vec::with_capacity(texts.len());
    let mut holders: HashMap<u32, Vec<usize>> = HashMap::new();
    let mut pairs = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        let sketch = sketch(text);
        let mut near: Vec<usize> = sketch.iter().filter_map(|hash| holders.get(hash)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        pairs.extend(near.into_iter().filter(|other| repeat_each_other(&sketch, &seen[*other])).map(|other| (i, other)));
        for hash in &sketch {
            holders.entry(*hash).or_default().push(i);
        }
        seen.push(sketch);
    }
    pairs
}

/// Three words between blanks each.
fn words(text: &str) -> Vec<(&str, &str, &str)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(3).map(|w| (w[0], w[1], w[2])).collect()
}

fn minhash<'a, T: Hash>(texts: &'a [String], pieces: impl Fn(&'a str) -> Vec<T>) -> Pairs {
    let hasher = MinHasher32::new(BANDS * ROWS);
    let mut index = MinHashIndex::new(BANDS, ROWS, LIKENESS);
    as_they_come(texts, pieces, |i, pieces| {
        let signature = hasher.create_signature(pieces.into_iter());
        let near = index.query(&signature).into_iter().copied().collect();
        index.insert(i, signature);
        near
    })
}

fn simhash_index(texts: &[String]) -> Pairs {
    let hasher = SimHash::<SimSipHasher64, u64, 64>::new(SimSipHasher64::new(5, 6));
    // One block more than bits that may differ: one at least is the same in both.
    let mut index = SimHashIndex::new(COPY_BITS + 1, COPY_BITS);
    as_they_come(texts, shingles, |i, pieces| {
        let signature = hasher.create_signature(pieces.into_iter());
        let near = index.query(&signature).into_iter().copied().collect();
        index.insert(i, signature);
        near
    })
}

/// Each text that has pieces goes through an index that answers those before it which are near, and keeps it.
fn as_they_come<'a, T>(
    texts: &'a [String],
    pieces: impl Fn(&'a str) -> Vec<T>,
    mut near: impl FnMut(usize, Vec<T>) -> Vec<usize>,
) -> Pairs {
    let mut pairs = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        let pieces = pieces(text);
        if !pieces.is_empty() {
            pairs.extend(near(i, pieces).into_iter().map(|other| (i, other)));
        }
    }
    pairs
}
