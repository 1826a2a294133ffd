//! Contenders that take turns.

use crate::Outcome;

/// Rounds each has; odd, so that one of them is the median.
const ROUNDS: usize = 7;
/// Processor seconds a round takes at least: the scheduler counts in steps of some milliseconds.
const ROUND_SECS: f64 = 0.2;

/// Something to be measured: its name, and what it does in a round.
pub(crate) type Contender<'a> = (&'a str, Box<dyn FnMut() + 'a>);

/// Lets all contenders run in turn, round after round; the median of each in seconds of processor time for one run.
pub(crate) fn medians(contenders: &mut [Contender<'_>]) -> Outcome<Vec<f64>> {
    let mut spent: Vec<Vec<f64>> = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for _ in 0..ROUNDS {
        for ((_, run), spent) in contenders.iter_mut().zip(&mut spent) {
            let (began, mut runs) = (processor_secs()?, 0.0);
            let secs = loop {
                run();
                runs += 1.0;
                let secs = processor_secs()? - began;
                if secs >= ROUND_SECS {
                    break secs;
                }
            };
            spent.push(secs / runs);
        }
    }
    Ok(spent.into_iter().map(median).collect())
}

/// The middle of an odd number of figures.
pub(crate) fn median(mut spent: Vec<f64>) -> f64 {
    spent.sort_by(f64::total_cmp);
    spent[spent.len() / 2]
}

fn processor_secs() -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/schedstat")?;
    let nanos: f64 = stat.split_whitespace().next().ok_or("an empty schedstat")?.parse()?;
    Ok(nanos / 1e9)
}
