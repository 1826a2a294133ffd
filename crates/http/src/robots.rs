//! robots.txt as RFC 9309 has it: groups by product token, the longest rule wins, a tie allows.
//!
//! Of our own because the rules fit a page and the crate for it is no longer kept; time is bounded by the file's
//! 500 KiB and by a matcher that never goes back further than its last star.

/// What a robots.txt says to us.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// (pattern, allowed).
    rules: Vec<(String, bool)>,
}

/// Bytes of the file that are read.
const BYTES_MAX: usize = 500 * 1024;
/// Rules that are kept.
const RULES_MAX: usize = 2_000;

impl Rules {
    /// Everything is allowed.
    pub fn allow_all() -> Self {
        Self::default()
    }

    /// Nothing is allowed.
    pub fn disallow_all() -> Self {
        Self { rules: vec![("/".to_owned(), false)] }
    }

    /// Reads a robots.txt for the product `token` (the part of the user agent before the slash).
    pub fn parse(body: &[u8], token: &str) -> Self {
        let body = String::from_utf8_lossy(&body[..body.len().min(BYTES_MAX)]);
        let token = token.to_ascii_lowercase();
        let (mut ours, mut others) = (Vec::new(), Vec::new());
        let (mut for_us, mut for_all, mut in_rules, mut named) = (false, false, true, false);
        for line in body.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "user-agent" | "useragent" | "user agent" => {
                    if in_rules {
                        (for_us, for_all, in_rules) = (false, false, false);
                    }
                    let agent = value.to_ascii_lowercase();
                    let agent = agent.split('/').next().unwrap_or_default().trim();
                    for_all |= agent == "*";
                    for_us |= agent == token;
                    named |= for_us;
                }
                rule @ ("allow" | "disallow") => {
                    in_rules = true;
                    // An empty rule says nothing.
                    if value.is_empty() {
                        continue;
                    }
                    let rule = (normal(value), rule == "allow");
                    if for_us && ours.len() < RULES_MAX {
                        ours.push(rule.clone());
                    }
                    if for_all && others.len() < RULES_MAX {
                        others.push(rule);
                    }
                }
                _ => {}
            }
        }
        Self { rules: if named { ours } else { others } }
    }

    /// Whether a path with its query may be read.
    pub fn allows(&self, path: &str) -> bool {
        let path = normal(path);
        // robots.txt itself is always readable.
        if path == "/robots.txt" {
            return true;
        }
        let best = self
            .rules
            .iter()
            .filter(|(pattern, _)| matches(pattern, &path))
            .max_by_key(|(pattern, allowed)| (pattern.len(), *allowed));
        best.is_none_or(|(_, allowed)| *allowed)
    }
}

/// One spelling for what may be written with or without percent signs: escapes upper-cased, other bytes escaped.
fn normal(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let bytes = path.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let in_escape = (1..=2).any(|back| {
            at >= back && bytes[at - back] == b'%' && bytes[at - back + 1..=at].iter().all(u8::is_ascii_hexdigit)
        });
        match byte {
            b if in_escape => out.push(char::from(b.to_ascii_uppercase())),
            b if b.is_ascii_graphic() => out.push(char::from(*b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// Whether a pattern with `*` and a closing `$` matches the beginning of a path.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern.as_bytes(), true),
        None => (pattern.as_bytes(), false),
    };
    let path = path.as_bytes();
    let (mut p, mut t, mut star) = (0, 0, None);
    loop {
        if p == pattern.len() && (!to_the_end || t == path.len()) {
            return true;
        }
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if t < path.len() && pattern.get(p) == path.get(t) {
            p += 1;
            t += 1;
        } else if let Some((at, from)) = star
            && from < path.len()
        {
            // Only the last star is tried again: an earlier one cannot help where a later one failed.
            star = Some((at, from + 1));
            p = at + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_obeyed() {
        let cases = [
            ("", "/a", true),
            ("User-agent: *\nDisallow: /", "/a", false),
            ("User-agent: *\nDisallow:", "/a", true),
            ("User-agent: *\nDisallow: /\n\nUser-agent: tge-swarm\nAllow: /", "/a", true),
            ("User-agent: tge-swarm/2.0\nDisallow: /private", "/private/x", false),
            ("User-agent: tge-swarm\n\nUser-agent: *\nDisallow: /", "/a", false),
            ("User-agent: other\nDisallow: /", "/a", true),
            ("User-agent: other\nUser-agent: *\nDisallow: /b # not this", "/b", false),
            ("User-agent: *\nDisallow: /p\nAllow: /p/ok", "/p/ok/1", true),
            ("User-agent: *\nAllow: /p\nDisallow: /p", "/p", true),
            ("User-agent: *\nDisallow: /*.xml$", "/feed.xml", false),
            ("User-agent: *\nDisallow: /*.xml$", "/feed.xml?x", true),
            ("User-agent: *\nDisallow: /a*c*e", "/abbcdde", false),
            ("User-agent: *\nDisallow: /caf%c3%a9", "/café", false),
            ("User-agent: *\nDisallow: /", "/robots.txt", true),
            ("\u{feff}user-AGENT : *\r\nDISALLOW : /x\r\n", "/x", false),
            ("Disallow: /", "/a", true),
            ("<html>not found</html>", "/a", true),
        ];
        for (robots, path, allowed) in cases {
            assert_eq!(Rules::parse(robots.as_bytes(), "tge-swarm").allows(path), allowed, "{robots:?} {path}");
        }
        assert!(Rules::allow_all().allows("/x") && !Rules::disallow_all().allows("/x"));
    }

    #[test]
    fn hostile_patterns_take_bounded_time() {
        let rule = format!("User-agent: *\nDisallow: /{}b\n", "a*".repeat(2_000));
        let robots = rule.repeat(50);
        let rules = Rules::parse(robots.as_bytes(), "tge-swarm");
        assert!(rules.allows(&format!("/{}", "a".repeat(4_000))));
    }
}
