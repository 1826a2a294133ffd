//! Rulesets, which of them judges, and marks.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use tge_detect::Ruleset;
use tge_model::{Mark, ObservationId};
use tge_proto::record::{ObservationRecord, ShadowRecord};
use tge_service::chain;
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::params::{Params, page, parse};
use crate::Queen;
use crate::rulesets::{self, NotNow};

/// Bytes of a ruleset that is handed in.
pub(crate) const BODY_MAX: usize = 16 * 1024 * 1024;

/// A ruleset that was handed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulesetRecord {
    /// The hash of what it says.
    version: String,
    /// The version it was learned from.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    /// Why it was made.
    note: String,
    /// When it was handed in.
    stored_at: String,
    /// Its size in bytes.
    size: u64,
    /// `active`, `shadow`, or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
}

/// What a ruleset has done while it looked on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShadowState {
    /// Which.
    version: String,
    /// Documents it has judged beside the one in force.
    judged: u64,
    /// Launches by it alone.
    raised: u64,
    /// Launches by the one in force alone.
    lowered: u64,
    /// Documents after which it may be put in force.
    needed: u64,
}

/// Every ruleset, and which is at work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulesetList {
    /// The version that judges.
    active: String,
    /// The version built into the programs.
    built_in: String,
    /// What looks on.
    #[serde(skip_serializing_if = "Option::is_none")]
    shadow: Option<ShadowState>,
    /// Newest first; the one that is built in is not among them.
    rulesets: Vec<RulesetRecord>,
}

/// A ruleset that was handed in just now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedRuleset {
    /// Its version.
    version: String,
    /// It was not known before.
    new: bool,
    /// How many weights it has.
    weights: usize,
    /// The probability from which on it calls a document a launch.
    threshold: f64,
}

/// How two rulesets compare on the documents people marked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Comparison {
    /// Marked documents.
    documents: usize,
    /// F1 of the one that was in force.
    f1_before: f64,
    /// F1 of the one that is.
    f1_after: f64,
    /// Documents they call differently.
    flips: usize,
}

/// What is in force now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InForce {
    /// The version that judges now.
    active: String,
    /// The version that judged before.
    before: String,
    /// How they compare; absent where too few documents are marked.
    #[serde(skip_serializing_if = "Option::is_none")]
    compared: Option<Comparison>,
}

/// What is said of a ruleset that is handed in.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AddParams {
    /// Why it was made.
    note: Option<String>,
}

/// How a ruleset is put in force.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActivateParams {
    /// Although it has not looked on long enough, or is not known to be as good.
    force: Option<bool>,
}

/// What a document is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMark {
    /// It tells of a launch.
    is_tge: bool,
}

/// A mark with its document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MarkRecord {
    /// It tells of a launch.
    is_tge: bool,
    /// When that was said.
    at: String,
    /// Of what.
    observation: ObservationRecord,
}

/// A page of marks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MarkList {
    /// Newest first.
    marks: Vec<MarkRecord>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

/// Which marks are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MarkParams {
    /// At most so many, 1 to 1000; 50 when absent.
    page_size: Option<u32>,
    /// The `next_page_token` of the page before.
    page_token: Option<String>,
}

/// Lists rulesets and tells which are at work.
#[utoipa::path(get, path = "/api/v1/rulesets", tag = "rulesets", responses((status = 200, body = RulesetList)))]
pub(crate) async fn list(State(queen): State<Queen>) -> Result<Json<RulesetList>, Problem> {
    let (_, in_force) = rulesets::state(&queen).await?;
    let state = |version: &str| match version {
        v if in_force.active.as_deref() == Some(v) => Some("active"),
        v if in_force.shadow.as_deref() == Some(v) => Some("shadow"),
        _ => None,
    };
    let records = queen.stores.rulesets.list().await?.into_iter().map(|ruleset| RulesetRecord {
        state: state(&ruleset.version),
        version: ruleset.version,
        parent: ruleset.parent,
        note: ruleset.note,
        stored_at: ruleset.stored_at.to_string(),
        size: ruleset.size,
    });
    let rulesets = records.collect();
    let shadow = match &in_force.shadow {
        Some(version) => {
            let ShadowRecord { judged, raised, lowered } = rulesets::shadowed(&queen, version).await;
            Some(ShadowState { version: version.clone(), judged, raised, lowered, needed: rulesets::LOOKS_ON })
        }
        None => None,
    };
    let built_in = rulesets::built_in().to_owned();
    Ok(Json(RulesetList { active: in_force.active.unwrap_or_else(|| built_in.clone()), built_in, shadow, rulesets }))
}

/// Hands a ruleset in: the file that `tgectl ruleset train` or `learn` wrote. It does not judge yet.
#[utoipa::path(post, path = "/api/v1/rulesets", tag = "rulesets", params(AddParams),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = AddedRuleset), (status = 400, body = Problem), (status = 413, body = Problem)))]
pub(crate) async fn add(
    State(queen): State<Queen>,
    Params(params): Params<AddParams>,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<AddedRuleset>), Problem> {
    let body = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::too_large(format!("a ruleset of more than {BODY_MAX} bytes is none of ours"))
        }
        _ => Problem::unread(&error),
    })?;
    let ruleset = rulesets::read(body.to_vec())
        .await
        .map_err(|error| Problem::bad_request(format!("the body is no ruleset: {}", chain(&error))))?;
    let new = rulesets::keep(&queen, &ruleset, params.note.unwrap_or_default()).await?;
    let (weights, threshold) = (ruleset.weight_count(), ruleset.threshold());
    Ok((StatusCode::CREATED, Json(AddedRuleset { version: ruleset.version().to_owned(), new, weights, threshold })))
}

/// Gets a ruleset's file.
#[utoipa::path(get, path = "/api/v1/rulesets/{version}", tag = "rulesets",
    params(("version" = String, Path, description = "a version, or `active`")),
    responses((status = 200, content_type = "application/octet-stream", body = String), (status = 404, body = Problem)))]
pub(crate) async fn get(State(queen): State<Queen>, Path(version): Path<String>) -> Result<impl IntoResponse, Problem> {
    let wanted = match version.as_str() {
        "active" => rulesets::state(&queen).await?.1.active.unwrap_or_else(|| rulesets::built_in().to_owned()),
        _ => version,
    };
    let body = match queen.stores.rulesets.body(&wanted).await? {
        Some(body) => body,
        None if wanted == rulesets::built_in() => Ruleset::embedded()
            .map(|ruleset| ruleset.to_bytes())
            .map_err(|error| Problem::unavailable(chain(&error)))?,
        None => return Err(Problem::not_found("ruleset", &wanted)),
    };
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], body))
}

/// Lets a ruleset look on: it judges beside the one in force, is counted, and is told to nobody.
#[utoipa::path(post, path = "/api/v1/rulesets/{version}/shadow", tag = "rulesets", params(("version" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn shadow(State(queen): State<Queen>, Path(version): Path<String>) -> Result<StatusCode, Problem> {
    rulesets::shadow(&queen, &version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a ruleset in force that has looked on long enough and is not worse on the documents people marked.
#[utoipa::path(post, path = "/api/v1/rulesets/{version}/activate", tag = "rulesets",
    params(("version" = String, Path), ActivateParams),
    responses((status = 200, body = InForce), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn activate(
    State(queen): State<Queen>,
    Path(version): Path<String>,
    Params(params): Params<ActivateParams>,
) -> Result<Json<InForce>, Problem> {
    let done = rulesets::activate(&queen, &version, params.force == Some(true)).await?;
    let compared = done.compared.and_then(|compared| {
        let (before, after) = compared.known?;
        let (documents, flips) = (compared.documents, compared.flips.len());
        Some(Comparison { documents, f1_before: before.f1, f1_after: after.f1, flips })
    });
    Ok(Json(InForce { active: version, before: done.before, compared }))
}

/// Takes the ruleset in force off again: the one before it judges.
#[utoipa::path(post, path = "/api/v1/rulesets:rollback", tag = "rulesets",
    responses((status = 200, body = InForce), (status = 409, body = Problem)))]
pub(crate) async fn rollback(State(queen): State<Queen>) -> Result<Json<InForce>, Problem> {
    let before = rulesets::state(&queen).await?.1.active.unwrap_or_else(|| rulesets::built_in().to_owned());
    let active = rulesets::roll_back(&queen).await?;
    Ok(Json(InForce { active, before, compared: None }))
}

/// Says what a document is. What was said of it before is replaced.
#[utoipa::path(put, path = "/api/v1/observations/{id}/mark", tag = "rulesets", request_body = NewMark,
    params(("id" = String, Path, description = "32 hexadecimal digits")),
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn mark(
    State(queen): State<Queen>,
    Path(id): Path<String>,
    body: Result<Json<NewMark>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let Json(said) = body.map_err(|error| Problem::bad_request(chain(&error)))?;
    let observation: ObservationId = parse("id", &id)?;
    if queen.stores.rulesets.mark(&Mark { observation, is_tge: said.is_tge, at: queen.clock.now() }).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("observation", &id))
    }
}

/// Takes back what was said of a document.
#[utoipa::path(delete, path = "/api/v1/observations/{id}/mark", tag = "rulesets",
    params(("id" = String, Path, description = "32 hexadecimal digits")),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn unmark(State(queen): State<Queen>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    if queen.stores.rulesets.unmark(parse("id", &id)?).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("mark of observation", &id))
    }
}

/// Lists what people said of documents, newest first.
#[utoipa::path(get, path = "/api/v1/marks", tag = "rulesets", params(MarkParams),
    responses((status = 200, body = MarkList), (status = 400, body = Problem)))]
pub(crate) async fn marks(
    State(queen): State<Queen>,
    Params(params): Params<MarkParams>,
) -> Result<Json<MarkList>, Problem> {
    let paged = queen.stores.rulesets.marks(&page(params.page_size, params.page_token)?).await?;
    let marks = paged.items.iter().map(|marked| MarkRecord {
        is_tge: marked.mark.is_tge,
        at: marked.mark.at.to_string(),
        observation: (&marked.document.observation).into(),
    });
    Ok(Json(MarkList { marks: marks.collect(), next_page_token: paged.next }))
}

impl From<NotNow> for Problem {
    fn from(error: NotNow) -> Self {
        match error {
            NotNow::Store(error) => error.into(),
            NotNow::Unknown { version } => Self::not_found("ruleset", &version),
            NotNow::Unusable(_) => Self::unavailable(chain(&error)),
            _ => Self::conflict(error.to_string()),
        }
    }
}
