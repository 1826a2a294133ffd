//! Which ruleset may judge: kept, looked on, compared on what people marked, put in force, taken off again.

use std::sync::LazyLock;

use tge_detect::labels::{Label, Record};
use tge_detect::learn::replay::{self, Refused, Replay};
use tge_detect::{Detector, Projects, Ruleset, RulesetError};
use tge_model::{RulesetStep, RulesetsInForce, StoredRuleset};
use tge_ports::store::Marked;
use tge_ports::{Page, StoreError, channels};
use tge_proto::pb::memory::v1 as pb;
use tge_proto::record::ShadowRecord;
use tge_service::aside;
use thiserror::Error;

use crate::Queen;

/// Documents a ruleset must have judged beside the one in force before it may take its place.
pub(crate) const LOOKS_ON: u64 = 100;
/// Marks two rulesets are compared on, the latest.
const MARKS_MAX: usize = 1_000;

/// The version of the ruleset built into this program.
static BUILT_IN: LazyLock<String> =
    LazyLock::new(|| Ruleset::embedded().map(|ruleset| ruleset.version().to_owned()).unwrap_or_default());

/// Why a ruleset is not put in force.
#[derive(Debug, Error)]
pub(crate) enum NotNow {
    #[error("there is no ruleset {version}; hand it in first")]
    Unknown { version: String },
    #[error("ruleset {version} is in force already")]
    InForce { version: String },
    #[error("ruleset {version} has not looked on yet; let it look on first, or force it")]
    NotShadow { version: String },
    #[error("ruleset {version} has judged {judged} of {LOOKS_ON} documents beside the one in force; wait, or force it")]
    TooSoon { version: String, judged: u64 },
    #[error("{0}; marks are what they are compared on: mark more documents, or force it")]
    Compared(#[from] Refused),
    #[error("nothing was put in force that could be taken off")]
    Nothing,
    #[error("somebody else changed the rulesets at the same moment; look, and try again")]
    Overtaken,
    #[error("failed to use a ruleset")]
    Unusable(#[from] RulesetError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was put in force, and how it compares.
pub(crate) struct Activated {
    pub(crate) before: String,
    pub(crate) compared: Option<Replay>,
}

/// The version built into this program, which judges while no other is in force.
pub(crate) fn built_in() -> &'static str {
    &BUILT_IN
}

/// Reads a ruleset that is handed in, and tries it: what cannot judge is refused here and not by the agents.
pub(crate) async fn read(body: Vec<u8>) -> Result<Ruleset, RulesetError> {
    let tried = move || {
        let ruleset = Ruleset::from_bytes(&body)?;
        Detector::new(ruleset.clone(), Projects::default())?;
        Ok(ruleset)
    };
    aside(tried).await
}

/// Keeps a ruleset. Answers whether it is new.
pub(crate) async fn keep(queen: &Queen, ruleset: &Ruleset, note: String) -> Result<bool, StoreError> {
    let body = ruleset.to_bytes();
    let stored = StoredRuleset {
        version: ruleset.version().to_owned(),
        parent: ruleset.lineage().parents.last().cloned(),
        note,
        stored_at: queen.clock.now(),
        size: body.len() as u64,
    };
    queen.stores.rulesets.put(&stored, &body).await
}

/// Lets a ruleset look on.
pub(crate) async fn shadow(queen: &Queen, version: &str) -> Result<(), NotNow> {
    let (last, in_force) = state(queen).await?;
    body(queen, version).await?;
    if in_force.active.as_deref() == Some(version) {
        return Err(NotNow::InForce { version: version.to_owned() });
    }
    step(queen, last, RulesetStep::Shadow, version).await
}

/// Puts a ruleset in force: one that has looked on long enough and is not worse on what people marked, unless forced.
pub(crate) async fn activate(queen: &Queen, version: &str, force: bool) -> Result<Activated, NotNow> {
    let (last, in_force) = state(queen).await?;
    let after = body(queen, version).await?;
    let before = in_force.active.clone().unwrap_or_else(|| built_in().to_owned());
    if in_force.active.as_deref() == Some(version) {
        return Err(NotNow::InForce { version: version.to_owned() });
    }
    if !force {
        let judged = shadowed(queen, version).await.judged;
        match in_force.shadow.as_deref() {
            Some(shadow) if shadow == version && judged < LOOKS_ON => {
                return Err(NotNow::TooSoon { version: version.to_owned(), judged });
            }
            Some(shadow) if shadow == version => {}
            _ => return Err(NotNow::NotShadow { version: version.to_owned() }),
        }
    }
    let compared = compare(queen, in_force.active.as_deref(), after).await?;
    match compared.may_activate() {
        Err(refused) if !force => return Err(refused.into()),
        _ => {}
    }
    step(queen, last, RulesetStep::Activate, version).await?;
    Ok(Activated { before, compared: compared.known.is_some().then_some(compared) })
}

/// Takes the ruleset in force off again. Answers the version that judges now.
pub(crate) async fn roll_back(queen: &Queen) -> Result<String, NotNow> {
    let (last, in_force) = state(queen).await?;
    let version = in_force.active.ok_or(NotNow::Nothing)?;
    step(queen, last, RulesetStep::Rollback, &version).await?;
    let (_, now) = state(queen).await?;
    Ok(now.active.unwrap_or_else(|| built_in().to_owned()))
}

/// What a version has done while it looked on, as far as memory says.
pub(crate) async fn shadowed(queen: &Queen, version: &str) -> ShadowRecord {
    let request = pb::GetRequest { tier: pb::Tier::Semantic.into(), key: ShadowRecord::key(version) };
    let item = match queen.memory.clone().get(request).await {
        Ok(answer) => answer.into_inner().item,
        Err(status) if status.code() == tonic::Code::NotFound => None,
        Err(status) => {
            tracing::warn!(version, %status, "figures of the ruleset that looks on cannot be recalled");
            None
        }
    };
    item.and_then(|item| serde_json::from_str(&item.content).ok()).unwrap_or_default()
}

/// The number of the last step, and what is at work.
pub(crate) async fn state(queen: &Queen) -> Result<(u64, RulesetsInForce), StoreError> {
    let turns = queen.stores.rulesets.turns().await?;
    Ok((turns.last().map_or(0, |turn| turn.seq), RulesetsInForce::of(&turns)))
}

async fn body(queen: &Queen, version: &str) -> Result<Vec<u8>, NotNow> {
    let body = queen.stores.rulesets.body(version).await?;
    body.ok_or_else(|| NotNow::Unknown { version: version.to_owned() })
}

async fn step(queen: &Queen, last: u64, step: RulesetStep, version: &str) -> Result<(), NotNow> {
    if !queen.stores.rulesets.step(last, step, version, queen.clock.now()).await? {
        return Err(NotNow::Overtaken);
    }
    if let Err(error) = queen.bus.publish(channels::QUEEN_COMMANDS, channels::RULESETS).await {
        tracing::debug!(%error, "agents not told; they look by themselves");
    }
    Ok(())
}

/// Both rulesets on the latest marks.
async fn compare(queen: &Queen, active: Option<&str>, after: Vec<u8>) -> Result<Replay, NotNow> {
    let before = match active {
        Some(version) => Some(body(queen, version).await?),
        None => None,
    };
    let mut records = Vec::new();
    let mut page = Page { size: 200, after: None };
    while records.len() < MARKS_MAX {
        let marks = queen.stores.rulesets.marks(&page).await?;
        records.extend(marks.items.iter().map(record));
        if marks.next.is_none() {
            break;
        }
        page.after = marks.next;
    }
    let compared = move || {
        let before = before.map_or_else(Ruleset::embedded, |body| Ruleset::from_bytes(&body))?;
        replay::replay(&before, &Ruleset::from_bytes(&after)?, &records)
    };
    Ok(aside(compared).await?)
}

fn record(marked: &Marked) -> Record {
    let document = &marked.document.observation;
    Record {
        id: document.id.to_string(),
        source: document.source.to_string(),
        title: Some(document.title.clone()),
        text: document.text.clone(),
        lang: document.lang.clone(),
        published: document.published.map(|at| at.to_string()),
        label: Some(Label { is_tge: marked.mark.is_tge, ..Label::default() }),
        ..Record::default()
    }
}
