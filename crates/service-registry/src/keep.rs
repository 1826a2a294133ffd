//! Registering what cannot register itself: probed by us, beaten for by us.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tge_ports::{Directory, InstanceStatus};
use tge_service::{Context, OnError, chain};

use crate::index::Index;
use crate::probe::probe;
use crate::registrant::{Containers, REGISTERED_BY, REGISTRY, Registrant, from_labels};

/// Beats stop for this long: the instance is critical. Longer than a restart of the registry takes, so that its own
/// absence does not make databases look dead.
const TTL: Duration = Duration::from_secs(45);
/// Probes at once.
const PARALLEL: usize = 16;
/// Rounds between two looks at the containers' labels.
const ROUNDS: u32 = 3;

/// The loop's state.
struct Keeper {
    context: Context,
    directory: Arc<dyn Directory>,
    index: Arc<Index>,
    named: Vec<Registrant>,
    containers: Option<Arc<dyn Containers>>,
    labelled: Vec<Registrant>,
    problems: BTreeSet<String>,
    registered: BTreeSet<String>,
}

/// Starts the loop.
pub(crate) fn start(
    context: &Context,
    directory: Arc<dyn Directory>,
    index: Arc<Index>,
    named: Vec<Registrant>,
    containers: Option<Arc<dyn Containers>>,
    every: Duration,
) {
    let mut keeper = Keeper {
        context: context.clone(),
        directory,
        index,
        named,
        containers,
        labelled: Vec::new(),
        problems: BTreeSet::new(),
        registered: BTreeSet::new(),
    };
    context.spawn("keep registered", OnError::Stop, async move {
        let mut round = 0_u32;
        loop {
            if round.is_multiple_of(ROUNDS) {
                keeper.read_labels().await;
            }
            round = round.wrapping_add(1);
            keeper.round().await;
            if !keeper.context.sleep(every).await {
                return;
            }
        }
    });
}

// === impl Keeper ===

impl Keeper {
    /// Asks which containers want to be registered; the last answer counts while nobody answers.
    async fn read_labels(&mut self) {
        let Some(containers) = &self.containers else { return };
        let list = match containers.list().await {
            Ok(list) => list,
            Err(error) => {
                tracing::warn!(error = %chain(&*error), "containers not listed; going on with the last list");
                return;
            }
        };
        let (mut labelled, mut problems) = (Vec::new(), BTreeSet::new());
        for asked in list.iter().filter_map(from_labels) {
            match asked {
                Ok(registrant) => labelled.push(registrant),
                Err(error) => drop(problems.insert(error.to_string())),
            }
        }
        for problem in problems.difference(&self.problems) {
            tracing::warn!(problem, "a container cannot be registered");
        }
        (self.labelled, self.problems) = (labelled, problems);
    }

    /// Probes everything once, beats for it, and takes out what is not wanted any more.
    async fn round(&mut self) {
        // The operator's word before the label's: what both name is one thing, found under two host names.
        let labelled = self.labelled.iter().filter(|asked| self.named.iter().all(|named| named.name != asked.name));
        let wanted: BTreeMap<String, Registrant> =
            labelled.chain(&self.named).map(|registrant| (registrant.instance().id, registrant.clone())).collect();
        let looks: Vec<_> = wanted
            .iter()
            .map(|(id, registrant)| keep(self.directory.clone(), registrant.clone(), self.registered.contains(id)))
            .collect();
        let kept: Vec<Option<String>> = futures::stream::iter(looks).buffer_unordered(PARALLEL).collect().await;
        let left = self.left_over(&wanted);
        self.registered = kept.into_iter().flatten().collect();
        for id in left {
            match self.directory.deregister(&id).await {
                Ok(()) => tracing::info!(id, "not wanted any more; deregistered"),
                Err(error) => tracing::warn!(id, error = %chain(&error), "not deregistered yet"),
            }
        }
    }

    /// What we registered, in this life or an earlier one, and nobody wants any more.
    fn left_over(&self, wanted: &BTreeMap<String, Registrant>) -> Vec<String> {
        let known = self.index.all().unwrap_or_default();
        let ours =
            known.values().filter(|known| known.instance.meta.get(REGISTERED_BY).is_some_and(|by| by == REGISTRY));
        ours.map(|known| known.instance.id.clone()).filter(|id| !wanted.contains_key(id)).collect()
    }
}

/// Probes and beats; answers the id while the directory knows it.
async fn keep(directory: Arc<dyn Directory>, registrant: Registrant, known: bool) -> Option<String> {
    let instance = registrant.instance();
    let (status, note) = match probe(&registrant).await {
        Ok(note) => (InstanceStatus::Passing, note),
        Err(down) => (InstanceStatus::Critical, chain(&down)),
    };
    if known {
        match directory.beat(&instance.id, status, &note).await {
            Ok(()) => return Some(instance.id),
            Err(error) => tracing::debug!(id = instance.id, error = %chain(&error), "registering again"),
        }
    }
    let registered = match directory.register(&instance, TTL).await {
        Ok(()) => directory.beat(&instance.id, status, &note).await,
        Err(error) => Err(error),
    };
    match registered {
        Ok(()) => Some(instance.id),
        Err(error) => {
            tracing::warn!(id = instance.id, error = %chain(&error), "not registered yet");
            None
        }
    }
}
