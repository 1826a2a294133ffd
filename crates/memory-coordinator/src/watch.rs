//! Streams of writes: they replay from any place in the order, then follow, and end with the place to resume at when
//! their reader does not keep up. Nothing is buffered for a slow reader beyond a few messages.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use tge_model::{MemoryItem, MemoryTier};
use tge_proto::pb::memory::v1 as pb;
use tge_service::{Context, OnError};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::refusal;
use crate::sync::Shared;

/// Messages handed to the transport and not taken yet.
const UNTAKEN_MAX: usize = 64;
/// Writes read at once.
const PAGE: u32 = 200;

/// What a stream sends.
pub(crate) type Writes = Pin<Box<dyn Stream<Item = Result<pb::WatchResponse, Status>> + Send>>;

/// Which writes are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) since: u64,
    pub(crate) tier: Option<MemoryTier>,
}

/// Refuses a place that the order has not reached: whoever resumes there would wait in silence.
pub(crate) async fn check(shared: &Shared, since: u64) -> Result<(), Status> {
    if since == 0 || since <= shared.replica().cursor() {
        return Ok(());
    }
    // Another coordinator may be ahead of this one; the store decides. It keeps the last write of each item, so the
    // last place of the order is always there.
    let last = shared.store.since(since - 1, 1).await.map_err(|error| refusal::store(&error))?;
    if last.is_empty() {
        let text = format!("since {since} is beyond the last write; resume with a smaller one, or with 0 for all");
        return Err(Status::out_of_range(text));
    }
    Ok(())
}

/// Starts a stream; `permit` counts it until it ends.
pub(crate) fn start(
    context: &Context,
    shared: Arc<Shared>,
    wanted: Wanted,
    patience: Duration,
    permit: OwnedSemaphorePermit,
) -> Writes {
    let (sender, receiver) = mpsc::channel(UNTAKEN_MAX);
    let (end, ended) = tokio::sync::oneshot::channel();
    let stop = context.stop.clone();
    context.spawn("watch", OnError::Log, async move {
        let status = tokio::select! {
            status = feed(&shared, wanted, patience, &sender) => status,
            () = stop.cancelled() => Some(refusal::stopping()),
            // The reader may hang up while nothing is written.
            () = sender.closed() => None,
        };
        if let Some(status) = status {
            // The reader may be gone by now.
            drop(end.send(status));
        }
        drop(permit);
    });
    let last = stream::once(ended).filter_map(|end| futures::future::ready(end.ok().map(Err)));
    Box::pin(ReceiverStream::new(receiver).map(Ok).chain(last))
}

/// Sends writes until the reader is gone (`None`), does not keep up, or the store fails.
async fn feed(
    shared: &Shared,
    wanted: Wanted,
    patience: Duration,
    sender: &mpsc::Sender<pb::WatchResponse>,
) -> Option<Status> {
    let (mut cursor, mut met) = (wanted.since, shared.met.subscribe());
    loop {
        met.mark_unchanged();
        let page = match next_page(shared, cursor).await {
            Ok(page) => page,
            Err(status) => return Some(status),
        };
        if page.is_empty() && met.changed().await.is_err() {
            return Some(refusal::stopping());
        }
        for item in page {
            let seq = item.seq;
            if wanted.tier.is_none_or(|tier| tier == item.tier) {
                let message = pb::WatchResponse { item: Some((&*item).into()) };
                match sender.send_timeout(message, patience).await {
                    Ok(()) => {}
                    Err(mpsc::error::SendTimeoutError::Closed(_)) => return None,
                    Err(mpsc::error::SendTimeoutError::Timeout(_)) => return Some(too_slow(cursor, patience)),
                }
            }
            cursor = seq;
        }
    }
}

async fn next_page(shared: &Shared, cursor: u64) -> Result<Vec<Arc<MemoryItem>>, Status> {
    let recent = shared.replica().recent_since(cursor, usize::try_from(PAGE).unwrap_or(1));
    match recent {
        Some(page) => Ok(page),
        None => {
            let page = shared.store.since(cursor, PAGE).await.map_err(|error| refusal::store(&error))?;
            Ok(page.into_iter().map(Arc::new).collect())
        }
    }
}

fn too_slow(cursor: u64, patience: Duration) -> Status {
    Status::resource_exhausted(format!(
        "the reader took nothing for {patience:?} while {UNTAKEN_MAX} messages waited; watch again with since {cursor}"
    ))
}
