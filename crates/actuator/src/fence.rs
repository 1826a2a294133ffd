//! Who may act: one holder at a time, and never one whose lock is older than one seen before.

use std::fs::{File, rename};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use tokio::time::Instant;

/// How long the right to act lasts without being renewed. Time runs by this process's monotonic clock alone.
pub(crate) const LEASE: Duration = Duration::from_secs(3);

/// The fence cannot be kept.
#[derive(Debug, Error)]
pub enum FenceError {
    /// The file is there and holds no number.
    #[error("{path} holds {found:?} and not the highest fence; delete it if no other monitor runs")]
    Garbled {
        /// The file.
        path: PathBuf,
        /// What it holds.
        found: String,
    },
    /// The file cannot be read or written.
    #[error("cannot keep the highest fence in {path}; is the directory there and writable?")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Why the right to act is not given.
#[derive(Debug, Error)]
pub(crate) enum Refusal {
    #[error("fence {given} is older than {highest}, which was seen before; another monitor has led since")]
    Stale { given: u64, highest: u64 },
    #[error("{holder} does not hold the right to act; hold the lease first")]
    NotHeld { holder: String },
    #[error(transparent)]
    Keep(#[from] FenceError),
}

/// The highest fence, on disk, and the present holder, in memory.
#[derive(Debug)]
pub struct Fence {
    path: PathBuf,
    highest: u64,
    holder: Option<(String, Instant)>,
}

// === impl Fence ===

impl Fence {
    /// Reads the highest fence from `directory`; a missing file means none was seen.
    ///
    /// # Errors
    /// [`FenceError`] when the file is not readable, not writable or holds something else.
    pub fn open(directory: &Path) -> Result<Self, FenceError> {
        let path = directory.join("fence");
        let highest = match std::fs::read_to_string(&path) {
            Ok(text) => {
                text.trim().parse().map_err(|_| FenceError::Garbled { path: path.clone(), found: short(&text) })?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
            Err(source) => return Err(FenceError::Io { path, source }),
        };
        let fence = Self { path, highest, holder: None };
        // Better to learn now that the directory is not writable than when something burns.
        fence.keep(highest)?;
        Ok(fence)
    }

    pub(crate) fn highest(&self) -> u64 {
        self.highest
    }

    /// Takes or keeps the lease; answers whether `holder` has it.
    pub(crate) fn hold(&mut self, holder: &str, fence: Option<u64>, now: Instant) -> Result<bool, Refusal> {
        if let Some(given) = fence.filter(|f| *f < self.highest) {
            return Err(Refusal::Stale { given, highest: self.highest });
        }
        if let Some(newer) = fence.filter(|f| *f > self.highest) {
            // On disk first: what is granted must be remembered.
            self.keep(newer)?;
            self.highest = newer;
            self.holder = None;
        }
        let held = self.holder.as_ref().is_none_or(|(who, until)| who == holder || *until <= now);
        if held {
            self.holder = Some((holder.to_owned(), now + LEASE));
        }
        Ok(held)
    }

    /// Whether `holder` may act now with this fence.
    pub(crate) fn admit(&self, holder: &str, fence: u64, now: Instant) -> Result<(), Refusal> {
        if fence < self.highest {
            return Err(Refusal::Stale { given: fence, highest: self.highest });
        }
        match &self.holder {
            Some((who, until)) if who == holder && *until > now => Ok(()),
            _ => Err(Refusal::NotHeld { holder: holder.to_owned() }),
        }
    }

    fn keep(&self, highest: u64) -> Result<(), FenceError> {
        let write = || -> std::io::Result<()> {
            let next = self.path.with_extension("next");
            let mut file = File::create(&next)?;
            writeln!(file, "{highest}")?;
            file.sync_all()?;
            rename(&next, &self.path)
        };
        write().map_err(|source| FenceError::Io { path: self.path.clone(), source })
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_newer_lock_wins_and_an_older_is_refused_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let mut fence = Fence::open(dir.path()).unwrap();
        let now = Instant::now();
        assert!(fence.hold("a", Some(5), now).unwrap());
        assert!(!fence.hold("b", Some(5), now).unwrap(), "a has it");
        assert!(!fence.hold("b", None, now).unwrap());
        assert!(fence.admit("a", 5, now).is_ok());
        assert!(fence.hold("b", Some(6), now).unwrap(), "b's lock is newer");
        assert!(matches!(fence.admit("a", 5, now), Err(Refusal::Stale { given: 5, highest: 6 })));
        assert!(matches!(fence.admit("a", 6, now), Err(Refusal::NotHeld { .. })));
        let mut again = Fence::open(dir.path()).unwrap();
        assert!(matches!(again.hold("a", Some(5), now), Err(Refusal::Stale { .. })), "a restart remembers");
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_directory_one_monitor_gets_the_lease_until_it_falls_silent() {
        let dir = tempfile::tempdir().unwrap();
        let mut fence = Fence::open(dir.path()).unwrap();
        let now = Instant::now();
        assert!(fence.hold("a", None, now).unwrap());
        assert!(!fence.hold("b", None, now + LEASE / 2).unwrap());
        assert!(fence.admit("a", 0, now + LEASE / 2).is_ok());
        assert!(fence.admit("a", 0, now + LEASE).is_err(), "not renewed");
        assert!(fence.hold("b", None, now + LEASE).unwrap());
    }

    #[test]
    fn what_cannot_be_kept_is_told_at_once() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("fence"), "twelve").unwrap();
        let error = Fence::open(dir.path()).unwrap_err().to_string();
        assert!(error.contains("twelve") && error.contains("delete it"), "{error}");
        let error = Fence::open(&dir.path().join("nowhere")).unwrap_err();
        assert!(matches!(error, FenceError::Io { .. }), "{error}");
    }
}
