//! Events as they come, across cuts.
//!
//! A cut gives one error; the next connection asks again from the last event's nanosecond and passes over what was
//! already told. The engine remembers its last 256 events, so a cut that outlasts more of them loses the oldest; the
//! monitor lists all containers by time as well.

use std::collections::HashMap;
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::EventMessage;
use bollard::query_parameters::EventsOptions;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use tge_model::Timestamp;
use tge_ports::{ContainerEvent, ContainerEventStream};

/// The actions worth hearing. Others, such as `exec_create` of each health check, would push them out of the engine's
/// short memory of what a listener missed.
const ACTIONS: &[&str] = &[
    "create",
    "start",
    "die",
    "oom",
    "kill",
    "stop",
    "restart",
    "pause",
    "unpause",
    "destroy",
    "rename",
    "health_status",
];
/// Pauses between attempts to reconnect, doubling up to the longest.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// Listens from `since` on, for ever.
pub(crate) fn listen(
    docker: Docker,
    mut filters: HashMap<String, Vec<String>>,
    since: Timestamp,
) -> ContainerEventStream {
    filters.insert("type".to_owned(), vec!["container".to_owned()]);
    filters.insert("event".to_owned(), ACTIONS.iter().map(|&action| action.to_owned()).collect());
    let position = Position { nanos: since.as_micros().saturating_mul(1_000), told: Vec::new() };
    let ear = Ear { docker, filters, position, wire: None, pause: PAUSE_MIN };
    stream::unfold(ear, |mut ear| async move { ear.hear().await.map(|event| (event, ear)) }).boxed()
}

/// Where the telling stands.
#[derive(Debug)]
struct Position {
    /// The moment of the last event told.
    nanos: i64,
    /// What was told of that very moment.
    told: Vec<(String, String)>,
}

struct Ear {
    docker: Docker,
    filters: HashMap<String, Vec<String>>,
    position: Position,
    wire: Option<BoxStream<'static, Result<EventMessage, Error>>>,
    pause: Duration,
}

// === impl Ear ===

impl Ear {
    /// The next event; only ever `Some`, but a stream's step must be able to end.
    async fn hear(&mut self) -> Option<ContainerEvent> {
        loop {
            if self.wire.is_none() {
                let options = EventsOptions {
                    since: Some(self.position.since()),
                    until: None,
                    filters: Some(self.filters.clone()),
                };
                self.wire = Some(self.docker.events(Some(options)).boxed());
            }
            let heard = self.wire.as_mut()?.next().await;
            match heard {
                Some(Ok(message)) => {
                    self.pause = PAUSE_MIN;
                    if let Some(event) = self.position.tell(message) {
                        return Some(event);
                    }
                }
                cut => {
                    let error = cut.and_then(Result::err);
                    tracing::warn!(error = error.as_ref().map(tracing::field::display), "the engine's events were cut");
                    self.wire = None;
                    tokio::time::sleep(self.pause).await;
                    self.pause = (self.pause * 2).min(PAUSE_MAX);
                }
            }
        }
    }
}

// === impl Position ===

impl Position {
    /// Docker's spelling: seconds, a point, nine digits.
    fn since(&self) -> String {
        format!("{}.{:09}", self.nanos.div_euclid(1_000_000_000), self.nanos.rem_euclid(1_000_000_000))
    }

    /// The event to tell, unless it was told before a cut.
    fn tell(&mut self, message: EventMessage) -> Option<ContainerEvent> {
        let nanos = message.time_nano.or_else(|| message.time.map(|secs| secs.saturating_mul(1_000_000_000)))?;
        let actor = message.actor?;
        let id = actor.id?;
        let action = message.action?;
        let key = (id.clone(), action.clone());
        if nanos < self.nanos || (nanos == self.nanos && self.told.contains(&key)) {
            return None;
        }
        if nanos > self.nanos {
            self.nanos = nanos;
            self.told.clear();
        }
        self.told.push(key);
        let mut labels = actor.attributes.unwrap_or_default();
        let name = labels.remove("name").unwrap_or_default();
        // Attributes mix labels with Docker's own words; these are the words of container events.
        for word in ["image", "exitCode", "signal", "oldName", "execDuration"] {
            labels.remove(word);
        }
        let at = Timestamp::from_micros(nanos.div_euclid(1_000));
        Some(ContainerEvent { id, name, labels: labels.into_iter().collect(), action, at })
    }
}

#[cfg(test)]
mod tests {
    use bollard::models::EventActor;

    use super::*;

    fn message(nanos: i64, id: &str, action: &str) -> EventMessage {
        let attributes = HashMap::from([("name".to_owned(), "n".to_owned()), ("image".to_owned(), "i".to_owned())]);
        let actor = EventActor { id: Some(id.to_owned()), attributes: Some(attributes) };
        EventMessage {
            action: Some(action.to_owned()),
            actor: Some(actor),
            time_nano: Some(nanos),
            ..Default::default()
        }
    }

    #[test]
    fn what_was_told_is_not_told_again() {
        let mut position = Position { nanos: 5, told: Vec::new() };
        let told: Vec<bool> =
            [(4, "a", "die"), (7, "a", "die"), (7, "a", "stop"), (7, "a", "die"), (6, "b", "die"), (8, "a", "die")]
                .map(|(nanos, id, action)| position.tell(message(nanos, id, action)).is_some())
                .into();
        assert_eq!(told, [false, true, true, false, false, true]);
        assert_eq!(position.since(), "0.000000008");
    }

    #[test]
    fn docker_s_own_words_are_no_labels() {
        let mut position = Position { nanos: 0, told: Vec::new() };
        let event = position.tell(message(1_500, "a", "start")).expect("new");
        assert_eq!((event.name.as_str(), event.labels.len(), event.at), ("n", 0, Timestamp::from_micros(1)));
    }
}
