//! Recall, cross-pollination, synthesis and clusters on small worlds.

use proptest::prelude::*;
use tge_model::{AgentKind, MemoryItem, MemoryTier, Timestamp};
use tge_safla::{
    Claim, Embedder, Entry, HashedGrams, Interest, Stand, clusters, cosine, interested, recall, synthesise, text_of,
};

const NOW: Timestamp = Timestamp::from_secs(1_780_000_000);

fn item(key: &str, content: &str) -> MemoryItem {
    MemoryItem {
        tier: MemoryTier::Semantic,
        key: key.to_owned(),
        version: 1,
        writer: "scraping-efficiency/1".to_owned(),
        kind: "finding".to_owned(),
        subjects: vec![format!("host:{key}")],
        content: content.to_owned(),
        importance: 0.5,
        uses: 0,
        created_at: NOW,
        updated_at: NOW,
        accessed_at: NOW,
        seq: 1,
    }
}

fn ask(question: &str, items: &[MemoryItem]) -> Vec<(String, Vec<String>)> {
    let embedder = HashedGrams::default();
    let vectors: Vec<Vec<f32>> = items.iter().map(|i| embedder.embed(&text_of(i))).collect();
    let entries: Vec<Entry<'_>> = items.iter().zip(&vectors).map(|(item, vector)| Entry { item, vector }).collect();
    recall(question, &entries, &embedder, NOW, 10).into_iter().map(|r| (items[r.index].key.clone(), r.why)).collect()
}

#[test]
fn recall_finds_by_word_and_by_likeness_and_says_why() {
    let items = [
        item("limits", "host answers 429 after ten requests per minute"),
        item("rhythm", "publishes announcements on weekdays in the morning"),
        item("phrase", "price prediction articles are misleading"),
        item("代币", "代币上线公告 误导"),
    ];
    for (question, first) in [
        ("429 requests", "limits"),
        ("announcement published in the mornings", "rhythm"),
        ("misled by predictions", "phrase"),
        ("代币上线", "代币"),
    ] {
        let found = ask(question, &items);
        assert_eq!(found.first().map(|f| f.0.as_str()), Some(first), "{question}: {found:?}");
        assert!(found[0].1.len() >= 3, "{:?}", found[0].1);
    }
    assert!(ask("zzzz qqqq", &items[..3]).iter().all(|(_, why)| why.iter().all(|w| !w.starts_with("words"))));
}

#[test]
fn importance_and_recency_break_ties() {
    let mut items = [item("a", "the same words"), item("b", "the same words"), item("c", "the same words")];
    for i in &mut items {
        i.subjects.clear();
        "k".clone_into(&mut i.kind);
    }
    items[1].importance = 0.9;
    items[2].accessed_at = NOW.minus(std::time::Duration::from_secs(400 * 86_400));
    let order: Vec<String> = ask("the same words", &items).into_iter().map(|r| r.0).collect();
    assert_eq!(order, ["b", "a", "c"]);
}

#[test]
fn findings_go_to_those_they_touch() {
    let interests = [
        Interest { agent: AgentKind::ScrapingEfficiency, subjects: vec!["host:*".to_owned()] },
        Interest {
            agent: AgentKind::ApiReliability,
            subjects: vec!["host:example.org".to_owned(), "host:*".to_owned()],
        },
        Interest { agent: AgentKind::KeywordPrecision, subjects: vec!["phrase:*".to_owned()] },
    ];
    let got = interested(&item("example.org", ""), &interests);
    assert_eq!(got, [(AgentKind::ApiReliability, "host:example.org".to_owned())], "its writer is not told");
    assert!(interested(&MemoryItem { subjects: vec!["knob:x".to_owned()], ..item("x", "") }, &interests).is_empty());
}

fn claim(writer: &str, stand: Stand, weight: f64) -> Claim {
    Claim { key: format!("{writer}-{stand:?}"), writer: writer.to_owned(), statement: "s".to_owned(), stand, weight }
}

#[test]
fn pooled_findings_keep_their_contradictions() {
    use Stand::{Against, For};
    for (name, claims, confidence, contradicted) in [
        ("one", vec![claim("a", For, 1.0)], 2.0 / 3.0, false),
        ("a loud one is bounded", vec![claim("a", For, 1e9)], 4.0 / 5.0, false),
        ("two agree", vec![claim("a", For, 3.0), claim("b", For, 3.0)], 7.0 / 8.0, false),
        ("two differ", vec![claim("a", For, 3.0), claim("b", Against, 3.0)], 0.5, true),
        ("one doubts a little", vec![claim("a", For, 3.0), claim("b", Against, 0.5)], 4.0 / 5.5, false),
        ("no weight", vec![claim("a", For, f64::NAN)], 0.5, false),
    ] {
        let insight = &synthesise(&claims)[0];
        assert!((insight.confidence - confidence).abs() < 1e-9, "{name}: {insight:?}");
        assert_eq!(insight.contradicted, contradicted, "{name}");
    }
}

#[test]
fn what_is_consolidated_is_not_grouped_again() {
    let embedder = HashedGrams::default();
    let texts = ["host a answers 429", "host a answers 429 now", "host a answers 429 again", "quite another thing"];
    let vectors: Vec<Vec<f32>> = texts.iter().map(|t| embedder.embed(t)).collect();
    let views: Vec<&[f32]> = vectors.iter().map(Vec::as_slice).collect();
    assert_eq!(clusters(&views, &[], 0.6, 3), [vec![0, 1, 2]]);
    assert!(clusters(&views, &[true, true, true, false], 0.6, 3).is_empty());
}

proptest! {
    #[test]
    fn vectors_have_length_one_and_are_the_same_again(text in "\\PC{0,200}") {
        let embedder = HashedGrams::default();
        let vector = embedder.embed(&text);
        prop_assert_eq!(&vector, &embedder.embed(&text));
        let length = vector.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        prop_assert!(length == 0.0 || (length - 1.0).abs() < 1e-3);
        prop_assert!(length == 0.0 || cosine(&vector, &vector) > 0.999);
    }
}
