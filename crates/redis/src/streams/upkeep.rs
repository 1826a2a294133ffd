//! Sweeping a queue: handing on forgotten entries, trimming, forgetting consumers.

use std::time::Duration;

use fred::prelude::Value;
use tge_ports::Hint;

use super::{GROUP, Streams, in_turn, named};
use crate::node::Command;
use crate::partitions::{self, PARTITIONS};
use crate::reply;

/// A consumer that holds nothing and has not been seen for so long is forgotten.
const CONSUMER_IDLE_MAX: Duration = Duration::from_secs(3_600);

impl Streams {
    /// Takes over entries that others have not acknowledged for too long.
    pub(super) async fn reclaim(&self, queue: &str, consumer: &str, max: usize, turn: usize) -> Vec<Hint> {
        let idle = self.router.config.reclaim_after.as_millis().to_string();
        let shares = partitions::shares(&in_turn(turn), max);
        let commands: Vec<Command> = shares
            .iter()
            .map(|&(partition, count)| {
                let count = count.to_string();
                let words = [GROUP, consumer, &idle, "0-0", "COUNT", &count];
                Command::new("XAUTOCLAIM", &partitions::key(queue, partition), words.map(Value::from))
            })
            .collect();
        let mut hints = Vec::new();
        for (&(partition, _), answer) in shares.iter().zip(self.router.run(&commands).await) {
            // A partition that cannot be swept now is swept next time.
            if let Ok(answer) = answer {
                hints.extend(named(partition, reply::claimed(answer)));
            }
        }
        hints
    }

    /// Trims what was acknowledged and not deleted, and forgets consumers that are gone.
    pub(super) async fn tidy(&self, queue: &str) {
        let pending = self.on_all(queue, "XPENDING", &[GROUP]).await;
        let groups = self.router.run(&info(queue, "GROUPS", &[])).await;
        let consumers = self.router.run(&info(queue, "CONSUMERS", &[GROUP])).await;
        let mut commands = Vec::new();
        for (partition, ((pending, groups), consumers)) in pending.into_iter().zip(groups).zip(consumers).enumerate() {
            let key = partitions::key(queue, partition);
            if let (Ok(pending), Ok(groups)) = (pending, groups)
                && let Some(below) = trim_below(pending, groups)
            {
                commands.push(Command::new("XTRIM", &key, ["MINID", below.as_str()].map(Value::from)));
            }
            for name in consumers.map(gone).unwrap_or_default() {
                let words = ["DELCONSUMER", key.as_str(), GROUP, &name];
                commands.push(Command::keyed("XGROUP", &key, words.map(Value::from).into()));
            }
        }
        for answer in self.router.run(&commands).await {
            if let Err(error) = answer {
                tracing::debug!(queue, %error, "a partition was not tidied");
            }
        }
    }
}

fn info(queue: &str, what: &str, rest: &[&str]) -> Vec<Command> {
    (0..PARTITIONS)
        .map(|partition| {
            let key = partitions::key(queue, partition);
            let words = [what, key.as_str()].into_iter().chain(rest.iter().copied());
            let arguments = words.map(Value::from).collect();
            Command::keyed("XINFO", &key, arguments)
        })
        .collect()
}

/// The id below which nothing is wanted any more: the oldest pending entry, or else what was last handed out.
fn trim_below(pending: Value, groups: Value) -> Option<String> {
    let mut pending = reply::list(pending);
    let count = pending.next()?.as_u64()?;
    if count > 0 {
        return pending.next()?.as_string();
    }
    let mut groups = reply::list(groups).filter(|group| {
        reply::field(group, "name").and_then(|name| name.as_string()).is_some_and(|name| name == GROUP)
    });
    let last = reply::field(&groups.next()?, "last-delivered-id")?.as_string()?;
    let (millis, serial) = last.split_once('-')?;
    let next: u64 = serial.parse::<u64>().ok()?.checked_add(1)?;
    Some(format!("{millis}-{next}"))
}

/// Consumers that hold nothing and have been away for long.
fn gone(consumers: Value) -> Vec<String> {
    let idle_max = u64::try_from(CONSUMER_IDLE_MAX.as_millis()).unwrap_or(u64::MAX);
    reply::list(consumers)
        .filter(|consumer| {
            let figure = |name| reply::field(consumer, name).and_then(|value| value.as_u64());
            figure("pending") == Some(0) && figure("idle").is_some_and(|idle| idle > idle_max)
        })
        .filter_map(|consumer| reply::field(&consumer, "name")?.as_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(items: &[&str]) -> Value {
        Value::Array(items.iter().map(|&item| Value::from(item)).collect())
    }

    #[test]
    fn nothing_pending_is_trimmed() {
        let groups = Value::Array(vec![flat(&["name", "tge", "pending", "0", "last-delivered-id", "17-4"])]);
        for (pending, expected) in
            [(flat(&["2", "15-0", "17-0"]), Some("15-0")), (flat(&["0"]), Some("17-5")), (Value::Null, None)]
        {
            assert_eq!(trim_below(pending.clone(), groups.clone()).as_deref(), expected, "{pending:?}");
        }
        assert_eq!(trim_below(flat(&["0"]), Value::Array(vec![])), None);
    }

    #[test]
    fn only_idle_consumers_without_entries_are_gone() {
        let consumers = Value::Array(vec![
            flat(&["name", "a", "pending", "0", "idle", "9999999"]),
            flat(&["name", "b", "pending", "1", "idle", "9999999"]),
            flat(&["name", "c", "pending", "0", "idle", "10"]),
        ]);
        assert_eq!(gone(consumers), ["a"]);
    }
}
