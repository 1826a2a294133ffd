//! A sign of life asked for by ourselves.

use std::time::Duration;

use async_trait::async_trait;
use tge_proto::connect;
use tge_service::chain;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// Asks one address for a sign of life.
#[async_trait]
pub trait Probe: Send + Sync + 'static {
    /// `Err` says why there was none; it never waits longer than two seconds.
    async fn ask(&self, host: &str, port: u16) -> Result<(), String>;
}

/// gRPC health, and where that does not answer, `/live`.
///
/// A service that says it is not serving is alive: what it waits for is another's trouble. One that is still connecting
/// does not speak gRPC yet and answers `/live`.
#[derive(Debug, Clone, Copy, Default)]
pub struct WireProbe;

const PATIENCE: Duration = Duration::from_secs(2);

#[async_trait]
impl Probe for WireProbe {
    async fn ask(&self, host: &str, port: u16) -> Result<(), String> {
        let limit = |what: &str| format!("{what}: no answer within {:?}", PATIENCE / 2);
        let grpc = match tokio::time::timeout(PATIENCE / 2, grpc_health(host, port)).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(why)) => format!("gRPC health: {why}"),
            Err(_) => limit("gRPC health"),
        };
        match tokio::time::timeout(PATIENCE / 2, live(host, port)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!("{grpc}; /live: {error}")),
            Err(_) => Err(format!("{grpc}; {}", limit("/live"))),
        }
    }
}

async fn grpc_health(host: &str, port: u16) -> Result<(), String> {
    // A connection for each probe: whether new ones are accepted is part of the question.
    let rpc = connect(&format!("http://{host}:{port}"), PATIENCE).map_err(|error| chain(&error))?;
    match HealthClient::new(rpc).check(HealthCheckRequest { service: String::new() }).await {
        Ok(_) => Ok(()),
        Err(status) => match status.code() {
            // Not from the service itself, but from our side of the wire.
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled | Code::Unknown => Err(chain(&status)),
            _ => Ok(()),
        },
    }
}

async fn live(host: &str, port: u16) -> std::io::Result<()> {
    let mut stream = TcpStream::connect((host, port)).await?;
    stream.write_all(format!("GET /live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    if head == *b"HTTP/1.1 200" {
        return Ok(());
    }
    Err(std::io::Error::other(format!("it answered {:?}", String::from_utf8_lossy(&head))))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn probed(answer: &'static [u8]) -> Result<(), String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serve = async {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut asked = [0; 4];
                // The gRPC preface begins with PRI, which this server does not speak.
                if stream.read_exact(&mut asked).await.is_ok() && asked == *b"GET " {
                    stream.write_all(answer).await.unwrap();
                }
            }
        };
        tokio::select! {
            result = WireProbe.ask("127.0.0.1", port) => result,
            () = serve => unreachable!("it serves for ever"),
        }
    }

    #[tokio::test]
    async fn an_answer_from_the_live_page_is_a_sign_of_life() {
        assert_eq!(probed(b"HTTP/1.1 200 OK\r\n\r\nlive\n").await, Ok(()));
        let error = probed(b"HTTP/1.1 500 Oh\r\n\r\n").await.unwrap_err();
        assert!(error.contains("500"), "{error}");
    }

    #[tokio::test]
    async fn a_closed_port_is_none() {
        let port = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().port();
        let error = WireProbe.ask("127.0.0.1", port).await.unwrap_err();
        assert!(error.contains("gRPC health") && error.contains("/live"), "{error}");
    }
}
