//! Poll states.

use tge_model::{SourceHealth, SourceState};

use super::fixture::source;
use super::{START, TimeTravel};
use crate::Stores;

pub(super) async fn states_are_kept(stores: &Stores, _time: &dyn TimeTravel) {
    assert!(stores.sources.get("example-news").await.expect("read").is_none());
    let fresh = SourceHealth::unknown(source("example-news"), START);
    stores.sources.put(&fresh).await.expect("stored");
    let full = SourceHealth {
        state: SourceState::Failing,
        error: Some("answered 503 \0".to_owned()),
        last_poll_at: Some(START),
        last_success_at: Some(START),
        etag: Some("W/\"x\"".to_owned()),
        last_modified: Some("Thu, 01 Jan 2026 00:00:00 GMT".to_owned()),
        failures: 3,
        polls: 10,
        not_modified: 5,
        observations: 70,
        ..fresh
    };
    stores.sources.put(&full).await.expect("stored");
    let other = SourceHealth::unknown(source("a-first"), START);
    stores.sources.put(&other).await.expect("stored");
    let read = SourceHealth { error: Some("answered 503 \u{fffd}".to_owned()), ..full };
    assert_eq!(stores.sources.get("example-news").await.expect("read"), Some(read.clone()));
    assert_eq!(stores.sources.all().await.expect("read"), [other, read], "by name");
}
