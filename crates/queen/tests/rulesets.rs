//! Rulesets and marks through REST, over a real store and a real memory: what is refused, and why.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use tge_detect::Ruleset;
use tge_local::{LocalBus, ManualClock, SeededEntropy};
use tge_ports::contract::store::START;
use tge_ports::{Bus, channels};
use tge_proto::pb::memory::v1 as pb;
use tge_proto::pb::memory::v1::memory_service_client::MemoryServiceClient;
use tge_queen::Parts;
use tge_service::{Context, Secret};
use tower::ServiceExt;

const KEY: &str = "tge_a-key-for-tests";

struct World {
    router: Router,
    memory: MemoryServiceClient<tge_proto::Rpc>,
    bus: Arc<LocalBus>,
    context: Context,
    _data: TempDir,
}

impl Drop for World {
    fn drop(&mut self) {
        self.context.stop.cancel();
    }
}

async fn world() -> World {
    let data = tempfile::tempdir().expect("a directory");
    let (clock, entropy) = (Arc::new(ManualClock::new(START)), Arc::new(SeededEntropy::new(7)));
    let stores = tge_store::sqlite::open(&data.path().join("tge.sqlite"), clock.clone()).await.expect("a store");
    let key = Secret::new(KEY.to_owned());
    tge_queen::first_key(&*stores.keys, &*clock, &*entropy, Some(&key)).await.expect("a key");
    let context = Context::new("queen", clock, entropy);
    let bus = Arc::new(LocalBus::new(Duration::from_secs(60)));
    let memory = tge_memory_coordinator::Server::start(
        &context,
        tge_memory_coordinator::Parts {
            memory: stores.memory.clone(),
            bus: bus.clone(),
            config: tge_memory_coordinator::Config::default(),
        },
    )
    .rpc();
    let parts = Parts {
        stores,
        bus: bus.clone(),
        catalog: Arc::new(tge_sources::Catalog::default()),
        memory: memory.clone(),
        holder: "queen-under-test".to_owned(),
        login_token: None,
        demo: false,
        registration: None,
    };
    let router = tge_queen::app(&context, parts).rest;
    World { router, memory: MemoryServiceClient::new(memory), bus, context, _data: data }
}

impl World {
    async fn ask(&self, method: &str, path: &str, body: impl Into<Body>) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1/{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {KEY}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.into())
            .expect("a request");
        let (head, body) = self.router.clone().oneshot(request).await.expect("an answer").into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        (head.status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// The detail of a refusal.
    async fn refused(&self, method: &str, path: &str, status: u16) -> String {
        let (answered, problem) = self.ask(method, path, Body::empty()).await;
        assert_eq!(answered.as_u16(), status, "{path}: {problem}");
        problem["detail"].as_str().expect("a detail").to_owned()
    }

    /// Lets memory know that `version` has judged so many documents.
    async fn has_judged(&self, version: &str, judged: u64) {
        let request = pb::StoreRequest {
            tier: pb::Tier::Semantic.into(),
            key: format!("shadow/{version}"),
            writer: "keyword-precision".to_owned(),
            kind: "shadow".to_owned(),
            content: json!({ "judged": judged, "raised": 1, "lowered": 2 }).to_string(),
            importance: 0.5,
            ..Default::default()
        };
        self.memory.clone().store(request).await.expect("stored");
    }

    /// Hands in so many documents, half of them launches, and says what they are.
    async fn mark(&self, count: usize) {
        let text = |n: usize| match n % 2 {
            0 => format!(
                "The Vellum {n} $VLM{n} token generation event is now live. The VLM{n} token has launched and claims are open."
            ),
            _ => format!("The council will vote on the new bridge over the river on day {n}."),
        };
        let documents: Vec<Value> =
            (0..count).map(|n| json!({ "source": "example-news", "id": format!("d{n}"), "text": text(n) })).collect();
        let (status, answer) = self.ask("POST", "observations", json!(documents).to_string()).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        for (n, result) in answer["results"].as_array().expect("results").iter().enumerate() {
            let id = result["observation"].as_str().expect("an id");
            let (status, _) =
                self.ask("PUT", &format!("observations/{id}/mark"), json!({ "is_tge": n % 2 == 0 }).to_string()).await;
            assert_eq!(status, StatusCode::NO_CONTENT);
        }
    }
}

/// The built-in ruleset with another threshold.
fn variant(threshold: f64) -> (String, Vec<u8>) {
    let built_in = Ruleset::embedded().expect("a ruleset");
    let text = String::from_utf8(built_in.to_bytes()).expect("text");
    let line = format!("\nthreshold\t{:.4}\n", built_in.threshold());
    let changed = text.replace(&line, &format!("\nthreshold\t{threshold:.4}\n"));
    let changed = Ruleset::from_bytes(changed.as_bytes()).expect("a ruleset");
    (changed.version().to_owned(), changed.to_bytes())
}

#[tokio::test]
async fn a_ruleset_is_handed_in_looks_on_judges_and_is_taken_off() {
    let world = world().await;
    let built_in = Ruleset::embedded().expect("a ruleset").version().to_owned();
    let (version, body) = variant(0.3);
    let mut told = world.bus.subscribe(&[channels::QUEEN_COMMANDS]).await.expect("a stream");

    let (status, problem) = world.ask("POST", "rulesets", "%% nothing").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("no ruleset")), "{problem}");
    let (status, problem) = world.ask("POST", "rulesets", vec![b'x'; 17 * 1024 * 1024]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{problem}");
    let (status, added) = world.ask("POST", "rulesets?note=lower", body.clone()).await;
    assert_eq!(
        (status, &added["version"], &added["new"]),
        (StatusCode::CREATED, &json!(version), &json!(true)),
        "{added}"
    );
    assert_eq!(added["threshold"], json!(0.3));
    let (_, again) = world.ask("POST", "rulesets", body).await;
    assert_eq!(again["new"], json!(false));

    assert!(world.refused("POST", "rulesets/feedbeef/activate", 404).await.contains("feedbeef"));
    assert!(world.refused("POST", "rulesets/feedbeef/shadow", 404).await.contains("feedbeef"));
    assert!(world.refused("GET", "rulesets/feedbeef", 404).await.contains("feedbeef"));
    assert!(world.refused("POST", "rulesets:rollback", 409).await.contains("nothing was put in force"));
    let activate = format!("rulesets/{version}/activate");
    assert!(world.refused("POST", &activate, 409).await.contains("has not looked on"));
    let (status, _) = world.ask("POST", &format!("rulesets/{version}/shadow"), Body::empty()).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(world.refused("POST", &activate, 409).await.contains("judged 0 of 100"));
    world.has_judged(&version, 99).await;
    assert!(world.refused("POST", &activate, 409).await.contains("judged 99 of 100"));
    world.has_judged(&version, 100).await;
    let unknown = world.refused("POST", &activate, 409).await;
    assert!(unknown.contains("fewer than 20") && unknown.contains("mark more documents"), "{unknown}");
    let (_, listed) = world.ask("GET", "rulesets", Body::empty()).await;
    assert_eq!((&listed["active"], &listed["shadow"]["judged"]), (&json!(built_in), &json!(100)), "{listed}");

    world.mark(44).await;
    let (status, done) = world.ask("POST", &activate, Body::empty()).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    assert_eq!(
        (&done["active"], &done["before"], &done["compared"]["documents"]),
        (&json!(version), &json!(built_in), &json!(44))
    );
    assert!(world.refused("POST", &activate, 409).await.contains("in force already"));
    let (_, listed) = world.ask("GET", "rulesets", Body::empty()).await;
    assert_eq!((&listed["active"], &listed["shadow"]), (&json!(version), &Value::Null), "{listed}");
    assert_eq!((&listed["rulesets"][0]["state"], &listed["rulesets"][0]["note"]), (&json!("active"), &json!("lower")));

    // One that calls nothing a launch is worse on what people marked: refused with the figures, unless forced.
    let (worse, body) = variant(0.9999);
    world.ask("POST", "rulesets", body).await;
    world.ask("POST", &format!("rulesets/{worse}/shadow"), Body::empty()).await;
    world.has_judged(&worse, 500).await;
    let refused = world.refused("POST", &format!("rulesets/{worse}/activate"), 409).await;
    assert!(refused.contains("is worse on the replay set: F1 0.0000"), "{refused}");
    let (status, forced) = world.ask("POST", &format!("rulesets/{worse}/activate?force=true"), Body::empty()).await;
    assert_eq!((status, &forced["active"]), (StatusCode::OK, &json!(worse)));
    for expected in [&version, &built_in] {
        let (status, back) = world.ask("POST", "rulesets:rollback", Body::empty()).await;
        assert_eq!((status, &back["active"]), (StatusCode::OK, &json!(expected)));
    }
    // Shadow, activation, shadow, forced activation, two rollbacks: the agents were told each time.
    for _ in 0..6 {
        let message = futures::StreamExt::next(&mut told).await.expect("a message");
        assert_eq!(message.payload, channels::RULESETS);
    }
}

#[tokio::test]
async fn marks_are_listed_replaced_and_taken_back() {
    let world = world().await;
    world.mark(3).await;
    let (_, page) = world.ask("GET", "marks?page_size=2", Body::empty()).await;
    assert_eq!(page["marks"].as_array().map(Vec::len), Some(2));
    let token = page["next_page_token"].as_str().expect("there is more");
    let (_, rest) = world.ask("GET", &format!("marks?page_size=2&page_token={token}"), Body::empty()).await;
    assert_eq!((rest["marks"].as_array().map(Vec::len), &rest["next_page_token"]), (Some(1), &Value::Null));
    let name = rest["marks"][0]["observation"]["name"].as_str().expect("a name").to_owned();
    let (status, _) = world.ask("DELETE", &format!("{name}/mark"), Body::empty()).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(world.refused("DELETE", &format!("{name}/mark"), 404).await.contains("mark"));
    let missing = format!("observations/{}/mark", "0".repeat(32));
    let (status, _) = world.ask("PUT", &missing, json!({ "is_tge": true }).to_string()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for body in ["{}", "{\"is_tge\": 1}", "{\"is_tge\": true, \"sure\": true}", "nothing"] {
        let (status, problem) = world.ask("PUT", &format!("{name}/mark"), body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}: {problem}");
    }
    let (status, _) = world.ask("PUT", "observations/no-id/mark", json!({ "is_tge": true }).to_string()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
