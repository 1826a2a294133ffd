//! What is watched: each rule with its unit, its threshold, and what could be done.

use std::collections::BTreeMap;

/// Where figures come from; a group that could not be sampled says nothing of its subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The store's counts.
    Stages,
    /// The database's own figures.
    Database,
    /// The cache's slow log.
    Cache,
    /// This process.
    Process,
}

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The oldest row waiting at a stage.
    StageAge,
    /// The most overdue task; tasks run for long, so they have a threshold of their own.
    TaskAge,
    /// Mean time of a statement in the last interval.
    StatementTime,
    /// Mean time of a statement against its own past.
    StatementRegression,
    /// Rows read by going through a whole table.
    TableScan,
    /// Connections in use against the limit.
    Connections,
    /// Slow commands of a cache node.
    SlowCommands,
    /// Share of time the worker threads were busy.
    RuntimeBusy,
    /// Tasks ready to run that no worker has taken.
    RuntimeQueue,
    /// Resident memory against the limit.
    Memory,
}

/// When a figure is a finding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// From here on it counts as too much.
    pub open: f64,
    /// Below this it counts as well again; less than `open`, so that a figure at the edge does not flap.
    pub close: f64,
    /// Samples in a row that open it.
    pub samples_to_open: u32,
    /// Samples in a row that close it.
    pub samples_to_close: u32,
}

// === impl Rule ===

impl Rule {
    /// Every rule.
    pub const ALL: &'static [Rule] = &[
        Rule::StageAge,
        Rule::TaskAge,
        Rule::StatementTime,
        Rule::StatementRegression,
        Rule::TableScan,
        Rule::Connections,
        Rule::SlowCommands,
        Rule::RuntimeBusy,
        Rule::RuntimeQueue,
        Rule::Memory,
    ];

    /// Its spelling in keys and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Rule::StageAge => "stage_age",
            Rule::TaskAge => "task_age",
            Rule::StatementTime => "statement_time",
            Rule::StatementRegression => "statement_regression",
            Rule::TableScan => "table_scan",
            Rule::Connections => "connections",
            Rule::SlowCommands => "slow_commands",
            Rule::RuntimeBusy => "runtime_busy",
            Rule::RuntimeQueue => "runtime_queue",
            Rule::Memory => "memory",
        }
    }

    /// The unit of its figures.
    pub const fn unit(self) -> &'static str {
        match self {
            Rule::StageAge | Rule::TaskAge => "seconds",
            Rule::StatementTime => "milliseconds",
            Rule::StatementRegression => "times its past",
            Rule::TableScan => "rows/second",
            Rule::SlowCommands => "commands/minute",
            Rule::RuntimeQueue => "tasks",
            Rule::Connections | Rule::RuntimeBusy | Rule::Memory => "ratio",
        }
    }

    /// Where its figures come from.
    pub const fn group(self) -> Group {
        match self {
            Rule::StageAge | Rule::TaskAge => Group::Stages,
            Rule::StatementTime | Rule::StatementRegression | Rule::TableScan | Rule::Connections => Group::Database,
            Rule::SlowCommands => Group::Cache,
            Rule::RuntimeBusy | Rule::RuntimeQueue | Rule::Memory => Group::Process,
        }
    }

    /// What could be done.
    pub const fn advice(self) -> &'static str {
        match self {
            Rule::StageAge => "add a replica of the stage's agent, or look whether one is draining or failing",
            Rule::TaskAge => "add a replica of the agents that poll, or look which source's host is slow",
            Rule::StatementTime => "look at the statement's plan (EXPLAIN ANALYZE)",
            Rule::StatementRegression => "compare the plan with the one before; ANALYZE the tables it reads",
            Rule::TableScan => "look for an index the statements on this table miss",
            Rule::Connections => "lower the pool size of the replicas, or raise max_connections",
            Rule::SlowCommands => "look at the keys these commands touch; large ones belong into the store",
            Rule::RuntimeBusy => "give the process more CPU, or find what computes without yielding",
            Rule::RuntimeQueue => "give the process more threads, or find what blocks them",
            Rule::Memory => "raise the memory limit, or find what grows",
        }
    }
}

/// Every rule's threshold.
pub type Thresholds = BTreeMap<Rule, Threshold>;
