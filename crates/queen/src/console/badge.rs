//! The words of the model with a tone: never by colour alone, and unknown never in the tone of good.

use maud::{Markup, html};
use tge_model::{
    AgentState, Event, EventKind, EventStatus, LinkTrust, Probability, RecoveryOutcome, ServiceStatus, SourceState,
    Stance, TaskState,
};

use super::frame::bar;

/// What a word means for the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Strong,
    Info,
    Warn,
    Bad,
    Unknown,
}

impl Tone {
    /// The class of the style sheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Strong => "strong",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
        }
    }
}

/// A word with its tone.
pub(super) fn badge(tone: Tone, word: &str) -> Markup {
    html! { span class={ "badge " (tone.class()) } { (word) } }
}

/// How far an event has come.
pub(super) fn status(status: EventStatus) -> Markup {
    let tone = match status {
        EventStatus::Rumoured | EventStatus::Completed | EventStatus::Merged => Tone::Unknown,
        EventStatus::Announced => Tone::Info,
        EventStatus::Confirmed => Tone::Good,
        EventStatus::Live => Tone::Strong,
        EventStatus::Postponed => Tone::Warn,
        EventStatus::Cancelled | EventStatus::Retracted => Tone::Bad,
    };
    badge(tone, status.as_str())
}

/// What happens, in words.
pub(super) fn kind(kind: EventKind) -> &'static str {
    match kind {
        EventKind::TokenGeneration => "Token launch",
        EventKind::ClaimOpen => "Claim opens",
        EventKind::ClaimClose => "Claim closes",
        EventKind::Snapshot => "Snapshot",
        EventKind::EligibilityOpen => "Eligibility opens",
        EventKind::PublicSale => "Public sale",
        EventKind::CexListing => "Exchange listing",
        EventKind::DexLiquidity => "First pool",
        EventKind::ContractDeployed => "Contract deployed",
        EventKind::Unlock => "Unlock",
        EventKind::Migration => "Migration",
        EventKind::Delisting => "Delisting",
    }
}

/// Whose event it is, by the best name there is.
pub(super) fn name(event: &Event) -> String {
    match (&event.project, event.assets.first()) {
        (Some(project), _) => project.name.clone(),
        (None, Some(asset)) => format!("${}", asset.ticker),
        (None, None) => "Unnamed project".to_owned(),
    }
}

/// The tickers beside the name, where they are not the name.
pub(super) fn tickers(event: &Event) -> Markup {
    html! {
        @if event.project.is_some() {
            @for asset in &event.assets { " " span.ticker { "$" (asset.ticker) } }
        }
    }
}

/// Made by the demo world.
pub(super) fn demo(demo: bool) -> Markup {
    html! { @if demo { " " span.badge.demo { "demo" } } }
}

/// A probability as number and bar.
pub(super) fn probability(probability: Probability) -> Markup {
    html! { span.probability { span.number { (percent(probability)) } (bar(probability.get(), "")) } }
}

/// A probability in whole percent; what is not certain is not shown as certain.
pub(super) fn percent(probability: Probability) -> String {
    match probability.get() * 100.0 {
        p if p > 99.0 && p < 100.0 => ">99 %".to_owned(),
        p if p > 0.0 && p < 1.0 => "<1 %".to_owned(),
        p => format!("{p:.0} %"),
    }
}

/// How far a link may be trusted.
pub(super) fn trust(trust: LinkTrust) -> Markup {
    let tone = match trust {
        LinkTrust::Verified => Tone::Good,
        LinkTrust::Unverified => Tone::Unknown,
        LinkTrust::Suspicious => Tone::Bad,
    };
    badge(tone, trust.as_str())
}

/// What a piece of evidence does.
pub(super) fn stance(stance: Stance) -> Markup {
    let tone = match stance {
        Stance::Supports => Tone::Good,
        Stance::Updates => Tone::Info,
        Stance::Contradicts => Tone::Warn,
        Stance::Retracts => Tone::Bad,
    };
    badge(tone, stance.as_str())
}

/// Where an agent is in its life.
pub(super) fn agent(state: AgentState) -> Markup {
    let tone = match state {
        AgentState::Active => Tone::Good,
        AgentState::Draining => Tone::Warn,
        AgentState::Lost => Tone::Bad,
        AgentState::Retired => Tone::Unknown,
    };
    badge(tone, state.as_str())
}

/// Where a task stands.
pub(super) fn task(state: TaskState) -> Markup {
    let tone = match state {
        TaskState::Pending => Tone::Unknown,
        TaskState::Leased => Tone::Info,
        TaskState::Done => Tone::Good,
        TaskState::Dead => Tone::Bad,
    };
    badge(tone, state.as_str())
}

/// How a source is doing.
pub(super) fn source(state: SourceState) -> Markup {
    let tone = match state {
        SourceState::Unknown => Tone::Unknown,
        SourceState::Healthy => Tone::Good,
        SourceState::Failing => Tone::Bad,
        SourceState::Blocked => Tone::Warn,
    };
    badge(tone, state.as_str())
}

/// What a component's checks say.
pub(super) fn service(status: ServiceStatus) -> Markup {
    let tone = match status {
        ServiceStatus::Passing => Tone::Good,
        ServiceStatus::Warning => Tone::Warn,
        ServiceStatus::Critical => Tone::Bad,
        ServiceStatus::Unknown => Tone::Unknown,
    };
    badge(tone, status.as_str())
}

/// What came of a recovery.
pub(super) fn outcome(outcome: RecoveryOutcome) -> Markup {
    let (tone, word) = match outcome {
        RecoveryOutcome::Running => (Tone::Info, "running"),
        RecoveryOutcome::Recovered => (Tone::Good, "recovered"),
        RecoveryOutcome::Failed => (Tone::Bad, "action failed"),
        RecoveryOutcome::StillDown => (Tone::Bad, "still down"),
        RecoveryOutcome::Alerted => (Tone::Warn, "a person was told"),
    };
    badge(tone, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_certainty_is_shown_as_certain() {
        for (given, expected) in
            [(0.0, "0 %"), (0.004, "<1 %"), (0.5, "50 %"), (0.934, "93 %"), (0.9999, ">99 %"), (1.0, "100 %")]
        {
            assert_eq!(percent(Probability::clamped(given)), expected);
        }
    }

    #[test]
    fn unknown_is_never_good() {
        for shown in [source(SourceState::Unknown), service(ServiceStatus::Unknown), task(TaskState::Pending)] {
            assert!(!shown.into_string().contains("good"));
        }
    }
}
