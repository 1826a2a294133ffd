//! Commands that a master took long for, from its own log.

use std::time::Duration;

use fred::prelude::Value;
use tge_model::Timestamp;
use tge_ports::SlowCommand;

use crate::reply;

/// Arguments and letters kept of a slow command: enough to know it by, too few to leak what it carried.
const ARGUMENTS_MAX: usize = 3;
const LETTERS_MAX: usize = 80;

/// Reads `SLOWLOG GET`; entries that cannot be read are passed over.
pub(crate) fn read(node: &str, answer: Value) -> Vec<SlowCommand> {
    reply::list(answer).filter_map(|entry| read_one(node, entry)).collect()
}

fn read_one(node: &str, entry: Value) -> Option<SlowCommand> {
    let mut parts = reply::list(entry);
    let serial = parts.next()?.as_u64()?;
    let at = Timestamp::from_secs(parts.next()?.as_i64()?);
    let took = Duration::from_micros(parts.next()?.as_u64()?);
    let words: Vec<String> =
        reply::list(parts.next()?).take(ARGUMENTS_MAX).filter_map(|word| word.as_string()).collect();
    let client = parts.next().and_then(|client| client.as_string()).unwrap_or_default();
    let command = words.join(" ").chars().take(LETTERS_MAX).collect();
    Some(SlowCommand { node: node.to_owned(), serial, at, took, command, client })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_entry_and_cuts_its_arguments() {
        let words = Value::Array(["SET", "key", &"x".repeat(200), "EX", "9"].map(Value::from).into());
        let entry = Value::Array(vec![
            Value::Integer(14),
            Value::Integer(1_700_000_000),
            Value::Integer(15_000),
            words,
            Value::from("10.0.0.1:5"),
            Value::from(""),
        ]);
        let slow = read("a:1", Value::Array(vec![entry, Value::Null]));
        let [slow] = slow.as_slice() else { panic!("expected one, read {slow:?}") };
        assert_eq!((slow.serial, slow.took, slow.client.as_str()), (14, Duration::from_millis(15), "10.0.0.1:5"));
        assert_eq!(slow.at, Timestamp::from_secs(1_700_000_000));
        assert!(slow.command.starts_with("SET key xxx") && slow.command.len() == LETTERS_MAX, "{}", slow.command);
    }
}
