//! Places: where tokens trade or are sold, and the chains they live on, each from the day it opened to the day it closed.
//!
//! A line is `KIND<tab>FROM[..UNTIL]<tab>NAME<tab>DOMAIN, DOMAIN<tab>PHRASE; PHRASE`: what it is, its first and last day (or
//! month, or year), what it is called, its own domains (`-` for none that is sure), and how texts name it, written as the
//! phrases of the lexicon; one with `~` is also a word, and names the place only with a capital. What was no venue yet on the day of a document, or is none any more, is an ordinary name in it.

use chrono::NaiveDate;
use tge_model::VenueKind;
use thiserror::Error;

use crate::known::period;

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlaceKind {
    /// Where tokens trade or are sold.
    Venue(VenueKind),
    /// What they live on.
    Chain,
}

/// A venue or chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) kind: PlaceKind,
    pub(crate) from: NaiveDate,
    /// Its last day; it is open where none is known.
    pub(crate) until: Option<NaiveDate>,
    pub(crate) domains: Vec<String>,
}

/// A venue, as the ruleset knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    /// What it is called in verdicts.
    pub name: String,
    /// What kind of place.
    pub kind: VenueKind,
    /// Its own domains, lower case.
    pub domains: Vec<String>,
    /// Its last day, of one that closed.
    pub until: Option<NaiveDate>,
}

/// A line of the places that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "failed to read the places: line {line} is {text:?}, expected KIND<tab>FROM[..UNTIL]<tab>NAME<tab>DOMAIN, DOMAIN<tab>PHRASE; PHRASE, where KIND is cex, dex, launchpad or chain and days are YYYY[-MM[-DD]]"
)]
pub struct PlacesError {
    /// Its number, from 1.
    pub line: usize,
    /// How it begins.
    pub text: String,
}

/// The places of a ruleset, each with its phrases.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(pub(crate) Vec<(Place, Vec<String>)>);

// === impl Place ===

impl Place {
    /// Whether it was open on `day`.
    pub(crate) fn is_open(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// As a venue; `None` for a chain.
    pub(crate) fn venue(&self) -> Option<Venue> {
        let PlaceKind::Venue(kind) = self.kind else { return None };
        Some(Venue { name: self.name.clone(), kind, domains: self.domains.clone(), until: self.until })
    }
}

// === impl Places ===

impl Places {
    pub(crate) fn parse(tsv: &str) -> Result<Self, PlacesError> {
        let lines = tsv.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let read = lines.map(|(i, line)| {
            place(line).ok_or_else(|| PlacesError { line: i + 1, text: line.chars().take(40).collect() })
        });
        read.collect::<Result<_, _>>().map(Self)
    }
}

fn place(line: &str) -> Option<(Place, Vec<String>)> {
    let [kind, days, name, domains, phrases]: [&str; 5] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
    let kind = match kind {
        "cex" => PlaceKind::Venue(VenueKind::Cex),
        "dex" => PlaceKind::Venue(VenueKind::Dex),
        "launchpad" => PlaceKind::Venue(VenueKind::Launchpad),
        "chain" => PlaceKind::Chain,
        _ => return None,
    };
    let (from, until) = days.split_once("..").map_or((days, None), |(from, until)| (from, Some(until)));
    let (from, _) = period(from)?;
    let until = match until {
        Some(until) => Some(period(until)?.1).filter(|until| *until >= from).map(Some)?,
        None => None,
    };
    let listed = |text: &str, by: char| text.split(by).map(|part| part.trim().to_owned()).collect::<Vec<_>>();
    let domains = if domains == "-" { Vec::new() } else { listed(domains, ',') };
    let phrases = listed(phrases, ';');
    let whole = !name.trim().is_empty() && !domains.iter().chain(&phrases).any(String::is_empty);
    whole.then(|| (Place { name: name.to_owned(), kind, from, until, domains }, phrases))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "# places\ncex\t2019-05-08..2022-11-11\tFallen\tfallen.example\tfallen; 陨落\nchain\t2025-02\tNext Chain\t-\tnext chain\n";

    #[test]
    fn a_place_is_one_from_its_first_day_to_its_last() {
        let places = Places::parse(LINES).expect("good lines").0;
        let open = |i: usize, day: &str| places[i].0.is_open(day.parse().expect("a day"));
        for (i, day, is) in [
            (0, "2019-05-07", false),
            (0, "2019-05-08", true),
            (0, "2022-11-11", true),
            (0, "2022-11-12", false),
            (1, "2025-01-31", false),
            (1, "2025-02-01", true),
            (1, "2099-01-01", true),
        ] {
            assert_eq!(open(i, day), is, "{} on {day}", places[i].0.name);
        }
        assert_eq!(places[0].1, ["fallen", "陨落"]);
        let venue = places[0].0.venue().expect("a venue");
        assert_eq!((venue.kind, venue.until), (VenueKind::Cex, "2022-11-11".parse().ok()));
        assert_eq!((places[1].0.domains.len(), places[1].0.venue()), (0, None));
    }

    #[test]
    fn a_bad_line_is_named() {
        for line in [
            "cex\t2019\tName\t-",
            "bank\t2019\tName\t-\tname",
            "cex\t2019-13\tName\t-\tname",
            "cex\t2019..2018\tName\t-\tname",
            "cex\t2019\t\t-\tname",
            "cex\t2019\tName\ta.example,\tname",
            "cex\t2019\tName\t-\tname; ",
        ] {
            let error = Places::parse(&format!("{LINES}{line}\n")).expect_err("a bad line");
            assert_eq!(error.line, 4, "{line}");
            assert!(error.to_string().contains("expected KIND"), "{error}");
        }
    }
}
