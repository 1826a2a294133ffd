//! Pages that ask whether we are human, sent with status 200 where a document was expected.

use crate::plain::{Markup, strip};

/// Words of the well-known challenges, lower-cased. Each must be rare in news.
const MARKS: [&str; 19] = [
    "cf-chl",
    "cf_chl",
    "challenge-platform",
    "just a moment...",
    "attention required! | cloudflare",
    "checking your browser",
    "verify you are human",
    "verifying you are human",
    "g-recaptcha",
    "h-captcha",
    "hcaptcha.com",
    "geo.captcha-delivery.com",
    "px-captcha",
    "_incapsula_resource",
    "ddos-guard",
    "enable javascript and cookies to continue",
    "awswafintegration",
    "are you a robot",
    "unusual traffic from your",
];

/// A challenge says little: pages with more to read, or much larger ones, only carry a form that has a captcha.
const PAGE_BYTES_MAX: usize = 200 * 1024;
const WORDS_BYTES_MAX: usize = 1_500;

/// The mark of a challenge, if a page is one.
pub(crate) fn mark(page: &str) -> Option<&'static str> {
    if page.len() > PAGE_BYTES_MAX {
        return None;
    }
    let lower = page.to_ascii_lowercase();
    let found = MARKS.iter().copied().find(|mark| lower.contains(mark))?;
    (strip(page, Markup::Html, None).text.len() <= WORDS_BYTES_MAX).then_some(found)
}
