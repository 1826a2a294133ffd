//! Containers and their errors on the wire.

use std::time::Duration;

use tge_ports::{Container, ContainerEvent, ContainerHealth, ContainerState, ContainersError};
use tge_proto::convert::time;
use tge_proto::pb::actuator::v1 as pb;
use tge_service::chain;
use tonic::Status;

/// Labels that leave this process: ours. Others may hold anything.
const OURS: &str = "tge.";

pub(crate) fn container(container: &Container) -> pb::Container {
    let life = match container.state {
        ContainerState::Created => pb::Life::Created,
        ContainerState::Running => pb::Life::Running,
        ContainerState::Paused => pb::Life::Paused,
        ContainerState::Restarting => pb::Life::Restarting,
        ContainerState::Exited => pb::Life::Exited,
        ContainerState::Dead => pb::Life::Dead,
    };
    let health = match container.health {
        ContainerHealth::None => pb::Health::None,
        ContainerHealth::Starting => pb::Health::Starting,
        ContainerHealth::Healthy => pb::Health::Healthy,
        ContainerHealth::Unhealthy => pb::Health::Unhealthy,
    };
    pb::Container {
        id: container.id.clone(),
        name: container.name.clone(),
        image: container.image.clone(),
        life: life.into(),
        health: health.into(),
        labels: container
            .labels
            .iter()
            .filter(|(key, _)| key.starts_with(OURS))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
        exit_code: container.exit_code,
        oom_killed: container.oom_killed,
        start_time: container.started_at.map(time),
        restarts: container.restarts,
    }
}

pub(crate) fn event(event: ContainerEvent) -> pb::WatchEventsResponse {
    pb::WatchEventsResponse {
        container_id: event.id,
        container_name: event.name,
        action: event.action,
        time: Some(time(event.at)),
    }
}

/// An engine's refusal as a caller meets it.
pub(crate) fn status(error: &ContainersError) -> Status {
    let text = chain(error);
    match error {
        ContainersError::Unavailable { .. } => Status::unavailable(text),
        ContainersError::NotFound { .. } => Status::not_found(text),
        ContainersError::Refused { .. } => Status::failed_precondition(text),
        ContainersError::Timeout { .. } => Status::deadline_exceeded(text),
    }
}

/// A length of time from the wire; `None` where it is negative or none.
pub(crate) fn duration(wire: Option<prost_types::Duration>) -> Option<Duration> {
    Duration::try_from(wire?).ok()
}
