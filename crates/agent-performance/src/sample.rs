//! One look at everything, each group for itself: what does not answer in time is absent, the rest is there.

use std::sync::Arc;
use std::time::Duration;

use tge_model::{StageCounts, Timestamp};
use tge_ports::store::{Diagnosis, Diagnostics, Observations};
use tge_ports::{SlowCommand, SlowLog};
use tge_service::deadline::within;
use tge_service::{Context, chain};

use crate::runtime::{self, Process};

/// How long one group may take to answer; longer than that says more than the answer would.
const PATIENCE: Duration = Duration::from_secs(10);
/// Slow commands asked of each node; Redis remembers 128 unless told otherwise.
const SLOW_MAX: u32 = 128;

/// One look.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) at: Timestamp,
    pub(crate) stages: Option<StageCounts>,
    pub(crate) diagnosis: Option<Diagnosis>,
    pub(crate) slow: Option<Vec<SlowCommand>>,
    pub(crate) process: Process,
}

/// What is looked at.
pub(crate) struct Sampler {
    pub(crate) context: Context,
    pub(crate) observations: Arc<dyn Observations>,
    pub(crate) diagnostics: Arc<dyn Diagnostics>,
    pub(crate) slow_log: Option<Arc<dyn SlowLog>>,
    /// What was missing at the last look, so that it is said once and not each time.
    pub(crate) gaps: Vec<String>,
}

// === impl Sampler ===

impl Sampler {
    pub(crate) async fn look(&mut self) -> Sample {
        let stages = within("counting stages", PATIENCE, self.observations.counts());
        let diagnosis = within("diagnosing the database", PATIENCE, self.diagnostics.diagnose());
        let slow = async {
            match &self.slow_log {
                Some(log) => Some(within("reading slow commands", PATIENCE, log.slow_commands(SLOW_MAX)).await),
                None => None,
            }
        };
        let (stages, diagnosis, slow, process) = tokio::join!(stages, diagnosis, slow, runtime::look());
        let mut gaps = Vec::new();
        let stages = flat(stages, &mut gaps).map(|(counts, _)| counts);
        let diagnosis = flat(diagnosis, &mut gaps);
        let slow = slow.and_then(|slow| flat(slow, &mut gaps));
        gaps.extend(diagnosis.iter().flat_map(|told| told.gaps.clone()));
        for gap in gaps.iter().filter(|gap| !self.gaps.contains(gap)) {
            tracing::warn!(gap, "not everything can be watched");
        }
        self.gaps = gaps;
        Sample { at: self.context.clock.now(), stages, diagnosis, slow, process }
    }
}

/// The answer, or a gap in words.
fn flat<T, E: std::error::Error>(
    answer: Result<Result<T, E>, tge_service::deadline::Elapsed>,
    gaps: &mut Vec<String>,
) -> Option<T> {
    match answer {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            gaps.push(chain(&error));
            None
        }
        Err(late) => {
            gaps.push(late.to_string());
            None
        }
    }
}
