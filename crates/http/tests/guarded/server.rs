//! A server that says exactly what it is told to, one connection per request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What a server does with a connection.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    Forever(Vec<u8>),
    Trickle(Vec<u8>, Duration),
}

/// An answer with a length, after which the connection closes.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<Step> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n", body.len());
    // 204 and 304 have no body and no length.
    let head = if status.starts_with("204") || status.starts_with("304") {
        format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}\r\n")
    } else {
        head
    };
    vec![Step::Send([head.as_bytes(), body].concat())]
}

pub(crate) fn page(text: &str) -> Vec<Step> {
    answer("200 OK", "content-type: text/plain\r\n", text.as_bytes())
}

/// Serves until it is dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    address: String,
    connections: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start<F>(address: &str, respond: F) -> Self
    where
        F: Fn(&str) -> Vec<Step> + Send + Sync + 'static,
    {
        let listener = TcpListener::bind((address, 0)).await.expect("a free port");
        Self::serve(listener, address, Arc::new(respond))
    }

    /// Two servers on one port of two addresses.
    pub(crate) async fn pair<F>(first: &str, second: &str, respond: F) -> (Self, Self)
    where
        F: Fn(&str) -> Vec<Step> + Send + Sync + 'static,
    {
        let respond = Arc::new(respond);
        for _ in 0..100 {
            let one = TcpListener::bind((first, 0)).await.expect("a free port");
            let port = one.local_addr().expect("an address").port();
            if let Ok(two) = TcpListener::bind((second, port)).await {
                return (Self::serve(one, first, Arc::clone(&respond)), Self::serve(two, second, respond));
            }
        }
        panic!("no port is free on both addresses");
    }

    fn serve<F>(listener: TcpListener, address: &str, respond: Arc<F>) -> Self
    where
        F: Fn(&str) -> Vec<Step> + Send + Sync + 'static,
    {
        let port = listener.local_addr().expect("an address").port();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                open.spawn(talk(stream, Arc::clone(&respond)));
            }
        });
        Self { port, address: address.to_owned(), connections, _tasks: tasks }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}:{}{path}", self.address, self.port)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn talk<F: Fn(&str) -> Vec<Step>>(mut stream: TcpStream, respond: Arc<F>) {
    let mut request = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let Ok(read) = stream.read(&mut buffer).await else { return };
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request);
        let length = text
            .to_ascii_lowercase()
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.split("\r\n").next().and_then(|length| length.parse::<usize>().ok()));
        let whole = text.split_once("\r\n\r\n").is_some_and(|(_, body)| body.len() >= length.unwrap_or(0));
        if whole || read == 0 {
            break;
        }
    }
    // The client is expected to hang up in the middle of some of these.
    for step in respond(&String::from_utf8_lossy(&request)) {
        let done = match step {
            Step::Send(bytes) => stream.write_all(&bytes).await,
            Step::Wait(time) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
            Step::Forever(bytes) => loop {
                if let Err(error) = stream.write_all(&bytes).await {
                    break Err(error);
                }
            },
            Step::Trickle(bytes, every) => loop {
                tokio::time::sleep(every).await;
                if let Err(error) = stream.write_all(&bytes).await {
                    break Err(error);
                }
            },
        };
        if done.is_err() {
            return;
        }
    }
    drop(stream.shutdown().await);
}
