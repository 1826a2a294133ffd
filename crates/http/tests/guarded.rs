//! The client against servers that misbehave, on loopback addresses that were let through on purpose.

#[path = "guarded/server.rs"]
mod server;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tge_http::{Config, GuardedClient, Lookup, SizeLimits};
use tge_model::Timestamp;
use tge_ports::{Clock, Fetch, FetchError, FetchRequest, FetchResponse, Method};

use server::{Server, Step, answer, page};

/// A clock that stands still: dates in headers are compared with it.
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::parse("2026-04-30T12:00:00Z").expect("a moment")
    }
}

/// A resolver that answers each question with the next of its lists.
struct Names {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

#[async_trait::async_trait]
impl Lookup for Names {
    async fn lookup(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        if self.answers.is_empty() || !host.ends_with(".test") {
            return Err(std::io::Error::other("no such name"));
        }
        Ok(self.answers[asked % self.answers.len()].clone())
    }
}

fn client(config: Config, answers: &[&[&str]]) -> GuardedClient {
    let answers = answers.iter().map(|list| list.iter().map(|a| a.parse().expect("address")).collect()).collect();
    let names = Names { answers, asked: AtomicUsize::new(0) };
    GuardedClient::new(config, Arc::new(names), Arc::new(Still)).expect("a client")
}

/// Lets through the address of the well-behaved, 127.0.0.2; 127.0.0.1 stays forbidden.
fn open() -> Config {
    Config { allow_nets: vec!["127.0.0.2/32".parse().expect("net")], ..Config::default() }
}

fn get(url: &str) -> FetchRequest {
    FetchRequest { obey_robots: false, ..FetchRequest::get(url) }
}

async fn fetch(server: &Server, path: &str) -> Result<FetchResponse, FetchError> {
    client(open(), &[]).fetch(get(&server.url(path))).await
}

#[tokio::test]
async fn validators_go_out_and_come_back() {
    let server = Server::start("127.0.0.2", |request| {
        if request.contains("if-none-match: \"v1\"") && request.contains("if-modified-since: Thu, 30 Apr 2026 10:00:00 GMT") {
            return answer("304 Not Modified", "etag: \"v1\"\r\ncontent-encoding: gzip\r\n", b"");
        }
        let agent = request.contains("user-agent: tge-swarm/0.1 (+") && request.contains("accept-encoding: gzip, br, zstd, deflate");
        let headers = "etag: \"v1\"\r\nlast-modified: Thu, 30 Apr 2026 10:00:00 GMT\r\ncontent-type: text/xml; charset=koi8-r\r\n\
                       cache-control: max-age=90\r\n";
        answer(if agent { "200 OK" } else { "400 Bad" }, headers, b"<rss/>")
    })
    .await;
    let client = client(open(), &[]);
    let first = client.fetch(get(&server.url("/feed"))).await.expect("an answer");
    assert_eq!((first.status, first.etag.as_deref(), &first.body[..]), (200, Some("\"v1\""), &b"<rss/>"[..]));
    assert_eq!(first.content_type.as_deref(), Some("text/xml; charset=koi8-r"));
    assert_eq!(first.max_age, Some(Duration::from_secs(90)));
    let again = FetchRequest { etag: first.etag, last_modified: first.last_modified, ..get(&server.url("/feed")) };
    let second = client.fetch(again).await.expect("an answer");
    assert_eq!((second.status, second.body.len()), (304, 0));
}

#[tokio::test]
async fn nobody_reaches_a_private_address() {
    let private = Server::start("127.0.0.1", |_| page("secret")).await;
    let port = private.port;
    let targets = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://127.1:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f000001:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://name.test:{port}/"),
        "file:///etc/passwd".to_owned(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
    ];
    // Asked directly, and sent there by a server that may be asked.
    for target in targets {
        let client = client(open(), &[&["127.0.0.1", "::1", "10.0.0.1"]]);
        let direct = client.fetch(get(&target)).await;
        assert!(matches!(direct, Err(FetchError::Refused { .. })), "{target}: {direct:?}");
        let location = format!("location: {target}\r\n");
        let sender = Server::start("127.0.0.2", move |_| answer("302 Found", &location, b"")).await;
        let sent = client.fetch(get(&sender.url("/"))).await;
        assert!(matches!(sent, Err(FetchError::Refused { .. })), "{target}: {sent:?}");
    }
    assert_eq!(private.connections(), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let (private, public) = Server::pair("127.0.0.1", "127.0.0.2", |_| page("hello")).await;
    let client = client(open(), &[&["127.0.0.2"], &["127.0.0.1"]]);
    let mut reached = 0;
    for _ in 0..20 {
        match client.fetch(get(&format!("http://flip.test:{}/", public.port))).await {
            Ok(_) => reached += 1,
            Err(FetchError::Refused { reason, .. }) => assert!(reason.contains("--allow-net 127.0.0.1"), "{reason}"),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((reached, private.connections(), public.connections()), (10, 0, 10));
}

#[tokio::test]
async fn of_a_names_addresses_only_the_good_are_used() {
    let (private, public) = Server::pair("127.0.0.1", "127.0.0.2", |_| page("hello")).await;
    let client = client(open(), &[&["127.0.0.1", "127.0.0.2", "::1"]]);
    assert!(client.fetch(get(&format!("http://mixed.test:{}/", public.port))).await.is_ok());
    assert_eq!(private.connections(), 0);
    let unknown = client.fetch(get("http://name.invalid/")).await.expect_err("no such name").to_string();
    assert!(unknown.contains("name: the name name.invalid cannot be resolved: no such name"), "{unknown}");
}

#[tokio::test]
async fn redirects_end() {
    let server = Server::start("127.0.0.2", |request| {
        let left: u32 = request[5..6].parse().unwrap_or(9);
        match left {
            0 => page("there"),
            left => answer("301 Moved", &format!("location: /{}#part\r\n", left - 1), b""),
        }
    })
    .await;
    let good = fetch(&server, "/5").await.expect("five are followed");
    assert_eq!((good.url, &good.body[..]), (server.url("/0"), &b"there"[..]));
    let error = fetch(&server, "/6").await.expect_err("six are not").to_string();
    assert!(error.contains("more than 5 redirects"), "{error}");
    let stay = FetchRequest { follow_redirects: false, ..get(&server.url("/5")) };
    assert_eq!(client(open(), &[]).fetch(stay).await.expect("an answer").status, 301);
}

#[tokio::test]
async fn keys_do_not_travel_to_another_host() {
    let other =
        Server::start("127.0.0.2", |request| page(if request.contains("x-api-key") { "leaked" } else { "clean" }))
            .await;
    let location = format!("location: {}\r\n", other.url("/"));
    let first = Server::start("127.0.0.2", move |_| answer("307 Moved", &location, b"")).await;
    let request = FetchRequest { headers: vec![("X-Api-Key".into(), "k".into())], ..get(&first.url("/")) };
    assert_eq!(client(open(), &[]).fetch(request).await.expect("an answer").body, "clean");
}

#[tokio::test]
async fn posts_carry_their_body() {
    let server = Server::start("127.0.0.2", |request| {
        answer(
            if request.starts_with("POST /hook") && request.ends_with("\r\n\r\nhello") { "204 No" } else { "400 Bad" },
            "",
            b"",
        )
    })
    .await;
    let request = FetchRequest { method: Method::Post { body: Bytes::from("hello") }, ..get(&server.url("/hook")) };
    assert_eq!(client(open(), &[]).fetch(request).await.expect("an answer").status, 204);
}

#[tokio::test]
async fn too_much_is_refused() {
    let zeros = vec![0_u8; 30_000_000];
    let gzip = {
        use std::io::Write;
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        out.write_all(&zeros).expect("gzip");
        out.finish().expect("gzip")
    };
    let long = "x".repeat(1_000);
    let headers: String = (0..80).map(|n| format!("x-{n}: {long}\r\n")).collect();
    let server = Server::start("127.0.0.2", move |request| match &request[5..6] {
        "b" => answer("200 OK", "content-encoding: gzip\r\n", &gzip),
        "e" => vec![Step::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), Step::Forever(vec![b'x'; 65_536])],
        "l" => vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\nx".to_vec())],
        "h" => answer("200 OK", &headers, b"x"),
        "H" => vec![
            Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec()),
            Step::Forever(b"x-y: zzzzzzzzzzzzzzzzzzzzzzzzzzzzz\r\n".to_vec()),
        ],
        "d" => answer("200 OK", "content-encoding: gzip, gzip\r\n", &gzip),
        "u" => answer("200 OK", "content-encoding: compress\r\n", b"x"),
        "c" => vec![Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_vec())],
        _ => answer("200 OK", "content-encoding: gzip\r\n", b"not gzip at all"),
    })
    .await;
    let cases = [
        ("/bomb", "sent too much: the body grows more than 200 times"),
        ("/endless", "sent too much: the body is larger than 5242880 bytes"),
        ("/length", "sent too much: the body is larger than 5242880 bytes"),
        ("/header", "sent too much: its header is larger than 65536 bytes"),
        ("/Header", "cannot be reached: exchange"),
        ("/double", "it is encoded 2 times over (gzip, gzip), one time is taken"),
        ("/unknown", "its encoding \"compress\" is not one of"),
        ("/cut", "the connection broke off after 4 bytes"),
        ("/garbage", "it cannot be decompressed"),
    ];
    for (path, expected) in cases {
        let error = fetch(&server, path).await.expect_err(path).to_string();
        assert!(error.contains(expected), "{path}: {error}");
    }
}

#[tokio::test]
async fn the_decompressed_size_is_bounded_too() {
    let noise: Vec<u8> = (0..300_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let body = zstd::encode_all(&noise[..], 1).expect("zstd");
    let server = Server::start("127.0.0.2", move |_| answer("200 OK", "content-encoding: zstd\r\n", &body)).await;
    let sizes = SizeLimits { decompressed_bytes: 1_000_000, ..SizeLimits::default() };
    let error =
        client(Config { sizes, ..open() }, &[]).fetch(get(&server.url("/"))).await.expect_err("too much").to_string();
    assert!(error.contains("larger than 1000000 bytes once decompressed"), "{error}");
    assert_eq!(fetch(&server, "/").await.expect("within the bounds").body, noise);
}

#[tokio::test(start_paused = true)]
async fn slow_servers_are_left() {
    let server = Server::start("127.0.0.2", |request| match &request[5..6] {
        "s" => vec![Step::Wait(Duration::from_secs(3_600))],
        "t" => vec![
            Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec()),
            Step::Trickle(b"x".to_vec(), Duration::from_millis(500)),
        ],
        _ => vec![
            Step::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n".to_vec()),
            Step::Trickle(vec![b'x'; 2_000], Duration::from_secs(1)),
        ],
    })
    .await;
    for (path, expected) in [
        ("/silent", "the whole exchange may take 15s"),
        ("/trickle", "the body came slower than 1024 bytes a second"),
        ("/steady", "the whole exchange may take 15s"),
    ] {
        let error = fetch(&server, path).await.expect_err(path).to_string();
        assert!(error.contains(expected), "{path}: {error}");
    }
}

#[tokio::test]
async fn robots_are_obeyed_and_asked_once() {
    let server = Server::start("127.0.0.2", |request| match request.split(' ').nth(1) {
        Some("/robots.txt") => answer("200 OK", "", b"User-agent: *\nDisallow: /private\n"),
        _ => page("read"),
    })
    .await;
    let client = client(open(), &[]);
    for _ in 0..3 {
        assert_eq!(client.fetch(FetchRequest::get(&server.url("/open"))).await.expect("open").body, "read");
        let error = client.fetch(FetchRequest::get(&server.url("/private/x"))).await.expect_err("private");
        assert!(error.to_string().contains("robots.txt of 127.0.0.2 forbids it"), "{error}");
    }
    assert_eq!(server.connections(), 1 + 3);
    for (status, allowed) in
        [("404 Not Found", true), ("403 Forbidden", true), ("500 Oops", false), ("429 Slow", false)]
    {
        let server = Server::start("127.0.0.2", move |request| {
            if request.starts_with("GET /robots.txt") { answer(status, "", b"") } else { page("read") }
        })
        .await;
        assert_eq!(client.fetch(FetchRequest::get(&server.url("/"))).await.is_ok(), allowed, "{status}");
    }
}

#[tokio::test]
async fn a_host_that_says_later_is_left_alone() {
    let server = Server::start("127.0.0.2", |request| match request.split(' ').nth(1) {
        Some("/robots.txt") => answer("404 No", "", b""),
        _ => answer("429 Too Many", "retry-after: Thu, 30 Apr 2026 12:05:00 GMT\r\n", b""),
    })
    .await;
    let client = client(open(), &[]);
    let first = client.fetch(FetchRequest::get(&server.url("/a"))).await.expect("an answer");
    assert_eq!((first.status, first.retry_after), (429, Some(Duration::from_secs(300))));
    match client.fetch(FetchRequest::get(&server.url("/b"))).await {
        Err(FetchError::Limited { host, wait }) => assert!(host == "127.0.0.2" && wait > Duration::from_secs(290)),
        other => panic!("{other:?}"),
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_host_is_not_asked_too_often() {
    let server = Server::start("127.0.0.2", |request| {
        if request.starts_with("GET /robots.txt") { answer("404 No", "", b"") } else { page("read") }
    })
    .await;
    let config =
        Config { per_host_burst: 3, per_host_interval: Duration::from_secs(600), patience: Duration::ZERO, ..open() };
    let client = client(config, &[&["127.0.0.2"]]);
    let url = format!("http://polite.test:{}/", server.port);
    for _ in 0..3 {
        assert!(client.fetch(FetchRequest::get(&url)).await.is_ok());
    }
    assert!(matches!(client.fetch(FetchRequest::get(&url)).await, Err(FetchError::Limited { .. })));
    assert!(client.fetch(get(&url)).await.is_ok(), "what is delivered is not held back");
    for _ in 0..9 {
        let own = client.fetch(FetchRequest::get(&server.url("/"))).await;
        assert!(own.is_ok(), "an address let through on purpose is the operator's own: {own:?}");
    }
}

#[tokio::test]
async fn secrets_stay_out_of_errors() {
    let client = client(open(), &[]);
    for url in [
        "http://user:secret@10.0.0.1/?token=secret",
        "http://user:secret@127.0.0.2:1/?api_key=secret",
        "ftp://u:secret@h/",
    ] {
        let error = client.fetch(get(url)).await.expect_err(url).to_string();
        assert!(!error.contains("secret") && error.len() > 30, "{error}");
    }
}
