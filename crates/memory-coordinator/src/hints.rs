//! Hints of writes, sent after the store has them and beside the caller's way: an absent bus delays nobody.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tge_model::MemoryItem;
use tge_ports::Bus;
use tge_ports::channels::{AGENT_COMMUNICATION, MEMORY_SYNC};
use tge_service::{Context, OnError, chain};
use tokio::sync::mpsc;

use crate::channels;

/// Hints waiting for the bus; more are lost, and the sweep of the others makes up for it.
const WAITING_MAX: usize = 1_024;
/// How long the bus may take for one hint.
const PATIENCE: Duration = Duration::from_secs(2);
/// The kind of item that concerns agents other than its writer.
const FINDING: &str = "finding";

/// What a hint says of a write.
#[derive(Serialize)]
struct Written<'a> {
    tier: &'static str,
    key: &'a str,
    seq: u64,
}

/// What a hint says of a finding.
#[derive(Serialize)]
struct Finding<'a> {
    tier: &'static str,
    key: &'a str,
    seq: u64,
    writer: &'a str,
    subjects: &'a [String],
}

/// Sends hints; cheap to clone.
#[derive(Clone)]
pub(crate) struct Hints(mpsc::Sender<(&'static str, String)>);

impl Hints {
    /// Starts the task that hands hints to the bus.
    pub(crate) fn start(context: &Context, bus: Arc<dyn Bus>) -> Self {
        let (sender, mut waiting) = mpsc::channel::<(&'static str, String)>(WAITING_MAX);
        let task = context.clone();
        context.spawn("hints", OnError::Stop, async move {
            loop {
                let (channel, payload) = tokio::select! {
                    hint = waiting.recv() => match hint {
                        Some(hint) => hint,
                        None => return,
                    },
                    () = task.stop.cancelled() => return,
                };
                match tokio::time::timeout(PATIENCE, bus.publish(channel, &payload)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::debug!(channel, error = %chain(&error), "hint not sent"),
                    Err(_) => tracing::debug!(channel, limit = ?PATIENCE, "hint not sent in time"),
                }
            }
        });
        Self(sender)
    }

    /// Tells of a stored item.
    pub(crate) fn stored(&self, item: &MemoryItem) {
        let tier = item.tier.as_str();
        let written = json(&Written { tier, key: &item.key, seq: item.seq });
        self.send(channels::of_tier(item.tier), written.clone());
        self.send(MEMORY_SYNC, written);
        if item.kind == FINDING {
            let finding =
                Finding { tier, key: &item.key, seq: item.seq, writer: &item.writer, subjects: &item.subjects };
            self.send(AGENT_COMMUNICATION, json(&finding));
        }
    }

    /// Tells of a forgotten item; its place in the order is for the reader to find.
    pub(crate) fn forgotten(&self, tier: tge_model::MemoryTier, key: &str) {
        let written = json(&Written { tier: tier.as_str(), key, seq: 0 });
        self.send(channels::of_tier(tier), written.clone());
        self.send(MEMORY_SYNC, written);
    }

    fn send(&self, channel: &'static str, payload: String) {
        if self.0.try_send((channel, payload)).is_err() {
            tracing::debug!(channel, waiting = WAITING_MAX, "hint dropped; the bus is too slow");
        }
    }
}

fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("texts and numbers are always JSON")
}
