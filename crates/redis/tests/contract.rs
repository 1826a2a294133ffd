//! The contract suite of buses on a private Redis Cluster, and what only a cluster can do wrong.

use std::future::Future;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::StreamExt;
use libtest_mimic::{Arguments, Failed, Trial};
use tge_ports::contract::bus::{CASES, RECLAIM_AFTER};
use tge_ports::{Bus, BusError, Entropy, SlowLog};
use tge_redis::{RedisBus, RedisConfig};
use tge_testing::redis::Redis;
use tokio::time::{Instant, sleep, timeout};

type Test = fn() -> Result<(), Failed>;

const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let absent = !Redis::installed();
    let shared = Arc::new(OnceLock::new());
    let mut trials = Vec::new();
    for &(name, case) in CASES {
        let shared = Arc::clone(&shared);
        let trial = Trial::test(name, move || {
            let redis = shared.get_or_init(|| Redis::cluster(None).expect("it is installed"));
            run(async move { case(Arc::new(connect(redis).await)).await })
        });
        trials.push(trial.with_ignored_flag(absent));
    }
    let failures: [(&str, Test); 8] = [
        ("a_server_that_is_no_cluster_is_refused", || run(no_cluster())),
        ("a_wrong_password_is_refused", || run(wrong_password())),
        ("an_absent_cluster_is_unavailable_and_found_later", || run(away())),
        ("a_killed_master_costs_its_own_keys_only", || run(killed())),
        ("a_frozen_master_is_given_up_within_seconds", || run(frozen())),
        ("moved_slots_are_followed", || run(moved())),
        ("a_flushed_queue_goes_on", || run(flushed())),
        ("slow_commands_are_read", || run(slow())),
    ];
    trials.extend(failures.map(|(name, test)| Trial::test(name, test).with_ignored_flag(absent)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn run(trial: impl Future<Output = ()>) -> Result<(), Failed> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(trial);
    Ok(())
}

/// Counts up from the process id, which is random enough to tell two buses of these tests apart.
struct Serial(std::sync::atomic::AtomicU64);

impl Entropy for Serial {
    fn fill(&self, into: &mut [u8]) {
        let next = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        for (byte, value) in into.iter_mut().zip(next.to_le_bytes().iter().cycle()) {
            *byte = *value;
        }
    }
}

fn entropy() -> Serial {
    // Where a local stands differs from call to call and thread to thread.
    let here = Box::new(0_u8);
    let there = std::ptr::from_ref(&*here).addr();
    Serial(std::sync::atomic::AtomicU64::new(u64::try_from(there).expect("64 bits") ^ u64::from(std::process::id())))
}

fn config(redis: &Redis) -> RedisConfig {
    let mut config = RedisConfig::new(&redis.addresses()).expect("addresses");
    config.reclaim_after = RECLAIM_AFTER;
    config
}

async fn connect(redis: &Redis) -> RedisBus {
    RedisBus::connect(config(redis), &entropy()).await.expect("connects")
}

async fn no_cluster() {
    let redis = Redis::lone().expect("it is installed");
    let error = RedisBus::connect(config(&redis), &entropy()).await.expect_err("is no cluster");
    assert!(matches!(error, BusError::Refused { .. }), "{error:?}");
    let told = error.to_string();
    assert!(told.contains("cluster-enabled yes") && told.contains(&redis.address(0)), "{told}");
}

async fn wrong_password() {
    let redis = Redis::cluster(Some("right")).expect("it is installed");
    for (password, expected) in [(Some("wrong"), "WRONGPASS"), (None, "NOAUTH")] {
        let mut config = config(&redis);
        config.password = password.map(str::to_owned);
        let error = RedisBus::connect(config, &entropy()).await.expect_err("is refused");
        assert!(matches!(error, BusError::Refused { .. }), "{error:?}");
        let told = error.to_string();
        assert!(told.contains(expected) && told.contains("REDIS_PASSWORD_FILE"), "{told}");
        assert!(!told.contains("wrong,"), "{told}");
    }
    let mut config = config(&redis);
    config.password = Some("right".to_owned());
    let bus = RedisBus::connect(config, &entropy()).await.expect("connects with the right one");
    bus.check().await.expect("healthy");
    let mut heard = bus.subscribe(&["c"]).await.expect("listens with it too");
    bus.publish("c", "x").await.expect("publishes");
    let message = timeout(PATIENCE, heard.next()).await.expect("in time").expect("goes on");
    assert_eq!(message.payload, "x");
}

async fn away() {
    let mut redis = Redis::cluster(None).expect("it is installed");
    for index in 0..3 {
        redis.kill(index);
    }
    let error = RedisBus::connect(config(&redis), &entropy()).await.expect_err("nobody there");
    assert!(matches!(error, BusError::Unavailable { .. }), "{error:?}");
    let bus = RedisBus::start(config(&redis), &entropy()).await;
    let mut heard = bus.subscribe(&["c"]).await.expect("an absent server is waited for");
    let error = bus.check().await.expect_err("nobody there");
    assert!(matches!(error, BusError::Unavailable { .. }), "{error:?}");
    for index in 0..3 {
        redis.run(index);
    }
    redis.wait_until_whole();
    healthy(&bus).await;
    bus.push("q", &["a".to_owned()]).await.expect("pushes");
    assert_eq!(bus.pull("q", "one", 9, PATIENCE).await.expect("pulls").len(), 1);
    // The ears are back when a message said again and again arrives.
    let spoken = timeout(PATIENCE, async {
        loop {
            bus.publish("c", "back").await.expect("publishes");
            if let Ok(message) = timeout(Duration::from_millis(100), heard.next()).await {
                return message.expect("goes on").payload;
            }
        }
    });
    assert_eq!(spoken.await.expect("hears again"), "back");
}

async fn killed() {
    let mut redis = Redis::cluster(None).expect("it is installed");
    let bus = connect(&redis).await;
    let mut heard = bus.subscribe(&["c"]).await.expect("subscribes");
    push(&bus, 0, 120).await;
    redis.kill(1);
    // Ids of the dead master's partitions go to the others.
    let started = Instant::now();
    for round in 1..=20 {
        push(&bus, round * 1_000, 12).await;
    }
    let took = started.elapsed();
    assert!(took < Duration::from_secs(5), "20 pushes took {took:?}");
    let mut pulled = 0;
    loop {
        let hints = bus.pull("q", "one", 500, Duration::from_millis(300)).await.expect("the others can be read");
        if hints.is_empty() {
            break;
        }
        pulled += hints.len();
        bus.ack("q", &hints).await.expect("acknowledges");
    }
    // Of the first 120 those on the dead master are lost; of the 240 pushed since, none.
    assert!((240 + 40..=240 + 120).contains(&pulled), "pulled {pulled}");
    // Messages go on, each once.
    for n in 0..20 {
        bus.publish("c", &n.to_string()).await.expect("publishes through another node");
        let message = timeout(PATIENCE, heard.next()).await.expect("in time").expect("goes on");
        assert_eq!(message.payload, n.to_string());
    }
    // What needs the dead master fails fast, and says who it is.
    let started = Instant::now();
    let error = bus.check().await.expect_err("a master is dead");
    assert!(matches!(error, BusError::Unavailable { .. }), "{error:?}");
    assert!(error.to_string().contains(&redis.address(1)), "{error}");
    assert!(started.elapsed() < Duration::from_secs(1), "failing took {:?}", started.elapsed());
    redis.run(1);
    redis.wait_until_whole();
    healthy(&bus).await;
    // Its streams are gone with it, and made again.
    push(&bus, 100_000, 120).await;
    let mut pulled = 0;
    while pulled < 120 {
        let hints = bus.pull("q", "one", 500, Duration::from_secs(5)).await.expect("pulls");
        assert!(!hints.is_empty(), "pulled {pulled} of 120, then nothing");
        pulled += hints.len();
        bus.ack("q", &hints).await.expect("acknowledges");
    }
    assert_eq!(bus.depth("q").await.expect("counts"), 0);
}

async fn frozen() {
    let redis = Redis::cluster(None).expect("it is installed");
    let bus = connect(&redis).await;
    push(&bus, 0, 60).await;
    redis.freeze(2);
    let started = Instant::now();
    push(&bus, 1_000, 60).await;
    let first = started.elapsed();
    assert!(first < Duration::from_secs(4), "the first push into a hung master took {first:?}");
    // By now it is known to hang.
    sleep(Duration::from_millis(1_500)).await;
    let started = Instant::now();
    push(&bus, 2_000, 60).await;
    let later = started.elapsed();
    assert!(later < Duration::from_millis(700), "a later push took {later:?}");
    redis.thaw(2);
    redis.wait_until_whole();
    healthy(&bus).await;
}

async fn moved() {
    let redis = Redis::cluster(None).expect("it is installed");
    let bus = connect(&redis).await;
    push(&bus, 0, 120).await;
    // Partition {tge:0} goes from its master to the next, while the bus knows nothing of it.
    let slot = redis.command(0, "CLUSTER KEYSLOT {tge:0}");
    let number: u16 = slot.trim().parse().expect("a number");
    let from = usize::from(number / 5_461);
    let to = (from + 1) % 3;
    let (from_id, to_id) = (redis.id(from), redis.id(to));
    redis.command(to, &format!("CLUSTER SETSLOT {slot} IMPORTING {from_id}"));
    redis.command(from, &format!("CLUSTER SETSLOT {slot} MIGRATING {to_id}"));
    // In between, keys that are not there are asked for at the new place (ASK).
    bus.push("fresh", &(0..60).map(|n| n.to_string()).collect::<Vec<_>>()).await.expect("pushes through ASK");
    let to_port = redis.address(to);
    let to_port = to_port.rsplit_once(':').expect("host and port").1.to_owned();
    for key in redis.command(from, &format!("CLUSTER GETKEYSINSLOT {slot} 100")).lines() {
        redis.command(from, &format!("MIGRATE 127.0.0.1 {to_port} {key} 0 5000"));
    }
    for index in [to, from, 3 - from - to] {
        redis.command(index, &format!("CLUSTER SETSLOT {slot} NODE {to_id}"));
    }
    push(&bus, 1_000, 120).await;
    assert_eq!(bus.depth("q").await.expect("counts"), 240);
    assert_eq!(bus.depth("fresh").await.expect("counts"), 60);
    let mut pulled = std::collections::BTreeSet::new();
    while pulled.len() < 240 {
        let hints = bus.pull("q", "one", 100, Duration::from_secs(2)).await.expect("pulls");
        assert!(!hints.is_empty(), "pulled {} of 240, then nothing", pulled.len());
        bus.ack("q", &hints).await.expect("acknowledges");
        for hint in hints {
            assert!(pulled.insert(hint.body.clone()), "{} came twice", hint.body);
        }
    }
    bus.check().await.expect("healthy");
}

async fn flushed() {
    let redis = Redis::cluster(None).expect("it is installed");
    let bus = connect(&redis).await;
    push(&bus, 0, 60).await;
    let held = bus.pull("q", "one", 10, PATIENCE).await.expect("pulls");
    for index in 0..3 {
        redis.command(index, "FLUSHALL");
    }
    // The groups are gone too (NOGROUP); nobody is told, everything goes on.
    bus.ack("q", &held).await.expect("what is gone needs no acknowledgement");
    assert_eq!(bus.pull("q", "one", 10, Duration::ZERO).await.expect("pulls"), []);
    push(&bus, 1_000, 60).await;
    let mut pulled = 0;
    while pulled < 60 {
        let hints = bus.pull("q", "one", 60, Duration::from_secs(2)).await.expect("pulls");
        assert!(!hints.is_empty(), "pulled {pulled} of 60, then nothing");
        pulled += hints.len();
    }
}

async fn slow() {
    let redis = Redis::cluster(None).expect("it is installed");
    let bus = connect(&redis).await;
    for index in 0..3 {
        redis.command(index, "CONFIG SET slowlog-log-slower-than 0");
    }
    push(&bus, 0, 60).await;
    let slow = bus.slow_commands(100).await.expect("reads");
    assert!(slow.iter().any(|command| command.command.starts_with("XADD")), "{slow:?}");
    let nodes: std::collections::BTreeSet<&str> = slow.iter().map(|command| command.node.as_str()).collect();
    assert_eq!(nodes.len(), 3, "{nodes:?}");
}

// === helpers ===

async fn push(bus: &RedisBus, first: usize, count: usize) {
    let bodies: Vec<String> = (first..first + count).map(|n| format!("id-{n}")).collect();
    bus.push("q", &bodies).await.expect("pushes");
}

/// Waits until the bus passes its check.
async fn healthy(bus: &RedisBus) {
    let mut last = None;
    let recovered = timeout(PATIENCE, async {
        while let Err(error) = bus.check().await {
            last = Some(error);
            sleep(Duration::from_millis(50)).await;
        }
    });
    assert!(recovered.await.is_ok(), "did not recover: {last:?}");
}
