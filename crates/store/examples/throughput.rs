//! How fast documents go through the stores, printed: `cargo run --release -p tge-store --example throughput`.
//!
//! Batches of 100 as the pipeline moves them: taken in, claimed, judged (every fourth a candidate), candidates claimed
//! and decided (each makes an event). On SQLite in a temporary directory, and on a private PostgreSQL with real disk
//! flushes where one is installed.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tge_model::{ChangeKind, EventId, EventKey, EventKind, Observation, ObservationId, Timestamp};
use tge_ports::contract::store::{START, document, event, verdict};
use tge_ports::store::{CommitOutcome, Decision, EventWrite, Judged};
use tge_ports::{Clock, Stores};
use tge_store::{postgres, sqlite};
use tge_testing::PrivatePostgres;
use tokio::time::Instant;

const BATCHES: u64 = 100;
const BATCH: u64 = 100;
const LEASE: Duration = Duration::from_secs(60);

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        START
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::TempDir::new_in(".")?;
    measure("SQLite", &sqlite::open(&directory.path().join("tge.db"), Arc::new(Still)).await?).await?;
    if PrivatePostgres::installed().is_some() {
        let server = PrivatePostgres::start(&[("fsync", "on"), ("full_page_writes", "on")])?;
        let password = Some(PrivatePostgres::PASSWORD.to_owned());
        let stores = postgres::connect(&server.url("postgres"), password, 4, "throughput").await?;
        measure("PostgreSQL", &stores).await?;
    }
    Ok(())
}

fn batch(n: u64) -> Vec<Observation> {
    (n * BATCH..(n + 1) * BATCH)
        .map(|n| {
            // 2 KB of text, the size of a feed's item.
            let text = format!("{n} ").repeat(2_048 / (n.to_string().len() + 1));
            let seen = Observation { text, ..document(n) };
            Observation { id: ObservationId::derive(&seen.source, &seen.key, &[7; 32]), ..seen }
        })
        .collect()
}

async fn measure(name: &str, stores: &Stores) -> Result<(), Box<dyn Error>> {
    let mut spent = [Duration::ZERO; 5];
    let begin = Instant::now();
    let mut events = 0;
    for n in 0..BATCHES {
        let documents = batch(n);
        let mut lap = Instant::now();
        let mut stop = |stage: usize| {
            spent[stage] += lap.elapsed();
            lap = Instant::now();
        };
        stores.observations.ingest(&documents, None).await?;
        stop(0);
        let claimed = stores.observations.claim("w", 100, LEASE).await?;
        stop(1);
        let judged: Vec<_> = claimed
            .iter()
            .enumerate()
            .map(|(place, one)| Judged {
                observation: one.item.id,
                lease: one.lease,
                verdict: verdict(),
                candidate: place % 4 == 0,
            })
            .collect();
        stores.observations.commit(&judged).await?;
        stop(2);
        let candidates = stores.observations.claim_candidates("w", 100, LEASE).await?;
        stop(3);
        let mut decisions = Vec::new();
        for one in &candidates {
            let mut made = event(events);
            made.id = EventId::new(START, u128::from(events));
            let keys = vec![EventKey::link(&one.item.observation.url, EventKind::TokenGeneration)];
            let write = EventWrite { event: made, keys, kind: ChangeKind::Created, alert: true, status_from: None };
            decisions.push(Decision { candidate: one.item.observation.id, lease: one.lease, writes: vec![write] });
            events += 1;
        }
        let outcome = stores.events.commit(&decisions).await?;
        assert!(matches!(outcome, CommitOutcome::Committed(_)), "{outcome:?}");
        stop(4);
    }
    let total = begin.elapsed();
    println!("{name}: {} documents, {events} events in {:.2} s", BATCHES * BATCH, total.as_secs_f64());
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "small numbers, for people")]
    let rate = |time: Duration, items: u64| items as f64 / time.as_secs_f64();
    println!("  whole way             {:>9.0} documents/s", rate(total, BATCHES * BATCH));
    for (stage, items, time) in [
        ("taken in", BATCHES * BATCH, spent[0]),
        ("claimed", BATCHES * BATCH, spent[1]),
        ("judged", BATCHES * BATCH, spent[2]),
        ("candidates claimed", events, spent[3]),
        ("decided", events, spent[4]),
    ] {
        let millis = time.as_secs_f64() * 1_000.0 / rate(Duration::from_secs(1), BATCHES);
        println!("  {stage:<20}  {:>9.0} /s  {millis:>6.2} ms a batch", rate(time, items));
    }
    Ok(())
}
