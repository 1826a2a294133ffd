//! A deadline around a future, as an error that says what took too long.

use std::future::Future;
use std::time::Duration;

use thiserror::Error;

/// Something took longer than it may.
#[derive(Debug, Clone, Error)]
#[error("{what} took longer than {limit:?}")]
pub struct Elapsed {
    /// What was waited for.
    pub what: &'static str,
    /// How long it may take.
    pub limit: Duration,
}

/// Waits for `future`, at most `limit`.
///
/// # Errors
/// [`Elapsed`] when the time is over; the future is dropped.
pub async fn within<T>(what: &'static str, limit: Duration, future: impl Future<Output = T>) -> Result<T, Elapsed> {
    tokio::time::timeout(limit, future).await.map_err(|_| Elapsed { what, limit })
}
