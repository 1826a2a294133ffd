//! One port for everything a process answers: REST, gRPC, gRPC health, reflection, `/live`, `/ready`, `/metrics`.
//!
//! The port answers health before the app exists: until then every other path says 503 with what is missing. That is why
//! the app comes through a gate and not as an argument.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tower::ServiceExt;

use crate::layers::{self, layers};
use crate::{Context, OnError, Registration, Telemetry, metric};

/// What a program answers, and how it is found.
pub struct App {
    /// REST routes; empty for most services.
    pub rest: Router,
    /// gRPC services.
    pub grpc: Routes,
    /// Full names of the gRPC services, for health and reflection.
    pub services: Vec<&'static str>,
    /// How it is registered, where there is a directory.
    pub registration: Option<Registration>,
}

/// A served port, to be given its app.
#[derive(Clone)]
pub struct Served {
    app: Arc<OnceLock<Router>>,
    context: Context,
    telemetry: Telemetry,
}

/// Serves `listener` until the context stops. Health answers at once; the app when it is [installed](Served::install).
pub fn serve(context: &Context, listener: TcpListener, telemetry: Telemetry) -> Served {
    let served = Served { app: Arc::default(), context: context.clone(), telemetry };
    let router = served.health_routes().fallback(gate).with_state(served.clone());
    let stop = context.stop.clone();
    context.spawn("serve", OnError::Stop, async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await {
            tracing::error!(%error, "serving failed");
        }
    });
    served
}

impl Served {
    /// Opens the gate: from now on everything of `app` is answered, with health and reflection beside it.
    pub async fn install(&self, app: App) {
        let (reporter, health) = tonic_health::server::health_reporter();
        let grpc = with_reflection(app.grpc.add_service(health), &app.services);
        let router = app.rest.merge(grpc.prepare().into_axum_router().reset_fallback()).fallback(nothing_here);
        // Only the first app counts; a program has one.
        drop(self.app.set(layers(router, self.context.name)));
        self.report_health(reporter, app.services);
        if let Some(registration) = app.registration {
            crate::keep_registered(&self.context, registration);
        }
    }

    /// Serves health and metrics alone on a second port.
    pub fn serve_metrics(&self, listener: TcpListener) {
        let router = self.health_routes().with_state(self.clone());
        let stop = self.context.stop.clone();
        self.context.spawn("serve metrics", OnError::Log, async move {
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await {
                tracing::error!(%error, "serving metrics failed");
            }
        });
    }

    fn health_routes(&self) -> Router<Served> {
        Router::new().route("/live", get(async || "live\n")).route("/ready", get(ready)).route("/metrics", get(metrics))
    }

    /// Keeps gRPC health equal to readiness.
    fn report_health(&self, reporter: tonic_health::server::HealthReporter, services: Vec<&'static str>) {
        let (context, name) = (self.context.clone(), self.context.name);
        self.context.spawn("health", OnError::Stop, async move {
            let mut changes = context.ready.subscribe();
            loop {
                let ready = context.ready.is_ready() && !context.stop.is_cancelled();
                let status = if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
                metric::READY.set(f64::from(u8::from(ready)), &[("service", name)]);
                for service in services.iter().copied().chain([""]) {
                    reporter.set_service_status(service, status).await;
                }
                tokio::select! {
                    changed = changes.changed() => if changed.is_err() { return },
                    () = context.stop.cancelled() => {
                        for service in services.iter().copied().chain([""]) {
                            reporter.set_service_status(service, ServingStatus::NotServing).await;
                        }
                        return;
                    }
                }
            }
        });
    }
}

/// Adds reflection in both versions, so that old and new grpcurl can list and describe what is served here.
fn with_reflection(routes: Routes, services: &[&'static str]) -> Routes {
    let builder = || {
        services.iter().fold(
            tonic_reflection::server::Builder::configure()
                .register_encoded_file_descriptor_set(tge_proto::DESCRIPTORS)
                .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
                .with_service_name("grpc.health.v1.Health"),
            |builder, service| builder.with_service_name(*service),
        )
    };
    let v1 = builder().with_service_name("grpc.reflection.v1.ServerReflection").build_v1();
    let v1alpha = builder().with_service_name("grpc.reflection.v1alpha.ServerReflection").build_v1alpha();
    routes
        .add_service(v1.expect("our own descriptors are well formed"))
        .add_service(v1alpha.expect("our own descriptors are well formed"))
}

/// What a path that nobody serves is told, in the words of its protocol.
async fn nothing_here(request: Request) -> Response {
    let path = request.uri().path();
    if layers::is_grpc(request.headers()) {
        return tonic::Status::unimplemented(format!("{path} is not served here")).into_http();
    }
    let body = serde_json::json!({
        "type": "about:blank",
        "title": "not found",
        "status": 404,
        "detail": format!("nothing is served at {path}"),
    });
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

async fn gate(State(served): State<Served>, request: Request) -> Response {
    match served.app.get() {
        Some(app) => app.clone().oneshot(request).await.unwrap_or_else(|never: Infallible| match never {}),
        None => not_ready(&served),
    }
}

async fn ready(State(served): State<Served>) -> Response {
    if served.context.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    if served.app.get().is_some() && served.context.ready.is_ready() {
        return "ready\n".into_response();
    }
    not_ready(&served)
}

fn not_ready(served: &Served) -> Response {
    let mut missing = served.context.ready.missing();
    if served.app.get().is_none() {
        missing.push(("start", "still starting".to_owned()));
    }
    let body = serde_json::json!({
        "type": "about:blank",
        "title": "not ready",
        "status": 503,
        "detail": missing.iter().map(|(name, why)| format!("{name}: {why}")).collect::<Vec<_>>().join("; "),
    });
    let headers = [(header::CONTENT_TYPE, "application/problem+json"), (header::RETRY_AFTER, "1")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, body.to_string()).into_response()
}

async fn metrics(State(served): State<Served>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], served.telemetry.render()).into_response()
}
