//! Tokens: the words, numbers, amounts, addresses and signs of a text in normal form, in one pass.

use std::ops::Range;

use crate::language::is_unspaced;
use crate::letters::{ascii_word, binds, byte_binds};
use crate::sentences::ends_sentence;

/// What a token is, by its shape alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A word of a script with blanks; apostrophes, dots and hyphens inside it belong to it.
    Word,
    /// One character of a script without blanks.
    Ideograph,
    /// A number, with its separators; also `12:30` and `2025-01-31`.
    Number,
    /// A number with a currency sign before or behind it.
    Money,
    /// A number with a per cent sign.
    Percent,
    /// `$abc`.
    Cashtag,
    /// `#abc`.
    Hashtag,
    /// `@abc`.
    Handle,
    /// An address on the web.
    Url,
    /// The end of a sentence.
    Stop,
    /// Any other sign.
    Sign,
}

impl TokenKind {
    /// How many there are: each `as usize` is below it.
    pub const COUNT: usize = TokenKind::Sign as usize + 1;
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its shape.
    pub kind: TokenKind,
    /// Its bytes.
    pub range: Range<usize>,
}

/// The tokens of `text`, in order. Blanks are none; every other byte is in exactly one token.
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

/// The tokens of a text, cut as they are asked for: see [`tokens`].
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

// === impl Tokens ===

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let rest = &self.text[self.at..];
            // Most are words of ASCII letters with a blank between them, and no character need be put together for those.
            let byte = *rest.as_bytes().first()?;
            if byte == b' ' {
                self.at += 1;
                continue;
            }
            if is_sign(byte) {
                let range = self.at..self.at + 1;
                self.at = range.end;
                return Some(Token { kind: TokenKind::Sign, range });
            }
            if let Some(length) = plain_word(rest.as_bytes(), byte) {
                let range = self.at..self.at + length;
                self.at = range.end;
                return Some(Token { kind: TokenKind::Word, range });
            }
            let c = rest.chars().next()?;
            let next = rest[c.len_utf8()..].chars().next();
            let (kind, length) = if ends_sentence(c, next) && (c == '\n' || c == '\r' || !c.is_whitespace()) {
                (TokenKind::Stop, c.len_utf8())
            } else if c.is_whitespace() {
                self.at += c.len_utf8();
                continue;
            } else {
                shape(rest, c, next)
            };
            let range = self.at..self.at + length;
            self.at = range.end;
            return Some(Token { kind, range });
        }
    }
}

/// Whether `byte` is a sign of ASCII that is one whatever follows it.
fn is_sign(byte: u8) -> bool {
    const ALONE: u128 = {
        let signs = b"()[]{}<>,:*-+=/&~^\"'`\\";
        let (mut bits, mut i) = (0, 0);
        while i < signs.len() {
            bits |= 1 << signs[i];
            i += 1;
        }
        bits
    };
    byte.is_ascii() && ALONE >> byte & 1 == 1
}

fn shape(rest: &str, c: char, next: Option<char>) -> (TokenKind, usize) {
    let next_is_letter = next.is_some_and(|n| n.is_ascii_alphabetic());
    match c {
        '$' if next_is_letter => (TokenKind::Cashtag, 1 + run(&rest[1..], |c| c.is_ascii_alphanumeric())),
        '#' if next.is_some_and(|n| n.is_alphabetic()) => {
            (TokenKind::Hashtag, 1 + run(&rest[1..], |c| c.is_alphanumeric() || c == '_'))
        }
        '@' if next_is_letter || next == Some('_') => {
            (TokenKind::Handle, 1 + run(&rest[1..], |c| c.is_ascii_alphanumeric() || c == '_'))
        }
        '$' | '€' | '£' | '¥' | '₩' | '₽' | '₺' | '₴' if next.is_some_and(|n| n.is_ascii_digit()) => {
            (TokenKind::Money, c.len_utf8() + number(&rest[c.len_utf8()..]))
        }
        _ if is_unspaced(c) => (TokenKind::Ideograph, c.len_utf8()),
        _ if c.is_ascii_digit() => {
            let length = number(rest);
            match marked(&rest[length..]) {
                Some((kind, mark)) => (kind, length + mark),
                None => (TokenKind::Number, length),
            }
        }
        '%' if next.is_some_and(|n| n.is_ascii_digit()) => (TokenKind::Percent, 1 + number(&rest[1..])),
        _ if binds(c) => word(rest),
        _ => (TokenKind::Sign, c.len_utf8()),
    }
}

/// The sign of hundredths or of money that stands behind a number, with or without a blank between them, as most of Europe
/// writes it: `40 %`, `5 €`, `5m$`; and its bytes. A dollar sign before a letter is a ticker's.
fn marked(behind: &str) -> Option<(TokenKind, usize)> {
    let blank = behind.chars().next().filter(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}')).map_or(0, char::len_utf8);
    let mut signs = behind[blank..].chars();
    let (sign, next) = (signs.next()?, signs.next());
    let alone = !next.is_some_and(char::is_alphanumeric);
    match sign {
        '%' if blank == 0 || alone => Some((TokenKind::Percent, blank + 1)),
        '$' | '€' | '£' | '₽' | '₺' | '₴' | '₩' | '¥' if alone => {
            Some((TokenKind::Money, blank + sign.len_utf8()))
        }
        _ => None,
    }
}

/// Digits with separators between them, and what is written onto them (`5m`, `1st`, `8pm`).
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut end = 0;
    while let Some(&b) = bytes.get(end) {
        let inner = matches!(b, b'.' | b',' | b':' | b'/' | b'-') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !(b.is_ascii_alphanumeric() || inner) {
            break;
        }
        end += 1;
    }
    end
}

/// The length of a word that begins with an ASCII letter and ends before an ASCII character that goes on with no word; `None`
/// for all others.
fn plain_word(rest: &[u8], first: u8) -> Option<usize> {
    if !byte_binds(first) || first.is_ascii_digit() {
        return None;
    }
    let length = ascii_word(rest);
    let ends = |next: &u8| next.is_ascii() && !matches!(next, b'\'' | b'-' | b'.' | b'&' | b':');
    rest.get(length).is_none_or(ends).then_some(length)
}

fn word(rest: &str) -> (TokenKind, usize) {
    let mut end = run(rest, binds);
    if rest[end..].starts_with("://") || rest.starts_with("www.") || rest.starts_with("t.me/") {
        return (TokenKind::Url, url(rest));
    }
    let mut dotted = false;
    // Signs inside a word, each followed by more of it: don't, pre-sale, gate.io.
    while let Some(sign) = rest[end..].chars().next().filter(|c| matches!(c, '\'' | '’' | '-' | '.' | '&')) {
        let more = run(&rest[end + sign.len_utf8()..], binds);
        if more == 0 {
            break;
        }
        dotted |= sign == '.' && more >= 2;
        end += sign.len_utf8() + more;
    }
    if dotted && rest[end..].starts_with('/') { (TokenKind::Url, url(rest)) } else { (TokenKind::Word, end) }
}

/// Bytes of the address that `rest` begins with: what ends the sentence around it is no part of it.
fn url(rest: &str) -> usize {
    rest[..run(rest, in_url)].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*']).len()
}

fn in_url(c: char) -> bool {
    !c.is_whitespace() && !is_unspaced(c) && !matches!(c, ')' | ']' | '>' | '"' | '<' | '）' | '，' | '。')
}

/// Length in bytes of the characters at the beginning of `rest` that are `inside`.
fn run(rest: &str, inside: impl Fn(char) -> bool) -> usize {
    // Most are ASCII, and no character need be put together for them.
    let ascii = rest.bytes().take_while(|b| b.is_ascii() && inside(char::from(*b))).count();
    if rest.as_bytes().get(ascii).is_none_or(u8::is_ascii) {
        return ascii;
    }
    rest[ascii..].char_indices().find(|&(_, c)| !inside(c)).map_or(rest.len(), |(at, _)| ascii + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[(TokenKind, &str)]) {
        let found: Vec<_> = tokens(text).map(|t| (t.kind, &text[t.range])).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn shapes() {
        use TokenKind::*;
        check("$abc is live!", &[(Cashtag, "$abc"), (Word, "is"), (Word, "live"), (Stop, "!")]);
        check(
            "raised $5m, 12.5% @ab #c",
            &[(Word, "raised"), (Money, "$5m"), (Sign, ","), (Percent, "12.5%"), (Handle, "@ab"), (Hashtag, "#c")],
        );
        check(
            "gate.io 上线2025-01-31",
            &[(Word, "gate.io"), (Ideograph, "上"), (Ideograph, "线"), (Number, "2025-01-31")],
        );
        check(
            "see https://a.b/c?d (x)",
            &[(Word, "see"), (Url, "https://a.b/c?d"), (Sign, "("), (Word, "x"), (Sign, ")")],
        );
        check(
            "40 % %40 5 € 5m$ 5 $abc 5 $",
            &[
                (Percent, "40 %"),
                (Percent, "%40"),
                (Money, "5 €"),
                (Money, "5m$"),
                (Number, "5"),
                (Cashtag, "$abc"),
                (Money, "5 $"),
            ],
        );
        check("don't 8pm, $", &[(Word, "don't"), (Number, "8pm"), (Sign, ","), (Sign, "$")]);
    }

    proptest! {
        #[test]
        fn tokens_cover_all_but_blanks(text in "\\PC{0,80}") {
            let mut end = 0;
            for token in tokens(&text) {
                prop_assert!(text[end..token.range.start].chars().all(char::is_whitespace));
                prop_assert!(!token.range.is_empty());
                end = token.range.end;
            }
            prop_assert!(text[end..].chars().all(char::is_whitespace));
        }
    }
}
