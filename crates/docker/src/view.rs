//! What Docker tells of a container, in the port's words.

use bollard::models::{
    ContainerInspectResponse, ContainerState as DockerState, ContainerStateStatusEnum, HealthStatusEnum,
};
use tge_model::Timestamp;
use tge_ports::{Container, ContainerHealth, ContainerState};

/// A container from its inspection; only that, and not the list, tells health and exit.
pub(crate) fn container(inspected: ContainerInspectResponse) -> Container {
    let state = inspected.state.as_ref();
    let config = inspected.config.unwrap_or_default();
    let ended = |state: &&DockerState| {
        matches!(
            state.status,
            Some(
                ContainerStateStatusEnum::EXITED
                    | ContainerStateStatusEnum::DEAD
                    | ContainerStateStatusEnum::RESTARTING
                    | ContainerStateStatusEnum::REMOVING
            )
        )
    };
    Container {
        id: inspected.id.unwrap_or_default(),
        name: inspected.name.unwrap_or_default().trim_start_matches('/').to_owned(),
        image: config.image.or(inspected.image).unwrap_or_default(),
        state: life(state),
        health: health(state),
        labels: config.labels.unwrap_or_default().into_iter().collect(),
        exit_code: state.filter(ended).and_then(|state| state.exit_code),
        oom_killed: state.and_then(|state| state.oom_killed).unwrap_or(false),
        started_at: state.and_then(|state| state.started_at.as_deref()).and_then(started),
        restarts: inspected.restart_count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
    }
}

pub(crate) fn life(state: Option<&DockerState>) -> ContainerState {
    match state.and_then(|state| state.status) {
        Some(ContainerStateStatusEnum::RUNNING | ContainerStateStatusEnum::STOPPING) => ContainerState::Running,
        Some(ContainerStateStatusEnum::PAUSED) => ContainerState::Paused,
        Some(ContainerStateStatusEnum::RESTARTING) => ContainerState::Restarting,
        Some(ContainerStateStatusEnum::EXITED) => ContainerState::Exited,
        Some(ContainerStateStatusEnum::DEAD | ContainerStateStatusEnum::REMOVING) => ContainerState::Dead,
        Some(ContainerStateStatusEnum::CREATED | ContainerStateStatusEnum::EMPTY) | None => ContainerState::Created,
    }
}

fn health(state: Option<&DockerState>) -> ContainerHealth {
    match state.and_then(|state| state.health.as_ref()).and_then(|health| health.status) {
        Some(HealthStatusEnum::STARTING) => ContainerHealth::Starting,
        Some(HealthStatusEnum::HEALTHY) => ContainerHealth::Healthy,
        Some(HealthStatusEnum::UNHEALTHY) => ContainerHealth::Unhealthy,
        Some(HealthStatusEnum::NONE | HealthStatusEnum::EMPTY) | None => ContainerHealth::None,
    }
}

/// Docker writes the year 1 for a container that was never started.
fn started(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).ok().filter(|at| *at > Timestamp::EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_1_is_never() {
        assert_eq!(started("0001-01-01T00:00:00Z"), None);
        assert_eq!(started("2026-04-30T12:00:00.123456789Z"), Timestamp::parse("2026-04-30T12:00:00.123456Z").ok());
    }

    #[test]
    fn every_state_of_docker_has_a_word() {
        for (status, expected) in [
            (Some(ContainerStateStatusEnum::CREATED), ContainerState::Created),
            (Some(ContainerStateStatusEnum::RUNNING), ContainerState::Running),
            (Some(ContainerStateStatusEnum::PAUSED), ContainerState::Paused),
            (Some(ContainerStateStatusEnum::RESTARTING), ContainerState::Restarting),
            (Some(ContainerStateStatusEnum::REMOVING), ContainerState::Dead),
            (Some(ContainerStateStatusEnum::EXITED), ContainerState::Exited),
            (Some(ContainerStateStatusEnum::DEAD), ContainerState::Dead),
            (None, ContainerState::Created),
        ] {
            let state = DockerState { status, ..DockerState::default() };
            assert_eq!(life(Some(&state)), expected, "{status:?}");
        }
    }
}
