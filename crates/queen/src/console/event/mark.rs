//! What people say of an event: right or wrong, on every document behind it.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;
use tge_model::{Event, EventId, Mark, ObservationId};
use tge_ports::StoreError;

use crate::Queen;
use crate::console::failure::Failure;

#[derive(Debug, Deserialize)]
pub(in crate::console) struct Said {
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Launch,
    Other,
    Nothing,
}

/// What is said of the documents behind an event; `None` where nothing is, or not the same of all.
pub(super) async fn said(queen: &Queen, event: &Event) -> Result<Option<bool>, StoreError> {
    let marks = queen.stores.rulesets.marks_of(&documents(event)).await?;
    let first = marks.first().map(|mark| mark.is_tge);
    Ok(first.filter(|first| marks.iter().all(|mark| mark.is_tge == *first)))
}

/// The form. Rulesets learn from what is said here.
pub(super) fn section(id: EventId, said: Option<bool>) -> Markup {
    let pressed = |this: Option<bool>| if said == this { "true" } else { "false" };
    html! {
        section.card aria-labelledby="mark" {
            h2 #mark { "Is it right?" }
            form.choices method="post" action={ "/events/" (id) "/mark" } {
                button name="what" value="launch" aria-pressed=(pressed(Some(true))) { "A launch" }
                button name="what" value="other" aria-pressed=(pressed(Some(false))) { "No launch" }
                @if said.is_some() { button.plain name="what" value="nothing" { "Take it back" } }
            }
            p.muted { "Said of every document behind this event. Rulesets learn from it; the event stays as it is." }
        }
    }
}

/// Takes the form.
pub(in crate::console) async fn take(
    State(queen): State<Queen>,
    Path(given): Path<String>,
    Form(said): Form<Said>,
) -> Result<Redirect, Failure> {
    let missing = || Failure::Missing { what: "event", given: given.clone() };
    let id: EventId = given.parse().map_err(|_| missing())?;
    let event = queen.stores.events.get(id).await?.ok_or_else(missing)?;
    let at = queen.clock.now();
    for observation in documents(&event) {
        let changed = match said.what {
            What::Nothing => queen.stores.rulesets.unmark(observation).await?,
            what => queen.stores.rulesets.mark(&Mark { observation, is_tge: what == What::Launch, at }).await?,
        };
        tracing::debug!(%observation, what = ?said.what, changed, "marked");
    }
    Ok(Redirect::to(&format!("/events/{id}")))
}

fn documents(event: &Event) -> Vec<ObservationId> {
    event.evidence.iter().map(|one| one.observation).collect()
}
