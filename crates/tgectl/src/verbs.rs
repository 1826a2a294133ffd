//! What each command does, a file a noun.

pub(crate) mod detect;
pub(crate) mod events;
pub(crate) mod import;
pub(crate) mod in_force;
pub(crate) mod marks;
pub(crate) mod quality;
pub(crate) mod ruleset;
pub(crate) mod sources;
pub(crate) mod swarm;

use std::fmt::Display;
use std::io::Read;
use std::path::Path;

use crate::failure::Failure;
use crate::output::say;

/// Reads a text file, or stdin for `-`. A byte order mark before it is no part of it.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let text = String::from_utf8(read(path)?).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        let source = std::io::Error::other(format!("line {line} is not UTF-8"));
        Failure::File { attempted: "read", path: path.to_owned(), source }
    })?;
    match text.strip_prefix('\u{feff}') {
        Some(rest) => Ok(rest.to_owned()),
        None => Ok(text),
    }
}

/// Reads documents nobody here wrote: the same, but bytes that are no UTF-8 are read as `U+FFFD`, for one of them must not cost
/// the others.
pub(crate) fn read_foreign(path: &Path) -> Result<String, Failure> {
    let bytes = read(path)?;
    Ok(String::from_utf8_lossy(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes)).into_owned())
}

/// Says on stderr that a line of a file of JSON is left out: which, and what is wrong where in it.
pub(crate) fn tell_left_out(path: &Path, line: &impl Display, error: &serde_json::Error) {
    let text = error.to_string();
    // "Line 1" of a line is line 25 of the file.
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    say(&format!("tgectl: {}: {line}: {what} at column {}", path.display(), error.column()));
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::File { attempted: "read", path: path.to_owned(), source };
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
        return Ok(bytes);
    }
    if path.extension().is_some_and(|extension| extension == "zst") {
        return zstd::decode_all(std::fs::File::open(path).map_err(failed)?).map_err(failed);
    }
    std::fs::read(path).map_err(failed)
}
