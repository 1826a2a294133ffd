//! Bringing a container back from whatever state it is in.
//!
//! Docker's own restart verb fails on a paused container and asks a hung process politely first. Here a paused one is
//! thawed and killed, a hung one is killed at once when the grace is zero, and an ended one is simply started.

use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;
use bollard::query_parameters::{
    InspectContainerOptions, KillContainerOptions, StartContainerOptions, StopContainerOptions, WaitContainerOptions,
};
use futures::StreamExt;
use tge_ports::{ContainerState, ContainersError};

use crate::error::Attempt;
use crate::view;

pub(crate) async fn restart(docker: &Docker, attempt: Attempt<'_>, grace: Duration) -> Result<(), ContainersError> {
    let failed = |error| attempt.failed(error);
    let inspected = docker.inspect_container(attempt.id, None::<InspectContainerOptions>).await.map_err(failed)?;
    match view::life(inspected.state.as_ref()) {
        ContainerState::Created | ContainerState::Exited | ContainerState::Dead => {}
        ContainerState::Running if grace.is_zero() => kill(docker, attempt).await?,
        ContainerState::Paused => {
            // A frozen process cannot end; who froze it for long has lost its right to a grace.
            unless_conflict(docker.unpause_container(attempt.id).await).map_err(failed)?;
            kill(docker, attempt).await?;
        }
        // Stop, unlike kill, also calls off a restart that Docker itself has planned.
        ContainerState::Running | ContainerState::Restarting => {
            let secs = i32::try_from(grace.as_secs()).unwrap_or(i32::MAX);
            let options = StopContainerOptions { t: Some(secs), ..Default::default() };
            docker.stop_container(attempt.id, Some(options)).await.map_err(failed)?;
        }
    }
    docker.start_container(attempt.id, None::<StartContainerOptions>).await.map_err(failed)
}

/// SIGKILL, and the end of the process awaited.
async fn kill(docker: &Docker, attempt: Attempt<'_>) -> Result<(), ContainersError> {
    let options = KillContainerOptions { signal: "SIGKILL".to_owned() };
    unless_conflict(docker.kill_container(attempt.id, Some(options)).await).map_err(|error| attempt.failed(error))?;
    let options = WaitContainerOptions { condition: "not-running".to_owned() };
    let mut ended = docker.wait_container(attempt.id, Some(options));
    let waited = tokio::time::timeout(attempt.timeout, ended.next()).await;
    match waited {
        Err(_) => Err(attempt.failed(Error::RequestTimeoutError)),
        // An exit code other than zero comes as an error, and is what a killed process has.
        Ok(None | Some(Ok(_) | Err(Error::DockerContainerWaitError { .. }))) => Ok(()),
        Ok(Some(Err(error))) => Err(attempt.failed(error)),
    }
}

/// A conflict says that the container has already left the state it was found in, which is what was wanted.
fn unless_conflict(result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(Error::DockerResponseServerError { status_code: 409, .. }) => Ok(()),
        other => other,
    }
}
