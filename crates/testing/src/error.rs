//! Why a private server did not come up.

use std::path::PathBuf;

use thiserror::Error;

/// A private server that did not come up, or a tool of it that failed.
#[derive(Debug, Error)]
pub enum ServerError {
    /// The binary is not on this machine.
    #[error("{program} is not installed")]
    Missing {
        /// Which.
        program: &'static str,
    },
    /// A program could not be run, or a file not be made.
    #[error("{attempted} with {path}")]
    Io {
        /// What was attempted.
        attempted: &'static str,
        /// With which program or file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A program ran and said no.
    #[error("{program} failed: {said}")]
    Failed {
        /// Which.
        program: &'static str,
        /// Its own words.
        said: String,
    },
}
