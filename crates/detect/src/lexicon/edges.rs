//! Where words begin and end.

use tge_text::binds;

/// Whether a phrase may begin at `start`.
pub(crate) fn edge_before(text: &str, start: usize) -> bool {
    let (before, first) = (text[..start].chars().next_back(), text[start..].chars().next());
    match (before, first) {
        (Some(b), Some(f)) => b != '$' && !(binds(b) && binds(f)) || is_arabic(f) && proclitic(text, start).is_some(),
        _ => true,
    }
}

/// What Arabic writes onto the beginning of a word: the article, "and", "in", "to", "as", and what they become together.
const PROCLITICS: [&str; 14] = ["ال", "و", "ف", "ب", "ل", "ك", "وال", "بال", "فال", "كال", "لل", "وب", "ول", "وبال"];

/// Letters a word must have behind a proclitic that is no article: shorter ones begin like it by themselves (Persian `برای`).
const LETTERS_BEHIND: usize = 4;

/// Whether `c` is a letter of Arabic or Persian.
pub(crate) fn is_arabic(c: char) -> bool {
    matches!(c, '\u{621}'..='\u{64a}' | '\u{671}'..='\u{6d3}')
}

/// The bytes of the proclitic that stands between the edge of the word and `start`.
pub(super) fn proclitic(text: &str, start: usize) -> Option<usize> {
    let letters = text[..start].char_indices().rev().take(6).take_while(|(_, c)| binds(*c));
    let (from, _) = letters.last()?;
    let before = &text[from..start];
    let article = before.ends_with("ال") || before == "لل";
    let long = || text[start..].chars().take(LETTERS_BEHIND).take_while(|c| binds(*c)).count() == LETTERS_BEHIND;
    (PROCLITICS.contains(&before) && (article || long())).then_some(before.len())
}

pub(crate) fn edge_after(text: &str, end: usize) -> bool {
    let (last, after) = (text[..end].chars().next_back(), text[end..].chars().next());
    match (last, after) {
        (Some(l), Some(a)) => !(binds(l) && binds(a)),
        _ => true,
    }
}

/// Bytes from `end` to the end of the word it is in; bounded, for no word is endless.
pub(crate) fn word_rest(text: &str, end: usize) -> usize {
    text[end..]
        .char_indices()
        .take(40)
        .take_while(|&(_, c)| binds(c))
        .map(|(i, c)| i + c.len_utf8())
        .last()
        .unwrap_or(0)
}
