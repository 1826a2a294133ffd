//! What can go wrong, and the exit code that tells it.

use std::path::PathBuf;

use thiserror::Error;

/// Why a command failed.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The swarm does not answer.
    #[error("cannot reach the swarm at {address}; is it running? set TGE_ADDR or --addr")]
    Unreachable {
        address: String,
        #[source]
        source: reqwest::Error,
    },
    /// The swarm answered with a problem.
    #[error("{title}: {detail}")]
    Refused { status: u16, title: String, detail: String },
    /// The answer is not what was expected.
    #[error("{address} answered something that is not the API of tge-swarm")]
    Answer {
        address: String,
        #[source]
        source: serde_json::Error,
    },
    /// A file cannot be read or written.
    #[error("cannot {attempted} {path}")]
    File {
        attempted: &'static str,
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// Some lines of a file are no documents; the rest was done.
    #[error("left out {left_out} of the lines of {path}, which hold no document; each is named above")]
    Documents { path: PathBuf, left_out: usize },
    /// What was asked for failed, for a reason of its own.
    #[error("cannot {attempted}")]
    Work {
        attempted: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The swarm answers, and is not well.
    #[error("{0}")]
    Unhealthy(String),
    /// Nothing can be printed any more.
    #[error("cannot print")]
    Print(#[from] std::io::Error),
}

impl Failure {
    /// For `map_err`.
    pub(crate) fn work<E>(attempted: impl Into<String>) -> impl FnOnce(E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let attempted = attempted.into();
        move |source| Self::Work { attempted, source: Box::new(source) }
    }

    /// The exit code that tells this failure.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Refused { status: 404, .. } => 3,
            Self::Unhealthy(_) => 4,
            Self::Unreachable { source, .. } if source.is_timeout() => 5,
            Self::Refused { status: 504, .. } => 5,
            Self::Refused { status: 409 | 412, .. } => 6,
            _ => 1,
        }
    }

    /// The failure and its causes in one line.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let next = error.to_string();
            if !text.contains(&next) {
                text.push_str(&format!(": {next}"));
            }
            cause = error.source();
        }
        text
    }
}
