//! The demo world: a small internet of this program's own, on a loopback port, in which one token is launched.
//!
//! Nothing of it is faked on our side: the documents are served over HTTP, polled, detected and decided like any other.
//! Its sources are marked `demo`, and everything made of them carries the mark to the last page.

mod story;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ipnet::IpNet;
use tge_model::Timestamp;
use tge_ports::Clock;
use tge_service::{BootError, Context, OnError};
use tge_sources::{Catalog, parse_all};
use tokio::net::TcpListener;

use crate::Started;

/// The running demo world.
pub(crate) struct World {
    address: SocketAddr,
}

#[derive(Clone)]
struct Stage {
    clock: Arc<dyn Clock>,
    began_at: Timestamp,
}

impl World {
    /// Serves the world until the process stops; its story begins now.
    pub(crate) async fn start(context: &Context) -> Started<Self> {
        let failed = |source: std::io::Error| BootError::Failed {
            attempted: "serve the demo world on a loopback port".to_owned(),
            source: source.into(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let stage = Stage { clock: context.clock.clone(), began_at: context.clock.now() };
        let router = Router::new()
            .route("/wire.rss", get(async |State(stage), headers| answer(&stage, &headers, "wire")))
            .route("/daily.json", get(async |State(stage), headers| answer(&stage, &headers, "daily")))
            .route("/forge.atom", get(async |State(stage), headers| answer(&stage, &headers, "forge")))
            .route("/exchange.json", get(async |State(stage), headers| answer(&stage, &headers, "exchange")))
            .with_state(stage);
        let stop = context.stop.clone();
        context.spawn("demo world", OnError::Log, async move {
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await {
                tracing::error!(%error, "the demo world cannot be served");
            }
        });
        Ok(Self { address })
    }

    /// The network its address is in, for the fetch guard.
    pub(crate) fn network(&self) -> IpNet {
        IpNet::from(self.address.ip())
    }

    /// Its sources.
    pub(crate) fn catalog(&self) -> Started<Catalog> {
        let files = story::SOURCES.map(|(name, text)| (name, text.replace("{address}", &self.address.to_string())));
        let (mut sources, problems) = parse_all(&files);
        if let Some(problem) = problems.into_iter().next() {
            return Err(BootError::Config(Box::new(problem)));
        }
        for file in &mut sources {
            file.source.demo = true;
        }
        Ok(Catalog::new(sources))
    }
}

fn answer(stage: &Stage, headers: &HeaderMap, place: &str) -> Response {
    let elapsed = stage.clock.now().since(stage.began_at);
    let told: Vec<(&story::Scene, Timestamp)> = story::SCENES
        .iter()
        .filter(|scene| scene.place == place && Duration::from_secs(scene.at_secs) <= elapsed)
        .map(|scene| (scene, stage.began_at.plus(Duration::from_secs(scene.at_secs))))
        .collect();
    let etag = format!("\"{place}-{}\"", told.len());
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let (content_type, body) = story::page(place, &told);
    ([(header::CONTENT_TYPE, content_type.to_owned()), (header::ETAG, etag)], body).into_response()
}
