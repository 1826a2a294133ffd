//! The agents, as their own heartbeats tell, and the tasks they are given.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use maud::{Markup, html};
use serde::Deserialize;
use tge_model::{Agent, AgentKind, Task, TaskKind, TaskState, Timestamp};
use tge_ports::store::TaskFilter;
use tge_ports::{Page, Paged};
use url::form_urlencoded;

use super::badge::{self, Tone, badge};
use super::copy::{Lines, copy};
use super::failure::Failure;
use super::feed::word;
use super::frame::{self, Fresh, Tab};
use super::when;
use crate::{Queen, mind};

const PAGE: u32 = 50;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
    state: String,
    page: String,
}

pub(super) async fn page(
    State(queen): State<Queen>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let filter = TaskFilter { kind: word("kind", &asked.kind)?, state: word("state", &asked.state)? };
    let after = (!asked.page.is_empty()).then(|| asked.page.clone());
    let fresh = if after.is_none() { Fresh::Often } else { Fresh::Never };
    let tasks = queen.stores.tasks.list(&filter, &Page { size: PAGE, after }).await?;
    let agents = queen.stores.agents.all().await?;
    let leader = queen.stores.leases.holder(mind::LEADERSHIP).await?;
    let now = queen.clock.now();
    let body = html! {
        div.headline { h1 { "Agents" } p.muted { "Five specialists, each as its last heartbeat described it." } }
        div #agents data-live {
            p.leader {
                "Leading queen: "
                @match &leader { Some(name) => code { (name) }, None => (badge(Tone::Bad, "nobody")) }
            }
            (table(&agents, now))
        }
        section.card #tasks aria-labelledby="tasks-title" {
            h2 #tasks-title { "Tasks" }
            (form(&asked))
            div #task-list data-live { (list(&tasks, &asked, now)) }
        }
        (copy(&headers, &Lines {
            path: "/api/v1/agents".to_owned(),
            call: Some(("tge.queen.v1.QueenService/ListAgents", "{}".to_owned())),
            words: Some("agents ls".to_owned()),
        }))
    };
    Ok(frame::page(&queen, Tab::Agents, "Agents", fresh, &body))
}

fn table(agents: &[Agent], now: Timestamp) -> Markup {
    html! {
        table.list {
            caption.hush { "Agents by kind" }
            thead {
                tr {
                    th scope="col" { "Kind" } th scope="col" { "State" } th scope="col" { "Doing" }
                    th scope="col" { "Last beat" } th scope="col" { "Done" } th scope="col" { "Failed" } th scope="col" { "Up" }
                }
            }
            tbody {
                @for kind in AgentKind::ALL {
                    @let mine = || agents.iter().filter(move |agent| agent.kind == *kind);
                    @if mine().next().is_none() {
                        tr {
                            th scope="row" data-label="Kind" { (kind) }
                            td data-label="State" { (badge(Tone::Unknown, "none seen")) }
                            td.free data-label="Doing" { span.unknown { "no agent of this kind has reported in the last day" } }
                            td.gap {} td.gap {} td.gap {} td.gap {}
                        }
                    }
                    @for agent in mine() { (row(agent, now)) }
                }
            }
        }
    }
}

fn row(agent: &Agent, now: Timestamp) -> Markup {
    html! {
        tr data-key=(agent.id) data-revision=(agent.state) {
            th scope="row" data-label="Kind" {
                (agent.kind)
                span.sub { code { (agent.id) } " · " (agent.version) @if !agent.address.is_empty() { " · " (agent.address) } }
            }
            td data-label="State" { (badge::agent(agent.state)) }
            td.free data-label="Doing" { (agent.doing) }
            td data-label="Last beat" { (when::time(agent.last_seen_at, now)) }
            td.number data-label="Done" { (agent.done) }
            td class={ "number" @if agent.failed > 0 { " attention" } } data-label="Failed" { (agent.failed) }
            td data-label="Up" { (when::span(now.since(agent.started_at))) }
        }
    }
}

fn form(asked: &Asked) -> Markup {
    html! {
        form.filters method="get" action="/agents#tasks" aria-label="Filter tasks" {
            div.field {
                label for="kind" { "Kind" }
                select #kind name="kind" {
                    option value="" { "any" }
                    @for kind in TaskKind::ALL { option value=(kind) selected[asked.kind == kind.as_str()] { (kind) } }
                }
            }
            div.field {
                label for="state" { "State" }
                select #state name="state" {
                    option value="" { "any" }
                    @for state in TaskState::ALL { option value=(state) selected[asked.state == state.as_str()] { (state) } }
                }
            }
            div.field.act { button.primary type="submit" { "Filter" } }
        }
    }
}

fn list(tasks: &Paged<Task>, asked: &Asked, now: Timestamp) -> Markup {
    html! {
        @if tasks.items.is_empty() { p.empty { "No task matches." } }
        @else {
            table.list {
                caption.hush { "Tasks, newest first" }
                thead {
                    tr {
                        th scope="col" { "Task" } th scope="col" { "State" } th scope="col" { "Outcome" }
                        th scope="col" { "Priority" } th scope="col" { "Attempt" } th scope="col" { "Planned" } th scope="col" { "Finished" }
                    }
                }
                tbody { @for task in &tasks.items { (task_row(task, now)) } }
            }
            nav.pages aria-label="Pages of tasks" {
                @if !asked.page.is_empty() { a href={ "/agents" (asked.query("")) "#tasks" } { "← Newest" } }
                @if let Some(next) = &tasks.next { a rel="next" href={ "/agents" (asked.query(next)) "#tasks" } { "Older →" } }
            }
        }
    }
}

fn task_row(task: &Task, now: Timestamp) -> Markup {
    let poll = matches!(task.kind, TaskKind::PollFeed | TaskKind::PollJson);
    html! {
        tr data-key=(task.id) data-revision=(task.state) {
            th scope="row" data-label="Task" {
                @if poll { a href={ "/sources/" (task.subject) } { (task.subject) } } @else { (task.subject) }
                span.sub { (task.kind) " · " code { (task.id) } }
            }
            td data-label="State" { (badge::task(task.state)) @if let Some(worker) = &task.worker { span.sub { (worker) } } }
            td.free data-label="Outcome" {
                @if let Some(error) = &task.error { span.attention { (error) } }
                @else if let Some(result) = &task.result { (result) }
                @else { span.unknown { "not yet" } }
            }
            td data-label="Priority" { (task.priority) }
            td.number data-label="Attempt" { (task.attempt) }
            td data-label="Planned" { (when::time(task.created_at, now)) }
            td data-label="Finished" { (when::maybe(task.finished_at, now, "not yet")) }
        }
    }
}

// === impl Asked ===

impl Asked {
    fn query(&self, page: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let all = [("kind", self.kind.as_str()), ("state", self.state.as_str()), ("page", page)];
        query.extend_pairs(all.into_iter().filter(|(_, value)| !value.is_empty()));
        format!("?{}", query.finish())
    }
}
