//! Which ruleset judges: the one built in, or the one the store's steps say; which looks on beside it; and the tokens that
//! both know because the swarm saw them launch.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tge_agent::{Memory, Tally};
use tge_detect::{Detector, Document, Projects, Ruleset, RulesetError, SeenToken};
use tge_model::{RulesetsInForce, Verdict};
use tge_ports::store::{Events, Rulesets};
use tge_ports::{Bus, StoreError, channels};
use tge_proto::record::{SHADOW, ShadowRecord};
use tge_service::{Context, OnError, aside, chain, metric};
use thiserror::Error;
use tokio::sync::watch;

use crate::seen::Seen;

/// How often the steps are looked at when nobody says that one was taken.
const SWEEP: Duration = Duration::from_secs(15);

/// Why the rulesets could not be changed.
#[derive(Debug, Error)]
enum FollowError {
    #[error("failed to read which ruleset is in force")]
    Store(#[from] StoreError),
    #[error("failed to use ruleset {version}: the store does not have it")]
    Missing { version: String },
    #[error("failed to use ruleset {version}")]
    Unusable {
        version: String,
        #[source]
        source: RulesetError,
    },
}

/// The detectors at work.
#[derive(Clone)]
pub(crate) struct AtWork {
    in_force: RulesetsInForce,
    pub(crate) active: Arc<Detector>,
    shadow: Option<Arc<Detector>>,
}

/// The rulesets at work, as the store has them.
pub(crate) struct Rules {
    store: Arc<dyn Rulesets>,
    events: Arc<dyn Events>,
    projects: Projects,
    built_in: Arc<Detector>,
    at_work: watch::Sender<Option<AtWork>>,
    shadowed: Arc<Tally<ShadowRecord>>,
}

// === impl Rules ===

impl Rules {
    /// Follows the steps until the process stops. Nothing is judged before they were read once.
    pub(crate) fn start(
        context: &Context,
        bus: Arc<dyn Bus>,
        (store, events): (Arc<dyn Rulesets>, Arc<dyn Events>),
        built_in: Arc<Detector>,
        projects: Projects,
        memory: Memory,
    ) -> Arc<Self> {
        let shadowed = Tally::start(context, memory, SHADOW);
        let rules = Arc::new(Self { store, events, projects, built_in, at_work: watch::Sender::new(None), shadowed });
        let (kept, task) = (rules.clone(), context.clone());
        context.spawn("rulesets", OnError::Log, async move {
            let (mut commands, mut seen, mut given) = (None, Seen::default(), Vec::new());
            loop {
                if commands.is_none() {
                    commands = bus.subscribe(&[channels::QUEEN_COMMANDS]).await.ok();
                }
                if let Err(error) = kept.follow(&mut seen, &mut given).await {
                    tracing::error!(error = %chain(&error), "the ruleset in force stays what it was");
                }
                tokio::select! {
                    () = told(&mut commands) => {}
                    () = tokio::time::sleep(SWEEP) => {}
                    () = task.stop.cancelled() => return,
                }
            }
        });
        rules
    }

    /// The rulesets at work, as soon as it is known which these are.
    pub(crate) async fn at_work(&self) -> Option<AtWork> {
        self.at_work.subscribe().wait_for(Option::is_some).await.ok().and_then(|work| work.clone())
    }

    /// Lets the shadow judge what the ruleset in force has judged: counted, told to nobody.
    pub(crate) fn look_on(&self, work: &AtWork, document: &Document<'_>, verdict: &Verdict) {
        let (Some(version), Some(shadow)) = (&work.in_force.shadow, &work.shadow) else { return };
        let other = shadow.judge(document);
        let (raised, lowered) = (other.is_tge && !verdict.is_tge, verdict.is_tge && !other.is_tge);
        let outcome = match (raised, lowered) {
            (true, _) => "raised",
            (_, true) => "lowered",
            _ => "same",
        };
        metric::SHADOW_VERDICTS.add(1, &[("outcome", outcome)]);
        let counted = ShadowRecord { judged: 1, raised: u64::from(raised), lowered: u64::from(lowered) };
        self.shadowed.note(ShadowRecord::key(version), &counted);
    }

    /// Brings what is at work in line with the store, and gives it the tokens that launched since; `given` are those it was
    /// given before. Events that cannot be read keep no ruleset from being put in force, nor the other way round.
    async fn follow(&self, seen: &mut Seen, given: &mut Vec<SeenToken>) -> Result<(), FollowError> {
        let in_force = RulesetsInForce::of(&self.store.turns().await?);
        if let Err(error) = seen.learn(self.events.as_ref()).await {
            tracing::warn!(error = %chain(&error), "nothing more learned of which tokens launched; tried again");
        }
        let before = self.at_work.borrow().clone();
        let (work, changed, outcome) = match before {
            Some(work) if work.in_force == in_force => (work, false, Ok(())),
            before => match (self.change(in_force, before.as_ref()).await, before) {
                (Ok(work), _) => (work, true, Ok(())),
                // What is at work goes on, with what was learned since.
                (Err(error), Some(work)) => (work, false, Err(error)),
                (Err(error), None) => return Err(error),
            },
        };
        let tokens = seen.tokens();
        if changed || tokens != *given {
            given.clone_from(&tokens);
            let AtWork { in_force, active, shadow } = work;
            tracing::info!(active = active.version(), shadow = in_force.shadow, tokens_seen = tokens.len(), "at work");
            let (active, shadow) = aside(move || {
                let knowing = |detector: Arc<Detector>| Arc::new(detector.having_seen(&tokens));
                (knowing(active), shadow.map(knowing))
            })
            .await;
            self.at_work.send_replace(Some(AtWork { in_force, active, shadow }));
        }
        outcome
    }

    /// What is to be at work. A ruleset in force that cannot be used changes nothing, and at the start leaves the judging to
    /// the one built in: nobody judging would look like a quiet day. A shadow that cannot be used keeps no other from
    /// being put in force.
    async fn change(&self, in_force: RulesetsInForce, before: Option<&AtWork>) -> Result<AtWork, FollowError> {
        let known = before.filter(|work| work.in_force.active == in_force.active);
        let active = match (known, &in_force.active) {
            (Some(work), _) => work.active.clone(),
            (None, None) => self.built_in.clone(),
            (None, Some(version)) => match self.load(version).await {
                Err(error @ (FollowError::Missing { .. } | FollowError::Unusable { .. })) if before.is_none() => {
                    tracing::error!(error = %chain(&error), "the ruleset built in judges instead of the one in force");
                    self.built_in.clone()
                }
                loaded => loaded?,
            },
        };
        let known = before.filter(|work| work.in_force.shadow == in_force.shadow);
        let shadow = match (known, &in_force.shadow) {
            (Some(work), _) => work.shadow.clone(),
            (None, None) => None,
            (None, Some(version)) => match self.load(version).await {
                Err(error @ (FollowError::Missing { .. } | FollowError::Unusable { .. })) => {
                    tracing::error!(error = %chain(&error), "no ruleset looks on");
                    None
                }
                loaded => Some(loaded?),
            },
        };
        Ok(AtWork { in_force, active, shadow })
    }

    async fn load(&self, version: &str) -> Result<Arc<Detector>, FollowError> {
        let version = version.to_owned();
        let Some(body) = self.store.body(&version).await? else { return Err(FollowError::Missing { version }) };
        let projects = self.projects.clone();
        // Some ten milliseconds of work: not on a thread that serves others.
        let made = aside(move || Detector::new(Ruleset::from_bytes(&body)?, projects)).await;
        made.map(Arc::new).map_err(|source| FollowError::Unusable { version, source })
    }
}

/// Waits until somebody says that a step was taken.
async fn told(commands: &mut Option<tge_ports::MessageStream>) {
    let Some(stream) = commands else { return std::future::pending().await };
    while let Some(message) = stream.next().await {
        if message.payload == channels::RULESETS {
            return;
        }
    }
    *commands = None;
}
