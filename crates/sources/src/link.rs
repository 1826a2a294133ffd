//! Addresses of documents: made absolute, and made the same for everybody who links to the same page.

use url::Url;

/// The longest address kept.
const LINK_BYTES_MAX: usize = 4096;

/// Parameters that say where a reader came from, never which page it is.
const TRACKERS: [&str; 22] = [
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "mc_cid", "mc_eid", "_ga",
    "_gl", "_hsenc", "_hsmi", "mkt_tok", "ref_src", "ref_url", "cmpid", "ocid", "s_cid", "ncid",
];

/// The one spelling of a page's address: scheme and host lower-cased, default port, fragment and tracking parameters
/// dropped. What is not an absolute address is returned trimmed.
pub fn canonical(link: &str) -> String {
    let link = link.trim();
    let Ok(mut url) = Url::parse(link) else { return link.to_owned() };
    if !matches!(url.scheme(), "http" | "https") {
        return link.to_owned();
    }
    url.set_fragment(None);
    if let Some(query) = url.query() {
        // By hand and not by `query_pairs`, which would write the other parameters anew.
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_tracker(pair)).collect();
        let kept = kept.join("&");
        url.set_query(if kept.is_empty() { None } else { Some(&kept) });
    }
    url.into()
}

fn is_tracker(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or(pair).to_ascii_lowercase();
    name.starts_with("utm_")
        || name.starts_with("at_medium")
        || name.starts_with("at_campaign")
        || TRACKERS.contains(&name.as_str())
}

/// The absolute form of a link found below `base`; `None` when there is none or it is far too long.
pub(crate) fn absolute(link: &str, base: Option<&Url>) -> Option<String> {
    let link = link.trim();
    if link.is_empty() || link.len() > LINK_BYTES_MAX {
        return None;
    }
    // An address that is absolute already stays as it was written: people compare it with what they see.
    if Url::parse(link).is_ok() {
        return Some(link.to_owned());
    }
    match base.and_then(|base| base.join(link).ok()) {
        Some(url) => Some(url.into()),
        None => Some(link.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_page_has_one_address() {
        let cases = [
            ("HTTPS://Example.ORG:443/A?utm_source=x&id=7&UTM_Medium=y#top", "https://example.org/A?id=7"),
            ("http://example.org/?fbclid=1", "http://example.org/"),
            ("https://example.org/a?q=a%20b+c&x", "https://example.org/a?q=a%20b+c&x"),
            ("  tg:channel/16488 ", "tg:channel/16488"),
            ("not an address", "not an address"),
        ];
        for (given, expected) in cases {
            assert_eq!(canonical(given), expected);
        }
    }

    #[test]
    fn relative_links_need_a_base() {
        let base = Url::parse("https://example.org/news/feed.xml").expect("base");
        assert_eq!(absolute("/a b", Some(&base)).as_deref(), Some("https://example.org/a%20b"));
        assert_eq!(absolute("c", Some(&base)).as_deref(), Some("https://example.org/news/c"));
        assert_eq!(absolute("http://X.org", Some(&base)).as_deref(), Some("http://X.org"));
        assert_eq!(absolute(" ", Some(&base)), None);
    }
}
