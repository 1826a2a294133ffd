//! What a page says when it cannot be shown: what was asked, what is wrong, what to do.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;
use tge_ports::StoreError;
use tge_service::chain;
use thiserror::Error;

use super::frame::bare;

/// A page that cannot be shown.
#[derive(Debug, Error)]
pub(super) enum Failure {
    /// The store does not answer, or refuses.
    #[error("the store cannot be read")]
    Store(#[from] StoreError),
    /// There is nothing of this name.
    #[error("there is no {what} named {given:?}")]
    Missing {
        /// What was asked for.
        what: &'static str,
        /// By which name.
        given: String,
    },
    /// A filter that cannot be read.
    #[error("{field}={given:?} cannot be used: {expected}")]
    Filter {
        /// The field of the address.
        field: &'static str,
        /// What stood there.
        given: String,
        /// What may stand there.
        expected: String,
    },
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, title, advice) = match &self {
            Self::Store(StoreError::Cursor { .. }) => {
                (StatusCode::BAD_REQUEST, "This page of the list is gone", "Go back to the list's first page.")
            }
            Self::Store(error) => {
                tracing::warn!(error = %chain(error), "a page cannot be shown");
                let advice = if error.is_transient() {
                    "It may come back by itself: load the page again in a moment. What the store said stands above."
                } else {
                    "Loading again will not help. What the store said stands above; an operator has to act on it."
                };
                (StatusCode::SERVICE_UNAVAILABLE, "The store does not answer", advice)
            }
            Self::Missing { .. } => {
                (StatusCode::NOT_FOUND, "Nothing here", "Check the address; it may have been cut when it was copied.")
            }
            Self::Filter { .. } => (
                StatusCode::BAD_REQUEST,
                "This filter cannot be used",
                "Correct the address, or choose again in the form.",
            ),
        };
        let body = html! {
            h1 { (title) }
            p.failure { (chain(&self)) }
            p { (advice) }
            p { a href="/" { "Overview" } " · " a href="/events" { "Events" } }
        };
        (status, bare(title, &body)).into_response()
    }
}
