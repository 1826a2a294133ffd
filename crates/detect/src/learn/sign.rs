//! Which way a weight may point.
//!
//! That a launch is told in a frame, where another frame and half a dozen words beside it said so already, is no reason
//! against it, and nobody would believe a verdict that says it is. So a frame speaks for what its id says or not at all, and
//! so do the words that `speaks` in the frames' file names.

use crate::frames::AGAINST;
use crate::ruleset::Parts;

/// Which sign a weight may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Any,
    Positive,
    Negative,
}

// === impl Sign ===

impl Sign {
    /// That of `feature` by the frames of `parts`.
    pub(super) fn of(feature: &str, parts: &Parts) -> Self {
        if let Some(frame) = feature.strip_prefix("F:") {
            return if frame.starts_with(AGAINST) { Self::Negative } else { Self::Positive };
        }
        // Beside an old token a launch frame speaks against; how a look-alike is told speaks for nothing, whoever is named.
        if feature.strip_prefix("G:").is_some_and(|frame| frame.starts_with(AGAINST)) {
            return Self::Negative;
        }
        let word = feature.strip_prefix("C:").and_then(|rest| rest.split(':').next());
        match word.and_then(|word| parts.lexicon.label(word)) {
            Some(label) if parts.frames.speaks.launch.contains(label) => Self::Positive,
            Some(label) if parts.frames.speaks.against.contains(label) => Self::Negative,
            _ => Self::Any,
        }
    }

    /// Whether `weight` points where it may not.
    pub(super) fn is_wrong(self, weight: f64) -> bool {
        match self {
            Self::Any => false,
            Self::Positive => weight < 0.0,
            Self::Negative => weight > 0.0,
        }
    }

    /// The weight, or nought where it points where it may not.
    pub(super) fn hold(self, weight: f64) -> f64 {
        if self.is_wrong(weight) { 0.0 } else { weight }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ruleset;

    #[test]
    fn no_weight_of_the_shipped_ruleset_points_where_it_may_not() {
        let ruleset = Ruleset::embedded().expect("the embedded ruleset");
        let of = |feature: &str| Sign::of(feature, &ruleset.parts);
        assert_eq!(of("F:venue-lists:H"), Sign::Positive);
        assert_eq!(of("F:not-rumour:B"), Sign::Negative);
        assert_eq!([of("C:TGE:1"), of("C:HEDGE:H"), of("C:V:H")], [Sign::Positive, Sign::Negative, Sign::Any]);
        assert_eq!(of("G:not-old-listing&first:unheard"), Sign::Negative);
        assert_eq!(of("G:claim-open&K:clash"), Sign::Any);
        assert_eq!([of("P:HEDGE>TGE"), of("R:for&hedge")], [Sign::Any; 2]);
        let wrong: Vec<&str> = ruleset
            .model
            .weights
            .iter()
            .filter(|(name, weight)| of(name).is_wrong(f64::from(weight.launch)))
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(wrong, [""; 0]);
    }
}
