//! The `healthcheck` subcommand: asks this process's own `/ready`, so that the image needs no curl.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// Asks the process that listens on `listen`. `Err` says what it answered, or that it does not.
pub(crate) fn healthcheck(listen: SocketAddr) -> Result<(), String> {
    let target = if listen.ip().is_unspecified() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port())
    } else {
        listen
    };
    let answer = ask(target).map_err(|error| format!("{target} does not answer: {error}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if head.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(format!("{target} is not ready: {}", body.trim())) }
}

fn ask(target: SocketAddr) -> std::io::Result<String> {
    let limit = Duration::from_secs(3);
    let mut stream = TcpStream::connect_timeout(&target, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    stream.write_all(format!("GET /ready HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.take(64 * 1024).read_to_string(&mut answer)?;
    Ok(answer)
}
