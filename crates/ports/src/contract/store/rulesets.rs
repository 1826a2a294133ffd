//! Rulesets, their steps, and marks.

use tge_model::{Mark, RulesetStep, RulesetsInForce, StoredRuleset};

use super::fixture::{SECOND, document};
use super::{START, TimeTravel};
use crate::{Page, Stores};

fn ruleset(version: &str, n: u32) -> StoredRuleset {
    StoredRuleset {
        version: version.to_owned(),
        parent: (n > 1).then(|| "a1".to_owned()),
        note: "after \u{0} forty marks".to_owned(),
        stored_at: START.plus(SECOND * n),
        size: 3,
    }
}

pub(super) async fn rulesets_are_kept(stores: &Stores, _time: &dyn TimeTravel) {
    let rulesets = &stores.rulesets;
    assert_eq!(rulesets.list().await.expect("listed"), []);
    assert_eq!(rulesets.body("a1").await.expect("read"), None);
    assert!(rulesets.put(&ruleset("a1", 1), &[0, 255, 7]).await.expect("stored"));
    assert!(rulesets.put(&ruleset("b2", 2), b"bbb").await.expect("stored"));
    assert!(!rulesets.put(&ruleset("a1", 3), b"zzz").await.expect("kept"), "a version is what it was");
    assert_eq!(rulesets.body("a1").await.expect("read").as_deref(), Some(&[0, 255, 7][..]));
    let listed = rulesets.list().await.expect("listed");
    let told = |r: &StoredRuleset| (r.version.clone(), r.parent.clone(), r.stored_at, r.size);
    let expected = [ruleset("b2", 2), ruleset("a1", 1)];
    assert_eq!(listed.iter().map(told).collect::<Vec<_>>(), expected.iter().map(told).collect::<Vec<_>>());
    assert!(listed[0].note.starts_with("after ") && listed[0].note.ends_with(" forty marks"), "{:?}", listed[0].note);
}

pub(super) async fn steps_stand_in_one_order(stores: &Stores, _time: &dyn TimeTravel) {
    let rulesets = &stores.rulesets;
    assert_eq!(rulesets.turns().await.expect("read"), []);
    for (n, step, version) in
        [(0, RulesetStep::Shadow, "a1"), (1, RulesetStep::Activate, "a1"), (2, RulesetStep::Activate, "b2")]
    {
        assert!(rulesets.step(n, step, version, START).await.expect("taken"), "{n}");
        assert!(!rulesets.step(n, step, version, START).await.expect("refused"), "somebody was first after {n}");
    }
    assert!(!rulesets.step(7, RulesetStep::Activate, "c3", START).await.expect("refused"), "a number nobody reached");
    // Of those who act at the same moment one does.
    let race = || rulesets.step(3, RulesetStep::Rollback, "b2", START);
    let (a, b, c) = futures::join!(race(), race(), race());
    let taken = [a, b, c].into_iter().filter(|taken| *taken.as_ref().expect("answered")).count();
    assert_eq!(taken, 1);
    let turns = rulesets.turns().await.expect("read");
    assert_eq!(turns.iter().map(|turn| turn.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(RulesetsInForce::of(&turns).active.as_deref(), Some("a1"));
}

pub(super) async fn marks_are_replaced_and_taken_back(stores: &Stores, _time: &dyn TimeTravel) {
    let documents = [document(1), document(2), document(3)];
    stores.observations.ingest(&documents, None).await.expect("stored");
    let mark = |n: u64, is_tge| Mark {
        observation: document(n).id,
        is_tge,
        at: START.plus(SECOND * u32::try_from(n).expect("small")),
    };
    for n in 1..=3 {
        assert!(stores.rulesets.mark(&mark(n, true)).await.expect("stored"));
    }
    assert!(stores.rulesets.mark(&mark(2, false)).await.expect("stored"), "said otherwise");
    assert!(!stores.rulesets.mark(&mark(9, true)).await.expect("refused"), "there is no such document");
    assert!(stores.rulesets.unmark(document(3).id).await.expect("taken back"));
    assert!(!stores.rulesets.unmark(document(3).id).await.expect("answered"), "once");
    let said = stores.rulesets.marks_of(&[document(1).id, document(3).id, document(9).id]).await.expect("read");
    assert_eq!(said, [mark(1, true)]);
    let first = stores.rulesets.marks(&Page { size: 1, after: None }).await.expect("listed");
    let rest = stores.rulesets.marks(&Page { size: 5, after: first.next.clone() }).await.expect("listed");
    assert_eq!(rest.next, None);
    let marked: Vec<_> =
        first.items.iter().chain(&rest.items).map(|m| (m.mark.clone(), m.document.observation.clone())).collect();
    assert_eq!(marked, [(mark(2, false), document(2)), (mark(1, true), document(1))]);
}
