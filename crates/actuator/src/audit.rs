//! One line per restart asked for, done or refused: in the log, and in a file that outlives the log.

use std::fs::{OpenOptions, rename};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// A full file becomes the old one; one old one is kept.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// What was asked, by whom, and what came of it.
#[derive(Debug, Serialize)]
pub(crate) struct Line<'a> {
    pub(crate) version: u32,
    pub(crate) time: String,
    pub(crate) verb: &'a str,
    pub(crate) container: &'a str,
    pub(crate) component: &'a str,
    pub(crate) holder: &'a str,
    pub(crate) fence: u64,
    pub(crate) grace_ms: u64,
    pub(crate) reason: &'a str,
    pub(crate) outcome: &'a str,
}

/// Where lines go.
#[derive(Debug, Clone)]
pub(crate) struct Audit(PathBuf);

impl Audit {
    pub(crate) fn new(directory: &Path) -> Self {
        Self(directory.join("audit.jsonl"))
    }

    /// Writes a line. A full disk must not keep anybody from repairing, so a failure is told and no more.
    pub(crate) fn write(&self, line: &Line<'_>) {
        tracing::info!(
            audit = true,
            verb = line.verb,
            container = line.container,
            component = line.component,
            holder = line.holder,
            fence = line.fence,
            grace_ms = line.grace_ms,
            reason = line.reason,
            outcome = line.outcome,
            "asked to act"
        );
        if let Err(error) = self.append(line) {
            tracing::warn!(%error, path = %self.0.display(), "audit line not kept");
        }
    }

    fn append(&self, line: &Line<'_>) -> std::io::Result<()> {
        if std::fs::metadata(&self.0).is_ok_and(|m| m.len() >= FILE_BYTES_MAX) {
            rename(&self.0, self.0.with_extension("old.jsonl"))?;
        }
        let mut text = serde_json::to_string(line).map_err(std::io::Error::other)?;
        text.push('\n');
        OpenOptions::new().create(true).append(true).open(&self.0)?.write_all(text.as_bytes())
    }
}
