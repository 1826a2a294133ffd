//! Leadership by a row.

use futures::future::join_all;

use super::TimeTravel;
use super::fixture::{MINUTE, SECOND};
use crate::Stores;

pub(super) async fn one_holds(stores: &Stores, _time: &dyn TimeTravel) {
    assert_eq!(stores.leases.holder("queen").await.expect("read"), None);
    let holders = ["a", "b", "c", "d"];
    let held = join_all(holders.map(|holder| stores.leases.hold("queen", holder, MINUTE))).await;
    let winners: Vec<_> =
        held.into_iter().zip(holders).filter_map(|(held, holder)| Some((held.expect("answered")?, holder))).collect();
    assert_eq!(winners.len(), 1, "{winners:?}");
    let (lease, holder) = winners[0];
    assert_eq!(stores.leases.holder("queen").await.expect("read").as_deref(), Some(holder));
    let renewed = stores.leases.hold("queen", holder, MINUTE).await.expect("held");
    assert_eq!(renewed, Some(lease), "a token stays when renewed");
    assert!(stores.leases.hold("monitor", "z", MINUTE).await.expect("held").is_some(), "names do not meet");

    stores.leases.release("queen", "z").await.expect("ignored");
    assert_eq!(stores.leases.hold("queen", "z", MINUTE).await.expect("held"), None);
    stores.leases.release("queen", holder).await.expect("given back");
    assert_eq!(stores.leases.holder("queen").await.expect("read"), None);
    let next = stores.leases.hold("queen", "z", MINUTE).await.expect("held").expect("free at once");
    assert_eq!(next.token, lease.token + 1, "a token grows with the holder");
    stores.leases.release("queen", "z").await.expect("given back");
    let again = stores.leases.hold("queen", "z", MINUTE).await.expect("held").expect("free");
    assert!(again.token > next.token, "what was given back is gone, for its own holder, too");
}

pub(super) async fn a_silent_holder_is_replaced(stores: &Stores, time: &dyn TimeTravel) {
    let first = stores.leases.hold("queen", "a", SECOND * 3).await.expect("held").expect("free");
    time.advance(SECOND * 2).await;
    assert_eq!(stores.leases.hold("queen", "b", SECOND * 3).await.expect("held"), None);
    assert_eq!(stores.leases.hold("queen", "a", SECOND * 3).await.expect("held"), Some(first));
    time.advance(SECOND * 2).await;
    assert_eq!(stores.leases.hold("queen", "b", SECOND * 3).await.expect("held"), None, "it was renewed");
    time.advance(SECOND * 2).await;
    assert_eq!(stores.leases.holder("queen").await.expect("read"), None, "who is silent holds nothing");
    let second = stores.leases.hold("queen", "b", SECOND * 3).await.expect("held").expect("ran out");
    assert_eq!(second.token, first.token + 1);
    assert_eq!(stores.leases.hold("queen", "a", SECOND * 3).await.expect("held"), None);
}
