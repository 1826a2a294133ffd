//! The contract suite of directories on a private Consul, and what only a real one can do wrong.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use tge_consul::{ConsulConfig, ConsulDirectory};
use tge_ports::contract::directory::CASES;
use tge_ports::{Directory, DirectoryError, Instance, InstanceStatus};
use tge_testing::consul::{Consul, MASTER_TOKEN};
use tokio::time::{Instant, sleep, timeout};

type Test = fn() -> Result<(), Failed>;

const PATIENCE: Duration = Duration::from_secs(20);
const TTL: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let absent = !Consul::installed();
    let shared = Arc::new(OnceLock::new());
    let mut trials = Vec::new();
    for &(name, case) in CASES {
        let shared = Arc::clone(&shared);
        let trial = Trial::test(name, move || {
            let consul = shared.get_or_init(|| Consul::open().expect("it is there"));
            run(async move { case(Arc::new(directory(consul, None))).await })
        });
        trials.push(trial.with_ignored_flag(absent));
    }
    let failures: [(&str, Test); 6] = [
        ("an_absent_consul_is_unavailable_and_found_later", || run(away())),
        ("a_hung_consul_is_given_up_in_time", || run(hung())),
        ("a_consul_without_memory_is_told_again", || run(forgotten())),
        ("a_wrong_token_and_none_are_told_apart", || run(denied())),
        ("a_hung_holder_loses_its_lock_within_seconds", || run(handed_on())),
        ("names_that_would_change_an_address_are_refused", || run(bad_names())),
    ];
    trials.extend(failures.map(|(name, test)| Trial::test(name, test).with_ignored_flag(absent)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn run(trial: impl Future<Output = ()>) -> Result<(), Failed> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(trial);
    Ok(())
}

fn directory(consul: &Consul, token: Option<&str>) -> ConsulDirectory {
    let mut config = ConsulConfig::new(&consul.url());
    config.token = token.map(str::to_owned);
    config.timeout = Duration::from_secs(2);
    ConsulDirectory::new(config).expect("a good address")
}

fn instance(service: &str) -> Instance {
    Instance {
        id: format!("{service}-1"),
        service: service.to_owned(),
        host: "127.0.0.1".to_owned(),
        port: 1,
        meta: BTreeMap::new(),
    }
}

async fn away() {
    let mut consul = Consul::open().expect("it is there");
    let directory = directory(&consul, None);
    consul.kill();
    let started = Instant::now();
    let error = directory.register(&instance("a"), TTL).await.expect_err("nobody there");
    assert!(started.elapsed() < Duration::from_secs(2), "took {:?}", started.elapsed());
    assert!(matches!(error, DirectoryError::Unavailable { .. }), "{error:?}");
    assert!(error.to_string().contains(&consul.url()), "{error}");
    assert_eq!(error.source().expect("has a cause").to_string(), "cannot be reached");
    consul.run();
    directory.register(&instance("a"), TTL).await.expect("found again");
}

async fn hung() {
    let consul = Consul::open().expect("it is there");
    let directory = directory(&consul, None);
    directory.lock("l", "a", TTL).await.expect("answers").expect("is free");
    consul.freeze();
    let started = Instant::now();
    let it = instance("a");
    let (registered, watched, locked) =
        tokio::join!(directory.register(&it, TTL), directory.watch(0, Duration::ZERO), directory.lock("l", "a", TTL),);
    let waited = started.elapsed();
    assert!(waited < Duration::from_secs(4), "took {waited:?}");
    for error in [registered.expect_err("hangs"), watched.expect_err("hangs"), locked.expect_err("hangs")] {
        assert!(matches!(error, DirectoryError::Unavailable { .. }), "{error:?}");
        let cause = error.source().expect("has a cause").to_string();
        assert!(cause.starts_with("no answer within 2s"), "{cause}");
    }
    consul.thaw();
    directory.register(&instance("a"), TTL).await.expect("answers again");
}

async fn forgotten() {
    let mut consul = Consul::open().expect("it is there");
    let directory = directory(&consul, None);
    let it = instance("a");
    directory.register(&it, TTL).await.expect("registers");
    directory.beat(&it.id, InstanceStatus::Passing, "").await.expect("beats");
    directory.lock("l", "a", TTL).await.expect("answers").expect("is free");
    let index = directory.watch(0, Duration::ZERO).await.expect("answers").index;
    consul.kill();
    consul.run();
    let error = directory.beat(&it.id, InstanceStatus::Passing, "").await.expect_err("unknown");
    assert!(
        matches!(&error, DirectoryError::Refused { reason, .. } if reason.contains("register it again")),
        "{error:?}"
    );
    // An index of the old life does not make a watch wait.
    timeout(Duration::from_secs(5), directory.watch(index + 1_000, Duration::from_secs(60)))
        .await
        .expect("at once")
        .expect("answers");
    directory.register(&it, TTL).await.expect("registers again");
    directory.beat(&it.id, InstanceStatus::Passing, "").await.expect("beats again");
    directory.lock("l", "a", TTL).await.expect("answers").expect("is free again");
}

async fn denied() {
    let consul = Consul::guarded().expect("it is there");
    let anonymous = directory(&consul, None);
    // Consul answers such a caller with an empty list and no error.
    let error = anonymous.watch(0, Duration::ZERO).await.expect_err("hides everything");
    assert!(
        matches!(&error, DirectoryError::Refused { reason, .. } if reason.contains("set CONSUL_TOKEN_FILE")),
        "{error:?}"
    );
    let error = anonymous.register(&instance("a"), TTL).await.expect_err("may not");
    assert!(
        matches!(&error, DirectoryError::Refused { reason, .. } if reason.contains("set CONSUL_TOKEN_FILE")),
        "{error:?}"
    );
    let stranger = directory(&consul, Some("99999999-2222-3333-4444-555555555555"));
    for error in [
        stranger.watch(0, Duration::ZERO).await.expect_err("is unknown"),
        stranger.register(&instance("a"), TTL).await.expect_err("is unknown"),
        stranger.lock("l", "a", TTL).await.expect_err("is unknown"),
    ] {
        assert!(
            matches!(&error, DirectoryError::Refused { reason, .. } if reason.contains("check the token")),
            "{error:?}"
        );
        assert!(!error.to_string().contains("99999999"), "{error}");
    }
    let master = directory(&consul, Some(MASTER_TOKEN));
    let it = instance("a");
    master.register(&it, TTL).await.expect("may");
    master.beat(&it.id, InstanceStatus::Passing, "").await.expect("may");
    master.lock("l", "a", TTL).await.expect("may").expect("is free");
    let seen = timeout(PATIENCE, async {
        loop {
            let snapshot = master.watch(0, Duration::ZERO).await.expect("may");
            if snapshot.instances.iter().any(|(i, status, _)| *i == it && *status == InstanceStatus::Passing) {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
    });
    seen.await.expect("is seen");
}

async fn handed_on() {
    let consul = Consul::open().expect("it is there");
    let (one, two) = (directory(&consul, None), directory(&consul, None));
    let ttl = Duration::from_secs(3);
    let first = one.lock("l", "one", ttl).await.expect("answers").expect("is free");
    let started = Instant::now();
    // The first does not beat any more; the second asks as a standby does.
    let second = timeout(PATIENCE, async {
        loop {
            if let Some(token) = two.lock("l", "two", ttl).await.expect("answers") {
                return token;
            }
            sleep(Duration::from_millis(100)).await;
        }
    });
    let second = second.await.expect("gets it");
    let took = started.elapsed();
    assert!(took >= ttl && took < ttl + Duration::from_secs(3), "took {took:?}");
    assert!(second.index > first.index, "{second:?} does not come after {first:?}");
    assert_eq!(one.lock("l", "one", ttl).await.expect("answers"), None);
    // What holds locks is not among the instances.
    let snapshot = one.watch(0, Duration::ZERO).await.expect("answers");
    assert_eq!(snapshot.instances, []);
}

async fn bad_names() {
    let consul = Consul::open().expect("it is there");
    let directory = directory(&consul, None);
    for bad in ["", "a/../b", "a b", "a?b", "ä"] {
        let refused = directory.deregister(bad).await;
        assert!(matches!(refused, Err(DirectoryError::Refused { .. })), "{bad:?}: {refused:?}");
        let refused = directory.lock(bad, "x", TTL).await;
        assert!(matches!(refused, Err(DirectoryError::Refused { .. })), "{bad:?}: {refused:?}");
    }
}
