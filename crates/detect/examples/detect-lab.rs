//! Trains and measures a ruleset from the files of a working tree: `detect-lab CONFIG_DIR LABELS... [--train] [--verdicts FILE]
//! [--errors FILE] [--all FILE] [--judge JSONL [--explain]]`. The operator's way is `tgectl ruleset`; this one reads the words and frames anew
//! without a build.

use std::io::Write as _;
use std::process::ExitCode;

use tge_detect::labels::{Labelled, join_table, parse_jsonl, parse_ours, parse_records};
use tge_detect::learn::{self, Options, Report};
use tge_detect::{Detector, Projects, Ruleset, Texts, explained_line, verdict_line};

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = error.to_string();
            let mut source = error.source();
            while let Some(cause) = source {
                text.push_str(&format!(": {cause}"));
                source = cause.source();
            }
            drop(writeln!(std::io::stderr(), "{text}"));
            ExitCode::FAILURE
        }
    }
}

fn run(args: Vec<String>) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let (mut files, mut train, mut verdicts, mut judge, mut dump, mut options) =
        (Vec::new(), false, None, None, None, Options::default());
    let mut explain = false;
    let (mut errors, mut all): (Option<String>, Option<String>) = (None, None);
    let (mut more, mut ours, mut texts): (Option<String>, Vec<String>, Vec<String>) = (None, Vec::new(), Vec::new());
    let mut rest = args.into_iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--train" => train = true,
            "--verdicts" => verdicts = rest.next(),
            "--errors" => errors = rest.next(),
            "--all" => all = rest.next(),
            "--judge" => judge = rest.next(),
            "--explain" => explain = true,
            "--dump" => dump = rest.next(),
            "--strength" => options.strength = rest.next().ok_or("a number")?.parse()?,
            "--damping" => options.source_damping = rest.next().ok_or("a number")?.parse()?,
            "--sources" => options.sources_min = rest.next().ok_or("a number")?.parse()?,
            "--ours" => ours.push(rest.next().ok_or("a file")?),
            "--more" => more = rest.next(),
            "--texts" => texts.push(rest.next().ok_or("a file")?),
            "--least" => options.weight_min = rest.next().ok_or("a number")?.parse()?,
            _ => files.push(arg),
        }
    }
    let dir = files.first().ok_or("the folder of the ruleset's parts is missing")?.clone();
    let read = |name: &str| std::fs::read_to_string(format!("{dir}/{name}"));
    let weights = read("weights.tsv").unwrap_or_default();
    let base = Ruleset::from_texts(Texts {
        lexicon: &read("lexicon.yaml")?,
        words: &read("words.tsv")?,
        places: &read("places.tsv")?,
        frames: &read("frames.yaml")?,
        tokens: &read("tokens.tsv")?,
        amounts: &read("amounts.yaml")?,
        weights: &weights,
    })?;
    if let Some(file) = judge {
        let detector = Detector::new(base, Projects::default())?;
        for record in parse_records(&std::fs::read_to_string(file)?)? {
            let verdict = detector.explain(&record.document());
            let line = match explain {
                true => serde_json::to_string(&explained_line(&record.id, &verdict, detector.base())),
                false => serde_json::to_string(&verdict_line(&record.id, &verdict)),
            };
            writeln!(out, "{}", line?)?;
        }
        return Ok(());
    }
    if let Some(file) = dump {
        let detector = Detector::new(base, Projects::default())?;
        for record in parse_records(&std::fs::read_to_string(file)?)? {
            let features = detector.evidence(&record.document());
            let told: Vec<String> = features.iter().map(|(name, value)| format!("{name}\t{value}")).collect();
            writeln!(out, "{}\t{}", record.id, told.join("\t"))?;
        }
        return Ok(());
    }
    let mut labels: Vec<Labelled> = Vec::new();
    for file in &files[1..] {
        labels.extend(parse_jsonl(&std::fs::read_to_string(file)?)?);
    }
    if let Some(table) = more {
        let mut records = Vec::new();
        for file in texts {
            records.extend(parse_records(&std::fs::read_to_string(file)?)?);
        }
        labels.extend(join_table(&std::fs::read_to_string(table)?, records)?);
    }
    for file in ours {
        labels.extend(parse_ours(&std::fs::read_to_string(file)?)?);
    }
    if train {
        let ruleset = learn::train(&labels, &base, options)?;
        std::fs::write(format!("{dir}/weights.tsv"), ruleset.weights_text())?;
        writeln!(out, "{} weights, threshold {:.3}", ruleset.weight_count(), ruleset.threshold())?;
        return Ok(());
    }
    let report = learn::evaluate_grouped(&labels, &base, options)?;
    if let Some(everything) = &report.everything {
        let (f1, area) = (everything.all.f1, everything.average_precision);
        writeln!(out, "with what only helps: F1 {f1:.3} average precision {area:.3}")?;
        if let Some(file) = &all {
            write_verdicts(file, everything)?;
        }
    }
    let day = &report.on_the_day;
    writeln!(
        out,
        "as on the day: F1 {:.3} precision {:.3} recall {:.3} average precision {:.3}",
        day.all.f1, day.all.precision, day.all.recall, day.average_precision
    )?;
    let report = report.measured;
    print(&mut out, &report)?;
    if let Some(file) = verdicts {
        write_verdicts(&file, &report)?;
    }
    if let Some(file) = errors {
        let lines: Result<Vec<String>, _> = report.mistakes(&labels).iter().map(serde_json::to_string).collect();
        std::fs::write(file, lines?.join("\n"))?;
    }
    Ok(())
}

fn write_verdicts(file: &str, report: &Report) -> Result<(), Box<dyn std::error::Error>> {
    let lines: Result<Vec<String>, _> = report.outcomes.iter().map(|o| serde_json::to_string(&o.line)).collect();
    Ok(std::fs::write(file, lines?.join("\n"))?)
}

fn print(out: &mut impl std::io::Write, report: &Report) -> std::io::Result<()> {
    let all = report.all;
    writeln!(out, "F1 {:.3} precision {:.3} recall {:.3}", all.f1, all.precision, all.recall)?;
    writeln!(
        out,
        "average precision {:.3} brier {:.4} calibration error {:.4}",
        report.average_precision, report.brier, report.calibration_error
    )?;
    writeln!(out, "fields found {:?}\nfields given {:?}", report.fields_found, report.fields_given)?;
    for (name, group) in report.groups.iter().filter(|(_, g)| g.positive >= 10) {
        writeln!(out, "{name:14} {:5} {:4} F1 {:.3}", group.documents, group.positive, group.f1)?;
    }
    writeln!(out, "false alarms {:?}", report.classes)
}
