//! Sentences: the ranges between full stops and line breaks.

use std::ops::Range;

/// Byte ranges of the sentences of `text`, without the signs that end them and without blank ones. A full stop ends a
/// sentence only before a blank or the end (`3.5`, `gate.io` and `U.S.` inside a word do not); signs of Chinese and
/// Japanese end one wherever they stand.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, n)| n);
        if ends_sentence(c, next) {
            push(text, start..at, &mut found);
            start = at + c.len_utf8();
        }
    }
    push(text, start..text.len(), &mut found);
    found
}

/// Whether `c`, followed by `next`, ends a sentence.
#[inline]
pub(crate) fn ends_sentence(c: char, next: Option<char>) -> bool {
    match c {
        '\n' | '\r' | '。' | '！' | '？' | '；' | '｡' | '\u{06d4}' | '؟' | '|' => true,
        '.' | '!' | '?' | ';' => next.is_none_or(|n| n.is_whitespace() || !n.is_ascii()),
        _ => false,
    }
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    if text[range.clone()].chars().any(|c| !c.is_whitespace()) {
        found.push(range);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_domains_stay_whole() {
        let text = "Gate.io lists X at 3.5. Really! 代币上线。明天\n\nend";
        let parts: Vec<&str> = sentences(text).into_iter().map(|r| text[r].trim()).collect();
        assert_eq!(parts, ["Gate.io lists X at 3.5", "Really", "代币上线", "明天", "end"]);
        assert!(sentences(" \n ").is_empty());
    }
}
