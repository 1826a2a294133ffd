//! Words of a text, in any script: runs of letters and digits, and pairs of neighbours where no blanks divide words.

/// Whether a script is written without blanks between words.
fn is_dense(c: char) -> bool {
    matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF)
}

/// The words, lower case, in order, repeats kept.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    for c in text.chars().flat_map(char::to_lowercase) {
        if is_dense(c) {
            push(&mut words, &mut word);
            words.push(before.map_or_else(|| c.to_string(), |b| format!("{b}{c}")));
            before = Some(c);
            continue;
        }
        before = None;
        if c.is_alphanumeric() { word.push(c) } else { push(&mut words, &mut word) }
    }
    push(&mut words, &mut word);
    words
}

fn push(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_of_many_scripts() {
        assert_eq!(super::words("Fuel's TGE, 2026!"), ["fuel", "s", "tge", "2026"]);
        assert_eq!(super::words("代币上线 ABC"), ["代", "代币", "币上", "上线", "abc"]);
        assert!(super::words(" -- ").is_empty());
    }
}
