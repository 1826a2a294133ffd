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
use crate::changes::{self, Step};

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
        let request = request.into_inner();
        let since = (!request.only_new).then_some(request.since);
        let steps = changes::follow(self, since).await.map_err(failed)?;
        Ok(Response::new(steps.map(|step| step.map(frame).map_err(failed)).boxed()))
    }
}

fn frame(step: Step) -> pb::StreamChangesResponse {
    use pb::stream_changes_response::Frame;
    let frame = match step {
        Step::Gap { first_missing, next } => Frame::Gap(pb::Gap { first_missing, next }),
        Step::Change(change) => Frame::Change(change.as_ref().into()),
    };
    pb::StreamChangesResponse { frame: Some(frame) }
}
