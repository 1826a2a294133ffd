//! When a schedule moves, and in which way.

use chrono::{DateTime, Datelike, Duration, Months, Utc};
use tge_model::{Cue, Precision, Schedule, ScheduleBasis, ScheduleMove, Timestamp};

use crate::document::Document;

/// What a document's date does to the one we hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dated {
    /// It says nothing new.
    Same,
    /// It speaks against ours and has not the standing to move it.
    Disputes,
    /// Ours becomes its.
    Moves(ScheduleMove),
}

/// First moment after the period a schedule names.
fn end(schedule: &Schedule) -> Timestamp {
    let start = schedule.start.to_chrono();
    let months = |n: u32| start.checked_add_months(Months::new(n));
    let end = match schedule.precision {
        Precision::Second => start.checked_add_signed(Duration::seconds(1)),
        Precision::Minute => start.checked_add_signed(Duration::minutes(1)),
        Precision::Hour => start.checked_add_signed(Duration::hours(1)),
        Precision::Day => start.checked_add_signed(Duration::days(1)),
        Precision::Month => months(1),
        Precision::Quarter => months(3),
        Precision::Year | Precision::Unknown => months(12),
    };
    Timestamp::from(end.unwrap_or(DateTime::<Utc>::MAX_UTC))
}

fn contains(period: &Schedule, moment: Timestamp) -> bool {
    period.start <= moment && moment < end(period)
}

/// The same calendar day in UTC.
pub(crate) fn same_day(a: Timestamp, b: Timestamp) -> bool {
    let (a, b) = (a.to_chrono(), b.to_chrono());
    (a.year(), a.ordinal()) == (b.year(), b.ordinal())
}

fn rank(basis: ScheduleBasis) -> u8 {
    match basis {
        ScheduleBasis::Onchain => 3,
        ScheduleBasis::Official | ScheduleBasis::Exchange => 2,
        ScheduleBasis::Press => 1,
        ScheduleBasis::Inferred => 0,
    }
}

/// What the document's date does to `held`. `stale`: somebody with authority spoke later than this document.
/// `own_word`: the same voice said the date we hold.
pub(crate) fn judge(held: Option<&Schedule>, document: &Document<'_>, stale: bool, own_word: bool) -> Dated {
    let Some(said) = document.launch.schedule.as_ref().filter(|s| s.precision != Precision::Unknown) else {
        return Dated::Same;
    };
    let Some(held) = held.filter(|s| s.precision != Precision::Unknown) else {
        return Dated::Moves(ScheduleMove::Firmed);
    };
    let standing = rank(said.basis) >= rank(held.basis);
    if contains(held, said.start) && said.precision <= held.precision {
        if said.start == held.start && said.precision == held.precision {
            return Dated::Same;
        }
        let hedged = document.launch.cue == Cue::Hedged;
        return match said.precision < held.precision {
            // Who narrows a month to a day need not be the one who named the month.
            true if standing || (held.precision > Precision::Day && !hedged) => Dated::Moves(ScheduleMove::Firmed),
            false if standing && !stale => Dated::Moves(ScheduleMove::Adjust),
            _ => Dated::Same,
        };
    }
    let put_off = document.launch.cue == Cue::Postponed && document.has_authority() && !stale;
    if contains(said, held.start) {
        // "In July" after "on 22 July" is loose talk, unless the date is being taken back.
        return if put_off { Dated::Moves(ScheduleMove::Loosened) } else { Dated::Same };
    }
    let may_move = standing && !stale && (document.has_authority() || own_word);
    if !may_move {
        return if stale { Dated::Same } else { Dated::Disputes };
    }
    Dated::Moves(if said.start > held.start { ScheduleMove::Slip } else { ScheduleMove::PullIn })
}
