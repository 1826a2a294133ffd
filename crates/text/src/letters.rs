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
pub(crate) fn byte_binds(byte: u8) -> bool {
    ASCII_BINDS[usize::from(byte)]
}

/// Bytes looked at at once, and the highest bit of each.
const LANES: usize = size_of::<u64>();
const HIGHS: u64 = u64::from_le_bytes([0x80; LANES]);

/// How many bytes at the beginning of `bytes` are ASCII characters that make one word.
#[inline]
pub fn ascii_word(bytes: &[u8]) -> usize {
    // Where a word ends no processor foretells, so that eight bytes are asked at once.
    let (whole, rest) = bytes.as_chunks();
    for (i, eight) in whole.iter().enumerate() {
        let ends = !binding(u64::from_le_bytes(*eight)) & HIGHS;
        if ends != 0 {
            return i * LANES + (ends.trailing_zeros() / u8::BITS) as usize;
        }
    }
    bytes.len() - rest.len() + rest.iter().take_while(|byte| byte_binds(**byte)).count()
}

/// The highest bit of each byte for which [`byte_binds`].
fn binding(bytes: u64) -> u64 {
    let small = bytes | u64::from_le_bytes([0x20; LANES]);
    let underscore = !((bytes ^ u64::from_le_bytes([b'_'; LANES])) & !HIGHS).wrapping_add(!HIGHS);
    (between(small, b'a', b'z') | between(bytes, b'0', b'9') | underscore) & !bytes & HIGHS
}

/// The highest bit of each byte that lies between `first` and `last`, of those below 128; the other bits are anything.
#[inline(always)]
fn between(bytes: u64, first: u8, last: u8) -> u64 {
    let low = bytes & !HIGHS;
    let from = |byte: u8| low.wrapping_add(u64::from_le_bytes([0x80 - byte; LANES]));
    from(first) & !from(last + 1)
}

/// A bit for each byte that is a capital of ASCII, the first the lowest.
#[inline]
pub(crate) fn ascii_capitals(bytes: [u8; LANES]) -> u8 {
    let bytes = u64::from_le_bytes(bytes);
    let capitals = (between(bytes, b'A', b'Z') & !bytes & HIGHS) >> 7;
    // Brings the lowest bits of all bytes together in the highest byte, each by another power.
    (capitals.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
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

    #[test]
    fn eight_bytes_are_told_as_one_is() {
        for byte in 0..=u8::MAX {
            for at in 0..2 * LANES {
                let mut bytes = [b'a'; 2 * LANES + 3];
                bytes[at] = byte;
                let slow = bytes.iter().take_while(|byte| byte_binds(**byte)).count();
                assert_eq!(ascii_word(&bytes), slow, "{byte} at {at}");
                assert_eq!(ascii_word(&bytes[..at]), at);
                let mut bytes = [b'Z'; LANES];
                bytes[at % LANES] = byte;
                let slow = (0..LANES).map(|i| u8::from(bytes[i].is_ascii_uppercase()) << i).sum::<u8>();
                assert_eq!(ascii_capitals(bytes), slow, "{byte} at {at}");
            }
        }
    }
}
