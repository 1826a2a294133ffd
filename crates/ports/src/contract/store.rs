//! What every database behind the store ports must do.
//!
//! A trial is a plain async function that panics where the contract is broken. Each gets a fresh, empty database whose
//! clock stands at [`START`] and moves only by [`TimeTravel::advance`]. An adapter's test walks [`trials`], so a trial
//! added here runs on every adapter without a line there.

mod agents;
mod deliveries;
mod events;
mod fixture;
mod keys;
mod leases;
mod memory;
mod observations;
mod recoveries;
mod rulesets;
mod services;
mod sites;
mod sources;
mod tasks;

use std::time::Duration;

use async_trait::async_trait;
use futures::future::BoxFuture;
use tge_model::Timestamp;

use crate::Stores;

pub use fixture::{document, event, verdict};

/// 2026-01-01T00:00:00Z: where every trial's clock begins.
pub const START: Timestamp = Timestamp::from_secs(1_767_225_600);

/// Moves the clock of the store under trial.
#[async_trait]
pub trait TimeTravel: Send + Sync {
    /// Lets this much time pass for the store, at once.
    async fn advance(&self, by: Duration);
}

/// One trial.
pub type Trial = for<'a> fn(&'a Stores, &'a dyn TimeTravel) -> BoxFuture<'a, ()>;

/// Names each trial by its module and function.
macro_rules! trials {
    ($($module:ident :: $name:ident),+ $(,)?) => {
        vec![$((
            concat!(stringify!($module), "::", stringify!($name)),
            (|stores, time| Box::pin($module::$name(stores, time))) as Trial,
        )),+]
    };
}

/// Every trial with its name.
pub fn trials() -> Vec<(&'static str, Trial)> {
    trials![
        agents::the_queen_has_the_word,
        agents::silence_is_loss,
        deliveries::the_outbox_becomes_deliveries_once,
        deliveries::attempts_are_counted_and_wait,
        deliveries::a_lost_lease_is_refused,
        deliveries::a_webhook_is_switched_off,
        deliveries::lists_and_replays,
        events::a_decision_is_one_transaction,
        events::a_stale_revision_conflicts,
        events::a_foreign_key_conflicts,
        events::a_lost_lease_conflicts,
        events::a_batch_sees_its_own_writes,
        events::changes_stand_in_one_order,
        events::a_survivor_is_found,
        events::filters_and_pages,
        events::strangers_lengths_are_stored,
        keys::keys_are_kept,
        leases::one_holds,
        leases::a_silent_holder_is_replaced,
        memory::writes_are_versioned,
        memory::forgetting_leaves_a_tombstone,
        memory::filters_and_counts,
        memory::racing_writes_win_once,
        observations::taken_in_once,
        observations::hostile_text_is_stored,
        observations::a_lease_runs_out,
        observations::workers_never_share,
        observations::given_back_and_buried,
        observations::never_finished_is_buried,
        observations::candidates_in_order,
        observations::lists_in_pages,
        recoveries::recoveries_are_updated,
        recoveries::components_are_replaced,
        rulesets::rulesets_are_kept,
        rulesets::steps_stand_in_one_order,
        rulesets::marks_are_replaced_and_taken_back,
        services::history_in_pages,
        sites::the_first_sight_stays,
        sites::racing_sights_agree,
        sources::states_are_kept,
        tasks::planned_once,
        tasks::only_the_leader_plans,
        tasks::priority_and_age,
        tasks::a_lease_is_renewed_and_lost,
        tasks::failures_wait_then_bury,
        tasks::never_finished_is_buried,
        tasks::done_is_pruned,
        tasks::filters_and_pages,
    ]
}
