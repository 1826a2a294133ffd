//! What must not reach a reader's screen: control signs and marks that turn the reading direction.

/// Signs that take no room and carry no meaning in running text, or turn its direction.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// `text` without control signs (line breaks and tabs stay), without marks of direction and without zero-width signs.
/// The joiner of emoji and of Persian (`U+200D`, `U+200C`) stays where it stands between two other signs: taking it
/// away would change what is seen.
pub fn sanitise(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let joiner = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0f}');
        if joiner {
            let before = clean.chars().next_back().is_some_and(|b| !b.is_ascii() && !b.is_whitespace());
            let after = chars.peek().is_some_and(|a| !a.is_ascii() && !is_invisible(*a));
            if before && (after || c == '\u{fe0f}') {
                clean.push(c);
            }
        } else if !(is_invisible(c) || (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))) {
            clean.push(c);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tricks_go_and_words_stay() {
        for (dirty, clean) in [
            ("a\u{202e}b\u{202c}c", "abc"),
            ("to\u{200b}ken", "token"),
            ("bell\u{7}\u{0}\ttab\nline", "bell\ttab\nline"),
            ("می\u{200c}شود", "می\u{200c}شود"),
            ("👨\u{200d}👩", "👨\u{200d}👩"),
            ("a\u{200d}b", "ab"),
        ] {
            assert_eq!(sanitise(dirty), clean);
        }
    }
}
