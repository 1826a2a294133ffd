//! The console.

use axum::Router;

use crate::Queen;

pub(crate) fn routes(_queen: &Queen) -> Router {
    Router::new()
}
