//! Where in a JSON document a value stands: `data.list[*].title`, and texts made of such values: `https://x/{code}`.

use serde_json::Value;
use thiserror::Error;

/// A path into a JSON document. The empty path, written `$`, is the whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    written: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
    All,
}

/// A path that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("path {given:?} cannot be read at character {at}: write it like data.list[*].title, [0] or [\"a key\"]")]
pub struct PathError {
    /// The path.
    pub given: String,
    /// Where, counted in bytes from 0.
    pub at: usize,
}

/// A value of an item: at a path, or a text with paths in braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The value at a path.
    At(Path),
    /// Pieces of text, each followed by the value at a path (the last by none).
    Made(Vec<(String, Option<Path>)>),
}

// === impl Path ===

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// [`PathError`] with the place where it stops making sense.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let wrong = |rest: &str| PathError { given: text.to_owned(), at: text.len() - rest.len() };
        let mut steps = Vec::new();
        let mut rest = text.trim();
        rest = rest.strip_prefix('$').unwrap_or(rest);
        if rest.is_empty() && !text.contains('$') {
            return Err(wrong(rest));
        }
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let end = inner.find(']').ok_or_else(|| wrong(rest))?;
                let name = inner[..end].trim();
                steps.push(if name == "*" {
                    Step::All
                } else if let Ok(index) = name.parse() {
                    Step::Index(index)
                } else {
                    let quoted = name.len() >= 2 && (name.starts_with('"') && name.ends_with('"'));
                    let key = quoted.then(|| &name[1..name.len() - 1]).ok_or_else(|| wrong(rest))?;
                    Step::Key(key.to_owned())
                });
                rest = &inner[end + 1..];
                continue;
            }
            let dotted = rest.strip_prefix('.').unwrap_or(rest);
            if dotted.len() == rest.len() && !steps.is_empty() {
                return Err(wrong(rest));
            }
            let end = dotted.find(['.', '[']).unwrap_or(dotted.len());
            match dotted[..end].trim() {
                "" => return Err(wrong(rest)),
                "*" => steps.push(Step::All),
                key => steps.push(Step::Key(key.to_owned())),
            }
            rest = &dotted[end..];
        }
        Ok(Self { written: text.trim().to_owned(), steps })
    }

    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Every value at this path, in order; or how far the document goes along with it (`data.list` of `data.list.x`).
    ///
    /// # Errors
    /// The part of the path that is there, when no value is.
    pub fn select<'v>(&self, value: &'v Value) -> Result<Vec<&'v Value>, String> {
        let mut found = vec![value];
        let mut so_far = String::from("$");
        for step in &self.steps {
            let next: Vec<&Value> = found.iter().flat_map(|value| step.apply(value)).collect();
            let of_nothing = *step == Step::All && found.iter().any(|value| is_empty(value));
            if next.is_empty() && !of_nothing {
                return Err(so_far);
            }
            step.write(&mut so_far);
            found = next;
            if found.is_empty() {
                break;
            }
        }
        Ok(found)
    }

    /// The first value at this path.
    pub fn first<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.select(value).ok()?.into_iter().find(|value| !value.is_null())
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

impl Step {
    fn apply<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match (self, value) {
            (Step::Key(key), Value::Object(map)) => map.get(key).into_iter().collect(),
            (Step::Index(index), Value::Array(list)) => list.get(*index).into_iter().collect(),
            (Step::All, Value::Array(list)) => list.iter().collect(),
            (Step::All, Value::Object(map)) => map.values().collect(),
            _ => Vec::new(),
        }
    }

    fn write(&self, into: &mut String) {
        match self {
            Step::Key(key) => {
                into.push('.');
                into.push_str(key);
            }
            Step::Index(index) => into.push_str(&format!("[{index}]")),
            Step::All => into.push_str("[*]"),
        }
    }
}

// === impl Field ===

impl Field {
    /// Reads a field: a path, or a text with paths in braces.
    ///
    /// # Errors
    /// [`PathError`] for the path, or the braces, that cannot be read.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if !text.contains('{') {
            return Path::parse(text).map(Self::At);
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let at = text.len() - after.len();
            let (path, after) = after.split_once('}').ok_or_else(|| PathError { given: text.to_owned(), at })?;
            pieces.push((before.to_owned(), Some(Path::parse(path)?)));
            rest = after;
        }
        pieces.push((rest.to_owned(), None));
        Ok(Self::Made(pieces))
    }

    /// The field's text for one item; `None` where a value is missing.
    pub fn text(&self, item: &Value) -> Option<String> {
        match self {
            Self::At(path) => scalar(path.first(item)?),
            Self::Made(pieces) => {
                let mut out = String::new();
                for (text, path) in pieces {
                    out.push_str(text);
                    if let Some(path) = path {
                        out.push_str(&scalar(path.first(item)?)?);
                    }
                }
                Some(out)
            }
        }
    }
}

/// A value as text; a list is its texts, one a line.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Array(list) => Some(list.iter().filter_map(flat).collect::<Vec<_>>().join("\n")),
        Value::Null | Value::Object(_) => None,
    }
}

/// As [`scalar`], but not into lists of lists: nothing here recurses.
fn flat(value: &Value) -> Option<String> {
    if value.is_array() { None } else { scalar(value) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_find_their_values() {
        let document = json!({"data": {"list": [{"t": "a", "n": 1}, {"t": "b"}], "none": []}, "a key": true});
        let cases = [
            ("data.list[*].t", Ok(vec![json!("a"), json!("b")])),
            ("$.data.list[1].t", Ok(vec![json!("b")])),
            ("data.list[*].n", Ok(vec![json!(1)])),
            ("[\"a key\"]", Ok(vec![json!(true)])),
            ("data.none[*]", Ok(vec![])),
            ("data.none[*].t", Ok(vec![])),
            ("data.lost[*]", Err("$.data".to_owned())),
            ("data.list[9]", Err("$.data.list".to_owned())),
        ];
        for (path, expected) in cases {
            let found = Path::parse(path).expect(path);
            assert_eq!(found.select(&document).map(|v| v.into_iter().cloned().collect()), expected, "{path}");
        }
    }

    #[test]
    fn wrong_paths_say_where() {
        for (path, at) in [("", 0), ("a..b", 1), ("a[", 1), ("a[x]", 1), ("a[0]b", 4)] {
            assert_eq!(Path::parse(path).map_err(|e| e.at), Err(at), "{path}");
        }
        assert!(Field::parse("https://x/{code").is_err());
    }

    #[test]
    fn fields_are_made_of_values() {
        let item = json!({"code": "abc", "id": 7, "parts": ["x", "y", null]});
        let text = |field: &str| Field::parse(field).expect(field).text(&item);
        assert_eq!(text("https://x/{code}/{id}?").as_deref(), Some("https://x/abc/7?"));
        assert_eq!(text("https://x/{lost}"), None);
        assert_eq!(text("parts").as_deref(), Some("x\ny"));
    }
}
