//! How much a memory matters now, and when it moves to a tier that lasts longer.

use std::time::Duration;

use tge_model::MemoryTier;

/// Importance from which an item is promoted.
const PROMOTED_FROM: f64 = 0.7;
const PER_USE: f64 = 0.1;
const USES_MOST: f64 = 0.3;

/// `min(1, attention + min(0.1 x uses, 0.3) + novelty)`, never below zero.
pub fn importance(attention: f64, uses: u64, novelty: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "capped at three uses")]
    let used = (uses.min(3) as f64 * PER_USE).min(USES_MOST);
    (sound(attention) + used + sound(novelty)).clamp(0.0, 1.0)
}

/// Attention that was `given` at the last access, after `idle` without one: halves with each half-life of the tier.
pub fn attention(given: f64, idle: Duration, tier: MemoryTier) -> f64 {
    sound(given) * recency(idle, tier)
}

/// From 1 just after an access down towards 0: halves with each half-life of the tier.
pub fn recency(idle: Duration, tier: MemoryTier) -> f64 {
    (-idle.as_secs_f64() / half_life(tier).as_secs_f64()).exp2()
}

/// What is new is worth more than what is like something known: `likeness` is the best cosine with what is there.
pub fn novelty(likeness: f64) -> f64 {
    0.3 * (1.0 - sound(likeness).min(1.0))
}

/// How long until attention has halved.
pub fn half_life(tier: MemoryTier) -> Duration {
    Duration::from_secs(match tier {
        MemoryTier::Working => 15 * 60,
        MemoryTier::Episodic => 3 * 86_400,
        MemoryTier::Vector => 14 * 86_400,
        MemoryTier::Semantic => 60 * 86_400,
    })
}

/// The tier an item of this importance moves to; `None` where it stays. What is semantic or found by likeness is at home.
pub fn promotes_to(tier: MemoryTier, importance: f64) -> Option<MemoryTier> {
    match tier {
        _ if sound(importance) < PROMOTED_FROM => None,
        MemoryTier::Working => Some(MemoryTier::Episodic),
        MemoryTier::Episodic => Some(MemoryTier::Semantic),
        MemoryTier::Semantic | MemoryTier::Vector => None,
    }
}

/// Numbers from others: what is no number counts as nothing.
pub(crate) fn sound(x: f64) -> f64 {
    if x.is_nan() { 0.0 } else { x.max(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn importance_follows_the_formula() {
        for (attention, uses, novelty, expected) in [
            (0.0, 0, 0.0, 0.0),
            (0.2, 2, 0.1, 0.5),
            (0.2, 3, 0.0, 0.5),
            (0.2, 1_000, 0.0, 0.5),
            (0.9, 9, 0.9, 1.0),
            (f64::NAN, 1, -4.0, 0.1),
        ] {
            let got = importance(attention, uses, novelty);
            assert!((got - expected).abs() < 1e-12, "{attention} {uses} {novelty}: {got}");
        }
    }

    #[test]
    fn attention_halves_and_what_matters_is_promoted() {
        let half = half_life(MemoryTier::Working);
        assert!((attention(0.8, half, MemoryTier::Working) - 0.4).abs() < 1e-12);
        assert!(attention(0.8, half, MemoryTier::Semantic) > 0.79);
        assert_eq!(promotes_to(MemoryTier::Working, 0.69), None);
        assert_eq!(promotes_to(MemoryTier::Working, 0.7), Some(MemoryTier::Episodic));
        assert_eq!(promotes_to(MemoryTier::Episodic, 1.0), Some(MemoryTier::Semantic));
        assert_eq!(promotes_to(MemoryTier::Semantic, 1.0), None);
    }
}
