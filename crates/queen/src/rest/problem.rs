//! Errors as problem+json (RFC 9457): what was attempted, on what, what to do.

use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tge_model::Scope;
use tge_ports::StoreError;
use tge_service::chain;
use utoipa::ToSchema;

/// An error, in the shape of RFC 9457.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// `about:blank`: the title says the kind.
    r#type: &'static str,
    /// The kind of problem.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What was attempted, on what, and what to do.
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self { r#type: "about:blank", title, status: status.as_u16(), detail: detail.into() }
    }

    /// The request cannot be understood.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad request", detail)
    }

    /// The body could not be read whole.
    pub(crate) fn unread(error: &BytesRejection) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::too_large("the body is too large: send at most 2 MB in one request, and more in several")
            }
            _ => Self::bad_request(format!("the body could not be read: {}", chain(error))),
        }
    }

    /// The body is larger than is taken.
    pub(crate) fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too large", detail)
    }

    /// What is there does not understand the method.
    pub(crate) fn method_not_allowed(method: &Method) -> Self {
        let detail = format!("nothing here answers {method}; the header allow names what does");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method not allowed", detail)
    }

    /// There is no such thing.
    pub(crate) fn not_found(what: &str, name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not found", format!("there is no {what} {name}"))
    }

    /// The request fits no more.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", detail)
    }

    /// Another part of the swarm did not answer.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
    }

    /// Nobody is named.
    pub(crate) fn unauthorized() -> Self {
        let detail = "send `Authorization: Bearer <key>`; solo writes the first key to DIR/api-key";
        Self::new(StatusCode::UNAUTHORIZED, "no valid API key", detail)
    }

    /// The key does not go so far.
    pub(crate) fn forbidden(has: Scope, needs: Scope) -> Self {
        let detail = format!(
            "this needs a key of scope {needs} (yours is {has}), and changes with a session must come from the console"
        );
        Self::new(StatusCode::FORBIDDEN, "not allowed", detail)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_transient() {
            return Self::unavailable(chain(&error));
        }
        if matches!(error, StoreError::Cursor { .. }) {
            return Self::bad_request(error.to_string());
        }
        tracing::error!(error = %chain(&error), "store failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the store failed", error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        let headers = response.headers_mut();
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            }
            _ => {}
        }
        response
    }
}
