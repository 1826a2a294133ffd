//! The operator's command line against a running solo, and without one.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use tge_e2e::{Ended, Programs, Solo, python, run, shared, until};

use crate::{data, items, launch, quiet, text, trial};

const SOON: Duration = Duration::from_secs(20);
/// Texts of which a ruleset may be unsure: only from these a mark can teach it anything.
const UNSURE: [&str; 8] = [
    "Corvale may launch its own token later this year, people close to the team said.",
    "Corvale (CRVL) will be listed on a large exchange on Monday. Deposits are open.",
    "A snapshot of CRVL holders is taken tomorrow at noon, and a reward follows.",
    "The Corvale mainnet is live and validators earn CRVL.",
    "Corvale raised 20 million dollars ahead of its planned token sale.",
    "Claim your share of the CRVL rewards before the campaign ends.",
    "How Corvale wants to bring its coin to the exchanges: an interview.",
    "Corvale postpones the launch of CRVL again, no date is given.",
];

pub(crate) fn trials(programs: &Programs) -> Vec<Trial> {
    let no_score = shared("eval/score.py").is_none() || python("json").is_none();
    vec![
        trial("operator::verbs", programs, verbs),
        trial("operator::tail_survives_a_restart_of_the_reader", programs, tail),
        trial("operator::import", programs, import),
        trial("operator::exit_codes", programs, exit_codes),
        trial("operator::rulesets", programs, rulesets),
        trial("operator::without_a_server", programs, without_a_server),
        trial("operator::verdicts_are_what_score_reads", programs, scored).with_ignored_flag(no_score),
    ]
}

async fn verbs(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let solo = Solo::start(&programs, &data, &quiet(&kept)).await?;
    let document = launch(0);
    solo.post("/api/v1/observations", &document).await?;
    let event =
        until("the launch is an event", SOON, async || solo.all("/api/v1/events", "events").await.ok()?.pop()).await?;
    let (name, project) = (text(&event["name"]), text(&document["project"]));
    // In the first seconds not every agent has beaten yet; a doctor may say so.
    until("five agents beat and a queen leads", SOON, async || {
        let status = solo.read("/api/v1/status").await.ok()?;
        (status["agents_active"].as_u64() >= Some(5) && status["leader"].is_string()).then_some(())
    })
    .await?;
    let id = name.trim_start_matches("events/");
    let cases: [(&[&str], &[&str]); 15] = [
        (&["status"], &["leader", "solo/", "agents active", "observations"]),
        (&["-o", "json", "status"], &["\"leader\": \"solo/"]),
        (&["doctor"], &["ok    the swarm is ready", "ok    a queen leads", "ok    no dead letters in deliveries"]),
        (&["events", "ls"], &[project, name, "TOKEN_GENERATION"]),
        (&["events", "ls", "--query", project, "--limit", "1"], &[name]),
        (&["events", "get", name], &[project, "because"]),
        (&["events", "get", id, "-o", "json"], &["\"explanation\"", name]),
        (&["events", "explain", id], &["Why", "Evidence", "Changes", "token generation event"]),
        (&["sources", "ls"], &["NAME", "ERROR"]),
        (
            &["agents", "ls"],
            &["scraping-efficiency", "keyword-precision", "data-quality", "performance", "api-reliability"],
        ),
        (&["tasks", "ls"], &["KIND", "STATE"]),
        (&["recoveries", "ls"], &["COMPONENT", "OUTCOME"]),
        (&["completion", "bash"], &["complete -F _tgectl"]),
        (&["completion", "zsh"], &["#compdef tgectl"]),
        (&["--version"], &["tgectl "]),
    ];
    for (arguments, words) in cases {
        told(&solo.tgectl(&programs, arguments), 0, words)?;
    }
    let lines = solo.tgectl(&programs, &["-o", "jsonl", "agents", "ls"]).stdout;
    assert_eq!(lines.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(), 5, "{lines}");
    // Agents write to memory in their own time; what is there is found, and what is not is said.
    let remembered = solo.tgectl(&programs, &["memory", "search", "nothing-of-the-kind"]);
    told(&remembered, 3, &["remembers nothing"])?;
    Ok(())
}

/// From a mark to a ruleset that judges, over a restart, and back.
async fn rulesets(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let mut solo = Solo::start(&programs, &data, &quiet(&kept)).await?;
    let unsure = UNSURE.iter().enumerate();
    let unsure = unsure.map(|(n, text)| json!({ "source": "e2e", "id": format!("unsure-{n}"), "text": text }));
    let documents: Vec<Value> = unsure.chain([launch(0)]).collect();
    let answer = solo.post("/api/v1/observations", &json!(documents)).await?.body;
    solo.settled(SOON).await?;
    // Each is said to be what the ruleset did not take it for.
    for result in items(&answer["results"]).take(UNSURE.len()) {
        let path = format!("/api/v1/observations/{}", text(&result["observation"]));
        let stored = solo.read(&path).await?;
        let said = json!({ "is_tge": stored["verdict"]["is_tge"] == false }).to_string();
        let request = solo.request(reqwest::Method::PUT, &format!("{path}/mark"));
        assert_eq!(request.header("content-type", "application/json").body(said).send().await?.status().as_u16(), 204);
    }
    let events = solo.all("/api/v1/events?q=Zorvex", "events").await?;
    let name = events.first().map(|event| text(&event["name"]).to_owned()).ok_or("no event")?;
    let marked = solo.tgectl(&programs, &["events", "mark", &name, "launch"]);
    told(&marked, 0, &[&name, "1 documents are said to be a launch"])?;
    let marks = solo.tgectl(&programs, &["-o", "jsonl", "marks", "ls"]).stdout;
    assert_eq!(marks.lines().count(), UNSURE.len() + 1, "{marks}");
    let (marked, learned) = (kept.path().join("marks.jsonl"), kept.path().join("learned.tge"));
    fs::write(&marked, &marks)?;
    let (marked, learned) = (marked.display().to_string(), learned.display().to_string());
    // Each mark moves weights before the next is looked at: one near the threshold may be agreed with by then.
    let wanted = format!("{} marks,", UNSURE.len() + 1);
    let learn = solo.tgectl(&programs, &["ruleset", "learn", &marked, "-f", &learned]);
    told(&learn, 0, &[&wanted, "the ruleset disagreed with", "parent"])?;

    told(&solo.tgectl(&programs, &["ruleset", "ls"]), 0, &["in force:", "(built in)"])?;
    told(
        &solo.tgectl(&programs, &["ruleset", "activate", &learned, "--note", "nine marks"]),
        6,
        &["handed in as", "has not looked on yet"],
    )?;
    told(&solo.tgectl(&programs, &["ruleset", "shadow", &learned]), 0, &["looks on"])?;
    told(&solo.tgectl(&programs, &["ruleset", "ls"]), 0, &["looks on:", "of 100 documents judged", "nine marks"])?;
    told(&solo.tgectl(&programs, &["ruleset", "activate", &learned]), 6, &["of 100 documents beside"])?;
    told(
        &solo.tgectl(&programs, &["replay", "--ruleset", &learned]),
        0,
        &[&format!("{} stored documents, {0} of them marked", UNSURE.len() + 1)],
    )?;
    told(&solo.tgectl(&programs, &["ruleset", "activate", &learned, "--force"]), 0, &["judges now, before it"])?;
    let active = kept.path().join("active.tge").display().to_string();
    told(&solo.tgectl(&programs, &["ruleset", "get", "active", "-f", &active]), 0, &["bytes"])?;
    told(
        &solo.tgectl(&programs, &["ruleset", "diff", &active, &learned]),
        0,
        &["0 weights differ, no other part besides"],
    )?;
    let list = solo.read("/api/v1/rulesets").await?;
    let (built_in, version) = (text(&list["built_in"]).to_owned(), text(&list["active"]).to_owned());

    // The agents are told at once; a restart finds what is in force before it judges anything.
    let mut next = 100;
    let mut judged_by = async |solo: &Solo, wanted: &str| {
        until("a document is judged by the ruleset in force", SOON, async || {
            next += 1;
            let answer = solo.post("/api/v1/observations", &launch(next)).await.ok()?.body;
            let id = text(&answer["results"][0]["observation"]).to_owned();
            solo.settled(SOON).await.ok()?;
            let stored = solo.read(&format!("/api/v1/observations/{id}")).await.ok()?;
            (text(&stored["verdict"]["ruleset"]) == wanted).then_some(())
        })
        .await
    };
    judged_by(&solo, &version).await?;
    solo.kill();
    let solo = Solo::start(&programs, &data, &quiet(&kept)).await?;
    judged_by(&solo, &version).await?;
    told(&solo.tgectl(&programs, &["ruleset", "rollback"]), 0, &[&built_in, "before it", &version])?;
    judged_by(&solo, &built_in).await?;
    told(&solo.tgectl(&programs, &["ruleset", "rollback"]), 6, &["nothing was put in force"])?;
    told(&solo.tgectl(&programs, &["events", "mark", &name, "nothing"]), 0, &["nothing any more"])?;
    assert_eq!(solo.tgectl(&programs, &["-o", "jsonl", "marks", "ls"]).stdout.lines().count(), UNSURE.len());
    Ok(())
}

/// A reader of `events tail` sees each change once and ends with its pipe.
async fn tail(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let solo = Solo::start(&programs, &data, &quiet(&kept)).await?;
    solo.post("/api/v1/observations", &launch(0)).await?;
    solo.settled(SOON).await?;
    let file = kept.path().join("tail.out");
    let mut reader = Command::new(&programs.tgectl)
        .args(["--addr", &format!("http://{}", solo.address()), "--token", solo.key(), "-o", "jsonl"])
        .args(["events", "tail", "--since", "0"])
        .stdin(Stdio::null())
        .stdout(fs::File::create(&file)?)
        .stderr(Stdio::null())
        .spawn()?;
    solo.post("/api/v1/observations", &launch(1)).await?;
    let told = until("two changes are printed", SOON, async || {
        let lines = fs::read_to_string(&file).ok()?;
        (lines.lines().count() >= 2).then_some(lines)
    })
    .await;
    drop(reader.kill());
    reader.wait()?;
    let seqs: Vec<Value> = told?
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).map(|change| change["seq"].clone()))
        .collect::<Result<_, _>>()?;
    assert_eq!(seqs, [json!(1), json!(2)]);
    Ok(())
}

async fn import(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let solo = Solo::start(&programs, &data, &quiet(&kept)).await?;
    let file = kept.path().join("documents.jsonl");
    let mut lines: Vec<String> = (0..250).map(|n| launch(n).to_string()).collect();
    lines.insert(3, "not json".to_owned());
    lines.push(String::new());
    fs::write(&file, lines.join("\n"))?;
    let path = file.display().to_string();
    told(&solo.tgectl(&programs, &["import", &path]), 0, &["250 new, 0 edited, 0 known, 1 rejected", "line 4:"])?;
    told(&solo.tgectl(&programs, &["import", &path]), 0, &["0 new, 0 edited, 250 known, 1 rejected"])?;
    solo.settled(Duration::from_secs(60)).await?;
    let changes = solo.changes().await?;
    assert!(changes.len() >= 240, "imported launches make events: {}", changes.len());
    assert!(changes.iter().all(|change| change["alert"] == false), "an import alerts nobody");
    Ok(())
}

async fn exit_codes(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let solo = Solo::start(&programs, &data, &quiet(&kept)).await?;
    told(&solo.tgectl(&programs, &["events", "get", "01M84M0WVM4K7TQY4GMRF3VH00"]), 3, &["there is no event"])?;
    told(&solo.tgectl(&programs, &["health"]), 4, &["no health monitor has reported"])?;
    told(&solo.tgectl(&programs, &["frob"]), 2, &["frob"])?;
    told(&solo.tgectl(&programs, &["events", "ls", "--limit", "many"]), 2, &["--limit"])?;
    told(&solo.tgectl(&programs, &["events", "ls", "--status", "MAYBE"]), 1, &["RUMOURED"])?;
    told(&solo.tgectl(&programs, &["import", "/nowhere/file"]), 1, &["/nowhere/file"])?;
    let address = format!("http://{}", solo.address());
    told(&run(&programs.tgectl, &["--addr", &address, "--token", "wrong", "status"]), 1, &["no valid API key"])?;
    let key = data.join("api-key").display().to_string();
    told(&run(&programs.tgectl, &["--addr", &address, "--token-file", &key, "status"]), 0, &["leader"])?;
    // A key given by hand goes before the file an operator has in the environment.
    let mut with_both = Command::new(&programs.tgectl);
    with_both.env("TGE_TOKEN_FILE", "/nowhere/key").args(["--addr", &address, "--token", solo.key(), "status"]);
    told(&with_both.output()?.into(), 0, &["leader"])?;

    // Nobody there: a port that was ours a moment ago. Somebody there who never answers: a listener without a reader.
    let silent = std::net::TcpListener::bind("127.0.0.1:0")?;
    let silent_at = format!("http://{}", silent.local_addr()?);
    told(&run(&programs.tgectl, &["--addr", &silent_at, "--timeout", "1", "status"]), 5, &["cannot reach the swarm"])?;
    drop(silent);
    told(&run(&programs.tgectl, &["--addr", &silent_at, "status"]), 1, &[&silent_at, "is it running?", "--addr"])?;
    Ok(())
}

async fn without_a_server(programs: Programs) -> Result<(), Failed> {
    let (kept, _) = data();
    let write = |name: &str, content: &str| {
        let path = kept.path().join(name);
        fs::write(&path, content).map(|()| path.display().to_string())
    };
    let source = write(
        "news.yaml",
        "version: 1\nname: news\nkind: feed\nurl: https://news.example/feed\nowner: news\ntier: press\nevery: 60s\n",
    )?;
    let body = write(
        "news.xml",
        "<rss version=\"2.0\"><channel><title>News</title><item><guid>1</guid><title>Kelmar Loom launches KLQ</title>\
         <link>https://news.example/1</link></item></channel></rss>",
    )?;
    let tested = run(&programs.tgectl, &["sources", "test", &source, "--body", &body]);
    told(&tested, 0, &["Kelmar Loom launches KLQ", "https://news.example/1", "1 documents, 0 problems"])?;
    let wrong = write("wrong.yaml", "version: 1\nname: news\ncolour: red\n")?;
    told(&run(&programs.tgectl, &["sources", "test", &wrong]), 1, &["wrong.yaml"])?;
    let page = write("page.html", "<!doctype html><html><body>Nothing here</body></html>")?;
    told(&run(&programs.tgectl, &["sources", "test", &source, "--body", &page]), 1, &["news"])?;

    let documents = [launch(0), json!({ "text": "Deposits pause for two hours.", "title": "Wallet maintenance" })];
    let lines = documents.iter().enumerate().map(|(n, document)| {
        let mut document = document.clone();
        document["id"] = json!(format!("d{n}"));
        document["published"] = json!("2026-01-05");
        document.to_string()
    });
    let file = write("documents.jsonl", &lines.collect::<Vec<_>>().join("\n"))?;
    let judged = run(&programs.tgectl, &["detect", "--jsonl", &file]);
    told(&judged, 0, &[])?;
    let verdicts: Vec<Value> = judged.stdout.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let ids: Vec<&str> = verdicts.iter().map(|verdict| text(&verdict["id"])).collect();
    assert_eq!(ids, ["d0", "d1"], "one line a document, in order");
    assert_eq!((&verdicts[0]["is_tge"], &verdicts[1]["is_tge"]), (&json!(true), &json!(false)), "{verdicts:?}");
    assert_eq!(verdicts[0]["project"], launch(0)["project"]);
    assert_eq!((text(&verdicts[0]["event_type"]), text(&verdicts[0]["event_date"])), ("tge", "2030-12-20"));
    for member in ["id", "is_tge", "score", "project", "symbol", "event_type", "event_date"] {
        assert!(verdicts.iter().all(|verdict| verdict.get(member).is_some()), "{member} is missing: {verdicts:?}");
    }
    let broken = write("broken.jsonl", "{\"id\": \"d0\", \"text\": \"x\"}\nnot json\n")?;
    told(&run(&programs.tgectl, &["detect", "--jsonl", &broken]), 1, &["broken.jsonl", "2"])?;
    Ok(())
}

/// The scoring program itself reads what `detect` prints.
#[expect(clippy::print_stdout, reason = "the figures are what the test is for")]
async fn scored(programs: Programs) -> Result<(), Failed> {
    let (kept, _) = data();
    let labels: Vec<Value> = (0..20)
        .map(|n| {
            let mut document = launch(n);
            let project = document["project"].clone();
            document["published"] = json!("2026-01-05");
            if n % 2 == 1 {
                document["title"] = json!("Wallet maintenance");
                document["text"] = json!(format!("Deposits of network {n} pause for two hours."));
            }
            let label =
                json!({ "is_tge": n % 2 == 0, "project": project, "event_type": "tge", "event_date": "2030-12-20" });
            document["label"] = label;
            document
        })
        .collect();
    let (documents, verdicts) = (kept.path().join("labels.jsonl"), kept.path().join("verdicts.jsonl"));
    fs::write(&documents, labels.iter().map(Value::to_string).collect::<Vec<_>>().join("\n"))?;
    let documents = documents.display().to_string();
    let judged = run(&programs.tgectl, &["detect", "--jsonl", &documents]);
    told(&judged, 0, &[])?;
    fs::write(&verdicts, &judged.stdout)?;
    let score = shared("eval/score.py").ok_or("score.py was here a moment ago")?.display().to_string();
    let figures = kept.path().join("figures.json").display().to_string();
    let verdicts = verdicts.display().to_string();
    let arguments: [&str; 7] = [&score, &documents, &verdicts, "--boot", "10", "--json", &figures];
    let python = python("json").ok_or("python was here a moment ago")?;
    told(&run(Path::new(&python), &arguments), 0, &["f1"])?;
    println!("operator: score.py reads {} verdicts", judged.stdout.lines().count());
    // Read as text: where a figure has no meaning Python writes NaN, which is no JSON.
    let figures = fs::read_to_string(figures)?;
    assert!(figures.contains("precision"), "{figures}");
    Ok(())
}

/// The program ended with `code` and told all of `words`, on either stream.
fn told(ended: &Ended, code: i32, words: &[&str]) -> Result<(), Failed> {
    let all = words.iter().all(|word| ended.stdout.contains(word) || ended.stderr.contains(word));
    if ended.code == Some(code) && all {
        return Ok(());
    }
    Err(format!("expected code {code} and {words:?}, got {ended:?}").into())
}
