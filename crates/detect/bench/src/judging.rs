//! Short texts judged, and the time it takes to read the ruleset and build the detector.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use tge_detect::labels::Record;
use tge_detect::{Detector, Projects, Ruleset};

use crate::Outcome;
use crate::turns::{Contender, median, medians};

/// How often the detector is built to see how long one waits for it; odd, for the median.
const RUNS: usize = 21;

pub(crate) fn measure(short: &[&Record], out: &mut impl Write) -> Outcome<()> {
    let build = || Ok::<_, Box<dyn std::error::Error>>(Detector::new(Ruleset::embedded()?, Projects::default())?);
    let detector = build()?;
    let bytes: usize = short.iter().map(|record| record.text.len()).sum();
    let mut contenders: [Contender<'_>; 1] = [(
        "judging",
        Box::new(|| {
            black_box(short.iter().filter(|record| detector.judge(&record.document()).is_tge).count());
        }),
    )];
    let spent = medians(&mut contenders)?;
    let mut waited: Vec<f64> = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let begun = Instant::now();
        drop(black_box(build()?));
        waited.push(begun.elapsed().as_secs_f64());
    }
    let (texts, mb) = (short.len() as f64 / spent[0], bytes as f64 / spent[0] / 1e6);
    let waited = median(waited) * 1e3;
    writeln!(out, "ruleset read and detector built in {waited:.1} ms, on two threads for the most part")?;
    writeln!(out, "{} short texts: {texts:.0} judged per core-second, {mb:.1} MB/s", short.len())?;
    Ok(())
}
