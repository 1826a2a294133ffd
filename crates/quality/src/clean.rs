//! Makes what a text named fit to be stored and shown: no control or bidi characters, no impossible dates or tickers.

use std::time::Duration;

use tge_model::{Decimal, Launch, Schedule, Term, Timestamp};

/// The first block of the first chain: nothing we watch happened before it.
const FIRST_BLOCK: Timestamp = Timestamp::from_secs(1_230_940_800);
const TEN_YEARS: Duration = Duration::from_secs(10 * 366 * 86_400);
const NAME_CHARS_MAX: usize = 80;
const TICKER_CHARS_MAX: usize = 12;
const WORDS_CHARS_MAX: usize = 200;
const URL_BYTES_MAX: usize = 2_048;

/// Characters that change how others are shown, or are not shown: bidi marks and overrides, zero widths, controls, tags.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// One line of at most `max` characters without hidden ones, white space folded to single blanks.
pub(crate) fn line(text: &str, max: usize) -> String {
    let shown: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !hidden(*c)).collect();
    let folded = shown.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    folded.chars().take(max).collect()
}

/// A project's or a venue's name; `None` when nothing of it can be shown.
pub(crate) fn name(text: &str) -> Option<String> {
    let name = line(text, NAME_CHARS_MAX);
    name.chars().any(char::is_alphanumeric).then_some(name)
}

/// A ticker in capitals without its `$`; `None` when it cannot be one.
pub(crate) fn ticker(text: &str) -> Option<String> {
    let bare: String = line(text, URL_BYTES_MAX).trim_start_matches('$').chars().flat_map(char::to_uppercase).collect();
    let fits = (1..=TICKER_CHARS_MAX).contains(&bare.chars().count())
        && bare.chars().all(char::is_alphanumeric)
        && bare.chars().any(char::is_alphabetic);
    fits.then_some(bare)
}

/// A web address, canonical; `None` for anything that is not plain http or https.
pub(crate) fn url(text: &str) -> Option<url::Url> {
    if text.len() > URL_BYTES_MAX || text.chars().any(hidden) {
        return None;
    }
    let mut url = url::Url::parse(text.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return None;
    }
    url.set_fragment(None);
    Some(url)
}

/// A schedule that can be true, seen at `moment`; `None` for one before the first chain or beyond ten years.
pub(crate) fn schedule(given: &Schedule, moment: Timestamp) -> Option<Schedule> {
    let possible = given.start >= FIRST_BLOCK && given.start <= moment.plus(TEN_YEARS);
    possible.then(|| Schedule { as_published: line(&given.as_published, WORDS_CHARS_MAX), ..given.clone() })
}

/// A launch with everything that cannot be shown or cannot be true taken out.
pub(crate) fn launch(given: &Launch, moment: Timestamp) -> Launch {
    let mut venues: Vec<String> = Vec::new();
    for venue in given.venues.iter().filter_map(|v| name(v)).take(16) {
        if !venues.iter().any(|v| v.eq_ignore_ascii_case(&venue)) {
            venues.push(venue);
        }
    }
    Launch {
        project: given.project.as_deref().and_then(name),
        symbol: given.symbol.as_deref().and_then(ticker),
        schedule: given.schedule.as_ref().and_then(|s| schedule(s, moment)),
        chain: given.chain.as_deref().and_then(name),
        links: given.links.iter().filter_map(|l| url(l).map(String::from)).take(16).collect(),
        terms: terms(&given.terms),
        venues,
        kind: given.kind,
        with_mainnet: given.with_mainnet,
        cue: given.cue,
    }
}

/// Amounts that can be: more than nothing, in a unit that can be shown, one of a kind.
fn terms(given: &[Term]) -> Vec<Term> {
    let mut kept: Vec<Term> = Vec::new();
    for term in given.iter().filter(|term| term.value > Decimal::ZERO) {
        if !kept.iter().any(|other| other.kind == term.kind) {
            let (unit, words) = (line(&term.unit, TICKER_CHARS_MAX), line(&term.as_published, WORDS_CHARS_MAX));
            kept.push(Term { unit, as_published: words, ..term.clone() });
        }
    }
    kept.sort_by_key(|term| term.kind);
    kept
}

#[cfg(test)]
mod tests {
    use tge_model::{Precision, ScheduleBasis};

    use super::*;

    #[test]
    fn names_lose_what_hides() {
        for (given, expected) in [
            ("Fuel\u{202E} Network", Some("Fuel Network")),
            ("  Fuel\n\tNetwork\u{200B} ", Some("Fuel Network")),
            ("\u{202E}\u{200B}", None),
            ("---", None),
            ("新币", Some("新币")),
        ] {
            assert_eq!(name(given).as_deref(), expected, "{given:?}");
        }
        assert_eq!(name(&"x".repeat(500)).map(|n| n.len()), Some(NAME_CHARS_MAX));
    }

    #[test]
    fn tickers_are_letters_and_digits() {
        for (given, expected) in [
            ("$fuel", Some("FUEL")),
            ("1INCH", Some("1INCH")),
            ("币安人生", Some("币安人生")),
            ("100", None),
            ("A B", None),
            ("", None),
            ("$", None),
            ("ABCDEFGHIJKLM", None),
            ("<b>", None),
        ] {
            assert_eq!(ticker(given).as_deref(), expected, "{given:?}");
        }
    }

    #[test]
    fn dates_before_the_first_chain_or_far_ahead_are_dropped() {
        let seen = Timestamp::parse("2026-04-30T00:00:00Z").unwrap();
        for (start, possible) in [
            ("2008-12-31T00:00:00Z", false),
            ("2009-01-03T00:00:00Z", true),
            ("2036-01-01T00:00:00Z", true),
            ("2037-01-01T00:00:00Z", false),
        ] {
            let given = Schedule {
                start: Timestamp::parse(start).unwrap(),
                precision: Precision::Day,
                as_published: start.to_owned(),
                basis: ScheduleBasis::Press,
            };
            assert_eq!(schedule(&given, seen).is_some(), possible, "{start}");
        }
    }

    #[test]
    fn only_plain_web_addresses_pass() {
        for (given, passes) in [
            ("https://example.org/a#b", true),
            ("javascript:alert(1)", false),
            ("ftp://example.org/", false),
            ("https://exa\u{202E}mple.org/", false),
            ("not a link", false),
        ] {
            assert_eq!(url(given).is_some(), passes, "{given}");
        }
    }
}
