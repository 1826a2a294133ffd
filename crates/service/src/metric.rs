//! Every metric of the house: name, labels, meaning. Raw names elsewhere are a defect, for a dashboard could not find them.

use metrics::{Label, Unit};

/// Labels of one observation of a metric: few, and of bounded values (never a URL, a ticker or a project).
pub type Labels<'a> = &'a [(&'static str, &'a str)];

/// A number that only grows.
#[derive(Debug, Clone, Copy)]
pub struct Counter(&'static str, &'static str);

/// A number that rises and falls.
#[derive(Debug, Clone, Copy)]
pub struct Gauge(&'static str, &'static str);

/// A distribution, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Histogram(&'static str, &'static str);

impl Counter {
    /// Adds.
    pub fn add(self, by: u64, labels: Labels<'_>) {
        metrics::counter!(self.0, owned(labels)).increment(by);
    }
}

impl Gauge {
    /// Sets.
    pub fn set(self, value: f64, labels: Labels<'_>) {
        metrics::gauge!(self.0, owned(labels)).set(value);
    }
}

impl Histogram {
    /// Records a duration.
    pub fn record(self, time: std::time::Duration, labels: Labels<'_>) {
        metrics::histogram!(self.0, owned(labels)).record(time.as_secs_f64());
    }
}

fn owned(labels: Labels<'_>) -> Vec<Label> {
    labels.iter().map(|(key, value)| Label::new(*key, (*value).to_owned())).collect()
}

/// Declares the metrics and the list that describes them to the exporter.
macro_rules! metrics_table {
    ($($(#[$doc:meta])* $kind:ident $constant:ident = $name:literal, $help:literal;)+) => {
        $(#[doc = $help] pub const $constant: $kind = $kind($name, $help);)+

        /// Name, kind and help of every metric, for documents and tests.
        pub const ALL: &[(&str, &str, &str)] = &[$(($name, stringify!($kind), $help),)+];

        pub(crate) fn describe() {
            $(describe_one($constant.into(), $constant.0, $constant.1);)+
        }
    };
}

enum Kind {
    Counter,
    Gauge,
    Histogram,
}

impl From<Counter> for Kind {
    fn from(_: Counter) -> Self {
        Self::Counter
    }
}

impl From<Gauge> for Kind {
    fn from(_: Gauge) -> Self {
        Self::Gauge
    }
}

impl From<Histogram> for Kind {
    fn from(_: Histogram) -> Self {
        Self::Histogram
    }
}

fn describe_one(kind: Kind, name: &'static str, help: &'static str) {
    match kind {
        Kind::Counter => metrics::describe_counter!(name, help),
        Kind::Gauge => metrics::describe_gauge!(name, help),
        Kind::Histogram => metrics::describe_histogram!(name, Unit::Seconds, help),
    }
}

metrics_table! {
    Gauge BUILD_INFO = "tge_build_info", "Always 1; labels tell service and version.";
    Gauge READY = "tge_ready", "1 while every condition of readiness is fulfilled.";
    Counter OBSERVATIONS = "tge_observations_total", "Documents stored, by kind of source and arrival.";
    Counter SOURCE_POLLS = "tge_source_polls_total", "Polls of sources, by kind and outcome (ok, not_modified, error, blocked).";
    Gauge SOURCE_LAST_SUCCESS = "tge_source_last_success_timestamp_seconds", "When a source last answered.";
    Counter VERDICTS = "tge_verdicts_total", "Documents judged, by outcome.";
    Counter EVENTS = "tge_events_total", "Changes of events committed, by kind and status.";
    Histogram DETECTION_LATENCY = "tge_detection_latency_seconds", "Where the time went: source (published to seen), pipeline (seen to committed), delivery (committed to delivered).";
    Counter TASKS = "tge_tasks_total", "Tasks finished, by kind and outcome (done, failed, dead).";
    Histogram TASK_DURATION = "tge_task_duration_seconds", "Time from lease to result, by kind.";
    Gauge QUEUE_DEPTH = "tge_queue_depth", "Rows waiting at a stage of the pipeline.";
    Gauge QUEUE_OLDEST_AGE = "tge_queue_oldest_age_seconds", "Age of the oldest row waiting at a stage.";
    Gauge DEAD_LETTERS = "tge_dead_letters", "Rows set aside after the last attempt, by stage.";
    Gauge AGENTS = "tge_agents", "Agents, by kind and state.";
    Gauge LEADER = "tge_leader", "1 while this queen leads.";
    Gauge BREAKERS_OPEN = "tge_breakers_open", "Circuit breakers that are open, by scope.";
    Counter RECOVERY_ACTIONS = "tge_recovery_actions_total", "Recoveries ended, by component, action and outcome.";
    Histogram RECOVERY_DURATION = "tge_recovery_duration_seconds", "Time from agreeing signals to verified recovery.";
    Gauge COMPONENT_UP = "tge_component_up", "1 while a component's checks pass.";
    Gauge COMPONENT_ATTEMPTS = "tge_component_attempts", "Recovery attempts in the window.";
    Gauge COMPONENT_BREAKER_OPEN = "tge_component_breaker_open", "1 while a component's recovery breaker is open.";
    Gauge COMPONENT_CPU = "tge_component_cpu_ratio", "Share of its CPU limit a component uses.";
    Gauge COMPONENT_MEMORY = "tge_component_memory_ratio", "Share of its memory limit a component uses.";
    Gauge MONITOR_LEADER = "tge_monitor_leader", "1 while this health monitor leads.";
    Counter MEMORY_OPERATIONS = "tge_memory_operations_total", "Memory calls, by operation and outcome.";
    Gauge MEMORY_ITEMS = "tge_memory_items", "Items remembered, by tier.";
    Gauge MEMORY_SYNC_AGE = "tge_memory_sync_age_seconds", "Time since the last full sync with the store.";
    Counter DELIVERIES = "tge_deliveries_total", "Delivery attempts, by outcome (delivered, retry, dead).";
    Counter FINDINGS = "tge_findings_total", "Findings written, by agent and kind.";
    Counter OPINIONS = "tge_second_opinions_total", "Documents near the threshold, by outcome (asked, known, spared, failed).";
    Counter SHADOW_VERDICTS = "tge_shadow_verdicts_total", "Verdicts of a ruleset that looks on, beside the one in force (same, raised, lowered).";
    Gauge REGISTRY_SERVICES = "tge_registry_services", "Instances known, by service and status.";
    Counter HTTP_REQUESTS = "tge_http_requests_total", "HTTP requests answered, by service, route and code.";
    Histogram HTTP_DURATION = "tge_http_request_duration_seconds", "Time to the head of the answer, by service and route.";
    Counter GRPC_REQUESTS = "tge_grpc_requests_total", "gRPC calls answered, by service, method and code.";
    Histogram GRPC_DURATION = "tge_grpc_request_duration_seconds", "Time to the head of the answer, by service and method.";
}
