//! The order of changes as Server-Sent Events: replayed from the store, then live; a gap is said, never hidden.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use futures::{Stream, StreamExt};
use serde::Deserialize;
use serde_json::json;
use tge_model::Change;
use tge_proto::record::ChangeRecord;
use tge_service::chain;
use utoipa::IntoParams;

use super::Problem;
use super::params::Params;
use crate::Queen;
use crate::changes::{self, Step};

/// A comment so often keeps proxies from closing a quiet stream.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Where a stream begins, and what it leaves out.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StreamParams {
    /// Changes after this number; absent for new ones only. `Last-Event-ID` goes before it.
    since: Option<u64>,
    /// Only changes that alert.
    alerts: Option<bool>,
}

/// Streams changes: frames `change` with the change's number as `id`, and `gap` where changes are no longer kept.
#[utoipa::path(get, path = "/api/v1/events:stream", tag = "events", params(StreamParams),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 400, body = Problem)))]
pub(crate) async fn events_stream(
    State(queen): State<Queen>,
    headers: HeaderMap,
    Params(params): Params<StreamParams>,
) -> Result<Sse<impl Stream<Item = Result<Frame, Infallible>>>, Problem> {
    let last_id = headers.get("last-event-id").and_then(|v| v.to_str().ok());
    let since = match last_id {
        Some(text) => Some(super::params::parse("Last-Event-ID", text)?),
        None => params.since,
    };
    let only_alerts = params.alerts == Some(true);
    let frames = changes::follow(&queen, since).await?.filter_map(move |step| {
        let frame = match step {
            Ok(Step::Gap { first_missing, next }) => {
                let gap = json!({ "first_missing": first_missing, "next": next });
                Some(Frame::default().event("gap").id((next - 1).to_string()).data(gap.to_string()))
            }
            Ok(Step::Change(change)) => (change.alert || !only_alerts).then(|| frame(&change)),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "stream ended: the store cannot be read");
                None
            }
        };
        futures::future::ready(frame.map(Ok))
    });
    Ok(Sse::new(frames).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

fn frame(change: &Change) -> Frame {
    let data = serde_json::to_string(&ChangeRecord::from(change)).unwrap_or_default();
    Frame::default().event("change").id(change.seq.to_string()).data(data)
}
