//! Subscribers over HTTP and what was delivered to them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tge_model::{DeliveryId, Probability, Webhook, WebhookId};
use tge_proto::record::{DeliveryRecord, WebhookRecord};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::params::{Params, page, parse, parse_optional};
use crate::Queen;

/// A subscriber to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhook {
    /// Where to post, `https://...` (or `http://`).
    url: String,
    /// Changes of events less probable than this are not sent; 0 when absent.
    min_probability: Option<f64>,
    /// `whsec_` and base64 of 24 to 64 bytes; made for you when absent.
    secret: Option<String>,
}

/// A subscriber that was added, with its secret: shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedWebhook {
    /// The subscriber.
    webhook: WebhookRecord,
    /// Verifies what we send, by Standard Webhooks.
    secret: String,
}

/// Every subscriber.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookList {
    /// Oldest first, disabled ones too.
    webhooks: Vec<WebhookRecord>,
}

/// A page of deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryList {
    /// Newest first.
    deliveries: Vec<DeliveryRecord>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

/// Which deliveries are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveryParams {
    /// `pending`, `delivered` or `dead`.
    state: Option<String>,
    /// At most so many, 1 to 1000; 50 when absent.
    page_size: Option<u32>,
    /// The `next_page_token` of the page before.
    page_token: Option<String>,
}

/// Lists subscribers.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", responses((status = 200, body = WebhookList)))]
pub(crate) async fn list(State(queen): State<Queen>) -> Result<Json<WebhookList>, Problem> {
    let webhooks = queen.stores.deliveries.webhooks().await?;
    Ok(Json(WebhookList { webhooks: webhooks.iter().map(Into::into).collect() }))
}

/// Adds a subscriber: it hears of every change from now on that alerts.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = NewWebhook,
    responses((status = 201, body = AddedWebhook), (status = 400, body = Problem)))]
pub(crate) async fn add(
    State(queen): State<Queen>,
    body: Result<Json<NewWebhook>, axum::extract::rejection::JsonRejection>,
) -> Result<(StatusCode, Json<AddedWebhook>), Problem> {
    let Json(wanted) = body.map_err(|error| Problem::bad_request(tge_service::chain(&error)))?;
    let url = url::Url::parse(&wanted.url)
        .map_err(|error| Problem::bad_request(format!("url {:?} cannot be posted to: {error}", wanted.url)))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(Problem::bad_request(format!("url {:?} cannot be posted to: write https://host/path", wanted.url)));
    }
    let min_probability = Probability::new(wanted.min_probability.unwrap_or(0.0))
        .map_err(|error| Problem::bad_request(format!("min_probability: {error}")))?;
    let secret = match wanted.secret {
        Some(secret) => checked(secret)?,
        None => {
            let mut bytes = [0; 32];
            queen.entropy.fill(&mut bytes);
            format!("whsec_{}", STANDARD.encode(bytes))
        }
    };
    let now = queen.clock.now();
    let webhook = Webhook {
        id: WebhookId::new(now, queen.entropy.bits()),
        url: url.into(),
        secret,
        min_probability,
        created_at: now,
        disabled_at: None,
    };
    queen.stores.deliveries.put_webhook(&webhook).await?;
    Ok((StatusCode::CREATED, Json(AddedWebhook { webhook: (&webhook).into(), secret: webhook.secret })))
}

/// Switches a subscriber off.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path, description = "ULID")),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn disable(State(queen): State<Queen>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let id: WebhookId = parse("id", &id)?;
    if queen.stores.deliveries.disable_webhook(id, "switched off by a person").await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("webhook", &id.to_string()))
    }
}

/// Lists deliveries, newest first.
#[utoipa::path(get, path = "/api/v1/deliveries", tag = "webhooks", params(DeliveryParams),
    responses((status = 200, body = DeliveryList), (status = 400, body = Problem)))]
pub(crate) async fn deliveries(
    State(queen): State<Queen>,
    Params(params): Params<DeliveryParams>,
) -> Result<Json<DeliveryList>, Problem> {
    let state = parse_optional("state", params.state.as_ref())?;
    let paged = queen.stores.deliveries.list(state, &page(params.page_size, params.page_token)?).await?;
    Ok(Json(DeliveryList { deliveries: paged.items.iter().map(Into::into).collect(), next_page_token: paged.next }))
}

/// Delivers again, at once.
#[utoipa::path(post, path = "/api/v1/deliveries/{id}/replay", tag = "webhooks", params(("id" = String, Path, description = "ULID")),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn replay(State(queen): State<Queen>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let id: DeliveryId = parse("id", &id)?;
    if queen.stores.deliveries.replay(id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("delivery", &id.to_string()))
    }
}

fn checked(secret: String) -> Result<String, Problem> {
    let bytes = secret.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
    match bytes {
        Some(bytes) if (24..=64).contains(&bytes.len()) => Ok(secret),
        _ => Err(Problem::bad_request("secret: expected whsec_ and base64 of 24 to 64 bytes")),
    }
}
