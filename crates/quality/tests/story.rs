//! Whole stories: documents in, the state of belief after each.

use std::collections::HashMap;
use std::time::Duration;

use proptest::prelude::*;
use tge_model::{
    Arrival, ChangeKind, Cue, Event, EventKind, EventStatus, Launch, LinkTrust, Observation, ObservationId, Precision,
    Probability, Schedule, ScheduleBasis, ScheduleMove, Source, SourceKind, SourceName, Stance, Term, TermKind, Tier,
    Timestamp, VenueKind, Verdict,
};
use tge_quality::{Beliefs, Context, Known, Place, Proposed, Sights, allowed, decide, keys_of, lookup_keys};

/// The day the stories begin.
const DAY_ZERO: i64 = 1_777_000_000 / 86_400 * 86_400;

fn at(day: i64, hour: i64) -> Timestamp {
    Timestamp::from_secs(DAY_ZERO + day * 86_400 + hour * 3_600)
}

struct World {
    sources: HashMap<SourceName, Source>,
    known: Known,
    sights: Sights,
    beliefs: Beliefs,
    events: HashMap<tge_model::EventId, Event>,
    next_id: u128,
}

/// A document, told in few words.
#[derive(Debug, Clone)]
struct Doc {
    source: &'static str,
    key: String,
    project: Option<&'static str>,
    symbol: Option<&'static str>,
    kind: EventKind,
    cue: Cue,
    date: Option<(i64, Precision)>,
    venues: Vec<&'static str>,
    terms: Vec<(TermKind, &'static str, &'static str)>,
    day: i64,
    hour: i64,
    seen_later: Duration,
    arrival: Arrival,
    words: String,
    probability: f64,
    is_tge: bool,
    demo: bool,
}

fn doc(source: &'static str, key: &str, cue: Cue) -> Doc {
    Doc {
        source,
        key: key.to_owned(),
        project: Some("Fuel Network"),
        symbol: Some("FUEL"),
        kind: EventKind::TokenGeneration,
        cue,
        date: None,
        venues: vec![],
        terms: vec![],
        day: 0,
        hour: 1,
        seen_later: Duration::from_secs(5),
        arrival: Arrival::Live,
        words: format!("words of {source} {key}"),
        probability: 0.8,
        is_tge: matches!(cue, Cue::Announced | Cue::Live),
        demo: false,
    }
}

impl Doc {
    fn on(mut self, day: i64) -> Self {
        self.day = day;
        self
    }
    fn date(mut self, day: i64, precision: Precision) -> Self {
        self.date = Some((day, precision));
        self
    }
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl World {
    fn new() -> Self {
        let source = |name: &str, owner: &str, tier, project: Option<&str>| {
            let name = SourceName::new(name).expect("a valid name");
            let source = Source {
                name: name.clone(),
                kind: SourceKind::Push,
                url: String::new(),
                owner: owner.to_owned(),
                tier,
                every: Duration::from_secs(60),
                project: project.map(str::to_owned),
                demo: false,
            };
            (name, source)
        };
        Self {
            sources: HashMap::from([
                source("fuel-blog", "fuel", Tier::Official, Some("Fuel Network")),
                source("binance", "binance", Tier::Exchange, None),
                source("press-a", "press-a", Tier::Press, None),
                source("press-b", "press-b", Tier::Press, None),
                source("press-b-mirror", "press-b", Tier::Press, None),
                source("forum", "forum", Tier::Community, None),
            ]),
            known: Known::new(
                [("Fuel Network".to_owned(), vec!["fuel.network".to_owned()])],
                vec![Place {
                    name: "Binance".to_owned(),
                    kind: VenueKind::Cex,
                    domains: vec!["binance.com".to_owned()],
                    until: None,
                }],
            ),
            sights: Sights::default(),
            beliefs: Beliefs::default(),
            events: HashMap::new(),
            next_id: 0,
        }
    }

    fn document(doc: &Doc) -> (Observation, Verdict) {
        let source = SourceName::new(doc.source).expect("a valid name");
        let sha256 = Observation::hash_content("title", &doc.words);
        let published = at(doc.day, doc.hour);
        let observation = Observation {
            id: ObservationId::derive(&source, &doc.key, &sha256),
            url: format!("https://{}.example/post-{}", doc.source, doc.key),
            source,
            key: doc.key.clone(),
            title: "title".to_owned(),
            text: doc.words.clone(),
            lang: None,
            published: Some(published),
            first_seen_at: published.plus(doc.seen_later),
            previous_poll_at: None,
            sha256,
            arrival: doc.arrival,
            demo: doc.demo,
            traceparent: None,
        };
        let launch = Launch {
            project: doc.project.map(str::to_owned),
            symbol: doc.symbol.map(str::to_owned),
            kind: doc.kind,
            with_mainnet: false,
            schedule: doc.date.map(|(day, precision)| Schedule {
                start: at(day, 0),
                precision,
                as_published: format!("day {day}"),
                basis: ScheduleBasis::Press,
            }),
            venues: doc.venues.iter().map(|v| (*v).to_owned()).collect(),
            chain: None,
            terms: doc.terms.iter().map(|&(kind, value, unit)| term(kind, value, unit)).collect(),
            links: vec![],
            cue: doc.cue,
        };
        let verdict = Verdict {
            is_tge: doc.is_tge,
            probability: Probability::clamped(doc.probability),
            launches: vec![launch],
            reasons: vec![],
            ruleset: "test".to_owned(),
        };
        (observation, verdict)
    }

    fn tell(&mut self, doc: &Doc) -> Vec<Proposed> {
        let (observation, verdict) = Self::document(doc);
        self.decide(&observation, &verdict)
    }

    fn decide(&mut self, observation: &Observation, verdict: &Verdict) -> Vec<Proposed> {
        let now = observation.first_seen_at.plus(Duration::from_secs(1));
        let context = Context { now, sources: &self.sources, known: &self.known, sights: &self.sights };
        let next = &mut self.next_id;
        let mut random = || {
            *next += 1;
            *next
        };
        let writes = decide(observation, verdict, &mut self.beliefs, &context, &mut random);
        for write in &writes {
            // What the store would refuse: a revision that does not follow, a key of another event.
            let before = self.events.get(&write.event.id).map_or(0, |e| e.revision);
            assert_eq!(write.event.revision, before + 1);
            let asked = lookup_keys(observation, verdict, &context);
            assert!(write.keys.iter().all(|k| asked.contains(k)), "a key that was never asked for: {:?}", write.keys);
            self.events.insert(write.event.id, write.event.clone());
        }
        writes
    }

    fn only(&self) -> &Event {
        let mut open = self.events.values().filter(|e| e.status != EventStatus::Merged);
        let one = open.next().expect("an event");
        assert!(open.next().is_none(), "two events: {:#?}", self.events.values().collect::<Vec<_>>());
        one
    }
}

fn term(kind: TermKind, value: &str, unit: &str) -> Term {
    let value = value.parse().expect("a decimal");
    Term { kind, value, unit: unit.to_owned(), as_published: format!("{value} {unit}") }
}

/// A document and what its last write must show: status, kind of change, alert; `None` for no write.
type Step = (Doc, Option<(EventStatus, ChangeKind, bool)>);

/// Tells one document after the other; checks each step.
fn story(name: &str, steps: &[Step]) -> World {
    let mut world = World::new();
    for (step, (doc, expected)) in steps.iter().enumerate() {
        let writes = world.tell(doc);
        let got = writes.last().map(|w| (w.event.status, w.kind, w.alert));
        assert_eq!(got, *expected, "{name}, step {step}: {:?}", writes.last().map(|w| &w.event.status_reason));
    }
    world
}

use ChangeKind::{Created, Rescheduled, StatusChanged, Updated};
use Cue::{Announced as Says, Cancelled as CallsOff, Hedged, Live as IsLive, Postponed as PutsOff};
use EventStatus::{Announced, Cancelled, Confirmed, Live, Postponed, Rumoured};
use Precision::{Day, Month, Quarter};

#[test]
fn a_life_from_rumour_to_live() {
    let world = story(
        "life",
        &[
            (doc("forum", "1", Hedged), Some((Rumoured, Created, false))),
            (doc("press-a", "1", Says).on(1), Some((Rumoured, Updated, false))),
            (doc("fuel-blog", "1", Says).on(2), Some((Confirmed, StatusChanged, true))),
            (doc("fuel-blog", "2", Says).on(3).date(9, Day), Some((Confirmed, Rescheduled, true))),
            (doc("fuel-blog", "3", IsLive).on(5), Some((Confirmed, Updated, false))), // before its start
            (doc("press-b", "1", IsLive).on(9), Some((Confirmed, Updated, false))),   // not official
            (doc("fuel-blog", "4", IsLive).on(9), Some((Live, StatusChanged, true))),
        ],
    );
    let event = world.only();
    assert_eq!(event.evidence.len(), 7);
    assert_eq!(event.confidence.independent_sources, 3, "the forum only hedged");
    assert!(event.confidence.probability.get() > 0.8);
    assert_eq!(event.schedule.as_ref().unwrap().basis, ScheduleBasis::Official);
}

#[test]
fn status_needs_what_the_table_says() {
    let cases = [
        ("hedged, even by the project", doc("fuel-blog", "1", Hedged), Rumoured, false),
        ("one press voice", doc("press-a", "1", Says).date(9, Day), Rumoured, true),
        ("official without a date", doc("fuel-blog", "1", Says), Announced, true),
        ("official to the month", doc("fuel-blog", "1", Says).date(9, Month), Announced, true),
        ("official to the day", doc("fuel-blog", "1", Says).date(9, Day), Confirmed, true),
        (
            "official about another project",
            doc("fuel-blog", "1", Says).date(9, Day).with(|d| d.project = Some("Blast")),
            Rumoured,
            true,
        ),
        ("exchange to the day", doc("binance", "1", Says).date(9, Day), Confirmed, true),
        (
            "exchange of another's market",
            doc("binance", "1", Says).date(9, Day).with(|d| d.venues = vec!["OKX"]),
            Rumoured,
            true,
        ),
        ("official, live", doc("fuel-blog", "1", IsLive), Live, true),
        ("official, live before its start", doc("fuel-blog", "1", IsLive).date(9, Day), Confirmed, true),
        ("press, live", doc("press-a", "1", IsLive), Rumoured, true),
        ("official, put off", doc("fuel-blog", "1", PutsOff), Postponed, true),
        ("press, put off", doc("press-a", "1", PutsOff), Rumoured, false),
        ("unknown source", doc("gone", "1", Says).date(9, Day), Rumoured, true),
    ];
    for (name, doc, status, alert) in cases {
        story(name, &[(doc, Some((status, Created, alert)))]);
    }
    story("a denial of what nobody said", &[(doc("fuel-blog", "1", CallsOff), None)]);
    story("a delay of something else", &[(doc("press-a", "1", PutsOff).with(|d| d.probability = 0.1), None)]);
    story("a rumour of little substance", &[(doc("press-a", "1", Hedged).with(|d| d.probability = 0.1), None)]);
    story("price talk", &[(doc("press-a", "1", Says).with(|d| d.is_tge = false), None)]);
}

#[test]
fn two_owners_confirm_and_mirrors_do_not() {
    story(
        "two owners",
        &[
            (doc("press-a", "1", Says), Some((Rumoured, Created, true))),
            (doc("press-a", "2", Says), Some((Rumoured, Updated, false))),
            (doc("press-b", "1", Says), Some((Confirmed, StatusChanged, true))),
            (doc("press-b-mirror", "1", Says), Some((Confirmed, Updated, false))),
        ],
    );
    let copy = doc("press-b", "1", Says).with(|d| d.words = "words of press-a 1".to_owned());
    story(
        "a copy word for word is one voice",
        &[(doc("press-a", "1", Says), Some((Rumoured, Created, true))), (copy, Some((Rumoured, Updated, false)))],
    );
    story(
        "two who hedge confirm nothing",
        &[
            (doc("press-a", "1", Hedged), Some((Rumoured, Created, false))),
            (doc("press-b", "1", Hedged), Some((Rumoured, Updated, false))),
            (doc("press-b", "2", Says), Some((Rumoured, Updated, false))),
            (doc("forum", "1", Says), Some((Confirmed, StatusChanged, true))),
        ],
    );
}

/// A text as an agency writes it, with `word` somewhere in it.
fn agency(word: &str) -> String {
    format!(
        "Fuel Network will create its FUEL token on Friday and hand out a tenth of the supply to early users of its \
         modular execution layer, its foundation said in a {word} on its blog, adding that claims stay open for a month \
         and that what nobody claims goes back to the treasury of the foundation in Zug"
    )
}

#[test]
fn an_edited_copy_is_its_originals_voice() {
    let from = |source, key, word| doc(source, key, Says).with(|d| d.words = agency(word));
    let world = story(
        "an agency's text on three desks",
        &[
            (from("press-a", "1", "note"), Some((Rumoured, Created, true))),
            (from("press-b", "1", "post"), Some((Rumoured, Updated, false))),
            (from("forum", "1", "statement"), Some((Rumoured, Updated, false))),
            (doc("press-b", "2", Says), Some((Rumoured, Updated, false))), // its owner is known already
        ],
    );
    assert_eq!(world.only().confidence.independent_sources, 1);
    assert_eq!(world.only().evidence.len(), 4, "copies are kept: a reader sees who repeats whom");
    let post = |source, words: &str| doc(source, "1", Says).with(|d| d.words = words.to_owned());
    let news = "$FUEL goes live on Friday at noon, claim on their site";
    let tailed = format!("{news}. Join @fuelcalls for more of this");
    let headed = format!("Big news, people! {news}");
    let own = "Heard it from the team: FUEL on Friday, noon UTC";
    for second in [&tailed, &headed] {
        story(
            "a short post with something before or behind it, then one of the same in its own words",
            &[
                (post("press-a", news), Some((Rumoured, Created, true))),
                (post("press-b", second), Some((Rumoured, Updated, false))),
                (post("forum", own), Some((Confirmed, StatusChanged, true))),
            ],
        );
    }
    story(
        "the same in words of one's own",
        &[
            (from("press-a", "1", "note"), Some((Rumoured, Created, true))),
            (doc("press-b", "1", Says), Some((Confirmed, StatusChanged, true))),
        ],
    );
}

#[test]
fn amounts_are_those_of_the_best_voice_and_of_it_the_last() {
    use TermKind::{Price, Raised, Share};
    let mut world = World::new();
    let says = |source, key, day, cue, terms: &[(TermKind, &'static str, &'static str)]| {
        doc(source, key, cue).on(day).with(|d| d.terms = terms.to_vec())
    };
    // Document, and by kind the number held after it with the source that told it.
    type Held<'a> = &'a [(TermKind, &'a str, &'a str)];
    let held: [(Doc, Held<'_>); 7] = [
        (says("press-a", "1", 0, Says, &[(Raised, "5000000", "USD")]), &[(Raised, "5000000", "press-a")]),
        (says("press-b", "1", 1, Says, &[(Raised, "7000000", "USD")]), &[(Raised, "7000000", "press-b")]),
        // The same number is still that of who told it first.
        (says("press-a", "2", 2, Says, &[(Raised, "7000000", "USD")]), &[(Raised, "7000000", "press-b")]),
        // Hedged words fill what nobody told, and change nothing.
        (
            says("press-b", "2", 3, Hedged, &[(Raised, "9000000", "USD"), (Price, "0.05", "USD")]),
            &[(Price, "0.05", "press-b"), (Raised, "7000000", "press-b")],
        ),
        (
            says("fuel-blog", "1", 4, Says, &[(Raised, "6500000", "USD"), (Share, "10", "%")]),
            &[(Share, "10", "fuel-blog"), (Price, "0.05", "press-b"), (Raised, "6500000", "fuel-blog")],
        ),
        // The press does not correct the project, whatever its date.
        (
            says("press-a", "3", 5, Says, &[(Raised, "8000000", "USD")]),
            &[(Share, "10", "fuel-blog"), (Price, "0.05", "press-b"), (Raised, "6500000", "fuel-blog")],
        ),
        // What cannot be is not told.
        (
            says("fuel-blog", "2", 6, Says, &[(Raised, "0", "USD"), (Price, "-1", "USD"), (Share, "12", "%")]),
            &[(Share, "12", "fuel-blog"), (Price, "0.05", "press-b"), (Raised, "6500000", "fuel-blog")],
        ),
    ];
    for (doc, expected) in held {
        world.tell(&doc);
        let event = world.only();
        let source = |id| event.evidence.iter().find(|e| e.observation == id).map_or("?", |e| e.source.as_str());
        let told: Vec<(TermKind, String, &str)> =
            event.terms.iter().map(|t| (t.term.kind, t.term.value.to_string(), source(t.told_by))).collect();
        let expected: Vec<(TermKind, String, &str)> =
            expected.iter().map(|&(kind, value, source)| (kind, value.to_owned(), source)).collect();
        assert_eq!(told, expected, "after {} {}", doc.source, doc.key);
    }
}

#[test]
fn what_tells_of_a_later_stage_updates() {
    let mut world = World::new();
    for (key, title, stance) in [
        ("1", "Introducing the Fuel Network (FUEL) Token Sale on Binance Launchpad", Stance::Supports),
        ("2", "New Binance Launchpad project: Fuel Network (FUEL)", Stance::Supports),
        ("3", "Subscription for the Fuel Network (FUEL) Token Sale on Binance Launchpad Is Now Open", Stance::Updates),
        ("4", "Fuel Network (FUEL) Token Sale on Binance Launchpad is now open for subscription", Stance::Supports),
    ] {
        let source = if key == "2" { "press-a" } else { "press-b" };
        let (mut observation, verdict) =
            World::document(&doc(source, key, Says).with(|d| d.hour += d.key.len() as i64));
        observation.title = title.to_owned();
        world.decide(&observation, &verdict);
        let evidence = world.only().evidence.iter().find(|e| e.observation == observation.id).expect("kept");
        assert_eq!(evidence.stance, stance, "{title}");
    }
}

#[test]
fn dates_move_by_standing() {
    let official = || doc("fuel-blog", "1", Says).date(9, Day);
    let first = Some((Confirmed, Created, true));
    for (name, then, expected, moved) in [
        (
            "later day",
            doc("fuel-blog", "2", Says).on(1).date(12, Day),
            (Postponed, StatusChanged, true),
            Some(ScheduleMove::Slip),
        ),
        (
            "earlier day",
            doc("fuel-blog", "2", Says).on(1).date(7, Day),
            (Confirmed, Rescheduled, true),
            Some(ScheduleMove::PullIn),
        ),
        (
            "put off to a quarter",
            doc("fuel-blog", "2", PutsOff).on(1).date(-20, Quarter),
            (Postponed, StatusChanged, true),
            Some(ScheduleMove::Loosened),
        ),
        ("press disagrees", doc("press-a", "2", Says).on(1).date(12, Day), (Confirmed, Updated, false), None),
        ("press is vague", doc("press-a", "2", Says).on(1).date(-5, Quarter), (Confirmed, Updated, false), None),
        (
            "an older text",
            doc("fuel-blog", "0", Says).on(-3).date(5, Day).with(|d| d.seen_later = Duration::from_secs(4 * 86_400)),
            (Confirmed, Updated, false),
            None,
        ),
        ("press puts off", doc("press-a", "2", PutsOff).on(1).date(12, Day), (Confirmed, Updated, false), None),
    ] {
        let world = story(name, &[(official(), first), (then, Some(expected))]);
        assert_eq!(world.only().schedule_history.last().map(|c| c.moved), moved, "{name}");
        let contradicted = world.only().evidence.iter().any(|e| e.stance == Stance::Contradicts);
        assert_eq!(contradicted, matches!(name, "press disagrees" | "press puts off"), "{name}");
    }
    story(
        "put off, then said again",
        &[
            (official(), first),
            (doc("fuel-blog", "2", PutsOff).on(1), Some((Postponed, StatusChanged, true))),
            (doc("press-a", "1", Says).on(2), Some((Postponed, Updated, false))),
            (doc("press-b", "1", Says).on(2), Some((Postponed, Updated, false))),
            (doc("fuel-blog", "3", Says).on(3).date(20, Day), Some((Postponed, Rescheduled, true))),
            (doc("fuel-blog", "4", Says).on(4).date(20, Day), Some((Confirmed, StatusChanged, true))),
        ],
    );
}

#[test]
fn calling_off_needs_authority_or_two() {
    let first = (doc("fuel-blog", "1", Says).date(9, Day), Some((Confirmed, Created, true)));
    story(
        "official",
        &[first.clone(), (doc("fuel-blog", "2", CallsOff).on(1), Some((Cancelled, StatusChanged, true)))],
    );
    let world = story(
        "press",
        &[
            first,
            (doc("press-a", "1", CallsOff).on(1), Some((Confirmed, Updated, false))),
            (doc("press-a", "2", CallsOff).on(1), Some((Confirmed, Updated, false))),
            (doc("press-b", "1", CallsOff).on(1), Some((Cancelled, StatusChanged, true))),
            (doc("press-b", "2", CallsOff).on(1), Some((Cancelled, Updated, false))),
            // Much later the project tries again: another event.
            (doc("fuel-blog", "9", Says).on(90).date(99, Day), Some((Confirmed, Created, true))),
            (doc("press-a", "9", Says).on(91), Some((Confirmed, Updated, false))),
        ],
    );
    let mut occurrences: Vec<u32> = world.events.values().map(|e| e.occurrence).collect();
    occurrences.sort_unstable();
    assert_eq!(occurrences, [1, 2]);
}

#[test]
fn a_live_launch_ends_when_the_next_is_dated() {
    let mut world = story(
        "first season",
        &[(doc("fuel-blog", "1", IsLive).with(|d| d.kind = EventKind::ClaimOpen), Some((Live, Created, true)))],
    );
    let writes =
        world.tell(&doc("fuel-blog", "2", Says).on(200).date(230, Day).with(|d| d.kind = EventKind::ClaimOpen));
    let got: Vec<_> = writes.iter().map(|w| (w.event.status, w.event.occurrence, w.kind)).collect();
    assert_eq!(got, [(EventStatus::Completed, 1, StatusChanged), (Confirmed, 2, Created)]);
}

#[test]
fn the_same_again_is_nothing_and_an_edit_does_not_alert() {
    let first = doc("press-a", "1", Says);
    let edit = first.clone().with(|d| d.words = "other words".to_owned());
    let world = story(
        "edit",
        &[
            (first.clone(), Some((Rumoured, Created, true))),
            (first.clone(), None),
            (edit, Some((Rumoured, Updated, false))),
            (first.with(|d| d.words = "a date".to_owned()).date(9, Day), Some((Rumoured, Rescheduled, false))),
        ],
    );
    assert_eq!(world.only().evidence.len(), 1);
    let renamed = doc("press-a", "1", Says);
    let fixed = renamed.clone().with(|d| {
        d.project = Some("Fule");
        d.words = "before the fix".to_owned();
    });
    let world = story(
        "a name put right",
        &[(fixed, Some((Rumoured, Created, true))), (renamed, Some((Rumoured, Updated, false)))],
    );
    assert_eq!(world.only().project.as_ref().unwrap().name, "Fuel Network");
}

#[test]
fn an_edit_that_names_nobody_any_more_stays_where_it_was() {
    let edit = doc("press-a", "1", Says).on(31).with(|d| {
        d.project = None;
        d.symbol = None;
        d.words = "names nobody".to_owned();
    });
    let world = story(
        "nameless edit",
        &[
            (doc("fuel-blog", "1", Says), Some((Announced, Created, true))),
            (doc("press-a", "1", Says), Some((Confirmed, StatusChanged, true))),
            (edit.clone(), Some((Confirmed, Updated, false))),
            (edit, None),
        ],
    );
    assert_eq!(world.only().evidence.len(), 2);
}

#[test]
fn old_news_wakes_nobody() {
    for (name, change) in [
        ("catch-up", (|d: &mut Doc| d.arrival = Arrival::CatchUp) as fn(&mut Doc)),
        ("backfill", |d| d.arrival = Arrival::Backfill),
        ("two days old", |d| d.seen_later = Duration::from_secs(49 * 3_600)),
    ] {
        let world =
            story(name, &[(doc("fuel-blog", "1", Says).date(9, Day).with(change), Some((Confirmed, Created, false)))]);
        assert_ne!(world.only().arrival, Arrival::Live, "{name}");
    }
}

#[test]
fn names_and_tickers_find_one_event() {
    let listing = |d: &mut Doc| {
        d.kind = EventKind::CexListing;
        d.venues = vec!["Binance"];
    };
    for (name, first, second, one) in [
        ("an ending", doc("press-a", "1", Says), doc("press-b", "1", Says).with(|d| d.project = Some("Fuel")), true),
        (
            "a word shared, same ticker",
            doc("press-a", "1", Says),
            doc("press-b", "1", Says).with(|d| d.project = Some("The Fuel Project")),
            true,
        ),
        (
            "the ticker for a name",
            doc("press-a", "1", Says),
            doc("press-b", "1", Says).with(|d| d.project = Some("Fuel")),
            true,
        ),
        ("only a ticker", doc("press-a", "1", Says), doc("press-b", "1", Says).with(|d| d.project = None), true),
        (
            "another project, same ticker",
            doc("press-a", "1", Says),
            doc("press-b", "1", Says).with(|d| d.project = Some("Fuelers")),
            false,
        ),
        (
            "another kind",
            doc("press-a", "1", Says),
            doc("press-b", "1", Says).with(|d| d.kind = EventKind::ClaimOpen),
            false,
        ),
        (
            "venue and ticker",
            doc("binance", "1", Says).with(listing).with(|d| d.project = None),
            doc("press-b", "1", Says).with(listing),
            true,
        ),
        ("the demo world", doc("press-a", "1", Says), doc("press-b", "1", Says).with(|d| d.demo = true), false),
        (
            "a ticker much later",
            doc("press-a", "1", Says).with(|d| d.project = None),
            doc("press-b", "1", Says).on(40).with(|d| d.project = None),
            false,
        ),
    ] {
        let mut world = World::new();
        world.tell(&first);
        world.tell(&second);
        assert_eq!(world.events.len() == 1, one, "{name}: {:#?}", world.events);
    }
}

#[test]
fn two_events_turn_out_one() {
    let listing = |d: &mut Doc| {
        d.kind = EventKind::CexListing;
        d.venues = vec!["Binance"];
    };
    let mut world = World::new();
    world.tell(&doc("press-a", "1", Says).with(listing).with(|d| d.symbol = None));
    world.tell(&doc("binance", "1", Says).date(9, Day).with(listing).with(|d| d.project = None));
    assert_eq!(world.events.len(), 2);
    let writes = world.tell(&doc("press-b", "1", Says).with(listing));
    let kinds: Vec<_> = writes.iter().map(|w| w.kind).collect();
    assert_eq!(kinds, [ChangeKind::Merged, StatusChanged]);
    let event = world.only();
    assert_eq!((event.status, event.evidence.len()), (Confirmed, 3));
    assert_eq!(event.confidence.independent_sources, 3);
    assert_eq!(writes[0].event.merged_into, Some(event.id));
    // Keys of the tombstone lead to the survivor.
    let again = world.tell(&doc("forum", "7", Says).with(listing).with(|d| d.project = None));
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].event.merged_into, None);
}

#[test]
fn a_digest_makes_one_event_per_project() {
    let mut world = World::new();
    let (observation, mut verdict) = World::document(&doc("press-a", "digest", Says));
    let mut other = verdict.launches[0].clone();
    other.project = Some("Blast".to_owned());
    other.symbol = Some("BLAST".to_owned());
    verdict.launches.push(other);
    verdict.launches.push(verdict.launches[0].clone());
    let writes = world.decide(&observation, &verdict);
    assert_eq!(writes.len(), 2, "the third launch is the first again");
    assert!(world.decide(&observation, &verdict).is_empty());
}

#[test]
fn links_carry_their_trust() {
    let mut world = World::new();
    let (observation, mut verdict) = World::document(&doc("press-a", "1", Says));
    verdict.launches[0].links = vec![
        "https://claim.fuel.network/".to_owned(),
        "https://fuel-network-claim.xyz/".to_owned(),
        "javascript:x".to_owned(),
    ];
    world.decide(&observation, &verdict);
    let trust: Vec<_> = world.only().links.iter().map(|l| l.trust).collect();
    assert_eq!(trust, [LinkTrust::Unverified, LinkTrust::Verified, LinkTrust::Suspicious]);
}

#[test]
fn keys_name_project_venue_and_link() {
    let (observation, verdict) = World::document(&doc("binance", "1", Says).with(|d| {
        d.kind = EventKind::CexListing;
        d.venues = vec!["Binance"];
    }));
    let keys = keys_of(&verdict.launches[0], &observation, 1);
    let texts: Vec<&str> = keys.iter().map(tge_model::EventKey::as_str).collect();
    assert_eq!(
        texts,
        [
            "project:fuel-network:CEX_LISTING:1",
            "venue:binance:fuel:CEX_LISTING:1",
            "project:fuel:CEX_LISTING:1",
            "asset:fuel:CEX_LISTING:1",
            "link:https://binance.example/post-1:CEX_LISTING",
        ]
    );
}

fn any_doc() -> impl Strategy<Value = Doc> {
    let sources =
        prop::sample::select(vec!["fuel-blog", "binance", "press-a", "press-b", "press-b-mirror", "forum", "gone"]);
    let cues = prop::sample::select(Cue::ALL.to_vec());
    let projects = prop::sample::select(vec![Some("Fuel Network"), Some("Fuel"), Some("Blast"), None]);
    let symbols = prop::sample::select(vec![Some("FUEL"), Some("BLAST"), None]);
    let kinds = prop::sample::select(vec![EventKind::TokenGeneration, EventKind::CexListing, EventKind::ClaimOpen]);
    let dates = prop::option::of((-20..300_i64, prop::sample::select(Precision::ALL.to_vec())));
    let venues = prop::sample::select(vec![vec![], vec!["Binance"], vec!["OKX", "Binance"]]);
    let arrivals = prop::sample::select(Arrival::ALL.to_vec());
    (
        sources,
        0..6_u8,
        cues,
        projects,
        symbols,
        kinds,
        dates,
        (venues, arrivals, -3..400_i64, 0..3_u8, 0.0..1.0_f64, any::<bool>()),
    )
        .prop_map(
            |(source, key, cue, project, symbol, kind, date, (venues, arrival, day, words, probability, is_tge))| {
                doc(source, &key.to_string(), cue).on(day).with(|d| {
                    d.project = project;
                    d.symbol = symbol;
                    d.kind = kind;
                    d.date = date;
                    d.venues = venues;
                    d.arrival = arrival;
                    d.words = format!("{words}");
                    d.probability = probability;
                    d.is_tge = is_tge;
                })
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_is_told_belief_stays_sound(docs in prop::collection::vec(any_doc(), 1..25)) {
        let mut world = World::new();
        let mut owners: HashMap<tge_model::EventKey, tge_model::EventId> = HashMap::new();
        for doc in &docs {
            let before = world.events.clone();
            for write in world.tell(doc) {
                let event = &write.event;
                match before.get(&event.id) {
                    Some(old) if old.status != event.status => {
                        // A merge may lift the survivor by two steps, which the table allows as one, too.
                        prop_assert!(allowed(old.status, event.status), "{} to {}", old.status, event.status);
                        prop_assert_eq!(write.status_from, Some(old.status));
                    }
                    Some(old) => prop_assert!(old.status != EventStatus::Merged && write.status_from.is_none()),
                    None => prop_assert_eq!(write.kind, Created),
                }
                prop_assert!(!write.alert || doc.arrival == Arrival::Live);
                prop_assert!(event.status != EventStatus::Live || event.evidence.iter().any(|e| matches!(e.tier, Tier::Official | Tier::Exchange)));
                prop_assert!(event.status == EventStatus::Merged || !event.evidence.is_empty());
                prop_assert_eq!(event.merged_into.is_some(), event.status == EventStatus::Merged);
                prop_assert!(event.evidence.is_sorted_by_key(|e| e.first_seen_at));
                for key in &write.keys {
                    prop_assert!(owners.insert(key.clone(), event.id).is_none(), "{key:?} had an owner");
                }
            }
            prop_assert!(world.tell(doc).is_empty(), "the same document twice did something");
        }
    }
}
