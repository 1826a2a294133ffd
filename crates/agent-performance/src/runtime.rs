//! What this process itself does: worker threads, waiting tasks, resident memory.

use std::path::Path;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

/// Where the kernel says how much memory a container may use: version 2 of control groups, then version 1.
const LIMITS: [&str; 2] = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
/// Version 1 says "no limit" by a number near the top of the range.
const NO_LIMIT: u64 = 1 << 60;

/// What this process does at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Process {
    pub(crate) at: Instant,
    pub(crate) workers: usize,
    /// Time all workers together were busy since the start.
    pub(crate) busy: Duration,
    pub(crate) waiting: usize,
    pub(crate) tasks: usize,
    pub(crate) resident_bytes: Option<u64>,
    pub(crate) limit_bytes: Option<u64>,
}

/// Looks once. What the system does not tell is absent.
pub(crate) async fn look() -> Process {
    let metrics = Handle::current().metrics();
    let workers = metrics.num_workers();
    Process {
        at: Instant::now(),
        workers,
        busy: (0..workers).map(|worker| metrics.worker_total_busy_duration(worker)).sum(),
        waiting: metrics.global_queue_depth(),
        tasks: metrics.num_alive_tasks(),
        resident_bytes: read("/proc/self/status").await.as_deref().and_then(resident),
        limit_bytes: limit().await,
    }
}

async fn limit() -> Option<u64> {
    for path in LIMITS {
        if let Some(text) = read(path).await {
            return text.trim().parse().ok().filter(|&limit| limit < NO_LIMIT);
        }
    }
    None
}

async fn read(path: &str) -> Option<String> {
    tokio::fs::read_to_string(Path::new(path)).await.ok()
}

/// Resident bytes in the words of `/proc/self/status`.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_resident_memory() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t   12345 kB\nThreads:\t1\n"), Some(12_345 * 1_024));
        assert_eq!(resident("Name:\tx\n"), None);
        assert_eq!(resident("VmRSS: many\n"), None);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sees_its_own_runtime() {
        let before = look().await;
        for n in 0..2_000_u64 {
            std::hint::black_box((0..200).fold(n, |a, b| a.wrapping_mul(31).wrapping_add(b)));
            tokio::task::yield_now().await;
        }
        let after = look().await;
        assert_eq!(after.workers, 2);
        assert!(after.busy >= before.busy && after.at >= before.at);
        assert!(after.resident_bytes.is_none_or(|bytes| bytes > 1_000_000), "{after:?}");
    }
}
