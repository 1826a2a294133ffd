//! Waiting for what must become true.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::Instant;

/// Looks again and again until `look` answers, at most for `limit`.
///
/// # Errors
/// What was waited for and how long, when it did not come.
pub async fn until<T>(
    what: impl Display,
    limit: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> Result<T, String> {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = look().await {
            return Ok(found);
        }
        if Instant::now() >= end {
            return Err(format!("waited {limit:?} in vain until {what}"));
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// Runs a test to its end on a runtime of its own.
///
/// # Panics
/// When the system gives no threads.
pub fn block_on<T>(test: impl Future<Output = T>) -> T {
    // The process's one TLS provider; a second installation is no harm.
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("the system gives a test two threads").block_on(test)
}
