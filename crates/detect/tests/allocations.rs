//! That what is done for every word, phrase and feature asks for no memory: only what is kept of a document does.

use tge_detect::labels::parse_published;
use tge_detect::{Detector, Document, Matching, Projects, Ruleset};

/// Asked for while `work` runs.
fn allocations<T>(work: impl FnOnce() -> T) -> u64 {
    let mut kept = None;
    let counted = allocation_counter::measure(|| kept = Some(work()));
    drop(kept);
    counted.count_total
}

/// Texts in several scripts, what may stand behind each of them without end, and the most that the verdict of the first one and
/// what is kept of it while it is judged ask for.
const TEXTS: [(&str, &str, u64); 4] = [
    (
        "The ministers met in Lisbon and spoke of fisheries. ",
        "nothing new was said about the quotas of next season, ",
        40,
    ),
    ("Kelmara claims open today: claim $KELM on the portal. ", "the team will list the token and open deposits, ", 120),
    ("币安将上线新代币，开放充值。", "交易所表示用户可以领取空投并参与代币发售，", 120),
    ("Биржа объявила о листинге токена. ", "команда обещает открыть клейм и продажу токенов, ", 120),
];

#[test]
fn more_words_ask_for_no_more_memory() {
    let ruleset = Ruleset::embedded().expect("the embedded ruleset");
    let matching = Matching::of(&ruleset).expect("its matching");
    let detector = Detector::new(ruleset, Projects::default()).expect("a detector");
    for (text, more, most) in TEXTS {
        let longer = |times: usize| text.to_owned() + &more.repeat(times);
        let judged = |text: &str| {
            let document = Document { title: "", text, lang: None, published: parse_published("2026-03-02T09:00:00Z") };
            // Rooms are kept from one document to the next.
            detector.judge(&document);
            allocations(|| detector.judge(&document))
        };
        let matched = |text: &str| {
            let normal = tge_text::Normal::text_of(text);
            allocations(|| matching.hits(&normal))
        };
        let (once, often) = (longer(4), longer(8));
        assert!(matched(&once) <= 2 && matched(&often) <= 3, "{more}: {} and {}", matched(&once), matched(&often));
        let (few, many) = (judged(&once), judged(&often));
        // The room of a vector that grows is asked for anew, once or twice.
        assert!(many <= few + 4, "{more}: {few} for four of it, {many} for eight");
        assert!(few <= most, "{more}: {few}");
    }
}
