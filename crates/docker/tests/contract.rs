//! The contract suite of container engines on Docker, and what only a real engine can do wrong.

use std::future::Future;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use libtest_mimic::{Arguments, Failed, Trial};
use tge_docker::DockerEngine;
use tge_model::Timestamp;
use tge_ports::contract::containers::{CASES, Scene, Stage};
use tge_ports::{ContainerHealth, ContainerState, Containers, ContainersError};
use tge_testing::docker::{DockerStage, SOCKET};
use tge_testing::proxy::UnixProxy;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let absent = DockerStage::open().is_none();
    let mut trials = Vec::new();
    for &(name, case) in CASES {
        let trial = Trial::test(name, move || run(async move { case(scene(name).await).await }));
        trials.push(trial.with_ignored_flag(absent));
    }
    trials.extend([
        Trial::test("health_is_seen_and_told", || run(health())).with_ignored_flag(absent),
        Trial::test("cpu_is_a_ratio_of_the_limit", || run(cpu())).with_ignored_flag(absent),
        Trial::test("a_crash_loop_is_called_off_and_started", || run(looping())).with_ignored_flag(absent),
        Trial::test("a_grace_is_kept_and_then_ended", || run(grace())).with_ignored_flag(absent),
        Trial::test("a_refused_start_tells_the_engine_s_words", || run(refused())).with_ignored_flag(absent),
        Trial::test("a_cut_event_stream_loses_and_repeats_nothing", || run(cut())).with_ignored_flag(absent),
        Trial::test("a_hung_engine_is_a_timeout", || run(hung())).with_ignored_flag(absent),
        Trial::test("an_absent_engine_is_unavailable", || run(away())),
    ]);
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn run(trial: impl Future<Output = ()>) -> Result<(), Failed> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(trial);
    Ok(())
}

async fn scene(name: &str) -> Scene {
    let (engine, stage) = open().await;
    // The process id keeps two runs on one machine apart; names are at most 64 letters.
    let mark = format!("tge-t{}-{}", std::process::id(), name.get(..20).unwrap_or(name));
    Scene { engine: Arc::new(engine), stage: Arc::new(stage), mark }
}

async fn open() -> (DockerEngine, DockerStage) {
    let engine = DockerEngine::connect(SOCKET).await.expect("connects");
    (engine, DockerStage::open().expect("was there a moment ago"))
}

fn mark(name: &str) -> String {
    format!("tge-t{}-{name}", std::process::id())
}

async fn health() {
    let (engine, stage) = open().await;
    let mark = mark("ill");
    let labels = [("tge.test", mark.as_str())];
    let since = stage.now().await;
    let options = ["--health-cmd=/bin/false", "--health-interval=1s", "--health-retries=1"];
    let id = stage.create_with(&mark, &labels, &options, &[]);
    stage.start(&id).await;
    let mut events = engine.events(&labels, since).await.expect("listens");
    let told = timeout(PATIENCE, async {
        while let Some(event) = events.next().await {
            if event.action == "health_status: unhealthy" {
                return event.id;
            }
        }
        String::new()
    });
    assert_eq!(told.await.expect("in time"), id);
    let found = engine.list(&labels).await.expect("lists");
    assert_eq!(found.first().map(|container| container.health), Some(ContainerHealth::Unhealthy), "{found:?}");
}

async fn cpu() {
    let (engine, stage) = open().await;
    let mark = mark("busy");
    let options = ["--cpus=0.1", "--memory=32m"];
    let id = stage.create_with(&mark, &[("tge.test", &mark)], &options, &["/bin/sh", "-c", "while :; do :; done"]);
    stage.start(&id).await;
    let stats = engine.stats(&id).await.expect("measures");
    // A tenth of a core, all of it used, unless the machine is very busy with others.
    assert!(stats.cpu_ratio > 0.3 && stats.cpu_ratio < 2.0, "{stats:?}");
    assert_eq!(stats.memory_limit_bytes, 32 << 20);
    assert!(stats.memory_bytes > 0 && stats.memory_bytes < stats.memory_limit_bytes, "{stats:?}");
}

async fn looping() {
    let (engine, stage) = open().await;
    let mark = mark("loop");
    let labels = [("tge.test", mark.as_str())];
    let id = stage.create_with(&mark, &labels, &["--restart=always"], &["/bin/false"]);
    let since = stage.now().await;
    stage.start(&id).await;
    // Docker's own pauses between restarts grow, so it is soon found between two.
    let found = timeout(PATIENCE, async {
        loop {
            let found = engine.list(&labels).await.expect("lists");
            if found.iter().any(|container| container.state == ContainerState::Restarting && container.restarts >= 2) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let found = found.await.expect("it loops");
    assert_eq!(found.first().and_then(|container| container.exit_code), Some(1), "{found:?}");
    let before = starts(&engine, &labels, since, 3).await;
    engine.restart(&id, Duration::ZERO).await.expect("from between two restarts");
    assert!(starts(&engine, &labels, since, before + 1).await > before);
}

/// Waits until a container was started `least` times, and counts.
async fn starts(engine: &DockerEngine, labels: &[(&str, &str)], since: Timestamp, least: usize) -> usize {
    let mut events = engine.events(labels, since).await.expect("listens");
    let mut starts = 0;
    while starts < least {
        starts += usize::from(next(&mut events).await.action == "start");
    }
    starts
}

async fn grace() {
    let (engine, stage) = open().await;
    let mark = mark("grace");
    // The first process of a container that does not ask for SIGTERM does not get it.
    let id = stage.create(&mark, &[("tge.test", &mark)]).await;
    stage.start(&id).await;
    let started = tokio::time::Instant::now();
    engine.restart(&id, Duration::from_secs(1)).await.expect("restarts");
    let took = started.elapsed();
    assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(15), "took {took:?}");
    let started = tokio::time::Instant::now();
    engine.restart(&id, Duration::ZERO).await.expect("restarts");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "took {took:?} without a grace");
}

async fn refused() {
    let (engine, stage) = open().await;
    let mark = mark("broken");
    let id = stage.create_with(&mark, &[("tge.test", &mark)], &[], &["/no/such/program"]);
    let error = engine.restart(&id, Duration::ZERO).await.expect_err("cannot start");
    assert!(matches!(error, ContainersError::Refused { .. }), "{error:?}");
    assert!(error.to_string().contains("/no/such/program"), "{error}");
}

async fn cut() {
    let (engine, stage) = open().await;
    let directory = tempfile::tempdir().expect("a directory");
    let proxy = UnixProxy::new(&directory.path().join("cut.sock"), Path::new(SOCKET));
    let path = proxy.path().to_str().expect("a plain path");
    let behind = DockerEngine::connect(path).await.expect("connects through the proxy");
    let mark = mark("cut");
    let labels = [("tge.test", mark.as_str())];
    let since = stage.now().await;
    let id = stage.create(&mark, &labels).await;
    let mut heard = behind.events(&labels, since).await.expect("listens");
    let mut told = vec![next(&mut heard).await];
    for round in 0..3 {
        stage.start(&id).await;
        told.push(next(&mut heard).await);
        if round == 1 {
            proxy.hang();
        } else {
            proxy.cut();
        }
        stage.crash(&id).await;
        proxy.mend();
        // A kill and the end it brings, both while nobody listened.
        told.push(next(&mut heard).await);
        told.push(next(&mut heard).await);
    }
    let mut whole = engine.events(&labels, since).await.expect("listens");
    for (index, event) in told.iter().enumerate() {
        assert_eq!(&next(&mut whole).await, event, "event {index} of {told:?}");
    }
    assert_eq!(told.len(), 10);
}

async fn next(heard: &mut tge_ports::ContainerEventStream) -> tge_ports::ContainerEvent {
    timeout(PATIENCE, heard.next()).await.expect("in time").expect("goes on")
}

async fn hung() {
    let (_, stage) = open().await;
    let directory = tempfile::tempdir().expect("a directory");
    let proxy = UnixProxy::new(&directory.path().join("hung.sock"), Path::new(SOCKET));
    let path = proxy.path().to_str().expect("a plain path");
    let engine = DockerEngine::connect_within(path, Duration::from_secs(1)).await.expect("connects");
    proxy.hang();
    let listed = timeout(PATIENCE, engine.list(&[])).await.expect("in time");
    assert!(matches!(&listed, Err(ContainersError::Timeout { waited, .. }) if waited.as_secs() == 1), "{listed:?}");
    let connected =
        timeout(PATIENCE, DockerEngine::connect_within(path, Duration::from_secs(1))).await.expect("in time");
    assert!(matches!(connected, Err(ContainersError::Timeout { .. })), "{connected:?}");
    drop(stage);
}

async fn away() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("none.sock");
    let error = DockerEngine::connect(path.to_str().expect("a plain path")).await.expect_err("nobody there");
    assert!(matches!(error, ContainersError::Unavailable { .. }), "{error:?}");
    assert!(error.to_string().contains("none.sock"), "{error}");
}
