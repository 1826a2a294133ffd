//! What goes first: strict priorities with aging, and who gets it.

use std::collections::BTreeMap;
use std::time::Duration;

use tge_model::{AgentId, Priority, Timestamp};

/// Each of these waited raises a task by one priority, so that nothing starves.
const RAISED_EACH: Duration = Duration::from_secs(60);

/// The priority a task counts with after waiting since `created_at`.
pub fn effective(priority: Priority, created_at: Timestamp, now: Timestamp) -> Priority {
    let raises = now.since(created_at).as_secs() / RAISED_EACH.as_secs();
    let place = match priority {
        Priority::Critical => 0,
        Priority::High => 1,
        Priority::Normal => 2,
        Priority::Low => 3_u64,
    };
    match place.saturating_sub(raises) {
        0 => Priority::Critical,
        1 => Priority::High,
        2 => Priority::Normal,
        _ => Priority::Low,
    }
}

/// Shares `items` among agents in proportion to their measured speed (items per second, anything above zero), in order:
/// each item goes to the agent that would finish it first. Agents with no measured speed count as the slowest.
pub fn assign<T>(items: impl IntoIterator<Item = T>, agents: &[(AgentId, f64)]) -> BTreeMap<AgentId, Vec<T>> {
    let measured = |speed: f64| speed.is_finite() && speed > 0.0;
    let slowest = agents.iter().map(|a| a.1).filter(|s| measured(*s)).fold(f64::INFINITY, f64::min);
    let slowest = if slowest.is_finite() { slowest } else { 1.0 };
    // Seconds of work each holds.
    let mut load: Vec<(AgentId, f64, f64)> =
        agents.iter().map(|(id, speed)| (*id, if measured(*speed) { *speed } else { slowest }, 0.0)).collect();
    let mut shares = BTreeMap::new();
    for item in items {
        let first = load.iter_mut().min_by(|a, b| (a.2 + 1.0 / a.1).total_cmp(&(b.2 + 1.0 / b.1)).then(a.0.cmp(&b.0)));
        let Some((id, speed, held)) = first else { break };
        *held += 1.0 / *speed;
        shares.entry(*id).or_insert_with(Vec::new).push(item);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(n: i64) -> Timestamp {
        Timestamp::from_secs(n)
    }

    #[test]
    fn waiting_raises_and_nothing_starves() {
        for (priority, waited, expected) in [
            (Priority::Low, 0, Priority::Low),
            (Priority::Low, 59, Priority::Low),
            (Priority::Low, 60, Priority::Normal),
            (Priority::Low, 180, Priority::Critical),
            (Priority::Normal, 61, Priority::High),
            (Priority::Critical, 10_000, Priority::Critical),
        ] {
            assert_eq!(effective(priority, secs(1_000), secs(1_000 + waited)), expected, "{priority} after {waited} s");
        }
        assert_eq!(effective(Priority::Low, secs(1_000), secs(0)), Priority::Low, "a clock set back raises nothing");
    }

    #[test]
    fn the_faster_get_more() {
        let id = |n| AgentId::new(secs(0), n);
        let shares = assign(0..40, &[(id(1), 3.0), (id(2), 1.0), (id(3), 0.0)]);
        let counts: Vec<usize> = [1, 2, 3].iter().map(|n| shares[&id(*n)].len()).collect();
        assert_eq!(counts, [24, 8, 8]);
        assert!(assign(0..3, &[]).is_empty());
    }
}
