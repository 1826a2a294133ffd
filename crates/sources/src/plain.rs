//! Markup becomes plain text: tags and scripts go, entities are undone, whitespace is folded, nothing is rendered.
//!
//! One pass from left to right without a tree, because a tree is where hostile markup hurts (deep nesting makes tree
//! builders quadratic) and because detection needs words and line breaks, not structure.

use std::borrow::Cow;

use quick_xml::escape::resolve_html5_entity;
use url::Url;

/// How a text is to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// HTML: every tag goes, every entity is undone.
    Html,
    /// Nobody said: it is HTML if it holds a tag of HTML or an entity; other angle brackets stay what they are.
    Guess,
    /// Plain text that stays as it is, but for whitespace and control characters.
    Text,
}

/// Plain text and the link targets its markup held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plain {
    /// The text; block ends have become line breaks.
    pub text: String,
    /// Targets of `<a href>`, absolute `http(s)` only, in order, each once, at most 64.
    pub links: Vec<String>,
}

/// Links kept from one text.
const LINKS_MAX: usize = 64;

/// Elements whose content is not text.
const SILENT: [&str; 11] =
    ["script", "style", "template", "iframe", "object", "noscript", "svg", "math", "select", "textarea", "head"];

/// Elements that end a line.
const BLOCKS: [&str; 36] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tr",
    "ul",
];

/// Elements within a line; with the two lists above, what [`Markup::Guess`] takes for HTML.
const INLINES: [&str; 48] = [
    "a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "big", "body", "button", "cite", "code", "data", "del", "dfn",
    "em", "embed", "font", "html", "i", "img", "input", "ins", "kbd", "label", "map", "mark", "meta", "picture", "q",
    "rp", "rt", "ruby", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "td", "th", "thead",
    "tt", "u", "video",
];

/// Makes plain text of `text`; relative link targets are resolved against `base`, or left out without one.
pub fn strip(text: &str, markup: Markup, base: Option<&Url>) -> Plain {
    let markup = match markup {
        Markup::Guess if !looks_like_html(text) => Markup::Text,
        other => other,
    };
    let mut out = Folder::default();
    if markup == Markup::Text {
        text.chars().for_each(|c| out.push(c));
        return Plain { text: out.finish(), links: Vec::new() };
    }
    let mut links = Vec::new();
    let mut scan = Scan::new(text);
    while let Some(piece) = scan.next(markup) {
        match piece {
            Piece::Text(text) => text.chars().for_each(|c| out.push(c)),
            Piece::Char(c) => out.push(c),
            Piece::Tag { name, attributes } => {
                let name = name.to_ascii_lowercase();
                let name = name.trim_start_matches('/');
                if BLOCKS.contains(&name) {
                    out.push('\n');
                } else if name == "td" || name == "th" {
                    out.push(' ');
                } else if name == "a"
                    && links.len() < LINKS_MAX
                    && let Some(link) = href(attributes).and_then(|href| absolute(&href, base))
                    && !links.contains(&link)
                {
                    links.push(link);
                }
            }
        }
    }
    Plain { text: out.finish(), links }
}

/// Folds a text into one line.
pub fn line(text: &str, markup: Markup) -> String {
    strip(text, markup, None).text.replace('\n', " ")
}

/// Cuts at most `max` characters, between characters.
pub(crate) fn cut(mut text: String, max: usize) -> String {
    if text.len() > max
        && let Some((at, _)) = text.char_indices().nth(max)
    {
        text.truncate(at);
        text.truncate(text.trim_end().len());
    }
    text
}

/// Undoes the character references of HTML; those that do not exist stay as written.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((value, used)) = reference(rest) {
            out.push_str(&value);
            rest = &rest[used..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The value of a general reference by its name (`amp`, `#8217`, `#x41`), if it has one.
pub(crate) fn entity(name: &str) -> Option<Cow<'static, str>> {
    let Some(number) = name.strip_prefix('#') else {
        return resolve_html5_entity(name).map(Cow::Borrowed);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    // What browsers do: 128 to 159 were meant as Windows-1252.
    let c = match u8::try_from(code) {
        Ok(byte @ 0x80..=0x9f) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next()?,
        _ => char::from_u32(code)?,
    };
    Some(Cow::Owned(c.to_string()))
}

/// The reference a text begins with, and its length in bytes.
fn reference(text: &str) -> Option<(Cow<'static, str>, usize)> {
    let name_len = text[1..].bytes().take(33).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
    if name_len == 0 {
        return None;
    }
    let name = &text[1..=name_len];
    if text.as_bytes().get(1 + name_len) == Some(&b';') {
        return entity(name).map(|value| (value, name_len + 2));
    }
    // Old pages leave the semicolon out; only where no letter follows, or `&notice` would change.
    let legacy = ["amp", "lt", "gt", "quot", "nbsp", "copy", "reg"];
    (legacy.contains(&name) || name.starts_with('#')).then(|| entity(name)).flatten().map(|value| (value, name_len + 1))
}

/// Whether a text of unknown kind is HTML: a tag of HTML, or a reference that resolves.
fn looks_like_html(text: &str) -> bool {
    let last_end = text.rfind('>').unwrap_or(0);
    let tag =
        text.match_indices('<').take_while(|(at, _)| *at < last_end).any(|(at, _)| is_html(tag_name(&text[at + 1..])));
    tag || text.match_indices('&').any(|(at, _)| reference(&text[at..]).is_some())
}

fn is_html(name: &str) -> bool {
    let name = name.trim_start_matches('/').to_ascii_lowercase();
    let name = name.as_str();
    SILENT.contains(&name) || BLOCKS.contains(&name) || INLINES.contains(&name)
}

/// The name at the start of what follows `<`, its slash included; empty when there is none.
fn tag_name(text: &str) -> &str {
    let slash = usize::from(text.starts_with('/'));
    let len =
        text[slash..].bytes().take(32).take_while(|b| b.is_ascii_alphanumeric() || *b == b':' || *b == b'-').count();
    if len == 0 || !text.as_bytes()[slash].is_ascii_alphabetic() { "" } else { &text[..slash + len] }
}

/// The target in an `<a>`'s attributes.
fn href(attributes: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let at = lower.find("href")?;
    let value = attributes[at + 4..].trim_start().strip_prefix('=')?.trim_start();
    let value = match value.as_bytes().first()? {
        quote @ (b'"' | b'\'') => value[1..].split(char::from(*quote)).next()?,
        _ => value.split([' ', '\t', '\n', '\r', '>']).next()?,
    };
    Some(unescape(value).trim().to_owned())
}

fn absolute(href: &str, base: Option<&Url>) -> Option<String> {
    let url = match base {
        Some(base) => base.join(href).ok()?,
        None => Url::parse(href).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.as_str().len() <= 2048).then(|| url.into())
}

/// A piece of markup.
enum Piece<'a> {
    Text(&'a str),
    Char(char),
    Tag { name: &'a str, attributes: &'a str },
}

/// Walks markup. Each search that may run to the end of the text is made at most once in vain, so time stays linear.
struct Scan<'a> {
    rest: &'a str,
    pending: Option<(Cow<'static, str>, usize)>,
    no_more_tag_ends: bool,
    quotes_broken: bool,
    no_more_comment_ends: bool,
}

impl<'a> Scan<'a> {
    fn new(rest: &'a str) -> Self {
        Self { rest, pending: None, no_more_tag_ends: false, quotes_broken: false, no_more_comment_ends: false }
    }

    fn next(&mut self, markup: Markup) -> Option<Piece<'a>> {
        if let Some((value, at)) = &mut self.pending {
            if let Some(c) = value[*at..].chars().next() {
                *at += c.len_utf8();
                return Some(Piece::Char(c));
            }
            self.pending = None;
        }
        let first = *self.rest.as_bytes().first()?;
        if first == b'&' {
            let Some((value, used)) = reference(self.rest) else { return Some(self.literal(1)) };
            self.rest = &self.rest[used..];
            self.pending = Some((value, 0));
            return self.next(markup);
        }
        if first != b'<' {
            let len = self.rest.find(['<', '&']).unwrap_or(self.rest.len());
            return Some(self.literal(len));
        }
        if self.rest.starts_with("<![CDATA[") {
            self.rest = &self.rest["<![CDATA[".len()..];
            return Some(Piece::Char(' '));
        }
        if self.rest.starts_with("<!--") && !self.no_more_comment_ends {
            let Some(end) = self.rest.find("-->") else {
                self.no_more_comment_ends = true;
                return Some(self.literal(1));
            };
            self.rest = &self.rest[end + 3..];
            return Some(Piece::Text(""));
        }
        let name = tag_name(&self.rest[1..]);
        let declaration = self.rest.starts_with("<!") || self.rest.starts_with("<?");
        let known = !name.is_empty() && (markup == Markup::Html || is_html(name));
        if !(known || declaration && markup == Markup::Html) {
            return Some(self.literal(1));
        }
        let Some(len) = self.tag_len() else { return Some(self.literal(1)) };
        let attributes = &self.rest[(1 + name.len()).min(len)..len];
        self.rest = &self.rest[len..];
        if SILENT.contains(&name.to_ascii_lowercase().as_str()) && !attributes.ends_with("/>") {
            self.skip_silent(name);
        }
        Some(Piece::Tag { name, attributes })
    }

    fn literal(&mut self, len: usize) -> Piece<'a> {
        let (text, rest) = self.rest.split_at(len);
        self.rest = rest;
        Piece::Text(text)
    }

    /// Length of the tag at the start, its `>` included; quotes may hold a `>`.
    fn tag_len(&mut self) -> Option<usize> {
        if self.no_more_tag_ends {
            return None;
        }
        if !self.quotes_broken {
            let mut quote = None;
            for (at, b) in self.rest.bytes().enumerate() {
                match (quote, b) {
                    (None, b'"' | b'\'') => quote = Some(b),
                    (Some(open), b) if open == b => quote = None,
                    (None, b'>') => return Some(at + 1),
                    _ => {}
                }
            }
            self.quotes_broken = true;
        }
        let end = self.rest.find('>');
        self.no_more_tag_ends = end.is_none();
        end.map(|at| at + 1)
    }

    /// Skips to the end of an element that is not text; to the end of the text when it is never closed.
    fn skip_silent(&mut self, name: &str) {
        let bytes = self.rest.as_bytes();
        let end = bytes
            .windows(name.len() + 2)
            .position(|window| window.starts_with(b"</") && window[2..].eq_ignore_ascii_case(name.as_bytes()));
        self.rest = end.map_or("", |at| &self.rest[at..]);
    }
}

/// Folds whitespace: blanks to one, line ends to one, none at either end; control and direction characters go.
#[derive(Default)]
struct Folder {
    out: String,
    gap: Option<char>,
}

impl Folder {
    fn push(&mut self, c: char) {
        if c == '\n' {
            self.gap = Some('\n');
        } else if c.is_whitespace() {
            self.gap = self.gap.or(Some(' '));
        } else if !is_unwanted(c) {
            if let Some(gap) = self.gap.take()
                && !self.out.is_empty()
            {
                self.out.push(gap);
            }
            self.out.push(c);
        }
    }

    fn finish(self) -> String {
        self.out
    }
}

/// Characters nobody sees and that change what is seen: controls, byte order marks, soft hyphens, direction overrides.
fn is_unwanted(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        let cases = [
            (Markup::Html, "<p>One &amp; two</p><p>three</p>", "One & two\nthree"),
            (Markup::Html, "a<script>var x = '<p>';</script>b<style>p{}</style>c", "abc"),
            (Markup::Html, "a<br/>b<br>\n\n c  d\t e", "a\nb\nc d e"),
            (Markup::Html, "x <!-- hidden > --> y", "x y"),
            (Markup::Html, "5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
            (
                Markup::Html,
                "it&#8217;s &#146;ok&#x2019; &nbsp;&unknown; &copy 2026",
                "it\u{2019}s \u{2019}ok\u{2019} &unknown; \u{a9} 2026",
            ),
            (Markup::Html, "<a title='a > b' href=x>link</a>", "link"),
            (Markup::Html, "<b", "<b"),
            (Markup::Html, "<a href=\"unclosed>text</a> more", "text more"),
            (Markup::Html, "<td>a</td><td>b</td>", "a b"),
            (Markup::Html, "<script>never closed", ""),
            (Markup::Guess, "swap <TOKEN> for <b>gold</b>", "swap <TOKEN> for gold"),
            (Markup::Guess, "AT&amp;T", "AT&T"),
            (Markup::Guess, "1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
            (Markup::Text, "<b>as it is</b>\u{0}\u{202e}!", "<b>as it is</b>!"),
        ];
        for (markup, given, expected) in cases {
            assert_eq!(strip(given, markup, None).text, expected, "{given}");
        }
    }

    #[test]
    fn links_are_kept_absolute_and_once() {
        let base = Url::parse("https://example.org/news/").expect("base");
        let html = "<a href='/claim?a=1&amp;b=2'>x</a> <A HREF=\"https://x.test/\">y</A> <a href='/claim?a=1&amp;b=2'>z</a>\
                    <a href='javascript:alert(1)'>w</a> <a name=q>v</a>";
        assert_eq!(
            strip(html, Markup::Html, Some(&base)).links,
            ["https://example.org/claim?a=1&b=2", "https://x.test/"]
        );
        assert!(strip("<a href='/rel'>x</a>", Markup::Html, None).links.is_empty());
    }

    #[test]
    fn hostile_markup_takes_linear_time() {
        // Each would take minutes if a failing search were repeated at every angle bracket.
        for piece in ["<a href=\"", "<!--", "<b ", "<script", "&", "<", "<![CDATA[", "<div>"] {
            let text = piece.repeat(200_000);
            assert!(strip(&text, Markup::Html, None).text.len() <= text.len());
            assert!(strip(&text, Markup::Guess, None).text.len() <= text.len());
        }
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(cut("日本語".to_owned(), 2), "日本");
        assert_eq!(cut("ab cd".to_owned(), 3), "ab");
        assert_eq!(cut("ab".to_owned(), 3), "ab");
    }
}
