//! What a person sees first: where the console is, what runs, what to do next.

use std::io::Write;
use std::net::SocketAddr;

use tge_service::{BootError, Secret};
use tge_sources::Catalog;

use crate::Started;
use crate::cli::Cli;

/// Prints the banner.
pub(crate) fn show(
    address: SocketAddr,
    cli: &Cli,
    catalog: &Catalog,
    login: &Secret,
    key: Option<&str>,
    demo: bool,
) -> Started<()> {
    let sources = if demo {
        format!("{} sources of the demo world: nothing here is real", catalog.len())
    } else {
        format!("{} sources; each shows its own errors, the others go on", catalog.len())
    };
    let text = format!(
        "tge-swarm {version}\n\
         \x20 console   http://{address}/login?token={token}   (opens once; later log in with the API key)\n\
         \x20 API       http://{address}/api/v1/events   key in {key}\n\
         \x20 data      {data}\n\
         \x20 watching  {sources}\n",
        version = env!("CARGO_PKG_VERSION"),
        token = login.reveal(),
        key = key.unwrap_or("(the file api-key was removed)"),
        data = cli.data.display(),
    );
    print(&text)
}

/// Prints to stdout.
pub(crate) fn print(text: &str) -> Started<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|source| BootError::Failed { attempted: "print to stdout".to_owned(), source: source.into() })
}
