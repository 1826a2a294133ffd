//! Agents, tasks, sources and services on the wire.

use tge_model::{Agent, ServiceTransition, Source, SourceHealth, Task};

use super::time;
use crate::pb;

impl From<&Agent> for pb::queen::v1::Agent {
    fn from(agent: &Agent) -> Self {
        Self {
            name: agent.id.resource_name(),
            kind: agent.kind.to_string(),
            address: agent.address.clone(),
            state: agent.state.to_string(),
            start_time: Some(time(agent.started_at)),
            last_seen_time: Some(time(agent.last_seen_at)),
            doing: agent.doing.clone(),
            done: agent.done,
            failed: agent.failed,
            version: agent.version.clone(),
        }
    }
}

impl From<&Task> for pb::task::v1::Task {
    fn from(task: &Task) -> Self {
        Self {
            name: task.id.resource_name(),
            kind: task.kind.to_string(),
            subject: task.subject.clone(),
            priority: task.priority.to_string(),
            state: task.state.to_string(),
            attempt: task.attempt,
            not_before_time: Some(time(task.not_before)),
            create_time: Some(time(task.created_at)),
            finish_time: task.finished_at.map(time),
            worker: task.worker.clone().unwrap_or_default(),
            error: task.error.clone().unwrap_or_default(),
            result: task.result.clone().unwrap_or_default(),
        }
    }
}

impl From<(&Source, &SourceHealth)> for pb::source::v1::Source {
    fn from((source, health): (&Source, &SourceHealth)) -> Self {
        Self {
            name: source.name.to_string(),
            kind: source.kind.to_string(),
            url: source.url.clone(),
            owner: source.owner.clone(),
            tier: source.tier.to_string(),
            state: health.state.to_string(),
            error: health.error.clone().unwrap_or_default(),
            last_success_time: health.last_success_at.map(time),
            next_poll_time: Some(time(health.next_poll_at)),
            polls: health.polls,
            not_modified: health.not_modified,
            observations: health.observations,
        }
    }
}

impl From<&ServiceTransition> for pb::registry::v1::Transition {
    fn from(transition: &ServiceTransition) -> Self {
        Self {
            service: transition.service.clone(),
            instance: transition.instance.clone(),
            address: transition.address.clone(),
            status: transition.status.to_string(),
            note: transition.note.clone(),
            time: Some(time(transition.at)),
        }
    }
}
