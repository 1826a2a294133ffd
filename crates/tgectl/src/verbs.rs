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

use std::io::Read;
use std::path::Path;

use crate::failure::Failure;

/// Reads a text file, or stdin for `-`.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let failed = |source| Failure::File { attempted: "read", path: path.to_owned(), source };
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map_err(failed)?;
        return Ok(text);
    }
    if path.extension().is_some_and(|extension| extension == "zst") {
        let file = std::fs::File::open(path).map_err(failed)?;
        let bytes = zstd::decode_all(file).map_err(failed)?;
        return String::from_utf8(bytes).map_err(std::io::Error::other).map_err(failed);
    }
    std::fs::read_to_string(path).map_err(failed)
}
