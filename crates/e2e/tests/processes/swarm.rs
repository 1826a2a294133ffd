//! The swarm's programs with real stores: what is wrong is said, what is away is waited for, nothing accepted is lost.

use std::path::Path;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use tempfile::TempDir;
use tge_e2e::{Programs, Service, until};
use tge_testing::PrivatePostgres;
use tge_testing::consul::Consul;
use tge_testing::process::free_ports;
use tge_testing::proxy::TcpProxy;
use tge_testing::redis::Redis;

use crate::{items, launch, text, trial};

const SOON: Duration = Duration::from_secs(30);
/// An API key of the form every key has.
const KEY: &str = "tge_0123456789abcdef0123456789abcdef0123456789abcdef";
const PASSWORD: &str = "redis-only-for-tests";

/// A setting: its environment name and its value.
type Assignment = (&'static str, String);

pub(crate) fn trials(programs: &Programs) -> Vec<Trial> {
    let missing = PrivatePostgres::installed().is_none() || !Redis::installed() || !Consul::installed();
    vec![
        trial("swarm::what_is_wrong_ends_with_64", programs, wrong).with_ignored_flag(missing),
        trial("swarm::what_is_away_is_waited_for", programs, away).with_ignored_flag(missing),
        trial("swarm::two_with_one_id", programs, twins).with_ignored_flag(missing),
    ]
}

/// The servers, and a folder with the files that settings name.
struct World {
    postgres: PrivatePostgres,
    redis: Redis,
    consul: Consul,
    kept: TempDir,
}

impl World {
    fn start() -> Result<Self, Failed> {
        let kept = TempDir::with_prefix("tge-e2e-swarm-")?;
        let file = |name: &str, content: &str| std::fs::write(kept.path().join(name), content);
        std::fs::create_dir(kept.path().join("sources"))?;
        file("projects.yaml", "version: 1\nprojects: []\n")?;
        file("key", KEY)?;
        file("postgres", PrivatePostgres::PASSWORD)?;
        file("redis", PASSWORD)?;
        file("wrong", "wrong")?;
        let redis = Redis::cluster(Some(PASSWORD)).ok_or("redis-server is not installed")?;
        let consul = Consul::open().ok_or("consul is not installed")?;
        Ok(Self { postgres: PrivatePostgres::start(&[])?, redis, consul, kept })
    }

    fn path(&self, name: &str) -> String {
        self.kept.path().join(name).display().to_string()
    }

    fn folder(&self) -> &Path {
        self.kept.path()
    }

    fn settings(&self) -> Vec<Assignment> {
        vec![
            ("POSTGRES_URL", self.postgres.url("postgres")),
            ("POSTGRES_PASSWORD_FILE", self.path("postgres")),
            ("REDIS_NODES", self.redis.addresses()),
            ("REDIS_PASSWORD_FILE", self.path("redis")),
            ("CONSUL_URL", self.consul.url()),
            ("TGE_SOURCES_DIR", self.path("sources")),
            ("TGE_PROJECTS_FILE", self.path("projects.yaml")),
            ("TGE_API_KEY_FILE", self.path("key")),
        ]
    }

    /// The settings with some in place of others.
    fn but(&self, others: &[Assignment]) -> Vec<Assignment> {
        let kept = self.settings().into_iter().filter(|(name, _)| !others.iter().any(|(other, _)| other == name));
        kept.chain(others.iter().cloned()).collect()
    }
}

/// A configuration that cannot work ends the start with code 64 and says what to change.
async fn wrong(programs: Programs) -> Result<(), Failed> {
    let world = World::start()?;
    let lone = Redis::lone().ok_or("redis-server is not installed")?;
    let [port] = free_ports();
    let cases: Vec<(&str, Vec<Assignment>, Vec<&str>)> = vec![
        (
            "a Redis that is no cluster",
            vec![("REDIS_NODES", lone.addresses()), ("REDIS_PASSWORD_FILE", String::new())],
            vec!["cluster", "127.0.0.1"],
        ),
        ("a wrong password of Redis", vec![("REDIS_PASSWORD_FILE", world.path("wrong"))], vec!["password"]),
        ("a wrong password of PostgreSQL", vec![("POSTGRES_PASSWORD_FILE", world.path("wrong"))], vec!["password"]),
        ("a secret that is not there", vec![("POSTGRES_PASSWORD_FILE", world.path("absent"))], vec!["absent"]),
        ("a folder of sources that is not there", vec![("TGE_SOURCES_DIR", world.path("absent"))], vec!["absent"]),
        ("an address that is none", vec![("CONSUL_URL", "nowhere".to_owned())], vec!["nowhere"]),
    ];
    for (what, others, words) in cases {
        let mut queen = Service::start(&programs, "queen", port, &world.but(&others), world.folder())?;
        let code = queen.ended(SOON).await.map_err(|why| format!("{what}: {why}"))?;
        let said = queen.said();
        assert_eq!(code, Some(64), "{what}: {said}");
        for word in words {
            assert!(said.contains(word), "{what}: {word:?} is missing in {said}");
        }
    }
    let mut first = Service::start(&programs, "queen", port, &world.settings(), world.folder())?;
    first.ready(200, "", SOON).await?;
    assert_eq!(first.stop(SOON).await?, Some(0));
    world.postgres.psql(
        "postgres",
        "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
         values (9999, 'later', now(), true, '\\x00', 1)",
    )?;
    let mut older = Service::start(&programs, "queen", port, &world.settings(), world.folder())?;
    let code = older.ended(SOON).await?;
    assert_eq!(code, Some(64), "a newer schema: {}", older.said());
    assert!(older.said().contains("9999"), "{}", older.said());
    Ok(())
}

/// PostgreSQL and Consul away at start, and PostgreSQL again later: said in `/ready`, waited for, nothing accepted lost.
async fn away(programs: Programs) -> Result<(), Failed> {
    let world = World::start()?;
    let postgres = TcpProxy::new(world.postgres.port()).await;
    let consul_port = world.consul.url().rsplit(':').next().and_then(|port| port.parse().ok());
    let consul = TcpProxy::new(consul_port.ok_or("the URL of Consul has no port")?).await;
    postgres.cut();
    consul.cut();
    let url = world.postgres.url("postgres").replace(&world.postgres.port().to_string(), &postgres.port().to_string());
    let settings = world.but(&[("POSTGRES_URL", url), ("CONSUL_URL", format!("http://127.0.0.1:{}", consul.port()))]);
    let [queen, keyword, quality] = free_ports();
    let start = |name, port| Service::start(&programs, name, port, &settings, world.folder());
    let mut queen = start("queen", queen)?;
    let mut keyword = start("agent-keyword-precision", keyword)?;
    let mut quality = start("agent-data-quality", quality)?;
    for service in [&mut queen, &mut keyword, &mut quality] {
        service.ready(503, "PostgreSQL", SOON).await?;
    }
    postgres.mend();
    for service in [&mut queen, &mut keyword, &mut quality] {
        service.ready(200, "", SOON).await?;
    }
    let mut accepted = Vec::new();
    for n in 0..20 {
        let answer = queen.post("/api/v1/observations", KEY, &launch(n)).await?;
        assert_eq!(answer.status, 200, "{answer:?}");
        accepted.extend(items(&answer.body["results"]).map(|result| text(&result["observation"]).to_owned()));
    }
    // Later, and in the middle of the work.
    postgres.cut();
    let refused = queen.post("/api/v1/observations", KEY, &launch(20)).await?;
    assert_eq!(refused.status, 503, "{refused:?}");
    queen.ready(503, "store", SOON).await?;
    postgres.mend();
    for service in [&mut queen, &mut keyword, &mut quality] {
        service.ready(200, "", SOON).await?;
    }
    let again = queen.post("/api/v1/observations", KEY, &launch(20)).await?;
    assert_eq!(again.status, 200, "{again:?}");
    accepted.extend(items(&again.body["results"]).map(|result| text(&result["observation"]).to_owned()));
    let decided = until("everything accepted is judged and decided", SOON, async || {
        let page = queen.get("/api/v1/observations?page_size=100", KEY).await.ok()?.body;
        let listed: Vec<(String, String)> = items(&page["observations"])
            .map(|item| (text(&item["observation"]["name"]).to_owned(), text(&item["stage"]).to_owned()))
            .collect();
        (listed.len() >= 21 && listed.iter().all(|(_, stage)| stage == "decided" || stage == "judged"))
            .then_some(listed)
    })
    .await?;
    let mut names: Vec<&str> =
        decided.iter().map(|(name, _)| name.strip_prefix("observations/").unwrap_or(name)).collect();
    let mut wanted: Vec<&str> = accepted.iter().map(String::as_str).collect();
    names.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(names, wanted, "accepted and stored differ");
    // The directory was away all the time; now everybody is found there.
    consul.mend();
    let mut seen = String::new();
    until("all are registered", SOON, async || {
        let url = format!("{}/v1/health/state/passing", world.consul.url());
        seen = reqwest::get(url).await.ok()?.text().await.ok()?;
        let checks: Value = serde_json::from_str(&seen).ok()?;
        let named = |name: &&str| items(&checks).any(|check| check["ServiceName"] == **name);
        ["queen", "agent-keyword-precision", "agent-data-quality"].iter().all(named).then_some(())
    })
    .await
    .map_err(|why| format!("{why}: Consul says {seen}; the queen says {}", queen.said()))?;
    for service in [&mut queen, &mut keyword, &mut quality] {
        assert_eq!(service.stop(Duration::from_secs(6)).await?, Some(0));
    }
    Ok(())
}

/// The second of two processes with one id says so and does not take the place of the first; when that one is gone, it
/// does.
async fn twins(programs: Programs) -> Result<(), Failed> {
    let world = World::start()?;
    let [first_port, second_port] = free_ports();
    let same = world.but(&[("TGE_ADVERTISE", format!("127.0.0.1:{first_port}"))]);
    let mut first = Service::start(&programs, "memory-coordinator", first_port, &same, world.folder())?;
    first.ready(200, "", SOON).await?;
    until("the first is registered", SOON, async || first.said().contains("\"registered\"").then_some(())).await?;
    let mut second = Service::start(&programs, "memory-coordinator", second_port, &same, world.folder())?;
    second.ready(200, "", SOON).await?;
    let words = ["already registered by 127.0.0.1", "TGE_ADVERTISE"];
    until("the second says that its id is taken", SOON, async || {
        let said = second.said();
        words.iter().all(|word| said.contains(word)).then_some(())
    })
    .await?;
    assert!(!second.said().contains("\"registered\""), "{}", second.said());
    first.kill();
    until("the second takes the place of the dead", SOON, async || {
        second.said().contains("\"registered\"").then_some(())
    })
    .await
    .map_err(|why| format!("{why}: {}", second.said()))?;
    Ok(())
}
