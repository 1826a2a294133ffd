//! What solo asks and tells: a server of the test's own on loopback.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;

/// Serves `router` on a free port of `host` until the test's runtime ends.
///
/// # Errors
/// When the address cannot be had.
#[expect(clippy::disallowed_methods, reason = "a test's runtime owns its tasks and ends with the test")]
pub async fn serve(host: &str, router: Router) -> Result<SocketAddr, String> {
    let failed = |error: std::io::Error| format!("cannot serve on {host}: {error}");
    let listener = TcpListener::bind((host, 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    drop(tokio::spawn(async move { axum::serve(listener, router).await }));
    Ok(address)
}
