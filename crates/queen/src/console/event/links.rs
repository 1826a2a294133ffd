//! Links with their trust: a suspicious one is shown, never clickable.

use maud::{Markup, html};
use tge_model::{Link, LinkKind, LinkTrust};

use crate::console::badge;

/// Said on every link that leads out: no way back to us, and no say in what it links to.
const REL: &str = "noopener noreferrer nofollow";

pub(super) fn section(links: &[Link]) -> Markup {
    html! {
        @if !links.is_empty() {
            section.card aria-labelledby="links" {
                h2 #links { "Links" }
                ul.links {
                    @for link in links {
                        li {
                            span.eyebrow { (kind(link.kind)) } " " (badge::trust(link.trust))
                            @if link.trust == LinkTrust::Suspicious || !opens(&link.url) {
                                code.defused { (link.url) }
                            } @else {
                                a href=(link.url) rel=(REL) target="_blank" { (link.url) }
                            }
                            @for reason in &link.reasons { span.sub { (reason) } }
                        }
                    }
                }
                @if links.iter().any(|link| link.trust == LinkTrust::Suspicious) {
                    p.muted { "Suspicious links cannot be clicked here. Do not connect a wallet to them." }
                }
            }
        }
    }
}

/// The address of a document, clickable where a browser opens it as a page.
pub(super) fn document(url: &str, title: &str) -> Markup {
    html! {
        @if opens(url) { a href=(url) rel=(REL) target="_blank" { (title) } } @else { (title) }
    }
}

/// Only what is fetched over HTTP is ever put into `href`: a feed may give `javascript:` as an item's link.
fn opens(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn kind(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Announcement => "Announcement",
        LinkKind::Claim => "Claim page",
        LinkKind::Docs => "Documentation",
        LinkKind::Trade => "Trading",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_that_are_not_suspicious_are_clickable() {
        let cases = [
            ("https://fuel.example/claim", LinkTrust::Verified, true),
            ("https://fuel.example/claim", LinkTrust::Unverified, true),
            ("https://fue1.example/claim", LinkTrust::Suspicious, false),
            ("javascript:alert(1)", LinkTrust::Verified, false),
            ("data:text/html,x", LinkTrust::Unverified, false),
            ("/relative", LinkTrust::Unverified, false),
        ];
        for (url, trust, clickable) in cases {
            let link = Link { url: url.to_owned(), kind: LinkKind::Claim, trust, reasons: Vec::new() };
            let shown = section(&[link]).into_string();
            assert_eq!(shown.contains("<a "), clickable, "{url} {trust}: {shown}");
            assert!(!clickable || shown.contains(r#"rel="noopener noreferrer nofollow""#), "{shown}");
        }
    }
}
