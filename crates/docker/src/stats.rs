//! What a container uses, as a ratio of what it may use.
//!
//! A CPU ratio needs two samples. Docker takes both itself in one or two seconds; a sample kept from the last call
//! makes the next one answer in milliseconds.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bollard::Docker;
use bollard::models::{ContainerInspectResponse, ContainerStatsResponse, HostConfig};
use bollard::query_parameters::{InspectContainerOptions, StatsOptions};
use futures::StreamExt;
use tge_model::Timestamp;
use tge_ports::{ContainerState, ContainerStats, ContainersError};

use crate::error::Attempt;
use crate::view;

/// An older sample would hide in a long average what happens now.
const SAMPLE_AGE_MAX: Duration = Duration::from_secs(120);
/// Two samples closer than this say little about the time between.
const SAMPLE_AGE_MIN: Duration = Duration::from_millis(500);
/// Samples kept; all are dropped when more containers than this were measured.
const SAMPLES_MAX: usize = 1_000;

/// The last sample of each container.
#[derive(Debug, Default)]
pub(crate) struct Samples(Mutex<HashMap<String, Sample>>);

/// CPU time used until a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sample {
    at: Timestamp,
    cpu_nanos: u64,
}

pub(crate) async fn measure(
    docker: &Docker,
    attempt: Attempt<'_>,
    samples: &Samples,
) -> Result<ContainerStats, ContainersError> {
    let failed = |error| attempt.failed(error);
    let inspected = docker.inspect_container(attempt.id, None::<InspectContainerOptions>).await.map_err(failed)?;
    let state = view::life(inspected.state.as_ref());
    if state != ContainerState::Running {
        return Err(attempt.conflict(format!("it is {state:?}, and only a running container has figures")));
    }
    let id = inspected.id.clone().unwrap_or_default();
    let figures = read(docker, attempt, true).await?;
    let limit = Limit::of(&inspected);
    let before = samples.get(&id);
    let (figures, cpu_ratio) = match before.zip(Sample::now(&figures)).and_then(|(a, b)| limit.ratio(a, b)) {
        Some(ratio) => (figures, ratio),
        None => {
            let figures = read(docker, attempt, false).await?;
            let ratio = Sample::before(&figures).zip(Sample::now(&figures)).and_then(|(a, b)| limit.ratio(a, b));
            (figures, ratio.unwrap_or(0.0))
        }
    };
    if let Some(sample) = Sample::now(&figures) {
        samples.put(id, sample);
    }
    Ok(ContainerStats { cpu_ratio, memory_bytes: resident(&figures), memory_limit_bytes: limit.memory_bytes })
}

/// One answer of the engine: at once without the sample before, or after a second or two with it.
async fn read(
    docker: &Docker,
    attempt: Attempt<'_>,
    one_shot: bool,
) -> Result<ContainerStatsResponse, ContainersError> {
    let mut answers = docker.stats(attempt.id, Some(StatsOptions { stream: false, one_shot }));
    match answers.next().await {
        Some(answer) => answer.map_err(|error| attempt.failed(error)),
        None => Err(attempt.conflict("it ended while it was measured".to_owned())),
    }
}

// === impl Limit ===

#[derive(Debug, Clone, Copy, PartialEq)]
struct Limit {
    cores: f64,
    memory_bytes: u64,
}

impl Limit {
    fn of(inspected: &ContainerInspectResponse) -> Self {
        let none = HostConfig::default();
        let host = inspected.host_config.as_ref().unwrap_or(&none);
        let positive =
            |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok()).filter(|&value| value > 0);
        let cores = match (positive(host.nano_cpus), positive(host.cpu_quota), positive(host.cpu_period)) {
            (Some(nanos), _, _) => float(nanos) / 1e9,
            (None, Some(quota), period) => float(quota) / float(period.unwrap_or(100_000)),
            (None, None, _) => 1.0,
        };
        Self { cores, memory_bytes: positive(host.memory).unwrap_or(0) }
    }

    /// The share of the limit used between two samples of one run, when they are neither too near nor too far.
    fn ratio(self, before: Sample, now: Sample) -> Option<f64> {
        let wall = now.at.since(before.at);
        if !(SAMPLE_AGE_MIN..=SAMPLE_AGE_MAX).contains(&wall) {
            return None;
        }
        // Less than before: it was started again in between.
        let used = now.cpu_nanos.checked_sub(before.cpu_nanos)?;
        Some(float(used) / 1e9 / wall.as_secs_f64() / self.cores)
    }
}

// === impl Sample ===

impl Sample {
    fn now(figures: &ContainerStatsResponse) -> Option<Self> {
        let usage = figures.cpu_stats.as_ref()?.cpu_usage.as_ref()?.total_usage?;
        Some(Self { at: Timestamp::from(figures.read?), cpu_nanos: usage })
    }

    fn before(figures: &ContainerStatsResponse) -> Option<Self> {
        let usage = figures.precpu_stats.as_ref()?.cpu_usage.as_ref()?.total_usage?;
        Some(Self { at: Timestamp::from(figures.preread?), cpu_nanos: usage })
    }
}

// === impl Samples ===

impl Samples {
    fn get(&self, id: &str) -> Option<Sample> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied()
    }

    fn put(&self, id: String, sample: Sample) {
        let mut samples = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if samples.len() >= SAMPLES_MAX {
            samples.clear();
        }
        samples.insert(id, sample);
    }
}

/// Memory without the page cache that the kernel would give back, as `docker stats` shows it.
fn resident(figures: &ContainerStatsResponse) -> u64 {
    let Some(memory) = &figures.memory_stats else { return 0 };
    let cache = memory.stats.as_ref().and_then(|stats| {
        // The first name is that of cgroup 1, the second of cgroup 2.
        stats.get("total_inactive_file").or_else(|| stats.get("inactive_file")).copied()
    });
    memory.usage.unwrap_or(0).saturating_sub(cache.unwrap_or(0))
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "figures stay far below 2^53")]
fn float(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(secs: i64, cpu_nanos: u64) -> Sample {
        Sample { at: Timestamp::from_secs(secs), cpu_nanos }
    }

    #[test]
    fn ratios_are_of_the_limit() {
        let half = Limit { cores: 0.5, memory_bytes: 0 };
        for (before, now, expected) in [
            (sample(0, 0), sample(10, 5_000_000_000), Some(1.0)),
            (sample(0, 0), sample(10, 2_500_000_000), Some(0.5)),
            (sample(0, 0), sample(10, 0), Some(0.0)),
            // Started again, too near, too far.
            (sample(0, 9), sample(10, 8), None),
            (sample(5, 0), sample(5, 8), None),
            (sample(0, 0), sample(1_000, 8), None),
        ] {
            assert_eq!(half.ratio(before, now), expected, "{before:?} {now:?}");
        }
    }

    #[test]
    fn limits_are_read_from_either_setting() {
        let limit =
            |host: HostConfig| Limit::of(&ContainerInspectResponse { host_config: Some(host), ..Default::default() });
        let none = limit(HostConfig::default());
        assert_eq!(none, Limit { cores: 1.0, memory_bytes: 0 });
        let nanos = HostConfig { nano_cpus: Some(300_000_000), memory: Some(512), ..Default::default() };
        assert_eq!(limit(nanos), Limit { cores: 0.3, memory_bytes: 512 });
        let quota = HostConfig { cpu_quota: Some(50_000), cpu_period: Some(100_000), ..Default::default() };
        assert_eq!(limit(quota).cores, 0.5);
    }
}
