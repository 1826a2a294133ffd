//! Running agents.

use std::time::Duration;

use tge_model::{Agent, AgentState};

use super::fixture::{SECOND, agent};
use super::{START, TimeTravel};
use crate::Stores;

pub(super) async fn the_queen_has_the_word(stores: &Stores, time: &dyn TimeTravel) {
    assert_eq!(stores.agents.beat(&agent(1)).await.expect("stored"), AgentState::Active);
    time.advance(SECOND * 5).await;
    let busy = Agent { doing: "judges 50 documents".to_owned(), done: 50, ..agent(1) };
    assert_eq!(stores.agents.beat(&busy).await.expect("stored"), AgentState::Active);
    let all = stores.agents.all().await.expect("read");
    assert_eq!(all, [Agent { last_seen_at: START.plus(SECOND * 5), ..busy.clone() }], "seen by the store's clock");

    assert!(stores.agents.set_state(agent(1).id, AgentState::Draining).await.expect("stored"));
    assert!(!stores.agents.set_state(agent(9).id, AgentState::Draining).await.expect("answered"));
    assert_eq!(stores.agents.beat(&busy).await.expect("stored"), AgentState::Draining, "it is told to finish");
    let leaves = Agent { state: AgentState::Retired, ..busy };
    assert_eq!(stores.agents.beat(&leaves).await.expect("stored"), AgentState::Retired, "it says good-bye");
    assert_eq!(stores.agents.all().await.expect("read")[0].state, AgentState::Retired);
    time.advance(Duration::from_secs(86_401)).await;
    assert!(stores.agents.all().await.expect("read").is_empty(), "yesterday's are not shown");
}

pub(super) async fn silence_is_loss(stores: &Stores, time: &dyn TimeTravel) {
    stores.agents.beat(&agent(1)).await.expect("stored");
    stores.agents.beat(&agent(2)).await.expect("stored");
    stores.agents.set_state(agent(2).id, AgentState::Retired).await.expect("stored");
    time.advance(SECOND * 14).await;
    stores.agents.beat(&agent(3)).await.expect("stored");
    assert!(stores.agents.mark_lost(SECOND * 15).await.expect("marked").is_empty());
    time.advance(SECOND).await;
    let lost = stores.agents.mark_lost(SECOND * 15).await.expect("marked");
    assert_eq!(lost.iter().map(|one| (one.id, one.state)).collect::<Vec<_>>(), [(agent(1).id, AgentState::Lost)]);
    assert!(stores.agents.mark_lost(SECOND * 15).await.expect("marked").is_empty(), "told once");
    assert_eq!(stores.agents.beat(&agent(1)).await.expect("stored"), AgentState::Active, "it was only slow");
}
