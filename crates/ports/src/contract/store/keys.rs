//! API keys, by their hash.

use tge_model::{ApiKey, Scope};

use super::{START, TimeTravel};
use crate::Stores;

pub(super) async fn keys_are_kept(stores: &Stores, _time: &dyn TimeTravel) {
    assert_eq!(stores.keys.count().await.expect("counted"), 0);
    let key = ApiKey {
        sha256: [0xa5; 32],
        scope: Scope::Admin,
        label: "first key".to_owned(),
        created_at: START,
        expires_at: None,
    };
    stores.keys.put(&key).await.expect("stored");
    assert_eq!(stores.keys.find(&[0xa5; 32]).await.expect("read"), Some(key.clone()));
    assert_eq!(stores.keys.find(&[0; 32]).await.expect("read"), None);
    let narrower = ApiKey { scope: Scope::Viewer, expires_at: Some(START), ..key };
    stores.keys.put(&narrower).await.expect("stored");
    assert_eq!(stores.keys.find(&[0xa5; 32]).await.expect("read"), Some(narrower), "expired or not");
    assert_eq!(stores.keys.count().await.expect("counted"), 1);
}
