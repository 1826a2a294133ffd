//! A wire that tests can cut, between a client and a server on a unix socket.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What becomes of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    Whole,
    /// Open ones are closed, new ones closed at once.
    Cut,
    /// New ones are accepted and never answered.
    Hung,
}

/// A unix socket that forwards to another one, until it is cut. Must be made inside a tokio runtime.
#[derive(Debug)]
pub struct UnixProxy {
    path: PathBuf,
    wire: watch::Sender<Wire>,
    _accepting: JoinSet<()>,
}

// === impl UnixProxy ===

impl UnixProxy {
    /// Listens at `path` for `server`.
    ///
    /// # Panics
    /// When `path` cannot be listened at.
    pub fn new(path: &Path, server: &Path) -> Self {
        let listener = UnixListener::bind(path).expect("the socket's directory is the test's own");
        let (wire, state) = watch::channel(Wire::Whole);
        let server: Arc<Path> = server.into();
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                open.spawn(forward(client, Arc::clone(&server), state.clone()));
            }
        });
        Self { path: path.to_owned(), wire, _accepting: accepting }
    }

    /// Where it listens.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes every connection and refuses new ones.
    pub fn cut(&self) {
        self.wire.send_replace(Wire::Cut);
    }

    /// Closes every connection; new ones hang.
    pub fn hang(&self) {
        self.wire.send_replace(Wire::Hung);
    }

    /// Forwards again.
    pub fn mend(&self) {
        self.wire.send_replace(Wire::Whole);
    }
}

async fn forward(mut client: UnixStream, server: Arc<Path>, mut wire: watch::Receiver<Wire>) {
    let now = *wire.borrow_and_update();
    match now {
        Wire::Cut => {}
        // Held open, unread, until something changes.
        Wire::Hung => drop(wire.changed().await),
        Wire::Whole => {
            let Ok(mut server) = UnixStream::connect(&*server).await else { return };
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                _ = wire.changed() => {}
            }
        }
    }
}
