//! Ways out: the stream of changes and signed webhooks.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use tge_e2e::{Programs, Solo, python, run, serve, until};

use crate::{data, launch, quiet, trial};

/// Enough for a change to travel from push to reader on a busy machine.
const SOON: Duration = Duration::from_secs(20);

pub(crate) fn trials(programs: &Programs) -> Vec<Trial> {
    let python = python("standardwebhooks");
    let missing = python.is_none();
    vec![
        trial("ways_out::stream_resumes_without_loss", programs, resume),
        trial("ways_out::webhook_signed_and_retried", programs, |programs| webhook(programs, None)),
        trial("ways_out::webhook_verified_by_pypi", programs, |programs| webhook(programs, python))
            .with_ignored_flag(missing),
        trial("ways_out::gone_subscriber_is_switched_off", programs, gone),
        trial("ways_out::private_subscriber_is_refused", programs, private),
    ]
}

async fn resume(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let mut solo = Solo::start(&programs, &data, &quiet(&kept)).await?;
    let mut stream = solo.stream("", None).await?;
    push(&solo, 0..3).await?;
    let live = stream.take_many(3, SOON).await?;
    assert!(live.iter().all(|frame| frame.event == "change"), "{live:?}");
    assert!(
        live.iter().all(|frame| frame.data["seq"].as_u64() == frame.id.parse().ok()),
        "the id is the change's number"
    );
    drop(stream);

    // While nobody listens, and over a restart.
    push(&solo, 3..6).await?;
    solo.settled(SOON).await?;
    solo.kill();
    let solo = Solo::start(&programs, &data, &quiet(&kept)).await?;
    let mut stream = solo.stream("", Some(&live[2].id)).await?;
    let missed = stream.take_many(3, SOON).await?;
    push(&solo, 6..8).await?;
    let more = stream.take_many(2, SOON).await?;
    let ids: Vec<&str> = live.iter().chain(&missed).chain(&more).map(|frame| frame.id.as_str()).collect();
    let numbers: Vec<String> = (1..=8).map(|n: u32| n.to_string()).collect();
    assert_eq!(ids, numbers, "each change once, in order");

    let again = solo.stream("?since=0", Some("6")).await?.take_many(2, SOON).await?;
    assert_eq!((again[0].id.as_str(), again[1].id.as_str()), ("7", "8"), "Last-Event-ID goes before since");
    let refused = solo.get("/api/v1/events:stream?sinse=0").await?;
    assert_eq!((refused.status, refused.content_type.as_str()), (400, "application/problem+json"));
    Ok(())
}

// === webhooks ===

/// A subscriber that answers what it is told to, the last word for ever.
#[derive(Clone)]
struct Subscriber {
    answers: Arc<Mutex<Vec<u16>>>,
    received: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
}

impl Subscriber {
    async fn open(answers: &[u16]) -> Result<(Self, String), Failed> {
        let answers = answers.iter().rev().copied().collect();
        let subscriber = Self { answers: Arc::new(Mutex::new(answers)), received: Arc::default() };
        let router = Router::new().route("/hook", post(take)).with_state(subscriber.clone());
        let address = serve("127.0.0.1", router).await?;
        Ok((subscriber, format!("http://{address}/hook")))
    }

    fn received(&self) -> Vec<(HeaderMap, Bytes)> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn wait_for(&self, count: usize) -> Result<Vec<(HeaderMap, Bytes)>, String> {
        until(format!("{count} deliveries have come"), SOON, async || {
            Some(self.received()).filter(|received| received.len() >= count)
        })
        .await
    }
}

async fn take(State(subscriber): State<Subscriber>, headers: HeaderMap, body: Bytes) -> StatusCode {
    subscriber.received.lock().unwrap_or_else(PoisonError::into_inner).push((headers, body));
    let mut answers = subscriber.answers.lock().unwrap_or_else(PoisonError::into_inner);
    let answer = if answers.len() > 1 { answers.pop() } else { answers.last().copied() };
    StatusCode::from_u16(answer.unwrap_or(204)).unwrap_or(StatusCode::NO_CONTENT)
}

async fn webhook(programs: Programs, python: Option<std::path::PathBuf>) -> Result<(), Failed> {
    let (kept, data) = data();
    let mut arguments = quiet(&kept);
    arguments.extend(["--allow-net".to_owned(), "127.0.0.0/8".to_owned()]);
    let solo = Solo::start(&programs, &data, &arguments).await?;
    let (subscriber, url) = Subscriber::open(&[500, 204]).await?;
    let secret = subscribe(&solo, &url).await?;
    push(&solo, 0..1).await?;
    // Refused once, then taken: the same delivery under the same id.
    let attempts = subscriber.wait_for(2).await?;
    push(&solo, 1..3).await?;
    let received = subscriber.wait_for(4).await?;
    let id = |attempt: &(HeaderMap, Bytes)| header(&attempt.0, "webhook-id");
    assert_eq!(id(&attempts[0]), id(&attempts[1]), "an attempt repeated is the same message");
    let distinct: HashSet<String> = received.iter().map(id).collect();
    assert_eq!((received.len(), distinct.len()), (4, 3));

    let verifier = standardwebhooks::Webhook::new(&secret).map_err(|error| error.to_string())?;
    for (headers, body) in &received {
        verifier.verify(body, headers).map_err(|error| format!("our signature is refused: {error}"))?;
        let mut altered = body.to_vec();
        altered.push(b' ');
        assert!(verifier.verify(&altered, headers).is_err(), "a changed body must not verify");
        let change: Value = serde_json::from_slice(body)?;
        assert!(change.to_string().contains("TOKEN_GENERATION"), "{change}");
        if let Some(python) = &python {
            by_pypi(python, &kept.path().join("message.json"), &secret, headers, body)?;
        }
    }
    until("all are delivered", SOON, async || {
        let list = solo.all("/api/v1/deliveries?state=delivered", "deliveries").await.ok()?;
        (list.len() == 3).then_some(())
    })
    .await?;
    Ok(())
}

fn by_pypi(python: &Path, file: &Path, secret: &str, headers: &HeaderMap, body: &Bytes) -> Result<(), Failed> {
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: serde_json::Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), Value::String(header(headers, name)))).collect();
    let message = json!({ "secret": secret, "headers": headers, "body": String::from_utf8_lossy(body) });
    std::fs::write(file, message.to_string())?;
    let script = "import json, sys\nfrom standardwebhooks import Webhook\nm = json.load(open(sys.argv[1]))\n\
                  Webhook(m['secret']).verify(m['body'], m['headers'])\nprint('verified')";
    let ended = run(python, &["-c", script, &file.display().to_string()]);
    if ended.stdout.trim() == "verified" { Ok(()) } else { Err(ended.stderr.into()) }
}

async fn gone(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let mut arguments = quiet(&kept);
    arguments.extend(["--allow-net".to_owned(), "127.0.0.0/8".to_owned()]);
    let solo = Solo::start(&programs, &data, &arguments).await?;
    let (subscriber, url) = Subscriber::open(&[410]).await?;
    subscribe(&solo, &url).await?;
    push(&solo, 0..1).await?;
    subscriber.wait_for(1).await?;
    let dead = until("the delivery is set aside", SOON, async || {
        solo.all("/api/v1/deliveries?state=dead", "deliveries").await.ok()?.pop()
    })
    .await?;
    assert!(dead["last_error"].to_string().contains("410") || dead.to_string().contains("410"), "{dead}");
    let hooks = solo.read("/api/v1/webhooks").await?;
    assert!(hooks["webhooks"][0]["disabled_at"].is_string(), "410 must switch the subscriber off: {hooks}");
    let dead_letters = solo.read("/api/v1/status").await?;
    let stage = dead_letters["stages"].as_array().and_then(|stages| stages.iter().find(|s| s["name"] == "deliveries"));
    assert_eq!(stage.map(|stage| &stage["dead"]), Some(&json!(1)), "dead letters must be visible");

    push(&solo, 1..2).await?;
    solo.settled(SOON).await?;
    assert_eq!(subscriber.received().len(), 1, "who is gone is left alone");
    Ok(())
}

async fn private(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let solo = Solo::start(&programs, &data, &quiet(&kept)).await?;
    let (subscriber, url) = Subscriber::open(&[204]).await?;
    subscribe(&solo, &url).await?;
    push(&solo, 0..1).await?;
    let refused = until("the delivery was tried", SOON, async || {
        let list = solo.all("/api/v1/deliveries", "deliveries").await.ok()?;
        list.into_iter().find(|delivery| delivery["attempt"].as_u64() > Some(0) || delivery["error"].is_string())
    })
    .await?;
    let told = refused.to_string();
    let why = ["127.0.0.1 is a loopback address", "--allow-net"];
    assert!(why.iter().all(|word| told.contains(word)), "the reason must be told: {told}");
    assert!(subscriber.received().is_empty(), "a private address was posted to");
    Ok(())
}

async fn subscribe(solo: &Solo, url: &str) -> Result<String, Failed> {
    let added = solo.post("/api/v1/webhooks", &json!({ "url": url })).await?;
    assert_eq!(added.status, 201, "{added:?}");
    Ok(added.body["secret"].as_str().ok_or("the secret is shown once")?.to_owned())
}

async fn push(solo: &Solo, which: std::ops::Range<usize>) -> Result<(), Failed> {
    for n in which {
        let answer = solo.post("/api/v1/observations", &launch(n)).await?;
        assert_eq!((answer.status, &answer.body["results"][0]["outcome"]), (200, &json!("new")), "{answer:?}");
        solo.settled(SOON).await?;
    }
    Ok(())
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
