//! JSON APIs, read as their source's file declares them.

use serde_json::Value;
use tge_model::Timestamp;
use url::Url;

use crate::date;
use crate::extract::{ExtractError, Extracted, Problem, begins, page_error};
use crate::file::{JsonSpec, Paging, PublishedSpec, TimeUnit};
use crate::item::{Item, Parts};
use crate::link::absolute;
use crate::path::{Field, scalar};
use crate::plain::{Markup, line, strip};

/// Reads an API's answer.
pub(crate) fn read(
    source_name: &str,
    spec: &JsonSpec,
    text: &str,
    base: Option<&Url>,
) -> Result<Extracted, ExtractError> {
    if text.starts_with('<') {
        return Err(match page_error(text) {
            blocked @ ExtractError::Blocked { .. } => blocked,
            _ => ExtractError::NotJson { reason: "it is a page of markup".to_owned(), begins: begins(text) },
        });
    }
    let answer: Value = serde_json::from_str(text)
        .map_err(|error| ExtractError::NotJson { reason: error.to_string(), begins: begins(text) })?;
    check_ok(spec, &answer)?;
    let found = spec.items.select(&answer).map_err(|reached| ExtractError::NoItems {
        path: spec.items.as_str().to_owned(),
        holds: holds(&answer, &reached),
        reached,
        source_name: source_name.to_owned(),
    })?;
    // `data.list` and `data.list[*]` mean the same where a list stands.
    let entries: Vec<&Value> = found
        .into_iter()
        .flat_map(|value| match value {
            Value::Array(list) => list.iter().collect::<Vec<_>>(),
            Value::Null => Vec::new(),
            other => vec![other],
        })
        .collect();
    let mut extracted = Extracted::default();
    for (at, entry) in entries.iter().enumerate() {
        let (item, problem) = item(spec, entry, at + 1, base);
        extracted.items.extend(item);
        extracted.problems.extend(problem);
    }
    if extracted.items.is_empty() && !entries.is_empty() {
        // A broken selector is an alarm, not silence.
        return Err(ExtractError::NoText { entries: entries.len(), source_name: source_name.to_owned() });
    }
    extracted.next_page = next_page(spec, &answer, base, entries.len());
    Ok(extracted)
}

fn check_ok(spec: &JsonSpec, answer: &Value) -> Result<(), ExtractError> {
    let Some((path, expected)) = &spec.ok else { return Ok(()) };
    let found = path.first(answer).and_then(scalar);
    if found.as_deref().is_some_and(|found| expected.iter().any(|one| one == found)) {
        return Ok(());
    }
    let message =
        ["msg", "message", "error", "retMsg", "detail"].iter().find_map(|key| answer.get(*key).and_then(scalar));
    let found = found.unwrap_or_else(|| "missing".to_owned());
    let found = match message {
        Some(message) => format!("{found} ({})", begins(&message)),
        None => found,
    };
    Err(ExtractError::Refused { path: path.as_str().to_owned(), found, expected: expected.join(" or ") })
}

fn item(spec: &JsonSpec, entry: &Value, number: usize, base: Option<&Url>) -> (Option<Item>, Vec<Problem>) {
    let mut problems = Vec::new();
    let get = |field: &Option<Field>| field.as_ref().and_then(|field| field.text(entry));
    let texts: Vec<String> = spec.text.iter().filter_map(|field| field.text(entry)).collect();
    let published = spec.published.as_ref().and_then(|published| {
        let given = published.path.first(entry).and_then(scalar)?;
        let moment = moment(published, &given);
        if moment.is_none() {
            problems.push(Problem::Date { entry: number, given: given.chars().take(80).collect() });
        }
        moment
    });
    let item = Item::new(Parts {
        id: get(&spec.id),
        link: get(&spec.url).and_then(|link| absolute(&link, base)),
        title: line(&get(&spec.title).unwrap_or_default(), Markup::Guess),
        body: strip(&texts.join("\n"), Markup::Guess, base),
        lang: get(&spec.lang),
        published,
    });
    if item.is_none() {
        problems.push(Problem::Empty { entry: number });
    }
    (item, problems)
}

/// Reads a moment as the file says it is written.
fn moment(spec: &PublishedSpec, given: &str) -> Option<Timestamp> {
    match &spec.unit {
        TimeUnit::Text => date::parse(given),
        TimeUnit::Format { format, offset_secs } => date::by_format(given, format, *offset_secs),
        unit => {
            let number: f64 = given.trim().parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)?;
            let per_second = match unit {
                TimeUnit::Seconds => 1.0,
                TimeUnit::Millis => 1e3,
                TimeUnit::Micros => 1e6,
                _ => 1e9,
            };
            #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "bounded by the year below")]
            let micros = (number / per_second * 1e6).round() as i64;
            // A wrong unit gives a year nobody publishes in; better no date than a false one.
            (micros < 7_258_118_400_000_000).then(|| Timestamp::from_micros(micros))
        }
    }
}

fn next_page(spec: &JsonSpec, answer: &Value, base: Option<&Url>, entries: usize) -> Option<String> {
    match spec.paging.as_ref()? {
        Paging::Link { path, .. } => {
            let next = path.first(answer).and_then(scalar).filter(|next| !next.is_empty())?;
            let url = base?.join(&next).ok()?;
            // A foreign answer may not send us elsewhere.
            (Some(url.host_str()) == base.map(Url::host_str)).then(|| url.into())
        }
        Paging::Number { parameter, from, max } => {
            if entries == 0 {
                return None;
            }
            let mut url = base?.clone();
            let now = url
                .query_pairs()
                .find(|(name, _)| name == parameter.as_str())
                .and_then(|(_, value)| value.parse::<u32>().ok())
                .unwrap_or(*from);
            let next = now.checked_add(1)?;
            if next >= from.checked_add(*max)? {
                return None;
            }
            let others: Vec<(String, String)> = url
                .query_pairs()
                .filter(|(name, _)| name != parameter.as_str())
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            url.query_pairs_mut().clear().extend_pairs(others).append_pair(parameter, &next.to_string());
            Some(url.into())
        }
    }
}

/// What stands at a path, in words: the names of an object's members are what helps to correct the file.
fn holds(answer: &Value, reached: &str) -> String {
    let value = match crate::Path::parse(reached) {
        Ok(path) => path.first(answer).cloned().unwrap_or(Value::Null),
        Err(_) => answer.clone(),
    };
    match value {
        Value::Object(map) => {
            let names: Vec<&str> = map.keys().take(12).map(String::as_str).collect();
            if names.is_empty() { "an empty object".to_owned() } else { format!("an object with {}", names.join(", ")) }
        }
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Null => "null".to_owned(),
        other => begins(&other.to_string()),
    }
}
