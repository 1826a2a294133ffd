//! The swarm's rulesets and marks: what judges, what looks on, what people said.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use tge_detect::Ruleset;
use tge_detect::labels::{Label, Record};

use crate::client::Client;
use crate::failure::Failure;
use crate::output::{Format, list, print, say};
use crate::verbs::detect::load;

/// Rows asked for at once.
const PAGE: usize = 500;

/// Lists rulesets.
pub(crate) async fn list_rulesets(client: &Client, format: Format) -> Result<(), Failure> {
    let answer = client.get("/api/v1/rulesets", &[]).await?;
    if format == Format::Table {
        let told = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
        let (active, built_in) = (told("active"), told("built_in"));
        let which = if active == built_in { " (built in)" } else { "" };
        print(&format!("in force: {active}{which}\n"))?;
        if let Some(shadow) = answer["shadow"].as_object() {
            let number = |key: &str| shadow.get(key).and_then(Value::as_u64).unwrap_or_default();
            print(&format!(
                "looks on: {}: {} of {} documents judged, {} launches it alone would raise, {} it would not\n",
                shadow.get("version").and_then(Value::as_str).unwrap_or_default(),
                number("judged"),
                number("needed"),
                number("raised"),
                number("lowered"),
            ))?;
        }
    }
    let columns =
        [("VERSION", "version"), ("STATE", "state"), ("PARENT", "parent"), ("STORED", "stored_at"), ("NOTE", "note")];
    list(&answer, "rulesets", &columns, format)
}

/// Writes a ruleset of the swarm to a file.
pub(crate) async fn get(client: &Client, version: &str, out: &Path) -> Result<(), Failure> {
    let body = client.file(&format!("/api/v1/rulesets/{version}")).await?;
    let failed = |source| Failure::File { attempted: "write", path: out.to_owned(), source };
    std::fs::write(out, &body).map_err(failed)?;
    print(&format!("{}: {} bytes\n", out.display(), body.len()))
}

/// Lets a ruleset look on.
pub(crate) async fn shadow(client: &Client, ruleset: &str, note: &str) -> Result<(), Failure> {
    let version = handed_in(client, ruleset, note).await?;
    act(client, &format!("/api/v1/rulesets/{version}/shadow"), &[]).await?;
    print(&format!("{version} looks on; tgectl ruleset ls tells how it does\n"))
}

/// Puts a ruleset in force.
pub(crate) async fn activate(client: &Client, ruleset: &str, note: &str, force: bool) -> Result<(), Failure> {
    let version = handed_in(client, ruleset, note).await?;
    let query = [("force", force.to_string())];
    let answer = act(client, &format!("/api/v1/rulesets/{version}/activate"), &query).await?;
    print(&in_force(&answer))
}

/// Takes the ruleset in force off again.
pub(crate) async fn rollback(client: &Client) -> Result<(), Failure> {
    print(&in_force(&act(client, "/api/v1/rulesets:rollback", &[]).await?))
}

fn in_force(answer: &Value) -> String {
    let told = |key: &str| answer[key].as_str().unwrap_or_default();
    let mut text = format!("{} judges now, before it {}\n", told("active"), told("before"));
    if let Some(compared) = answer["compared"].as_object() {
        let number = |key: &str| compared.get(key).and_then(Value::as_f64).unwrap_or_default();
        text.push_str(&format!(
            "on {} marked documents: F1 {:.4} -> {:.4}, {} called differently\n",
            number("documents"),
            number("f1_before"),
            number("f1_after"),
            number("flips"),
        ));
    }
    text
}

async fn act(client: &Client, path: &str, query: &[(&str, String)]) -> Result<Value, Failure> {
    let answer = client.change(Method::POST, path, query, Vec::new(), "application/json").await?;
    Ok(answer.unwrap_or_default())
}

/// The version of a ruleset the swarm has: a file is handed in first.
async fn handed_in(client: &Client, ruleset: &str, note: &str) -> Result<String, Failure> {
    let path = Path::new(ruleset);
    if !path.exists() {
        return Ok(ruleset.to_owned());
    }
    let read = load(Some(path))?;
    let query = [("note", note.to_owned())];
    let body = read.to_bytes();
    let answer = client.change(Method::POST, "/api/v1/rulesets", &query, body, "application/octet-stream").await?;
    let version = answer.unwrap_or_default()["version"].as_str().unwrap_or(read.version()).to_owned();
    say(&format!("{ruleset}: handed in as {version}"));
    Ok(version)
}

/// Lists marks; as lines they are labelled documents, which `ruleset learn` reads.
pub(crate) async fn list_marks(client: &Client, format: Format) -> Result<(), Failure> {
    let marks = pages(client, "/api/v1/marks", "marks", usize::MAX).await?;
    if format == Format::Jsonl {
        let lines = marks.iter().map(|mark| {
            let mut line = document(&mark["observation"]);
            line["label"] = json!({ "is_tge": mark["is_tge"] });
            format!("{line}\n")
        });
        return print(&lines.collect::<String>());
    }
    let columns = [
        ("LAUNCH", "is_tge"),
        ("SAID", "at"),
        ("SOURCE", "observation.source"),
        ("TITLE", "observation.title"),
        ("DOCUMENT", "observation.name"),
    ];
    list(&json!({ "marks": marks }), "marks", &columns, format)
}

/// The ruleset in force, and the latest documents the swarm has stored, with what people said of them.
pub(crate) async fn stored(
    client: &Client,
    against: Option<&Path>,
    limit: usize,
) -> Result<(Ruleset, Vec<Record>), Failure> {
    let before = match against {
        Some(_) => load(against)?,
        None => {
            let body = client.file("/api/v1/rulesets/active").await?;
            Ruleset::from_bytes(&body).map_err(Failure::work("use the ruleset in force"))?
        }
    };
    let mut documents: Vec<Record> = Vec::new();
    for mark in pages(client, "/api/v1/marks", "marks", limit).await? {
        let is_tge = mark["is_tge"].as_bool().unwrap_or_default();
        documents.push(Record { label: Some(Label { is_tge, ..Label::default() }), ..record(&mark["observation"])? });
    }
    let marked: std::collections::HashSet<String> = documents.iter().map(|document| document.id.clone()).collect();
    for stored in pages(client, "/api/v1/observations", "observations", limit).await? {
        let document = record(&stored["observation"])?;
        if !marked.contains(&document.id) {
            documents.push(document);
        }
    }
    say(&format!("{} stored documents, {} of them marked", documents.len(), marked.len()));
    Ok((before, documents))
}

fn record(observation: &Value) -> Result<Record, Failure> {
    serde_json::from_value(document(observation)).map_err(Failure::work("read a stored document"))
}

/// A stored document as files have it.
fn document(observation: &Value) -> Value {
    json!({
        "id": observation["name"].as_str().unwrap_or_default().trim_start_matches("observations/"),
        "source": observation["source"],
        "title": observation["title"],
        "text": observation["text"],
        "lang": observation["lang"],
        "published": observation["published_at"],
    })
}

/// Items of a listing, page by page, at most `limit`.
async fn pages(client: &Client, path: &str, items: &str, limit: usize) -> Result<Vec<Value>, Failure> {
    let (mut all, mut token): (Vec<Value>, Option<String>) = (Vec::new(), None);
    loop {
        let mut query = vec![("page_size", PAGE.min(limit - all.len()).max(1).to_string())];
        query.extend(token.take().map(|token| ("page_token", token)));
        let answer = client.get(path, &query).await?;
        all.extend(answer[items].as_array().into_iter().flatten().cloned());
        token = answer["next_page_token"].as_str().map(str::to_owned);
        if token.is_none() || all.len() >= limit {
            return Ok(all);
        }
    }
}
