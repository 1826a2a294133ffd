//! Two samples made into figures. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tge_model::Timestamp;
use tge_ports::SlowCommand;
use tge_ports::store::{Diagnosis, StatementFigures};

use crate::runtime::Process;
use crate::sample::Sample;
use crate::{Figure, Group, Rule};

/// Calls in an interval below which a mean is chance.
const CALLS_LEAST: u64 = 5;
/// The same for a comparison with the past.
const CALLS_TO_COMPARE: u64 = 20;
/// Intervals a statement must have been seen before its past counts.
const INTERVALS_TO_COMPARE: u32 = 20;
/// Statements faster than this are not worth comparing.
const WORTH_COMPARING: Duration = Duration::from_millis(1);
/// Tables smaller than this are best read whole.
const TABLE_ROWS_LEAST: u64 = 10_000;
/// Weight of a new interval in a statement's past, as long as it is like it; a regression must not become its own past
/// before a person has seen it.
const LEARN: f64 = 0.1;
const LEARN_WHEN_SLOW: f64 = 0.01;
/// From this ratio on an interval is not like the past.
const UNLIKE: f64 = 1.5;

/// What each statement took in the past.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Past(BTreeMap<String, (f64, u32)>);

/// Figures, and which groups could be read for them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Measured {
    pub(crate) figures: Vec<Figure>,
    pub(crate) read: BTreeSet<Group>,
}

/// Makes figures of what happened between two samples; `process` names this program.
pub(crate) fn measure(before: &Sample, after: &Sample, past: &mut Past, process: &str) -> Measured {
    let mut measured = Measured::default();
    // Time of day serves only to show; what is divided by is monotonic.
    let elapsed = after.process.at.saturating_duration_since(before.process.at).as_secs_f64();
    if elapsed <= 0.0 {
        return measured;
    }
    stages(before, after, elapsed, &mut measured);
    if let (Some(earlier), Some(later)) = (&before.diagnosis, &after.diagnosis) {
        measured.read.insert(Group::Database);
        statements(earlier, later, past, &mut measured.figures);
        tables(earlier, later, elapsed, &mut measured.figures);
        measured.figures.extend(connections(later));
    }
    if let (Some(earlier), Some(later)) = (&before.slow, &after.slow) {
        measured.read.insert(Group::Cache);
        slow_commands(earlier, later, elapsed, &mut measured.figures);
    }
    measured.read.insert(Group::Process);
    own(&before.process, &after.process, elapsed, process, &mut measured.figures);
    measured
}

fn stages(before: &Sample, after: &Sample, elapsed: f64, measured: &mut Measured) {
    let Some(now) = &after.stages else { return };
    measured.read.insert(Group::Stages);
    let earlier = before.stages.unwrap_or(*now);
    let rows = [
        (Rule::StageAge, "observations", now.observations, earlier.observations, now.observations_oldest),
        (Rule::StageAge, "candidates", now.candidates, earlier.candidates, now.candidates_oldest),
        (Rule::StageAge, "outbox", now.outbox, earlier.outbox, now.outbox_oldest),
        (Rule::StageAge, "deliveries", now.deliveries, earlier.deliveries, now.deliveries_oldest),
        (Rule::TaskAge, "tasks", now.tasks, earlier.tasks, now.tasks_oldest),
    ];
    for (rule, stage, depth, depth_before, oldest) in rows {
        let age = oldest.map_or(0.0, |oldest: Timestamp| after.at.since(oldest).as_secs_f64());
        let (depth, depth_before) = (number(depth), number(depth_before));
        let evidence = [("depth", depth), ("growth_per_second", (depth - depth_before) / elapsed)];
        measured.figures.push(Figure::new(rule, format!("stage:{stage}"), age, &evidence));
    }
}

fn statements(before: &Diagnosis, after: &Diagnosis, past: &mut Past, figures: &mut Vec<Figure>) {
    let earlier: BTreeMap<&str, &StatementFigures> = before.statements.iter().map(|s| (s.id.as_str(), s)).collect();
    past.0.retain(|id, _| after.statements.iter().any(|statement| statement.id == *id));
    for statement in &after.statements {
        let Some(was) = earlier.get(statement.id.as_str()) else { continue };
        // Fewer calls than before: the database began to count anew.
        let Some(calls) = statement.calls.checked_sub(was.calls).filter(|&calls| calls >= CALLS_LEAST) else {
            continue;
        };
        let took = statement.total.saturating_sub(was.total).as_secs_f64() * 1_000.0;
        let mean = took / number(calls);
        let subject = format!("statement:{}", statement.id);
        let evidence = [
            ("mean_ms", mean),
            ("calls", number(calls)),
            ("rows", number(statement.rows - was.rows.min(statement.rows))),
        ];
        figures
            .push(Figure::new(Rule::StatementTime, subject.clone(), mean, &evidence).with_note(statement.text.clone()));
        let (usual, intervals) = past.0.get(&statement.id).copied().unwrap_or((mean, 0));
        let ratio = if usual > 0.0 { mean / usual } else { 1.0 };
        let worth = mean >= WORTH_COMPARING.as_secs_f64() * 1_000.0;
        if intervals >= INTERVALS_TO_COMPARE && calls >= CALLS_TO_COMPARE && worth {
            let evidence = [("mean_ms", mean), ("usual_ms", usual), ("calls", number(calls))];
            figures.push(
                Figure::new(Rule::StatementRegression, subject, ratio, &evidence).with_note(statement.text.clone()),
            );
        }
        let weight = if ratio < UNLIKE { LEARN } else { LEARN_WHEN_SLOW };
        let learned = (mean - usual).mul_add(weight, usual);
        past.0.insert(statement.id.clone(), (learned, intervals.saturating_add(1)));
    }
}

fn tables(before: &Diagnosis, after: &Diagnosis, elapsed: f64, figures: &mut Vec<Figure>) {
    for table in after.tables.iter().filter(|table| table.rows >= TABLE_ROWS_LEAST) {
        let Some(was) = before.tables.iter().find(|was| was.name == table.name) else { continue };
        let Some(rows) = table.rows_scanned.checked_sub(was.rows_scanned) else { continue };
        let evidence = [
            ("rows", number(table.rows)),
            ("scans", number(table.scans.saturating_sub(was.scans))),
            ("index_scans", number(table.index_scans.saturating_sub(was.index_scans))),
        ];
        figures.push(Figure::new(Rule::TableScan, format!("table:{}", table.name), number(rows) / elapsed, &evidence));
    }
}

fn connections(after: &Diagnosis) -> Option<Figure> {
    let (used, limit) = after.connections.filter(|(_, limit)| *limit > 0)?;
    let (used, limit) = (f64::from(used), f64::from(limit));
    let evidence = [("used", used), ("limit", limit)];
    Some(Figure::new(Rule::Connections, "database:connections".to_owned(), used / limit, &evidence))
}

fn slow_commands(before: &[SlowCommand], after: &[SlowCommand], elapsed: f64, figures: &mut Vec<Figure>) {
    let nodes: BTreeSet<&str> = after.iter().map(|command| command.node.as_str()).collect();
    for node in nodes {
        let of_node = |commands: &'_ [SlowCommand]| commands.iter().filter(|c| c.node == node).map(|c| c.serial).max();
        let (last, newest) = (of_node(before), of_node(after));
        let fresh: Vec<&SlowCommand> = after
            .iter()
            .filter(|command| command.node == node)
            // A node that counts anew was restarted: all it remembers is new.
            .filter(|command| last.is_none_or(|last| newest < Some(last) || command.serial > last))
            .collect();
        let Some(slowest) = fresh.iter().max_by_key(|command| command.took) else { continue };
        let count = number(u64::try_from(fresh.len()).unwrap_or(u64::MAX));
        let evidence = [("commands", count), ("slowest_ms", slowest.took.as_secs_f64() * 1_000.0)];
        let figure = Figure::new(Rule::SlowCommands, format!("redis:{node}"), count / elapsed * 60.0, &evidence);
        figures.push(figure.with_note(slowest.command.clone()));
    }
}

fn own(before: &Process, after: &Process, elapsed: f64, process: &str, figures: &mut Vec<Figure>) {
    let subject = format!("process:{process}");
    let workers = number(u64::try_from(after.workers.max(1)).unwrap_or(1));
    let busy = after.busy.saturating_sub(before.busy).as_secs_f64() / elapsed / workers;
    let tasks = number(u64::try_from(after.tasks).unwrap_or(u64::MAX));
    let evidence = [("workers", workers), ("tasks", tasks)];
    figures.push(Figure::new(Rule::RuntimeBusy, subject.clone(), busy, &evidence));
    let waiting = number(u64::try_from(after.waiting).unwrap_or(u64::MAX));
    figures.push(Figure::new(Rule::RuntimeQueue, subject.clone(), waiting, &evidence));
    if let (Some(resident), Some(limit)) = (after.resident_bytes, after.limit_bytes.filter(|limit| *limit > 0)) {
        let (resident, limit) = (number(resident), number(limit));
        let evidence = [("resident_bytes", resident), ("limit_bytes", limit)];
        figures.push(Figure::new(Rule::Memory, subject, resident / limit, &evidence));
    }
}

/// A count as a number to calculate with.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts are shown, not compared bit by bit")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
#[path = "measure/tests.rs"]
mod tests;
