//! What a subscriber gets: the change as JSON, signed by the Standard Webhooks convention.

use bytes::Bytes;
use serde_json::json;
use tge_model::{Change, Delivery, Timestamp, Webhook};
use tge_proto::record::ChangeRecord;
use thiserror::Error;

/// A webhook whose secret cannot sign.
#[derive(Debug, Error)]
#[error("the secret of webhook {webhook} cannot sign; it must be whsec_ and base64")]
pub(crate) struct SecretError {
    webhook: String,
    #[source]
    source: standardwebhooks::WebhookError,
}

/// Body and headers of one attempt. The signature covers id, time and body, so an attempt cannot be replayed later.
pub(crate) fn signed(
    webhook: &Webhook,
    delivery: &Delivery,
    change: &Change,
    now: Timestamp,
) -> Result<(Bytes, Vec<(String, String)>), SecretError> {
    let body = json!({
        "type": "event.changed",
        "timestamp": change.at.to_string(),
        "data": ChangeRecord::from(change),
    })
    .to_string();
    let (id, secs) = (delivery.id.to_string(), now.as_millis().div_euclid(1_000));
    let signature = standardwebhooks::Webhook::new(&webhook.secret)
        .and_then(|signer| signer.sign(&id, secs, body.as_bytes()))
        .map_err(|source| SecretError { webhook: webhook.id.resource_name(), source })?;
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id),
        ("webhook-timestamp", secs.to_string()),
        ("webhook-signature", signature),
    ];
    Ok((Bytes::from(body), headers.map(|(name, value)| (name.to_owned(), value)).to_vec()))
}
