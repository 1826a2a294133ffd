//! The agent over a real store: links carry when their site was first seen, once the swarm has looked on for long enough.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use tge_agent_data_quality::{Parts, app};
use tge_local::{LocalBus, ManualClock, SeededEntropy};
use tge_memory_coordinator as memory;
use tge_model::{Arrival, Launch, Link, LinkTrust, Observation, ObservationId, SourceName, Verdict};
use tge_ports::contract::store::{START, document, verdict};
use tge_ports::store::Judged;
use tge_ports::{Bus, Clock as _, MessageStream, Stores, channels};
use tge_quality::Known;
use tge_service::Context;
use tge_sources::Catalog;

const DAY: Duration = Duration::from_secs(86_400);

struct World {
    stores: Stores,
    bus: Arc<LocalBus>,
    clock: Arc<ManualClock>,
    changes: MessageStream,
    told: u64,
    context: Context,
    _directory: tempfile::TempDir,
}

impl World {
    async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(START));
        let stores = tge_store::sqlite::open(&directory.path().join("tge.db"), clock.clone()).await.unwrap();
        let bus = Arc::new(LocalBus::new(Duration::from_secs(60)));
        let context = Context::new("data-quality", clock.clone(), Arc::new(SeededEntropy::new(1)));
        let parts =
            memory::Parts { memory: stores.memory.clone(), bus: bus.clone(), config: memory::Config::default() };
        let parts = Parts {
            stores: stores.clone(),
            bus: bus.clone(),
            catalog: Arc::new(Catalog::default()),
            known: Arc::new(Known::default()),
            memory: memory::Server::start(&context, parts).rpc(),
            address: String::new(),
            registration: None,
        };
        drop(app(&context, parts));
        let changes = bus.subscribe(&[channels::CHANGES]).await.unwrap();
        Self { stores, bus, clock, changes, told: 0, context, _directory: directory }
    }

    /// What becomes of `link` in a launch nobody has heard of before.
    async fn judged(&mut self, link: &str) -> Link {
        self.judged_as(link, Arrival::Live, false).await
    }

    async fn judged_as(&mut self, link: &str, arrival: Arrival, demo: bool) -> Link {
        self.told += 1;
        let (source, key) = (SourceName::new("example-news").unwrap(), format!("launch-{}", self.told));
        let text = format!("launch number {}", self.told);
        let sha256 = Observation::hash_content("", &text);
        let seen = Observation {
            id: ObservationId::derive(&source, &key, &sha256),
            url: format!("https://news.example/{key}"),
            source,
            key,
            text,
            sha256,
            published: None,
            first_seen_at: self.clock.now(),
            arrival,
            demo,
            ..document(1)
        };
        self.stores.observations.ingest(std::slice::from_ref(&seen), None).await.unwrap();
        let taken = self.stores.observations.claim("test", 1, Duration::from_secs(30)).await.unwrap();
        let launch = Launch {
            project: Some(format!("Vellum {}", self.told)),
            symbol: Some(format!("VLM{}", self.told)),
            terms: Vec::new(),
            links: vec![link.to_owned()],
            ..verdict().launches.remove(0)
        };
        let judged = Judged {
            observation: seen.id,
            lease: taken[0].lease,
            candidate: true,
            verdict: Verdict { launches: vec![launch], ..verdict() },
        };
        assert_eq!(self.stores.observations.commit(&[judged]).await.unwrap(), [true]);
        self.bus.push(channels::CANDIDATES, &[seen.id.to_string()]).await.unwrap();
        let seq: u64 = self.changes.next().await.unwrap().payload.parse().unwrap();
        let change = self.stores.events.changes(seq - 1, 1).await.unwrap().remove(0);
        change.event.links.into_iter().find(|own| own.url == link).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_site_is_told_and_a_lure_on_it_is_suspected() {
    let mut world = World::start().await;
    let (lure, plain) = ("https://vellum-airdrop.example/claim", "https://vellum.example/claim");
    for link in [lure, plain] {
        let judged = world.judged(link).await;
        assert_eq!((judged.trust, judged.reasons), (LinkTrust::Unverified, vec![]), "everything is new at first");
    }
    // A month away from it is no month of looking on.
    world.clock.advance(DAY * 40);
    let judged = world.judged("https://early-airdrop.example/claim").await;
    assert_eq!((judged.trust, judged.reasons), (LinkTrust::Unverified, vec![]), "two days of looking on");
    for day in 0..20 {
        world.clock.advance(DAY);
        world.judged(&format!("https://site-{day}.example/claim")).await;
    }
    for link in [lure, plain] {
        let judged = world.judged(link).await;
        assert_eq!((judged.trust, judged.reasons), (LinkTrust::Unverified, vec![]), "seen long ago");
    }
    for (link, trust, reason) in [
        ("https://a.oakmere.example/claim", LinkTrust::Unverified, "oakmere.example was first seen on 2026-03-02"),
        (
            "https://oakmere-airdrop.example/claim",
            LinkTrust::Suspicious,
            "oakmere-airdrop.example was first seen on 2026-03-02 and is named for what it promises",
        ),
    ] {
        let judged = world.judged(link).await;
        assert_eq!((judged.trust, judged.reasons), (trust, vec![reason.to_owned()]), "{link}");
    }
    // What was there before we looked is not new for our seeing it now, and the demo world is no world.
    for (arrival, demo) in [(Arrival::Backfill, false), (Arrival::Live, true)] {
        let link = format!("https://old-airdrop-{demo}.example/claim");
        let judged = world.judged_as(&link, arrival, demo).await;
        assert_eq!((judged.trust, judged.reasons), (LinkTrust::Unverified, vec![]), "{arrival} {demo}");
    }
    world.clock.advance(DAY * 8);
    let judged = world.judged("https://oakmere-airdrop.example/claim").await;
    assert_eq!((judged.trust, judged.reasons), (LinkTrust::Unverified, vec![]), "no longer new");
    world.context.stop.cancel();
}
