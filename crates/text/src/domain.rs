//! Names of hosts: which look alike, which pretend.

use unicode_security::confusable_detection::skeleton as unicode_skeleton;

/// The longest host name DNS allows; longer ones are cut before they are compared.
const HOST_CHARS_MAX: usize = 253;

/// The host of a web address, lower case, without user, port and a leading `www.`; `None` when there is none.
pub fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split(':').next()?.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
    (host.contains('.') && !host.chars().any(char::is_whitespace)).then_some(host)
}

/// The skeleton of a name by Unicode's table of confusables, lower case: two names with one skeleton look alike.
/// `rn` and `vv`, which the table leaves alone, are taken for `m` and `w`, and `0`, `1` for `o`, `l`.
pub fn skeleton(name: &str) -> String {
    let short: String = name.chars().take(HOST_CHARS_MAX).collect();
    let folded: String = unicode_skeleton(&short.to_lowercase()).collect::<String>().to_lowercase();
    // The table maps m to rn: taking both for m makes one form of them again.
    folded.replace("rn", "m").replace("vv", "w").replace('0', "o").replace(['1', '|', 'i'], "l")
}

/// Whether a host is written in, or stands for, letters outside ASCII.
pub fn is_international(host: &str) -> bool {
    !host.is_ascii() || host.split('.').any(|label| label.starts_with("xn--"))
}

/// Whether `host` looks like `known` without being it or one of its subdomains: the same skeleton, one edit away in a
/// name of five letters or more, or the known name inside a longer label (`example-claim.org`).
pub fn looks_like(host: &str, known: &str) -> bool {
    if host == known || host.strip_suffix(known).is_some_and(|sub| sub.ends_with('.')) {
        return false;
    }
    let label = |name: &str| {
        let mut labels = name.rsplit('.');
        let top = labels.next().unwrap_or_default().len();
        let name = labels.next().unwrap_or_default().to_owned();
        (name, top)
    };
    let ((a, _), (b, _)) = (label(host), label(known));
    if b.chars().count() < 4 {
        return skeleton(&a) == skeleton(&b) && a != b;
    }
    let (a_skeleton, b_skeleton) = (skeleton(&a), skeleton(&b));
    a_skeleton == b_skeleton
        || (b.chars().count() >= 5 && edit_distance(&a_skeleton, &b_skeleton) <= 1)
        || a_skeleton.split(['-', '_']).any(|part| part == b_skeleton)
        || (b.chars().count() >= 6 && host.split('.').any(|l| l.contains(b.as_str())))
}

/// Optimal string alignment: how many insertions, deletions, changes and swaps of neighbours lead from `a` to `b`.
/// Quadratic, so both are cut at the length of a host name.
pub fn edit_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(HOST_CHARS_MAX).collect();
    let b: Vec<char> = b.chars().take(HOST_CHARS_MAX).collect();
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let change = last[j] + usize::from(x != y);
            let mut best = change.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_cut_from_addresses() {
        for (url, expected) in [
            ("https://user@WWW.Example.org:8443/a?b", Some("example.org")),
            ("example.org/x", Some("example.org")),
            ("https://example.org.", Some("example.org")),
            ("nothing", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn pretenders_look_like_what_they_copy() {
        for (pretender, known) in [
            ("uniswɑp.org", "uniswap.org"),
            ("unlswap.org", "uniswap.org"),
            ("uniswap-claim.org", "uniswap.org"),
            ("uniswapp.org", "uniswap.org"),
            ("rnonad.xyz", "monad.xyz"),
            ("uniswap.org.claim.io", "uniswap.org"),
        ] {
            assert!(looks_like(pretender, known), "{pretender} against {known}");
        }
        for (honest, known) in
            [("app.uniswap.org", "uniswap.org"), ("uniswap.org", "uniswap.org"), ("aave.com", "uniswap.org")]
        {
            assert!(!looks_like(honest, known), "{honest} against {known}");
        }
        assert!(is_international("xn--80ak6aa92e.com") && is_international("аррӏе.com") && !is_international("a.com"));
    }

    #[test]
    fn edits_are_counted() {
        for (a, b, n) in [("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "", 3), ("kitten", "sitting", 3)] {
            assert_eq!(edit_distance(a, b), n);
        }
    }
}
