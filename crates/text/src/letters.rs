//! Which characters make words.

use crate::language::is_unspaced;

/// [`binds`] of the ASCII characters, which are looked at one by one.
const ASCII_BINDS: [bool; 256] = {
    let (mut binds, mut byte) = ([false; 256], 0);
    while byte < 128 {
        binds[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    binds
};

/// Whether `c` makes one word with its like beside it: a letter or digit of a script with blanks between words, or `_`.
#[inline(always)]
pub fn binds(c: char) -> bool {
    match c {
        _ if c.is_ascii() => ASCII_BINDS[c as usize],
        // What most texts have beside ASCII, and dear to look up: letters of the Latin script, Cyrillic and Arabic ones.
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2c1}' => true,
        '\u{0400}'..='\u{0481}' | '\u{48a}'..='\u{52f}' | '\u{620}'..='\u{657}' | '\u{66e}'..='\u{6d3}' => true,
        '\u{1e00}'..='\u{1f15}' => true,
        // Dashes, quotation marks, arrows, signs of Chinese, and pictures.
        '\u{2000}'..='\u{206f}'
        | '\u{2190}'..='\u{245f}'
        | '\u{2500}'..='\u{2775}'
        | '\u{2794}'..='\u{2bff}'
        | '\u{3000}'..='\u{3004}' => false,
        '\u{fe00}'..='\u{fe0f}' | '\u{ff01}'..='\u{ff0f}' | '\u{1f300}'..='\u{1faff}' => false,
        _ => !is_unspaced(c) && c.is_alphanumeric(),
    }
}

/// The same for a byte; `false` for those that are no ASCII character.
#[inline(always)]
pub fn byte_binds(byte: u8) -> bool {
    ASCII_BINDS[usize::from(byte)]
}

/// Whether `c` is a capital letter; letters in circles and squares are pictures.
pub fn is_capital(c: char) -> bool {
    c.is_uppercase() && !matches!(c, '\u{24b6}'..='\u{24cf}' | '\u{1f130}'..='\u{1f189}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_binds_is_what_is_alphanumeric_and_spaced() {
        for c in '\0'..=char::MAX {
            assert_eq!(binds(c), (c.is_alphanumeric() || c == '_') && !is_unspaced(c), "{c:?}");
        }
        for byte in 0..=u8::MAX {
            assert_eq!(byte_binds(byte), byte.is_ascii() && binds(char::from(byte)), "{byte}");
        }
    }
}
