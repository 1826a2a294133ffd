//! Any bytes as a document: the detector must not panic, must quote exactly, and must not take longer than its length allows.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tge_detect::{Detector, Document, JUDGED_CHARS_MAX, Projects, Ruleset};
use tge_model::{Timestamp, Zone};

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
    let ruleset = Ruleset::embedded().expect("the shipped ruleset");
    Detector::new(ruleset, Projects::default()).expect("a detector")
});

/// Far above what any document takes, far below what anything worse than linear would take.
const START: Duration = Duration::from_millis(50);
const EACH_BYTE: Duration = Duration::from_micros(20);
/// The same of what lies behind the characters that are judged, and is only gone past.
const EACH_UNREAD: Duration = Duration::from_nanos(20);

/// Bytes of the longest documents, and how few of all are made so long.
const LONG: usize = 5_000_000;
const LONG_EVERY: u8 = 64;

/// Processor time this thread has had: what others do on the machine is not counted.
fn spent() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("a Linux kernel that counts");
    let nanos = told.split_whitespace().next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.expect("nanoseconds first"))
}

fuzz_target!(|data: &[u8]| {
    let mut whole = String::from_utf8_lossy(data).into_owned();
    // Some are as long as the longest pages: the same over and over.
    if !whole.is_empty() && data.last().is_some_and(|byte| byte % LONG_EVERY == 0) {
        whole = whole.repeat(LONG / whole.len() + 1);
    }
    let (title, text) = whole.split_once('\n').unwrap_or(("", &whole));
    let published = data.first().map(|byte| Timestamp::from_secs(1_500_000_000 + i64::from(*byte) * 1_500_000));
    let detector = &*DETECTOR;
    let begun = spent();
    let verdict = detector.judge(&Document { title, text, lang: None, published });
    let took = spent() - begun;
    // A character is four bytes at most, and the title may be as long as a quarter of the text.
    let read = whole.len().min(5 * JUDGED_CHARS_MAX) as u32;
    let allowed = START + EACH_BYTE * read + EACH_UNREAD * u32::try_from(whole.len()).unwrap_or(u32::MAX);
    assert!(took <= allowed, "{took:?} for {} bytes, {allowed:?} allowed", whole.len());
    for reason in &verdict.reasons {
        let zone = match reason.zone {
            Zone::Title => title,
            _ => text,
        };
        assert_eq!(zone.get(reason.start..reason.end), Some(reason.quote.as_str()), "{}", reason.feature);
        for part in &reason.parts {
            assert_eq!(zone.get(part.start..part.end), Some(part.quote.as_str()), "{}", reason.feature);
        }
    }
});
