//! What the bus carries and how it takes the death of a master, on a private cluster of this machine.
//!
//! `cargo run --release -p tge-redis --example measure`

use std::process::ExitCode;
use std::time::Duration;

use tge_ports::{Bus, Entropy};
use tge_redis::{RedisBus, RedisConfig};
use tge_testing::redis::Redis;
use tokio::time::Instant;

const BATCH: usize = 100;
const ENTRIES: usize = 20_000;
const CALLS: usize = 2_000;

/// One bus needs no randomness to be told from others.
struct Zero;

impl Entropy for Zero {
    fn fill(&self, into: &mut [u8]) {
        into.fill(0);
    }
}

#[expect(clippy::print_stdout, reason = "figures are what this program is for")]
fn main() -> ExitCode {
    let Some(redis) = Redis::cluster(None) else {
        println!("redis-server is not installed");
        return ExitCode::FAILURE;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for line in runtime.block_on(measure(redis)) {
        println!("{line}");
    }
    ExitCode::SUCCESS
}

async fn measure(mut redis: Redis) -> Vec<String> {
    let config = RedisConfig::new(&redis.addresses()).expect("addresses");
    let bus = RedisBus::connect(config, &Zero).await.expect("connects");
    let mut lines = Vec::new();
    let bodies: Vec<String> = (0..BATCH).map(|n| format!("observations/{n:032x}")).collect();

    let started = Instant::now();
    for _ in 0..ENTRIES / BATCH {
        bus.push("m", &bodies).await.expect("pushes");
    }
    lines.push(format!("push, batches of {BATCH}: {:.0} entries/s", rate(ENTRIES, started)));

    let started = Instant::now();
    let mut pulled = 0;
    while pulled < ENTRIES {
        let hints = bus.pull("m", "one", BATCH, Duration::from_secs(5)).await.expect("pulls");
        bus.ack("m", &hints).await.expect("acknowledges");
        pulled += hints.len();
    }
    lines.push(format!("pull and ack, batches of {BATCH}: {:.0} entries/s", rate(ENTRIES, started)));

    lines.push(wake(&bus).await);
    lines.push(format!("push of one, all masters alive: {}", calls(&bus).await));
    redis.kill(1);
    lines.push(format!("push of one, one master just killed: {}", calls(&bus).await));
    let started = Instant::now();
    redis.run(1);
    redis.wait_until_whole();
    let whole = started.elapsed();
    while bus.check().await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    lines.push(format!("master back: the cluster is whole after {whole:.2?}, the bus after {:.2?}", started.elapsed()));
    lines.push(format!("push of one, all masters back: {}", calls(&bus).await));
    lines
}

/// From a push to the end of the pull that waited for it.
async fn wake(bus: &RedisBus) -> String {
    let mut took = Vec::new();
    for n in 0..200 {
        let (pulled, pushed_at) = tokio::join!(bus.pull("w", "one", 9, Duration::from_secs(5)), async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let at = Instant::now();
            bus.push("w", &[n.to_string()]).await.expect("pushes");
            at
        });
        took.push(pushed_at.elapsed());
        bus.ack("w", &pulled.expect("pulls")).await.expect("acknowledges");
    }
    format!("from push to a waiting pull's end: {}", percentiles(took))
}

/// Pushes of a single id, which land on all masters in turn.
async fn calls(bus: &RedisBus) -> String {
    let mut took = Vec::new();
    let mut failed = 0;
    for n in 0..CALLS {
        let at = Instant::now();
        failed += usize::from(bus.push("c", &[n.to_string()]).await.is_err());
        took.push(at.elapsed());
    }
    format!("{}, {failed} of {CALLS} failed", percentiles(took))
}

fn percentiles(mut took: Vec<Duration>) -> String {
    took.sort();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    format!("p50 {:.2?}, p99 {:.2?}, max {:.2?}", at(50), at(99), at(100))
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn rate(count: usize, since: Instant) -> f64 {
    count as f64 / since.elapsed().as_secs_f64()
}
