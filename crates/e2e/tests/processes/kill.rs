//! Nothing lost, nothing twice: SIGKILL under load, again and again, against a history of accepted documents.

use std::collections::{BTreeMap, HashSet};
use std::process::{Command, Stdio};
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use tge_e2e::{Programs, Solo, shared, wanted};

use crate::{Dice, data, items, launch, quiet, text, trial};

/// Kills where nobody wishes another number; `TGE_KILLS=30` is the full proof.
const KILLS: usize = 5;
/// Documents of ours among the others: each is a launch of its own, and so exactly one event.
const LAUNCH_EACH: usize = 20;
/// Documents prepared for each round between two kills; a round cannot use up more.
const EACH_ROUND: usize = 400;
/// The longest a round may push before the kill.
const ROUND_MS: u64 = 900;

pub(crate) fn trials(programs: &Programs) -> Vec<Trial> {
    vec![trial("kill::nothing_lost_nothing_twice", programs, proof)]
}

#[expect(clippy::print_stdout, reason = "the counts are what the test is for")]
async fn proof(programs: Programs) -> Result<(), Failed> {
    let kills = wanted("TGE_KILLS").map_or(Ok(KILLS), |text| text.parse())?;
    let seed = wanted("TGE_SEED").map_or(Ok(20), |text| text.parse())?;
    let mut dice = Dice::new(seed);
    let documents = documents((kills + 1) * EACH_ROUND);
    let (kept, data) = data();
    let arguments = quiet(&kept);
    let mut writer = Writer { documents: &documents, next: 0, accepted: BTreeMap::new() };
    for _ in 0..kills {
        let mut solo = Solo::start(&programs, &data, &arguments).await?;
        let (first, until) = (writer.next, dice.below(ROUND_MS));
        // A round that is still starting to push is a point as good as any other.
        let pushing = writer.push(&solo, first + EACH_ROUND, &mut dice);
        tokio::select! {
            pushed = pushing => pushed?,
            () = tokio::time::sleep(Duration::from_millis(until)) => {}
        }
        solo.kill();
    }
    let solo = Solo::start(&programs, &data, &arguments).await?;
    let last = (writer.next + 50).min(documents.len());
    writer.push(&solo, last, &mut dice).await?;
    solo.settled(Duration::from_secs(180)).await?;
    let (pushed, accepted) = (writer.next, writer.accepted);

    let stored = solo.all("/api/v1/observations", "observations").await?;
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for one in &stored {
        *found.entry(id(&one["observation"])).or_default() += 1;
        let stage = text(&one["stage"]);
        assert!(matches!(stage, "judged" | "decided"), "seed {seed}: left at stage {stage}: {one}");
        assert!(one["verdict"].is_object(), "seed {seed}: never judged: {one}");
    }
    let lost: Vec<&String> = accepted.keys().filter(|id| !found.contains_key(*id)).collect();
    assert!(lost.is_empty(), "seed {seed}: {} of {} accepted documents are lost: {lost:?}", lost.len(), accepted.len());
    assert!(found.values().all(|count| *count == 1), "seed {seed}: a document is there twice");
    let keys: HashSet<&str> = stored.iter().map(|one| text(&one["observation"]["key"])).collect();
    assert_eq!(keys.len(), stored.len(), "seed {seed}: a document sent again after a kill was stored again");

    let events = solo.all("/api/v1/events", "events").await?;
    once_each(&events, &accepted, seed)?;
    let changes = solo.changes().await?;
    in_one_order(&changes, seed)?;
    println!(
        "kill: seed {seed}, {kills} kills, {pushed} pushed, {} accepted, {} stored, {} events, {} changes, lost 0, twice 0",
        accepted.len(),
        stored.len(),
        events.len(),
        changes.len()
    );
    Ok(())
}

/// Every launch of ours is one event, whatever happened between its parts.
fn once_each(events: &[Value], accepted: &BTreeMap<String, usize>, seed: u64) -> Result<(), Failed> {
    let mut launches: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events {
        *launches.entry(text(&event["project"]["name"])).or_default() += 1;
        let evidence: Vec<&str> = items(&event["evidence"]).map(|one| text(&one["observation"])).collect();
        let distinct: HashSet<&&str> = evidence.iter().collect();
        assert_eq!(evidence.len(), distinct.len(), "seed {seed}: one document is evidence twice: {event}");
    }
    for place in accepted.values().filter(|place| *place % LAUNCH_EACH == 0) {
        let document = launch(place / LAUNCH_EACH);
        let name = text(&document["project"]);
        let count = launches.get(name).copied().unwrap_or(0);
        assert_eq!(count, 1, "seed {seed}: {name} has {count} events");
    }
    Ok(())
}

/// Numbers without gap or repeat, and each event's revisions one by one.
fn in_one_order(changes: &[Value], seed: u64) -> Result<(), Failed> {
    let mut revisions: BTreeMap<&str, u64> = BTreeMap::new();
    for (expected, change) in (1_u64..).zip(changes) {
        assert_eq!(change["seq"], json!(expected), "seed {seed}: the order of changes has a gap or a repeat");
        let revision = revisions.entry(text(&change["event"]["name"])).or_default();
        *revision += 1;
        assert_eq!(change["event"]["revision"], json!(*revision), "seed {seed}: {change}");
    }
    Ok(())
}

// === the writer ===

struct Writer<'a> {
    documents: &'a [Value],
    /// Everything before it was answered.
    next: usize,
    /// Observation by identifier, with its place.
    accepted: BTreeMap<String, usize>,
}

impl Writer<'_> {
    /// Pushes up to the document `end`; what was not answered is sent again next time.
    async fn push(&mut self, solo: &Solo, end: usize, dice: &mut Dice) -> Result<(), String> {
        while self.next < end {
            let size = usize::try_from(1 + dice.below(20)).unwrap_or(1).min(end - self.next);
            let batch = &self.documents[self.next..self.next + size];
            let answer = solo.post("/api/v1/observations", &Value::Array(batch.to_vec())).await?;
            if answer.status != 200 {
                return Err(format!("documents are refused: {answer:?}"));
            }
            for (place, result) in (self.next..).zip(items(&answer.body["results"])) {
                let id = result["observation"].as_str().ok_or_else(|| format!("not taken: {result}"))?;
                self.accepted.insert(id.to_owned(), place);
            }
            self.next += size;
        }
        Ok(())
    }
}

/// Real texts where they are on this machine, else some of our own; and launches of ours among them.
fn documents(count: usize) -> Vec<Value> {
    let real = shared("eval/stream.jsonl.zst").and_then(|file| {
        // Ends by itself when nobody reads on.
        let mut zstd = Command::new("zstd").arg("-dc").arg(file).stdout(Stdio::piped()).spawn().ok()?;
        let out = std::io::BufReader::new(zstd.stdout.take()?);
        let lines: Vec<Value> = std::io::BufRead::lines(out)
            .map_while(Result::ok)
            .filter_map(|line| serde_json::from_str(&line).ok())
            .take(count)
            .collect();
        drop(zstd.kill());
        drop(zstd.wait());
        Some(lines).filter(|lines| lines.len() == count)
    });
    let of_ours =
        |n: usize| json!({ "title": format!("Note {n}"), "text": format!("Network upgrade number {n} went well.") });
    (0..count)
        .map(|n| {
            if n % LAUNCH_EACH == 0 {
                return launch(n / LAUNCH_EACH);
            }
            let told = real.as_ref().map_or_else(|| of_ours(n), |lines| lines[n].clone());
            json!({ "source": "load", "id": format!("doc-{n}"), "title": told["title"], "text": told["text"] })
        })
        .collect()
}

/// `observations/<id>` or the id itself, as `POST` answers it.
fn id(observation: &Value) -> String {
    let name = observation["name"].as_str().or_else(|| observation["id"].as_str()).unwrap_or_default();
    name.trim_start_matches("observations/").to_owned()
}
