//! Events: list, get, follow, explain.

use std::time::Duration;

use eventsource_stream::Eventsource;
use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use crate::cli::{Events, Said};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::{Format, cell, list, one, print, say};

/// How long a follower waits before it connects again.
const AGAIN: Duration = Duration::from_secs(1);

const COLUMNS: &[(&str, &str)] = &[
    ("STATUS", "status"),
    ("KIND", "kind"),
    ("PROJECT", "project.name"),
    ("TICKER", "assets.0.ticker"),
    ("START", "schedule.start"),
    ("P", "confidence.probability"),
    ("SOURCES", "confidence.independent_sources"),
    ("CREATED", "created_at"),
    ("NAME", "name"),
];

const FIELDS: &[(&str, &str)] = &[
    ("name", "name"),
    ("project", "project.name"),
    ("ticker", "assets.0.ticker"),
    ("kind", "kind"),
    ("status", "status"),
    ("because", "status_reason"),
    ("start", "schedule.start"),
    ("precision", "schedule.precision"),
    ("as published", "schedule.as_published"),
    ("venue", "venues.0.name"),
    ("probability", "confidence.probability"),
    ("independent sources", "confidence.independent_sources"),
    ("arrival", "arrival"),
    ("revision", "revision"),
    ("created", "created_at"),
    ("updated", "updated_at"),
    ("merged into", "merged_into"),
];

pub(crate) async fn run(client: &Client, verb: Events, format: Format) -> Result<(), Failure> {
    match verb {
        Events::Ls { kind, status, query, min_probability, limit } => {
            let mut params = vec![("page_size", limit.to_string())];
            let given = [("kind", kind), ("status", status), ("q", query)];
            params.extend(given.into_iter().filter_map(|(name, value)| Some((name, value?))));
            params.extend(min_probability.map(|p| ("min_probability", p.to_string())));
            list(&client.get("/api/v1/events", &params).await?, "events", COLUMNS, format)
        }
        Events::Get { name } => one(&event(client, &name).await?, FIELDS, format),
        Events::Tail { since, alerts } => tail(client, since, alerts, format).await,
        Events::Explain { name } => explain(client, &name, format).await,
        Events::Mark { name, what } => mark(client, &name, what).await,
    }
}

/// Says the same of every document behind an event.
async fn mark(client: &Client, name: &str, what: Said) -> Result<(), Failure> {
    let event = event(client, name).await?;
    let documents: Vec<&str> =
        event["evidence"].as_array().into_iter().flatten().filter_map(|e| e["observation"].as_str()).collect();
    for document in &documents {
        let path = format!("/api/v1/{document}/mark");
        let done = match what {
            Said::Nothing => client.change(Method::DELETE, &path, &[], Vec::new(), "application/json").await,
            said => {
                let body = json!({ "is_tge": said == Said::Launch }).to_string();
                client.change(Method::PUT, &path, &[], body.into(), "application/json").await
            }
        };
        match done {
            // Of what nobody said anything there is nothing to take back.
            Err(Failure::Refused { status: 404, .. }) if what == Said::Nothing => {}
            other => drop(other?),
        }
    }
    let said = match what {
        Said::Launch => "a launch",
        Said::Other => "no launch",
        Said::Nothing => "nothing any more",
    };
    print(&format!("{}: {} documents are said to be {said}\n", cell(&event, "name"), documents.len()))
}

async fn event(client: &Client, name: &str) -> Result<Value, Failure> {
    client.get(&format!("/api/v1/events/{}", id(name)), &[]).await
}

fn id(name: &str) -> &str {
    name.strip_prefix("events/").unwrap_or(name)
}

/// Follows until it is ended; a lost connection is taken up where it broke.
async fn tail(client: &Client, since: Option<u64>, alerts: bool, format: Format) -> Result<(), Failure> {
    let mut params: Vec<(&str, String)> = since.map(|since| ("since", since.to_string())).into_iter().collect();
    if alerts {
        params.push(("alerts", "true".to_owned()));
    }
    let mut last: Option<String> = None;
    let mut connected = false;
    loop {
        match client.stream("/api/v1/events:stream", &params, last.as_deref()).await {
            Ok(response) => {
                connected = true;
                let mut frames = response.bytes_stream().eventsource();
                while let Some(Ok(frame)) = frames.next().await {
                    last = Some(frame.id.clone()).filter(|id| !id.is_empty()).or(last);
                    match frame.event.as_str() {
                        "change" => print_change(&frame.data, format)?,
                        "gap" => say(&format!("gap: some changes are no longer kept: {}", frame.data)),
                        _ => {}
                    }
                }
                say("stream ended; connecting again");
            }
            // Before the first connection a failure is the user's to see; later it is waited out.
            Err(failure @ Failure::Unreachable { .. }) if connected => {
                say(&format!("{}; trying again", failure.chain()))
            }
            Err(failure) => return Err(failure),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

fn print_change(data: &str, format: Format) -> Result<(), Failure> {
    if format != Format::Table {
        return print(&format!("{data}\n"));
    }
    let change: Value = serde_json::from_str(data).unwrap_or_default();
    print(&format!(
        "{}  {}  {}  {}  {} ({})  p={}  {}\n",
        cell(&change, "at"),
        cell(&change, "kind"),
        cell(&change, "event.status"),
        cell(&change, "event.kind"),
        cell(&change, "event.project.name"),
        cell(&change, "event.assets.0.ticker"),
        cell(&change, "event.confidence.probability"),
        cell(&change, "event.name"),
    ))
}

/// The reasons of an event, each in words, and each frame with those of the text: `tense=will act=launch token=$EXM time=May 4`.
fn with_frames(event: &Value) -> Vec<Value> {
    let told = |part: &Value| {
        Some(format!("{}={}", part["role"].as_str().or(part["label"].as_str())?, part["quote"].as_str()?))
    };
    let reasons = event["explanation"].as_array().into_iter().flatten();
    reasons
        .cloned()
        .map(|mut reason| {
            let parts: Vec<String> = reason["parts"].as_array().into_iter().flatten().filter_map(told).collect();
            reason["frame"] = Value::String(parts.join(" "));
            let weight = reason["weight"].as_f64().unwrap_or_default();
            let says = reason["feature"].as_str().map(|feature| tge_detect::reason_in_words(feature, weight));
            reason["says"] = says.into();
            reason
        })
        .collect()
}

async fn explain(client: &Client, name: &str, format: Format) -> Result<(), Failure> {
    let event = event(client, name).await?;
    let changes = client.get(&format!("/api/v1/events/{}/changes", id(name)), &[]).await?;
    if format != Format::Table {
        let whole = serde_json::json!({ "event": event, "changes": changes["changes"] });
        return one(&whole, &[], format);
    }
    one(&event, FIELDS, format)?;
    if event["terms"].as_array().is_some_and(|terms| !terms.is_empty()) {
        print("\nTerms:\n")?;
        let terms = [
            ("KIND", "kind"),
            ("VALUE", "value"),
            ("UNIT", "unit"),
            ("AS PUBLISHED", "as_published"),
            ("TOLD BY", "told_by"),
        ];
        list(&event, "terms", &terms, format)?;
    }
    print("\nWhy (what each adds to the log-odds; negative speaks against):\n")?;
    let reasons = [("WEIGHT", "weight"), ("STAGE", "stage"), ("SAYS", "says"), ("FRAME", "frame"), ("QUOTE", "quote")];
    list(&json!({ "explanation": with_frames(&event) }), "explanation", &reasons, format)?;
    print("\nEvidence, oldest first:\n")?;
    let evidence = [
        ("STANCE", "stance"),
        ("SOURCE", "source"),
        ("TIER", "tier"),
        ("SEEN", "first_seen_at"),
        ("TITLE", "title"),
        ("URL", "url"),
    ];
    list(&event, "evidence", &evidence, format)?;
    print("\nChanges:\n")?;
    let columns = [
        ("SEQ", "seq"),
        ("AT", "at"),
        ("KIND", "kind"),
        ("FROM", "status_from"),
        ("STATUS", "event.status"),
        ("ALERT", "alert"),
    ];
    list(&changes, "changes", &columns, format)
}
