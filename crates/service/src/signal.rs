//! SIGTERM and SIGINT, turned into the stop signal of the context.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Waits for SIGTERM or SIGINT and cancels `stop`; ends, too, when somebody else cancels it.
pub async fn stop_on_signal(stop: CancellationToken) {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        tracing::error!("cannot listen for signals; only SIGKILL will end this process");
        return;
    };
    let name = tokio::select! {
        _ = term.recv() => "SIGTERM",
        _ = int.recv() => "SIGINT",
        () = stop.cancelled() => return,
    };
    tracing::info!(signal = name, "asked to stop");
    stop.cancel();
}
