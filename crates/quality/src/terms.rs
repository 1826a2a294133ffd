//! Amounts of an event: of each kind what the best voice told last, with the document that told it.

use tge_model::{Event, Tier, Timestamp, ToldTerm};

use crate::decide::said_at;
use crate::document::Document;

/// Adds what `document` tells to `event`. What is held gives way to a better voice, and to the same voice later on: a raise
/// grows while its sale is open. Hedged words only fill what nobody told.
pub(crate) fn widen(event: &mut Event, document: &Document<'_>) {
    for term in &document.launch.terms {
        let told = ToldTerm { term: term.clone(), told_by: document.observation.id };
        let Some(place) = event.terms.iter().position(|held| held.term.kind == term.kind) else {
            event.terms.push(told);
            continue;
        };
        let held = &event.terms[place];
        let same = held.term.value == term.value && held.term.unit == term.unit;
        let better = match voice(event, held) {
            None => true,
            Some(voice) if same => document.tier < voice.0,
            Some((tier, at)) => {
                document.is_plain() && (document.tier < tier || (document.tier == tier && at <= document.moment))
            }
        };
        if better {
            event.terms[place] = told;
        }
    }
    event.terms.sort_by_key(|told| told.term.kind);
}

/// Gives the survivor what the other was told and it was not, or by a better voice.
pub(crate) fn absorb(survivor: &mut Event, loser: &Event) {
    for told in &loser.terms {
        match survivor.terms.iter().position(|held| held.term.kind == told.term.kind) {
            None => survivor.terms.push(told.clone()),
            Some(place) => {
                let (ours, theirs) = (voice(survivor, &survivor.terms[place]), voice(loser, told));
                // The better voice, of equal ones the later.
                let better =
                    |theirs: (Tier, Timestamp), ours: (Tier, Timestamp)| (theirs.0, ours.1) < (ours.0, theirs.1);
                if theirs.is_some_and(|theirs| ours.is_none_or(|ours| better(theirs, ours))) {
                    survivor.terms[place] = told.clone();
                }
            }
        }
    }
    survivor.terms.sort_by_key(|told| told.term.kind);
}

/// Whose voice told it and when; `None` once that document is no evidence any more, as the first words of an edited item.
fn voice(event: &Event, told: &ToldTerm) -> Option<(Tier, Timestamp)> {
    event.evidence.iter().find(|e| e.observation == told.told_by).map(|e| (e.tier, said_at(e)))
}
