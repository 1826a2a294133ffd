//! What happens to the same token on another day: "the claim is open, trading on Example starts on December 5".

use std::ops::Range;

use tge_model::{Cue, Launch, Precision};

use super::{Context, schedule::midnight};
use crate::extract::dates::Found;
use crate::lexicon::LabelSet;
use crate::line::LabelKind;
use crate::places::{Place, PlaceKind};
use crate::reading::HEAD_CHARS;

/// What may be told with a day of its own, by the words that say it surely.
const TOLD: [(LabelKind, &[&str]); 3] = [
    (LabelKind::AirdropClaim, &["CLAIM"]),
    (LabelKind::Listing, &["LIST", "OPENTRADE", "INITIAL"]),
    (LabelKind::TokenSale, &["SALE", "ICO", "AUCTION"]),
];

/// What else may have its day in a clause.
const OTHERS: [&str; 15] = [
    "PERP",
    "PAIR",
    "PRODUCT",
    "DEPOSIT",
    "WITHDRAW",
    "STAKE",
    "SNAPSHOT",
    "ELIGIBLE",
    "REGISTER",
    "PREMARKET",
    "NFT",
    "UNLOCK",
    "PROMO",
    "PRIZE",
    "POINTS",
];

// === impl Context ===

impl Context<'_> {
    /// What a clause of the head tells of the token of `launch` beside it: another kind of happening, on a day of its own that
    /// is ahead.
    pub(crate) fn second(&self, launch: &Launch) -> Option<Launch> {
        let kind = LabelKind::of_launch(launch);
        let first = launch.schedule.as_ref()?.start;
        let head = self.reading.sentences.iter().take_while(|s| self.reading.items[s.start].at < HEAD_CHARS);
        let mut clauses = Vec::new();
        for sentence in head {
            self.clauses.cut(self.reading, sentence.clone(), &mut clauses);
            for clause in &clauses {
                let Some((told, act)) = self.told_alone(clause).filter(|(told, _)| Some(*told) != kind) else {
                    continue;
                };
                let Some(date) = self.own_day(clause, act).filter(|date| midnight(date.day) != first) else { continue };
                return Some(self.second_of(launch, told, clause, date));
            }
        }
        None
    }

    /// What `clause` tells of and the item that says so, where that is one thing.
    fn told_alone(&self, clause: &Range<usize>) -> Option<(LabelKind, usize)> {
        let find = |labels: &LabelSet| clause.clone().find(|at| self.reading.items[*at].is_of(labels));
        if find(&self.labels(&OTHERS)).is_some()
            || self.doubts(clause)
            || self.calls_off(clause, true)
            || self.postpones(clause)
        {
            return None;
        }
        let trades = |kind: LabelKind| (kind == LabelKind::Listing && self.says_trade(clause)).then_some(clause.start);
        let mut told =
            TOLD.iter().filter_map(|(kind, words)| Some((*kind, find(&self.labels(words)).or_else(|| trades(*kind))?)));
        told.next().filter(|_| told.next().is_none())
    }

    /// The one day ahead that `clause` gives its act.
    fn own_day(&self, clause: &Range<usize>, act: usize) -> Option<&Found> {
        let published = self.published?;
        let within = |date: &&Found| clause.contains(&date.first) && date.precision == Precision::Day;
        let mut days = self.reading.dates.iter().filter(within);
        let day = days.next().filter(|_| days.next().is_none())?;
        Some(day).filter(|day| day.day >= published && self.fit(day, Some(act)) > 0.0)
    }

    fn second_of(&self, launch: &Launch, kind: LabelKind, clause: &Range<usize>, date: &Found) -> Launch {
        let place = |at: usize| self.lexicon.place(self.reading.items[at].sense);
        let venue = |place: &&Place| place.kind != PlaceKind::Chain;
        let venues: Vec<&Place> = clause.clone().filter_map(place).filter(venue).collect();
        Launch {
            kind: self.kind(kind, &venues),
            with_mainnet: false,
            schedule: Some(self.on(date)),
            venues: venues.iter().map(|venue| venue.name.clone()).collect(),
            cue: Cue::Announced,
            terms: Vec::new(),
            ..launch.clone()
        }
    }
}
