//! Labelled documents, one JSON object per line, and the same without labels.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::Datelike;
use serde::Deserialize;
use tge_model::Timestamp;
use thiserror::Error;

use crate::{Document, LabelKind};

/// A line that cannot be read.
#[derive(Debug, Error)]
#[error("failed to read line {line} of the documents: expected a JSON object with `id` and `text`")]
pub struct LabelsError {
    /// Its number, from 1.
    pub line: usize,
    /// Why not.
    #[source]
    pub source: serde_json::Error,
}

/// A document as it stands in a file. Keys this program does not use are let through: the files carry many.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(expecting = "an object with `id` and `text`")]
pub struct Record {
    /// Its id.
    pub id: String,
    /// Where it comes from; figures are grouped by it.
    #[serde(default)]
    pub source: String,
    /// Which collection it is from.
    #[serde(default)]
    pub provenance: Option<String>,
    /// The headline.
    #[serde(default)]
    pub title: Option<String>,
    /// The body.
    pub text: String,
    /// ISO 639 code of the language.
    #[serde(default)]
    pub lang: Option<String>,
    /// When it was published, as written.
    #[serde(default)]
    pub published: Option<String>,
    /// What readers found in it.
    #[serde(default)]
    pub label: Option<Label>,
    /// What a negative document looks like.
    #[serde(default)]
    pub neg_class: Option<String>,
    /// Two blind readers agree (`true`), differ (`false`), or one has read it.
    #[serde(default)]
    pub agreed: Option<bool>,
    /// One of its readers found it close.
    #[serde(default)]
    pub border: Option<bool>,
}

/// What readers found in a document.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Label {
    /// It tells of a launch.
    pub is_tge: bool,
    /// Whose.
    #[serde(default)]
    pub project: Option<String>,
    /// Other names of the project.
    #[serde(default)]
    pub aliases: Option<Vec<String>>,
    /// The ticker.
    #[serde(default)]
    pub symbol: Option<String>,
    /// The kind.
    #[serde(default)]
    pub event_type: Option<String>,
    /// ISO day, month, quarter or year.
    #[serde(default)]
    pub event_date: Option<String>,
    /// The venues it launches on.
    #[serde(default)]
    pub exchange: Option<Vec<String>>,
    /// The chains it launches on, `;` between.
    #[serde(default)]
    pub chain: Option<String>,
}

/// A document two readers do not contradict each other on.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The document.
    pub record: Record,
    /// What it tells.
    pub label: Label,
    /// It only helps to learn, and counts so much beside one that is measured; figures are of the others.
    pub helps: Option<f64>,
}

/// What a document from the pools counts: they were chosen for being hard, so they are no sample of anything.
const POOL_HELPS: f64 = 0.4;
/// What a text written for this project counts: nobody says it quite so.
const OURS_HELPS: f64 = 0.3;
/// The day after which they may have been written. No list of tokens is as new: what they name is unheard of, as what a new post names.
const OURS_PUBLISHED: &str = "2026-11-01";

/// A line of a table of labels that cannot be read.
#[derive(Debug, Error)]
#[error("failed to read line {line} of the labels: expected {COLUMNS} columns, a kind or `-` in the second")]
pub struct TableError {
    /// Its number, from 1.
    pub line: usize,
}

/// `id kind project symbol date venues chain neg_class border`.
const COLUMNS: usize = 9;

// === impl Record ===

impl Record {
    /// The document to judge.
    pub fn document(&self) -> Document<'_> {
        Document {
            title: self.title.as_deref().unwrap_or_default(),
            text: &self.text,
            lang: self.lang.as_deref(),
            published: self.published.as_deref().and_then(parse_published),
        }
    }
}

/// Reads documents, labelled or not, one by one. Blank lines are skipped. Half of a surrogate pair, which some exports hold and
/// no text can, is read as `U+FFFD`.
pub fn records(jsonl: &str) -> impl Iterator<Item = Result<Record, LabelsError>> {
    jsonl
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(i, line)| serde_json::from_str(&whole_pairs(line)).map_err(|source| LabelsError { line: i + 1, source }))
}

/// The same, all of them.
///
/// # Errors
/// [`LabelsError`] with the number of the first line that is none.
pub fn parse_records(jsonl: &str) -> Result<Vec<Record>, LabelsError> {
    records(jsonl).collect()
}

/// A line of JSON with every escape that is half of a surrogate pair replaced.
fn whole_pairs(line: &str) -> Cow<'_, str> {
    let code = |at: usize| {
        let digits = line.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut mended = String::new();
    let (mut at, mut kept) = (0, 0);
    while let Some(found) = line[at..].find('\\') {
        at += found;
        match code(at) {
            Some(0xd800..=0xdbff) if matches!(code(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                mended.push_str(&line[kept..at]);
                mended.push_str("\\ufffd");
                at += 6;
                kept = at;
            }
            // A backslash and what it escapes.
            _ => at += 1 + line[at + 1..].chars().next().map_or(0, char::len_utf8),
        }
    }
    if kept == 0 { Cow::Borrowed(line) } else { Cow::Owned(mended + &line[kept..]) }
}

/// Reads labelled documents. Those without a label and those on which the readers differ teach nothing and are left out.
///
/// # Errors
/// [`LabelsError`] with the number of the first line that is no document.
pub fn parse_jsonl(jsonl: &str) -> Result<Vec<Labelled>, LabelsError> {
    let usable = |mut record: Record| {
        let label = record.label.take().filter(|_| record.agreed != Some(false))?;
        Some(Labelled { record, label, helps: None })
    };
    Ok(parse_records(jsonl)?.into_iter().filter_map(usable).collect())
}

/// Reads a table of labels without texts: a line a document, columns with tabs between, `-` for nothing, `#` before
/// comments. The texts are joined by id from `records`; a label whose text is not there is left out. What comes of it
/// only helps to learn.
///
/// # Errors
/// [`TableError`] with the number of the first line that is none.
pub fn join_table(tsv: &str, records: Vec<Record>) -> Result<Vec<Labelled>, TableError> {
    let mut by_id: HashMap<&str, (Label, Option<String>)> = HashMap::new();
    for (i, line) in tsv.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let columns: Vec<Option<&str>> =
            line.split('\t').map(|c| Some(c).filter(|c| !matches!(*c, "" | "-"))).collect();
        let &[Some(id), kind, project, symbol, date, venues, chain, neg_class, _border] = columns.as_slice() else {
            return Err(TableError { line: i + 1 });
        };
        if kind.is_some_and(|kind| LabelKind::of(kind).is_none()) {
            return Err(TableError { line: i + 1 });
        }
        let own = |value: Option<&str>| value.map(str::to_owned);
        let label = Label {
            is_tge: kind.is_some(),
            project: own(project),
            aliases: None,
            symbol: own(symbol),
            event_type: own(kind),
            event_date: own(date),
            exchange: venues.map(|all| all.split(',').map(str::to_owned).collect()),
            chain: own(chain),
        };
        by_id.insert(id, (label, own(neg_class)));
    }
    let labelled = |mut record: Record| {
        let (label, neg_class) = by_id.remove(record.id.as_str())?;
        record.neg_class = neg_class;
        Some(Labelled { record, label, helps: Some(POOL_HELPS) })
    };
    Ok(records.into_iter().filter_map(labelled).collect())
}

/// A text written for this project.
#[derive(Deserialize)]
struct Ours {
    text: String,
    is_tge: u8,
    event_type: Option<String>,
    lang: String,
}

/// Reads texts written for this project: `{text, is_tge, event_type, lang}` a line. They only help to learn; the texts of
/// a language are a source.
///
/// # Errors
/// [`LabelsError`] with the number of the first line that is none.
pub fn parse_ours(jsonl: &str) -> Result<Vec<Labelled>, LabelsError> {
    let read = |(i, line): (usize, &str)| {
        let ours: Ours = serde_json::from_str(line).map_err(|source| LabelsError { line: i + 1, source })?;
        let label = Label { is_tge: ours.is_tge == 1, event_type: ours.event_type, ..Label::default() };
        let source = format!("ours:{}", ours.lang);
        let record = Record {
            id: format!("ours:{}", i + 1),
            source,
            text: ours.text,
            published: Some(OURS_PUBLISHED.to_owned()),
            lang: Some(ours.lang),
            ..Record::default()
        };
        Ok(Labelled { record, label, helps: Some(OURS_HELPS) })
    };
    jsonl.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(read).collect()
}

/// Reads a moment of publication: RFC 3339, a day, or a day and a time in UTC, of the years from 1990 to 2099. Anything else is
/// no moment, and then nothing is said about age.
pub fn parse_published(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let by_parts = || {
        let day: chrono::NaiveDate = text.get(..10)?.parse().ok()?;
        let time = text.get(11..19).and_then(|t| t.parse().ok()).unwrap_or_default();
        Some(Timestamp::from_secs(day.and_time(time).and_utc().timestamp()))
    };
    let moment = Timestamp::parse(text).ok().or_else(by_parts)?;
    (1990..2100).contains(&moment.to_chrono().year()).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were the lists as new as our texts, these would teach that what no list has is no launch.
    #[test]
    fn our_texts_are_newer_than_the_lists() {
        let known = crate::Ruleset::embedded().expect("the embedded ruleset").parts.known.clone();
        let day = OURS_PUBLISHED.parse().expect("a day");
        assert_eq!(known.age("NOSUCHTICKER", day), crate::known::Age::Unheard);
    }

    #[test]
    fn half_a_pair_is_no_reason_to_refuse_a_document() {
        for (json, expected) in [
            (r"plain \\ud83d", r"plain \ud83d"),
            (r"\ud83d\ude80 up", "\u{1f680} up"),
            (r"\ud83d up", "\u{fffd} up"),
            (r"\ude80\ud83d", "\u{fffd}\u{fffd}"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"\n\\\ud83d", "\n\\\u{fffd}"),
        ] {
            let line = format!(r#"{{"id":"a","text":"{json}"}}"#);
            let read = parse_records(&line).expect("a document");
            assert_eq!(read[0].text, expected, "{json}");
        }
        let lines: Vec<bool> = records("{\"id\":\"a\",\"text\":\"x\"}\nno\n\n{\"id\":1}").map(|r| r.is_ok()).collect();
        assert_eq!(lines, [true, false, false]);
    }

    #[test]
    fn disputed_documents_teach_nothing() {
        let jsonl = r#"{"id":"a","text":"x","label":{"is_tge":true},"agreed":true}
{"id":"b","text":"x","label":{"is_tge":true},"agreed":false}

{"id":"c","text":"x","extra":1}"#;
        let ids: Vec<String> = parse_jsonl(jsonl).expect("good lines").into_iter().map(|l| l.record.id).collect();
        assert_eq!(ids, ["a"]);
        assert_eq!(parse_records(jsonl).expect("good lines").len(), 3);
        assert_eq!(parse_records("{}\n").err().map(|e| e.line), Some(1));
    }

    #[test]
    fn tables_are_joined_with_texts_by_id() {
        let texts =
            || parse_records("{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\",\"text\":\"y\"}").expect("good lines");
        let table = "# id\tkind\nb\tlisting\tExample\tEXM\t2025-03\t-\t-\t-\t0\nc\t-\t-\t-\t-\t-\t-\tprice\t1\n";
        let joined = join_table(table, texts()).expect("a good table");
        assert_eq!(joined.len(), 1);
        assert_eq!(
            (joined[0].record.text.as_str(), joined[0].helps.is_some(), joined[0].label.is_tge),
            ("y", true, true)
        );
        assert_eq!(joined[0].label.event_date.as_deref(), Some("2025-03"));
        for wrong in ["a\tlisting\n", "a\tparty\t-\t-\t-\t-\t-\t-\t0\n"] {
            assert_eq!(join_table(wrong, texts()).err().map(|e| e.line), Some(1), "{wrong:?}");
        }
    }

    #[test]
    fn moments_of_publication() {
        for (text, expected) in [
            ("2025-10-23T17:05:14Z", Some("2025-10-23T17:05:14Z")),
            ("2019-08-25 09:49", Some("2019-08-25T00:00:00Z")),
            ("2019-08-25 09:49:30", Some("2019-08-25T09:49:30Z")),
            ("2024-06-20", Some("2024-06-20T00:00:00Z")),
            ("June 2024", None),
            ("2024", None),
        ] {
            assert_eq!(parse_published(text), expected.and_then(|t| Timestamp::parse(t).ok()), "{text}");
        }
    }
}
