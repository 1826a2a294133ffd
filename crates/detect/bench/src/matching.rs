//! The phrases of the lexicon, found by the detector's tree, by aho-corasick's automaton (as a table of all transitions,
//! and in its small form) and by daachorse, whose double array is built over bytes or over characters.
//!
//! The others find all phrases wherever they stand, overlapping, and which of them are hits (words are whole, the
//! leftmost and longest wins) is decided behind them by code of ours; the detector looks only where a hit may begin.
//! All must come to identical hits, and that is checked before anything is measured.

use std::hint::black_box;
use std::io::Write;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use daachorse::{CharwiseDoubleArrayAhoCorasick, DoubleArrayAhoCorasick};
use tge_detect::labels::Record;
use tge_detect::{Matching, Ruleset};
use tge_text::Normal;

use crate::Outcome;
use crate::turns::{Contender, medians};

/// A matcher: its name, the bytes it takes, and how it finds the hits of a text.
type Matcher<'a> = (&'a str, usize, &'a dyn Fn(&str) -> Vec<(usize, usize)>);

pub(crate) fn compare(short: &[&Record], out: &mut impl Write) -> Outcome<()> {
    let ruleset = Ruleset::embedded()?;
    let texts: Vec<Normal> = short.iter().map(|record| Normal::of(&record.text)).collect();
    let texts: Vec<&str> = texts.iter().map(Normal::as_str).collect();
    let patterns = Matching::patterns(&ruleset)?;
    let own = Matching::of(&ruleset)?;
    let table = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(&patterns)?;
    let small = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(&patterns)?;
    let bytes = DoubleArrayAhoCorasick::<u32>::new(&patterns).map_err(|error| error.to_string())?;
    let characters = CharwiseDoubleArrayAhoCorasick::<u32>::new(&patterns).map_err(|error| error.to_string())?;
    let by = |automaton: &AhoCorasick, text: &str| {
        let found = automaton.find_overlapping_iter(text);
        own.hits_among(text, found.map(|found| (found.start(), found.end(), found.pattern().as_usize())))
    };
    let by_bytes = |text: &str| {
        let found = bytes.find_overlapping_iter(text);
        own.hits_among(text, found.map(|found| (found.start(), found.end(), found.value() as usize)))
    };
    let by_characters = |text: &str| {
        let found = characters.find_overlapping_iter(text);
        own.hits_among(text, found.map(|found| (found.start(), found.end(), found.value() as usize)))
    };
    let matchers: [Matcher<'_>; 5] = [
        ("own", own.bytes(), &|text| own.hits(text)),
        ("aho-corasick DFA", table.memory_usage(), &|text| by(&table, text)),
        ("aho-corasick contiguous NFA", small.memory_usage(), &|text| by(&small, text)),
        ("daachorse, bytes", bytes.heap_bytes(), &by_bytes),
        ("daachorse, characters", characters.heap_bytes(), &by_characters),
    ];
    for text in &texts {
        if let Some((name, ..)) = matchers.iter().find(|(_, _, hits)| hits(text) != own.hits(text)) {
            return Err(format!("the hits of {name} differ on {text:?}").into());
        }
    }
    let mut contenders: Vec<Contender<'_>> = Vec::new();
    for (name, _, hits) in &matchers {
        let round = || {
            black_box(texts.iter().map(|text| hits(text).len()).sum::<usize>());
        };
        contenders.push((name, Box::new(round)));
    }
    let spent = medians(&mut contenders)?;
    let size: usize = texts.iter().map(|text| text.len()).sum();
    writeln!(out, "matching {} phrases in {} short texts, identical hits:", patterns.len(), texts.len())?;
    for ((name, bytes, _), secs) in matchers.iter().zip(&spent) {
        let (speed, ratio) = (size as f64 / secs / 1e6, secs / spent[0]);
        writeln!(out, "  {name}: {speed:.0} MB/s, {:.1} MB of memory; own / it {ratio:.2}", *bytes as f64 / 1e6)?;
    }
    crate::python::compare(&texts, &patterns, size as f64 / spent[0] / 1e6, out)
}
