//! The repository's rules.

use xtask::floors::{Edge, edges, forbidden};
use xtask::{graph, headers, lock};

#[test]
fn dependencies_point_down() {
    let wrong: Vec<String> = edges().expect("cargo metadata").iter().filter_map(forbidden).collect();
    assert!(wrong.is_empty(), "forbidden edges:\n{}", wrong.join("\n"));
}

#[test]
fn the_floor_rule_forbids_what_it_should() {
    let edge = |from: &str, to: &str| Edge { from: from.to_owned(), to: to.to_owned() };
    for (from, to, allowed) in [
        ("store", "ports", true),
        ("detect", "text", true),
        ("control", "resilience", true),
        ("queen", "service", true),
        ("agent-performance", "agent", true),
        ("solo", "store", true),
        ("store", "redis", false),
        ("queen", "store", false),
        ("queen", "agent", false),
        ("ports", "proto", false),
        ("detect", "quality", false),
        ("model", "ports", false),
        ("solo", "swarm", false),
        ("nowhere", "model", false),
    ] {
        assert_eq!(forbidden(&edge(from, to)).is_none(), allowed, "{from} -> {to}");
    }
}

#[test]
fn no_two_services_wait_for_each_other() {
    let calls = graph::calls();
    assert!(
        calls.get("queen").is_some_and(|called| called.contains("memory-coordinator")),
        "the scan finds edges: {calls:?}"
    );
    assert_eq!(graph::cycle(&calls), None, "{calls:?}");
}

#[test]
fn a_cycle_is_found() {
    let calls = [("a", "b"), ("b", "c"), ("c", "a")]
        .map(|(from, to)| (from.to_owned(), std::iter::once(to.to_owned()).collect()));
    assert!(graph::cycle(&calls.into_iter().collect()).is_some());
}

#[test]
fn every_file_says_what_it_is() {
    let headless = headers::without_header();
    assert!(headless.is_empty(), "begin these files with //!:\n{}", headless.join("\n"));
    let other = headers::with_other_description();
    assert!(other.is_empty(), "description and first line differ:\n{}", other.join("\n"));
}

#[test]
fn what_was_on_the_wire_stays() {
    let broken = lock::broken().expect("the lock is there");
    assert!(broken.is_empty(), "changed on the wire; make a v2 instead:\n{}", broken.join("\n"));
    let unlocked = lock::unlocked().expect("the lock is there");
    assert!(unlocked.is_empty(), "new on the wire; run `cargo xtask lock`:\n{}", unlocked.join("\n"));
}
