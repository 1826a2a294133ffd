//! Looking whether something answers: a connection accepted, or a page without complaint.

use std::time::Duration;

use tge_service::deadline::{Elapsed, within};
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::registrant::{Check, Registrant};

/// The longest a healthy service takes.
const PATIENCE: Duration = Duration::from_secs(3);
/// A status line is shorter than this.
const HEAD_BYTES_MAX: u64 = 256;

/// Why it counts as down.
#[derive(Debug, Error)]
pub(crate) enum Down {
    #[error("{attempted} {target}")]
    Io {
        attempted: &'static str,
        target: String,
        #[source]
        source: std::io::Error,
    },
    #[error("{target} does not answer")]
    Late {
        target: String,
        #[source]
        source: Elapsed,
    },
    #[error("GET {path} at {target} answered {head:?}")]
    Answer { target: String, path: String, head: String },
}

/// Looks once. Answers in words what was seen.
pub(crate) async fn probe(registrant: &Registrant) -> Result<String, Down> {
    let target = format!("{}:{}", registrant.host, registrant.port);
    let looked = within("the probe", PATIENCE, look(&target, registrant)).await;
    looked.map_err(|source| Down::Late { target, source })?
}

async fn look(target: &str, registrant: &Registrant) -> Result<String, Down> {
    let io = |attempted| move |source| Down::Io { attempted, target: target.to_owned(), source };
    let mut stream = TcpStream::connect(target).await.map_err(io("connecting to"))?;
    let Check::Http(path) = &registrant.check else { return Ok("accepts connections".to_owned()) };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.map_err(io("asking"))?;
    let mut head = Vec::new();
    stream.take(HEAD_BYTES_MAX).read_to_end(&mut head).await.map_err(io("reading from"))?;
    let head = String::from_utf8_lossy(&head);
    let line = head.lines().next().unwrap_or_default();
    let status = line.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|code| code.parse::<u16>().ok());
    match status {
        Some(status @ 100..400) => Ok(format!("GET {path} answered {status}")),
        _ => Err(Down::Answer { target: target.to_owned(), path: path.clone(), head: line.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use tge_service::chain;
    use tokio::net::TcpListener;

    use super::*;

    /// A server that answers one connection so.
    async fn server(answer: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        #[expect(clippy::disallowed_methods, reason = "a test's own server")]
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1024];
            drop(stream.read(&mut asked).await);
            drop(stream.write_all(answer.as_bytes()).await);
        });
        port
    }

    fn registrant(port: u16, check: Check) -> Registrant {
        Registrant { name: "it".to_owned(), host: "127.0.0.1".to_owned(), port, check }
    }

    #[tokio::test]
    async fn up_and_down_are_told_apart() {
        let http = || Check::Http("/-/healthy".to_owned());
        let cases = [
            ("HTTP/1.1 200 OK\r\n\r\nfine", http(), Ok("GET /-/healthy answered 200")),
            ("HTTP/1.0 302 Found\r\n\r\n", http(), Ok("GET /-/healthy answered 302")),
            ("HTTP/1.1 503 Service Unavailable\r\n\r\n", http(), Err("503")),
            ("-ERR unknown command\r\n", http(), Err("-ERR unknown command")),
            ("", http(), Err("answered \"\"")),
            ("", Check::Tcp, Ok("accepts connections")),
        ];
        for (answer, check, expected) in cases {
            let seen = probe(&registrant(server(answer).await, check)).await;
            match (seen, expected) {
                (Ok(note), Ok(expected)) => assert_eq!(note, expected),
                (Err(down), Err(expected)) => assert!(chain(&down).contains(expected), "{}", chain(&down)),
                (seen, _) => panic!("{answer:?}: {seen:?}"),
            }
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let down = probe(&registrant(port, Check::Tcp)).await.unwrap_err();
        assert!(chain(&down).contains("connecting to 127.0.0.1"), "{}", chain(&down));
    }

    #[tokio::test(start_paused = true)]
    async fn a_hung_service_is_down() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let down = probe(&registrant(port, Check::Http("/".to_owned()))).await.unwrap_err();
        assert!(matches!(down, Down::Late { .. }), "{}", chain(&down));
    }
}
