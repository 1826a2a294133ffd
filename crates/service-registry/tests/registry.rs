//! The registry as its clients see it, over a directory in memory.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use tge_local::{LocalDirectory, SeededEntropy, TokioClock};
use tge_model::{ServiceStatus, ServiceTransition, Timestamp};
use tge_ports::store::Services;
use tge_ports::{Directory, Instance, InstanceStatus, Page, Paged, StoreError};
use tge_proto::pb::registry::v1 as pb;
use tge_proto::pb::registry::v1::registry_service_client::RegistryServiceClient;
use tge_service::{App, Context, Settings};
use tge_service_registry::{Config, Container, Containers, Parts, SETTINGS, Server, app, parse};
use tokio::net::TcpListener;
use tower::ServiceExt;

/// A history in memory that can go away.
#[derive(Default)]
struct FakeServices {
    rows: Mutex<Vec<ServiceTransition>>,
    away: AtomicBool,
}

impl FakeServices {
    fn here(&self, attempted: &'static str) -> Result<(), StoreError> {
        if self.away.load(SeqCst) {
            return Err(StoreError::Unavailable { attempted, target: "fake".to_owned(), source: "away".into() });
        }
        Ok(())
    }

    fn told(&self) -> Vec<(String, ServiceStatus)> {
        self.rows.lock().unwrap().iter().map(|t| (t.instance.clone(), t.status)).collect()
    }
}

#[tonic::async_trait]
impl Services for FakeServices {
    async fn append(&self, transitions: &[ServiceTransition]) -> Result<(), StoreError> {
        self.here("storing")?;
        self.rows.lock().unwrap().extend_from_slice(transitions);
        Ok(())
    }

    async fn list(&self, service: Option<&str>, page: &Page) -> Result<Paged<ServiceTransition>, StoreError> {
        self.here("listing")?;
        if let Some(token) = &page.after {
            return Err(StoreError::Cursor { given: token.clone() });
        }
        let rows = self.rows.lock().unwrap();
        let items = rows.iter().rev().filter(|t| service.is_none_or(|s| t.service == s)).cloned();
        Ok(Paged { items: items.take(page.size.try_into().unwrap()).collect(), next: None })
    }
}

#[derive(Default)]
struct FakeContainers(Mutex<Vec<Container>>);

#[tonic::async_trait]
impl Containers for FakeContainers {
    async fn list(&self) -> Result<Vec<Container>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.lock().unwrap().clone())
    }
}

/// A directory and a history that outlive registries.
struct World {
    directory: Arc<LocalDirectory>,
    services: Arc<FakeServices>,
    containers: Arc<FakeContainers>,
}

impl World {
    fn new() -> Self {
        Self { directory: Arc::default(), services: Arc::default(), containers: Arc::default() }
    }

    fn context() -> Context {
        let clock = Arc::new(TokioClock::new(Timestamp::from_secs(1_000_000)));
        Context::new("service-registry", clock, Arc::new(SeededEntropy::new(1)))
    }

    fn parts(&self, register: &[String], every: Duration) -> Parts {
        Parts {
            directory: self.directory.clone(),
            services: self.services.clone(),
            containers: Some(self.containers.clone()),
            config: Config { register: register.iter().map(|entry| parse(entry).unwrap()).collect(), every },
            registration: None,
        }
    }

    async fn join(&self, id: &str, meta: &[(&str, &str)], status: InstanceStatus) {
        let instance = Instance {
            id: id.to_owned(),
            service: id.split('-').next().unwrap().to_owned(),
            host: format!("{id}.test"),
            port: 8080,
            meta: meta.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        };
        self.directory.register(&instance, Duration::from_secs(86_400)).await.unwrap();
        self.directory.beat(id, status, "said so").await.unwrap();
    }

    /// Waits until the directory shows `wanted` of `id`; `None` for absent.
    async fn until(&self, id: &str, wanted: Option<InstanceStatus>) -> String {
        let looking = async {
            let mut after = 0;
            loop {
                let snapshot = self.directory.watch(after, Duration::from_secs(1)).await.unwrap();
                after = snapshot.index;
                let seen = snapshot.instances.into_iter().find(|(instance, ..)| instance.id == id);
                if seen.as_ref().map(|(_, status, _)| *status) == wanted {
                    return seen.map_or_else(String::new, |(.., note)| note);
                }
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), looking).await;
        waited.unwrap_or_else(|_| panic!("{id} never became {wanted:?}"))
    }
}

async fn get(app: &App, path: &str) -> (StatusCode, serde_json::Value) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = app.rest.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

/// Lets every task that can run do so; with a paused clock this is a moment without duration.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

const EVERY: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn tells_who_is_where() {
    let world = World::new();
    let context = World::context();
    let app = app(&context, world.parts(&[], EVERY));
    assert_eq!(get(&app, "/prometheus/targets").await.0, StatusCode::SERVICE_UNAVAILABLE);
    world.join("queen-1", &[("metrics-port", "8001"), ("version", "0.1.0")], InstanceStatus::Passing).await;
    world.join("queen-2", &[("metrics-port", "8001")], InstanceStatus::Critical).await;
    world.join("postgres-1", &[], InstanceStatus::Passing).await;
    settle().await;
    assert!(context.ready.is_ready());
    let (status, targets) = get(&app, "/prometheus/targets").await;
    assert_eq!(status, StatusCode::OK);
    let expected = serde_json::json!([
        {"targets": ["queen-1.test:8001"],
         "labels": {"service": "queen", "instance_id": "queen-1", "version": "0.1.0"}},
        {"targets": ["queen-2.test:8001"], "labels": {"service": "queen", "instance_id": "queen-2"}},
    ]);
    assert_eq!(targets, expected);
    let (_, services) = get(&app, "/services").await;
    assert_eq!(services["services"][1]["name"], "queen");
    assert_eq!(services["services"][1]["passing"], 1);
    assert_eq!(services["services"][1]["critical"], 1);
    let (_, queen) = get(&app, "/services/queen").await;
    assert_eq!(queen["instances"][1]["note"], "said so");
    let (status, problem) = get(&app, "/services/king").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(problem["detail"].as_str().unwrap().contains("known: postgres, queen"), "{problem}");
    context.stop.cancel();
    assert!(context.drained(Duration::from_secs(1)).await);
}

#[tokio::test(start_paused = true)]
async fn keeps_the_history_once_over_restarts_and_outages() {
    let world = World::new();
    let first = World::context();
    let server = Server::start(&first, world.parts(&[], EVERY));
    let mut client = RegistryServiceClient::new(server.rpc());
    world.join("queen-1", &[], InstanceStatus::Passing).await;
    settle().await;
    world.directory.beat("queen-1", InstanceStatus::Passing, "other words").await.unwrap();
    settle().await;
    world.services.away.store(true, SeqCst);
    world.directory.beat("queen-1", InstanceStatus::Warning, "redis: away").await.unwrap();
    settle().await;
    world.directory.beat("queen-1", InstanceStatus::Passing, "ready").await.unwrap();
    world.join("agent-1", &[], InstanceStatus::Passing).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    world.services.away.store(false, SeqCst);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let told = world.services.told();
    let of = |told: &[(String, ServiceStatus)], id: &str| -> Vec<_> {
        told.iter().filter(|(instance, _)| instance == id).map(|(_, status)| *status).collect()
    };
    use ServiceStatus::{Passing, Unknown, Warning};
    assert!(of(&told, "queen-1").ends_with(&[Passing, Warning, Passing]), "{told:?}");
    assert!(of(&told, "agent-1").ends_with(&[Passing]), "{told:?}");

    let request = pb::ListTransitionsRequest { service: "agent".to_owned(), ..Default::default() };
    let listed = client.list_transitions(request).await.unwrap().into_inner();
    assert_eq!(listed.transitions[0].status, "passing");
    let wrong = pb::ListTransitionsRequest { page_token: "no token".to_owned(), ..Default::default() };
    assert_eq!(client.list_transitions(wrong).await.unwrap_err().code(), tonic::Code::InvalidArgument);
    let passing = pb::ListInstancesRequest { passing_only: true, service: "queen".to_owned() };
    assert_eq!(client.list_instances(passing).await.unwrap().into_inner().instances.len(), 1);

    first.stop.cancel();
    assert!(first.drained(Duration::from_secs(1)).await);
    world.directory.deregister("agent-1").await.unwrap();
    let second = World::context();
    let _server = Server::start(&second, world.parts(&[], EVERY));
    settle().await;
    let after = world.services.told();
    assert_eq!(of(&after, "queen-1"), of(&told, "queen-1"), "nothing is told twice");
    assert_eq!(of(&after, "agent-1").last(), Some(&Unknown), "who left while nobody looked is told");
    assert_eq!(after.len(), told.len() + 1);
}

#[tokio::test]
async fn registers_what_cannot_register_itself() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let labelled = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, labelled_port) = (listener.local_addr().unwrap().port(), labelled.local_addr().unwrap().port());
    let container = |service: &str| {
        let labels = [("tge.register", service), ("tge.register.port", &*labelled_port.to_string())];
        let labels: BTreeMap<_, _> = labels.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        Container { name: "127.0.0.1".to_owned(), labels }
    };
    // One that only its label names, and one that the setting names, too.
    *world.containers.0.lock().unwrap() = vec![container("redis"), container("postgres")];
    // Left by an earlier life and not wanted any more.
    world.join("old-1", &[("registered-by", "service-registry")], InstanceStatus::Passing).await;
    world.join("queen-1", &[], InstanceStatus::Passing).await;

    let context = World::context();
    let entry = format!("postgres=127.0.0.1:{port}/tcp");
    let _server = Server::start(&context, world.parts(&[entry], Duration::from_millis(20)));
    let (postgres, redis) = (format!("postgres:127.0.0.1:{port}"), format!("redis:127.0.0.1:{labelled_port}"));
    assert_eq!(world.until(&postgres, Some(InstanceStatus::Passing)).await, "accepts connections");
    world.until(&redis, Some(InstanceStatus::Passing)).await;
    world.until("old-1", None).await;
    world.until(&format!("postgres:127.0.0.1:{labelled_port}"), None).await;

    drop(listener);
    let note = world.until(&postgres, Some(InstanceStatus::Critical)).await;
    assert!(note.contains("connecting to 127.0.0.1"), "{note}");
    world.containers.0.lock().unwrap().clear();
    world.until(&redis, None).await;
    world.directory.deregister(&postgres).await.unwrap();
    world.until(&postgres, Some(InstanceStatus::Critical)).await;
    world.until("queen-1", Some(InstanceStatus::Passing)).await;
    context.stop.cancel();
    assert!(context.drained(Duration::from_secs(5)).await);
}

#[test]
fn settings_name_what_is_wrong() {
    let read = |value: &str| Config::read(&Settings::of(SETTINGS, &[("register", value.to_owned())]));
    assert_eq!(read("").unwrap().register, []);
    assert_eq!(read("a=b:1/tcp, c=d:2/http/x").unwrap().register.len(), 2);
    let error = tge_service::chain(&read("a=b:1/tcp,c=d").unwrap_err());
    assert!(error.contains("TGE_REGISTER") && error.contains("\"c=d\""), "{error}");
}
