//! Short texts judged, and the time it takes to read the ruleset and build the detector.

use std::hint::black_box;
use std::io::Write;

use tge_detect::labels::Record;
use tge_detect::{Detector, Projects, Ruleset};

use crate::Outcome;
use crate::turns::{Contender, medians};

pub(crate) fn measure(short: &[&Record], out: &mut impl Write) -> Outcome<()> {
    let build = || Ok::<_, Box<dyn std::error::Error>>(Detector::new(Ruleset::embedded()?, Projects::default())?);
    let detector = build()?;
    let bytes: usize = short.iter().map(|record| record.text.len()).sum();
    let mut contenders: [Contender<'_>; 2] = [
        ("loading", Box::new(|| drop(black_box(build())))),
        (
            "judging",
            Box::new(|| {
                black_box(short.iter().filter(|record| detector.judge(&record.document()).is_tge).count());
            }),
        ),
    ];
    let spent = medians(&mut contenders)?;
    let (texts, mb) = (short.len() as f64 / spent[1], bytes as f64 / spent[1] / 1e6);
    writeln!(out, "ruleset read and detector built in {:.1} ms of processor time", spent[0] * 1e3)?;
    writeln!(out, "{} short texts: {texts:.0} judged per core-second, {mb:.1} MB/s", short.len())?;
    Ok(())
}
