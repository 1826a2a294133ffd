//! Events over gRPC.

use futures::StreamExt;
use futures::stream::BoxStream;
use tge_model::{EventId, Probability, Scope};
use tge_ports::Page;
use tge_ports::store::EventFilter;
use tge_proto::convert::{non_empty, parse};
use tge_proto::pb::event::v1 as pb;
use tge_proto::pb::event::v1::event_service_server::EventService;
use tonic::{Request, Response, Status};

use super::{allow, failed};
use crate::Queen;

/// Changes read at once: what a slow reader can make us hold.
const PAGE: u32 = 200;

/// Which page is wanted; 50 items when the size is zero, 1000 at most.
pub(super) fn page(size: i32, token: &str) -> Result<Page, Status> {
    let size = u32::try_from(size)
        .map_err(|_| Status::invalid_argument(format!("page_size {size} is negative; use 0 to 1000")))?;
    Ok(Page { size: if size == 0 { 50 } else { size.min(1_000) }, after: non_empty(token).map(str::to_owned) })
}

#[tonic::async_trait]
impl EventService for Queen {
    async fn list_events(
        &self,
        request: Request<pb::ListEventsRequest>,
    ) -> Result<Response<pb::ListEventsResponse>, Status> {
        allow(self, request.metadata(), Scope::Viewer).await?;
        let request = request.into_inner();
        let min = Probability::new(request.min_probability)
            .map_err(|error| Status::invalid_argument(format!("min_probability: {error}")))?;
        let filter = EventFilter {
            kind: request.kind().to_model(),
            status: request.status().to_model(),
            text: non_empty(&request.query).map(str::to_owned),
            min_probability: (min > Probability::ZERO).then_some(min),
            with_demo: self.demo,
            ..EventFilter::default()
        };
        let page = page(request.page_size, &request.page_token)?;
        let paged = self.stores.events.list(&filter, &page).await.map_err(failed)?;
        Ok(Response::new(pb::ListEventsResponse {
            events: paged.items.iter().map(Into::into).collect(),
            next_page_token: paged.next.unwrap_or_default(),
        }))
    }

    async fn get_event(&self, request: Request<pb::GetEventRequest>) -> Result<Response<pb::GetEventResponse>, Status> {
        allow(self, request.metadata(), Scope::Viewer).await?;
        let id: EventId = parse("name", &request.get_ref().name)?;
        match self.stores.events.get(id).await.map_err(failed)? {
            Some(event) => Ok(Response::new(pb::GetEventResponse { event: Some((&event).into()) })),
            None => Err(Status::not_found(format!("there is no event {id}"))),
        }
    }

    type StreamChangesStream = BoxStream<'static, Result<pb::StreamChangesResponse, Status>>;

    async fn stream_changes(
        &self,
        request: Request<pb::StreamChangesRequest>,
    ) -> Result<Response<Self::StreamChangesStream>, Status> {
        allow(self, request.metadata(), Scope::Viewer).await?;
        let (queen, news) = (self.clone(), self.hub.subscribe());
        let (first, last) = self.stores.events.extent().await.map_err(failed)?;
        let asked = if request.get_ref().only_new { last } else { request.get_ref().since };
        let gap = (asked.saturating_add(1) < first).then(|| pb::Gap { first_missing: asked + 1, next: first });
        let gap =
            gap.map(|gap| pb::StreamChangesResponse { frame: Some(pb::stream_changes_response::Frame::Gap(gap)) });
        let after = asked.max(first.saturating_sub(1));
        let pages = futures::stream::try_unfold((queen, news, after), async |(queen, mut news, after)| {
            loop {
                news.mark_unchanged();
                let changes = queen.stores.events.changes(after, PAGE).await.map_err(failed)?;
                if let Some(last) = changes.last() {
                    let after = last.seq;
                    return Ok(Some((changes, (queen, news, after))));
                }
                let stop = queen.stop.clone();
                tokio::select! {
                    changed = news.changed() => if changed.is_err() { return Ok(None) },
                    () = stop.cancelled() => return Ok(None),
                }
            }
        });
        let frames = pages.flat_map(|page| match page {
            Ok(changes) => futures::stream::iter(changes.iter().map(|change| Ok(frame(change))).collect::<Vec<_>>()),
            Err(status) => futures::stream::iter(vec![Err(status)]),
        });
        Ok(Response::new(futures::stream::iter(gap.map(Ok)).chain(frames).boxed()))
    }
}

fn frame(change: &tge_model::Change) -> pb::StreamChangesResponse {
    pb::StreamChangesResponse { frame: Some(pb::stream_changes_response::Frame::Change(change.into())) }
}
