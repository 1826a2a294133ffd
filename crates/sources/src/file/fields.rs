//! A map of a source file, read key by key.

use std::str::FromStr;
use std::time::Duration;

use serde_yaml_ng::{Mapping, Value};
use tge_model::UnknownName;

use super::FileProblem;

/// A map and where it stands.
pub(super) struct Fields<'a> {
    map: &'a Mapping,
    above: String,
}

impl<'a> Fields<'a> {
    /// Takes a value that must be a map; `above` is its key with a dot behind it, or nothing for the whole file.
    pub(super) fn new(value: &'a Value, above: &str) -> Result<Self, FileProblem> {
        match value {
            Value::Mapping(map) => Ok(Self { map, above: above.to_owned() }),
            other => {
                let key = if above.is_empty() { "the file".to_owned() } else { above.trim_end_matches('.').to_owned() };
                let found = if above.is_empty() && other.is_null() { "empty".to_owned() } else { shown(other) };
                Err(FileProblem::NotAMap { key, found })
            }
        }
    }

    pub(super) fn key(&self, name: &str) -> String {
        format!("{}{name}", self.above)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// Refuses keys that mean nothing here.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), FileProblem> {
        for key in self.map.keys() {
            if !key.as_str().is_some_and(|key| known.contains(&key)) {
                let name = key.as_str().map_or_else(|| shown(key), str::to_owned);
                return Err(FileProblem::UnknownKey { key: self.key(&name), known: known.join(", ") });
            }
        }
        Ok(())
    }

    pub(super) fn wrong(&self, name: &str, found: &Value, expected: &'static str) -> FileProblem {
        FileProblem::WrongType { key: self.key(name), found: shown(found), expected }
    }

    /// A text that may be missing.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, FileProblem> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
            Some(other) => Err(self.wrong(name, other, "a text (write it in quotes if it looks like a number)")),
        }
    }

    /// A text that must be there.
    pub(super) fn required(&self, name: &str, example: &'static str) -> Result<String, FileProblem> {
        self.text(name)?.ok_or_else(|| FileProblem::Missing { key: self.key(name), example })
    }

    pub(super) fn truth(&self, name: &str) -> Result<Option<bool>, FileProblem> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(*truth)),
            Some(other) => Err(self.wrong(name, other, "true or false")),
        }
    }

    /// A whole number from `least` to `most`.
    pub(super) fn number(&self, name: &str, least: u32, most: u32) -> Result<Option<u32>, FileProblem> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        match number.filter(|number| (least..=most).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(FileProblem::NotOneOf {
                key: self.key(name),
                found: value.as_i64().map_or_else(|| shown(value), |number| number.to_string()),
                expected: format!("the whole numbers from {least} to {most}"),
            }),
        }
    }

    /// A time such as `30s`.
    pub(super) fn duration(&self, name: &str) -> Result<Option<Duration>, FileProblem> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.as_str().and_then(duration) {
            Some(found) => Ok(Some(found)),
            None => Err(self.wrong(name, value, "a time such as 30s, 5m, 1h or 1500ms")),
        }
    }
}

/// A required text that is one of an enumeration's names.
pub(super) fn one_of<T: FromStr<Err = UnknownName>>(
    fields: &Fields<'_>,
    name: &str,
    example: &'static str,
) -> Result<T, FileProblem> {
    let text = fields.required(name, example)?;
    text.parse().map_err(|error: UnknownName| FileProblem::NotOneOf {
        key: fields.key(name),
        found: error.given,
        expected: error.expected,
    })
}

/// A time with its unit.
fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().ok()?;
    let millis = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    // A year is more than any rhythm and far from overflow.
    number.checked_mul(millis).filter(|millis| *millis <= 366 * 86_400_000).map(Duration::from_millis)
}

/// A value in words.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(truth) => format!("{truth}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("{:?}", text.chars().take(60).collect::<String>()),
        Value::Sequence(_) => "a list".to_owned(),
        Value::Mapping(_) => "a map".to_owned(),
        Value::Tagged(_) => "a tagged value".to_owned(),
    }
}
