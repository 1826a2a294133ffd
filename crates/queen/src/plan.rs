//! Which sources are to be polled now. Planned, not queued blindly: a task's key names the poll it is for, so a second
//! plan, or a second queen, doubles nothing; a poll that was missed is planned again with the next look.

use tge_control::{PollSubject, PollsConfig, plan_polls};
use tge_model::{
    Lease, Priority, Source, SourceHealth, SourceKind, SourceState, TaskId, TaskKind, TaskState, Timestamp,
};
use tge_ports::store::{NewTask, TaskFilter};
use tge_ports::{Page, StoreError};

use crate::Queen;
use crate::mind::LEADERSHIP;

/// Plans every poll that is due: `control` says which, from the sources' states and the rhythms that SAFLA knows.
pub(crate) async fn plan(queen: &Queen, lease: Lease) -> Result<(), StoreError> {
    let now = queen.clock.now();
    let states = queen.stores.sources.all().await?;
    let fetched: Vec<(&Source, SourceHealth)> = queen
        .catalog
        .iter()
        .filter(|file| !file.paused && file.source.kind != SourceKind::Push)
        .map(|file| (&file.source, health(&states, &file.source)))
        .collect();
    let subjects: Vec<PollSubject<'_>> = fetched
        .iter()
        .map(|(source, health)| {
            let rhythm = queen.rhythms.of(source.name.as_str()).filter(|rhythm| rhythm.since_ms > 0);
            PollSubject {
                source,
                health,
                arrivals: rhythm.map_or(0, |rhythm| rhythm.arrivals),
                watched_since: rhythm.map_or(now, |rhythm| Timestamp::from_millis(rhythm.since_ms)),
            }
        })
        .collect();
    let due = plan_polls(&subjects, now, &PollsConfig::default()).into_iter().filter(|poll| poll.due_at <= now);
    let tasks: Vec<NewTask> = due
        .map(|poll| {
            let (source, health) = &fetched[poll.index];
            NewTask {
                id: TaskId::new(now, queen.entropy.bits()),
                idem_key: idem_key(health),
                kind: if source.kind == SourceKind::Json { TaskKind::PollJson } else { TaskKind::PollFeed },
                subject: source.name.to_string(),
                priority: priority(health),
                not_before: now,
                // The trace begins with the fetch: a plan is no part of the way of a document.
                traceparent: None,
            }
        })
        .collect();
    if !tasks.is_empty() {
        queen.stores.tasks.plan(&tasks, Some((LEADERSHIP, lease))).await?;
    }
    revive_stuck_sources(queen, &states).await
}

/// What is known of a source; one that was never asked is due since ever, whoever looks and when.
fn health(states: &[SourceHealth], source: &Source) -> SourceHealth {
    let known = states.iter().find(|state| state.name == source.name);
    known.cloned().unwrap_or_else(|| SourceHealth::unknown(source.name.clone(), Timestamp::EPOCH))
}

/// Names the poll: its source, and the moment from which the last one allowed it. A plan that moves does not name
/// another poll.
fn idem_key(health: &SourceHealth) -> String {
    format!("poll:{}:{}", health.name, health.next_poll_at.as_micros())
}

/// A source that answers goes before one that does not.
fn priority(health: &SourceHealth) -> Priority {
    match health.state {
        SourceState::Failing | SourceState::Blocked => Priority::Low,
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
        let before = health(states, &file.source);
        if task.idem_key != idem_key(&before) {
            continue;
        }
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
