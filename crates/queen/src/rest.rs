//! REST below `/api/v1`: one file a noun, described by OpenAPI 3.1 from the same code that answers.

mod events;
mod observations;
mod params;
mod problem;
mod rulesets;
mod stream;
mod swarm;
mod webhooks;

use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

pub(crate) use problem::Problem;
pub(crate) use swarm::{drain, status_of};

use crate::{Queen, auth};

/// The frame of the OpenAPI document; the paths come from the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "tge-swarm",
        description = "Token Generation Events: what was seen, what we believe, who was told. All times are RFC 3339 in UTC. Errors are problem+json (RFC 9457)."
    ),
    tags(
        (name = "events", description = "What we believe, and the one order in which it changes."),
        (name = "observations", description = "Documents: push them, read them with their verdicts."),
        (name = "swarm", description = "Sources, agents, tasks, recoveries, memory, status."),
        (name = "rulesets", description = "What judges, what looks on, and the marks they are compared by."),
        (name = "webhooks", description = "Subscribers and deliveries.")
    )
)]
struct Frame;

/// Every route of the API, and `/openapi.json`.
pub(crate) fn routes(queen: &Queen) -> Router {
    let (router, mut api) = OpenApiRouter::with_openapi(Frame::openapi())
        .routes(routes!(events::list))
        .routes(routes!(events::get))
        .routes(routes!(events::history))
        .routes(routes!(events::changes))
        .routes(routes!(stream::events_stream))
        .routes(routes!(observations::push, observations::list))
        .routes(routes!(observations::get))
        .routes(routes!(swarm::sources))
        .routes(routes!(swarm::agents))
        .routes(routes!(swarm::drain_agent))
        .routes(routes!(swarm::tasks))
        .routes(routes!(swarm::revive_task))
        .routes(routes!(swarm::recoveries))
        .routes(routes!(swarm::components))
        .routes(routes!(swarm::memory))
        .routes(routes!(swarm::status))
        .routes(routes!(webhooks::list, webhooks::add))
        .routes(routes!(webhooks::disable))
        .routes(routes!(webhooks::deliveries))
        .routes(routes!(webhooks::replay))
        .routes(routes!(rulesets::list, rulesets::add).layer(DefaultBodyLimit::max(rulesets::BODY_MAX)))
        .routes(routes!(rulesets::get))
        .routes(routes!(rulesets::shadow))
        .routes(routes!(rulesets::activate))
        .routes(routes!(rulesets::rollback))
        .routes(routes!(rulesets::mark, rulesets::unmark))
        .routes(routes!(rulesets::marks))
        .split_for_parts();
    let key = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    api.components.get_or_insert_default().add_security_scheme("key", key);
    api.security = Some(vec![utoipa::openapi::SecurityRequirement::new::<_, [&str; 0], &str>("key", [])]);
    let router = router.method_not_allowed_fallback(async |method: Method| Problem::method_not_allowed(&method));
    let guarded = router.layer(from_fn_with_state(queen.clone(), auth::guard_api)).with_state(queen.clone());
    Router::new().merge(guarded).route("/openapi.json", get(async move || Json(api)))
}
