//! Findings of figures, by table: each letter of a script is one sample.

use super::*;
use crate::Config;

const STEP: Duration = Duration::from_secs(15);

/// Plays samples of one subject against a threshold of 5 (closing below 3.5). A number is a figure, `-` a sample of the
/// group without the subject, `?` a sample in which the group could not be read.
fn play(judge: &mut Judge, script: &str) -> String {
    let thresholds = Config::default().thresholds;
    let mut told = Vec::new();
    for (n, word) in (0_u32..).zip(script.split_whitespace()) {
        let now = Timestamp::from_secs(1_000).plus(STEP * n);
        let figures: Vec<Figure> = word
            .parse()
            .map(|value| Figure::new(Rule::StageAge, "stage:observations".to_owned(), value, &[("depth", 1.0)]))
            .into_iter()
            .collect();
        let read = if word == "?" { BTreeSet::new() } else { BTreeSet::from([Group::Stages]) };
        let steps = judge.judge(&figures, &read, &thresholds, now);
        told.push(match steps.as_slice() {
            [] => ".",
            [Step::Opened(_)] => "O",
            [Step::Updated(_)] => "U",
            [Step::Closed(_)] => "C",
            more => panic!("one subject, one step: {more:?}"),
        });
    }
    told.join(" ")
}

#[test]
fn hysteresis() {
    let cases = [
        // A spike is no finding, two samples in a row are.
        ("9 1 9 1 9 1", ". . . . . ."),
        ("9 9 9", ". O ."),
        ("5 5", ". O"),
        ("4.9 4.9 4.9", ". . ."),
        // Clearly worse is told at once, trembling is not.
        ("8 8 9 9.9 10 12 12.4 12.5", ". O . . U . . U"),
        // It closes after four samples below 3.5; between the two thresholds it stays open.
        ("9 9 1 1 1 1 1", ". O . . . C ."),
        ("9 9 1 1 1 4 1 1 1 1", ". O . . . . . . . C"),
        ("9 9 4 4 4 4 4 4 4 4", ". O . . . . . . . ."),
        // A subject that is gone is well; a group that cannot be read says nothing.
        ("9 9 - - - -", ". O . . . C"),
        ("9 9 ? ? ? ? ? 9 1 1 1 1", ". O . . . . . . . . . C"),
        // It may open again.
        ("9 9 1 1 1 1 9 9", ". O . . . C . O"),
        // What is no number is no figure above anything.
        ("NaN NaN NaN", ". . ."),
        // Written again after five minutes at the latest.
        ("9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9", ". O . . . . . . . . . . . . . . . . . . . U"),
    ];
    for (script, expected) in cases {
        assert_eq!(play(&mut Judge::default(), script), expected, "{script}");
    }
}

#[test]
fn a_restart_goes_on_with_an_open_finding() {
    let mut first = Judge::default();
    play(&mut first, "9 20 9");
    let open: Vec<Finding> = first.open().cloned().collect();
    assert_eq!((open.len(), open[0].worst, open[0].times), (1, 20.0, 1));
    let record = serde_json::to_string(&open[0]).unwrap();
    let read: Finding = serde_json::from_str(&record).unwrap();
    let mut second = Judge::resume(vec![read]);
    assert_eq!(play(&mut second, "9 9 9"), ". . .", "it is open already");
    assert_eq!(play(&mut second, "1 1 1 1"), ". . . C");
    let closed = second.cases.values().next().unwrap().finding.clone().unwrap();
    assert_eq!((closed.opened_at.as_str(), closed.worst), (open[0].opened_at.as_str(), 20.0));
    let mut third = Judge::resume(vec![closed]);
    play(&mut third, "9 9");
    assert_eq!(third.open().next().unwrap().times, 2, "it knows that it opened before");
}

#[test]
fn findings_carry_numbers_threshold_and_advice() {
    let mut judge = Judge::default();
    play(&mut judge, "9 12");
    let finding = judge.open().next().unwrap();
    assert_eq!(finding.key(), "performance/stage_age/stage:observations");
    assert_eq!((finding.value, finding.threshold, finding.unit.as_str()), (12.0, 5.0, "seconds"));
    assert_eq!(finding.evidence["depth"], 1.0);
    assert!(!finding.advice.is_empty());
    assert_eq!(finding.importance(), 0.9);
    let unknown = Finding { rule: "of a newer program".to_owned(), ..finding.clone() };
    assert_eq!(Judge::resume(vec![unknown]), Judge::default());
}

#[test]
fn cases_are_bounded() {
    let mut judge = Judge::default();
    let figure = |n: usize| Figure::new(Rule::StatementTime, format!("statement:{n}"), 999.0, &[]);
    let figures: Vec<Figure> = (0..CASES_MAX + 50).map(figure).collect();
    let read = BTreeSet::from([Group::Database]);
    let thresholds = Config::default().thresholds;
    judge.judge(&figures, &read, &thresholds, Timestamp::EPOCH);
    assert_eq!(judge.cases.len(), CASES_MAX);
    judge.judge(&[], &read, &thresholds, Timestamp::EPOCH);
    assert!(judge.cases.is_empty(), "what is well and was never a finding is forgotten");
}
