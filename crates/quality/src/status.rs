//! The status machine: what a document claims, and which moves the table lets it make.

use tge_model::{Cue, EventStatus, Precision, Schedule};

use crate::document::Document;

use EventStatus::{Announced, Cancelled, Completed, Confirmed, Live, Merged, Postponed, Retracted, Rumoured};

/// Every move there is. What is not here never happens, whoever says so.
const MOVES: [(EventStatus, &[EventStatus]); 9] = [
    (Rumoured, &[Announced, Confirmed, Live, Postponed, Cancelled, Retracted, Merged]),
    (Announced, &[Confirmed, Live, Postponed, Cancelled, Retracted, Merged]),
    (Confirmed, &[Live, Postponed, Cancelled, Retracted, Merged]),
    (Live, &[Completed, Postponed, Cancelled, Retracted, Merged]),
    (Postponed, &[Confirmed, Live, Cancelled, Retracted, Merged]),
    (Completed, &[Merged]),
    (Cancelled, &[Retracted, Merged]),
    (Retracted, &[Merged]),
    (Merged, &[]),
];

/// The table of moves.
pub fn allowed(from: EventStatus, to: EventStatus) -> bool {
    MOVES.iter().any(|(f, tos)| *f == from && tos.contains(&to))
}

/// How far along a status stands; what is over or put aside stands nowhere.
pub(crate) fn rank(status: EventStatus) -> Option<u8> {
    match status {
        Rumoured | Postponed => Some(0),
        Announced => Some(1),
        Confirmed => Some(2),
        Live => Some(3),
        Completed => Some(4),
        Cancelled | Retracted | Merged => None,
    }
}

/// The move goes forward: subscribers want to know.
pub(crate) fn is_up(from: EventStatus, to: EventStatus) -> bool {
    matches!((rank(from), rank(to)), (Some(from), Some(to)) if to > from)
}

/// What is known when a document claims a status.
pub(crate) struct Standing<'a> {
    /// Independent owners that say so plainly, this document's included.
    pub(crate) voices: u32,
    /// Owners that say it is off, this document's included.
    pub(crate) deniers: usize,
    /// The schedule, this document's move included.
    pub(crate) schedule: Option<&'a Schedule>,
    /// The document moved the date to a later day.
    pub(crate) later_day: bool,
}

/// The status a document claims, with the reason in words; `None` when it claims none.
pub(crate) fn claimed(document: &Document<'_>, standing: &Standing<'_>) -> Option<(EventStatus, String)> {
    let who = format!("{} ({})", document.owner, document.tier);
    let authority = document.has_authority();
    let date = standing.schedule.filter(|s| s.precision <= Precision::Day);
    match document.launch.cue {
        Cue::Cancelled if authority => return Some((Cancelled, format!("{who} says it will not happen"))),
        Cue::Cancelled if standing.deniers >= 2 => {
            return Some((Cancelled, format!("{} owners say it will not happen", standing.deniers)));
        }
        Cue::Cancelled => return None,
        Cue::Postponed if authority => return Some((Postponed, format!("{who} puts it off"))),
        Cue::Postponed => return None,
        Cue::Hedged => return Some((Rumoured, format!("{who} says so with reserve"))),
        Cue::Announced | Cue::Live => {}
    }
    if authority && standing.later_day {
        let when = date.map(|s| format!(" to {}", s.as_published)).unwrap_or_default();
        return Some((Postponed, format!("{who} moves the date back{when}")));
    }
    let begun = standing.schedule.is_none_or(|s| s.start <= document.moment);
    if document.launch.cue == Cue::Live && authority && begun {
        return Some((Live, format!("{who} says it is live")));
    }
    // A date the press guessed does not become sure because the project spoke without one.
    let sure = date.filter(|s| document.launch.schedule.is_some() || s.basis < tge_model::ScheduleBasis::Press);
    Some(match (authority, sure) {
        (true, Some(date)) => (Confirmed, format!("{who} names the date: {}", date.as_published)),
        _ if standing.voices >= 2 => (Confirmed, format!("{} independent owners say so", standing.voices)),
        (true, None) => (Announced, format!("{who} says so, without a date to the day")),
        _ => (Rumoured, format!("only {who} says so")),
    })
}

/// Whether the claim moves the event: the table, and for what was put off only a voice with authority that spoke last.
pub(crate) fn moves(from: EventStatus, to: EventStatus, document: &Document<'_>, stale: bool) -> bool {
    let weighty = matches!(to, Postponed | Cancelled) || from == Postponed;
    let entitled = from != Postponed || to == Cancelled || document.has_authority();
    allowed(from, to) && (!weighty || !stale) && entitled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_status_once_and_ends() {
        for status in EventStatus::ALL {
            assert_eq!(MOVES.iter().filter(|(from, _)| from == status).count(), 1, "{status}");
            assert!(!allowed(*status, *status), "{status}");
            assert!(*status == Merged || allowed(*status, Merged), "{status}");
            assert!(!allowed(*status, Rumoured), "nothing becomes a rumour again: {status}");
        }
    }

    #[test]
    fn what_is_over_moves_only_by_a_person_or_a_merge() {
        for from in EventStatus::ALL.iter().filter(|s| s.is_terminal()) {
            for to in EventStatus::ALL.iter().filter(|s| allowed(*from, **s)) {
                assert!(matches!(to, Merged | Retracted), "{from} to {to}");
            }
        }
    }
}
