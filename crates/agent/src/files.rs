//! The files a user edits, read at start: every mistake at once, each with its file.

use std::path::{Path, PathBuf};

use tge_sources::{Catalog, FileError, parse_all};
use thiserror::Error;

/// Source files that cannot be used.
#[derive(Debug, Error)]
pub enum SourcesError {
    /// The folder or a file cannot be read.
    #[error("cannot read the sources in {path}; give a readable folder of *.yaml files")]
    Read {
        /// The folder or the file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Some files are wrong.
    #[error("{} of the source files in {path} cannot be used:\n{}", problems.len(), lines(problems))]
    Wrong {
        /// The folder.
        path: PathBuf,
        /// What is wrong with each.
        problems: Vec<FileError>,
    },
}

/// Reads every `*.yaml` of a folder.
///
/// # Errors
/// [`SourcesError`]; a swarm that silently left a source out would look calm and be blind.
pub fn load_sources(folder: &Path) -> Result<Catalog, SourcesError> {
    let read = |path: &Path| {
        let path = path.to_owned();
        move |source| SourcesError::Read { path, source }
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read(folder))? {
        let path = entry.map_err(read(folder))?.path();
        if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            let text = std::fs::read_to_string(&path).map_err(read(&path))?;
            files.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text));
        }
    }
    files.sort();
    let (sources, problems) = parse_all(&files);
    if problems.is_empty() {
        Ok(Catalog::new(sources))
    } else {
        Err(SourcesError::Wrong { path: folder.to_owned(), problems })
    }
}

fn lines(problems: &[FileError]) -> String {
    problems.iter().map(|problem| format!("  {problem}")).collect::<Vec<_>>().join("\n")
}
