//! What is judged.

use tge_model::Timestamp;

/// How many characters of title and text together are read: launches are told at the beginning, and a bound on the
/// text is a bound on the time. What stands behind is not seen, and no quote comes from there.
pub const JUDGED_CHARS_MAX: usize = 6_000;

/// A document to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document<'a> {
    /// The headline; empty when there is none.
    pub title: &'a str,
    /// The body, without markup; may begin with the headline again.
    pub text: &'a str,
    /// ISO 639 code of the language, where somebody says it.
    pub lang: Option<&'a str>,
    /// When it was published: the day it is judged at. Without it nothing is said about age.
    pub published: Option<Timestamp>,
}

/// The beginning of `text`, at most `chars` characters.
#[inline]
pub(crate) fn head(text: &str, chars: usize) -> &str {
    // A character has one byte or more: a short text need not be counted.
    if text.len() <= chars { text } else { counted(text, chars) }
}

fn counted(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(at, _)| &text[..at])
}
