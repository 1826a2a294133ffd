//! A store with something of everything in it: what the console's tests and its preview show.
//!
//! All names are invented. What is stored goes the way documents go: ingested, claimed, judged, decided.

use std::time::Duration;

use tge_local::ManualClock;
use tge_model::{
    Agent, AgentId, AgentKind, AgentState, Arrival, Asset, Change, ChangeKind, ComponentStatus, Confidence, Event,
    EventId, EventKind, EventStatus, Evidence, Latency, Link, LinkKind, LinkTrust, Observation, ObservationId,
    Precision, Priority, Probability, Project, Reason, Recovery, RecoveryAction, RecoveryId, RecoveryOutcome, Schedule,
    ScheduleBasis, ScheduleChange, ScheduleMove, ServiceStatus, Slug, SourceHealth, SourceName, SourceState, Stance,
    TaskId, TaskKind, Term, TermKind, Tier, Timestamp, ToldTerm, Venue, VenueKind, Verdict, Zone,
};
use tge_ports::Clock;
use tge_ports::store::{CommitOutcome, Decision, EventWrite, Judged, NewTask, Stores};
use tge_sources::{Catalog, parse_all};

const LEASE: Duration = Duration::from_secs(60);
const MINUTE: Duration = Duration::from_secs(60);

/// The text of the document that explains the first event; its words are marked by [`reasons`].
const POST: &str = "We have been building for three years. Lumen Grid will launch its native token $LUMEN on 30 November \
    2026 at 14:00 UTC, and trading opens on Orbit Exchange the same hour. Version 2.1 of the client is required.\n\
    Claims for early users open one week later. This is not a perpetual listing; rumours of an earlier date are false.\n\
    The total supply is 1,000,000,000 LUMEN; early users receive 12.5% of it.";

/// Headline of a document that wants to be markup.
pub(crate) const HOSTILE: &str = "<img src=x onerror=alert(1)><script>alert(2)</script> \"quoted\" & 'single'";

/// The events a test asks for by name.
pub(crate) struct Seeded {
    /// Confirmed, with a history, a moved date and links of every trust.
    pub(crate) lumen: EventId,
    /// Hostile in every field a stranger writes.
    pub(crate) hostile: EventId,
    /// Of the demo world.
    pub(crate) demo: EventId,
}

/// Commits one more event.
pub(crate) async fn another(stores: &Stores, now: Timestamp, number: u128) -> EventId {
    let mut world = World { stores: stores.clone(), next: number };
    let document =
        document("daily-ledger", &format!("live-{number}"), &format!("Comet {number} opens its public sale"), "", now);
    let mut event = event(&mut world, &document, &format!("Comet {number}"), EventKind::PublicSale, now);
    event.status = EventStatus::Rumoured;
    let id = event.id;
    world.believe(document, created(event)).await;
    id
}

/// Fills the store; the clock is moved on as time goes by in it.
pub(crate) async fn fill(stores: &Stores, clock: &ManualClock) -> Seeded {
    let mut world = World { stores: stores.clone(), next: 1 };
    swarm(stores, clock).await;
    let lumen = lumen(&mut world, clock).await;
    let demo = others(&mut world, clock).await;
    let hostile = hostile(&mut world, clock).await;
    Seeded { lumen, hostile, demo }
}

/// The catalogue that goes with it.
pub(crate) fn catalog() -> Catalog {
    let file = |name: &str, tier: &str, owner: &str, more: &str| {
        (
            format!("{name}.yaml"),
            format!(
                "version: 1\nname: {name}\nkind: feed\nurl: https://{owner}.example/feed\nowner: {owner}\ntier: {tier}\nevery: 30s\n{more}"
            ),
        )
    };
    let files = [
        file("lumen-blog", "official", "lumen", "project: lumen-grid\n"),
        file("orbit-announcements", "exchange", "orbit", ""),
        file("daily-ledger", "press", "ledger", ""),
        file("chain-courier", "press", "courier", ""),
        file("quiet-forum", "community", "forum", ""),
    ];
    let (files, problems) = parse_all(&files);
    assert!(problems.is_empty(), "{problems:?}");
    Catalog::new(files)
}

struct World {
    stores: Stores,
    next: u128,
}

impl World {
    /// Stores a document and what it does to an event, the way agents do.
    async fn believe(&mut self, document: Observation, write: EventWrite) -> Change {
        let (observations, id) = (&self.stores.observations, document.id);
        observations.ingest(&[document], None).await.expect("ingest");
        let claimed = observations.claim("seed", 1, LEASE).await.expect("claim");
        let verdict = Verdict {
            is_tge: true,
            probability: write.event.confidence.probability,
            launches: Vec::new(),
            reasons: write.event.explanation.clone(),
            ruleset: write.event.confidence.ruleset.clone(),
        };
        let judged = Judged { observation: id, lease: claimed[0].lease, verdict, candidate: true };
        observations.commit(&[judged]).await.expect("judge");
        let claimed = observations.claim_candidates("seed", 1, LEASE).await.expect("claim candidate");
        let decision = Decision { candidate: id, lease: claimed[0].lease, writes: vec![write] };
        match self.stores.events.commit(&[decision]).await.expect("commit") {
            CommitOutcome::Committed(mut changes) => changes.remove(0),
            CommitOutcome::Conflict(id) => panic!("conflict at {id}"),
        }
    }

    fn id(&mut self, at: Timestamp) -> EventId {
        self.next += 1;
        EventId::new(at, self.next)
    }
}

async fn lumen(world: &mut World, clock: &ManualClock) -> EventId {
    let now = clock.now();
    let press = document(
        "daily-ledger",
        "1",
        "Lumen Grid is said to prepare a token",
        "Sources say Lumen Grid may issue a token.",
        now,
    );
    let mut event = event(world, &press, "Lumen Grid", EventKind::TokenGeneration, now);
    event.status = EventStatus::Rumoured;
    event.status_reason = "ledger (press) says so with reserve".to_owned();
    event.confidence.probability = Probability::clamped(0.58);
    world.believe(press, created(event.clone())).await;
    clock.advance(42 * MINUTE);

    let now = clock.now();
    let post = document("lumen-blog", "2", "Introducing $LUMEN, the native token of Lumen Grid", POST, now);
    let when = |start: &str, precision, words: &str| Schedule {
        start: Timestamp::parse(start).expect("a moment"),
        precision,
        as_published: words.to_owned(),
        basis: ScheduleBasis::Official,
    };
    let first = when("2026-11-25T00:00:00Z", Precision::Day, "25 November");
    event.status = EventStatus::Announced;
    event.status_reason = "lumen (official) says so".to_owned();
    event.assets = vec![Asset { ticker: "LUMEN".to_owned() }];
    event.terms = vec![
        told(&post, TermKind::Supply, "1000000000", "LUMEN", "total supply is 1,000,000,000 LUMEN"),
        told(&post, TermKind::Share, "12.5", "%", "users receive 12.5%"),
    ];
    event.evidence.push(evidence(&post, "lumen", Tier::Official, Stance::Supports));
    event.explained_by = post.id;
    event.explanation = reasons(&post);
    event.confidence.probability = Probability::clamped(0.971);
    event.confidence.independent_sources = 2;
    event.schedule = Some(first.clone());
    event.schedule_history =
        vec![ScheduleChange { from: None, to: first.clone(), moved: ScheduleMove::Firmed, at: now }];
    event.updated_at = now;
    event.revision = 2;
    world.believe(post, revised(event.clone(), ChangeKind::StatusChanged, Some(EventStatus::Rumoured))).await;
    clock.advance(7 * MINUTE);

    let now = clock.now();
    let listing = document(
        "orbit-announcements",
        "3",
        "Orbit Exchange will list Lumen Grid (LUMEN)",
        "Trading opens 30 November 2026, 14:00 UTC.",
        now,
    );
    let second = when("2026-11-30T14:00:00Z", Precision::Minute, "30 November 2026 at 14:00 UTC");
    event.status = EventStatus::Confirmed;
    event.status_reason = "orbit (exchange) names a day: 30 November 2026 at 14:00 UTC".to_owned();
    event.evidence.push(evidence(&listing, "orbit", Tier::Exchange, Stance::Updates));
    event.venues = vec![Venue { name: "Orbit Exchange".to_owned(), kind: VenueKind::Cex }];
    event.confidence.probability = Probability::clamped(0.9951);
    event.confidence.independent_sources = 3;
    event.schedule_history.push(ScheduleChange {
        from: Some(first),
        to: second.clone(),
        moved: ScheduleMove::Slip,
        at: now,
    });
    event.schedule = Some(second);
    event.links = links();
    event.updated_at = now;
    event.revision = 3;
    world.believe(listing, revised(event.clone(), ChangeKind::StatusChanged, Some(EventStatus::Announced))).await;
    clock.advance(5 * MINUTE);
    event.id
}

fn links() -> Vec<Link> {
    let link = |url: &str, kind, trust, reasons: &[&str]| Link {
        url: url.to_owned(),
        kind,
        trust,
        reasons: reasons.iter().map(|r| (*r).to_owned()).collect(),
    };
    vec![
        link(
            "https://lumen.example/token",
            LinkKind::Announcement,
            LinkTrust::Verified,
            &["lumen.example is Lumen Grid's own"],
        ),
        link("https://orbit.example/trade/LUMEN_USD", LinkKind::Trade, LinkTrust::Unverified, &[]),
        link(
            "https://lurnen.example/claim",
            LinkKind::Claim,
            LinkTrust::Suspicious,
            &["looks like lumen.example and is not", "registered under another owner"],
        ),
    ]
}

/// A row of events of every status, and enough of them for a second page. Answers the demo world's.
async fn others(world: &mut World, clock: &ManualClock) -> EventId {
    for number in 0..56 {
        let now = clock.now();
        let document =
            document("chain-courier", &format!("old-{number}"), &format!("Quarry {number} reveals its token"), "", now);
        let mut event = event(world, &document, &format!("Quarry {number}"), EventKind::TokenGeneration, now);
        event.status = EventStatus::Completed;
        event.arrival = Arrival::CatchUp;
        world.believe(document, created(event)).await;
        clock.advance(MINUTE);
    }
    let rows = [
        (
            "极光网络",
            "AUR",
            EventKind::CexListing,
            EventStatus::Live,
            0.993,
            "极光网络代币 AUR 现已上线交易",
            Precision::Minute,
        ),
        (
            "Tessel",
            "TSL",
            EventKind::ClaimOpen,
            EventStatus::Postponed,
            0.91,
            "Tessel delays its claim to next month",
            Precision::Month,
        ),
        (
            "Harbor Zero",
            "HBZ",
            EventKind::PublicSale,
            EventStatus::Cancelled,
            0.87,
            "Harbor Zero cancels its public sale",
            Precision::Day,
        ),
        (
            "Nimbus Rollup",
            "NMB",
            EventKind::Snapshot,
            EventStatus::Announced,
            0.74,
            "Nimbus Rollup takes a snapshot this quarter",
            Precision::Quarter,
        ),
        (
            "A project with quite a long name that nobody would want to print in one line of a narrow screen",
            "VERYLONGTICKER",
            EventKind::EligibilityOpen,
            EventStatus::Rumoured,
            0.41,
            "Anunciomuylargosinespaciosqueobligaacortarlaspalabrasenpantallaspequeñas",
            Precision::Year,
        ),
    ];
    for (project, ticker, kind, status, probability, title, precision) in rows {
        let now = clock.now();
        let document = document("daily-ledger", project, title, "", now);
        let mut event = event(world, &document, project, kind, now);
        event.status = status;
        event.assets = vec![Asset { ticker: ticker.to_owned() }];
        event.confidence.probability = Probability::clamped(probability);
        event.schedule = Some(Schedule {
            start: now.plus(3 * 24 * 60 * MINUTE),
            precision,
            as_published: "as the text says".to_owned(),
            basis: ScheduleBasis::Press,
        });
        world.believe(document, created(event)).await;
        clock.advance(4 * MINUTE);
    }
    let now = clock.now();
    let mut document = document("daily-ledger", "demo", "Demo Coin launches", "", now);
    document.demo = true;
    let mut event = event(world, &document, "Demo Coin", EventKind::TokenGeneration, now);
    event.demo = true;
    let id = event.id;
    world.believe(document, created(event)).await;
    id
}

async fn hostile(world: &mut World, clock: &ManualClock) -> EventId {
    let now = clock.now();
    let mut document = document("quiet-forum", "evil", HOSTILE, "</section><script>alert(3)</script> launches.", now);
    document.url = "javascript:alert(4)".to_owned();
    let mut event = event(world, &document, "Evil <b>Coin</b>", EventKind::TokenGeneration, now);
    event.assets = vec![Asset { ticker: "\"><svg/onload=alert(5)>".to_owned() }];
    event.terms = vec![told(&document, TermKind::Price, "0.05", "<b>", HOSTILE)];
    event.status_reason = "<script>alert(6)</script>".to_owned();
    event.explanation =
        vec![reason("<script>", 1.5, Zone::Text, &document.text), reason("onerror", -0.7, Zone::Title, HOSTILE)];
    event.links = vec![Link {
        url: "javascript:alert(7)".to_owned(),
        kind: LinkKind::Claim,
        trust: LinkTrust::Unverified,
        reasons: vec!["<i>no</i>".to_owned()],
    }];
    let id = event.id;
    world.believe(document, created(event)).await;
    clock.advance(MINUTE);
    id
}

fn document(source: &str, key: &str, title: &str, text: &str, now: Timestamp) -> Observation {
    let source = SourceName::new(source).expect("a name");
    let sha256 = Observation::hash_content(title, text);
    Observation {
        id: ObservationId::derive(&source, key, &sha256),
        key: key.to_owned(),
        url: format!("https://{source}.example/posts/{}", key.len()),
        source,
        title: title.to_owned(),
        text: text.to_owned(),
        lang: None,
        published: Some(now.minus(Duration::from_secs(18))),
        first_seen_at: now,
        previous_poll_at: Some(now.minus(Duration::from_secs(30))),
        sha256,
        arrival: Arrival::Live,
        demo: false,
        traceparent: None,
    }
}

fn told(document: &Observation, kind: TermKind, value: &str, unit: &str, words: &str) -> ToldTerm {
    let value = value.parse().expect("a decimal");
    ToldTerm { term: Term { kind, value, unit: unit.to_owned(), as_published: words.to_owned() }, told_by: document.id }
}

fn event(world: &mut World, document: &Observation, project: &str, kind: EventKind, now: Timestamp) -> Event {
    Event {
        id: world.id(now),
        project: Some(Project { name: project.to_owned(), slug: Slug::of(project).expect("letters") }),
        kind,
        status: EventStatus::Announced,
        status_reason: "one voice says so".to_owned(),
        assets: Vec::new(),
        venues: Vec::new(),
        terms: Vec::new(),
        schedule: None,
        schedule_history: Vec::new(),
        confidence: Confidence {
            probability: Probability::clamped(0.66),
            independent_sources: 1,
            ruleset: "seed-1".to_owned(),
        },
        explanation: Vec::new(),
        explained_by: document.id,
        evidence: vec![evidence(document, "ledger", Tier::Press, Stance::Supports)],
        links: Vec::new(),
        latency: Latency { source_lag_ms: Some(18_000), poll_lag_ms: Some(30_000), pipeline_ms: 143 },
        arrival: Arrival::Live,
        revision: 1,
        created_at: now,
        updated_at: now,
        merged_into: None,
        occurrence: 1,
        demo: false,
    }
}

fn evidence(document: &Observation, owner: &str, tier: Tier, stance: Stance) -> Evidence {
    Evidence {
        observation: document.id,
        source: document.source.clone(),
        owner: owner.to_owned(),
        tier,
        url: document.url.clone(),
        title: document.title.clone(),
        published: document.published,
        first_seen_at: document.first_seen_at,
        previous_poll_at: document.previous_poll_at,
        sha256: document.sha256,
        sketch: vec![0x00f0_0ff0, 0x1234_5678],
        stance,
    }
}

fn reasons(post: &Observation) -> Vec<Reason> {
    vec![
        reason("will launch its native token $LUMEN", 3.42, Zone::Text, &post.text),
        reason("native token of Lumen Grid", 1.9, Zone::Title, &post.title),
        reason("30 November 2026 at 14:00 UTC", 1.31, Zone::Text, &post.text),
        reason("trading opens on Orbit Exchange", 1.12, Zone::Text, &post.text),
        reason("Claims for early users open", 0.64, Zone::Text, &post.text),
        Reason {
            quote: String::new(),
            end: 0,
            start: 0,
            feature: "speaker:official".to_owned(),
            ..reason("We", 0.8, Zone::Text, &post.text)
        },
        reason("perpetual listing", -1.25, Zone::Text, &post.text),
        reason("rumours", -0.4, Zone::Text, &post.text),
    ]
}

fn reason(quote: &str, weight: f64, zone: Zone, text: &str) -> Reason {
    let start = text.find(quote).expect("the quote stands in the text");
    let feature = format!("frame:{}", if weight > 0.0 { "launch" } else { "look-alike" });
    Reason {
        stage: "frame".into(),
        feature,
        weight,
        quote: quote.to_owned(),
        zone,
        start,
        end: start + quote.len(),
        parts: Vec::new(),
    }
}

fn created(event: Event) -> EventWrite {
    EventWrite { event, keys: Vec::new(), kind: ChangeKind::Created, alert: true, status_from: None }
}

fn revised(event: Event, kind: ChangeKind, from: Option<EventStatus>) -> EventWrite {
    EventWrite { event, keys: Vec::new(), kind, alert: true, status_from: from }
}

/// Agents, tasks, sources and recoveries.
async fn swarm(stores: &Stores, clock: &ManualClock) {
    let now = clock.now();
    agents(stores, now).await;
    sources(stores, now).await;
    tasks(stores, now).await;
    recoveries(stores, now).await;
}

/// Four of the five kinds beat; the fifth is missing.
pub(crate) async fn agents(stores: &Stores, now: Timestamp) {
    for (number, kind) in AgentKind::ALL.iter().enumerate().take(4) {
        let agent = Agent {
            id: AgentId::new(Timestamp::from_secs(1_790_000_000), u128::try_from(number).expect("small") + 7),
            kind: *kind,
            address: String::new(),
            state: AgentState::Active,
            started_at: now.minus(90 * MINUTE),
            last_seen_at: now,
            doing: "waiting for work".to_owned(),
            done: 1_204,
            failed: u64::from(number == 2),
            version: "0.1.0".to_owned(),
        };
        stores.agents.beat(&agent).await.expect("beat");
    }
}

async fn sources(stores: &Stores, now: Timestamp) {
    let rows = [
        ("lumen-blog", SourceState::Healthy, None, 0),
        (
            "orbit-announcements",
            SourceState::Failing,
            Some("GET https://orbit.example/feed: connection refused; is the host up?"),
            4,
        ),
        ("daily-ledger", SourceState::Healthy, None, 0),
        ("chain-courier", SourceState::Blocked, Some("status 200 with a challenge page in place of the feed"), 1),
    ];
    for (name, state, error, failures) in rows {
        let mut health = SourceHealth::unknown(SourceName::new(name).expect("a name"), now.plus(MINUTE));
        health.state = state;
        health.error = error.map(str::to_owned);
        health.last_poll_at = Some(now);
        health.last_success_at = (failures == 0).then_some(now);
        health.failures = failures;
        (health.polls, health.not_modified, health.observations) = (812, 640, 57);
        stores.sources.put(&health).await.expect("put");
    }
}

async fn tasks(stores: &Stores, now: Timestamp) {
    for (number, subject) in (0_u128..).zip(["lumen-blog", "orbit-announcements", "daily-ledger", "quiet-forum"]) {
        let task = NewTask {
            id: TaskId::new(now, number + 1),
            idem_key: format!("seed-{number}"),
            kind: TaskKind::PollFeed,
            subject: subject.to_owned(),
            priority: Priority::Normal,
            not_before: now,
            traceparent: None,
        };
        stores.tasks.plan(&[task], None).await.expect("plan");
    }
    let claimed = stores.tasks.claim("agent-1", &[TaskKind::PollFeed], 2, LEASE).await.expect("claim");
    let done = stores.tasks.finish(claimed[0].item.id, claimed[0].lease, "3 new of 25 documents in 212 ms").await;
    assert!(done.expect("finish"));
    let failed = &claimed[1];
    let error = "GET https://orbit.example/feed: connection refused";
    stores.tasks.fail(failed.item.id, failed.lease, error, now.plus(MINUTE)).await.expect("fail");
}

async fn recoveries(stores: &Stores, now: Timestamp) {
    let recovery = |number: u128, cause: &str, outcome, attempt, detail: &str| Recovery {
        id: RecoveryId::new(now, number),
        component: "agent-keyword-precision".to_owned(),
        container: "tge_agent-keyword-precision_1".to_owned(),
        cause: cause.to_owned(),
        evidence: vec!["3 of 3 health checks failed in 15 s".to_owned(), "heartbeat silent for 16.2 s".to_owned()],
        action: RecoveryAction::Restart,
        attempt,
        outcome,
        detail: detail.to_owned(),
        started_at: now.plus(Duration::from_secs(number.try_into().expect("small"))),
        ended_at: (outcome != RecoveryOutcome::Running).then(|| now.plus(Duration::from_secs(20))),
    };
    let rows = [
        recovery(1, "hung", RecoveryOutcome::Recovered, 1, "healthy again, verified by 2 checks"),
        recovery(
            2,
            "died",
            RecoveryOutcome::StillDown,
            2,
            "restarted, and its health check still fails: connection refused",
        ),
        recovery(3, "unhealthy", RecoveryOutcome::Running, 3, ""),
    ];
    for row in &rows {
        stores.recoveries.put(row).await.expect("put");
    }
    let component = |name: &str, status, reason: &str, attempts, breaker_open| ComponentStatus {
        component: name.to_owned(),
        status,
        reason: reason.to_owned(),
        attempts,
        breaker_open,
        checked_at: now,
    };
    let components = [
        component("agent-data-quality", ServiceStatus::Passing, "ready", 0, false),
        component("agent-keyword-precision", ServiceStatus::Critical, "health check refused for 40 s", 3, true),
        component("redis-master-2", ServiceStatus::Warning, "cluster state is fail", 0, false),
        component("jaeger", ServiceStatus::Unknown, "not looked at yet", 0, false),
    ];
    stores.recoveries.put_components(&components).await.expect("put");
}
