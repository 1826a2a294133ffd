//! Where documents come from, who speaks there, and how the source is doing.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::Timestamp;
use crate::names::names;

names! {
    /// How a source is read.
    pub enum SourceKind {
        /// RSS, Atom or JSON Feed, fetched.
        Feed = "feed",
        /// A declarative JSON API, fetched.
        Json = "json",
        /// Documents pushed to `POST /api/v1/observations` or imported as NDJSON.
        Push = "push",
    }
}

names! {
    /// Who speaks; decides how far a document may move an event's status.
    pub enum Tier {
        /// The project's own voice.
        Official = "official",
        /// An exchange about its own listings.
        Exchange = "exchange",
        /// Journalists and news sites.
        Press = "press",
        /// Anybody else.
        Community = "community",
    }
}

names! {
    /// How a source is doing; quiet and broken are different things.
    pub enum SourceState {
        /// Not read yet.
        Unknown = "unknown",
        /// The last poll answered.
        Healthy = "healthy",
        /// The last poll failed.
        Failing = "failing",
        /// The last poll met a challenge page or a refusal.
        Blocked = "blocked",
    }
}

/// A source's unique name: `a-z 0-9 -`, 1 to 64 characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceName(String);

/// A source description that breaks an invariant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SourceError {
    /// The name has other characters, or is empty or too long.
    #[error("source name {given:?} is not valid: use 1 to 64 characters of a-z 0-9 -")]
    Name {
        /// The name that was given.
        given: String,
    },
    /// A source may not be asked more often than once a second.
    #[error("source {name}: every {given_ms} ms is too often: 1 s is the least")]
    Every {
        /// The source.
        name: String,
        /// What was asked for, in milliseconds.
        given_ms: u64,
    },
}

impl SourceName {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`SourceError::Name`] when it is not `a-z 0-9 -` of 1 to 64 characters.
    pub fn new(name: &str) -> Result<Self, SourceError> {
        let valid = (1..=64).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if valid { Ok(Self(name.to_owned())) } else { Err(SourceError::Name { given: name.to_owned() }) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Where documents come from. How to extract them stays with crate `sources`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Unique name.
    pub name: SourceName,
    /// How it is read.
    pub kind: SourceKind,
    /// What is fetched; empty for [`SourceKind::Push`].
    pub url: String,
    /// Who speaks; independence of evidence is counted by owner.
    pub owner: String,
    /// How far its word goes.
    pub tier: Tier,
    /// Not to be asked more often than this.
    pub every: Duration,
    /// The project whose official voice this is, if it is one.
    pub project: Option<String>,
    /// Made by the demo world; shown as such wherever it appears.
    pub demo: bool,
}

impl Source {
    /// Checks what a field's type cannot: the shortest rhythm.
    ///
    /// # Errors
    /// [`SourceError::Every`] when a fetched source is asked more often than once a second.
    pub fn validated(self) -> Result<Self, SourceError> {
        if self.kind != SourceKind::Push && self.every < Duration::from_secs(1) {
            return Err(SourceError::Every {
                name: self.name.to_string(),
                given_ms: u64::try_from(self.every.as_millis()).unwrap_or(u64::MAX),
            });
        }
        Ok(self)
    }
}

/// What is known of a source from polling it: the row behind its heartbeat, and the validators of its next request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceHealth {
    /// The source.
    pub name: SourceName,
    /// How the last poll went.
    pub state: SourceState,
    /// Why, in words, when it did not go well.
    pub error: Option<String>,
    /// When it was last asked.
    pub last_poll_at: Option<Timestamp>,
    /// When it last answered.
    pub last_success_at: Option<Timestamp>,
    /// When it may be asked again.
    pub next_poll_at: Timestamp,
    /// `ETag` of the last answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the last answer.
    pub last_modified: Option<String>,
    /// Failures since the last success.
    pub failures: u32,
    /// Polls made.
    pub polls: u64,
    /// Polls answered `304 Not Modified`.
    pub not_modified: u64,
    /// Observations stored from it.
    pub observations: u64,
}

impl SourceHealth {
    /// A source that was never asked, due at once.
    pub fn unknown(name: SourceName, now: Timestamp) -> Self {
        Self {
            name,
            state: SourceState::Unknown,
            error: None,
            last_poll_at: None,
            last_success_at: None,
            next_poll_at: now,
            etag: None,
            last_modified: None,
            failures: 0,
            polls: 0,
            not_modified: 0,
            observations: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        for good in ["a", "example-news", "x9"] {
            assert!(SourceName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "Example", "a b", "ä", &"x".repeat(65)] {
            assert!(SourceName::new(bad).is_err(), "{bad}");
        }
    }
}
