//! What Prometheus and people with curl ask: `/services`, `/services/{name}`, `/prometheus/targets`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use serde_json::json;

use crate::index::{Index, Known, status};

/// Meta key with the port that answers `/metrics`.
const METRICS_PORT: &str = "metrics-port";

/// One service with all its instances.
#[derive(Serialize)]
struct Service {
    name: String,
    passing: usize,
    warning: usize,
    critical: usize,
    instances: Vec<Entry>,
}

/// One instance.
#[derive(Serialize)]
struct Entry {
    id: String,
    host: String,
    port: u16,
    status: &'static str,
    note: String,
    meta: BTreeMap<String, String>,
}

/// One group of targets, as Prometheus' `http_sd` reads it.
#[derive(Serialize)]
struct Targets {
    targets: [String; 1],
    labels: BTreeMap<&'static str, String>,
}

/// The routes.
pub(crate) fn routes(index: Arc<Index>) -> Router {
    Router::new()
        .route("/services", get(services))
        .route("/services/{name}", get(service))
        .route("/prometheus/targets", get(targets))
        .with_state(index)
}

async fn services(State(index): State<Arc<Index>>) -> Response {
    match index.all() {
        Some(known) => Json(json!({ "services": grouped(known) })).into_response(),
        None => not_read_yet(),
    }
}

async fn service(State(index): State<Arc<Index>>, Path(name): Path<String>) -> Response {
    let Some(known) = index.all() else { return not_read_yet() };
    let services = grouped(known);
    let names = services.iter().map(|service| service.name.as_str()).collect::<Vec<_>>().join(", ");
    let detail = format!("there is no service {name:?}; known: {names}");
    match services.into_iter().find(|service| service.name == name) {
        Some(service) => Json(service).into_response(),
        None => problem(StatusCode::NOT_FOUND, "no such service", &detail),
    }
}

/// Everybody who has metrics, dead ones too: Prometheus is to see that they do not answer.
async fn targets(State(index): State<Arc<Index>>) -> Response {
    let Some(known) = index.all() else { return not_read_yet() };
    let targets: Vec<Targets> = known
        .into_values()
        .filter_map(|known| {
            let port: u16 = known.instance.meta.get(METRICS_PORT)?.parse().ok()?;
            let mut labels = BTreeMap::from([("service", known.instance.service), ("instance_id", known.instance.id)]);
            if let Some(version) = known.instance.meta.get("version") {
                labels.insert("version", version.clone());
            }
            Some(Targets { targets: [format!("{}:{port}", known.instance.host)], labels })
        })
        .collect();
    Json(targets).into_response()
}

fn grouped(known: BTreeMap<String, Known>) -> Vec<Service> {
    let mut services: BTreeMap<String, Vec<Known>> = BTreeMap::new();
    for known in known.into_values() {
        services.entry(known.instance.service.clone()).or_default().push(known);
    }
    services.into_iter().map(|(name, instances)| Service::of(name, instances)).collect()
}

impl Service {
    fn of(name: String, known: Vec<Known>) -> Self {
        let instances: Vec<Entry> = known.into_iter().map(Entry::of).collect();
        let count = |status| instances.iter().filter(|entry| entry.status == status).count();
        let (passing, warning, critical) = (count("passing"), count("warning"), count("critical"));
        Self { name, passing, warning, critical, instances }
    }
}

impl Entry {
    fn of(known: Known) -> Self {
        Self {
            id: known.instance.id,
            host: known.instance.host,
            port: known.instance.port,
            status: status(known.status).as_str(),
            note: known.note,
            meta: known.instance.meta,
        }
    }
}

fn not_read_yet() -> Response {
    problem(StatusCode::SERVICE_UNAVAILABLE, "not ready", "the directory has not been read yet; try again in a moment")
}

fn problem(status: StatusCode, title: &str, detail: &str) -> Response {
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
