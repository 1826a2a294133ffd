//! Status history of services.

use tge_model::{ServiceStatus, ServiceTransition};

use super::{START, TimeTravel};
use crate::{Page, Stores};

pub(super) async fn history_in_pages(stores: &Stores, _time: &dyn TimeTravel) {
    let transition = |n: usize, service: &str| ServiceTransition {
        service: service.to_owned(),
        instance: format!("{service}-1"),
        address: "127.0.0.1:1".to_owned(),
        status: ServiceStatus::Passing,
        note: format!("note {n}"),
        at: START,
    };
    let all: Vec<_> = (0..5).map(|n| transition(n, if n == 2 { "queen" } else { "agent" })).collect();
    stores.services.append(&all[..3]).await.expect("stored");
    stores.services.append(&all[3..]).await.expect("stored");
    stores.services.append(&[]).await.expect("nothing to do");
    let first = stores.services.list(None, &Page::first(3)).await.expect("listed");
    let rest = stores.services.list(None, &Page { size: 3, after: first.next }).await.expect("listed");
    let got: Vec<_> = first.items.into_iter().chain(rest.items).collect();
    assert_eq!(got, all.iter().rev().cloned().collect::<Vec<_>>(), "newest first, whole");
    assert_eq!(rest.next, None);
    let queen = stores.services.list(Some("queen"), &Page::first(3)).await.expect("listed");
    assert_eq!(queen.items, all[2..3]);
}
