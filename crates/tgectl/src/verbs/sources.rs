//! Trying a source file without a swarm.

use std::path::Path;
use std::sync::Arc;

use ipnet::IpNet;
use serde_json::json;
use tge_http::{Config, GuardedClient, SystemLookup};
use tge_local::SystemClock;
use tge_ports::{Fetch, FetchRequest};
use tge_sources::{SourceFile, extract};

use crate::failure::Failure;
use crate::output::{Format, list, say};
use crate::verbs::read_text;

/// Reads a source file, asks the source once (or takes a recorded answer), and shows what would be extracted.
pub(crate) async fn test(
    file: &Path,
    body: Option<&Path>,
    allow_nets: Vec<IpNet>,
    format: Format,
) -> Result<(), Failure> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let source = SourceFile::parse(&read_text(file)?, &name).map_err(Failure::work("use the source file"))?;
    let (bytes, content_type, url) = match body {
        Some(path) => {
            let failed = |source| Failure::File { attempted: "read", path: path.to_owned(), source };
            (std::fs::read(path).map_err(failed)?, None, source.source.url.clone())
        }
        None => ask(&source, allow_nets).await?,
    };
    let extracted = extract(&source, &bytes, content_type.as_deref(), &url)
        .map_err(Failure::work(format!("extract documents of {}", source.source.name)))?;
    for problem in &extracted.problems {
        say(&format!("problem: {problem}"));
    }
    let items: Vec<_> = extracted
        .items
        .iter()
        .map(|item| {
            json!({
                "key": item.key,
                "published": item.published.map(|at| at.to_string()),
                "title": item.title,
                "url": item.url,
                "text": item.text,
                "lang": item.lang,
            })
        })
        .collect();
    say(&format!("{} documents, {} problems", items.len(), extracted.problems.len()));
    let columns = [("PUBLISHED", "published"), ("TITLE", "title"), ("URL", "url"), ("TEXT", "text")];
    list(&json!({ "items": items }), "items", &columns, format)
}

async fn ask(source: &SourceFile, allow_nets: Vec<IpNet>) -> Result<(Vec<u8>, Option<String>, String), Failure> {
    let config = Config { allow_nets, ..Config::default() };
    let client = GuardedClient::new(config, Arc::new(SystemLookup), Arc::new(SystemClock))
        .map_err(Failure::work("set up outgoing requests"))?;
    let mut request = FetchRequest::get(&source.source.url);
    request.headers = source.headers().to_vec();
    let attempted = format!("ask {}", source.source.name);
    let answer = client.fetch(request).await.map_err(Failure::work(attempted.clone()))?;
    if !(200..300).contains(&answer.status) {
        let detail = format!("{} answered HTTP {}", answer.url, answer.status);
        return Err(Failure::Refused { status: 502, title: attempted, detail });
    }
    Ok((answer.body.to_vec(), answer.content_type, answer.url))
}
