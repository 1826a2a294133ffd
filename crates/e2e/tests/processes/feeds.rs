//! Real feeds: solo polls real files from a local server and stores exactly what they hold.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use tge_e2e::{Programs, Solo, shared, until};
use tge_model::{Arrival, Timestamp};
use tge_sources::{SourceFile, extract};

use crate::{data, items, text, trial};

/// Addresses of this machine that stand for as many hosts: one host is asked slowly, on purpose.
const HOSTS: usize = 16;
/// Every source is asked twice within this time.
const POLLED: Duration = Duration::from_secs(120);

struct Page {
    bytes: Vec<u8>,
    content_type: &'static str,
}

type Pages = Arc<BTreeMap<String, Page>>;

pub(crate) fn trials(programs: &Programs) -> Vec<Trial> {
    let missing = shared("eval/feeds").is_none();
    vec![trial("feeds::stored_as_extracted", programs, polled).with_ignored_flag(missing)]
}

#[expect(clippy::print_stdout, reason = "the counts are what the test is for")]
async fn polled(programs: Programs) -> Result<(), Failed> {
    let pages = pages()?;
    let mut hosts = Vec::new();
    for host in 1..=HOSTS {
        hosts.push(serve(host, pages.clone()).await?);
    }
    let (kept, data) = data();
    let folder = kept.path().join("sources");
    fs::create_dir_all(&folder)?;
    let mut expected = BTreeMap::new();
    for (n, (path, page)) in pages.iter().enumerate() {
        let (name, url) = (format!("feed-{n}"), format!("http://{}/{path}", hosts[n % HOSTS]));
        let yaml = format!("version: 1\nname: {name}\nkind: feed\nurl: {url}\nowner: {name}\ntier: press\nevery: 3s\n");
        fs::write(folder.join(format!("{name}.yaml")), &yaml)?;
        let source = SourceFile::parse(&yaml, &name)?;
        let held = extract(&source, &page.bytes, Some(page.content_type), &url).map(|extracted| {
            let at = Timestamp::from_micros(0);
            let observe =
                |item: &tge_sources::Item| item.observe(&source.source, at, None, Arrival::Live, None).id.to_string();
            extracted.items.iter().map(observe).collect::<HashSet<String>>()
        });
        expected.insert(name, (path.clone(), held.map_err(|error| error.to_string())));
    }
    let folder = folder.display().to_string();
    let arguments = ["--sources", folder.as_str(), "--allow-net", "127.0.0.0/8"];
    let solo = Solo::start(&programs, &data, &arguments).await?;
    until("every source was asked twice", POLLED, async || {
        let sources = solo.read("/api/v1/sources").await.ok()?;
        let twice = |source: &Value| source["health"]["polls"].as_u64() >= Some(2);
        items(&sources["sources"]).all(twice).then_some(())
    })
    .await?;

    let (mut documents, mut healthy, mut failing, mut unchanged) = (0, 0, 0, 0);
    let sources = solo.read("/api/v1/sources").await?;
    for source in items(&sources["sources"]) {
        let (name, health) = (text(&source["name"]), &source["health"]);
        let (path, held) = expected.get(name).ok_or("a source nobody configured")?;
        let stored = solo.all(&format!("/api/v1/observations?source={name}"), "observations").await?;
        let stored: HashSet<String> = stored
            .iter()
            .map(|one| text(&one["observation"]["name"]).trim_start_matches("observations/").to_owned())
            .collect();
        match held {
            Ok(held) => {
                healthy += 1;
                assert_eq!(health["state"], "healthy", "{path}: {health}");
                assert_eq!(&stored, held, "{path}: {} stored, {} extracted", stored.len(), held.len());
                assert_eq!(health["observations"].as_u64(), u64::try_from(held.len()).ok(), "{path}: {health}");
                assert!(health["not_modified"].as_u64() >= Some(1), "{path}: asked again without its ETag: {health}");
                documents += held.len();
                unchanged += 1;
            }
            Err(why) => {
                failing += 1;
                assert_eq!(health["state"], "failing", "{path}: {health}");
                assert!(text(&health["error"]).contains(why.as_str()), "{path}: {health}, expected {why}");
                assert!(stored.is_empty(), "{path}");
            }
        }
    }
    println!(
        "feeds: {} real files, {healthy} healthy with {documents} documents as extracted, {unchanged} then 304, \
         {failing} with a clear error",
        pages.len()
    );
    assert!(healthy > 100, "most real feeds can be read");
    Ok(())
}

fn pages() -> Result<Pages, Failed> {
    let feeds = shared("eval/feeds").ok_or("the feeds were here a moment ago")?;
    let mut pages = BTreeMap::new();
    for (folder, content_type) in
        [("rss", "application/xml"), ("atom", "application/xml"), ("json", "application/json")]
    {
        for file in fs::read_dir(feeds.join(folder))? {
            let file = file?;
            let name = format!("{folder}/{}", file.file_name().to_string_lossy());
            pages.insert(name, Page { bytes: fs::read(file.path())?, content_type });
        }
    }
    Ok(Arc::new(pages))
}

async fn serve(host: usize, pages: Pages) -> Result<SocketAddr, Failed> {
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.{host}:0")).await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/{*path}", get(page)).with_state(pages);
    // Ends with the test's runtime.
    drop(tokio::task::spawn(async move { axum::serve(listener, router).await }));
    Ok(address)
}

async fn page(State(pages): State<Pages>, UrlPath(path): UrlPath<String>, headers: HeaderMap) -> Response {
    let Some(page) = pages.get(&path) else { return StatusCode::NOT_FOUND.into_response() };
    let etag = format!("\"{}-{}\"", path.len(), page.bytes.len());
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(header::CONTENT_TYPE, page.content_type.to_owned()), (header::ETAG, etag)], page.bytes.clone()).into_response()
}
