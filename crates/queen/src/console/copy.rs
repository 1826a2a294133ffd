//! "Copy as": what a page shows, as one line for the shell.

use axum::http::{HeaderMap, header};
use maud::{Markup, html};

/// The lines for one view.
pub(super) struct Lines {
    /// Path and query below the API's root, `/api/v1/events`.
    pub(super) path: String,
    /// Full method name and JSON request.
    pub(super) call: Option<(&'static str, String)>,
    /// Words after `tgectl`.
    pub(super) words: Option<String>,
}

/// Shows the lines, folded away until they are wanted.
pub(super) fn copy(headers: &HeaderMap, lines: &Lines) -> Markup {
    let host = host(headers);
    let scheme = if headers.get("x-forwarded-proto").is_some_and(|p| p == "https") { "https" } else { "http" };
    let plain = if scheme == "http" { "-plaintext " } else { "" };
    let mut all = vec![(
        "curl",
        format!(
            r#"curl -H "Authorization: Bearer $TGE_TOKEN" {}"#,
            quoted(&format!("{scheme}://{host}{}", lines.path))
        ),
    )];
    if let Some((method, request)) = &lines.call {
        let request = quoted(request);
        all.push((
            "grpcurl",
            format!(r#"grpcurl {plain}-H "authorization: Bearer $TGE_TOKEN" -d {request} {host} {method}"#),
        ));
    }
    if let Some(words) = &lines.words {
        all.push(("tgectl", format!("TGE_ADDR={scheme}://{host} tgectl {words}")));
    }
    html! {
        details.copy #copy {
            summary { "Copy as curl, grpcurl, tgectl" }
            @for (tool, line) in all {
                div.line {
                    span.tool { (tool) }
                    code tabindex="0" { (line) }
                    button type="button" hidden data-copy=(line) { "Copy" span.hush { " as " (tool) } }
                }
            }
        }
    }
}

/// One word for a POSIX shell, whatever stands in it.
pub(super) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Where the reader reached us. A header anybody may write ends up in a line somebody pastes into a shell, so only what
/// a host name is made of gets there.
fn host(headers: &HeaderMap) -> &str {
    let given = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    let valid = !given.is_empty() && given.bytes().all(|b| b.is_ascii_alphanumeric() || b".:-[]".contains(&b));
    if valid { given } else { "localhost:8080" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes_from_its_quotes() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("'; rm -rf ~ #"), r"''\''; rm -rf ~ #'");
    }

    #[test]
    fn a_hostile_host_is_not_repeated() {
        let mut headers = HeaderMap::new();
        for (given, expected) in
            [("127.0.0.1:8080", "127.0.0.1:8080"), ("a;reboot", "localhost:8080"), ("", "localhost:8080")]
        {
            headers.insert(header::HOST, given.parse().expect("a header"));
            assert_eq!(host(&headers), expected);
        }
    }
}
