//! Bollard's errors, told apart as the port tells them.

use std::time::Duration;

use bollard::errors::Error;
use tge_ports::ContainersError;

/// What was attempted on what, for the error it may end in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub(crate) verb: &'static str,
    /// The container's id or name; `*` where the whole engine was asked.
    pub(crate) id: &'a str,
    pub(crate) socket: &'a str,
    pub(crate) timeout: Duration,
}

impl Attempt<'_> {
    /// The port's error for bollard's.
    pub(crate) fn failed(self, error: Error) -> ContainersError {
        let attempted = self.verb;
        let id = self.id.to_owned();
        match error {
            Error::DockerResponseServerError { status_code: 404, .. } => ContainersError::NotFound { attempted, id },
            Error::DockerResponseServerError { status_code, message } => {
                ContainersError::Refused { attempted, id, status: status_code, message }
            }
            Error::RequestTimeoutError => ContainersError::Timeout { attempted, id, waited: self.timeout },
            other => {
                ContainersError::Unavailable { attempted, target: self.socket.to_owned(), source: Box::new(other) }
            }
        }
    }

    /// Our own refusal, in the engine's words for a container in the wrong state.
    pub(crate) fn conflict(self, message: String) -> ContainersError {
        ContainersError::Refused { attempted: self.verb, id: self.id.to_owned(), status: 409, message }
    }
}
