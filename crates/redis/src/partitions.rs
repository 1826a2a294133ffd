//! How a queue is spread over the masters.
//!
//! A stream lives on one master, so one stream a queue would put all of it on one. These twelve hash tags fall four and
//! four and four on three masters with even slot ranges; each partition of a queue has one of them in its key.

use fred::util::redis_keyslot;

/// Number of partitions of each queue.
pub(crate) const PARTITIONS: usize = 12;

/// 11 is left out: its slot would make the spread uneven.
const TAGS: [u8; PARTITIONS] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12];

/// The key of a queue's partition.
pub(crate) fn key(queue: &str, partition: usize) -> String {
    format!("tge:queue:{queue}:{{tge:{}}}", TAGS[partition % PARTITIONS])
}

/// The partition of an id; the same everywhere.
pub(crate) fn of(body: &str) -> usize {
    usize::from(redis_keyslot(body.as_bytes())) % PARTITIONS
}

/// An entry's name for the port: its partition and the stream's own id.
pub(crate) fn entry(partition: usize, id: &str) -> String {
    format!("{partition}/{id}")
}

/// The partition and stream id of an entry's name; `None` for a name that is not ours.
pub(crate) fn parse(entry: &str) -> Option<(usize, &str)> {
    let (partition, id) = entry.split_once('/')?;
    let partition = partition.parse().ok().filter(|&partition| partition < PARTITIONS)?;
    Some((partition, id))
}

/// How many entries to ask of each of `partitions`, so that together they give no more than `max`.
pub(crate) fn shares(partitions: &[usize], max: usize) -> Vec<(usize, usize)> {
    let count = partitions.len().max(1);
    let share = |index| max / count + usize::from(index < max % count);
    let shares = partitions.iter().enumerate().map(|(index, &partition)| (partition, share(index)));
    shares.filter(|&(_, share)| share > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slots::SLOTS;

    #[test]
    fn partitions_lie_evenly_on_three_masters() {
        let mut masters = [0; 3];
        for partition in 0..PARTITIONS {
            let slot = usize::from(redis_keyslot(key("q", partition).as_bytes()));
            masters[slot * 3 / SLOTS] += 1;
        }
        assert_eq!(masters, [4, 4, 4]);
    }

    #[test]
    fn ids_spread_over_partitions() {
        let mut counts = [0_usize; PARTITIONS];
        for n in 0..12_000 {
            counts[of(&format!("observations/{n}"))] += 1;
        }
        assert!(counts.iter().all(|count| (700..1_300).contains(count)), "{counts:?}");
    }

    #[test]
    fn entries_read_back() {
        assert_eq!(parse(&entry(7, "1700-0")), Some((7, "1700-0")));
        for bad in ["", "7", "12/1-0", "x/1-0"] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn shares_add_up() {
        for (partitions, max) in [(12, 100), (12, 5), (12, 12), (3, 7), (1, 9), (5, 0), (0, 9)] {
            let all: Vec<usize> = (0..partitions).collect();
            let total: usize = shares(&all, max).iter().map(|&(_, share)| share).sum();
            assert_eq!(total, if partitions == 0 { 0 } else { max }, "{partitions} {max}");
        }
    }
}
