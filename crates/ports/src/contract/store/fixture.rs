//! Values to try a store with.

use std::time::Duration;

use tge_model::{
    Agent, AgentId, AgentKind, AgentState, Arrival, Asset, ChangeKind, Confidence, Cue, Decimal, Delivery, DeliveryId,
    DeliveryState, Event, EventId, EventKey, EventKind, EventStatus, Evidence, Latency, Launch, Link, LinkKind,
    LinkTrust, Observation, ObservationId, Precision, Priority, Probability, Project, Reason, ReasonPart, Schedule,
    ScheduleBasis, ScheduleChange, ScheduleMove, Slug, SourceName, Stance, TaskId, TaskKind, Term, TermKind, Tier,
    ToldTerm, Venue, VenueKind, Verdict, Webhook, WebhookId, Zone,
};

use super::START;
use crate::Stores;
use crate::store::{Candidate, Claimed, Decision, EventWrite, Judged, NewTask};

/// A minute: longer than no lease below, shorter than every wait.
pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const SECOND: Duration = Duration::from_secs(1);

pub(super) fn source(name: &str) -> SourceName {
    SourceName::new(name).expect("a valid name")
}

/// The `n`-th document, first seen `n` seconds after [`START`].
pub fn document(n: u64) -> Observation {
    document_of("example-news", &format!("guid-{n}"), &format!("Example {n} launches $EX{n} on 30 April"), n)
}

pub(super) fn document_of(from: &str, key: &str, text: &str, n: u64) -> Observation {
    let source = source(from);
    let sha256 = Observation::hash_content("A headline", text);
    Observation {
        id: ObservationId::derive(&source, key, &sha256),
        source,
        key: key.to_owned(),
        url: format!("https://example.org/{key}"),
        title: "A headline".to_owned(),
        text: text.to_owned(),
        lang: Some("en".to_owned()),
        published: Some(START),
        first_seen_at: START.plus(Duration::from_secs(n)),
        previous_poll_at: Some(START.minus(MINUTE)),
        sha256,
        arrival: Arrival::Live,
        demo: false,
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
    }
}

/// A verdict that uses every field.
pub fn verdict() -> Verdict {
    Verdict {
        is_tge: true,
        probability: Probability::clamped(0.912_345_678_9),
        launches: vec![Launch {
            project: Some("Example".to_owned()),
            symbol: Some("EX".to_owned()),
            kind: EventKind::TokenGeneration,
            with_mainnet: true,
            schedule: Some(schedule(30)),
            venues: vec!["Binance".to_owned()],
            chain: Some("ethereum".to_owned()),
            terms: vec![term()],
            links: vec!["https://example.org/claim".to_owned()],
            cue: Cue::ALL[0],
        }],
        reasons: vec![reason()],
        ruleset: "r1".to_owned(),
    }
}

fn reason() -> Reason {
    Reason {
        stage: "frame".into(),
        feature: "launch:subject".to_owned(),
        // No short decimal: it must come back to the last bit.
        weight: 0.1 + 0.2,
        quote: "launches $EX — “now”".to_owned(),
        zone: Zone::Text,
        start: 8,
        end: 20,
        parts: vec![ReasonPart {
            role: Some("act".to_owned()),
            label: "LAUNCH".to_owned(),
            quote: "launches".to_owned(),
            start: 8,
            end: 16,
        }],
    }
}

/// More digits than a double keeps.
fn term() -> Term {
    Term {
        kind: TermKind::Supply,
        value: Decimal::from_i128_with_scale(420_690_000_000_000_123_456_789, 9),
        unit: "EX".to_owned(),
        as_published: "420.69 trillion EX".to_owned(),
    }
}

fn schedule(day: u64) -> Schedule {
    Schedule {
        start: START.plus(Duration::from_secs(86_400 * day)),
        precision: Precision::Day,
        as_published: format!("in {day} days"),
        basis: ScheduleBasis::Official,
    }
}

/// The `n`-th event, at its first revision, with every field used.
pub fn event(n: u64) -> Event {
    let seen = document(n);
    Event {
        id: EventId::new(START.plus(Duration::from_secs(n)), u128::from(n)),
        project: Some(Project {
            name: format!("Project {n}"),
            slug: Slug::of(&format!("Project {n}")).expect("a slug"),
        }),
        kind: EventKind::TokenGeneration,
        status: EventStatus::Rumoured,
        status_reason: "one press source".to_owned(),
        assets: vec![Asset { ticker: format!("TK{n}") }],
        venues: vec![Venue { name: "Binance".to_owned(), kind: VenueKind::Cex }],
        terms: vec![ToldTerm { term: term(), told_by: seen.id }],
        schedule: Some(schedule(30)),
        schedule_history: vec![ScheduleChange {
            from: Some(schedule(20)),
            to: schedule(30),
            moved: ScheduleMove::Slip,
            at: START,
        }],
        confidence: Confidence {
            probability: Probability::clamped(0.75),
            independent_sources: 1,
            ruleset: "r1".to_owned(),
        },
        explanation: vec![reason()],
        explained_by: seen.id,
        evidence: vec![Evidence {
            observation: seen.id,
            source: seen.source.clone(),
            owner: "example".to_owned(),
            tier: Tier::Press,
            url: seen.url.clone(),
            title: format!("Headline number {n} 新币上线"),
            published: seen.published,
            first_seen_at: seen.first_seen_at,
            previous_poll_at: None,
            sha256: seen.sha256,
            sketch: vec![0x00f0_0ff0, 0x1234_5678],
            stance: Stance::Supports,
        }],
        links: vec![Link {
            url: seen.url,
            kind: LinkKind::Announcement,
            trust: LinkTrust::Unverified,
            reasons: vec!["the document itself".to_owned()],
        }],
        latency: Latency { source_lag_ms: Some(1_000), poll_lag_ms: None, pipeline_ms: 12 },
        arrival: Arrival::Live,
        revision: 1,
        created_at: START.plus(Duration::from_secs(n)),
        updated_at: START.plus(Duration::from_secs(n)),
        merged_into: None,
        occurrence: 1,
        demo: false,
    }
}

pub(super) fn key(n: u64) -> EventKey {
    EventKey::project(&Slug::of(&format!("Project {n}")).expect("a slug"), EventKind::TokenGeneration, 1)
}

/// A write that creates this event under the `n`-th key.
pub(super) fn creation(event: Event, n: u64) -> EventWrite {
    EventWrite { event, keys: vec![key(n)], kind: ChangeKind::Created, alert: true, status_from: None }
}

/// A write of the event's next revision with this status.
pub(super) fn revision(of: &Event, status: EventStatus) -> EventWrite {
    let event = Event { revision: of.revision + 1, status, ..of.clone() };
    EventWrite { event, keys: Vec::new(), kind: ChangeKind::StatusChanged, alert: false, status_from: Some(of.status) }
}

pub(super) fn decision(candidate: &Claimed<Candidate>, writes: Vec<EventWrite>) -> Decision {
    Decision { candidate: candidate.item.observation.id, lease: candidate.lease, writes }
}

/// Brings documents `from..to` so far that they are candidates, and takes them.
pub(super) async fn candidates(stores: &Stores, from: u64, to: u64) -> Vec<Claimed<Candidate>> {
    let batch: Vec<_> = (from..to).map(document).collect();
    stores.observations.ingest(&batch, None).await.expect("documents are stored");
    let claimed = stores.observations.claim("judge", 1_000, MINUTE).await.expect("documents are claimed");
    let judged: Vec<_> = claimed
        .iter()
        .map(|one| Judged { observation: one.item.id, lease: one.lease, verdict: verdict(), candidate: true })
        .collect();
    let kept = stores.observations.commit(&judged).await.expect("verdicts are stored");
    assert!(kept.iter().all(|kept| *kept), "every lease was fresh: {kept:?}");
    let taken = stores.observations.claim_candidates("decider", 1_000, MINUTE).await.expect("candidates are claimed");
    assert_eq!(taken.len(), batch.len(), "every document became a candidate");
    taken
}

pub(super) fn webhook(n: u64) -> Webhook {
    Webhook {
        id: WebhookId::new(START, u128::from(n)),
        url: format!("https://example.org/hooks/{n}"),
        secret: "whsec_c2VjcmV0".to_owned(),
        min_probability: Probability::clamped(0.5),
        created_at: START.plus(Duration::from_secs(n)),
        disabled_at: None,
    }
}

pub(super) fn delivery(n: u64, webhook: &Webhook, seq: u64, event: EventId) -> Delivery {
    Delivery {
        id: DeliveryId::new(START, u128::from(n)),
        webhook: webhook.id,
        seq,
        event,
        state: DeliveryState::Pending,
        attempt: 0,
        next_at: START,
        error: None,
        created_at: START.plus(Duration::from_secs(n)),
        finished_at: None,
    }
}

pub(super) fn task(n: u64) -> NewTask {
    NewTask {
        id: TaskId::new(START, u128::from(n)),
        idem_key: format!("poll:example-{n}:0"),
        kind: TaskKind::PollFeed,
        subject: format!("example-{n}"),
        priority: Priority::Normal,
        not_before: START,
        traceparent: None,
    }
}

pub(super) fn agent(n: u64) -> Agent {
    Agent {
        id: AgentId::new(START, u128::from(n)),
        kind: AgentKind::KeywordPrecision,
        address: "http://127.0.0.1:1".to_owned(),
        state: AgentState::Active,
        started_at: START,
        last_seen_at: START,
        doing: "waits".to_owned(),
        done: n,
        failed: 0,
        version: "0.1.0".to_owned(),
    }
}
