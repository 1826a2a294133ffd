//! Events, their history, and the one order of changes.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use tge_model::{Event, EventId, Probability};
use tge_ports::store::EventFilter;
use tge_proto::record::{ChangeRecord, EventRecord};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::params::{Params, page, parse, parse_optional};
use crate::Queen;

/// Which events are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// At most so many, 1 to 1000; 50 when absent.
    page_size: Option<u32>,
    /// The `next_page_token` of the page before.
    page_token: Option<String>,
    /// Folded project name, for example `fuel-network`.
    project: Option<String>,
    /// One kind only, for example `TOKEN_GENERATION`.
    kind: Option<String>,
    /// One status only, for example `CONFIRMED`.
    status: Option<String>,
    /// One ticker only.
    ticker: Option<String>,
    /// One venue only.
    venue: Option<String>,
    /// At least so probable, 0 to 1.
    min_probability: Option<f64>,
    /// Text in project, ticker, venue or a headline.
    q: Option<String>,
    /// The demo world's events, too.
    with_demo: Option<bool>,
    /// `full` (default) or `basic`: without explanations.
    view: Option<String>,
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventList {
    /// Newest first.
    events: Vec<EventRecord>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

/// The changes of an event, or of all.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeList {
    /// In order.
    changes: Vec<ChangeRecord>,
    /// Ask with `since=` this number for what comes next.
    next_since: u64,
    /// The first change still kept; a lower `since` has a gap.
    first_kept: u64,
}

/// Which changes are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangeParams {
    /// Changes after this number; 0 for all.
    since: Option<u64>,
    /// At most so many, 1 to 1000; 50 when absent.
    page_size: Option<u32>,
}

/// Lists events, newest first.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(ListParams),
    responses((status = 200, body = EventList), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub(crate) async fn list(
    State(queen): State<Queen>,
    Params(params): Params<ListParams>,
) -> Result<Json<EventList>, Problem> {
    let min_probability = params
        .min_probability
        .map(|p| Probability::new(p).map_err(|e| Problem::bad_request(format!("parameter min_probability: {e}"))))
        .transpose()?;
    let basic = match params.view.as_deref() {
        None | Some("full") => false,
        Some("basic") => true,
        Some(other) => {
            return Err(Problem::bad_request(format!("parameter view: {other:?} is neither full nor basic")));
        }
    };
    let filter = EventFilter {
        project: params.project,
        kind: parse_optional("kind", params.kind.as_ref())?,
        status: parse_optional("status", params.status.as_ref())?,
        ticker: params.ticker,
        venue: params.venue,
        min_probability,
        text: params.q,
        with_demo: params.with_demo.unwrap_or(queen.demo),
    };
    let paged = queen.stores.events.list(&filter, &page(params.page_size, params.page_token)?).await?;
    let record = |event: &Event| {
        let mut record = EventRecord::from(event);
        if basic {
            record.explanation.clear();
        }
        record
    };
    Ok(Json(EventList { events: paged.items.iter().map(record).collect(), next_page_token: paged.next }))
}

/// Gets one event by its ULID.
#[utoipa::path(get, path = "/api/v1/events/{id}", tag = "events", params(("id" = String, Path, description = "ULID")),
    responses((status = 200, body = EventRecord), (status = 404, body = Problem)))]
pub(crate) async fn get(State(queen): State<Queen>, Path(id): Path<String>) -> Result<Json<EventRecord>, Problem> {
    let id: EventId = parse("id", &id)?;
    let event = queen.stores.events.get(id).await?;
    event.map(|event| Json((&event).into())).ok_or_else(|| Problem::not_found("event", &id.to_string()))
}

/// Lists the changes of one event, oldest first.
#[utoipa::path(get, path = "/api/v1/events/{id}/changes", tag = "events", params(("id" = String, Path, description = "ULID")),
    responses((status = 200, body = ChangeList), (status = 404, body = Problem)))]
pub(crate) async fn history(State(queen): State<Queen>, Path(id): Path<String>) -> Result<Json<ChangeList>, Problem> {
    let id: EventId = parse("id", &id)?;
    let changes = queen.stores.events.history(id).await?;
    let Some(last) = changes.last() else { return Err(Problem::not_found("event", &id.to_string())) };
    let (first_kept, _) = queen.stores.events.extent().await?;
    let next_since = last.seq;
    Ok(Json(ChangeList { changes: changes.iter().map(Into::into).collect(), next_since, first_kept }))
}

/// Lists changes of all events in their one order. A reader that keeps `next_since` misses nothing.
#[utoipa::path(get, path = "/api/v1/changes", tag = "events", params(ChangeParams),
    responses((status = 200, body = ChangeList), (status = 400, body = Problem)))]
pub(crate) async fn changes(
    State(queen): State<Queen>,
    Params(params): Params<ChangeParams>,
) -> Result<Json<ChangeList>, Problem> {
    let since = params.since.unwrap_or(0);
    let size = page(params.page_size, None)?.size;
    let changes = queen.stores.events.changes(since, size).await?;
    let (first_kept, _) = queen.stores.events.extent().await?;
    let next_since = changes.last().map_or(since, |change| change.seq);
    Ok(Json(ChangeList { changes: changes.iter().map(Into::into).collect(), next_since, first_kept }))
}
