//! How the swarm is.

use serde_json::Value;

use crate::cli::Memory;
use crate::client::Client;
use crate::failure::Failure;
use crate::output::{Format, cell, list, one, print};

pub(crate) async fn status(client: &Client, format: Format) -> Result<(), Failure> {
    let status = client.get("/api/v1/status", &[]).await?;
    let fields = [
        ("version", "version"),
        ("leader", "leader"),
        ("last change", "last_change"),
        ("agents active", "agents_active"),
        ("agents lost", "agents_lost"),
        ("sources that answer", "sources_healthy"),
        ("sources that do not", "sources_failing"),
        ("sources not asked yet", "sources_unknown"),
    ];
    one(&status, &fields, format)?;
    if format == Format::Table {
        print("\n")?;
        let columns = [("STAGE", "name"), ("WAITING", "waiting"), ("OLDEST", "oldest_at"), ("DEAD", "dead")];
        list(&status, "stages", &columns, format)?;
    }
    Ok(())
}

/// Checks what an operator would check. Code 4 when something is wrong.
pub(crate) async fn doctor(client: &Client) -> Result<(), Failure> {
    let mut troubles = 0;
    let mut check = |name: &str, trouble: Option<String>| {
        troubles += usize::from(trouble.is_some());
        print(&trouble.map_or(format!("ok    {name}\n"), |what| format!("FAIL  {name}: {what}\n")))
    };
    let (code, text) = client.probe("/ready").await?;
    let ready = (code != 200).then(|| format!("{} answers {code}: {}", client.address(), text.trim()));
    check("the swarm is ready", ready)?;
    let status = match client.get("/api/v1/status", &[]).await {
        Ok(status) => {
            check("the API key is accepted", None)?;
            status
        }
        Err(failure) => {
            check("the API key is accepted", Some(failure.chain()))?;
            return Err(Failure::Unhealthy("more cannot be checked without a valid key".to_owned()));
        }
    };
    let no_leader =
        status["leader"].is_null().then(|| "nobody plans polls; are the queens connected to PostgreSQL?".to_owned());
    check("a queen leads", no_leader)?;
    let count = |path: &str| status[path].as_u64().unwrap_or(0);
    check(
        "agents beat",
        (count("agents_active") < 4)
            .then(|| format!("only {} agents beat; see tgectl agents ls", count("agents_active"))),
    )?;
    let lost = count("agents_lost");
    check("no agent is lost", (lost > 0).then(|| format!("{lost} lost in the last day; see tgectl agents ls")))?;
    let (well, ill) = (count("sources_healthy"), count("sources_failing"));
    check("sources answer", (ill > 0).then(|| format!("{ill} of {} do not; see tgectl sources ls", well + ill)))?;
    for stage in status["stages"].as_array().into_iter().flatten() {
        let (name, dead) = (cell(stage, "name"), stage["dead"].as_u64().unwrap_or(0));
        let trouble =
            (dead > 0).then(|| format!("{dead} set aside after the last attempt; see tgectl tasks ls --state dead"));
        check(&format!("no dead letters in {name}"), trouble)?;
    }
    if troubles == 0 { Ok(()) } else { Err(Failure::Unhealthy(format!("{troubles} checks failed"))) }
}

/// Components as the health monitor sees them. Code 4 when one is not well.
pub(crate) async fn health(client: &Client, format: Format) -> Result<(), Failure> {
    let answer = client.get("/api/v1/components", &[]).await?;
    let columns = [
        ("COMPONENT", "component"),
        ("STATUS", "status"),
        ("REASON", "reason"),
        ("ATTEMPTS", "attempts"),
        ("BREAKER OPEN", "breaker_open"),
        ("CHECKED", "checked_at"),
    ];
    list(&answer, "components", &columns, format)?;
    let components = answer["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ill = components.iter().filter(|c| c["status"] != "passing").count();
    match (components.len(), ill) {
        (0, _) => Err(Failure::Unhealthy("no component is watched: no health monitor has reported".to_owned())),
        (_, 0) => Ok(()),
        (all, ill) => Err(Failure::Unhealthy(format!("{ill} of {all} components are not well"))),
    }
}

pub(crate) async fn sources(client: &Client, format: Format) -> Result<(), Failure> {
    let columns = [
        ("NAME", "name"),
        ("KIND", "kind"),
        ("TIER", "tier"),
        ("STATE", "health.state"),
        ("POLLS", "health.polls"),
        ("304", "health.not_modified"),
        ("DOCUMENTS", "health.observations"),
        ("LAST SUCCESS", "health.last_success_at"),
        ("ERROR", "health.error"),
    ];
    list(&client.get("/api/v1/sources", &[]).await?, "sources", &columns, format)
}

pub(crate) async fn agents(client: &Client, format: Format) -> Result<(), Failure> {
    let columns = [
        ("KIND", "kind"),
        ("STATE", "state"),
        ("DOING", "doing"),
        ("DONE", "done"),
        ("FAILED", "failed"),
        ("LAST SEEN", "last_seen_at"),
        ("NAME", "name"),
    ];
    list(&client.get("/api/v1/agents", &[]).await?, "agents", &columns, format)
}

pub(crate) async fn tasks(client: &Client, state: Option<String>, limit: u32, format: Format) -> Result<(), Failure> {
    let mut params = vec![("page_size", limit.to_string())];
    params.extend(state.map(|state| ("state", state)));
    let columns = [
        ("KIND", "kind"),
        ("SUBJECT", "subject"),
        ("PRIORITY", "priority"),
        ("STATE", "state"),
        ("ATTEMPT", "attempt"),
        ("CREATED", "created_at"),
        ("RESULT", "result"),
        ("ERROR", "error"),
    ];
    list(&client.get("/api/v1/tasks", &params).await?, "tasks", &columns, format)
}

pub(crate) async fn recoveries(client: &Client, format: Format) -> Result<(), Failure> {
    let columns = [
        ("COMPONENT", "component"),
        ("CAUSE", "cause"),
        ("ACTION", "action"),
        ("ATTEMPT", "attempt"),
        ("OUTCOME", "outcome"),
        ("STARTED", "started_at"),
        ("ENDED", "ended_at"),
        ("DETAIL", "detail"),
    ];
    list(&client.get("/api/v1/recoveries", &[]).await?, "recoveries", &columns, format)
}

pub(crate) async fn memory(client: &Client, verb: Memory, format: Format) -> Result<(), Failure> {
    let (mut params, tier) = match verb {
        Memory::Get { key, tier } => (vec![("prefix", key), ("limit", "100".to_owned())], tier),
        Memory::Search { query, tier, limit } => (vec![("q", query), ("limit", limit.to_string())], tier),
    };
    params.extend(tier.map(|tier| ("tier", tier)));
    let answer: Value = client.get("/api/v1/memory", &params).await?;
    let columns = [
        ("TIER", "tier"),
        ("KEY", "key"),
        ("KIND", "kind"),
        ("VERSION", "version"),
        ("WRITER", "writer"),
        ("CONTENT", "content"),
        ("WHY", "why"),
    ];
    list(&answer, "hits", &columns, format)?;
    let nothing = answer["hits"].as_array().is_none_or(Vec::is_empty);
    if nothing {
        let detail = "the swarm remembers nothing of that".to_owned();
        return Err(Failure::Refused { status: 404, title: "not found".to_owned(), detail });
    }
    Ok(())
}
