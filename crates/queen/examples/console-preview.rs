//! Serves the console over a seeded store, to look at: prints the address that opens it, and ends with stdin.
//!
//! `cargo run -p tge-queen --example console-preview [-- --demo]`. Each few seconds one more event is committed, so that
//! pages have something to follow. The browser tests run against it.

#[path = "../tests/console/seed.rs"]
mod seed;

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use tge_local::{LocalBus, ManualClock, SystemClock, SystemEntropy};
use tge_ports::Clock;
use tge_queen::Parts;
use tge_service::{Context, OnError, Secret, Telemetry, serve};

/// How often an event is added.
const EACH: Duration = Duration::from_secs(4);
/// How long before now the seeded story begins.
const STORY: Duration = Duration::from_secs(150 * 60);

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(preview());
}

async fn preview() {
    let demo = std::env::args().any(|argument| argument == "--demo");
    let data = tempfile::tempdir().expect("a directory");
    let file = data.path().join("tge.sqlite");
    let story = Arc::new(ManualClock::new(SystemClock.now().minus(STORY)));
    let stores = tge_store::sqlite::open(&file, story.clone()).await.expect("a store");
    let seeded = seed::fill(&stores, &story).await;
    drop(stores);
    let stores = tge_store::sqlite::open(&file, Arc::new(SystemClock)).await.expect("the store again");

    let context = Context::new("console-preview", Arc::new(SystemClock), Arc::new(SystemEntropy));
    let telemetry = Telemetry::init("console-preview", "warn", "pretty", None).expect("telemetry");
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let served = serve(&context, listener, telemetry);
    let parts = Parts {
        stores: stores.clone(),
        bus: Arc::new(LocalBus::new(Duration::from_secs(60))),
        catalog: Arc::new(seed::catalog()),
        memory: tge_proto::in_process(tonic::service::Routes::default()),
        holder: "console-preview".to_owned(),
        login_token: Some(Secret::new("once-preview".to_owned())),
        demo,
        registration: None,
    };
    served.install(tge_queen::app(&context, parts)).await;
    let mut out = std::io::stdout();
    writeln!(out, "http://{address}/login?token=once-preview").expect("stdout");
    writeln!(out, "event /events/{}", seeded.lumen).expect("stdout");
    writeln!(out, "demo /events/{}", seeded.demo).expect("stdout");
    writeln!(out, "hostile /events/{}", seeded.hostile).expect("stdout");
    out.flush().expect("stdout");

    let (task, stop) = (context.clone(), context.stop.clone());
    context.spawn("story", OnError::Log, async move {
        let mut number = 1_000;
        while task.sleep(EACH).await {
            number += 1;
            seed::agents(&stores, SystemClock.now()).await;
            seed::another(&stores, SystemClock.now(), number).await;
        }
    });
    // Whoever started it holds its stdin; when they go, it goes.
    let held = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    held.await.expect("the reader does not panic").expect("stdin");
    stop.cancel();
    context.drained(Duration::from_secs(3)).await;
}
