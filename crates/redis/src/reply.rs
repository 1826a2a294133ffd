//! Reading Redis's answers, which are lists within lists.

use fred::prelude::Value;

/// A stream's entry: its id and the value of its only field.
pub(crate) type Entry = (String, String);

/// The entries of one key's `XREADGROUP`; none for the empty answer, which is null.
pub(crate) fn read_group(answer: Value) -> Vec<Entry> {
    let Some(stream) = list(answer).next() else { return Vec::new() };
    list(stream).nth(1).map(entries).unwrap_or_default()
}

/// The entries of `XAUTOCLAIM`: the second of a cursor, entries and deleted ids.
pub(crate) fn claimed(answer: Value) -> Vec<Entry> {
    list(answer).nth(1).map(entries).unwrap_or_default()
}

/// A named figure of an answer that is a flat list of names and values.
pub(crate) fn field(answer: &Value, name: &str) -> Option<Value> {
    let Value::Array(items) = answer else { return None };
    let mut pairs = items.chunks_exact(2);
    pairs.find(|pair| pair[0].as_str().as_deref() == Some(name)).map(|pair| pair[1].clone())
}

/// The members of an answer; none when it is no list.
pub(crate) fn list(answer: Value) -> impl Iterator<Item = Value> {
    let items = match answer {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    items.into_iter()
}

fn entries(answer: Value) -> Vec<Entry> {
    list(answer)
        .filter_map(|entry| {
            let mut parts = list(entry);
            let id = parts.next()?.as_string()?;
            // An entry that was deleted while it was held has no fields any more.
            let body = list(parts.next()?).nth(1)?.as_string()?;
            Some((id, body))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, body: &str) -> Value {
        Value::Array(vec![Value::from(id), Value::Array(vec![Value::from("b"), Value::from(body)])])
    }

    #[test]
    fn reads_entries_and_passes_over_deleted_ones() {
        let entries = Value::Array(vec![entry("1-0", "a"), Value::Array(vec![Value::from("2-0"), Value::Null])]);
        let expected = vec![("1-0".to_owned(), "a".to_owned())];
        let stream = Value::Array(vec![Value::from("key"), entries.clone()]);
        assert_eq!(read_group(Value::Array(vec![stream])), expected);
        assert_eq!(read_group(Value::Null), []);
        assert_eq!(claimed(Value::Array(vec![Value::from("0-0"), entries, Value::Array(vec![])])), expected);
    }

    #[test]
    fn finds_fields() {
        let answer =
            Value::Array(vec![Value::from("pending"), Value::Integer(3), Value::from("idle"), Value::Integer(9)]);
        assert_eq!(field(&answer, "idle").and_then(|value| value.as_u64()), Some(9));
        assert_eq!(field(&answer, "none"), None);
    }
}
