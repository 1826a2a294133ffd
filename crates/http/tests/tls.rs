//! The client against servers with certificates: believed when an authority vouches for the very name, refused otherwise.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use tge_http::{Config, GuardedClient, Lookup, authorities};
use tge_model::Timestamp;
use tge_ports::{Clock, Fetch, FetchError, FetchRequest, FetchResponse};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// The server's address; let through on purpose.
const HERE: &str = "127.0.0.3";

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_780_000_000)
    }
}

/// Every name is here.
struct Here;

#[async_trait::async_trait]
impl Lookup for Here {
    async fn lookup(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(vec![HERE.parse().expect("an address")])
    }
}

/// A server for `feed.test`, and the authority that vouches for it.
struct Server {
    port: u16,
    authority: String,
    _tasks: JoinSet<()>,
}

impl Server {
    async fn start() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, key).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let leaf = CertificateParams::new(vec!["feed.test".to_owned()]).expect("a name");
        let leaf = leaf.signed_by(&key, &authority).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the versions fit the provider")
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .expect("the key fits the certificate");
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind((HERE, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                open.spawn(async move {
                    // A client that does not believe us ends the handshake.
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = TowerToHyperService::new(routes());
                    let server = auto::Builder::new(TokioExecutor::new());
                    drop(server.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
        Self { port, authority: authority.pem(), _tasks: tasks }
    }

    /// A page, asked by a client that trusts `pem`.
    async fn ask(&self, host: &str, path: &str, pem: Option<&str>) -> Result<FetchResponse, FetchError> {
        let authorities = pem.map(|pem| authorities(pem.as_bytes()).expect("PEM")).unwrap_or_default();
        let config =
            Config { allow_nets: vec!["127.0.0.3/32".parse().expect("a net")], authorities, ..Config::default() };
        let client = GuardedClient::new(config, Arc::new(Here), Arc::new(Still)).expect("a client");
        let url = format!("https://{host}:{}{path}", self.port);
        client.fetch(FetchRequest { obey_robots: false, ..FetchRequest::get(&url) }).await
    }
}

fn routes() -> Router {
    Router::new().fallback(async |request: Request| match request.uri().path() {
        "/plain" => Redirect::temporary("http://127.0.0.1:9/secret").into_response(),
        _ => (StatusCode::OK, format!("{:?}", request.version())).into_response(),
    })
}

#[tokio::test]
async fn a_name_that_is_vouched_for_is_read_over_http_2() {
    let server = Server::start().await;
    let answer = server.ask("feed.test", "/", Some(&server.authority)).await.expect("an answer");
    assert_eq!((answer.status, &answer.body[..]), (200, &b"HTTP/2.0"[..]));
}

#[tokio::test]
async fn nobody_else_is_believed() {
    let server = Server::start().await;
    let another = Server::start().await;
    for (why, host, pem) in [
        ("an unknown authority", "feed.test", None),
        ("another authority of the same sort", "feed.test", Some(another.authority.as_str())),
        ("another name", "other.test", Some(server.authority.as_str())),
    ] {
        match server.ask(host, "/", pem).await {
            Err(FetchError::Unreachable { reason, .. }) => assert!(reason.contains("certificate"), "{why}: {reason}"),
            other => panic!("{why}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_redirect_from_https_is_judged_like_any_other() {
    let server = Server::start().await;
    let sent = server.ask("feed.test", "/plain", Some(&server.authority)).await;
    assert!(matches!(sent, Err(FetchError::Refused { .. })), "{sent:?}");
}

#[test]
fn what_holds_no_certificate_is_refused() {
    for text in ["", "nothing", "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n"] {
        let error = authorities(text.as_bytes()).expect_err(text).to_string();
        assert!(error.contains("BEGIN CERTIFICATE"), "{error}");
    }
}
