//! What an operator may change: how often is looked, and from where on something is too much.

use std::time::Duration;

use tge_service::{Setting, SettingError, Settings};

use crate::rule::{Rule, Threshold, Thresholds};

/// A finding closes below this share of its threshold.
const CLOSE_AT: f64 = 0.7;
const SAMPLES_TO_OPEN: u32 = 2;
const SAMPLES_TO_CLOSE: u32 = 4;

/// The agent's keys.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "performance_every",
        env: "TGE_PERFORMANCE_EVERY",
        default: "15s",
        help: "pause between two samples",
    },
    Setting {
        key: "performance_stage_age_secs",
        env: "TGE_PERFORMANCE_STAGE_AGE_SECS",
        default: "5",
        help: "seconds the oldest row may wait at a stage",
    },
    Setting {
        key: "performance_task_age_secs",
        env: "TGE_PERFORMANCE_TASK_AGE_SECS",
        default: "60",
        help: "seconds a task may be overdue, its run included",
    },
    Setting {
        key: "performance_statement_ms",
        env: "TGE_PERFORMANCE_STATEMENT_MS",
        default: "250",
        help: "milliseconds a statement may take in the mean",
    },
    Setting {
        key: "performance_regression",
        env: "TGE_PERFORMANCE_REGRESSION",
        default: "3",
        help: "times its own past a statement may take in the mean",
    },
    Setting {
        key: "performance_scan_rows",
        env: "TGE_PERFORMANCE_SCAN_ROWS",
        default: "50000",
        help: "rows a second that may be read by going through whole tables of more than 10,000 rows",
    },
    Setting {
        key: "performance_connections",
        env: "TGE_PERFORMANCE_CONNECTIONS",
        default: "0.8",
        help: "share of the database's connections that may be in use",
    },
    Setting {
        key: "performance_slow_commands",
        env: "TGE_PERFORMANCE_SLOW_COMMANDS",
        default: "5",
        help: "slow commands a minute a cache node may log",
    },
    Setting {
        key: "performance_busy",
        env: "TGE_PERFORMANCE_BUSY",
        default: "0.9",
        help: "share of time the worker threads may be busy",
    },
    Setting {
        key: "performance_queue",
        env: "TGE_PERFORMANCE_QUEUE",
        default: "200",
        help: "tasks that may wait for a worker thread",
    },
    Setting {
        key: "performance_memory",
        env: "TGE_PERFORMANCE_MEMORY",
        default: "0.85",
        help: "share of its memory limit the process may use",
    },
];

/// How the agent behaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Pause between two samples.
    pub every: Duration,
    /// From where on something is too much.
    pub thresholds: Thresholds,
}

impl Default for Config {
    fn default() -> Self {
        Self::read(&Settings::of(SETTINGS, &[])).expect("a test holds the defaults to be readable")
    }
}

impl Config {
    /// Reads the agent's keys.
    ///
    /// # Errors
    /// [`SettingError`] when a value does not fit.
    pub fn read(settings: &Settings) -> Result<Self, SettingError> {
        let mut thresholds = Thresholds::new();
        for rule in Rule::ALL {
            let key = key(*rule);
            let open: f64 = settings.get(key)?;
            if !open.is_finite() || open <= 0.0 {
                let (from, given) = ("settings".to_owned(), open.to_string());
                return Err(SettingError::Value { key, from, given, expected: "a number above zero" });
            }
            thresholds.insert(
                *rule,
                Threshold {
                    open,
                    close: open * CLOSE_AT,
                    samples_to_open: SAMPLES_TO_OPEN,
                    samples_to_close: SAMPLES_TO_CLOSE,
                },
            );
        }
        let every = settings.get::<Duration>("performance_every")?.max(Duration::from_secs(1));
        Ok(Self { every, thresholds })
    }
}

fn key(rule: Rule) -> &'static str {
    match rule {
        Rule::StageAge => "performance_stage_age_secs",
        Rule::TaskAge => "performance_task_age_secs",
        Rule::StatementTime => "performance_statement_ms",
        Rule::StatementRegression => "performance_regression",
        Rule::TableScan => "performance_scan_rows",
        Rule::Connections => "performance_connections",
        Rule::SlowCommands => "performance_slow_commands",
        Rule::RuntimeBusy => "performance_busy",
        Rule::RuntimeQueue => "performance_queue",
        Rule::Memory => "performance_memory",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_setting_and_nonsense_is_refused() {
        assert_eq!(Config::default().thresholds.len(), Rule::ALL.len());
        assert_eq!(SETTINGS.len(), Rule::ALL.len() + 1);
        for value in ["0", "-1", "inf", "much"] {
            let settings = Settings::of(SETTINGS, &[("performance_busy", value.to_owned())]);
            let error = Config::read(&settings).unwrap_err().to_string();
            assert!(error.contains("performance_busy"), "{error}");
        }
    }
}
