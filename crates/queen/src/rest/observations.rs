//! Documents: push them, read them with their verdicts.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tge_model::{Arrival, Observation, ObservationId};
use tge_ports::channels;
use tge_ports::store::{Ingested, StoredObservation};
use tge_proto::record::{ObservationRecord, VerdictRecord};
use tge_service::{chain, current_traceparent, metric};
use tge_sources::{PushDocument, PushError};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::params::{Params, page, parse, parse_optional};
use crate::Queen;

/// Documents in one request.
const MOST: usize = 1_000;

/// How documents are taken.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PushParams {
    /// `live` (default), or `backfill`: makes events and alerts nobody.
    arrival: Option<String>,
}

/// What became of one document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PushResult {
    /// Its place in the request, from 1.
    line: usize,
    /// `new`, `edited`, `known` or `rejected`.
    outcome: &'static str,
    /// Its identifier, where it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    observation: Option<String>,
    /// Why it was not taken, or what of it was passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// What became of every document, in order. What was taken is on disk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PushResults {
    /// One for each document.
    results: Vec<PushResult>,
}

/// Which documents are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// Of one source only.
    source: Option<String>,
    /// At most so many, 1 to 1000; 50 when absent.
    page_size: Option<u32>,
    /// The `next_page_token` of the page before.
    page_token: Option<String>,
}

/// A document with what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoredRecord {
    /// The document.
    observation: ObservationRecord,
    /// What it says; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<VerdictRecord>,
    /// `new`, `judged`, `decided` or `dead`.
    stage: String,
    /// What went wrong, for `dead`.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A page of documents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObservationList {
    /// Newest first.
    observations: Vec<StoredRecord>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

impl From<&StoredObservation> for StoredRecord {
    fn from(stored: &StoredObservation) -> Self {
        Self {
            observation: (&stored.observation).into(),
            verdict: stored.verdict.as_ref().map(Into::into),
            stage: stored.stage.clone(),
            error: stored.error.clone(),
        }
    }
}

/// Takes documents: one object, an array of them, or one a line (`application/x-ndjson`).
///
/// A document is `{source, text, id?, url?, title?, published?, lang?}`. The answer comes when they are stored for good.
#[utoipa::path(post, path = "/api/v1/observations", tag = "observations", params(PushParams),
    request_body(content = Value, description = "a document, an array of documents, or NDJSON"),
    responses((status = 200, body = PushResults), (status = 400, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn push(
    State(queen): State<Queen>,
    Params(params): Params<PushParams>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<PushResults>, Problem> {
    let body = body.map_err(|error| Problem::unread(&error))?;
    let arrival = parse_optional("arrival", params.arrival.as_ref())?.unwrap_or(Arrival::Live);
    let read = read(&headers, &body)?;
    if read.len() > MOST {
        let detail = format!("{} documents in one request are too many: send at most {MOST}", read.len());
        return Err(Problem::bad_request(detail));
    }
    let (now, trace) = (queen.clock.now(), current_traceparent());
    let observations: Vec<Option<Observation>> = read
        .iter()
        .map(|document| {
            let document = document.as_ref().ok()?;
            let demo = queen.catalog.get(document.source.as_str()).is_some_and(|file| file.source.demo);
            Some(document.observe(now, arrival, demo, trace.clone()))
        })
        .collect();
    let taken: Vec<Observation> = observations.iter().flatten().cloned().collect();
    if let ([Err(error)], true) = (read.as_slice(), taken.is_empty()) {
        return Err(Problem::bad_request(chain(error)));
    }
    let mut words = take(&queen, &taken).await?.into_iter();
    let results = read.iter().zip(&observations).enumerate().map(|(index, (document, observation))| {
        let (outcome, error) = match document {
            Ok(document) => (
                words.next().map_or("known", word),
                document.date_unread.as_ref().map(|date| format!("published {date:?} is not a date; taken without it")),
            ),
            Err(error) => ("rejected", Some(chain(error))),
        };
        PushResult { line: index + 1, outcome, observation: observation.as_ref().map(|o| o.id.to_string()), error }
    });
    Ok(Json(PushResults { results: results.collect() }))
}

/// Lists documents with their verdicts, newest first.
#[utoipa::path(get, path = "/api/v1/observations", tag = "observations", params(ListParams),
    responses((status = 200, body = ObservationList), (status = 400, body = Problem)))]
pub(crate) async fn list(
    State(queen): State<Queen>,
    Params(params): Params<ListParams>,
) -> Result<Json<ObservationList>, Problem> {
    let page = page(params.page_size, params.page_token)?;
    let paged = queen.stores.observations.list(params.source.as_deref(), &page).await?;
    Ok(Json(ObservationList {
        observations: paged.items.iter().map(Into::into).collect(),
        next_page_token: paged.next,
    }))
}

/// Gets one document with its verdict.
#[utoipa::path(get, path = "/api/v1/observations/{id}", tag = "observations",
    params(("id" = String, Path, description = "32 hexadecimal digits")),
    responses((status = 200, body = StoredRecord), (status = 404, body = Problem)))]
pub(crate) async fn get(State(queen): State<Queen>, Path(id): Path<String>) -> Result<Json<StoredRecord>, Problem> {
    let id: ObservationId = parse("id", &id)?;
    let stored = queen.stores.observations.get(id).await?;
    stored.map(|stored| Json((&stored).into())).ok_or_else(|| Problem::not_found("observation", &id.to_string()))
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Vec<Result<PushDocument, PushError>>, Problem> {
    let text = std::str::from_utf8(body)
        .map_err(|error| Problem::bad_request(format!("the body is not UTF-8: {error}; send JSON in UTF-8")))?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if content_type.contains("ndjson") || content_type.contains("jsonl") {
        return Ok(text.lines().filter(|line| !line.trim().is_empty()).map(PushDocument::parse_line).collect());
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(items)) => Ok(items.iter().map(PushDocument::from_value).collect()),
        _ => Ok(vec![PushDocument::parse_line(text)]),
    }
}

/// Stores documents and hints that there is work.
async fn take(queen: &Queen, taken: &[Observation]) -> Result<Vec<Ingested>, Problem> {
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let words = queen.stores.observations.ingest(taken, None).await?;
    let new = taken.iter().zip(&words).filter(|(_, word)| **word != Ingested::Known);
    let ids: Vec<String> = new
        .map(|(observation, _)| {
            metric::OBSERVATIONS.add(1, &[("kind", "push"), ("arrival", observation.arrival.as_str())]);
            observation.id.to_string()
        })
        .collect();
    if !ids.is_empty()
        && let Err(error) = queen.bus.push(channels::OBSERVATIONS, &ids).await
    {
        tracing::debug!(%error, "hints not sent; the sweep will find the rows");
    }
    Ok(words)
}

fn word(ingested: Ingested) -> &'static str {
    match ingested {
        Ingested::New => "new",
        Ingested::Edited => "edited",
        Ingested::Known => "known",
    }
}
