//! Bytes become text: which of the charsets a body claims to be in is believed.
//!
//! In this order: a byte order mark; the zero bytes of UTF-16 and UTF-32; the charset of the HTTP header; that of the
//! XML declaration; UTF-8; a guess by statistics. A claim is believed only if the bytes can be read by it without an
//! error, and a claim of a single-byte charset (which any bytes satisfy) loses to bytes that are valid UTF-8 beyond
//! ASCII: servers that say `iso-8859-1` about UTF-8 are far more common than the reverse.

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// A decoded body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The name of the charset it was read in.
    pub charset: &'static str,
    /// Some bytes could not be read and became U+FFFD.
    pub lossy: bool,
}

/// Decodes `body`; `content_type` is the HTTP header as sent.
pub fn decode(body: &[u8], content_type: Option<&str>) -> Decoded {
    if let Some(decoded) = utf32(body) {
        return decoded;
    }
    if let Some((encoding, bom)) = Encoding::for_bom(body) {
        return whole(&body[bom..], encoding);
    }
    let head = &body[..body.len().min(4)];
    match head {
        [0, b'<' | b'{' | b'[', 0, _] => return whole(body, UTF_16BE),
        [b'<' | b'{' | b'[', 0, _, 0] => return whole(body, UTF_16LE),
        _ => {}
    }
    let utf8 = std::str::from_utf8(body).is_ok();
    let claims = [content_type.and_then(header_charset), declared(body)];
    for encoding in claims.into_iter().flatten() {
        let wide = encoding == UTF_16LE || encoding == UTF_16BE;
        // Sixteen bits were ruled out above: the claim is about what the file was before somebody converted it.
        if wide || utf8 && encoding.is_single_byte() {
            continue;
        }
        let (text, broken) = encoding.decode_without_bom_handling(body);
        if !broken {
            return Decoded { text: text.into_owned(), charset: encoding.name(), lossy: false };
        }
    }
    if utf8 {
        return whole(body, UTF_8);
    }
    let mut detector = EncodingDetector::new();
    detector.feed(body, true);
    whole(body, detector.guess(None, true))
}

fn whole(body: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, lossy) = encoding.decode_without_bom_handling(body);
    Decoded { text: text.into_owned(), charset: encoding.name(), lossy }
}

/// UTF-32, which browsers and `encoding_rs` do not know, by its mark or by the zeros around `<`.
fn utf32(body: &[u8]) -> Option<Decoded> {
    let (read, skip): (fn([u8; 4]) -> u32, usize) = match body.get(..4)? {
        [0, 0, 0xfe, 0xff] => (u32::from_be_bytes, 4),
        [0xff, 0xfe, 0, 0] => (u32::from_le_bytes, 4),
        [0, 0, 0, b'<'] => (u32::from_be_bytes, 0),
        [b'<', 0, 0, 0] => (u32::from_le_bytes, 0),
        _ => return None,
    };
    let mut lossy = !body.len().is_multiple_of(4);
    let (quads, _) = body[skip..].as_chunks::<4>();
    let text = quads
        .iter()
        .map(|quad| {
            char::from_u32(read(*quad)).unwrap_or_else(|| {
                lossy = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    Some(Decoded { text, charset: "UTF-32", lossy })
}

/// The charset parameter of a `Content-Type`.
fn header_charset(content_type: &str) -> Option<&'static Encoding> {
    let label = content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })?;
    Encoding::for_label(label.as_bytes())
}

/// The charset of an XML declaration, or of an HTML `<meta>`, within the first kilobyte.
fn declared(body: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&body[..body.len().min(1024)]);
    let (at, name) = match head.find("encoding") {
        Some(at) if head.contains("<?xml") => (at, "encoding"),
        _ => (head.find("charset")?, "charset"),
    };
    let value = head[at + name.len()..].trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let label = value.split(['"', '\'', '?', '>', ' ', ';', '/']).next()?;
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_claim_is_believed() {
        let euc = encoding_rs::EUC_KR.encode("<?xml version='1.0' encoding='euc-kr'?><a>한국</a>").0.into_owned();
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><a>caf\xe9</a>".to_vec();
        let utf16: Vec<u8> = "<a>é</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf32: Vec<u8> = "<a>é</a>".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let cases: [(&[u8], Option<&str>, &str, &str); 10] = [
            (b"<a>plain</a>", None, "UTF-8", "plain"),
            ("\u{feff}<a>é</a>".as_bytes(), Some("text/xml; charset=koi8-r"), "UTF-8", "é"),
            (&latin, None, "windows-1252", "café"),
            (&latin, Some("text/xml; charset=\"utf-8\""), "windows-1252", "café"),
            (&euc, None, "EUC-KR", "한국"),
            ("<?xml encoding='iso-8859-1'?><a>日本</a>".as_bytes(), None, "UTF-8", "日本"),
            (&utf16, None, "UTF-16BE", "é"),
            (&utf32, None, "UTF-32", "é"),
            (b"<?xml version='1.0' encoding='utf-16'?><a>x</a>", None, "UTF-8", "x"),
            (
                b"<?xml version='1.0' encoding='no-such'?><a>caf\xe9</a>",
                Some("text/xml; charset=bogus"),
                "windows-1252",
                "café",
            ),
        ];
        for (body, header, charset, holds) in cases {
            let decoded = decode(body, header);
            assert_eq!(decoded.charset, charset, "{holds}");
            assert!(decoded.text.contains(holds), "{charset}: {}", decoded.text);
            assert!(!decoded.text.starts_with('\u{feff}'));
        }
    }

    #[test]
    fn broken_bytes_are_said_to_be_broken() {
        assert!(decode(b"\xef\xbb\xbf<a>\xff</a>", None).lossy);
        assert!(decode(b"\xff\xfe\0\0<\0\0\0a", None).lossy);
    }
}
