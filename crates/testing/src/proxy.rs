//! Wires that tests can cut, between a client and a server.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What becomes of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Whole,
    /// Open ones are closed, new ones closed at once.
    Cut,
    /// New ones are accepted and never answered.
    Hung,
}

/// A wire; whole until it is cut.
#[derive(Debug)]
struct Wire {
    state: watch::Sender<State>,
    _accepting: JoinSet<()>,
}

/// A unix socket that forwards to another one, until it is cut. Must be made inside a tokio runtime.
#[derive(Debug)]
pub struct UnixProxy {
    path: PathBuf,
    wire: Wire,
}

/// A port of 127.0.0.1 that forwards to another one, until it is cut. Must be made inside a tokio runtime.
#[derive(Debug)]
pub struct TcpProxy {
    port: u16,
    wire: Wire,
}

// === impl UnixProxy ===

impl UnixProxy {
    /// Listens at `path` for `server`.
    ///
    /// # Panics
    /// When `path` cannot be listened at.
    pub fn new(path: &Path, server: &Path) -> Self {
        let listener = Arc::new(UnixListener::bind(path).expect("the socket's directory is the test's own"));
        let server: Arc<Path> = server.into();
        let accept = move || {
            let listener = Arc::clone(&listener);
            async move { listener.accept().await.map(|(client, _)| client) }
        };
        let wire = Wire::new(accept, move || {
            let server = Arc::clone(&server);
            async move { UnixStream::connect(&*server).await }
        });
        Self { path: path.to_owned(), wire }
    }

    /// Where it listens.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes every connection and refuses new ones.
    pub fn cut(&self) {
        self.wire.state.send_replace(State::Cut);
    }

    /// Closes every connection; new ones hang.
    pub fn hang(&self) {
        self.wire.state.send_replace(State::Hung);
    }

    /// Forwards again.
    pub fn mend(&self) {
        self.wire.state.send_replace(State::Whole);
    }
}

// === impl TcpProxy ===

impl TcpProxy {
    /// Listens at a free port for the server at another one.
    ///
    /// # Panics
    /// When the system gives no port.
    pub async fn new(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("the system gives a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let server = SocketAddr::from(([127, 0, 0, 1], server));
        let listener = Arc::new(listener);
        let accept = move || {
            let listener = Arc::clone(&listener);
            async move { listener.accept().await.map(|(client, _)| client) }
        };
        Self { port, wire: Wire::new(accept, move || TcpStream::connect(server)) }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Closes every connection and refuses new ones.
    pub fn cut(&self) {
        self.wire.state.send_replace(State::Cut);
    }

    /// Forwards again.
    pub fn mend(&self) {
        self.wire.state.send_replace(State::Whole);
    }
}

// === impl Wire ===

impl Wire {
    fn new<S, A, AF, C, CF>(accept: A, connect: C) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        A: Fn() -> AF + Send + Sync + 'static,
        AF: Future<Output = std::io::Result<S>> + Send,
        C: Fn() -> CF + Send + Sync + 'static,
        CF: Future<Output = std::io::Result<S>> + Send + 'static,
    {
        let (state, seen) = watch::channel(State::Whole);
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok(client) = accept().await {
                open.spawn(forward(client, connect(), seen.clone()));
            }
        });
        Self { state, _accepting: accepting }
    }
}

async fn forward<S>(
    mut client: S,
    server: impl Future<Output = std::io::Result<S>> + Send,
    mut wire: watch::Receiver<State>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let now = *wire.borrow_and_update();
    match now {
        State::Cut => {}
        // Held open, unread, until something changes.
        State::Hung => drop(wire.changed().await),
        State::Whole => {
            let Ok(mut server) = server.await else { return };
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                _ = wire.changed() => {}
            }
        }
    }
}
