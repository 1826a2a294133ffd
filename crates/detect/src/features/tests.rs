//! What is passed over has no weight, and hostile texts make no more work than long ones.

use super::*;
use crate::judge::Detector;
use crate::{Document, JUDGED_CHARS_MAX, Projects, Ruleset};

#[derive(Default)]
struct Counted(usize);

impl Sink for Counted {
    fn put(&mut self, name: &[Part<'_>], _: f32, _: Option<(usize, usize)>) {
        assert!(name.iter().map(|part| part.text.len()).sum::<usize>() < 1_200, "an endless name");
        self.0 += 1;
    }
}

/// Receives every feature, whether it has a weight or not: nothing is passed over before its name is made.
struct Every<'a, S>(&'a mut S);

impl<S: Sink> Sink for Every<'_, S> {
    fn put(&mut self, name: &[Part<'_>], value: f32, items: Option<(usize, usize)>) {
        self.0.put(name, value, items);
    }
}

#[test]
fn what_is_passed_over_has_no_weight() {
    let ruleset = Ruleset::embedded().expect("the embedded ruleset");
    let lexicon = ruleset.watching(&[]).expect("its words");
    let weights = crate::weights::Weights::of(&ruleset.model.weights, |name| lexicon.label(name));
    let detector = Detector::new(ruleset, Projects::default()).expect("a detector");
    let day = "2026-03-02".parse().ok();
    for text in [
        "Brightfen (BRFN) token launch: claims open on March 9, and Binance will list it with a seed tag",
        "币安将于 3 月 5 日上线 Oakmere (OKMR)，开放 OKMR/USDT 现货交易，空投快照今日完成",
        "What is an airdrop? A guide. Bitcoin price falls as traders unlock perpetual futures and NFT points",
    ] {
        let document = Document { title: "", text, lang: None, published: None };
        let reading = detector.read(&document, day);
        let (mut passed, mut all) = (crate::weighing::Weighed::by(&weights), crate::weighing::Weighed::by(&weights));
        detector.features().extract(&reading, day, &mut passed);
        detector.features().extract(&reading, day, &mut Every(&mut all));
        assert!(passed.hits().len() > 20, "{text}");
        assert_eq!(passed.hits(), all.hits(), "{text}");
    }
}

/// Work is bounded by the characters read, whatever the text: items, sentences and features, not seconds.
#[test]
fn hostile_texts_make_no_more_work_than_long_ones() {
    let detector =
        Detector::new(Ruleset::embedded().expect("the embedded ruleset"), Projects::default()).expect("a detector");
    let day = "2026-03-02".parse().ok();
    let texts: [String; 13] = [
        String::new(),
        "a".repeat(5_000_000),
        "claim airdrop listing token sale ".repeat(200_000),
        "上线空投代币".repeat(300_000),
        (0..10_000).map(|i| format!("$T{i} ")).collect(),
        (0..10_000).map(|i| format!("NAME{i} (T{i}) ")).collect(),
        "list\u{200b}ing to\u{200b}ken \u{202e}$abc\u{202c} الايردروب 상장 ".repeat(50_000),
        "e\u{301}".repeat(1_000_000),
        "12 may 2025 tge claim ".repeat(100_000),
        "https://a.b/c?ref=1 ".repeat(100_000),
        "((((".repeat(500_000),
        "\n.\n!".repeat(500_000),
        "代币 (空投1 空投1 空投1 空投1)".to_owned() + &"(空投1 上线 代币 空投)".repeat(600),
    ];
    for text in &texts {
        let document = Document { title: text, text, lang: None, published: None };
        let reading = detector.read(&document, day);
        assert!(reading.chars <= JUDGED_CHARS_MAX * 5 / 4 + 64, "{} characters read", reading.chars);
        assert!(reading.items.len() <= reading.chars + 1, "{} items of {}", reading.items.len(), reading.chars);
        assert!(reading.sentences.len() <= 80, "{} sentences", reading.sentences.len());
        let mut counted = Counted::default();
        detector.features().extract(&reading, day, &mut counted);
        let most = 12_000 + 30 * reading.items.len();
        assert!(counted.0 <= most, "{} features of {:?}", counted.0, text.get(..40));
    }
}
