//! Tables for people, JSON for programs.

use std::io::{IsTerminal, Write};

use clap::ValueEnum;
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use serde_json::Value;

use crate::failure::Failure;

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table, for people.
    Table,
    /// One JSON document.
    Json,
    /// One JSON document a line.
    Jsonl,
}

/// A column: its heading and the path of its value (`a.b`, `a.0.b`).
pub(crate) type Column = (&'static str, &'static str);

/// Prints the array `items` of `answer`.
pub(crate) fn list(answer: &Value, items: &str, columns: &[Column], format: Format) -> Result<(), Failure> {
    let empty = Vec::new();
    let rows = answer[items].as_array().unwrap_or(&empty);
    match format {
        Format::Json => print(&format!("{answer:#}\n")),
        Format::Jsonl => rows.iter().try_for_each(|row| print(&format!("{row}\n"))),
        Format::Table => table(rows, columns),
    }
}

/// Prints one document: a table of its paths and values, or itself.
pub(crate) fn one(answer: &Value, fields: &[Column], format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => print(&format!("{answer:#}\n")),
        Format::Jsonl => print(&format!("{answer}\n")),
        Format::Table => {
            let mut table = plain();
            for (heading, path) in fields {
                table.add_row([(*heading).to_owned(), cell(answer, path)]);
            }
            print(&format!("{table}\n"))
        }
    }
}

/// Prints `rows` for people.
pub(crate) fn table(rows: &[Value], columns: &[Column]) -> Result<(), Failure> {
    let mut table = plain();
    table.set_header(columns.iter().map(|(heading, _)| *heading));
    for row in rows {
        table.add_row(columns.iter().map(|(_, path)| cell(row, path)));
    }
    print(&format!("{table}\n"))
}

fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    if std::io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
}

/// The value at a path, in words: absent is `-`, long texts are cut.
pub(crate) fn cell(row: &Value, path: &str) -> String {
    let value = path.split('.').try_fold(row, |value, part| match part.parse::<usize>() {
        Ok(index) => value.get(index),
        Err(_) => value.get(part),
    });
    let text = match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) if number.is_f64() => format!("{:.2}", number.as_f64().unwrap_or_default()),
        Some(Value::Array(items)) => {
            items.iter().map(|i| i.as_str().map_or_else(|| i.to_string(), str::to_owned)).collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    };
    // Control characters of foreign texts must not steer the terminal.
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > 90 { text.chars().take(89).chain(['…']).collect() } else { text }
}

/// Prints to stdout.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

/// Tells a person something, on stderr.
pub(crate) fn say(text: &str) {
    // Nothing is left to do when stderr is gone.
    drop(writeln!(std::io::stderr(), "{text}"));
}
