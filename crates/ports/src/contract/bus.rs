//! What every bus must do.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use tokio::time::{Instant, timeout};

use crate::{Bus, Hint, MessageStream};

/// One promise, checked on a bus of its own. The bus must reclaim entries after [`RECLAIM_AFTER`].
pub type Case = fn(Arc<dyn Bus>) -> BoxFuture<'static, ()>;

/// How long the tested bus waits before it takes an entry from a consumer that does not acknowledge.
pub const RECLAIM_AFTER: Duration = Duration::from_millis(600);

/// Longer than any healthy bus takes to tell; reaching it is a failure.
const PATIENCE: Duration = Duration::from_secs(15);

/// Every promise with its name. Channels and queues differ from case to case, so one server may serve all.
pub const CASES: &[(&str, Case)] = &[
    ("every_subscriber_hears_each_message_once_in_order", |bus| Box::pin(hears_once(bus))),
    ("a_subscriber_hears_only_its_channels", |bus| Box::pin(hears_its_own(bus))),
    ("a_message_is_not_kept_for_later_subscribers", |bus| Box::pin(keeps_nothing(bus))),
    ("payloads_arrive_as_they_were", |bus| Box::pin(keeps_payloads(bus))),
    ("what_is_pushed_is_pulled_and_gone_when_acknowledged", |bus| Box::pin(pulls_and_acks(bus))),
    ("two_consumers_never_hold_the_same_entry", |bus| Box::pin(shares(bus))),
    ("pull_hands_out_no_more_than_asked", |bus| Box::pin(bounds(bus))),
    ("an_empty_queue_is_waited_for_and_given_up", |bus| Box::pin(waits(bus))),
    ("a_waiting_pull_wakes_at_a_push", |bus| Box::pin(wakes(bus))),
    ("entries_of_a_dead_consumer_go_to_another", |bus| Box::pin(reclaims(bus))),
    ("queues_do_not_mix", |bus| Box::pin(keeps_apart(bus))),
    ("nothing_pushed_and_nothing_acknowledged_is_no_error", |bus| Box::pin(empties(bus))),
    ("a_healthy_bus_passes_its_check", |bus| Box::pin(checks(bus))),
];

async fn hears_once(bus: Arc<dyn Bus>) {
    let mut one = bus.subscribe(&["t:once"]).await.expect("subscribes");
    let mut two = bus.subscribe(&["t:once", "t:other"]).await.expect("subscribes");
    for n in 0..20 {
        bus.publish("t:once", &n.to_string()).await.expect("publishes");
    }
    let expected: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    assert_eq!(hear(&mut one, 20).await, expected);
    assert_eq!(hear(&mut two, 20).await, expected);
    assert_silent(&mut one).await;
    assert_silent(&mut two).await;
}

async fn hears_its_own(bus: Arc<dyn Bus>) {
    let mut heard = bus.subscribe(&["t:mine"]).await.expect("subscribes");
    bus.publish("t:theirs", "no").await.expect("publishes");
    bus.publish("t:mine", "yes").await.expect("publishes");
    let message = timeout(PATIENCE, heard.next()).await.expect("in time").expect("goes on");
    assert_eq!((message.channel.as_str(), message.payload.as_str()), ("t:mine", "yes"));
    assert!(!message.id.is_empty(), "a message has an id");
}

async fn keeps_nothing(bus: Arc<dyn Bus>) {
    // Somebody has heard it, so it is past: on its way it may still reach who subscribes meanwhile.
    let mut before = bus.subscribe(&["t:late"]).await.expect("subscribes");
    bus.publish("t:late", "early").await.expect("publishes");
    assert_eq!(hear(&mut before, 1).await, ["early"]);
    let mut heard = bus.subscribe(&["t:late"]).await.expect("subscribes");
    bus.publish("t:late", "now").await.expect("publishes");
    assert_eq!(hear(&mut heard, 1).await, ["now"]);
}

async fn keeps_payloads(bus: Arc<dyn Bus>) {
    let mut heard = bus.subscribe(&["t:payload"]).await.expect("subscribes");
    let payloads = ["", "\n\n", "{\"name\":\"新币\"}", "a\0b", &"x".repeat(60_000)];
    for payload in payloads {
        bus.publish("t:payload", payload).await.expect("publishes");
    }
    assert_eq!(hear(&mut heard, payloads.len()).await, payloads);
    bus.push("t-payload", &payloads.map(str::to_owned)).await.expect("pushes");
    let mut pulled = pull_all(&bus, "t-payload", "one", payloads.len()).await;
    pulled.sort();
    let mut expected = payloads.map(str::to_owned);
    expected.sort();
    assert_eq!(pulled, expected);
}

async fn pulls_and_acks(bus: Arc<dyn Bus>) {
    let bodies = numbered(200);
    bus.push("t-acked", &bodies).await.expect("pushes");
    assert_eq!(bus.depth("t-acked").await.expect("counts"), 200);
    let mut pulled = BTreeSet::new();
    while pulled.len() < 200 {
        let hints = bus.pull("t-acked", "one", 50, PATIENCE).await.expect("pulls");
        assert!(!hints.is_empty(), "{} of 200 pulled, then nothing", pulled.len());
        bus.ack("t-acked", &hints).await.expect("acknowledges");
        for hint in hints {
            assert!(pulled.insert(hint.body.clone()), "{} came twice", hint.body);
        }
    }
    assert_eq!(pulled, bodies.into_iter().collect());
    assert_eq!(bus.depth("t-acked").await.expect("counts"), 0);
}

async fn shares(bus: Arc<dyn Bus>) {
    bus.push("t-shared", &numbered(60)).await.expect("pushes");
    let started = Instant::now();
    let (one, two) = tokio::join!(
        bus.pull("t-shared", "one", 30, Duration::from_millis(100)),
        bus.pull("t-shared", "two", 60, Duration::from_millis(100)),
    );
    // A machine that stalls longer than the reclaim time makes this case say nothing.
    if started.elapsed() < RECLAIM_AFTER {
        let (one, two) = (bodies(&one.expect("pulls")), bodies(&two.expect("pulls")));
        assert!(one.is_disjoint(&two), "both hold {:?}", one.intersection(&two).collect::<Vec<_>>());
        assert_eq!(one.len() + two.len(), 60);
    }
}

async fn bounds(bus: Arc<dyn Bus>) {
    bus.push("t-bounded", &numbered(100)).await.expect("pushes");
    for max in [0, 1, 7, 12, 13, 50] {
        let hints = bus.pull("t-bounded", "one", max, Duration::from_millis(50)).await.expect("pulls");
        assert_eq!(hints.len(), max);
        bus.ack("t-bounded", &hints).await.expect("acknowledges");
    }
    assert_eq!(bus.depth("t-bounded").await.expect("counts"), 17);
}

async fn waits(bus: Arc<dyn Bus>) {
    let started = Instant::now();
    let hints = bus.pull("t-empty", "one", 10, Duration::from_millis(300)).await.expect("pulls");
    assert_eq!(hints, []);
    let waited = started.elapsed();
    assert!(waited >= Duration::from_millis(295) && waited < PATIENCE, "waited {waited:?} of 300ms");
    assert_eq!(bus.depth("t-empty").await.expect("counts"), 0);
}

async fn wakes(bus: Arc<dyn Bus>) {
    let other = Arc::clone(&bus);
    let (pulled, ()) = tokio::join!(bus.pull("t-woken", "one", 10, PATIENCE), async move {
        // The pull is polled first and waits by now.
        tokio::task::yield_now().await;
        other.push("t-woken", &numbered(1)).await.expect("pushes");
    });
    assert_eq!(bodies(&pulled.expect("pulls")), bodies_of(&numbered(1)));
}

async fn reclaims(bus: Arc<dyn Bus>) {
    bus.push("t-left", &numbered(20)).await.expect("pushes");
    let left = bus.pull("t-left", "dead", 20, PATIENCE).await.expect("pulls");
    assert_eq!(left.len(), 20);
    let taken = pull_all(&bus, "t-left", "alive", 20).await;
    assert_eq!(bodies_of(&taken), bodies(&left));
    assert_eq!(bus.depth("t-left").await.expect("counts"), 0);
}

async fn keeps_apart(bus: Arc<dyn Bus>) {
    bus.push("t-a", &["a".to_owned()]).await.expect("pushes");
    bus.push("t-b", &["b".to_owned()]).await.expect("pushes");
    assert_eq!(pull_all(&bus, "t-b", "one", 1).await, ["b"]);
    assert_eq!(bus.depth("t-a").await.expect("counts"), 1);
}

async fn empties(bus: Arc<dyn Bus>) {
    bus.push("t-none", &[]).await.expect("nothing to push");
    bus.ack("t-none", &[]).await.expect("nothing to acknowledge");
    bus.push("t-none", &numbered(1)).await.expect("pushes");
    let hints = bus.pull("t-none", "one", 1, PATIENCE).await.expect("pulls");
    bus.ack("t-none", &hints).await.expect("acknowledges");
    bus.ack("t-none", &hints).await.expect("acknowledging twice is no error");
}

async fn checks(bus: Arc<dyn Bus>) {
    bus.check().await.expect("healthy");
}

// === helpers ===

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("id-{n}")).collect()
}

fn bodies(hints: &[Hint]) -> BTreeSet<String> {
    hints.iter().map(|hint| hint.body.clone()).collect()
}

fn bodies_of(texts: &[String]) -> BTreeSet<String> {
    texts.iter().cloned().collect()
}

async fn hear(heard: &mut MessageStream, count: usize) -> Vec<String> {
    let mut payloads = Vec::new();
    while payloads.len() < count {
        let message = timeout(PATIENCE, heard.next()).await.unwrap_or_else(|_| panic!("heard only {payloads:?}"));
        payloads.push(message.expect("goes on").payload);
    }
    payloads
}

/// Nothing more comes, as far as a short wait can tell: doubles travel the same wires and would be here.
async fn assert_silent(heard: &mut MessageStream) {
    if let Ok(message) = timeout(Duration::from_millis(200), heard.next()).await {
        panic!("heard {message:?} once too often");
    }
}

/// Pulls and acknowledges until `count` bodies came.
async fn pull_all(bus: &Arc<dyn Bus>, queue: &str, consumer: &str, count: usize) -> Vec<String> {
    let mut pulled = Vec::new();
    while pulled.len() < count {
        let hints = bus.pull(queue, consumer, count, PATIENCE).await.expect("pulls");
        assert!(!hints.is_empty(), "{} of {count} pulled, then nothing", pulled.len());
        bus.ack(queue, &hints).await.expect("acknowledges");
        pulled.extend(hints.into_iter().map(|hint| hint.body));
    }
    pulled
}
