//! Work that would hold up a thread on which others are served.

/// Does `work` on a thread that serves nobody, for what takes more than a few milliseconds of computing. Its panic is the
/// caller's.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}
