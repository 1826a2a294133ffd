//! The engine's client and its four verbs.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bollard::query_parameters::{InspectContainerOptions, ListContainersOptions};
use bollard::{API_DEFAULT_VERSION, Docker};
use futures::{StreamExt, TryStreamExt, stream};
use tge_model::Timestamp;
use tge_ports::{Container, ContainerEventStream, ContainerStats, Containers, ContainersError};

use crate::error::Attempt;
use crate::stats::Samples;
use crate::{events, restart, stats, view};

/// How long the engine may take for an answer; stopping with a grace adds the grace.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Containers inspected at the same time.
const INSPECTIONS_MAX: usize = 8;

/// Docker, through its socket. Clones share what was measured.
#[derive(Clone)]
pub struct DockerEngine {
    docker: Docker,
    socket: Arc<str>,
    timeout: Duration,
    samples: Arc<Samples>,
}

impl fmt::Debug for DockerEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DockerEngine").field("socket", &self.socket).finish_non_exhaustive()
    }
}

// === impl DockerEngine ===

impl DockerEngine {
    /// Connects to the engine behind a socket, for example `/var/run/docker.sock`, and agrees on a version with it.
    ///
    /// # Errors
    /// [`ContainersError::Unavailable`] when there is no socket, no permission or no engine behind it;
    /// [`ContainersError::Timeout`] when it does not answer within ten seconds.
    pub async fn connect(socket: &str) -> Result<Self, ContainersError> {
        Self::connect_within(socket, TIMEOUT).await
    }

    /// Connects as [`DockerEngine::connect`] does, to an engine that may take `timeout` (whole seconds) for an answer.
    ///
    /// # Errors
    /// As [`DockerEngine::connect`].
    pub async fn connect_within(socket: &str, timeout: Duration) -> Result<Self, ContainersError> {
        let attempt = Attempt { verb: "connecting to", id: "*", socket, timeout };
        let docker = Docker::connect_with_unix(socket, timeout.as_secs().max(1), API_DEFAULT_VERSION)
            .map_err(|error| attempt.failed(error))?;
        let docker = docker.negotiate_version().await.map_err(|error| attempt.failed(error))?;
        tracing::debug!(socket, version = %docker.client_version(), "connected to the container engine");
        Ok(Self { docker, socket: socket.into(), timeout, samples: Arc::default() })
    }

    fn attempt<'a>(&'a self, verb: &'static str, id: &'a str) -> Attempt<'a> {
        Attempt { verb, id, socket: &self.socket, timeout: self.timeout }
    }
}

#[async_trait]
impl Containers for DockerEngine {
    async fn list(&self, labels: &[(&str, &str)]) -> Result<Vec<Container>, ContainersError> {
        let attempt = self.attempt("listing", "*");
        let options = ListContainersOptions { all: true, filters: Some(label_filter(labels)), ..Default::default() };
        let found = self.docker.list_containers(Some(options)).await.map_err(|error| attempt.failed(error))?;
        let ids: Vec<String> = found.into_iter().filter_map(|summary| summary.id).collect();
        let mut containers: Vec<Container> = stream::iter(ids)
            .map(|id| async move {
                match self.docker.inspect_container(&id, None::<InspectContainerOptions>).await {
                    Ok(inspected) => Ok(Some(view::container(inspected))),
                    // Removed since it was listed.
                    Err(error) => match self.attempt("inspecting", &id).failed(error) {
                        ContainersError::NotFound { .. } => Ok(None),
                        other => Err(other),
                    },
                }
            })
            .buffer_unordered(INSPECTIONS_MAX)
            .try_filter_map(|container| futures::future::ready(Ok(container)))
            .try_collect()
            .await?;
        containers.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(containers)
    }

    async fn restart(&self, id: &str, grace: Duration) -> Result<(), ContainersError> {
        let timeout = self.timeout + grace;
        let docker = self.docker.clone().with_timeout(timeout);
        restart::restart(&docker, Attempt { timeout, ..self.attempt("restarting", id) }, grace).await
    }

    async fn stats(&self, id: &str) -> Result<ContainerStats, ContainersError> {
        stats::measure(&self.docker, self.attempt("measuring", id), &self.samples).await
    }

    async fn events(&self, labels: &[(&str, &str)], since: Timestamp) -> Result<ContainerEventStream, ContainersError> {
        let attempt = self.attempt("listening to events of", "*");
        // The stream itself says nothing until something happens; a ping tells at once whether anybody is there.
        self.docker.ping().await.map_err(|error| attempt.failed(error))?;
        Ok(events::listen(self.docker.clone(), label_filter(labels), since))
    }
}

/// Docker's filter for containers that carry all of these labels.
fn label_filter(labels: &[(&str, &str)]) -> HashMap<String, Vec<String>> {
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    if labels.is_empty() { HashMap::new() } else { HashMap::from([("label".to_owned(), labels)]) }
}
