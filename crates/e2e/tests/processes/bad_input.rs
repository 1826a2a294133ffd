//! Bad input: each a clear error that says what, on what and what to do; the rest goes on.

use std::fs;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use reqwest::Method;
use tge_e2e::{Ended, Programs, Solo, python, run, until};

use crate::{data, items, launch, quiet, text, trial};

const SOON: Duration = Duration::from_secs(20);
const SOURCE: &str =
    "version: 1\nname: a\nkind: feed\nurl: http://127.0.0.1:9/feed\nowner: a\ntier: press\nevery: 1s\n";

pub(crate) fn trials(programs: &Programs) -> Vec<Trial> {
    // The newer schema is written with Python's own SQLite.
    let no_sqlite = python("sqlite3").is_none();
    vec![
        trial("bad_input::configuration", programs, configuration),
        trial("bad_input::second_process_and_port_in_use", programs, taken),
        trial("bad_input::newer_schema_and_no_database", programs, database).with_ignored_flag(no_sqlite),
        trial("bad_input::requests", programs, requests),
        trial("bad_input::unreachable_source", programs, unreachable),
        trial("bad_input::stop_with_a_reader_connected", programs, stop),
    ]
}

/// Wrong files and flags end the start with code 64.
async fn configuration(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let folder = |name: &str, file: &str, content: &str| {
        let folder = kept.path().join(name);
        fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(file), content)).map(|()| folder)
    };
    let path = |path: std::path::PathBuf| path.display().to_string();
    let unknown_key = path(folder("unknown", "a.yaml", &format!("{SOURCE}colour: red\n"))?);
    let wrong_type = path(folder("wrong", "a.yaml", &SOURCE.replace("1s", "[1]"))?);
    let no_yaml = path(folder("none", "a.yaml", "name: [")?);
    let twice = folder("twice", "a.yaml", SOURCE)?;
    fs::write(twice.join("b.yaml"), SOURCE)?;
    let twice = path(twice);
    let projects = path(folder("projects", "p.yaml", "version: 1\nproject: []\n")?.join("p.yaml"));
    let absent = path(kept.path().join("absent"));
    let file = path(kept.path().join("projects/p.yaml"));
    let data = path(data);
    let cases: [(&[&str], &[&str]); 13] = [
        (&["--sources", &unknown_key], &["a.yaml", "unknown key colour", "known here"]),
        (&["--sources", &wrong_type], &["a.yaml", "every is a list", "such as 30s"]),
        (&["--sources", &no_yaml], &["a.yaml"]),
        (&["--sources", &twice], &["name", "a"]),
        (&["--sources", &absent], &[&absent, "folder of *.yaml"]),
        (&["--projects", &projects], &[&projects, "project"]),
        (&["--projects", &absent], &[&absent, "No such file"]),
        (&["--data", &file], &[&file, "--data"]),
        (&["--allow-net", "everywhere"], &["--allow-net", "everywhere"]),
        (&["--listen", "here"], &["--listen", "here"]),
        (&["--for", "soon"], &["--for", "such as 90s"]),
        (&["--frob"], &["--frob"]),
        (&["--demo", "--sources", &absent], &["--demo", "--sources"]),
    ];
    for (arguments, words) in cases {
        let mut all = vec!["--listen", "127.0.0.1:0"];
        if arguments.contains(&"--listen") {
            all.clear();
        }
        if !arguments.contains(&"--data") {
            all.extend(["--data", &data]);
        }
        all.extend(arguments);
        refused(&run(&programs.solo, &all), 64, words)?;
    }
    Ok(())
}

async fn taken(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let arguments = quiet(&kept);
    let solo = Solo::start(&programs, &data, &arguments).await?;
    let (here, elsewhere) = (data.display().to_string(), kept.path().join("other").display().to_string());
    let second = ["--data", &here, "--listen", "127.0.0.1:0", "--sources", &arguments[1]];
    refused(&run(&programs.solo, &second), 1, &[&here, "in use by another process", "--data"])?;
    let port = ["--data", &elsewhere, "--listen", solo.address(), "--sources", &arguments[1]];
    refused(&run(&programs.solo, &port), 1, &[solo.address(), "--listen", "in use"])?;
    assert_eq!(solo.get("/ready").await?.status, 200, "the first goes on");
    Ok(())
}

async fn database(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let arguments = quiet(&kept);
    Solo::start(&programs, &data, &arguments).await?.stop(SOON).await?;
    let file = data.join("tge.sqlite").display().to_string();
    let here = data.display().to_string();
    let again = ["--data", here.as_str(), "--listen", "127.0.0.1:0", "--sources", arguments[1].as_str()];
    // What a later program would leave behind: one more migration in SQLite's own table of them.
    let later = "import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1])\n\
                 db.execute(\"insert into _sqlx_migrations (version, description, installed_on, success, checksum, \
                 execution_time) values (9999, 'later', '2030-01-01', 1, x'00', 1)\")\ndb.commit()";
    let python = run(std::path::Path::new("python3"), &["-c", later, &file]);
    if python.code != Some(0) {
        return Err(format!("the schema could not be made newer: {}", python.stderr).into());
    }
    refused(&run(&programs.solo, &again), 64, &[&file, "schema 9999", "newer"])?;
    for beside in ["-wal", "-shm"] {
        drop(fs::remove_file(format!("{file}{beside}")));
    }
    fs::write(&file, "this is a letter, not a database. ".repeat(400))?;
    refused(&run(&programs.solo, &again), 1, &[&file, "not a database"])?;
    Ok(())
}

async fn requests(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let solo = Solo::start(&programs, &data, &quiet(&kept)).await?;
    let large = format!("{{\"source\":\"me\",\"text\":\"{}\"}}", "x".repeat(2_200_000));
    let long = format!("{{\"source\":\"me\",\"text\":\"{}\"}}", "x".repeat(1_200_000));
    let many = format!("[{}]", vec![r#"{"source":"me","text":"x"}"#; 1_001].join(","));
    let (get, post) = (Method::GET, Method::POST);
    let observations = "/api/v1/observations";
    let cases: &[(&Method, &str, &str, u16, &str)] = &[
        (&get, "/api/v1/events?colour=red", "", 400, "colour"),
        (&get, "/api/v1/events?page_size=0", "", 400, "page_size"),
        (&get, "/api/v1/events?page_token=nonsense", "", 400, "token"),
        (&get, "/api/v1/events?status=MAYBE", "", 400, "RUMOURED"),
        (&get, "/api/v1/events/nonsense", "", 400, "ULID"),
        (&get, "/api/v1/events/01M84M0WVM4K7TQY4GMRF3VH00", "", 404, "01M84M0WVM4K7TQY4GMRF3VH00"),
        (&get, "/api/v1/nothing", "", 404, "/api/v1/nothing"),
        (&get, "/api/v1/changes?since=then", "", 400, "since"),
        (&Method::DELETE, "/api/v1/events", "", 405, "DELETE"),
        (&post, observations, "{bad", 400, "no JSON"),
        (&post, observations, "7", 400, "number"),
        (&post, observations, r#"{"source":5,"text":"x"}"#, 400, "source is a number"),
        (&post, observations, r#"{"text":"x"}"#, 400, "source is missing"),
        (&post, observations, r#"{"source":"me"}"#, 400, "neither a title nor a text"),
        (&post, observations, &long, 400, "the most is"),
        (&post, observations, &large, 413, "2 MB"),
        (&post, observations, &many, 400, "1001"),
        (&post, "/api/v1/observations?arrival=late", r#"{"source":"me","text":"x"}"#, 400, "arrival"),
        (&post, "/api/v1/webhooks", r#"{"url":"ftp://you.example"}"#, 400, "https://"),
        (&post, "/api/v1/webhooks", r#"{"urll":"https://you.example"}"#, 400, "urll"),
        (&post, "/api/v1/webhooks", r#"{"url":"https://you.example","secret":"short"}"#, 400, "whsec_"),
    ];
    for (method, path, body, status, word) in cases {
        let request = solo.request((*method).clone(), path).header("content-type", "application/json");
        let response = request.body((*body).to_owned()).send().await?;
        let (was, kind) = (response.status().as_u16(), response.headers().get("content-type").cloned());
        let told = response.text().await?;
        let what = format!("{method} {path}: {was} {told}");
        assert_eq!(was, *status, "{what}");
        assert!(kind.is_some_and(|kind| kind == "application/problem+json"), "no problem+json: {what}");
        assert!(told.contains(word), "{word:?} is not told: {what}");
    }
    let lines =
        "{\"source\":\"me\",\"id\":\"1\",\"text\":\"one\"}\nbad\n{\"source\":\"me\",\"id\":\"2\",\"text\":\"two\"}\n";
    let mixed = solo.send(observations, "application/x-ndjson", lines).await?;
    let outcomes: Vec<&str> = items(&mixed.body["results"]).map(|result| text(&result["outcome"])).collect();
    assert_eq!((mixed.status, outcomes.as_slice()), (200, ["new", "rejected", "new"].as_slice()), "{mixed:?}");
    assert!(text(&mixed.body["results"][1]["error"]).contains("no JSON"), "{mixed:?}");

    let bare = reqwest::Client::builder().no_proxy().build()?;
    for key in ["", "wrong", "tge_0000000000000000"] {
        let url = format!("http://{}/api/v1/events", solo.address());
        assert_eq!(bare.get(url).bearer_auth(key).send().await?.status(), 401, "key {key:?}");
    }
    assert_eq!(solo.all(observations, "observations").await?.len(), 2, "nothing that was refused was stored");
    Ok(())
}

/// One source that cannot be reached says so; another way in goes on.
async fn unreachable(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let arguments = quiet(&kept);
    let files = [
        ("gone", "http://127.0.0.1:9/feed"),
        ("private", "http://10.1.2.3/feed"),
        ("nowhere", "http://nowhere.invalid/f"),
    ];
    for (name, url) in files {
        let yaml = SOURCE.replace("name: a", &format!("name: {name}")).replace("http://127.0.0.1:9/feed", url);
        fs::write(format!("{}/{name}.yaml", arguments[1]), yaml)?;
    }
    let mut all = arguments;
    all.extend(["--allow-net".to_owned(), "127.0.0.0/8".to_owned()]);
    let solo = Solo::start(&programs, &data, &all).await?;
    let sources = until("each source shows its error", SOON, async || {
        let sources = solo.read("/api/v1/sources").await.ok()?;
        let all = items(&sources["sources"]).all(|source| source["health"]["error"].is_string());
        all.then_some(sources)
    })
    .await?;
    for (source, word) in items(&sources["sources"]).zip(["refused", "nowhere.invalid", "private"]) {
        let error = text(&source["health"]["error"]);
        assert!(error.to_lowercase().contains(word), "{}: {error:?} does not say {word:?}", source["name"]);
    }
    solo.post("/api/v1/observations", &launch(0)).await?;
    until("the pushed launch is an event", SOON, async || {
        (solo.all("/api/v1/events", "events").await.ok()?.len() == 1).then_some(())
    })
    .await?;
    assert_eq!(solo.get("/ready").await?.status, 200, "a source is no condition of readiness");
    Ok(())
}

async fn stop(programs: Programs) -> Result<(), Failed> {
    let (kept, data) = data();
    let mut solo = Solo::start(&programs, &data, &quiet(&kept)).await?;
    let mut reader = solo.stream("", None).await?;
    solo.post("/api/v1/observations", &launch(0)).await?;
    reader.next(SOON).await?;
    let status = solo.stop(Duration::from_secs(5)).await?;
    assert_eq!(status.code(), Some(0), "{}", solo.said());
    assert!(reader.next(SOON).await.is_err(), "the stream ends");
    Ok(())
}

/// The program ended with `code` and told all of `words`.
fn refused(ended: &Ended, code: i32, words: &[&str]) -> Result<(), Failed> {
    let told = words.iter().all(|word| ended.stderr.contains(word));
    if ended.code == Some(code) && told {
        return Ok(());
    }
    Err(format!("expected code {code} and {words:?}, got {ended:?}").into())
}
