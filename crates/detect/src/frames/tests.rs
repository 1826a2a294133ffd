//! What frames tell, and what they do not.

use super::*;
use crate::known::Known;
use crate::{Document, Ruleset};

fn parts() -> (Lexicon, Ruleset) {
    let ruleset = Ruleset::embedded().expect("the embedded ruleset");
    (ruleset.watching(&[]).expect("its lexicon"), ruleset)
}

/// The ids of the frames that `text` holds, and of the first that is only shown.
fn told<'a>(text: &str, frames: &'a Frames, lexicon: &Lexicon) -> Vec<&'a str> {
    let document = Document { title: "", text, lang: None, published: None };
    // Days without a year are read from the day of publication.
    let day = chrono::NaiveDate::from_ymd_opt(2026, 2, 20);
    let mut reading = Reading::of(&document, lexicon, &Known::default(), day);
    frames.mute(&mut reading);
    reading.look(lexicon, day);
    let (mut found, mut clauses) = (Vec::new(), Vec::new());
    for sentence in &reading.sentences {
        frames.clauses.cut(&reading, sentence.clone(), &mut clauses);
        for clause in &clauses {
            frames.find(&reading, clause.clone(), &reading.labels(clause.clone()), 0, &mut found);
        }
    }
    found.extend(frames.first_shown(&reading));
    found.iter().map(|f| frames.frames[f.frame].id.as_str()).collect()
}

#[test]
fn launches_and_look_alikes_are_told_in_seventeen_languages() {
    // What says nearly the same, and is told instead where a language has one word for two of English.
    const NEXT: [(&str, &[&str]); 7] = [
        ("to-launch-native", &["native-launches", "launch-ticker"]),
        ("airdrop-claim", &["claim-open"]),
        ("not-prize-pool", &["not-prize"]),
        ("distribute-token", &["airdrop-holders"]),
        ("tge-live", &["tge-set"]),
        ("opens-trading", &["ticker-live"]),
        ("initial-listing", &["venue-lists"]),
    ];
    let (lexicon, ruleset) = parts();
    let frames = Frames::parse(&ruleset.frames, &lexicon).expect("its frames");
    let mut wrong = Vec::new();
    for line in include_str!("../../tests/data/told.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [frame, language, text] = line.split('\t').collect::<Vec<_>>().try_into().expect("three columns");
        let next = NEXT.iter().find(|(id, _)| *id == frame).map_or(&[][..], |(_, next)| *next);
        let found = told(text, &frames, &lexicon);
        if !found.iter().any(|id| *id == frame || next.contains(id)) {
            wrong.push(format!("{frame} is not told in {language}: {text}; found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_frame_keeps_what_its_examples_promise() {
    let (lexicon, ruleset) = parts();
    let frames = Frames::parse(&ruleset.frames, &lexicon).expect("its frames");
    let holds = |frame: usize, text: &str| told(text, &frames, &lexicon).contains(&frames.frames[frame].id.as_str());
    let mut wrong = Vec::new();
    for (i, frame) in frames.frames.iter().enumerate() {
        let [yes, no] = &frame.examples;
        if !holds(i, yes) {
            wrong.push(format!("{} does not hold for {yes:?}", frame.id));
        }
        if holds(i, no) {
            wrong.push(format!("{} holds for {no:?}", frame.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_mute_keeps_what_its_examples_promise() {
    let (lexicon, ruleset) = parts();
    let frames = Frames::parse(&ruleset.frames, &lexicon).expect("its frames");
    let speaks = |mute: &Mute, text: &str, muted: bool| {
        let document = Document { title: "", text, lang: None, published: None };
        let mut reading = Reading::of(&document, &lexicon, &Known::default(), None);
        if muted {
            frames.mute(&mut reading);
            reading.look(&lexicon, None);
        }
        reading.items.iter().any(|item| item.is_of(&mute.mute))
    };
    for mute in &frames.mutes {
        let [yes, no] = &mute.examples;
        assert!(speaks(mute, yes, false) && !speaks(mute, yes, true), "muted in {yes:?}");
        assert!(speaks(mute, no, true), "not muted in {no:?}");
    }
}

#[test]
fn bad_files_say_what_is_wrong() {
    let (lexicon, _) = parts();
    let file = |say: &str| format!("{{version: 1, frames: [{{id: a, say: \"{say}\", yes: x, no: y}}]}}");
    let error = |yaml: &str| Frames::parse(yaml, &lexicon).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(error(&file("CLAIM NOSUCH")).contains("\"NOSUCH\""));
    assert!(error(&file("CLAIM ~99 LIVE")).contains("~99"));
    assert!(error(&file("")).contains("says nothing"));
    assert!(error("{version: 3, frames: []}").contains("version 3"));
    assert!(error("frames: x").contains("expected"));
}
