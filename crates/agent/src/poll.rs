//! One poll of one source: ask, extract, store the documents and the poll's state together, hint that there is work.
//!
//! Two agents poll, feeds here and JSON APIs there, each with its own care for hosts; what a poll *is* stands here once.
//! The mark "seen" moves in the transaction that stores the documents, never before it.

use std::sync::Arc;
use std::time::Duration;

use tge_control::{PollsConfig, retry_at};
use tge_model::{Arrival, Observation, SourceHealth, SourceState, Timestamp};
use tge_ports::store::{Ingested, Stores};
use tge_ports::{Bus, Clock, Entropy, Fetch, FetchError, FetchRequest, FetchResponse, StoreError, channels};
use tge_service::{current_traceparent, metric};
use tge_sources::{ExtractError, Item, SourceFile, extract};
use thiserror::Error;

/// A source that did not answer for so long is caught up with, not watched live: what it shows is old news.
const LONG_ABSENCE: Duration = Duration::from_secs(6 * 3600);

/// What a poll needs.
#[derive(Clone)]
pub struct Poller {
    /// Where documents and poll states go.
    pub stores: Stores,
    /// Who is told.
    pub bus: Arc<dyn Bus>,
    /// How sources are asked.
    pub fetch: Arc<dyn Fetch>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Jitter of pauses.
    pub entropy: Arc<dyn Entropy>,
}

/// How a poll went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polled {
    /// In words with numbers.
    pub summary: String,
    /// `ok`, `not_modified`, `error` or `blocked`, as in the metric.
    pub outcome: &'static str,
    /// Documents that were new.
    pub new: u32,
    /// What was new came while the source was watched; otherwise it had been there before.
    pub live: bool,
    /// When it was asked.
    pub at: Timestamp,
    /// How long the host asked us to stay away.
    pub retry_after: Option<Duration>,
}

/// Why a poll did not even get a state: the store is away. The task is tried again.
#[derive(Debug, Error)]
#[error("failed to {attempted} of source {source_name}")]
pub struct PollError {
    /// What was attempted.
    pub attempted: &'static str,
    /// The source.
    pub source_name: String,
    /// Why.
    #[source]
    pub source: StoreError,
}

/// What an answer held, or why it was of no use.
enum Read {
    NotModified,
    Items { items: Vec<Item>, problems: usize },
    Blocked(String),
    Failed(String),
}

impl Poller {
    /// Polls a source once. A source that fails is an outcome, kept in its state with the reason; only a store that is
    /// away is an error.
    ///
    /// # Errors
    /// [`PollError`].
    #[tracing::instrument(name = "poll", parent = None, skip_all, fields(source = %file.source.name))]
    pub async fn poll(&self, file: &SourceFile) -> Result<Polled, PollError> {
        let source = &file.source;
        let fail = |attempted| {
            let source_name = source.name.to_string();
            move |source| PollError { attempted, source_name, source }
        };
        let begun = self.clock.now();
        let known = self.stores.sources.get(source.name.as_str()).await.map_err(fail("read the state"))?;
        let first = known.as_ref().is_none_or(|state| state.last_success_at.is_none());
        let before = known.unwrap_or_else(|| SourceHealth::unknown(source.name.clone(), begun));
        let (read, answer) = self.ask(file, &before).await;
        let retry_after = answer.as_ref().and_then(|a| a.retry_after);
        let mut after = SourceHealth { polls: before.polls + 1, last_poll_at: Some(begun), ..before.clone() };
        let arrival = arrival(first, &before, begun);
        let (summary, outcome, observations) = match read {
            Read::Items { items, problems } => {
                let trace = current_traceparent();
                let seen = self.clock.now();
                let observe = |item: &Item| item.observe(source, seen, before.last_poll_at, arrival, trace.clone());
                let observations: Vec<_> = items.iter().map(observe).collect();
                let answer = answer.as_ref();
                after.etag = answer.and_then(|a| a.etag.clone());
                after.last_modified = answer.and_then(|a| a.last_modified.clone());
                succeed(&mut after, begun);
                (format!("{} items, {problems} problems", items.len()), "ok", observations)
            }
            Read::NotModified => {
                succeed(&mut after, begun);
                after.not_modified += 1;
                ("not modified".to_owned(), "not_modified", Vec::new())
            }
            Read::Blocked(reason) => {
                fall(&mut after, SourceState::Blocked, reason.clone());
                (reason, "blocked", Vec::new())
            }
            Read::Failed(reason) => {
                fall(&mut after, SourceState::Failing, reason.clone());
                (reason, "error", Vec::new())
            }
        };
        let unit = self.entropy.unit();
        after.next_poll_at = retry_at(source, after.failures, retry_after, begun, unit, &PollsConfig::default());
        let new = self.store(source.kind.as_str(), &observations, &after).await.map_err(fail("store the documents"))?;
        metric::SOURCE_POLLS.add(1, &[("kind", source.kind.as_str()), ("outcome", outcome)]);
        if matches!(outcome, "ok" | "not_modified") {
            #[expect(
                clippy::as_conversions,
                clippy::cast_precision_loss,
                reason = "milliseconds fit a double for ages"
            )]
            metric::SOURCE_LAST_SUCCESS.set(begun.as_millis() as f64 / 1_000.0, &[("source", source.name.as_str())]);
        } else {
            tracing::warn!(outcome, reason = summary, "source did not answer as it should");
        }
        Ok(Polled {
            summary: format!("{summary}, {new} new"),
            outcome,
            new,
            live: arrival == Arrival::Live,
            at: begun,
            retry_after,
        })
    }

    async fn store(&self, kind: &str, observations: &[Observation], state: &SourceHealth) -> Result<u32, StoreError> {
        let words = self.stores.observations.ingest(observations, Some(state)).await?;
        Ok(told(&*self.bus, observations, &words, kind).await)
    }

    /// Fetches page after page, as many as the source's file allows, and reads them.
    async fn ask(&self, file: &SourceFile, before: &SourceHealth) -> (Read, Option<FetchResponse>) {
        let mut first: Option<FetchResponse> = None;
        let (mut items, mut problems) = (Vec::new(), 0);
        let mut url = file.source.url.clone();
        for page in 0..file.pages_max() {
            let mut request = FetchRequest::get(&url);
            request.headers = file.headers().to_vec();
            if page == 0 {
                request.etag.clone_from(&before.etag);
                request.last_modified.clone_from(&before.last_modified);
            }
            let answer = match self.fetch.fetch(request).await {
                Ok(answer) => answer,
                Err(error) => return (failed(&error), first),
            };
            match answer.status {
                304 => return (Read::NotModified, Some(answer)),
                200..=299 => {}
                401 | 403 | 429 | 451 => {
                    let reason = format!("{url} refused with HTTP {}", answer.status);
                    return (Read::Blocked(reason), Some(answer));
                }
                status => return (Read::Failed(format!("{url} answered HTTP {status}")), Some(answer)),
            }
            let next = match extract(file, &answer.body, answer.content_type.as_deref(), &answer.url) {
                Ok(extracted) => {
                    problems += extracted.problems.len();
                    items.extend(extracted.items);
                    extracted.next_page
                }
                Err(error @ ExtractError::Blocked { .. }) => return (Read::Blocked(error.to_string()), Some(answer)),
                // A later page that holds nothing is the end of the list.
                Err(_) if page > 0 => None,
                Err(error) => return (Read::Failed(error.to_string()), Some(answer)),
            };
            first.get_or_insert(answer);
            match next {
                Some(next) => url = next,
                None => break,
            }
        }
        (Read::Items { items, problems }, first)
    }
}

/// Counts what was new and tells the agents that judge.
async fn told(bus: &dyn Bus, observations: &[Observation], words: &[Ingested], kind: &str) -> u32 {
    let new: Vec<&Observation> =
        observations.iter().zip(words).filter(|(_, word)| **word != Ingested::Known).map(|(o, _)| o).collect();
    for observation in &new {
        metric::OBSERVATIONS.add(1, &[("kind", kind), ("arrival", observation.arrival.as_str())]);
        if let (Arrival::Live, Some(published)) = (observation.arrival, observation.published) {
            metric::DETECTION_LATENCY.record(observation.first_seen_at.since(published), &[("segment", "source")]);
        }
    }
    if !new.is_empty() {
        let ids: Vec<String> = new.iter().map(|o| o.id.to_string()).collect();
        if let Err(error) = bus.push(channels::OBSERVATIONS, &ids).await {
            tracing::debug!(%error, "hints not sent; the sweep will find the rows");
        }
    }
    u32::try_from(new.len()).unwrap_or(u32::MAX)
}

fn arrival(first: bool, before: &SourceHealth, now: Timestamp) -> Arrival {
    let absent = before.last_success_at.is_some_and(|at| now.since(at) > LONG_ABSENCE);
    if first || absent { Arrival::CatchUp } else { Arrival::Live }
}

fn succeed(state: &mut SourceHealth, at: Timestamp) {
    state.state = SourceState::Healthy;
    state.error = None;
    state.last_success_at = Some(at);
    state.failures = 0;
}

fn fall(state: &mut SourceHealth, to: SourceState, reason: String) {
    state.state = to;
    state.error = Some(reason);
    state.failures = state.failures.saturating_add(1);
}

fn failed(error: &FetchError) -> Read {
    match error {
        FetchError::Robots { .. } => Read::Blocked(error.to_string()),
        _ => Read::Failed(error.to_string()),
    }
}
