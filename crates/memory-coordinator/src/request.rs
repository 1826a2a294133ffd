//! Requests checked at the edge: what passes here is trusted inside.

use tge_model::MemoryTier;
use tge_ports::store::{MemoryFilter, MemoryWrite};
use tge_proto::convert::non_empty;
use tge_proto::pb::memory::v1 as pb;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

const KEY_CHARS_MAX: usize = 256;
const WRITER_CHARS_MAX: usize = 128;
const KIND_CHARS_MAX: usize = 64;
const SUBJECTS_MAX: usize = 16;
const CONTENT_BYTES_MAX: usize = 64 * 1024;
const QUERY_CHARS_MAX: usize = 1_024;
const HITS_MAX: usize = 100;
const HITS_DEFAULT: usize = 10;
/// The kind that marks forgotten items in the order of writes; nobody may write it.
const RESERVED_KIND: &str = "tombstone";

/// Everything wrong with a request, told at once.
#[derive(Default)]
struct Faults(Vec<(&'static str, String)>);

impl Faults {
    fn add(&mut self, field: &'static str, description: String) {
        self.0.push((field, description));
    }

    /// A name: some characters, none of them a control character.
    fn name(&mut self, field: &'static str, text: &str, chars_max: usize) {
        let chars = text.chars().count();
        if chars == 0 || chars > chars_max {
            self.add(field, format!("has {chars} characters; expected 1 to {chars_max}"));
        } else if text.chars().any(char::is_control) {
            self.add(field, "contains a control character; remove it".to_owned());
        }
    }

    fn tier(&mut self, tier: pb::Tier) -> Option<MemoryTier> {
        tier.required().map_err(|error| self.add(error.field, error.reason)).ok()
    }

    fn verdict<T>(self, value: Option<T>) -> Result<T, Status> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.into_status()),
        }
    }

    fn into_status(self) -> Status {
        let text = self.0.iter().map(|(field, why)| format!("{field} {why}")).collect::<Vec<_>>().join("; ");
        let mut details = ErrorDetails::new();
        for (field, why) in self.0 {
            details.add_bad_request_violation(field, why);
        }
        Status::with_error_details(Code::InvalidArgument, text, details)
    }
}

/// Reads a write.
pub(crate) fn write(request: pb::StoreRequest) -> Result<MemoryWrite, Status> {
    let mut faults = Faults::default();
    let tier = faults.tier(request.tier());
    faults.name("key", &request.key, KEY_CHARS_MAX);
    faults.name("writer", &request.writer, WRITER_CHARS_MAX);
    faults.name("kind", &request.kind, KIND_CHARS_MAX);
    if request.kind == RESERVED_KIND {
        faults.add("kind", format!("is {RESERVED_KIND:?}, which marks forgotten items; use Forget"));
    }
    if request.subjects.len() > SUBJECTS_MAX {
        faults.add("subjects", format!("has {} entries; expected at most {SUBJECTS_MAX}", request.subjects.len()));
    }
    for subject in &request.subjects {
        faults.name("subjects", subject, KEY_CHARS_MAX);
    }
    if !(0.0..=1.0).contains(&request.importance) {
        faults.add("importance", format!("is {}; expected 0 to 1", request.importance));
    }
    if request.content.len() > CONTENT_BYTES_MAX {
        faults.add("content", format!("has {} bytes; expected at most {CONTENT_BYTES_MAX}", request.content.len()));
    } else if let Err(error) = serde_json::from_str::<serde_json::Value>(&request.content) {
        // Read as a value and not skipped: that refuses what is nested too deep for its readers.
        faults.add("content", format!("is not valid JSON: {error}"));
    }
    let content = compact(&request.content);
    let mut subjects = request.subjects;
    subjects.sort();
    subjects.dedup();
    faults.verdict(tier.map(|tier| MemoryWrite {
        tier,
        key: request.key,
        expected: request.expected_version,
        writer: request.writer,
        kind: request.kind,
        subjects,
        content,
        importance: request.importance,
    }))
}

/// Reads the name of an item.
pub(crate) fn name(tier: pb::Tier, key: &str) -> Result<MemoryTier, Status> {
    let mut faults = Faults::default();
    let tier = faults.tier(tier);
    faults.name("key", key, KEY_CHARS_MAX);
    faults.verdict(tier)
}

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) query: String,
    pub(crate) filter: MemoryFilter,
    pub(crate) limit: usize,
}

/// Reads a search.
pub(crate) fn search(request: &pb::SearchRequest) -> Result<Search, Status> {
    let mut faults = Faults::default();
    let chars = request.query.chars().count();
    if chars > QUERY_CHARS_MAX {
        faults.add("query", format!("has {chars} characters; expected at most {QUERY_CHARS_MAX}"));
    }
    let limit = match usize::try_from(request.limit) {
        Ok(0) => HITS_DEFAULT,
        Ok(limit) => limit.min(HITS_MAX),
        Err(_) => {
            faults.add("limit", format!("is {}; expected 0 to {HITS_MAX}", request.limit));
            0
        }
    };
    let filter = MemoryFilter {
        tier: request.tier().to_model(),
        key_prefix: non_empty(&request.key_prefix).map(str::to_owned),
        kind: non_empty(&request.kind).map(str::to_owned),
        subject: non_empty(&request.subject).map(str::to_owned),
    };
    faults.verdict(Some(Search { query: request.query.trim().to_owned(), filter, limit }))
}

/// Valid JSON without the blanks between its parts, so that layout is no difference. Numbers and strings stay as they
/// were written: reading and printing them again could change them.
fn compact(json: &str) -> String {
    let (mut out, mut in_string, mut escaped) = (String::with_capacity(json.len()), false, false);
    for c in json.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if matches!(c, ' ' | '\t' | '\n' | '\r') {
            continue;
        } else {
            in_string = c == '"';
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> pb::StoreRequest {
        pb::StoreRequest {
            tier: pb::Tier::Episodic.into(),
            key: "host/example.org".to_owned(),
            expected_version: None,
            writer: "scraping".to_owned(),
            kind: "host_limits".to_owned(),
            subjects: vec!["host:example.org".to_owned()],
            content: "{\"a\": 1}".to_owned(),
            importance: 0.5,
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_field() {
        type Spoil = fn(&mut pb::StoreRequest);
        let cases: &[(&str, Spoil)] = &[
            ("tier", |r| r.tier = 0),
            ("tier", |r| r.tier = 77),
            ("key", |r| r.key.clear()),
            ("key", |r| r.key = "k".repeat(257)),
            ("key", |r| r.key = "a\nb".to_owned()),
            ("writer", |r| r.writer.clear()),
            ("kind", |r| r.kind.clear()),
            ("kind", |r| r.kind = "tombstone".to_owned()),
            ("subjects", |r| r.subjects = vec!["s".to_owned(); 17]),
            ("subjects", |r| r.subjects = vec![String::new()]),
            ("importance", |r| r.importance = 1.1),
            ("importance", |r| r.importance = f64::NAN),
            ("content", |r| r.content = "{".to_owned()),
            ("content", |r| r.content = "1 2".to_owned()),
            ("content", |r| r.content = "[".repeat(500) + &"]".repeat(500)),
            ("content", |r| r.content = format!("\"{}\"", "x".repeat(64 * 1024))),
        ];
        assert!(write(good()).is_ok());
        for (field, spoil) in cases {
            let mut request = good();
            spoil(&mut request);
            let status = write(request).unwrap_err();
            assert_eq!(status.code(), Code::InvalidArgument);
            let details = status.get_details_bad_request().unwrap();
            assert_eq!(details.field_violations.len(), 1, "{status}");
            assert_eq!(details.field_violations[0].field, *field, "{status}");
        }
        let mut many = good();
        many.key.clear();
        many.importance = -1.0;
        let details = write(many).unwrap_err().get_details_bad_request().unwrap();
        assert_eq!(details.field_violations.len(), 2);
    }

    #[test]
    fn the_edges_are_inside() {
        let mut request = good();
        request.key = "ж".repeat(256);
        request.importance = 1.0;
        request.subjects = (0..16).map(|n| n.to_string()).collect();
        request.content = format!("\"{}\"", "x".repeat(64 * 1024 - 2));
        assert!(write(request).is_ok());
    }

    #[test]
    fn layout_is_no_difference_and_values_stay() {
        let cases = [
            (" { \"a\" : [ 1 ,\n2 ] } ", "{\"a\":[1,2]}"),
            (r#"{"a b": "c \" d\\", "e": " \\\" "}"#, r#"{"a b":"c \" d\\","e":" \\\" "}"#),
            ("12345678901234567890123.10", "12345678901234567890123.10"),
            ("\" \"", "\" \""),
        ];
        for (given, expected) in cases {
            assert_eq!(compact(given), expected);
        }
    }

    #[test]
    fn searches_are_bounded() {
        let search = |limit, query: String| super::search(&pb::SearchRequest { limit, query, ..Default::default() });
        assert_eq!(search(0, String::new()).unwrap().limit, 10);
        assert_eq!(search(5_000, String::new()).unwrap().limit, 100);
        assert!(search(-1, String::new()).is_err());
        assert!(search(1, "q".repeat(1_025)).is_err());
    }
}
