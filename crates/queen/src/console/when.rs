//! Moments and spans of time, as people read them.
//!
//! The server writes UTC; the script adds how long ago that is and the reader's own time.

use std::time::Duration;

use maud::{Markup, html};
use tge_model::{Precision, Schedule, Timestamp};

/// A moment in a table: short, as far from `now` as needed.
pub(super) fn time(at: Timestamp, now: Timestamp) -> Markup {
    let (moment, today) = (at.to_chrono(), now.to_chrono());
    let form = if moment.format("%F").to_string() == today.format("%F").to_string() {
        "%H:%M:%S UTC"
    } else if moment.format("%Y").to_string() == today.format("%Y").to_string() {
        "%-d %b %H:%M UTC"
    } else {
        "%-d %b %Y %H:%M UTC"
    };
    html! { time.when datetime=(at) { (moment.format(form)) } }
}

/// A moment that may not have come, or that nobody knows.
pub(super) fn maybe(at: Option<Timestamp>, now: Timestamp, otherwise: &str) -> Markup {
    html! { @match at { Some(at) => (time(at, now)), None => span.unknown { (otherwise) } } }
}

/// A moment with everything: date, seconds, and room for the local time.
pub(super) fn full(at: Timestamp) -> Markup {
    html! { time.when.full datetime=(at) { (at.to_chrono().format("%-d %b %Y %H:%M:%S UTC")) } }
}

/// A schedule, no more exact than it is known.
pub(super) fn scheduled(schedule: &Schedule) -> Markup {
    let at = schedule.start.to_chrono();
    let form = match schedule.precision {
        Precision::Second => "%-d %b %Y %H:%M:%S UTC",
        Precision::Minute => "%-d %b %Y %H:%M UTC",
        Precision::Hour => "%-d %b %Y about %H:00 UTC",
        Precision::Day => "%-d %b %Y",
        Precision::Month => "%B %Y",
        Precision::Quarter => "Q%q %Y",
        Precision::Year => "%Y",
        Precision::Unknown => return html! { span.unknown { "date unknown" } },
    };
    let exact = schedule.precision <= Precision::Hour;
    html! {
        @if exact { time.when datetime=(schedule.start) { (at.format(form)) } }
        @else { time datetime=(at.format("%F")) { (at.format(form)) } }
    }
}

/// A span of time in its largest fitting unit, `1.4 s`.
pub(super) fn span(time: Duration) -> String {
    let ms = time.as_millis();
    let secs = time.as_secs_f64();
    match ms {
        0..=999 => format!("{ms} ms"),
        1_000..=59_999 => format!("{secs:.1} s"),
        60_000..=3_599_999 => format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60),
        3_600_000..=86_399_999 => format!("{} h {} min", time.as_secs() / 3_600, time.as_secs() % 3_600 / 60),
        _ => format!("{} d {} h", time.as_secs() / 86_400, time.as_secs() % 86_400 / 3_600),
    }
}

/// The same for milliseconds.
pub(super) fn millis(ms: u64) -> String {
    span(Duration::from_millis(ms))
}

#[cfg(test)]
mod tests {
    use tge_model::ScheduleBasis;

    use super::*;

    #[test]
    fn a_schedule_shows_no_more_than_is_known() {
        let start = Timestamp::parse("2026-11-01T14:00:00Z").expect("a moment");
        let cases = [
            (Precision::Minute, "1 Nov 2026 14:00 UTC"),
            (Precision::Day, ">1 Nov 2026<"),
            (Precision::Month, ">November 2026<"),
            (Precision::Quarter, ">Q4 2026<"),
            (Precision::Year, ">2026<"),
            (Precision::Unknown, "date unknown"),
        ];
        for (precision, expected) in cases {
            let schedule = Schedule { start, precision, as_published: String::new(), basis: ScheduleBasis::Press };
            let shown = scheduled(&schedule).into_string();
            assert!(shown.contains(expected), "{precision}: {shown}");
        }
    }

    #[test]
    fn spans_choose_their_unit() {
        let cases =
            [(0, "0 ms"), (1_400, "1.4 s"), (61_000, "1 min 1 s"), (7_260_000, "2 h 1 min"), (90_000_000, "1 d 1 h")];
        for (ms, expected) in cases {
            assert_eq!(millis(ms), expected);
        }
    }
}
