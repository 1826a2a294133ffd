//! Rulesets, which of them is at work, and the marks they are judged by.

use async_trait::async_trait;
use tge_model::{Mark, ObservationId, RulesetStep, RulesetTurn, StoredRuleset, Timestamp};

use super::StoredObservation;
use crate::{Page, Paged, StoreError};

/// A mark with its document.
#[derive(Debug, Clone, PartialEq)]
pub struct Marked {
    /// What was said.
    pub mark: Mark,
    /// Of what.
    pub document: StoredObservation,
}

/// Rulesets and marks.
#[async_trait]
pub trait Rulesets: Send + Sync + 'static {
    /// Keeps a ruleset; one that is kept already stays as it was. Answers whether it is new.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put(&self, ruleset: &StoredRuleset, body: &[u8]) -> Result<bool, StoreError>;

    /// The file of a version.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn body(&self, version: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Every ruleset that was handed in, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&self) -> Result<Vec<StoredRuleset>, StoreError>;

    /// Every step, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn turns(&self) -> Result<Vec<RulesetTurn>, StoreError>;

    /// Takes the step that follows number `last`. Answers whether it was taken: `false` when somebody else took one
    /// meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn step(&self, last: u64, step: RulesetStep, version: &str, at: Timestamp) -> Result<bool, StoreError>;

    /// Keeps what a person says of a document; what was said of it before is replaced. Answers whether there is such a
    /// document.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn mark(&self, mark: &Mark) -> Result<bool, StoreError>;

    /// Takes a mark back. Answers whether there was one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn unmark(&self, observation: ObservationId) -> Result<bool, StoreError>;

    /// What is said of these documents; those of which nothing is said are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn marks_of(&self, observations: &[ObservationId]) -> Result<Vec<Mark>, StoreError>;

    /// Marks with their documents, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn marks(&self, page: &Page) -> Result<Paged<Marked>, StoreError>;
}
