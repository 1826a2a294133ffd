//! Wakes readers of the order of changes: by a hint from the bus, or by time. What changed they read from the store.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tge_ports::store::Events;
use tge_ports::{Bus, channels};
use tge_service::{Context, OnError, chain};
use tokio::sync::watch;

/// The longest a lost hint may delay a stream.
const SWEEP: Duration = Duration::from_secs(1);

/// The last known number of the order of changes; readers wait for it to grow.
#[derive(Clone)]
pub(crate) struct Hub {
    last: watch::Receiver<u64>,
}

impl Hub {
    /// Follows the order until the process stops.
    pub(crate) fn start(context: &Context, events: Arc<dyn Events>, bus: Arc<dyn Bus>) -> Self {
        let (sender, last) = watch::channel(0);
        let stop = context.stop.clone();
        context.spawn("changes", OnError::Stop, async move {
            let (mut hints, mut sweep) = (None, tokio::time::interval(SWEEP));
            sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    hint = next(&mut hints) => match hint.and_then(|text| text.parse::<u64>().ok()) {
                        // The hint names the newest number: readers need not wait for our own look at the store.
                        Some(newest) => raise(&sender, newest),
                        None => hints = None,
                    },
                    _ = sweep.tick() => {
                        match events.extent().await {
                            Ok((_, newest)) => correct(&sender, newest),
                            Err(error) => tracing::warn!(error = %chain(&error), "order of changes cannot be read"),
                        }
                        if hints.is_none() {
                            hints = bus.subscribe(&[channels::CHANGES]).await.ok();
                        }
                    }
                    () = stop.cancelled() => return,
                }
            }
        });
        Self { last }
    }

    /// A view of the last known number.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.last.clone()
    }
}

/// Wakes the readers when a hint names a number that is new.
fn raise(last: &watch::Sender<u64>, newest: u64) {
    last.send_if_modified(|last| {
        let grown = newest > *last;
        *last = newest.max(*last);
        grown
    });
}

/// Takes the store's word, even if it is less: a hint may have been wrong, or the order restored from a backup. Otherwise
/// readers would sleep until the order has come as far as the hint.
fn correct(last: &watch::Sender<u64>, newest: u64) {
    last.send_if_modified(|last| std::mem::replace(last, newest) != newest);
}

async fn next(hints: &mut Option<tge_ports::MessageStream>) -> Option<String> {
    match hints {
        Some(stream) => stream.next().await.map(|message| message.payload),
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_that_is_too_high_deafens_nobody() {
        let (sender, mut last) = watch::channel(5);
        let mut wakes = |say: fn(&watch::Sender<u64>, u64), number| {
            say(&sender, number);
            let woken = last.has_changed().expect("the sender is there");
            last.mark_unchanged();
            woken
        };
        for (say, number, woken) in [
            (raise as fn(&watch::Sender<u64>, u64), u64::MAX, true),
            (raise, 6, false),
            (correct, 6, true),
            (raise, 6, false),
            (raise, 7, true),
            (correct, 7, false),
        ] {
            assert_eq!(wakes(say, number), woken, "{number}");
        }
    }
}
