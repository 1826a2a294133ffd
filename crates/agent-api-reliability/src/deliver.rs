//! Deliveries: each tried by the schedule of Standard Webhooks, through the host's breaker, then set aside as dead.

use std::sync::Arc;
use std::time::Duration;

use tge_agent::Worker;
use tge_model::{Change, Delivery, DeliveryState, Webhook};
use tge_ports::store::{Claimed, DeliveryResult, Stores};
use tge_ports::{Clock, Entropy, Fetch, FetchRequest, Method, StoreError};
use tge_service::{Check, Context, OnError, chain, metric};
use tokio::sync::Notify;

use crate::hosts::Hosts;
use crate::sign::signed;

/// Deliveries taken at once.
const BATCH: u32 = 50;
/// How long a batch may take; an attempt takes at most [`ATTEMPT`].
const LEASE: Duration = Duration::from_secs(60);
/// How long a subscriber may take to answer.
const ATTEMPT: Duration = Duration::from_secs(15);
/// How often due deliveries are looked for.
const SWEEP: Duration = Duration::from_millis(500);
/// Waits before each attempt after the first, in seconds: 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h.
const WAITS: &[u64] = &[5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

#[derive(Clone)]
pub(crate) struct Deliverer {
    pub(crate) stores: Stores,
    pub(crate) fetch: Arc<dyn Fetch>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) hosts: Arc<Hosts>,
    pub(crate) worker: Arc<Worker>,
}

/// What a subscriber's answer means.
enum Answer {
    Taken,
    Gone,
    Again { why: String, not_before: Option<Duration>, counts: bool },
}

impl Deliverer {
    /// Delivers until the process stops, woken by `waiting` or by time.
    pub(crate) fn run(self, context: &Context, waiting: Arc<Notify>) {
        let task = context.clone();
        context.spawn("deliveries", OnError::Stop, async move {
            while !task.stop.is_cancelled() {
                match self.turn().await {
                    Ok(taken) => {
                        task.ready.set("deliveries", Check::Ok);
                        if taken == 0 {
                            tokio::select! {
                                () = tokio::time::sleep(SWEEP) => {}
                                () = waiting.notified() => {}
                                () = task.stop.cancelled() => {}
                            }
                        }
                    }
                    Err(error) => {
                        task.ready.set_result("deliveries", Err(&error));
                        tracing::warn!(error = %chain(&error), "deliveries cannot be read; trying again");
                        task.sleep(SWEEP * 2).await;
                    }
                }
            }
        });
    }

    async fn turn(&self) -> Result<usize, StoreError> {
        if self.worker.is_draining() {
            return Ok(0);
        }
        let claimed = self.stores.deliveries.claim(&self.worker.holder(), BATCH, LEASE).await?;
        if claimed.is_empty() {
            return Ok(0);
        }
        let webhooks = self.stores.deliveries.webhooks().await?;
        // All of a batch at once: one slow subscriber does not hold up the others.
        let attempts = claimed.iter().map(|claimed| self.attempt(claimed, &webhooks));
        futures_join(attempts).await?;
        Ok(claimed.len())
    }

    async fn attempt(&self, claimed: &Claimed<Delivery>, webhooks: &[Webhook]) -> Result<(), StoreError> {
        let delivery = &claimed.item;
        let Some(webhook) = webhooks.iter().find(|w| w.id == delivery.webhook && w.disabled_at.is_none()) else {
            return self
                .store(
                    claimed,
                    &Answer::Again { why: "the webhook is gone".to_owned(), not_before: None, counts: true },
                    true,
                )
                .await;
        };
        let Some(change) = self.stores.events.changes(delivery.seq.saturating_sub(1), 1).await?.pop() else {
            let why = format!("change {} is not kept any more", delivery.seq);
            return self.store(claimed, &Answer::Again { why, not_before: None, counts: true }, true).await;
        };
        let answer = self.post(webhook, delivery, &change).await;
        if matches!(answer, Answer::Gone) {
            self.stores.deliveries.disable_webhook(webhook.id, "the subscriber answered 410 Gone").await?;
        }
        if matches!(answer, Answer::Taken) {
            let took = self.clock.now().since(change.at);
            metric::DETECTION_LATENCY.record(took, &[("segment", "delivery")]);
        }
        self.store(claimed, &answer, false).await
    }

    async fn post(&self, webhook: &Webhook, delivery: &Delivery, change: &Change) -> Answer {
        let call = match self.hosts.begin(&webhook.url) {
            Ok(call) => call,
            // Not an attempt: the subscriber was not asked.
            Err(alone) => {
                return Answer::Again { why: alone.to_string(), not_before: Some(alone.retry_in), counts: false };
            }
        };
        let (body, headers) = match signed(webhook, delivery, change, self.clock.now()) {
            Ok(signed) => signed,
            Err(error) => return Answer::Again { why: chain(&error), not_before: None, counts: true },
        };
        let request = FetchRequest {
            method: Method::Post { body },
            headers,
            obey_robots: false,
            follow_redirects: false,
            deadline: ATTEMPT,
            ..FetchRequest::get(&webhook.url)
        };
        match self.fetch.fetch(request).await {
            Ok(response) => {
                call.ended(response.status < 500, response.retry_after);
                match response.status {
                    200..=299 => Answer::Taken,
                    410 => Answer::Gone,
                    status => {
                        let why = format!("the subscriber answered HTTP {status}");
                        Answer::Again { why, not_before: response.retry_after, counts: true }
                    }
                }
            }
            Err(error) => {
                call.ended(false, None);
                Answer::Again { why: error.to_string(), not_before: None, counts: true }
            }
        }
    }

    async fn store(&self, claimed: &Claimed<Delivery>, answer: &Answer, last: bool) -> Result<(), StoreError> {
        let delivery = &claimed.item;
        let (now, made) = (self.clock.now(), usize::try_from(delivery.attempt).unwrap_or(usize::MAX));
        let (state, next_at, error, word) = match answer {
            Answer::Taken => (DeliveryState::Delivered, now, None, "delivered"),
            Answer::Gone => (DeliveryState::Dead, now, Some("410 Gone".to_owned()), "dead"),
            Answer::Again { why, .. } if last || made >= WAITS.len() => {
                (DeliveryState::Dead, now, Some(why.clone()), "dead")
            }
            Answer::Again { why, not_before, counts } => {
                let wait = if *counts { Duration::from_secs(WAITS[made]) } else { Duration::ZERO };
                // A tenth of jitter, so that what failed together does not come back together.
                let wait = wait.max(not_before.unwrap_or_default()).mul_f64(1.0 + self.entropy.unit() / 10.0);
                (DeliveryState::Pending, now.plus(wait), Some(why.clone()), "retry")
            }
        };
        metric::DELIVERIES.add(1, &[("outcome", word)]);
        match word {
            "delivered" => self.worker.did(1),
            "dead" => {
                self.worker.failed();
                tracing::error!(delivery = %delivery.id, ?error, "delivery given up; replay it when the subscriber is back");
            }
            _ => tracing::info!(delivery = %delivery.id, ?error, attempt = made + 1, "delivery will be tried again"),
        }
        let result = DeliveryResult { state, next_at, error };
        if !self.stores.deliveries.finish(delivery.id, claimed.lease, &result).await? {
            tracing::warn!(delivery = %delivery.id, "lease lost before the outcome was stored; it may be sent twice");
        }
        Ok(())
    }
}

/// Waits for all, then answers the first failure, if there is one.
async fn futures_join<F>(attempts: impl Iterator<Item = F>) -> Result<(), StoreError>
where
    F: Future<Output = Result<(), StoreError>>,
{
    futures::future::join_all(attempts).await.into_iter().collect()
}
