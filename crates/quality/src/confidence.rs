//! How sure we are: the best document's probability, raised by voices that do not depend on each other.

use tge_model::Probability;

/// What is left of the doubt after one more independent voice says the same. A guess on the safe side: real voices often
/// share one origin that we do not see.
const DOUBT_LEFT: f64 = 0.7;
/// Voices beyond this add nothing.
const VOICES_MAX: u32 = 6;

fn doubt(voices: u32) -> f64 {
    DOUBT_LEFT.powi(i32::try_from(voices.clamp(1, VOICES_MAX) - 1).expect("at most five"))
}

/// The probability shown: `best` document and number of independent `voices`.
pub(crate) fn raised(best: Probability, voices: u32) -> Probability {
    // Written as a gain, so that rounding never takes from the best document.
    Probability::clamped(best.get() + (1.0 - best.get()) * (1.0 - doubt(voices)))
}

/// The best document's probability behind a number made by [`raised`]: events do not keep it apart.
pub(crate) fn best(shown: Probability, voices: u32) -> Probability {
    Probability::clamped(1.0 - (1.0 - shown.get()) / doubt(voices))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn raising_keeps_the_best_document(p in 0.0..=1.0_f64, voices in 0..20_u32) {
            let given = Probability::clamped(p);
            let shown = raised(given, voices);
            prop_assert!(shown >= given);
            prop_assert!((best(shown, voices).get() - p).abs() < 1e-9);
            prop_assert!(raised(given, voices + 1).get() >= shown.get() - 1e-12);
        }
    }
}
