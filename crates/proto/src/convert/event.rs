//! Events and changes on the wire.

use tge_model as model;

use super::time;
use crate::pb::event::v1 as pb;

/// Maps an enumeration of the model to its message's and back, variant by variant, so that a new variant does not compile
/// until the wire has it.
macro_rules! enumeration {
    ($model:ident, $wire:ident, { $($from:ident => $to:ident),+ $(,)? }) => {
        impl From<model::$model> for pb::$wire {
            fn from(value: model::$model) -> Self {
                match value { $(model::$model::$from => pb::$wire::$to,)+ }
            }
        }

        impl pb::$wire {
            /// The model's value; `None` for `UNSPECIFIED`.
            pub fn to_model(self) -> Option<model::$model> {
                match self { pb::$wire::Unspecified => None, $(pb::$wire::$to => Some(model::$model::$from),)+ }
            }
        }
    };
}

enumeration!(EventKind, EventKind, {
    TokenGeneration => TokenGeneration, ClaimOpen => ClaimOpen, ClaimClose => ClaimClose, Snapshot => Snapshot,
    EligibilityOpen => EligibilityOpen, PublicSale => PublicSale, CexListing => CexListing,
    DexLiquidity => DexLiquidity, ContractDeployed => ContractDeployed, Unlock => Unlock, Migration => Migration,
    Delisting => Delisting,
});
enumeration!(EventStatus, EventStatus, {
    Rumoured => Rumoured, Announced => Announced, Confirmed => Confirmed, Live => Live, Completed => Completed,
    Postponed => Postponed, Cancelled => Cancelled, Retracted => Retracted, Merged => Merged,
});
enumeration!(Precision, Precision, {
    Second => Second, Minute => Minute, Hour => Hour, Day => Day, Month => Month, Quarter => Quarter, Year => Year,
    Unknown => Unknown,
});
enumeration!(TermKind, TermKind, {
    Supply => Supply, Share => Share, Tokens => Tokens, Price => Price, Raised => Raised, Target => Target,
    Valuation => Valuation,
});
enumeration!(LinkTrust, LinkTrust, { Verified => Verified, Unverified => Unverified, Suspicious => Suspicious });

impl From<&model::Event> for pb::Event {
    fn from(event: &model::Event) -> Self {
        Self {
            name: event.id.resource_name(),
            project: event.project.as_ref().map(|p| p.name.clone()).unwrap_or_default(),
            kind: pb::EventKind::from(event.kind).into(),
            status: pb::EventStatus::from(event.status).into(),
            status_reason: event.status_reason.clone(),
            tickers: event.assets.iter().map(|a| a.ticker.clone()).collect(),
            venues: event.venues.iter().map(|v| v.name.clone()).collect(),
            schedule: event.schedule.as_ref().map(Into::into),
            probability: event.confidence.probability.get(),
            independent_sources: event.confidence.independent_sources,
            explanation: event.explanation.iter().map(Into::into).collect(),
            evidence: event.evidence.iter().map(Into::into).collect(),
            links: event.links.iter().map(Into::into).collect(),
            arrival: event.arrival.to_string(),
            revision: event.revision,
            create_time: Some(time(event.created_at)),
            update_time: Some(time(event.updated_at)),
            merged_into: event.merged_into.map(model::EventId::resource_name).unwrap_or_default(),
            demo: event.demo,
            terms: event.terms.iter().map(Into::into).collect(),
        }
    }
}

impl From<&model::Schedule> for pb::Schedule {
    fn from(schedule: &model::Schedule) -> Self {
        Self {
            start: Some(time(schedule.start)),
            precision: pb::Precision::from(schedule.precision).into(),
            as_published: schedule.as_published.clone(),
        }
    }
}

impl From<&model::ToldTerm> for pb::Term {
    fn from(told: &model::ToldTerm) -> Self {
        Self {
            kind: pb::TermKind::from(told.term.kind).into(),
            value: told.term.value.to_string(),
            unit: told.term.unit.clone(),
            as_published: told.term.as_published.clone(),
            observation: told.told_by.to_string(),
        }
    }
}

impl From<&model::Reason> for pb::Reason {
    fn from(reason: &model::Reason) -> Self {
        Self {
            stage: reason.stage.clone().into_owned(),
            feature: reason.feature.clone(),
            weight: reason.weight,
            quote: reason.quote.clone(),
            parts: reason.parts.iter().map(pb::ReasonPart::from).collect(),
        }
    }
}

impl From<&model::ReasonPart> for pb::ReasonPart {
    fn from(part: &model::ReasonPart) -> Self {
        Self { label: part.label.clone(), quote: part.quote.clone(), role: part.role.clone().unwrap_or_default() }
    }
}

impl From<&model::Evidence> for pb::Evidence {
    fn from(evidence: &model::Evidence) -> Self {
        Self {
            observation: evidence.observation.to_string(),
            source: evidence.source.to_string(),
            tier: evidence.tier.to_string(),
            url: evidence.url.clone(),
            title: evidence.title.clone(),
            published_time: evidence.published.map(time),
            first_seen_time: Some(time(evidence.first_seen_at)),
            stance: evidence.stance.to_string(),
        }
    }
}

impl From<&model::Link> for pb::Link {
    fn from(link: &model::Link) -> Self {
        Self {
            url: link.url.clone(),
            kind: link.kind.to_string(),
            trust: pb::LinkTrust::from(link.trust).into(),
            reasons: link.reasons.clone(),
        }
    }
}

impl From<&model::Change> for pb::Change {
    fn from(change: &model::Change) -> Self {
        Self {
            seq: change.seq,
            kind: change.kind.to_string(),
            alert: change.alert,
            time: Some(time(change.at)),
            event: Some((&change.event).into()),
        }
    }
}
