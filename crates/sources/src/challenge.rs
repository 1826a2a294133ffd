//! Pages that ask whether we are human, sent with status 200 where a document was expected.

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

/// The mark of a challenge within the first 64 KiB of a page, if it is one.
pub(crate) fn mark(page: &str) -> Option<&'static str> {
    let end = page.char_indices().map(|(at, _)| at).take_while(|at| *at <= 64 * 1024).last().unwrap_or(0);
    let head = if page.len() <= 64 * 1024 { page } else { &page[..end] };
    let head = head.to_ascii_lowercase();
    MARKS.iter().copied().find(|mark| head.contains(mark))
}
