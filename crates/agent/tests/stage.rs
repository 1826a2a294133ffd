//! A stage's loop on a paused clock: when it takes a turn, and what becomes of the hints that woke it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tge_agent::{Stage, StageError, Worker, run_stage};
use tge_local::{LocalBus, ManualClock, SeededEntropy};
use tge_model::{AgentKind, Timestamp};
use tge_ports::{Bus, StoreError};
use tge_service::Context;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

const QUEUE: &str = "tested";
const BATCH: u32 = 3;

/// Takes as many rows as it is told, fails where it is told nothing, and says when each turn was; at last there is nothing.
struct Script {
    takes: Mutex<VecDeque<Option<usize>>>,
    turns: mpsc::Sender<Duration>,
    begun: Instant,
}

#[async_trait]
impl Stage for Script {
    fn batch(&self) -> u32 {
        BATCH
    }

    async fn turn(&self) -> Result<usize, StageError> {
        self.turns.send(self.begun.elapsed()).await.unwrap();
        let takes = self.takes.lock().unwrap().pop_front().unwrap_or(Some(0));
        takes.ok_or_else(|| StageError {
            attempted: "take",
            source: StoreError::Unavailable { attempted: "taking", target: "here".to_owned(), source: "away".into() },
        })
    }
}

struct World {
    bus: Arc<LocalBus>,
    turns: mpsc::Receiver<Duration>,
}

impl World {
    fn start(takes: &[Option<usize>]) -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(0)));
        let context = Context::new("agent", clock, Arc::new(SeededEntropy::new(1)));
        let worker = Worker::new(&context, AgentKind::DataQuality, "");
        let bus = Arc::new(LocalBus::default());
        let (sender, turns) = mpsc::channel(16);
        let takes = Mutex::new(takes.iter().copied().collect());
        let stage = Script { takes, turns: sender, begun: Instant::now() };
        run_stage(&context, &worker, bus.clone(), QUEUE, Arc::new(stage));
        Self { bus, turns }
    }

    /// When the next turn was, in milliseconds since the start.
    async fn turn(&mut self) -> u128 {
        self.turns.recv().await.unwrap().as_millis()
    }

    async fn hint(&self) {
        self.bus.push(QUEUE, &["row".to_owned()]).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn goes_on_while_batches_are_full_and_then_looks_once_a_second() {
    let mut world = World::start(&[Some(3), Some(3), Some(2), Some(0)]);
    for expected in [0, 0, 0, 1_000, 2_000] {
        assert_eq!(world.turn().await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hint_wakes_it_and_is_acknowledged_with_the_turn() {
    let mut world = World::start(&[]);
    assert_eq!(world.turn().await, 0);
    sleep(Duration::from_millis(300)).await;
    world.hint().await;
    assert_eq!(world.turn().await, 300);
    assert_eq!(world.turn().await, 1_300, "one hint is one turn");
    assert_eq!(world.bus.depth(QUEUE).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_failed_turn_is_tried_again_a_second_later() {
    let mut world = World::start(&[None, Some(3), Some(1)]);
    for expected in [0, 1_000, 1_000, 2_000] {
        assert_eq!(world.turn().await, expected);
    }
}
