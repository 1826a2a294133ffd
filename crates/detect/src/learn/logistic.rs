//! Logistic regression with an L2 penalty, by L-BFGS: convex, so the answer does not depend on where it begins.

use super::sign::Sign;

/// Pairs of steps and gradients remembered.
const MEMORY: usize = 8;
const STEPS_MAX: usize = 150;

/// One document.
pub(crate) struct Example<'a> {
    pub(crate) row: &'a [(u32, f32)],
    pub(crate) positive: bool,
    pub(crate) weight: f64,
}

/// What was fitted.
pub(crate) struct Fit {
    pub(crate) weights: Vec<f64>,
    pub(crate) bias: f64,
}

// === impl Fit ===

impl Fit {
    pub(crate) fn score(&self, row: &[(u32, f32)]) -> f64 {
        self.bias + row.iter().map(|&(i, v)| self.weights[i as usize] * f64::from(v)).sum::<f64>()
    }
}

/// Times as hard as to its size the penalty is to a weight of the wrong sign.
const WRONG_SIGN: f64 = 100.0;

/// Pretended documents of each class, so that a feature that never stood in one is no proof.
const PRETENDED: f64 = 0.5;
/// What a feature that stands in both classes alike is still worth, beside those that tell them apart.
const ALIKE: f64 = 0.3;

/// Like [`fit`], but the penalty bears more lightly on what tells the classes apart by itself: each feature is scaled by
/// the root of its log-count ratio (naive Bayes) before the fit, and its weight after. Of features that
/// stand together the telling one gets the weight, where the plain penalty divides it evenly.
pub(crate) fn fit_by_ratio(examples: &[Example<'_>], signs: &[Sign], strength: f64) -> Fit {
    let scale = scale(examples, signs.len());
    let rows: Vec<Vec<(u32, f32)>> = examples
        .iter()
        .map(|e| e.row.iter().map(|&(i, v)| (i, (f64::from(v) * scale[i as usize]) as f32)).collect())
        .collect();
    let scaled: Vec<Example<'_>> =
        examples.iter().zip(&rows).map(|(e, row)| Example { row, positive: e.positive, weight: e.weight }).collect();
    let mut fit = fit(&scaled, signs, strength);
    fit.weights.iter_mut().zip(&scale).for_each(|(weight, scale)| *weight *= scale);
    fit
}

/// How much each feature is worth by itself; one on average (root mean square).
fn scale(examples: &[Example<'_>], features: usize) -> Vec<f64> {
    let mut stands = [vec![0.0; features], vec![0.0; features]];
    let mut all = [0.0; 2];
    for example in examples {
        let class = usize::from(example.positive);
        all[class] += example.weight;
        example.row.iter().for_each(|&(i, _)| stands[class][i as usize] += example.weight);
    }
    // Of one class nothing can be told apart.
    if all.contains(&0.0) {
        return vec![1.0; features];
    }
    let share = |class: usize, i: usize| stands[class][i] / all[class] + 2.0 * PRETENDED / (all[0] + all[1]);
    let mut scale: Vec<f64> = (0..features).map(|i| (share(1, i) / share(0, i)).ln().abs().sqrt() + ALIKE).collect();
    let mean = (scale.iter().map(|s| s * s).sum::<f64>() / features as f64).sqrt();
    scale.iter_mut().for_each(|s| *s /= mean);
    scale
}

/// Minimises half the squared weights plus `strength` times the weighted log loss; the bias is not penalised. Weights have
/// the sign they may have, or are nought.
pub(crate) fn fit(examples: &[Example<'_>], signs: &[Sign], strength: f64) -> Fit {
    let features = signs.len();
    // The bias is the last of the parameters.
    let mut at = vec![0.0; features + 1];
    let mut gradient = vec![0.0; features + 1];
    let mut loss = evaluate(examples, signs, strength, &at, &mut gradient);
    let mut steps: Vec<(Vec<f64>, Vec<f64>, f64)> = Vec::new();
    for _ in 0..STEPS_MAX {
        if norm(&gradient) < 1e-4 * norm(&at).max(1.0) {
            break;
        }
        let mut direction = direction(&gradient, &steps);
        let mut slope = dot(&direction, &gradient);
        if slope >= 0.0 {
            // The memory misleads: begin again with steepest descent.
            steps.clear();
            direction = gradient.iter().map(|g| -g).collect();
            slope = -dot(&gradient, &gradient);
        }
        let mut size = if steps.is_empty() { 1.0 / norm(&gradient).max(1.0) } else { 1.0 };
        let mut next_gradient = vec![0.0; features + 1];
        let mut accepted = None;
        for _ in 0..30 {
            let next: Vec<f64> = at.iter().zip(&direction).map(|(x, d)| x + size * d).collect();
            let next_loss = evaluate(examples, signs, strength, &next, &mut next_gradient);
            if next_loss <= loss + 1e-4 * size * slope {
                accepted = Some((next, next_loss));
                break;
            }
            size *= 0.5;
        }
        let Some((next, next_loss)) = accepted else { break };
        let moved: Vec<f64> = next.iter().zip(&at).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = next_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let curvature = dot(&moved, &turned);
        if curvature > 1e-12 {
            if steps.len() == MEMORY {
                steps.remove(0);
            }
            steps.push((moved, turned, 1.0 / curvature));
        }
        let gain = loss - next_loss;
        (at, gradient, loss) = (next, next_gradient, next_loss);
        if gain < 1e-7 * loss.abs() {
            break;
        }
    }
    let bias = at.pop().unwrap_or_default();
    at.iter_mut().zip(signs).for_each(|(weight, sign)| *weight = sign.hold(*weight));
    Fit { weights: at, bias }
}

fn evaluate(examples: &[Example<'_>], signs: &[Sign], strength: f64, at: &[f64], gradient: &mut [f64]) -> f64 {
    let last = at.len() - 1;
    gradient.copy_from_slice(at);
    gradient[last] = 0.0;
    let mut loss = 0.5 * at[..last].iter().map(|w| w * w).sum::<f64>();
    for (i, _) in signs.iter().enumerate().filter(|(i, sign)| sign.is_wrong(at[*i])) {
        loss += 0.5 * WRONG_SIGN * at[i] * at[i];
        gradient[i] += WRONG_SIGN * at[i];
    }
    for example in examples {
        let score = at[last] + example.row.iter().map(|&(i, v)| at[i as usize] * f64::from(v)).sum::<f64>();
        let signed = if example.positive { score } else { -score };
        // ln(1 + e^-s) without overflow.
        let log_loss = if signed > 0.0 { (-signed).exp().ln_1p() } else { -signed + signed.exp().ln_1p() };
        loss += strength * example.weight * log_loss;
        let wrong = 1.0 / (1.0 + signed.exp());
        let push = strength * example.weight * if example.positive { -wrong } else { wrong };
        for &(i, v) in example.row {
            gradient[i as usize] += push * f64::from(v);
        }
        gradient[last] += push;
    }
    loss
}

/// The two loops of L-BFGS.
fn direction(gradient: &[f64], steps: &[(Vec<f64>, Vec<f64>, f64)]) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut alphas = Vec::with_capacity(steps.len());
    for (moved, turned, rho) in steps.iter().rev() {
        let alpha = rho * dot(moved, &direction);
        add(&mut direction, turned, -alpha);
        alphas.push(alpha);
    }
    if let Some((moved, turned, _)) = steps.last() {
        let scale = dot(moved, turned) / dot(turned, turned).max(1e-300);
        direction.iter_mut().for_each(|d| *d *= scale);
    }
    for ((moved, turned, rho), alpha) in steps.iter().zip(alphas.iter().rev()) {
        let beta = rho * dot(turned, &direction);
        add(&mut direction, moved, alpha - beta);
    }
    direction
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    to.iter_mut().zip(what).for_each(|(t, w)| *t += times * w);
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: [Sign; 3] = [Sign::Any; 3];

    /// Of two features that always stand together, one of which also stands where there is nothing, the telling one gets
    /// the weight; without scaling both get some. A document judged by the other alone shows it.
    #[test]
    fn what_tells_by_itself_gets_the_weight() {
        let rows: Vec<(Vec<(u32, f32)>, bool)> = (0..60u32)
            .map(|i| match i % 3 {
                0 => (vec![(0, 1.0), (1, 1.0)], true),
                1 => (vec![(1, 1.0), (2, 1.0)], false),
                _ => (vec![(2, 1.0)], false),
            })
            .collect();
        let examples: Vec<Example<'_>> =
            rows.iter().map(|(row, positive)| Example { row, positive: *positive, weight: 1.0 }).collect();
        let (plain, scaled) = (fit(&examples, &ANY, 0.3), fit_by_ratio(&examples, &ANY, 0.3));
        let share = |fit: &Fit| fit.weights[1].abs() / fit.weights[0].abs();
        assert!(share(&scaled) < share(&plain), "{} and {}", share(&scaled), share(&plain));
        for (row, positive) in &rows {
            assert_eq!(scaled.score(row) > 0.0, *positive);
        }
        let one_class: Vec<Example<'_>> = examples.into_iter().filter(|e| !e.positive).collect();
        assert!(fit_by_ratio(&one_class, &ANY, 0.3).weights.iter().all(|weight| weight.is_finite()));
    }

    #[test]
    fn it_finds_the_minimum() {
        let rows: Vec<(Vec<(u32, f32)>, bool)> = (0..40u32)
            .map(|i| (vec![(0, (i % 7) as f32), (1, (i % 3) as f32)], (i % 7) as f32 + 0.5 * (i % 3) as f32 > 3.0))
            .collect();
        let examples: Vec<Example<'_>> =
            rows.iter().map(|(row, positive)| Example { row, positive: *positive, weight: 1.0 }).collect();
        let fitted = fit(&examples, &ANY[..2], 1.0);
        let mut at = fitted.weights.clone();
        at.push(fitted.bias);
        let mut gradient = vec![0.0; 3];
        evaluate(&examples, &ANY[..2], 1.0, &at, &mut gradient);
        assert!(norm(&gradient) < 1e-2, "{gradient:?}");
        assert!(fitted.weights[0] > 0.5 && fitted.bias < -1.0);
        let right = rows.iter().filter(|(row, positive)| (fitted.score(row) > 0.0) == *positive).count();
        assert!(right >= 38, "{right} of 40");
    }

    /// A feature that stands where there is nothing, beside others that tell it: free, its weight is negative.
    #[test]
    fn a_weight_has_the_sign_it_may_have() {
        let rows: Vec<(Vec<(u32, f32)>, bool)> = (0..40u32)
            .map(|i| if i % 4 == 0 { (vec![(0, 1.0)], true) } else { (vec![(0, 1.0), (1, 1.0)], false) })
            .collect();
        let examples: Vec<Example<'_>> =
            rows.iter().map(|(row, positive)| Example { row, positive: *positive, weight: 1.0 }).collect();
        let fitted = |sign| fit(&examples, &[Sign::Any, sign], 1.0);
        assert!(fitted(Sign::Any).weights[1] < -1.0);
        assert_eq!(fitted(Sign::Negative).weights, fitted(Sign::Any).weights);
        assert_eq!(fitted(Sign::Positive).weights[1], 0.0);
        // All else is fitted as if it were not there, not as beside a weight that is then taken away.
        let alone: Vec<Example<'_>> =
            rows.iter().map(|(row, positive)| Example { row: &row[..1], positive: *positive, weight: 1.0 }).collect();
        let score = |fit: Fit| fit.score(&[(0, 1.0)]);
        let expected = score(fit(&alone, &ANY[..1], 1.0));
        assert!((score(fitted(Sign::Positive)) - expected).abs() < 0.3, "{expected}");
        assert!((score(fitted(Sign::Any)) - expected).abs() > 0.5, "{expected}");
    }
}
