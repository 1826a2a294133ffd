//! Which sources are to be polled now. Planned, not queued blindly: a task's key names the poll it is for, so a second
//! plan, or a second queen, doubles nothing; a poll that was missed is planned again with the next look.

use tge_model::{Lease, Priority, SourceHealth, SourceKind, SourceState, TaskId, TaskKind, TaskState};
use tge_ports::store::{NewTask, TaskFilter};
use tge_ports::{Page, StoreError};

use crate::Queen;
use crate::mind::LEADERSHIP;

/// Plans every poll that is due.
pub(crate) async fn plan(queen: &Queen, lease: Lease) -> Result<(), StoreError> {
    let now = queen.clock.now();
    let states = queen.stores.sources.all().await?;
    let mut tasks = Vec::new();
    for file in queen.catalog.iter().filter(|file| !file.paused) {
        let kind = match file.source.kind {
            SourceKind::Feed => TaskKind::PollFeed,
            SourceKind::Json => TaskKind::PollJson,
            SourceKind::Push => continue,
        };
        let name = file.source.name.as_str();
        let state = states.iter().find(|state| state.name.as_str() == name);
        let due_at = state.map_or(tge_model::Timestamp::EPOCH, |state| state.next_poll_at);
        if due_at > now {
            continue;
        }
        tasks.push(NewTask {
            id: TaskId::new(now, queen.entropy.bits()),
            idem_key: format!("poll:{name}:{}", due_at.as_micros()),
            kind,
            subject: name.to_owned(),
            priority: priority(state),
            not_before: now,
            // The trace begins with the fetch: a plan is no part of the way of a document.
            traceparent: None,
        });
    }
    if !tasks.is_empty() {
        queen.stores.tasks.plan(&tasks, Some((LEADERSHIP, lease))).await?;
    }
    revive_stuck_sources(queen, &states).await
}

/// A source that answers goes before one that does not.
fn priority(state: Option<&SourceHealth>) -> Priority {
    match state.map(|state| state.state) {
        Some(SourceState::Failing | SourceState::Blocked) => Priority::Low,
        _ => Priority::Normal,
    }
}

/// A poll whose workers all died is a dead letter, and its key would keep the source from ever being planned again: the
/// source's own state moves on, with the reason, and the dead task stays for a person to look at.
async fn revive_stuck_sources(queen: &Queen, states: &[SourceHealth]) -> Result<(), StoreError> {
    let now = queen.clock.now();
    let filter = TaskFilter { state: Some(TaskState::Dead), ..TaskFilter::default() };
    for task in queen.stores.tasks.list(&filter, &Page::first(100)).await?.items {
        let Some(file) = queen.catalog.get(&task.subject) else { continue };
        let known = states.iter().find(|state| state.name.as_str() == task.subject);
        let due_at = known.map_or(tge_model::Timestamp::EPOCH, |state| state.next_poll_at);
        if task.idem_key != format!("poll:{}:{}", task.subject, due_at.as_micros()) {
            continue;
        }
        let before = known.cloned().unwrap_or_else(|| SourceHealth::unknown(file.source.name.clone(), now));
        let state = SourceHealth {
            state: SourceState::Failing,
            error: Some(format!("task {} was given up: {}", task.id, task.error.unwrap_or_default())),
            failures: before.failures.saturating_add(1),
            next_poll_at: now.plus(file.source.every * 4),
            ..before
        };
        queen.stores.sources.put(&state).await?;
    }
    Ok(())
}
