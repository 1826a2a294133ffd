//! Source files: one YAML document each, checked key by key so that a slip is told with its place and its cure.

mod fields;
mod json;

use std::time::Duration;

use serde_yaml_ng::Value;
use tge_model::{Source, SourceError, SourceKind, SourceName, Tier};
use thiserror::Error;

use self::fields::{Fields, one_of};
use crate::path::PathError;
pub use json::{Budget, JsonSpec, Paging, PublishedSpec, TimeUnit};

/// A source and how to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The file's name, for messages.
    pub file: String,
    /// Who is asked, and how often.
    pub source: Source,
    /// Language of its documents where they do not say (BCP 47).
    pub lang: Option<String>,
    /// Not polled while true.
    pub paused: bool,
    /// How to read its JSON, for [`SourceKind::Json`].
    pub json: Option<JsonSpec>,
}

/// A source file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("source file {file}: {problem}")]
pub struct FileError {
    /// The file's name as the caller gave it.
    pub file: String,
    /// What is wrong.
    pub problem: FileProblem,
}

/// What is wrong with a source file. A `key` is written from the top, `json.items`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileProblem {
    /// It is no YAML.
    #[error("it is no YAML: {reason}")]
    Yaml {
        /// What the reader met, with line and column.
        reason: String,
    },
    /// It is something other than a map of keys.
    #[error("{key} is {found}, expected keys and values; write `name: example`, a key a line")]
    NotAMap {
        /// Where.
        key: String,
        /// What stands there.
        found: String,
    },
    /// A key that means nothing.
    #[error("unknown key {key}; known here: {known}")]
    UnknownKey {
        /// The key.
        key: String,
        /// Every key that is known there.
        known: String,
    },
    /// A key that must be there.
    #[error("{key} is missing; write {example}")]
    Missing {
        /// The key.
        key: String,
        /// How it may look.
        example: &'static str,
    },
    /// A value of another type.
    #[error("{key} is {found}, expected {expected}")]
    WrongType {
        /// The key.
        key: String,
        /// What stands there.
        found: String,
        /// What is expected, with an example.
        expected: &'static str,
    },
    /// A value that is not one of those possible.
    #[error("{key} is {found:?}, expected one of {expected}")]
    NotOneOf {
        /// The key.
        key: String,
        /// What stands there.
        found: String,
        /// Every possible value.
        expected: String,
    },
    /// The file is of a version this program does not read.
    #[error("version {found} is not read by this program, only 1; start the newer program or write `version: 1`")]
    Version {
        /// The version it says.
        found: String,
    },
    /// An address that cannot be fetched.
    #[error("{key} {found:?} cannot be fetched: {reason}; write https://host/path")]
    Url {
        /// The key.
        key: String,
        /// What stands there, credentials left out.
        found: String,
        /// Why not.
        reason: String,
    },
    /// A path that cannot be read.
    #[error("{key}: {problem}")]
    Path {
        /// The key.
        key: String,
        /// Where the path is wrong.
        problem: PathError,
    },
    /// A key that this kind of source does not use, or needs.
    #[error("a source of kind {kind} {rule}")]
    Kind {
        /// The kind.
        kind: SourceKind,
        /// What it needs or does not use.
        rule: &'static str,
    },
    /// A value that the source itself refuses.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Two files have one name.
    #[error("name {name} is taken by {other}; rename one of them")]
    Duplicate {
        /// The name.
        name: String,
        /// The file that has it.
        other: String,
    },
}

const KEYS: [&str; 11] =
    ["version", "name", "kind", "url", "owner", "tier", "every", "project", "lang", "paused", "json"];

impl SourceFile {
    /// Reads a source file; `file` names it in messages.
    ///
    /// # Errors
    /// [`FileError`] with the first thing that is wrong.
    pub fn parse(yaml: &str, file: &str) -> Result<Self, FileError> {
        parse(yaml, file).map_err(|problem| FileError { file: file.to_owned(), problem })
    }

    /// Headers its requests need beside the usual ones.
    pub fn headers(&self) -> &[(String, String)] {
        self.json.as_ref().map_or(&[], |json| &json.headers)
    }

    /// How many pages may be read in one poll, the first included.
    pub fn pages_max(&self) -> u32 {
        match self.json.as_ref().and_then(|json| json.paging.as_ref()) {
            Some(Paging::Link { max, .. } | Paging::Number { max, .. }) => *max,
            None => 1,
        }
    }
}

/// Reads source files given as (name, text), in order. What is wrong with one is no reason to lose the others.
pub fn parse_all<N: AsRef<str>, T: AsRef<str>>(files: &[(N, T)]) -> (Vec<SourceFile>, Vec<FileError>) {
    let mut sources: Vec<SourceFile> = Vec::new();
    let mut problems = Vec::new();
    for (file, text) in files {
        match SourceFile::parse(text.as_ref(), file.as_ref()) {
            Ok(source) => match sources.iter().find(|other| other.source.name == source.source.name) {
                Some(other) => problems.push(FileError {
                    problem: FileProblem::Duplicate { name: source.source.name.to_string(), other: other.file.clone() },
                    file: source.file,
                }),
                None => sources.push(source),
            },
            Err(problem) => problems.push(problem),
        }
    }
    (sources, problems)
}

fn parse(yaml: &str, file: &str) -> Result<SourceFile, FileProblem> {
    let value: Value =
        serde_yaml_ng::from_str(yaml).map_err(|error| FileProblem::Yaml { reason: error.to_string() })?;
    let fields = Fields::new(&value, "")?;
    // The version first: a newer file may have keys that are unknown here.
    match fields.get("version") {
        Some(Value::Number(number)) if number.as_u64() == Some(1) => {}
        Some(Value::Number(other)) => return Err(FileProblem::Version { found: other.to_string() }),
        Some(other) => return Err(FileProblem::Version { found: fields::shown(other) }),
        None => return Err(FileProblem::Missing { key: "version".to_owned(), example: "version: 1" }),
    }
    fields.only(&KEYS)?;
    let name = SourceName::new(&fields.required("name", "name: example-news")?)?;
    let kind: SourceKind = one_of(&fields, "kind", "kind: feed")?;
    let tier: Tier = one_of(&fields, "tier", "tier: press")?;
    let owner = fields.required("owner", "owner: example")?;
    let url = match (kind, fields.text("url")?) {
        (SourceKind::Push, None) => String::new(),
        (SourceKind::Push, Some(_)) => {
            return Err(FileProblem::Kind { kind, rule: "is not fetched: leave url out" });
        }
        (_, Some(url)) => checked_url("url", &url)?,
        (_, None) => return Err(FileProblem::Missing { key: "url".to_owned(), example: "url: https://host/feed" }),
    };
    let every = match (kind, fields.duration("every")?) {
        (SourceKind::Push, every) => every.unwrap_or(Duration::ZERO),
        (_, Some(every)) => every,
        (_, None) => return Err(FileProblem::Missing { key: "every".to_owned(), example: "every: 60s" }),
    };
    let json = match (kind, fields.get("json")) {
        (SourceKind::Json, Some(spec)) => Some(JsonSpec::parse(spec)?),
        (SourceKind::Json, None) => {
            return Err(FileProblem::Missing { key: "json".to_owned(), example: "json: with items and title below" });
        }
        (_, Some(_)) => return Err(FileProblem::Kind { kind, rule: "has no json: leave it out, or write kind: json" }),
        (_, None) => None,
    };
    let source = Source { name, kind, url, owner, tier, every, project: fields.text("project")?, demo: false };
    Ok(SourceFile {
        file: file.to_owned(),
        source: source.validated()?,
        lang: fields.text("lang")?,
        paused: fields.truth("paused")?.unwrap_or(false),
        json,
    })
}

/// An address that may be fetched, as written. (Which servers may be asked is judged where they are asked.)
fn checked_url(key: &str, written: &str) -> Result<String, FileProblem> {
    let wrong = |found: &str, reason: String| FileProblem::Url { key: key.to_owned(), found: found.to_owned(), reason };
    let url = url::Url::parse(written).map_err(|error| wrong(written, error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(written, format!("{} is neither http nor https", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        // Source files are shared and their addresses shown: a password has no place in them.
        let host = url.host_str().unwrap_or_default();
        return Err(wrong(&format!("{}://…@{host}", url.scheme()), "it holds a user or a password".to_owned()));
    }
    Ok(written.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "version: 1\nname: example-news\nkind: feed\nurl: https://example.org/rss\nowner: example\n\
                        tier: press\nevery: 30s\n";

    #[test]
    fn a_feed_is_read() {
        let file = SourceFile::parse(&format!("{GOOD}project: example\nlang: en\n"), "a.yaml").expect("good");
        assert_eq!(file.source.every, Duration::from_secs(30));
        assert_eq!(file.source.project.as_deref(), Some("example"));
        assert_eq!((file.pages_max(), file.headers().len(), file.paused), (1, 0, false));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let json = GOOD.replace("kind: feed", "kind: json");
        let cases = [
            (GOOD.replace("version: 1", "version: 2"), "version 2 is not read by this program"),
            (GOOD.replace("version: 1\n", ""), "version is missing; write version: 1"),
            (format!("{GOOD}evry: 3s\n"), "unknown key evry; known here: version, name, kind,"),
            (GOOD.replace("owner: example", "owner: [a, b]"), "owner is a list, expected a text"),
            (GOOD.replace("30s", "30"), "every is the number 30, expected a time such as 30s"),
            (GOOD.replace("30s", "often"), "every is \"often\", expected a time such as 30s"),
            (GOOD.replace("30s", "500ms"), "1 s is the least"),
            (GOOD.replace("press", "paper"), "tier is \"paper\", expected one of official, exchange, press, community"),
            (GOOD.replace("kind: feed", "kind: rss"), "kind is \"rss\", expected one of feed, json, push"),
            (GOOD.replace("https://example.org/rss", "ftp://example.org"), "ftp is neither http nor https"),
            (GOOD.replace("https://example.org/rss", "https://u:secret@example.org"), "it holds a user or a password"),
            (GOOD.replace("example-news", "Example News"), "source name \"Example News\" is not valid"),
            (GOOD.replace("name: ", "name "), "it is no YAML"),
            ("- a\n- b\n".to_owned(), "the file is a list, expected keys and values"),
            (String::new(), "the file is empty, expected keys and values"),
            (format!("{GOOD}name: again\n"), "duplicate entry"),
            (format!("{GOOD}json: {{}}\n"), "a source of kind feed has no json"),
            (json.clone(), "json is missing"),
            (format!("{json}json:\n  items: data[*]\n"), "json.title is missing"),
            (format!("{json}json:\n  items: data[\n  title: t\n"), "json.items: path \"data[\" cannot be read"),
            (
                format!("{json}json:\n  items: d\n  title: t\n  titel: t\n"),
                "unknown key json.titel; known here: items,",
            ),
            (
                format!("{json}json:\n  items: d\n  title: t\n  published: {{path: p, unit: days}}\n"),
                "json.published.unit is \"days\"",
            ),
            (
                format!("{json}json:\n  items: d\n  title: t\n  paging: {{parameter: page, max: 0}}\n"),
                "json.paging.max is \"0\", expected one of the whole",
            ),
        ];
        for (yaml, expected) in cases {
            let error = SourceFile::parse(&yaml, "x.yaml").expect_err(expected).to_string();
            assert!(error.starts_with("source file x.yaml: ") && error.contains(expected), "{error}\nnot: {expected}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn one_bad_file_leaves_the_others() {
        let other = GOOD.replace("example-news", "other");
        let (sources, problems) =
            parse_all(&[("a.yaml", GOOD), ("b.yaml", GOOD), ("c.yaml", "version: 9"), ("d.yaml", &other)]);
        assert_eq!(sources.iter().map(|s| s.file.as_str()).collect::<Vec<_>>(), ["a.yaml", "d.yaml"]);
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(told[0].contains("b.yaml: name example-news is taken by a.yaml"), "{told:?}");
        assert_eq!(told.len(), 2);
    }
}
