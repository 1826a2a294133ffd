//! The endpoint is a real server on loopback, reached through the guarded client; memory is the real one over SQLite.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use tge_http::{GuardedClient, SystemLookup};
use tge_local::{LocalBus, SeededEntropy, TokioClock};
use tge_ports::contract::store::{START, document};
use tge_service::Context;

use super::*;

const THRESHOLD: f64 = 0.4;
const YES: &str =
    r#"Sure! {"launch": true, "why": "It dates the launch.", "quote": "launches $EX1 on 30 April"} Anything else?"#;

/// What the endpoint does: its status and what the model says; no status means that it never answers.
#[derive(Clone)]
struct Endpoint {
    answer: (Option<u16>, &'static str),
    asked: Arc<AtomicU32>,
    key: Option<&'static str>,
}

async fn complete(State(endpoint): State<Endpoint>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    endpoint.asked.fetch_add(1, SeqCst);
    let bearer = headers.get("authorization").and_then(|v| v.to_str().ok());
    if bearer != endpoint.key.map(|key| format!("Bearer {key}")).as_deref() {
        return (StatusCode::UNAUTHORIZED, "who are you?").into_response();
    }
    assert_eq!(body["model"], "judge-1");
    assert!(body["messages"][1]["content"].as_str().is_some_and(|text| text.contains("Example")), "{body}");
    match endpoint.answer {
        (None, _) => std::future::pending().await,
        (Some(200), said) => {
            Json(json!({"choices": [{"message": {"role": "assistant", "content": said}}]})).into_response()
        }
        (Some(status), said) => (StatusCode::from_u16(status).expect("a status"), said).into_response(),
    }
}

struct World {
    opinions: Opinions,
    asked: Arc<AtomicU32>,
    _directory: tempfile::TempDir,
    context: Context,
}

impl World {
    async fn start(answer: (Option<u16>, &'static str), key: Option<&'static str>, per_day: u32) -> Self {
        let endpoint = Endpoint { answer, asked: Arc::default(), key };
        let asked = endpoint.asked.clone();
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
        let url = format!("http://{}/v1/", listener.local_addr().expect("an address"));
        let clock = Arc::new(TokioClock::new(START));
        let context = Context::new("test", clock.clone(), Arc::new(SeededEntropy::new(1)));
        let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(endpoint);
        let stop = context.stop.clone();
        context.spawn("endpoint", tge_service::OnError::Log, async move {
            drop(axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await);
        });
        let directory = tempfile::tempdir().expect("a folder");
        let stores = tge_store::sqlite::open(&directory.path().join("tge.db"), clock.clone()).await.expect("a store");
        let parts = tge_memory_coordinator::Parts {
            memory: stores.memory.clone(),
            bus: Arc::new(LocalBus::default()),
            config: tge_memory_coordinator::Config::default(),
        };
        let memory = Memory::new(tge_memory_coordinator::Server::start(&context, parts).rpc(), "keyword-precision");
        let allow_nets = vec!["127.0.0.0/8".parse().expect("a network")];
        let http = tge_http::Config { allow_nets, ..tge_http::Config::default() };
        let fetch = GuardedClient::new(http, Arc::new(SystemLookup), clock).expect("a client");
        let settings = [
            ("opinion_url", url),
            ("opinion_model", "judge-1".to_owned()),
            ("opinion_timeout", "300ms".to_owned()),
            ("opinion_per_day", per_day.to_string()),
        ];
        let mut config =
            OpinionConfig::read(&Settings::of(SETTINGS, &settings)).expect("settings").expect("an endpoint");
        config.key = Some(Secret::new("right".to_owned()));
        Self { opinions: Opinions::new(config, Arc::new(fetch), memory), asked, _directory: directory, context }
    }

    /// The verdict on the `n`-th document, judged at `p`, after a second opinion.
    async fn heed(&self, n: u64, p: f64) -> Verdict {
        let mut verdict = near(p);
        let turn = self.opinions.turn(&verdict, THRESHOLD).expect("a turn");
        self.opinions.heed(turn, &document(n), &mut verdict, THRESHOLD).await;
        verdict
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.context.stop.cancel();
    }
}

fn near(p: f64) -> Verdict {
    Verdict {
        is_tge: p >= THRESHOLD,
        probability: Probability::clamped(p),
        reasons: Vec::new(),
        ..tge_ports::contract::store::verdict()
    }
}

#[tokio::test]
async fn an_answer_is_one_reason_with_a_quote_that_stands_there() {
    let world = World::start((Some(200), YES), Some("right"), 10).await;
    // It tips what is next to the threshold, and decides nothing else it is asked about.
    assert!(!world.heed(2, 0.22).await.is_tge);
    let verdict = world.heed(1, 0.3).await;
    let [reason] = &verdict.reasons[..] else { panic!("{:?}", verdict.reasons) };
    assert_eq!((reason.stage.as_ref(), reason.weight), ("opinion", WEIGHT));
    assert_eq!(reason.feature, "opinion:judge-1: It dates the launch.");
    assert_eq!(&document(1).text[reason.start..reason.end], "launches $EX1 on 30 April");
    assert_eq!(reason.quote, "launches $EX1 on 30 April");
    // Odds of 0.3 times e^0.5, which crosses 0.4.
    let expected = 0.3 / 0.7 * WEIGHT.exp();
    assert!((verdict.probability.get() - expected / (1.0 + expected)).abs() < 1e-9 && verdict.is_tge);
}

#[tokio::test]
async fn a_text_is_asked_about_once_and_no_more_than_the_day_allows() {
    let world = World::start(
        (Some(200), r#"{"launch": false, "why": "Words\u0007 of a dream.", "quote": "not there"}"#),
        Some("right"),
        2,
    )
    .await;
    for _ in 0..3 {
        let verdict = world.heed(1, 0.45).await;
        let reason = verdict.reasons.last().expect("a reason");
        assert_eq!((reason.weight, reason.quote.as_str(), reason.start, reason.end), (-WEIGHT, "", 0, 0));
        assert_eq!(reason.feature, "opinion:judge-1: Words of a dream.");
        assert!(!verdict.is_tge);
    }
    assert_eq!(world.asked.load(SeqCst), 1, "the answer is remembered");
    assert_eq!(world.heed(2, 0.45).await.reasons.len(), 1);
    assert_eq!(world.heed(3, 0.45).await, near(0.45), "the day's two questions are used up");
    assert_eq!(world.asked.load(SeqCst), 2);
}

#[tokio::test]
async fn without_an_answer_the_verdict_stays_as_it_is() {
    let cases = [
        ("never answers", (None, ""), Some("right")),
        ("fails", (Some(500), "out of memory"), Some("right")),
        ("wrong key", (Some(200), YES), Some("another")),
        ("no object", (Some(200), "I think so!"), Some("right")),
        ("another object", (Some(200), r#"{"answer": 42}"#), Some("right")),
    ];
    for (name, answer, key) in cases {
        let world = World::start(answer, key, 100).await;
        for n in 1..=7 {
            assert_eq!(world.heed(n, 0.3).await, near(0.3), "{name}");
        }
        assert_eq!(world.asked.load(SeqCst), 5, "{name}: after five failures it is left alone");
    }
}

#[tokio::test]
async fn what_is_held_back_is_not_asked_about_and_stays_so() {
    let world = World::start((Some(200), YES), Some("right"), 10).await;
    let some = tge_ports::contract::store::verdict().reasons.swap_remove(0);
    let reason = |stage: &'static str, weight| Reason { stage: stage.into(), weight, ..some.clone() };
    let (mut held, mut free) = (near(0.38), near(0.38));
    held.reasons.push(reason(tge_model::RESERVE, -1.0));
    assert!(world.opinions.turn(&free, THRESHOLD).is_some() && world.opinions.turn(&held, THRESHOLD).is_none());
    for (verdict, is_tge, weight) in [(&mut free, true, 5.0), (&mut held, false, 0.0)] {
        verdict.weigh(reason("opinion", 5.0), THRESHOLD);
        assert_eq!((verdict.is_tge, verdict.reasons.last().map(|r| r.weight)), (is_tge, Some(weight)));
    }
    let before = held.probability;
    held.weigh(reason("memory", -0.5), THRESHOLD);
    assert!(held.probability < before && !held.is_tge);
}

#[tokio::test]
async fn only_what_is_near_is_asked_about_and_few_at_a_time() {
    let world = World::start((Some(200), YES), Some("right"), 10).await;
    for (p, near_it) in
        [(0.0, false), (0.19, false), (0.2, true), (0.4, true), (0.64, true), (0.65, false), (1.0, false)]
    {
        assert_eq!(world.opinions.turn(&near(p), THRESHOLD).is_some(), near_it, "{p}");
    }
    let held: Vec<Turn> = (0..AT_ONCE).filter_map(|_| world.opinions.turn(&near(0.4), THRESHOLD)).collect();
    assert_eq!(held.len(), AT_ONCE);
    assert!(world.opinions.turn(&near(0.4), THRESHOLD).is_none(), "another would have to wait");
}

#[test]
fn settings_are_judged() {
    let read = |given: &[(&'static str, &str)]| {
        let given: Vec<_> = given.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        OpinionConfig::read(&Settings::of(SETTINGS, &given))
            .map(|config| config.is_some())
            .map_err(|error| error.to_string())
    };
    let url = ("opinion_url", "https://models.example.org/v1");
    assert_eq!(read(&[]), Ok(false));
    assert_eq!(read(&[url, ("opinion_model", "m")]), Ok(true));
    for (given, complaint) in [
        (vec![url], "opinion_model"),
        (vec![("opinion_url", "models.example.org"), ("opinion_model", "m")], "https://models.example.org/v1"),
        (vec![url, ("opinion_model", "m"), ("opinion_timeout", "1m")], "at most 20s"),
        (vec![url, ("opinion_model", "m"), ("opinion_key_file", "/nowhere/key")], "/nowhere/key"),
    ] {
        let error = read(&given).expect_err(complaint);
        assert!(error.contains(complaint), "{error}");
    }
}
