//! Learning from marks, right and wrong ones: what moves, how far, and that it can be undone.

use std::sync::LazyLock;

use tge_detect::Ruleset;
use tge_detect::labels::{self, Label, Labelled, Record};
use tge_detect::learn::marks::{self, Bounds, Learned};
use tge_detect::learn::replay::{self, Refused};
use tge_detect::learn::{self, Options};

/// How launches are told, and what looks like them. `{n}` is a name, `{t}` its ticker.
const LAUNCHES: [&str; 14] = [
    "{n} announces its token: {t} claims open on March 9",
    "Binance Will List {n} ({t}) with Seed Tag Applied",
    "{n} TGE is set for next Friday, the team said",
    "Introducing {n} ({t}) Token Sale on Binance Launchpad",
    "{n} airdrop is live: check your eligibility and claim {t}",
    "${t} is live on Uniswap",
    "{n} will launch its native token {t} this month",
    "{n} reveals tokenomics ahead of the {t} launch",
    "Snapshot for the {t} airdrop will be taken tomorrow, says {n}",
    "The public sale of {n} opens on CoinList, price 0.2 USD per {t}",
    "{n} plans to issue its own cryptocurrency called {t}",
    "Trading of {t} opens at noon, deposits for {n} are open",
    "{n} Foundation hands out 8% of {t} to early users",
    "After two years {n} brings its governance token {t} to mainnet",
];
const OTHERS: [&str; 14] = [
    "{t} price jumps 12% as traders turn to {n}",
    "Binance Futures Will Launch USDT-Margined {t} Perpetual Contract",
    "{n} founder denies rumours of a token",
    "Trade {t} and grab a share of the 50,000 USDT prize pool",
    "{n} was hacked for 3 million dollars, {t} falls",
    "What is an airdrop? {n} explains",
    "{n} unlocks 40 million {t} next week",
    "{n} migrates its contract, {t} holders need not act",
    "{n} raises 20 million in a round led by old friends",
    "A year after its airdrop {n} has lost most of its users",
    "{n} starts a points campaign, season two",
    "Exchange delists {t}, {n} regrets it",
    "Analyst: {t} may double if {n} keeps growing",
    "{n} opens an office in Lisbon and hires forty",
];
const SYLLABLES: [&str; 12] = ["lu", "mor", "ket", "van", "sil", "bra", "ond", "fyr", "tas", "wen", "gol", "pix"];

/// `count` documents of templates `first..last`, from twelve sources. The same numbers give the same documents.
fn documents(count: usize, first: usize, last: usize, seed: usize) -> Vec<Labelled> {
    (0..count)
        .map(|i| {
            let k = i * 7 + seed * 31;
            let name: String = [k, k / 12 + 5, k / 5 + seed].iter().map(|s| SYLLABLES[s % 12]).collect();
            let name = name[..1].to_uppercase() + &name[1..];
            let ticker = name[..4].to_uppercase();
            let (launch, template) = (i % 2 == 0, first + i / 2 % (last - first));
            let text = if launch { LAUNCHES[template] } else { OTHERS[template] };
            Labelled {
                record: Record {
                    id: format!("{seed}-{i}"),
                    source: format!("source-{}", (i / 2 + i / 28) % 12),
                    provenance: None,
                    title: None,
                    text: text.replace("{n}", &name).replace("{t}", &ticker),
                    lang: Some("en".to_owned()),
                    published: Some("2026-03-02T09:00:00Z".to_owned()),
                    label: None,
                    neg_class: None,
                    agreed: None,
                    border: None,
                },
                label: Label { is_tge: launch, ..Label::default() },
                helps: None,
            }
        })
        .collect()
}

/// Trained on half of the ways to tell: the other half is what marks can teach.
static TRAINED: LazyLock<Ruleset> = LazyLock::new(|| {
    let words = Ruleset::embedded().expect("the embedded ruleset");
    // Some labels are wrong, as everywhere: of clean ones the calibration learns to be certain.
    let labels = with_wrong(documents(360, 0, 7, 1), 11);
    learn::train(&labels, &words, Options::default()).expect("a trained ruleset")
});

fn f1(ruleset: &Ruleset) -> f64 {
    learn::evaluate(&documents(280, 0, 14, 9), ruleset.clone()).expect("a report").all.f1
}

/// The marks with every `n`-th of them wrong.
fn with_wrong(mut marks: Vec<Labelled>, n: usize) -> Vec<Labelled> {
    for mark in marks.iter_mut().step_by(n) {
        mark.label.is_tge = !mark.label.is_tge;
    }
    marks
}

#[test]
fn one_mark_in_five_wrong_costs_next_to_nothing() {
    let before = f1(&TRAINED);
    let of = |marks: &[Labelled]| marks::learn(&TRAINED, marks, Bounds::default()).expect("learned").ruleset;
    let right = f1(&of(&documents(400, 0, 14, 3)));
    let noisy = f1(&of(&with_wrong(documents(400, 0, 14, 3), 5)));
    assert!((0.5..0.98).contains(&before), "a ruleset with something to learn: {before}");
    assert!(right > before, "right marks teach: {before} -> {right}");
    assert!(noisy >= before - 0.03, "{before} -> {noisy}");
}

/// Every other of the texts written for this project, from the `first` on, from fifty sources.
fn ours(first: usize) -> Vec<Labelled> {
    let texts = [include_str!("../../../config/labels/ours.jsonl"), include_str!("../../../config/labels/lines.jsonl")];
    let all = texts.map(|text| labels::parse_ours(text).expect("our texts")).concat();
    let mut half: Vec<Labelled> = all.into_iter().skip(first).step_by(2).collect();
    for (i, labelled) in half.iter_mut().enumerate() {
        labelled.record.source = format!("source-{}", i % 50);
    }
    half
}

#[test]
fn one_mark_in_five_wrong_costs_the_shipped_ruleset_next_to_nothing() {
    let shipped = Ruleset::embedded().expect("the embedded ruleset");
    let (given, measured) = (ours(0), ours(1));
    let f1 = |ruleset: &Ruleset| learn::evaluate(&measured, ruleset.clone()).expect("a report").all.f1;
    let before = f1(&shipped);
    assert!((0.5..0.98).contains(&before), "a ruleset with something to lose: {before}");
    let wrong = given.len() / 5;
    // Whom the wrong marks hit: everybody, only what is no launch, only launches.
    for (name, hits) in [("any", None), ("others", Some(false)), ("launches", Some(true))] {
        let mut marks = given.clone();
        let hit = |mark: &Labelled| hits.is_none_or(|launch| mark.label.is_tge == launch);
        let among = given.iter().filter(|mark| hit(mark)).count();
        // So many of those as are a fifth of all, spread evenly over them.
        let (mut seen, mut turned) = (0, 0);
        for mark in marks.iter_mut().filter(|mark| hit(mark)) {
            seen += 1;
            if turned < wrong && turned * among < seen * wrong {
                (turned, mark.label.is_tge) = (turned + 1, !mark.label.is_tge);
            }
        }
        assert_eq!(turned, wrong, "{name}");
        let learned = marks::learn(&shipped, &marks, Bounds::default()).expect("learned");
        assert!(!learned.moves.is_empty(), "{name}");
        let after = f1(&learned.ruleset);
        assert!(after >= before - 0.03, "a fifth of the marks wrong, on {name}: {before} -> {after}");
    }
}

#[test]
fn a_source_full_of_wrong_marks_is_held() {
    // The shipped one: of a small one that is sure of nothing, a few steps turn over whole groups of documents.
    let shipped = Ruleset::embedded().expect("the embedded ruleset");
    let lies = with_wrong(documents(400, 0, 14, 3), 1);
    let mut of_one = lies.clone();
    for mark in &mut of_one {
        mark.record.source = "one-source".to_owned();
    }
    let of = |marks: &[Labelled]| marks::learn(&shipped, marks, Bounds::default()).expect("learned");
    let (learned, spread) = (of(&of_one), of(&lies));
    let (before, after, unheld) = (f1(&shipped), f1(&learned.ruleset), f1(&spread.ruleset));
    // Ten documents here are one text with other names and turn over together: a step of F1 is .07.
    assert!(after >= before - 0.1, "four hundred lies of one source: {before} -> {after}");
    assert!(unheld >= before - 0.1, "four hundred lies of twelve: {before} -> {unheld}");
    let moved = |learned: &Learned| learned.moves.iter().map(|m| f64::from((m.to - m.from).abs())).sum::<f64>();
    let (held, free) = (moved(&learned), moved(&spread));
    assert!(held < free / 2.0, "what one source moves: {held}, what twelve move: {free}");
    let labelled: Vec<Record> = documents(280, 0, 14, 9)
        .into_iter()
        .map(|mut l| {
            l.record.label = Some(l.label);
            l.record
        })
        .collect();
    let replayed = replay::replay(&shipped, &learned.ruleset, &labelled).expect("judged");
    assert_eq!(replayed.known.map(|k| (k.0.f1, k.1.f1)), Some((before, after)));
    assert_eq!(replayed.may_activate().is_ok(), after >= before);
    assert!(replayed.flips.iter().all(|flip| flip.truth.is_some()));
}

#[test]
fn every_weight_stays_near_what_training_said_and_comes_back() {
    let bounds = Bounds { drift: 0.05, source: 1_000.0, ..Bounds::default() };
    let mut ruleset = TRAINED.clone();
    let mut versions = vec![ruleset.version().to_owned()];
    for seed in 3..7 {
        ruleset = marks::learn(&ruleset, &with_wrong(documents(300, 0, 14, seed), 1), bounds).expect("learned").ruleset;
        versions.push(ruleset.version().to_owned());
    }
    let difference = replay::diff(&TRAINED, &ruleset);
    assert!(difference.parts.is_empty() && !difference.weights.is_empty());
    for (feature, trained, now) in &difference.weights {
        assert!((now - trained).abs() <= 0.0511, "{feature}: {trained} -> {now}");
    }
    let own = versions.pop();
    assert_eq!(ruleset.lineage().parents, versions);
    assert_eq!(own.as_deref(), Some(ruleset.version()));
    let read = Ruleset::from_bytes(&ruleset.to_bytes()).expect("its own file");
    assert_eq!((read.version(), read.lineage()), (ruleset.version(), ruleset.lineage()));
    let shipped = Ruleset::embedded().expect("the embedded ruleset");
    let same = Ruleset::from_bytes(&shipped.to_bytes()).expect("its own file");
    assert_eq!(replay::diff(&shipped, &same).parts, [""; 0], "a file of the same version");
    let undone = marks::undo(&read);
    assert_eq!(undone.to_bytes(), TRAINED.to_bytes());
    assert_eq!(undone.version(), TRAINED.version());
}

#[test]
fn no_mark_moves_a_weight_farther_than_a_step() {
    let bounds = Bounds::default();
    for mark in with_wrong(documents(28, 0, 14, 4), 2) {
        let learned = marks::learn(&TRAINED, std::slice::from_ref(&mark), bounds).expect("learned");
        for m in &learned.moves {
            assert!(f64::from((m.to - m.from).abs()) <= bounds.step + 0.001, "{m:?}");
        }
    }
    let nothing = marks::learn(&TRAINED, &[], bounds).expect("learned");
    assert_eq!(nothing.ruleset.version(), TRAINED.version());
    assert!(nothing.moves.is_empty());
}

#[test]
fn nobody_activates_what_nobody_can_judge() {
    let unlabelled: Vec<Record> = documents(60, 0, 14, 9).into_iter().map(|l| l.record).collect();
    let replayed = replay::replay(&TRAINED, &TRAINED, &unlabelled).expect("judged");
    assert!(matches!(replayed.may_activate(), Err(Refused::Unknown { .. })));
    assert!(replayed.flips.is_empty());
}
