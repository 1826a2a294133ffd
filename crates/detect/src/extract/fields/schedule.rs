//! When a launch is: which of the dates of a text is its.

use chrono::{Datelike, NaiveDate};
use tge_model::{Cue, Precision, Schedule, ScheduleBasis, Timestamp, Zone};

use super::{Context, concepts};
use crate::extract::dates;
use crate::lexicon::LabelSet;
use crate::line::LabelKind;
use crate::reading::HEAD_CHARS;

/// Items between the two days of "from March 12 to April 2".
const APART_ITEMS: usize = 7;

/// Before the day on which something ends.
pub(super) const UNTIL: [&str; 19] = [
    "until",
    "till",
    "截",
    "截至",
    "截止",
    "止",
    "hạn",
    "hasta",
    "até",
    "jusqu'au",
    "jusqu’au",
    "bis",
    "fino",
    "sampai",
    "hingga",
    "tot",
    "đến",
    "حتي",
    "تا",
];

/// Before the last day of what is open: "claim before April 30". What is launched before a day is not launched on it either,
/// but nobody says more of it.
pub(super) const BEFORE: [&str; 10] =
    ["before", "antes", "avant", "sebelum", "prima", "trước", "przed", "قبل", "پیش از", "voor"];

// === impl Context ===

impl Context<'_> {
    /// The date that best fits the act: in its sentence, near it, not long past, exact.
    pub(super) fn schedule(
        &self,
        kind: LabelKind,
        act: Option<usize>,
        cue: Cue,
        live: Option<usize>,
    ) -> Option<Schedule> {
        // What is live began by the day it is said: a day ahead, told behind it of trading or listings and not of the act, is
        // of what follows.
        let (acts, next) = (self.labels(concepts(kind)), self.labels(&["LIST", "OPENTRADE", "INITIAL", "WITHDRAW"]));
        let clause = live.filter(|_| cue == Cue::Live).map(|live| self.clause_of(live));
        let follows = |found: &dates::Found| {
            let behind = clause.as_ref().is_some_and(|clause| clause.end <= found.first);
            if !behind || self.published.is_none_or(|day| found.day <= day) {
                return false;
            }
            let own = self.clause_of(found.first);
            let says = |set: &LabelSet| self.reading.items[own.clone()].iter().any(|item| item.is_of(set));
            !says(&acts) && (says(&next) || self.says_trade(&own))
        };
        let found: Vec<&dates::Found> = self.reading.dates.iter().filter(|found| !follows(found)).collect();
        let best = |fits: &dyn Fn(&dates::Found) -> bool| {
            let fitting = found.iter().copied().filter(|found| fits(found) && self.fit(found, act) > 0.0);
            fitting.max_by(|a, b| self.fit(a, act).total_cmp(&self.fit(b, act)))
        };
        // A headline's month, and its day at the beginning of the text.
        let within = |month: &dates::Found, day: &dates::Found| {
            let (headline, text) = (&self.reading.items[month.first], &self.reading.items[day.first]);
            let told = headline.zone == Zone::Title && text.zone == Zone::Text && text.at < HEAD_CHARS;
            let same = (day.day.year(), day.day.month()) == (month.day.year(), month.day.month());
            told && same && day.precision == Precision::Day
        };
        let best = best(&|_| true).map(|found| match found.precision {
            Precision::Month => best(&|day| within(found, day)).unwrap_or(found),
            _ => found,
        });
        if let Some(found) = best {
            return Some(self.on(found));
        }
        // "Is live" without a date is live on the day it is said.
        let day = self.published.filter(|_| cue == Cue::Live)?;
        Some(Schedule {
            start: midnight(day),
            precision: Precision::Day,
            as_published: String::new(),
            basis: ScheduleBasis::Inferred,
        })
    }

    /// What happens on the day of `found`.
    pub(crate) fn on(&self, found: &dates::Found) -> Schedule {
        let words = self.reading.written_between(&self.reading.items[found.first], &self.reading.items[found.last]);
        Schedule {
            start: midnight(found.day),
            precision: found.precision,
            as_published: tge_text::sanitise(words),
            basis: ScheduleBasis::Press,
        }
    }

    /// Whether the act at item `act` is a claim.
    fn is_claim(&self, act: Option<usize>) -> bool {
        let claim = self.lexicon.label("CLAIM");
        act.and_then(|act| self.reading.items.get(act)).zip(claim).is_some_and(|(item, claim)| item.is(claim))
    }

    pub(super) fn fit(&self, found: &dates::Found, act: Option<usize>) -> f64 {
        let item = &self.reading.items[found.first];
        let mut fit = match found.precision {
            Precision::Year => -1.0,
            Precision::Quarter | Precision::Month => 1.0,
            _ => 2.5,
        };
        // "More will be known in 24 hours": beside a day of the calendar it is not the one.
        if found.relative && (self.reading.word(item) == "in" || self.reading.word(item).starts_with("in ")) {
            fit -= 2.0;
        }
        if let Some(published) = self.published {
            let days = (found.day - published).num_days();
            let slack = match found.precision {
                Precision::Year => 366,
                Precision::Quarter => 92,
                Precision::Month => 31,
                _ => 8,
            };
            // What is ahead is announced; what has just been is reported; what is long past is told beside.
            fit += match days {
                0..=500 => 2.5,
                _ if (-slack..0).contains(&days) => 1.2,
                _ => -3.0,
            };
            // "Until 5 May" is an end, and an event is dated by its beginning; "to", "by" may be either.
            let word = |back: usize| {
                let item = found.first.checked_sub(back).and_then(|i| self.reading.items.get(i));
                item.map(|item| self.reading.word(item)).unwrap_or_default()
            };
            // "Hasta el 5", "fino al 5", "until the 5th": an article may stand between.
            let article = matches!(word(1), "el" | "al" | "zum" | "dem" | "the" | "o" | "dia" | "le" | "ngày")
                || (matches!(word(1), "del" | "de" | "do") && BEFORE.contains(&word(2)));
            let before = word(1 + usize::from(article));
            const ONTO: [&str; 11] = ["на", "auf", "al", "para", "a", "à", "au", "naar", "na", "sang", "ke"];
            let to = matches!(before, "to" | "by" | "до" | "do" | "至" | "到" | "まで" | "-");
            // "Postponed from March 12 to April 2": what is put off ends nowhere, it happens then.
            let new_day = self.is_new_day(found);
            // "Slips from March 12": the old day.
            let put_off = !before.ends_with("from") && self.puts_off(found.first.wrapping_sub(1));
            let later = to || UNTIL.contains(&before) || ONTO.contains(&before) || put_off;
            if new_day || (later && self.is_postponed(found)) {
                fit += 4.0;
            } else if UNTIL.contains(&before)
                || self.ends_before(found)
                || self.ends_behind(found)
                || (BEFORE.contains(&before) && self.is_claim(act))
            {
                fit -= 10.0;
            } else if to {
                fit -= 1.5;
            }
            // News in Chinese begin with their own date: "2 月 25 日，..." is when it was said.
            if days.abs() <= 1 && !found.relative && item.at < 40 && found.first < 14 && self.reading.unspaced {
                fit -= 2.5;
            }
        }
        // "Deposits open May 21, trading May 23"; "said this Friday": the day of something else.
        fit -= if self.is_of(found, &["DEPOSIT", "WITHDRAW"], 4) { 2.0 } else { 0.0 };
        fit -= if found.relative && self.is_of(found, &["ANNOUNCE", "SAYS"], 2) { 3.0 } else { 0.0 };
        if let Some(act) = act {
            let together = self.reading.sentences.iter().any(|s| s.contains(&act) && s.contains(&found.first));
            fit += if together { 1.5 } else { 0.0 };
            fit -= (act.abs_diff(found.first) as f64 / 25.0).min(2.0);
        }
        fit - (item.at as f64 / 1_000.0).min(1.5)
    }

    /// Whether a word of one of these concepts stands within `reach` items before a date, and no comma between.
    fn is_of(&self, found: &dates::Found, concepts: &[&str], reach: usize) -> bool {
        let labels: Vec<_> = concepts.iter().filter_map(|concept| self.lexicon.label(concept)).collect();
        let mut before = (found.first.saturating_sub(reach)..found.first).rev().take_while(|at| !self.is_break(at));
        before.any(|at| labels.iter().any(|label| self.reading.items[at].is(*label)))
    }

    /// Whether the words before a date say that something ends then: "closes on", "scade il", `마감은`.
    pub(super) fn ends_before(&self, found: &dates::Found) -> bool {
        const LINKS: [&str; 21] = [
            ":", " on", " the", " am", " il", " el", " le", " op", " em", " dia", " tanggal", " pada", " vào", " w",
            " в", " на", "은", "는", "为", "為", "は",
        ];
        const ENDS: [&str; 28] = [
            "closes",
            "ends",
            "ending",
            "expire",
            "expires",
            "deadline",
            "scade",
            "scadenza",
            "termina",
            "terminan",
            "endet",
            "enden",
            "eindigt",
            "sluit",
            "kończy się",
            "wygasa",
            "berakhir",
            "ditutup",
            "kết thúc",
            "마감",
            "마감일",
            "截止",
            "締切",
            "締め切り",
            "encerra",
            "заканчивается",
            "закрывается",
            "закінчується",
        ];
        // "Will close on"; but "the close of May", "end Q2".
        const LINKED: [&str; 3] = ["close", "closing", "end"];
        // What ends then is only the waiting.
        const WAITS: [&str; 7] = ["wait", "warten", "wachten", "espera", "attesa", "attente", "ожидание"];
        let item = &self.reading.items[found.first];
        let whole = self.reading.normal(item.zone).get(..item.range.start).unwrap_or_default().trim_end();
        let mut told = whole;
        for _ in 0..2 {
            let bare = LINKS.iter().find_map(|link| told.strip_suffix(link));
            told = bare.unwrap_or(told).trim_end();
        }
        let linked = if told.len() < whole.len() { &LINKED[..] } else { &[] };
        ENDS.iter().chain(linked).any(|end| {
            let before = told.strip_suffix(end);
            let word = |c: char| c.is_alphanumeric() || c == '-';
            before.is_some_and(|before| {
                let waits = WAITS.iter().any(|wait| before.trim_end().ends_with(wait));
                !waits && (!end.is_ascii() || !before.ends_with(word))
            })
        })
    }

    /// Whether the words behind a date say that something ends then.
    fn ends_behind(&self, found: &dates::Found) -> bool {
        const ENDS: [&str; 9] = ["前", "结束", "結束", "截止", "为止", "まで", "終了", "까지", "종료"];
        let item = &self.reading.items[found.last];
        let rest = self.reading.normal(item.zone).get(item.range.end..).unwrap_or_default();
        let time =
            |c: char| c.is_ascii_digit() || matches!(c, ' ' | ':' | '(' | ')' | '+' | '时' | '時' | '点' | '分' | '시');
        let behind = rest.trim_start_matches(time).trim_start_matches("utc").trim_start_matches(time);
        // "前" is before; but around a day ("前后"), and of so many who come first ("前 1000 名").
        let about = |end: &str| {
            end == "前"
                && behind[end.len()..]
                    .trim_start()
                    .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '后' | '後'))
        };
        ENDS.iter().any(|end| behind.starts_with(end) && !about(end))
    }

    /// Whether what stands before a date, up to the last comma, says that something is put off.
    fn is_postponed(&self, found: &dates::Found) -> bool {
        let sentence = self.reading.sentences.iter().find(|sentence| sentence.contains(&found.first));
        let before = sentence.map_or(0..0, |sentence| sentence.start..found.first).rev();
        before.take_while(|at| !self.is_break(at)).any(|at| self.puts_off(at))
    }

    /// Whether it is put off in so many words, from an earlier day and to none later: of "from March 12 to April 2", the second.
    fn is_new_day(&self, found: &dates::Found) -> bool {
        let Some(sentence) = self.reading.sentences.iter().find(|sentence| sentence.contains(&found.first)) else {
            return false;
        };
        // In many languages the verb stands behind both.
        let behind = (found.last + 1..sentence.end).take_while(|at| !self.is_break(at)).any(|at| self.puts_off(at));
        let days = |other: &&dates::Found| other.precision == Precision::Day && sentence.contains(&other.first);
        let mut others = self.reading.dates.iter().filter(days);
        found.precision == Precision::Day
            && (behind || self.is_postponed(found))
            && others
                .clone()
                .any(|other| other.day < found.day && found.first.saturating_sub(other.last) <= APART_ITEMS)
            && !others.any(|other| other.day > found.day)
    }
}

pub(super) fn midnight(day: NaiveDate) -> Timestamp {
    Timestamp::from_secs(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp())
}
