//! Short texts judged, and the time it takes to read the ruleset and build the detector.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use tge_detect::labels::Record;
use tge_detect::{Detector, Projects, Ruleset};

use crate::turns::{Contender, median, medians};
use crate::{Outcome, SHORT_CHARS};

/// Bands of length, in characters: all short texts, and those near the longest of them.
const BANDS: [(usize, usize); 3] = [(0, SHORT_CHARS), (240, SHORT_CHARS), (280, SHORT_CHARS)];
/// How often the detector is built to see how long one waits for it; odd, for the median.
const RUNS: usize = 21;

pub(crate) fn measure(short: &[&Record], out: &mut impl Write) -> Outcome<()> {
    let build = || Ok::<_, Box<dyn std::error::Error>>(Detector::new(Ruleset::embedded()?, Projects::default())?);
    let detector = build()?;
    let bands = BANDS.map(|(least, most)| {
        let within = |record: &&&Record| (least..=most).contains(&record.text.chars().count());
        short.iter().filter(within).copied().collect::<Vec<&Record>>()
    });
    let mut contenders: Vec<Contender<'_>> = Vec::new();
    for band in &bands {
        let judge = || {
            black_box(band.iter().filter(|record| detector.judge(&record.document()).is_tge).count());
        };
        contenders.push(("judging", Box::new(judge)));
    }
    let spent = medians(&mut contenders)?;
    let mut waited: Vec<f64> = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let begun = Instant::now();
        drop(black_box(build()?));
        waited.push(begun.elapsed().as_secs_f64());
    }
    let waited = median(waited) * 1e3;
    writeln!(out, "ruleset read and detector built in {waited:.1} ms, on two threads for the most part")?;
    for (((least, most), band), secs) in BANDS.iter().zip(&bands).zip(spent) {
        let bytes: usize = band.iter().map(|record| record.text.len()).sum();
        let (texts, mb) = (band.len() as f64 / secs, bytes as f64 / secs / 1e6);
        writeln!(
            out,
            "{} texts of {least} to {most} characters: {texts:.0} judged per core-second, {mb:.1} MB/s",
            band.len()
        )?;
    }
    Ok(())
}
