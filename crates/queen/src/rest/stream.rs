//! The order of changes as Server-Sent Events: replayed from the store, then live; a gap is said, never hidden.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use futures::Stream;
use serde::Deserialize;
use serde_json::json;
use tge_model::Change;
use tge_proto::record::ChangeRecord;
use tge_service::chain;
use tokio::sync::watch;
use utoipa::IntoParams;

use super::Problem;
use super::params::Params;
use crate::Queen;

/// Changes read at once: what a slow reader can make us hold.
const PAGE: u32 = 200;
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
    // Subscribed before the first look at the store: nothing falls between the two.
    let news = queen.hub.subscribe();
    let (first, last) = queen.stores.events.extent().await?;
    let after = since.unwrap_or(last);
    let mut frames = VecDeque::new();
    if after.saturating_add(1) < first {
        let gap = json!({ "first_missing": after + 1, "next": first });
        frames.push_back(Frame::default().event("gap").id((first - 1).to_string()).data(gap.to_string()));
    }
    let reader =
        Reader { queen, news, after: after.max(first.saturating_sub(1)), frames, alerts: params.alerts == Some(true) };
    let stream = futures::stream::unfold(reader, async |mut reader| {
        let frame = reader.next().await?;
        Some((Ok(frame), reader))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

struct Reader {
    queen: Queen,
    news: watch::Receiver<u64>,
    after: u64,
    frames: VecDeque<Frame>,
    alerts: bool,
}

impl Reader {
    /// The next frame; `None` when the process stops or the store fails: the reader comes back with its last id.
    async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.frames.pop_front() {
                return Some(frame);
            }
            self.news.mark_unchanged();
            match self.queen.stores.events.changes(self.after, PAGE).await {
                Ok(changes) if changes.is_empty() => {
                    let stop = self.queen.stop.clone();
                    tokio::select! {
                        news = self.news.changed() => news.ok()?,
                        () = stop.cancelled() => return None,
                    }
                }
                Ok(changes) => {
                    for change in changes {
                        self.after = change.seq;
                        if (change.alert || !self.alerts) && (!change.event.demo || self.queen.demo) {
                            self.frames.push_back(frame(&change));
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "stream ended: the store cannot be read");
                    return None;
                }
            }
        }
    }
}

fn frame(change: &Change) -> Frame {
    let data = serde_json::to_string(&ChangeRecord::from(change)).unwrap_or_default();
    Frame::default().event("change").id(change.seq.to_string()).data(data)
}
