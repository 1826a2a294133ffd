//! The demo world: one launch from rumour to live within a minute, told twice and counted once.

use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use tge_e2e::{Programs, Solo, until};

use crate::{data, items, text, trial};

/// What the README promises.
const WITHIN: Duration = Duration::from_secs(60);

pub(crate) fn trials(programs: &Programs) -> Vec<Trial> {
    vec![trial("demo::rumour_to_live_within_a_minute", programs, story)]
}

async fn story(programs: Programs) -> Result<(), Failed> {
    let (_kept, data) = data();
    let solo = Solo::start(&programs, &data, &["--demo"]).await?;
    let launch = until("the token generation event is live", WITHIN, async || {
        let events = solo.all("/api/v1/events", "events").await.ok()?;
        events.into_iter().find(|event| event["kind"] == "TOKEN_GENERATION" && event["status"] == "LIVE")
    })
    .await
    .map_err(|error| format!("{error}\n{}", solo.printed()))?;

    assert_eq!(launch["project"]["name"], "Nebula Forge", "{launch}");
    assert_eq!(launch["assets"][0]["ticker"], "NEBF", "{launch}");
    let id = text(&launch["name"]).trim_start_matches("events/").to_owned();
    let history = solo.read(&format!("/api/v1/events/{id}/changes")).await?;
    let mut statuses: Vec<&str> = items(&history["changes"]).map(|c| text(&c["event"]["status"])).collect();
    statuses.dedup();
    assert_eq!(statuses, ["RUMOURED", "ANNOUNCED", "CONFIRMED", "LIVE"], "{}", solo.printed());

    let events = solo.all("/api/v1/events", "events").await?;
    let launches = events.iter().filter(|event| event["kind"] == "TOKEN_GENERATION").count();
    assert_eq!(launches, 1, "the duplicate made an event of its own:\n{}", solo.printed());
    let terms: Vec<String> = items(&launch["terms"])
        .map(|term| format!("{} {} {}", text(&term["kind"]), text(&term["value"]), text(&term["unit"])))
        .collect();
    assert_eq!(terms, ["SUPPLY 1000000000 NEBF", "SHARE 50 %", "TOKENS 500000000 NEBF"]);
    let told_by: Vec<&str> = items(&launch["evidence"]).map(|evidence| text(&evidence["source"])).collect();
    assert!(told_by.contains(&"demo-daily"), "the duplicate is no evidence: {told_by:?}");

    assert!(events.iter().all(|event| event["demo"] == true), "an event of the demo world is not marked");
    assert!(items(&solo.read("/api/v1/sources").await?["sources"]).all(|source| source["demo"] == true));
    assert_eq!(solo.read("/api/v1/status").await?["demo"], true);
    let unmarked = solo.read("/api/v1/events?with_demo=false").await?;
    assert_eq!(items(&unmarked["events"]).count(), 0, "who asks without demo gets none");
    Ok(())
}
