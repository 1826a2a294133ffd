//! How to read a JSON API: the part `json:` of a source file.

use std::time::Duration;

use serde_yaml_ng::Value;

use super::FileProblem;
use super::fields::{Fields, shown};
use crate::path::{Field, Path, PathError};

/// How to read a JSON API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonSpec {
    /// Where the items stand.
    pub items: Path,
    /// An item's name at the source.
    pub id: Option<Field>,
    /// An item's headline.
    pub title: Option<Field>,
    /// An item's body: these fields, one below the other.
    pub text: Vec<Field>,
    /// An item's address.
    pub url: Option<Field>,
    /// An item's language.
    pub lang: Option<Field>,
    /// When an item was published.
    pub published: Option<PublishedSpec>,
    /// Where the API says that all is well, and what it says then.
    pub ok: Option<(Path, Vec<String>)>,
    /// Headers of the request.
    pub headers: Vec<(String, String)>,
    /// How to get the next page.
    pub paging: Option<Paging>,
    /// What the API lets us ask.
    pub budget: Option<Budget>,
}

/// Where and how a moment is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedSpec {
    /// Where.
    pub path: Path,
    /// How.
    pub unit: TimeUnit,
}

/// How a moment is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Millis,
    /// Microseconds since 1970.
    Micros,
    /// Nanoseconds since 1970.
    Nanos,
    /// RFC 3339, RFC 822 and their like.
    Text,
    /// A strftime format, at an offset from UTC where it has no zone of its own.
    Format {
        /// The format.
        format: String,
        /// Seconds east of UTC.
        offset_secs: i32,
    },
}

/// How to get the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// The answer holds its address.
    Link {
        /// Where.
        path: Path,
        /// Pages read in one poll, the first included.
        max: u32,
    },
    /// A parameter of the address counts pages.
    Number {
        /// The parameter.
        parameter: String,
        /// The first page's number.
        from: u32,
        /// Pages read in one poll, the first included.
        max: u32,
    },
}

/// What an API lets us ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Requests.
    pub requests: u32,
    /// In this time.
    pub per: Duration,
}

const KEYS: [&str; 11] =
    ["items", "id", "title", "text", "url", "lang", "published", "ok", "headers", "paging", "budget"];

impl JsonSpec {
    pub(super) fn parse(value: &Value) -> Result<Self, FileProblem> {
        let fields = Fields::new(value, "json.")?;
        fields.only(&KEYS)?;
        let items = path(&fields, "items", &fields.required("items", "items: data.list[*]")?)?;
        let title = field(&fields, "title")?;
        let text = texts(&fields)?;
        if title.is_none() && text.is_empty() {
            return Err(FileProblem::Missing { key: "json.title".to_owned(), example: "title: title (or text: body)" });
        }
        Ok(Self {
            items,
            id: field(&fields, "id")?,
            title,
            text,
            url: field(&fields, "url")?,
            lang: field(&fields, "lang")?,
            published: fields.get("published").map(published).transpose()?,
            ok: fields.get("ok").map(ok).transpose()?,
            headers: fields.get("headers").map(headers).transpose()?.unwrap_or_default(),
            paging: fields.get("paging").map(paging).transpose()?,
            budget: fields.get("budget").map(budget).transpose()?,
        })
    }
}

fn wrong_path(fields: &Fields<'_>, name: &str) -> impl FnOnce(PathError) -> FileProblem {
    let key = fields.key(name);
    move |problem| FileProblem::Path { key, problem }
}

fn path(fields: &Fields<'_>, name: &str, text: &str) -> Result<Path, FileProblem> {
    Path::parse(text).map_err(wrong_path(fields, name))
}

fn field(fields: &Fields<'_>, name: &str) -> Result<Option<Field>, FileProblem> {
    let Some(text) = fields.text(name)? else { return Ok(None) };
    Field::parse(&text).map(Some).map_err(wrong_path(fields, name))
}

/// `text: body`, or a list of fields.
fn texts(fields: &Fields<'_>) -> Result<Vec<Field>, FileProblem> {
    let Some(Value::Sequence(list)) = fields.get("text") else {
        return Ok(field(fields, "text")?.into_iter().collect());
    };
    list.iter()
        .map(|one| match one.as_str() {
            Some(text) => Field::parse(text).map_err(wrong_path(fields, "text")),
            None => Err(fields.wrong("text", one, "a path, or a list of paths, such as [summary, body]")),
        })
        .collect()
}

fn published(value: &Value) -> Result<PublishedSpec, FileProblem> {
    if let Some(text) = value.as_str() {
        let path =
            Path::parse(text).map_err(|problem| FileProblem::Path { key: "json.published".to_owned(), problem })?;
        return Ok(PublishedSpec { path, unit: TimeUnit::Text });
    }
    let fields = Fields::new(value, "json.published.")?;
    fields.only(&["path", "unit", "format", "offset"])?;
    let path = path(&fields, "path", &fields.required("path", "path: releaseDate")?)?;
    let unit = match (fields.text("unit")?.as_deref(), fields.text("format")?) {
        (None, None) | (Some("text"), None) => TimeUnit::Text,
        (Some("s"), None) => TimeUnit::Seconds,
        (Some("ms"), None) => TimeUnit::Millis,
        (Some("us"), None) => TimeUnit::Micros,
        (Some("ns"), None) => TimeUnit::Nanos,
        (None, Some(format)) => {
            TimeUnit::Format { format: checked_format(&fields, format)?, offset_secs: offset(&fields)? }
        }
        (Some(unit), _) => {
            return Err(FileProblem::NotOneOf {
                key: fields.key("unit"),
                found: unit.to_owned(),
                expected: "s, ms, us, ns, text (or leave unit out and give a format)".to_owned(),
            });
        }
    };
    Ok(PublishedSpec { path, unit })
}

fn checked_format(fields: &Fields<'_>, format: String) -> Result<String, FileProblem> {
    let known = chrono::format::StrftimeItems::new(&format).all(|item| item != chrono::format::Item::Error);
    if known && format.contains('%') {
        return Ok(format);
    }
    let expected = "a strftime format such as \"%Y-%m-%d %H:%M:%S\"";
    Err(fields.wrong("format", &Value::String(format), expected))
}

/// `+08:00` in seconds.
fn offset(fields: &Fields<'_>) -> Result<i32, FileProblem> {
    let Some(text) = fields.text("offset")? else { return Ok(0) };
    let zone = text.parse::<chrono::FixedOffset>();
    zone.map(|zone| zone.local_minus_utc())
        .map_err(|_| fields.wrong("offset", &Value::String(text), "an offset from UTC such as \"+08:00\""))
}

fn ok(value: &Value) -> Result<(Path, Vec<String>), FileProblem> {
    let fields = Fields::new(value, "json.ok.")?;
    fields.only(&["path", "is"])?;
    let path = path(&fields, "path", &fields.required("path", "path: code")?)?;
    let scalar = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        other => Err(fields.wrong("is", other, "a value, or a list of values, such as 0")),
    };
    let expected = match fields.get("is") {
        None => return Err(FileProblem::Missing { key: fields.key("is"), example: "is: 0" }),
        Some(Value::Sequence(list)) => list.iter().map(scalar).collect::<Result<Vec<_>, _>>()?,
        Some(one) => vec![scalar(one)?],
    };
    Ok((path, expected))
}

fn headers(value: &Value) -> Result<Vec<(String, String)>, FileProblem> {
    let fields = Fields::new(value, "json.headers.")?;
    let Value::Mapping(map) = value else { return Ok(Vec::new()) };
    let mut headers = Vec::with_capacity(map.len());
    for name in map.keys() {
        let Some(name) = name.as_str() else {
            return Err(fields.wrong(&shown(name), name, "a header's name"));
        };
        let text = fields.required(name, "Accept: application/json")?;
        let named = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !name.is_empty();
        if !named || text.chars().any(char::is_control) {
            return Err(fields.wrong(name, &Value::String(text), "a header such as Accept: application/json"));
        }
        // What the client itself must decide: a file that sets these would break the guard's promises.
        if ["host", "user-agent", "content-length", "connection", "accept-encoding", "transfer-encoding"]
            .contains(&name.to_ascii_lowercase().as_str())
        {
            return Err(FileProblem::UnknownKey {
                key: fields.key(name),
                known: "any header but host, user-agent, content-length, connection and the encodings".to_owned(),
            });
        }
        headers.push((name.to_owned(), text));
    }
    Ok(headers)
}

fn paging(value: &Value) -> Result<Paging, FileProblem> {
    let fields = Fields::new(value, "json.paging.")?;
    fields.only(&["next", "parameter", "from", "max"])?;
    let max = fields.number("max", 1, 50)?.unwrap_or(3);
    match (fields.text("next")?, fields.text("parameter")?) {
        (Some(next), None) => Ok(Paging::Link { path: path(&fields, "next", &next)?, max }),
        (None, Some(parameter)) => {
            Ok(Paging::Number { parameter, from: fields.number("from", 0, 1_000_000)?.unwrap_or(1), max })
        }
        _ => Err(FileProblem::Missing {
            key: "json.paging.next or json.paging.parameter".to_owned(),
            example: "one of them: next: data.next, or parameter: page",
        }),
    }
}

fn budget(value: &Value) -> Result<Budget, FileProblem> {
    let fields = Fields::new(value, "json.budget.")?;
    fields.only(&["requests", "per"])?;
    let missing = |key: &str, example| FileProblem::Missing { key: fields.key(key), example };
    Ok(Budget {
        requests: fields.number("requests", 1, 1_000_000)?.ok_or_else(|| missing("requests", "requests: 60"))?,
        per: fields.duration("per")?.filter(|per| !per.is_zero()).ok_or_else(|| missing("per", "per: 1h"))?,
    })
}
