//! Words of any script in Latin letters, to be compared with what is written in them.

use std::borrow::Cow;

/// `word` in small Latin letters, as near to its sound as a table knows it (`any_ascii`): "карпатія" is "karpatiya", "셀라" is
/// "sella". Letters without a likeness are left out. For comparing, not for showing.
pub fn latin(word: &str) -> Cow<'_, str> {
    match word.is_ascii() && !word.bytes().any(|b| b.is_ascii_uppercase()) {
        true => Cow::Borrowed(word),
        false => Cow::Owned(any_ascii::any_ascii(word).to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_script() {
        for (word, expected) in [
            ("abc", "abc"),
            ("Abc", "abc"),
            ("Pétale", "petale"),
            ("Карпатія", "karpatiya"),
            ("셀라", "sella"),
            ("ترنج", "trnj"),
        ] {
            assert_eq!(latin(word), expected);
        }
    }
}
