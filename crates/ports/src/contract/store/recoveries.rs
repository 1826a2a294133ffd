//! Recoveries and component states.

use tge_model::{ComponentStatus, Recovery, RecoveryAction, RecoveryId, RecoveryOutcome, ServiceStatus};

use super::fixture::SECOND;
use super::{START, TimeTravel};
use crate::{Page, Stores};

fn recovery(n: u32, component: &str) -> Recovery {
    Recovery {
        id: RecoveryId::new(START, u128::from(n)),
        component: component.to_owned(),
        container: format!("{component}-1"),
        cause: "died".to_owned(),
        evidence: vec!["exit code 137".to_owned(), "2 probes failed".to_owned()],
        action: RecoveryAction::Restart,
        attempt: 1,
        outcome: RecoveryOutcome::Running,
        detail: String::new(),
        started_at: START.plus(SECOND * n),
        ended_at: None,
    }
}

pub(super) async fn recoveries_are_updated(stores: &Stores, _time: &dyn TimeTravel) {
    for n in 1..=5 {
        stores.recoveries.put(&recovery(n, if n == 3 { "queen" } else { "agent" })).await.expect("stored");
    }
    let done = Recovery {
        outcome: RecoveryOutcome::Recovered,
        detail: "healthy after 1.2 s".to_owned(),
        ended_at: Some(START.plus(SECOND * 9)),
        ..recovery(3, "queen")
    };
    stores.recoveries.put(&done).await.expect("stored");
    let queen = stores.recoveries.list(Some("queen"), &Page::first(10)).await.expect("listed");
    assert_eq!(queen.items, [done]);
    let first = stores.recoveries.list(None, &Page::first(3)).await.expect("listed");
    let rest = stores.recoveries.list(None, &Page { size: 3, after: first.next }).await.expect("listed");
    let ids: Vec<_> = first.items.iter().chain(&rest.items).map(|one| one.started_at).collect();
    assert_eq!(ids, [5, 4, 3, 2, 1].map(|n| START.plus(SECOND * n)), "newest first");
    let since = stores.recoveries.since(START.plus(SECOND * 4)).await.expect("read");
    assert_eq!(since, [recovery(4, "agent"), recovery(5, "agent")], "oldest first");
}

pub(super) async fn components_are_replaced(stores: &Stores, _time: &dyn TimeTravel) {
    let status = |component: &str, status| ComponentStatus {
        component: component.to_owned(),
        status,
        reason: "ready".to_owned(),
        attempts: 2,
        breaker_open: true,
        checked_at: START,
    };
    let (queen, agent) = (status("queen", ServiceStatus::Passing), status("agent", ServiceStatus::Critical));
    stores.recoveries.put_components(&[queen.clone(), agent.clone()]).await.expect("stored");
    assert_eq!(stores.recoveries.components().await.expect("read"), [agent.clone(), queen]);
    let worse = status("queen", ServiceStatus::Warning);
    stores.recoveries.put_components(std::slice::from_ref(&worse)).await.expect("stored");
    assert_eq!(stores.recoveries.components().await.expect("read"), [agent, worse]);
    stores.recoveries.put_components(&[]).await.expect("nothing to do");
}
