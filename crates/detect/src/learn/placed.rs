//! Whether the venues and the chain of a verdict are those of its label.

use tge_model::Launch;

use crate::judge::Detector;
use crate::labels::Label;
use crate::lexicon::slot;

use super::report::folded;

/// Counts over the venues and the chain of one launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placed {
    /// Venues of the label.
    pub given: usize,
    /// Those of them that the verdict names.
    pub found: usize,
    /// Venues of the verdict, where the label has some.
    pub told: usize,
    /// Those of them that the label has.
    pub right: usize,
    /// Whether the verdict names the label's chain, where that has one.
    pub chain: Option<bool>,
}

// === impl Placed ===

impl Placed {
    /// Compares `launch` with what readers found. A place is the same under all names the ruleset knows it by, and so is a part
    /// of a venue ("Binance Wallet") and the venue.
    pub(crate) fn of(label: &Label, launch: Option<&Launch>, detector: &Detector) -> Self {
        let given = label.exchange.iter().flatten().map(|name| named(detector, name, slot::VENUE));
        let given: Vec<String> = given.filter(|name| !name.is_empty()).collect();
        let told: Vec<String> = launch.iter().flat_map(|l| &l.venues).map(|name| folded(name)).collect();
        let any = |all: &[String], one: &String| all.iter().any(|other| same(one, other));
        let chains = label.chain.iter().flat_map(|chains| chains.split(';'));
        let chains: Vec<&str> = chains.filter(|chain| !folded(chain).is_empty()).collect();
        let chain = (!chains.is_empty()).then(|| {
            let told = launch.and_then(|l| l.chain.as_deref()).map(folded);
            told.is_some_and(|told| chains.iter().any(|chain| same(&named(detector, chain, slot::CHAIN), &told)))
        });
        Self {
            given: given.len(),
            found: given.iter().filter(|one| any(&told, one)).count(),
            told: if given.is_empty() { 0 } else { told.len() },
            right: told.iter().filter(|one| any(&given, one)).count(),
            chain,
        }
    }
}

/// What the ruleset calls the place that `name` names; the name itself where it knows none.
fn named(detector: &Detector, name: &str, label: crate::lexicon::LabelId) -> String {
    let normal = tge_text::Normal::text_of(name);
    let hits = detector.lexicon.hits(&normal).into_iter().filter(|hit| hit.labels().contains(&label));
    let place = hits.filter_map(|hit| detector.lexicon.place(hit.sense)).next();
    folded(place.map_or(name, |place| &place.name))
}

fn same(a: &str, b: &str) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

#[cfg(test)]
mod tests {
    use crate::{Document, Projects, Ruleset};

    use super::*;

    #[test]
    fn places_are_compared_under_all_their_names() {
        let detector =
            Detector::new(Ruleset::embedded().expect("the embedded ruleset"), Projects::default()).expect("a detector");
        let text = "Gate.io and Huobi will list Example (EXMPL) today, its token on BSC";
        let verdict = detector.judge(&Document { title: "", text, lang: None, published: None });
        let placed = |exchange: &[&str], chain: Option<&str>| {
            let exchange =
                Some(exchange.iter().map(|name| (*name).to_owned()).collect()).filter(|l: &Vec<_>| !l.is_empty());
            let label = Label { is_tge: true, exchange, chain: chain.map(str::to_owned), ..Label::default() };
            Placed::of(&label, verdict.launches.first(), &detector)
        };
        let count = |given, found, told, right, chain| Placed { given, found, told, right, chain };
        assert_eq!(placed(&["Gate", "火币 HTX"], Some("BNB Chain")), count(2, 2, 2, 2, Some(true)));
        assert_eq!(placed(&["Huobi Global", "Nowhere"], Some("以太坊;BEP-20")), count(2, 1, 2, 1, Some(true)));
        assert_eq!(placed(&["Gate"], Some("Solana")), count(1, 1, 2, 1, Some(false)));
        assert_eq!(placed(&["—"], Some(";")), Placed::default());
        assert_eq!(placed(&[], None), Placed::default());
        assert_eq!(Placed::of(&Label::default(), None, &detector), Placed::default());
    }
}
