//! The order of changes from some number on: read from the store, then live; a gap is said, never hidden.

use std::collections::VecDeque;

use futures::Stream;
use tge_model::Change;
use tge_ports::StoreError;
use tokio::sync::watch;

use crate::Queen;

/// Changes read at once: what a slow reader can make us hold.
const PAGE: u32 = 200;

/// What comes next in the order.
pub(crate) enum Step {
    /// These numbers are no longer kept; the order goes on with `next`.
    Gap {
        /// The first number that was wanted.
        first_missing: u64,
        /// The first that is kept.
        next: u64,
    },
    /// A change.
    Change(Box<Change>),
}

/// The order after `since`, or from now on; without the demo's events unless the demo runs. It ends when the process
/// stops, and with the error when the store fails: the reader comes back with the last number it had.
///
/// # Errors
/// [`StoreError`] when the extent of the order cannot be read.
pub(crate) async fn follow(
    queen: &Queen,
    since: Option<u64>,
) -> Result<impl Stream<Item = Result<Step, StoreError>> + Send + use<>, StoreError> {
    // Subscribed before the first look at the store: nothing falls between the two.
    let news = queen.hub.subscribe();
    let (first, last) = queen.stores.events.extent().await?;
    let after = since.unwrap_or(last);
    let gap = (after.saturating_add(1) < first).then(|| Step::Gap { first_missing: after + 1, next: first });
    let reader = Reader {
        queen: queen.clone(),
        news,
        after: after.max(first.saturating_sub(1)),
        read: gap.into_iter().collect(),
        failed: false,
    };
    Ok(futures::stream::unfold(reader, async |mut reader| {
        let step = reader.next().await?;
        Some((step, reader))
    }))
}

struct Reader {
    queen: Queen,
    news: watch::Receiver<u64>,
    after: u64,
    read: VecDeque<Step>,
    failed: bool,
}

impl Reader {
    async fn next(&mut self) -> Option<Result<Step, StoreError>> {
        while !self.failed {
            if let Some(step) = self.read.pop_front() {
                return Some(Ok(step));
            }
            self.news.mark_unchanged();
            match self.queen.stores.events.changes(self.after, PAGE).await {
                Ok(changes) if changes.is_empty() => {
                    tokio::select! {
                        news = self.news.changed() => news.ok()?,
                        () = self.queen.stop.cancelled() => return None,
                    }
                }
                Ok(changes) => {
                    self.after = changes.last().map_or(self.after, |change| change.seq);
                    let seen = changes.into_iter().filter(|change| !change.event.demo || self.queen.demo);
                    self.read.extend(seen.map(|change| Step::Change(Box::new(change))));
                }
                Err(error) => {
                    self.failed = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}
