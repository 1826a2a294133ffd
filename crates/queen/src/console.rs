//! The console: pages made by the server, kept fresh by one small script, complete without it.
//!
//! Every page is one GET that answers the whole truth of that moment, so each view has an address that can be shared
//! and none needs a script. The script never builds markup out of data: when the stream of changes speaks, it asks for
//! the same page again and puts its marked parts in place. So there is one template for each thing, filters and escaping
//! hold live as well, and a page that misses changes only misses them until the next one. Rejected: rows built in the
//! browser from the stream's records, which needs every template twice and the second without maud's escaping.
//!
//! Nothing foreign is loaded, and nothing inline is run: the policy of [`frame`] forbids both.

mod agents;
mod assets;
mod badge;
mod copy;
mod event;
mod failure;
mod feed;
mod frame;
mod login;
mod overview;
mod recoveries;
mod sources;
mod when;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{get, post};

use crate::{Queen, auth};

/// The pages, the login and the assets.
pub(crate) fn routes(queen: &Queen) -> Router {
    let pages = Router::new()
        .route("/", get(overview::page))
        .route("/events", get(feed::page))
        .route("/events/{id}", get(event::page))
        .route("/events/{id}/mark", post(event::take))
        .route("/agents", get(agents::page))
        .route("/recoveries", get(recoveries::page))
        .route("/sources", get(sources::page))
        .route("/sources/{name}", get(sources::one))
        .layer(from_fn_with_state(queen.clone(), auth::guard_console));
    let open = Router::new()
        .route("/login", get(login::page).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/assets/{name}", get(assets::serve));
    pages.merge(open).layer(map_response(frame::secure)).with_state(queen.clone())
}
